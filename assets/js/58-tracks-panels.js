/* 轨迹: who may be chosen at the left; at the right the figures of who is in focus, and their pieces one below the other. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const { tracks } = cockpit;
  const { state, h } = tracks;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const ASK_AFTER_MS = 250, SAID_MS = 5000;
  const KIND_WORDS = { gridworker: 'tracks.kind_gridworker', vehicle: 'tracks.kind_vehicle' };
  let said = '', asking = 0;

  tracks.say = function (words) {
    said = words;
    tracks.draw();
    setTimeout(() => said === words && ((said = ''), tracks.draw()), SAID_MS);
  };

  const perCent = (share) => (share === null || share === undefined ? '—' : Math.round(share * 100) + '%');
  const span = (seconds) => (seconds >= 3600 ? text('tracks.hours', { h: Math.floor(seconds / 3600), m: Math.floor((seconds % 3600) / 60) })
    : seconds >= 60 ? text('tracks.minutes', { m: Math.round(seconds / 60) }) : text('tracks.seconds', { s: Math.round(seconds) }));
  const metres = (m) => (m >= 1000 ? (m / 1000).toFixed(m >= 10000 ? 0 : 1) + ' km' : Math.round(m) + ' m');
  const speed = (mps) => (mps * 3.6).toFixed(mps < 10 ? 1 : 0) + ' km/h';
  const shiftOf = (shift) => cockpit.texts['tracks.shift_' + shift] || shift || '';

  const swatch = (id) => h('I', { className: 'swatch', style: { background: state.chosen.includes(id) ? tracks.colourOf(id) : 'transparent' } });

  function person(item, chosen) {
    const known = state.tracks.get(item.subject_id), status = known && known.status;
    const words = status === 'loading' ? text('tracks.loading') : status === 'empty' ? text('tracks.none_that_day') : status === 'failed' ? text('tracks.failed_short')
      : [item.grid_name || cockpit.texts[KIND_WORDS[item.kind]] || item.kind, shiftOf(item.shift)].filter(Boolean).join(' · ');
    return h('Div', { className: 'track-person' + (chosen ? ' chosen' : '') + (item.subject_id === state.focus ? ' focus' : ''), 'data-subject': item.subject_id, 'data-status': status || '' },
      swatch(item.subject_id),
      h('Button', { type: 'button', className: 'who', 'aria-pressed': String(chosen), 'data-track-focus': item.subject_id },
        h('B', cockpit.DATA, item.name || item.subject_id), h('Small', {}, words)),
      h('Span', { className: 'id' }, item.name ? item.subject_id : ''),
      chosen ? h('Button', { type: 'button', className: 'drop', 'data-track-toggle': item.subject_id, 'aria-label': text('tracks.drop', { name: item.name || item.subject_id }) }, '×') : null);
  }

  function drawPeople() {
    const box = byId('tracks-people'), { listed } = state;
    if (!box) return;
    const chosen = state.chosen.map((id) => tracks.itemOf(id) || { subject_id: id, name: tracks.nameOf(id) === id ? '' : tracks.nameOf(id), grid_name: '' });
    const others = ((listed && listed.items) || []).filter((item) => !state.chosen.includes(item.subject_id));
    const rows = [...chosen.map((item) => person(item, true))];
    if (chosen.length && others.length) rows.push(h('Div', { className: 'track-rule' }));
    rows.push(...others.map((item) => person(item, false)));
    if (state.failed) rows.unshift(h('P', { className: 'track-said late' }, text('tracks.list_failed', { reason: state.failed }), h('Button', { type: 'button', className: 'btn', 'data-action': 'tracks-retry' }, text('tracks.retry'))));
    else if (!listed) rows.push(h('P', { className: 'track-said' }, text('tracks.loading')));
    else if (!listed.items.length) rows.push(h('P', { className: 'track-said' }, text(state.q ? 'tracks.nobody_found' : 'tracks.nobody')));
    else if (listed.total > listed.items.length) rows.push(h('P', { className: 'track-said' }, text('tracks.more', { n: listed.total - listed.items.length })));
    cockpit.patch(box, rows);
    byId('tracks-sub').textContent = listed ? text('tracks.count', { n: listed.total }) : '';
  }

  const figure = (words, value, title) => h('Div', { className: 'figure', title }, h('Small', {}, words), h('B', {}, value));

  function shares(summary) {
    const whole = summary.lasts_s || 1;
    const parts = [['move', summary.moving_s], ['stop', summary.stopped_s], ['gap', summary.silent_s], ['jump', summary.jumped_s]].filter(([, s]) => s > 0);
    return [
      h('Div', { className: 'track-shares', role: 'img', 'aria-label': parts.map(([name, s]) => text('tracks.' + name) + ' ' + span(s)).join(' · ') },
        parts.map(([name, s]) => h('I', { className: 'k-' + name, style: { width: ((100 * s) / whole).toFixed(2) + '%' } }))),
      h('Div', { className: 'track-legend' }, parts.map(([name, s]) => h('Span', {}, h('I', { className: 'k-' + name }), text('tracks.' + name) + ' ' + span(s)))),
    ];
  }

  function coverage({ coverage: told }) {
    if (!told.beat.length) return [h('P', { className: 'mut' }, text('tracks.no_beat'))];
    const off = told.heard_s ? 1 - told.on_beat_s / told.heard_s : 0;
    return [
      h('Div', { className: 'figures' },
        figure(text('tracks.visited'), told.visited + '/' + told.beat.length, text('tracks.visited_what')),
        figure(text('tracks.seen'), perCent(told.seen_share), text('tracks.seen_what')),
        figure(text('tracks.off_beat'), told.heard_s ? perCent(off) : '—', text('tracks.off_beat_what'))),
      h('Ul', { className: 'track-grids' }, told.grids.filter((grid) => grid.counts).map((grid) => h('Li', { className: grid.on_beat ? 'own' : '' },
        h('Span', {}, grid.name || text('tracks.outside')), h('Small', {}, text(grid.on_beat ? 'tracks.on_beat' : 'tracks.elsewhere')), h('B', {}, span(grid.lasts_s))))),
    ];
  }

  function pieceRow({ properties: p }) {
    const at = p.from || p.since, aside = p.piece === 'set_aside';
    const words = p.piece === 'stop' ? p.code_name || text('tracks.outside') : p.piece === 'move' ? metres(p.length_m) + ' · ' + speed(p.mean_mps || 0)
      : p.piece === 'gap' ? p.why_title + (p.battery !== null && p.why === 'battery' ? ' ' + Math.round(p.battery) + '%' : '')
        : p.why_title ? p.why_title + ' · ' + text('tracks.too_fast', { away: metres(p.away_m), needed: speed(p.needed_mps), top: speed(p.top_mps) }) : '';
    return h('Button', { type: 'button', className: 'track-piece is-' + p.piece, 'data-track-at': at, 'data-piece': p.piece },
      h('Span', { className: 'at' }, tracks.clock(Date.parse(aside ? p.at : at))), h('I', { className: 'k-' + p.piece }),
      h('Span', { className: 'what' }, h('B', {}, text('tracks.' + p.piece)), h('Small', { title: words }, words)),
      h('Span', { className: 'right' }, aside ? '' : span(p.lasts_s)));
  }

  function exports(id) {
    const from = new Date(tracks.beginOf(state.day)).toISOString(), to = new Date(tracks.beginOf(state.day) + 86400000).toISOString();
    const whose = { subject_id: id, from, to, scope: cockpit.page.root.dataset.scope };
    const query = (format) => new URLSearchParams({ from, to, format, download: '1', lang: cockpit.lang, scope: cockpit.page.root.dataset.scope });
    return h('Div', { className: 'track-export' }, ['gpx', 'geojson'].map((format) => h('A', { className: 'btn', href: '/api/v1/tracks/' + encodeURIComponent(id) + '?' + query(format), download: '' }, text('tracks.export_' + format))),
      cockpit.exportLinks('track', whose, text('tracks.course')), cockpit.exportLinks('track-grids', whose, text('tracks.coverage')),
      h('Small', {}, text('tracks.logged')));
  }

  function about() {
    const id = state.focus, track = tracks.focused();
    if (!id) return [h('Div', { className: 'track-idle' }, h('P', {}, text('tracks.choose')), h('P', { className: 'mut' }, text('tracks.choose_how')))];
    const head = h('Div', { className: 'track-head' }, swatch(id), h('H2', {}, tracks.nameOf(id)), h('Span', { className: 'mut' }, id));
    if (!track || track.status === 'loading') return [head, h('P', { className: 'track-said' }, text('tracks.loading'))];
    if (track.status === 'failed') return [head, h('P', { className: 'track-said late' }, text('tracks.failed', { reason: track.why }), h('Button', { type: 'button', className: 'btn', 'data-action': 'tracks-again' }, text('tracks.retry')))];
    const { body } = track, { summary } = body, aside = Object.values(summary.set_aside).reduce((a, b) => a + b, 0);
    if (track.status === 'empty') return [head, h('P', { className: 'track-said' }, text('tracks.none_that_day')), body.kept_from ? h('P', { className: 'track-said late' }, text('tracks.kept', { date: tracks.dayOf(Date.parse(body.kept_from)) })) : null, ...coverage(body)];
    return [
      head,
      h('Div', { className: 'figures' }, figure(text('tracks.way'), metres(summary.way_m)), figure(text('tracks.lasts'), span(summary.lasts_s)), figure(text('tracks.mean'), summary.mean_mps ? speed(summary.mean_mps) : '—')),
      ...shares(summary),
      h('H3', {}, text('tracks.coverage')),
      ...coverage(body),
      h('H3', {}, text('tracks.course'), h('Small', {}, text('tracks.fixes', { n: body.fixes, drawn: body.drawn }) + (aside ? ' · ' + text('tracks.aside', { n: aside }) : ''))),
      h('Div', { className: 'track-pieces', id: 'tracks-pieces' }, body.features.map(pieceRow)),
      exports(id),
    ];
  }

  function drawAbout() {
    const box = byId('tracks-about');
    if (box) cockpit.patch(box, about().filter(Boolean));
  }

  function drawTools() {
    const day = byId('tracks-day'), rate = byId('tracks-rate'), note = byId('tracks-note');
    if (!day) return;
    day.max = tracks.today();
    if (day.value !== state.day && document.activeElement !== day) day.value = state.day;
    rate.textContent = state.rate + '×';
    const waiting = state.chosen.some((id) => (state.tracks.get(id) || {}).status === 'loading');
    note.textContent = said || (waiting ? text('tracks.loading') : '');
    note.hidden = !note.textContent;
    byId('tracks-play').disabled = !state.chosen.some((id) => (state.tracks.get(id) || {}).n);
  }

  function fields() {
    const day = document.createElement('input'), find = document.createElement('input');
    Object.assign(day, { type: 'date', id: 'tracks-day' });
    day.setAttribute('aria-label', text('tracks.day'));
    day.addEventListener('change', () => tracks.setDay(day.value));
    Object.assign(find, { type: 'search', id: 'tracks-find', placeholder: text('tracks.find'), maxLength: 100 });
    find.addEventListener('input', () => {
      state.q = find.value.trim();
      clearTimeout(asking);
      asking = setTimeout(tracks.list, ASK_AFTER_MS);
    });
    byId('tracks-fields').replaceChildren(day, find);
  }

  cockpit.on('page', () => tracks.here() && fields());
  cockpit.on('tracks', () => {
    if (!byId('tracks-day')) fields();
    drawTools();
    drawPeople();
    drawAbout();
  });
})();
