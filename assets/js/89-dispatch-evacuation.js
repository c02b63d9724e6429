/* 疏散 on the desk: begin it in what was drawn, and the board that counts every household once. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h, dispatch } = desk;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  /** The columns of a row, as the view writes them, and the letters of its households. */
  const E = { event: 0, started: 1, ended: 2, counts: 3, people: 4, buildings: 5, helpers: 6, tapped: 7 };
  const LETTERS = { m: 'moved', t: 'told', n: 'nobody_home', h: 'needs_help', r: 'refused', '-': 'not_reached' };
  const ORDER = Object.keys(LETTERS), DRAW_MS = 500, READ_MS = 4000, MOST_SQUARES = 3000, MOST_CARRIED = 100, STALE_MS = 15000;

  let rows = new Map(), homes = null, homesOf = '', detail = null, detailOf = '', detailAt = 0, failed = '', error = '', busy = false, sure = '', drawing = 0, reading = false;

  /** The evacuation to show: the chosen event's, else the newest that runs. */
  function current() {
    const all = [...rows].sort((a, b) => Boolean(a[1][E.ended]) - Boolean(b[1][E.ended]) || b[1][E.started] - a[1][E.started]);
    const here = dispatch.eventId();
    return all.find(([, row]) => row[E.event] === here) || (here && dispatch.open ? null : all[0]) || null;
  }
  const many = (n) => n.toLocaleString('en-US');
  const total = (row) => Object.values(row[E.counts]).reduce((sum, n) => sum + n, 0);

  async function read(id) {
    if (reading || document.hidden) return;
    reading = true;
    const { status, body } = await desk.ask('evacuations/' + encodeURIComponent(id));
    reading = false;
    if (status === 200) [detail, detailOf, detailAt, failed] = [body, id, cockpit.now(), ''];
    else failed = body.detail || String(status);
    soon();
  }

  /** How many doors the drawn area has, before anybody is asked to go there. */
  async function count(around) {
    const mine = JSON.stringify(around);
    if (homesOf === mine) return;
    [homesOf, homes] = [mine, null];
    const { status, body } = await desk.ask('households/count', { method: 'POST', key: desk.newKey(), body: bodyOf(around) });
    if (homesOf !== mine) return;
    if (status === 200) homes = body;
    draw();
  }

  const bodyOf = (around) => (around.kind === 'polygon' ? { polygon: around.ring } : { lon: around.lon, lat: around.lat, radius_m: around.radius });
  const area = () => (dispatch.around && dispatch.around.kind !== 'point' ? dispatch.around : null);
  async function begin() {
    const around = area(), eventId = dispatch.eventId();
    if (!around || !eventId || busy) return;
    const people = [...dispatch.draft().ticked.values()].map((item) => item.id);
    [busy, error] = [true, ''];
    draw();
    const { status, body } = await desk.ask('evacuations', { method: 'POST', key: desk.newKey(), body: { event_id: eventId, ...bodyOf(around), ...(people.length ? { recipient_ids: people } : {}) } });
    busy = false;
    if (status === 202) desk.toast(text('dispatch.evac_begun') + (body.left_out ? ' · ' + text('dispatch.evac_left_out', { n: many(body.left_out) }) : ''));
    else error = body.detail || body.title || String(status);
    draw();
  }
  async function end(id) {
    if (busy) return;
    if (sure !== id) {
      sure = id;
      return draw();
    }
    [busy, sure] = [true, ''];
    const { status, body } = await desk.ask('evacuations/' + encodeURIComponent(id) + '/end', { method: 'POST', key: desk.newKey(), body: {} });
    busy = false;
    error = status === 202 ? '' : body.detail || body.title || String(status);
    draw();
  }

  const button = (action, words, css, more) => h('Button', { type: 'button', className: 'btn ' + (css || ''), 'data-action': action, ...more }, words);

  function start() {
    const around = area(), eventId = dispatch.eventId(), n = dispatch.open ? dispatch.draft().ticked.size : 0;
    if (around) count(around);
    const reason = !eventId ? text('dispatch.need_event') : !around ? text('dispatch.evac_draw') : busy ? text('dispatch.sending') : '';
    return h('Div', { className: 'evac-start' },
      h('P', {}, around ? text('dispatch.evac_area', { area: around.kind === 'ring' ? desk.metresOf(around.radius) : text('dispatch.outline', { n: around.ring.length }) }) : text('dispatch.evac_draw')),
      around && homes ? h('P', { className: 'homes-in' }, text('dispatch.evac_homes', { n: many(homes.households), buildings: many((homes.buildings || []).length), people: many(homes.people), help: many(homes.needs_help) })) : null,
      h('P', { className: 'note' }, text(n ? 'dispatch.evac_people' : 'dispatch.evac_nearest', { n })),
      error ? h('P', { className: 'unsent', role: 'alert' }, text('dispatch.unsent', { reason: error })) : null,
      h('Div', { className: 'can' }, button('draw-ring', text('dispatch.draw_ring'), '', { 'data-draw': 'ring' }), button('draw-polygon', text('dispatch.draw_polygon'), '', { 'data-draw': 'polygon' }),
        button('evac-begin', text('dispatch.evac_begin'), 'pri', { 'aria-disabled': reason ? 'true' : null, title: reason || null })));
  }

  function finish() {
    const at = detail && detail.finish_at;
    if (cockpit.now() - detailAt > STALE_MS) return null; // what is old projects nothing
    if (!at) return detail && detail.finish_why ? h('P', { className: 'note' }, cockpit.texts['finish_why.' + detail.finish_why] || '') : null;
    const mid = Date.parse(at.mid), spread = Math.max(1, Math.round((Date.parse(at.high) - Date.parse(at.low)) / 120000));
    return h('P', { className: 'finish' }, text('dispatch.evac_finish', { time: desk.timeOf(mid), spread }));
  }

  /** One square a household, in the order of the states; a very large one is a bar. */
  function building([code, name, , , letters], squares) {
    const counts = ORDER.map((letter) => letters.split(letter).length - 1);
    const body = squares ? ORDER.flatMap((letter, i) => Array.from({ length: counts[i] }, () => h('I', { className: LETTERS[letter] })))
      : ORDER.map((letter, i) => h('I', { className: 'share ' + LETTERS[letter], style: { flexGrow: String(counts[i]) } }));
    return h('Div', { className: 'block' + (squares ? '' : ' bar'), 'data-building': code, title: name }, h('H4', {}, h('Span', {}, name), desk.doorCount('at:' + code, {}, h('B', {}, counts[0] + ' / ' + letters.length))), h('Div', { className: 'homes' }, ...body));
  }

  const doorOf = (one) => desk.doorOf(one.household_id, one.building_code);

  function carry() {
    const list = detail && Array.isArray(detail.carry) ? detail.carry : [];
    if (!list.length) return null;
    const line = (one) => (typeof one === 'string' ? one : [one.building || one.building_name, doorOf(one), one.people ? text('dispatch.evac_persons', { n: one.people }) : ''].filter(Boolean).join(' · '));
    return h('Div', { className: 'carry' }, h('H3', {}, desk.doorCount('carry', {}, text('dispatch.evac_carry', { n: list.length }))), ...list.slice(0, MOST_CARRIED).map((one) => h('P', { title: line(one) + (one.note ? ' · ' + one.note : '') }, line(one))));
  }

  function board([id, row]) {
    const counts = row[E.counts], n = total(row), own = detailOf === id ? detail : null;
    const rate = own && own.rate_per_min !== null && own.rate_per_min !== undefined ? text('dispatch.evac_rate', { n: Math.round(own.rate_per_min) }) : '';
    return h('Div', { className: 'evac', 'data-evacuation': id },
      h('Div', { className: 'evac-sums' },
        h('P', { className: 'evac-head' }, desk.doorCount('moved', {}, h('B', { 'data-evac': 'moved' }, many(counts.moved || 0))), desk.doorCount('all', {}, text('dispatch.evac_of', { n: many(n) }))),
        row[E.ended] ? h('P', { className: 'done' }, text('dispatch.evac_ended', { time: desk.timeOf(row[E.ended]) })) : h('P', {}, rate ? desk.doorCount('lately', {}, rate) : ''),
        row[E.ended] || !own ? null : finish(),
        failed ? h('P', { className: 'late' }, text('dispatch.evac_stale', { reason: failed })) : null,
        h('Ul', {}, ...ORDER.map((letter) => h('Li', {}, desk.doorCount(LETTERS[letter], {}, h('I', { className: LETTERS[letter] }), h('Span', {}, text('dispatch.home.' + LETTERS[letter])), h('B', { 'data-evac': LETTERS[letter] }, many(counts[LETTERS[letter]] || 0)))))),
        own && own.disputed && own.disputed.length ? h('P', { className: 'late' }, desk.doorCount('disputed', {}, text('dispatch.evac_disputed', { n: own.disputed.length }))) : null,
        h('P', { className: 'note' }, text('dispatch.evac_helpers', { n: many(row[E.helpers]), people: many(row[E.people]) })),
        own && !row[E.ended] && desk.helpersOf ? desk.helpersOf(id, own) : null,
        carry(),
        error ? h('P', { className: 'unsent', role: 'alert' }, error) : null,
        row[E.ended] ? null : button('evac-end', text(sure === id ? 'dispatch.evac_end_sure' : 'dispatch.evac_end'), sure === id ? 'pri' : '', { 'data-id': id })),
      h('Div', { className: 'evac-board' }, desk.doorList(row, own) || h('Div', { className: 'blocks' }, ...row[E.buildings].map((one) => building(one, n <= MOST_SQUARES)))));
  }

  function draw() {
    drawing = 0;
    const body = byId('work-body');
    const count = document.querySelector('[data-tab-count=evacuation]'), running = [...rows.values()].filter((row) => !row[E.ended]).length;
    if (count) cockpit.write(count, running ? ' ' + running : '');
    if (!body || dispatch.shownWork() !== 'evacuation') return;
    const now = current();
    cockpit.write(byId('work-sub'), now && desk.find(now[1][E.event]) ? desk.find(now[1][E.event])[desk.COLUMN.title] : '');
    desk.workDrawn = 'evacuation';
    cockpit.patch(body, now ? board(now) : start());
    if (now && (detailOf !== now[0] || cockpit.now() - detailAt > READ_MS) && !failed) read(now[0]);
  }
  /** Read the board anew, now. */
  desk.rereadEvacuation = () => {
    detailAt = 0;
    draw();
  };
  desk.drawEvacuation = draw;
  function soon() {
    if (!drawing) drawing = setTimeout(draw, DRAW_MS);
  }

  cockpit.on('snapshot', (snapshot) => {
    rows = new Map(Object.entries(snapshot.evacuations || {}));
    if (desk.here()) soon();
  });
  cockpit.on('delta', (delta) => {
    if (!delta.evacuations || !Object.keys(delta.evacuations).length) return;
    for (const id in delta.evacuations) {
      if (delta.evacuations[id] === null) rows.delete(id);
      else rows.set(id, delta.evacuations[id]);
    }
    if (desk.here()) soon();
  });
  for (const name of ['dispatch', 'ticked', 'desk-choice']) cockpit.on(name, () => desk.here() && draw());
  let seconds = 0;
  cockpit.on('tick', () => {
    if (!desk.here() || dispatch.shownWork() !== 'evacuation' || ++seconds % 4) return;
    failed = ''; // try again
    draw();
  });
  document.addEventListener('click', (event) => {
    const action = desk.here() && event.target.closest && event.target.closest('#work-body [data-action]');
    if (!action) return;
    if (action.dataset.action === 'evac-begin') begin();
    else if (action.dataset.action === 'evac-end') end(action.dataset.id);
  });
})();
