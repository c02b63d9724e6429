/* 专题地图页: which map of what, asked from the API and kept in the address. Everything written is text, never HTML. */
(function () {
  'use strict';

  const { h } = window.cockpitSide;
  const thematic = (window.cockpitThematic = window.cockpitThematic || {});
  const root = () => document.querySelector('#thematic[data-indicators]');
  const byId = (id) => document.getElementById(id);
  const SLOTS = 24, STEP_MS = 900, FRESH_MS = 20000, DAYS = ['0', '7', '30'], LEVELS = ['street', 'community', 'grid'], ROWS = 300;
  const VIEWS = ['choropleth', 'heat', 'flows', 'clusters', 'overlay'];
  let words = null, names = null, titles = null, turn = 0, playing = 0;

  const text = (key, values) => window.cockpitSide.filled(words, key, values);
  const asked = () => new URLSearchParams(window.location.search);
  const stateOf = () => {
    const query = asked(), pick = (name, known, usual) => (known.includes(query.get(name)) ? query.get(name) : usual);
    return {
      view: pick('view', VIEWS, 'choropleth'), scope: query.get('scope') || root().dataset.scope,
      indicator: pick('indicator', Object.keys(titles), 'reported_today'), level: pick('level', LEVELS, ''), days: pick('days', DAYS, '7'), layer: query.get('layer') || '',
      link: query.get('link') || '', cluster: query.get('cluster') || '', radius: query.get('radius') || '',
    };
  };

  async function ask(path, query) {
    try {
      const answer = await fetch('/api/v1/' + path + '?' + new URLSearchParams({ lang: root().dataset.lang, ...query }), { credentials: 'same-origin', cache: 'no-store' });
      const body = await answer.json().catch(() => ({}));
      if (answer.ok && body.as_of) root().dataset.asOfMs = Date.parse(body.as_of);
      if (answer.ok) return body;
      throw new Error(body.detail || body.title || String(answer.status));
    } catch (error) {
      throw error instanceof TypeError ? new Error(text('thematic.no_answer')) : error;
    }
  }

  /** Go to another map; the back button comes back. */
  function go(change) {
    const query = asked();
    for (const [name, value] of Object.entries(change)) value ? query.set(name, value) : query.delete(name);
    window.history.pushState(null, '', '?' + query);
    show();
  }

  const number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
  const area = (m2) => (m2 >= 100000 ? text('thematic.km2', { n: (m2 / 1e6).toFixed(2) }) : text('thematic.m2', { n: number(Math.round(m2)) }));
  const timeOf = (iso) => new Intl.DateTimeFormat('sv-SE', { timeZone: root().dataset.tz, dateStyle: 'short', timeStyle: 'short' }).format(new Date(iso)).slice(5);
  const say = (said) => (byId('th-said').textContent = said);
  const period = ({ days }) => (days === '0' ? {} : { from: new Date(Date.now() - Number(days) * 86400000).toISOString() });
  /** A duration in its best unit, as the drill-down writes it. */
  function duration(s) {
    const [n, unit] = s < 6000 ? [s / 60, 'minutes'] : s < 360000 ? [s / 3600, 'hours'] : [s / 86400, 'days'];
    return n.toFixed(1) + ' ' + text('indicator_unit.' + unit);
  }

  /** What a figure is, as its indicator counts it; the same words as on the drill-down. */
  function valueOf({ value }, { unit, per }) {
    if (value === null) return text('thematic.no_value');
    if (unit === 'seconds') return duration(value);
    if (unit === 'rate') return per === 10000 ? number(Math.round(value * per)) + text('indicator_unit.per_10000') : (value * 100).toFixed(2) + '%';
    return number(value);
  }

  const select = (name, label, options, chosen) => h('label', {}, h('span', {}, label),
    h('select', { 'data-control': name, onchange: (event) => go({ [name]: event.target.value, link: '', cluster: '' }) }, options.map(([value, title]) => h('option', { value, selected: value === chosen }, title))));

  function frame(state) {
    const days = DAYS.map((n) => [n, text('thematic.days_' + n)]), period_ = select('days', text('thematic.period'), days, state.days);
    const level = state.level || (state.scope.length >= 9 ? (state.scope.length >= 12 ? 'grid' : 'community') : 'street');
    const controls = {
      choropleth: () => [select('indicator', text('thematic.indicator'), Object.entries(titles), state.indicator), select('level', text('thematic.level'), LEVELS.map((one) => [one, text('thematic.level_of.' + one)]), level), period_],
      heat: () => [period_], flows: () => [period_], clusters: () => [period_], overlay: () => [],
    };
    byId('th-controls').replaceChildren(...controls[state.view]());
    for (const tab of document.querySelectorAll('#thematic [data-view]')) tab.setAttribute('aria-selected', tab.dataset.view === state.view ? 'true' : 'false');
    const above = Object.keys(names).filter((code) => state.scope.startsWith(code)).sort();
    byId('th-path').replaceChildren(...above.map((code) => (code === state.scope ? h('b', {}, names[code]) : h('a', { href: '#', onclick: (event) => (event.preventDefault(), go({ scope: code, level: '', link: '', cluster: '' })) }, names[code]))));
    byId('th-time').hidden = true;
    for (const id of ['th-legend', 'th-list']) byId(id).replaceChildren();
    clearInterval(playing);
  }

  /** A row of the list that opens something, by a click or the Enter key. */
  const opening = (props, open, ...cells) => h('tr', { tabindex: 0, ...props, onclick: open, onkeydown: (event) => event.key === 'Enter' && open() }, ...cells);
  const table = (rows) => h('table', {}, h('tbody', {}, rows.slice(0, ROWS)));

  /** A number that opens the records which it counts: the drill-down of that place, period and indicator. */
  const counted = (told, body, scope, about) => {
    const when = about && about.of_instant ? { range: 'today' } : { from: body.from, to: body.to };
    return h('a', { class: 'counted', href: '/leader?' + new URLSearchParams({ scope, indicator: about ? about.name : 'reported_today', ...when, lang: root().dataset.lang }) }, told);
  };

  async function choropleth(state, mine) {
    const body = await ask('thematic/choropleth', { indicator: state.indicator, scope: state.scope, ...(state.level ? { level: state.level } : {}), ...period(state) });
    const known = await thematic.shapes(body.level === 'grid' ? 'grids.geojson' : 'divisions.geojson');
    if (mine !== turn) return;
    const about = body.indicator, cells = body.items.map((item) => ({ ...item, label: item.name + ' ' + valueOf(item, about) })), bounds = thematic.classes(cells.map((cell) => cell.value));
    const open = body.level === 'grid' ? null : (code) => go({ scope: code, level: '' });
    const picture = thematic.choropleth(cells, known, bounds, open), above = body.level === 'grid' && state.scope.length < 12 ? await thematic.shapes('divisions.geojson') : known;
    if (mine !== turn) return;
    // many cells are named by what they lie in
    const coarse = body.level === 'grid' ? (state.scope.length < 9 ? 9 : 12) : body.level === 'community' && state.scope.length < 9 ? 9 : 0;
    const named = coarse ? [...above.keys()].filter((code) => code.length === coarse && code.startsWith(state.scope)).map((code) => [code, names[code]]) : cells.map((cell) => [cell.code, cell.name]);
    thematic.names(picture, named, above, !coarse);
    byId('th-map').replaceChildren(picture);
    byId('th-legend').replaceChildren(h('h2', {}, body.indicator.title + ' ', counted(valueOf(about, about), body, body.scope, about)), h('p', { class: 'note' }, body.indicator.definition),
      h('ul', {}, bounds.map((bound, i) => h('li', {}, h('i', { style: '--share:' + thematic.opacity(bounds, i) }), '≤ ' + valueOf({ value: bound }, about)))));
    const sum = cells.reduce((all, cell) => all + cell.numerator, 0);
    const sorted = [...cells].sort((a, b) => (b.value === null ? -Infinity : b.value) - (a.value === null ? -Infinity : a.value));
    byId('th-list').replaceChildren(table(sorted.map((cell) => h('tr', { 'data-code': cell.code }, h('td', {}, cell.name), h('td', {}, counted(valueOf(cell, about), body, cell.code, about)), h('td', {}, cell.denominator === null ? '' : number(cell.numerator) + '/' + number(cell.denominator))))));
    say(timeOf(body.as_of) + ' · ' + text('thematic.sum', { whole: number(body.indicator.numerator), parts: number(sum), rest: number(body.rest.numerator) }));
  }

  async function heat(state, mine) {
    const body = await ask('thematic/density', { scope: state.scope, slots: SLOTS, ...period(state) });
    const divisions = await thematic.shapes('divisions.geojson');
    if (mine !== turn) return;
    const within = [...divisions].filter(([code]) => code.length === (state.scope.length >= 9 ? 12 : 9) && (code.startsWith(state.scope) || state.scope.startsWith(code)));
    const picture = thematic.heat(within.map(([, geometry]) => geometry)), slider = h('input', { type: 'range', min: -1, max: SLOTS - 1, value: -1, step: 1, id: 'th-slot', 'aria-label': text('thematic.period') });
    const told = h('span', { id: 'th-slot-words' }), button = h('button', { type: 'button', 'data-action': 'play' }, text('thematic.play'));
    const ofSlot = (item, slot) => (slot < 0 ? item.counts.reduce((a, b) => a + b, 0) : item.counts[slot]);
    const spotsOf = (slot) => body.items.map((item) => [item.lon, item.lat, ofSlot(item, slot), names[item.code.slice(0, 12)] || item.code]).filter(([, , n]) => n);
    const whole = [spotsOf(-1)], parts = Array.from({ length: SLOTS }, (_, slot) => spotsOf(slot));
    const paint = () => {
      const slot = Number(slider.value), shown = slot < 0 ? whole[0] : parts[slot];
      picture.show(shown.map(([lon, lat, n, name]) => [lon, lat, n, name + ' ' + n]), slot < 0 ? whole : parts);
      const n = shown.reduce((all, [, , count]) => all + count, 0), [from, to] = slot < 0 ? [body.from, body.to] : [body.edges[slot], body.edges[slot + 1]];
      told.textContent = (slot < 0 ? text('thematic.all_times') + ' ' : '') + text('thematic.slot', { from: timeOf(from), to: timeOf(to), n: number(n) });
    };
    slider.addEventListener('input', paint);
    button.addEventListener('click', () => {
      const on = button.classList.toggle('on');
      button.textContent = text(on ? 'thematic.stop' : 'thematic.play');
      clearInterval(playing);
      if (on) playing = setInterval(() => ((slider.value = Number(slider.value) >= SLOTS - 1 ? 0 : Number(slider.value) + 1), paint()), STEP_MS);
    });
    thematic.names(picture, within.map(([code]) => [code, names[code] || '']), divisions, false);
    byId('th-map').replaceChildren(picture);
    byId('th-time').replaceChildren(button, slider, told);
    byId('th-time').hidden = false;
    paint();
    byId('th-legend').replaceChildren(h('h2', {}, counted(text('thematic.total', { n: number(body.total) }), body, body.scope)), h('div', { class: 'heat-scale' }, text('thematic.less'), h('i', {}), text('thematic.more')));
    const sums = new Map();
    for (const item of body.items) sums.set(item.code.slice(0, 12), (sums.get(item.code.slice(0, 12)) || 0) + ofSlot(item, -1));
    byId('th-list').replaceChildren(table([...sums].sort((a, b) => b[1] - a[1]).map(([code, n]) => h('tr', {}, h('td', {}, names[code] || code), h('td', {}, counted(number(n), body, code))))));
    say(body.total ? text('thematic.sum', { whole: number(body.total), parts: number(body.total - body.rest), rest: number(body.rest) }) : text('thematic.empty'));
  }

  async function overlay(state, mine) {
    const layers = (await ask('layers', { scope: state.scope })).items.filter((layer) => layer.geometry === 'area' && layer.total);
    if (mine !== turn) return;
    if (!layers.length) return void (byId('th-map').replaceChildren(), say(text('thematic.no_layers')));
    const layer = layers.find((one) => one.name === state.layer) || layers[0];
    byId('th-controls').replaceChildren(select('layer', text('thematic.layer'), layers.map((one) => [one.name, one.title]), layer.name));
    const [body, grids] = await Promise.all([ask('grids/overlay', { layer: layer.name, scope: state.scope }), thematic.shapes('grids.geojson')]);
    if (mine !== turn) return;
    const outlines = [...grids].filter(([code]) => code.startsWith(state.scope)).map(([, geometry]) => geometry);
    const patches = body.items.map((patch) => ({ ...patch, label: text('thematic.patch.' + patch.kind) + ' ' + area(patch.area_m2) + ' · ' + patch.ids.slice(0, 3).join('、') }));
    const rows = patches.map((patch, i) => h('tr', { tabindex: 0, 'data-patch-row': i, onclick: () => choose(i), onkeydown: (event) => event.key === 'Enter' && choose(i) },
      h('td', {}, h('i', { class: 'dot ' + patch.kind }), text('thematic.patch_short.' + patch.kind)), h('td', {}, patch.ids.slice(0, 3).join('、')), h('td', {}, area(patch.area_m2))));
    let chosen = -1;
    const picture = thematic.overlay(outlines, patches, (i) => choose(i));
    function choose(i) {
      chosen = chosen === i ? -1 : i;
      picture.look(chosen);
      rows.forEach((row, n) => row.setAttribute('aria-selected', n === chosen ? 'true' : 'false'));
    }
    byId('th-map').replaceChildren(picture);
    byId('th-legend').replaceChildren(h('h2', {}, [text('thematic.ours', { area: area(body.ours_m2) }), text('thematic.theirs', { area: area(body.theirs_m2) }), text('thematic.shared', { area: area(body.shared_m2) })].join(' · ')),
      h('ul', {}, Object.entries(body.totals).map(([kind, m2]) => h('li', {}, h('i', { class: 'dot ' + kind }), text('thematic.patch.' + kind) + ' ' + area(m2)))));
    byId('th-list').replaceChildren(table(rows));
    say(text('thematic.patches', { n: number(body.total) }) + (body.slivers ? ' · ' + text('thematic.slivers', { n: number(body.slivers), area: area(body.slivers_m2) }) : ''));
  }

  /** What the views in other files take from here. */
  const given = {
    h, ask, go, text, counted, number, timeOf, say, select, period, table, opening, turn: () => turn, lang: () => root().dataset.lang,
    nameOf: (code) => names[code] || names[code.slice(0, 12)] || code,
  };

  async function show() {
    const mine = ++turn, state = stateOf(), box = byId('th-map');
    frame(state);
    box.dataset.state = 'loading';
    say(text('thematic.loading'));
    try {
      await (thematic.views[state.view] ? thematic.views[state.view](given, state, mine) : { choropleth, heat, overlay }[state.view](state, mine));
      if (mine === turn) box.dataset.state = 'ready';
    } catch (error) {
      if (mine !== turn) return;
      box.dataset.state = 'failed';
      box.replaceChildren();
      say(text('thematic.failed', { reason: error.message }));
    }
  }

  function begin() {
    const page = root();
    if (!page || page.begun) return;
    page.begun = true;
    [words, names, titles] = ['texts', 'divisions', 'indicators'].map((name) => JSON.parse(page.dataset[name]));
    page.addEventListener('click', (event) => {
      const tab = event.target.closest('[data-view]');
      if (tab) go({ view: tab.dataset.view, link: '', cluster: '' });
    });
    show();
  }
  window.addEventListener('popstate', () => root() && show());
  // figures go on while somebody looks; what cannot be read now stays as it was, with its time below it
  setInterval(() => root() && !document.hidden && stateOf().view === 'choropleth' && choropleth(stateOf(), turn).catch(() => {}), FRESH_MS);
  new MutationObserver(begin).observe(document.documentElement, { childList: true, subtree: true });
})();
