/* 谁管这个点: point at any place and read whose it is: grid and divisions, the unit for a class, the gridworkers there. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h, icon } = desk, map = cockpit.map, C = desk.COLUMN;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const CLASSES = ['01', '02', '03', '04', '05', '06'].map((n) => 'event.' + n).concat(['01', '02', '03', '04', '05'].map((n) => 'part.' + n));
  const MOST_UNITS = 5, MOST_WORKERS = 3;
  let on = false, place = null, category = '', answer = null, failed = '', spot = null, turn = 0;

  async function ask() {
    const mine = ++turn;
    [answer, failed] = [null, ''];
    draw();
    const query = 'responsible?lon=' + place[1].toFixed(6) + '&lat=' + place[0].toFixed(6) + '&category=' + encodeURIComponent(category);
    const { status, body } = await desk.ask(query);
    if (mine !== turn || !on) return;
    if (status === 200) answer = body;
    else failed = status === 404 ? text('whose.outside') : status === 403 ? text('whose.not_yours') : body.detail || String(status);
    draw();
  }

  function workerLine(worker) {
    const where = worker.distance_m === null || worker.distance_m === undefined ? '' : text(worker.distance_m < 1000 ? 'map.scale_m' : 'map.scale_km',
      { n: worker.distance_m < 1000 ? Math.round(worker.distance_m) : (worker.distance_m / 1000).toFixed(1) });
    const state = worker.on_duty ? [text('map.on_duty'), where].filter(Boolean).join(' · ') : text('whose.off_duty');
    return h('Div', { className: 'line ' + (worker.on_duty ? 'done' : '') }, h('Span', { className: 'what' }, desk.masked(worker.name)), h('Span', { className: 'right' }, state));
  }

  function told() {
    if (failed) return [h('P', { className: 'note' }, failed)];
    if (!answer) return [h('P', { className: 'note' }, place ? text('queue.loading') : text('whose.how'))];
    const first = answer.asked_first || [], units = [...new Map((answer.units || []).map((one) => [one.unit, one])).values()].slice(0, MOST_UNITS);
    const divisions = (answer.divisions || []).map((one) => one.name).join(' · ');
    const workers = (answer.gridworkers || []).slice(0, MOST_WORKERS), near = answer.nearest_on_duty;
    const others = units.filter((one) => !first.some((f) => f.unit === one.unit));
    return [
      h('P', { className: 'where' }, divisions),
      h('P', { className: 'unit' }, first.length ? first.map((one) => one.unit).join(' · ') : text('whose.nobody')),
      ...others.map((one) => h('Div', { className: 'line' }, h('Span', { className: 'what' }, one.unit), h('Span', { className: 'right' }, text('level.' + one.level)))),
      h('H3', {}, text('map.gridworkers')),
      ...(workers.length ? workers.map(workerLine) : [h('P', { className: 'note' }, text('whose.no_worker'))]),
      near && !workers.some((one) => one.on_duty) ? h('H3', {}, text('whose.nearest')) : null,
      near && !workers.some((one) => one.on_duty) ? workerLine(near) : null,
    ].filter(Boolean);
  }

  function picks() {
    const own = category && !CLASSES.includes(category) ? [category] : [];
    return h('Div', { className: 'picks' }, ...[...own, ...CLASSES].map((cls) => h('Button',
      { type: 'button', role: 'radio', 'data-whose': cls, 'aria-checked': cls === category ? 'true' : 'false' },
      own.includes(cls) ? desk.className(desk.classOf(cls)) + ' ' + cls : desk.className(cls))));
  }

  function draw() {
    const box = byId('map-whose');
    if (!box) return;
    box.hidden = !on;
    byId('panel-map').dataset.pointing = on ? 'true' : 'false';
    if (!on) return;
    cockpit.patch(box, [
      h('Header', {}, icon('event'), h('B', {}, text('keys.responsible')),
        h('Button', { type: 'button', 'data-action': 'whose-close', 'aria-label': text('keys.close') }, h('Kbd', {}, 'Esc'))),
      ...told(),
      place ? picks() : null,
    ].filter(Boolean));
  }

  function point(latlng) {
    place = [latlng.lat, latlng.lng];
    spot = spot || desk.Spot('asked');
    spot.put(place);
    ask();
  }

  /** Begin to point; a chosen event answers at once for its own place and category. */
  desk.whose = function () {
    if (on) return void desk.endPointing();
    if (desk.stopDrawing) desk.stopDrawing();
    if (cockpit.houses) cockpit.houses.close();
    if (desk.plot) desk.plot.put(null);
    const row = desk.chosen && !desk.isAlarm(desk.chosen) ? desk.find(desk.chosen) : null;
    on = true;
    category = row && /^(event|part)\./.test(row[C.category] || '') ? row[C.category] : 'event.01';
    map.pick = point;
    if (row && row[C.lon] !== null) point({ lat: row[C.lat], lng: row[C.lon] });
    draw();
  };

  /** @returns {boolean} whether somebody was pointing */
  desk.endPointing = function () {
    if (!on) return false;
    turn++;
    [on, place, answer, failed, map.pick] = [false, null, null, '', null];
    if (spot) spot.put(null);
    draw();
    return true;
  };

  document.addEventListener('click', (click) => {
    if (!desk.here() || !click.target.closest) return;
    const picked = click.target.closest('[data-whose]');
    if (picked && place) {
      category = picked.dataset.whose;
      ask();
    } else if (click.target.closest('[data-action="whose"]')) desk.whose();
    else if (click.target.closest('[data-action="whose-close"]')) desk.endPointing();
  });
})();
