/* The queue as a list of any length: twenty rows in the page, and an order that does not move under who is reading. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const RANK = desk.RANK;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const ROW_PX = 57, AROUND = 5;
  const TOLD_MS = 250; // a chip that flickers is read by nobody
  const LEFT_ALONE_MS = 60000; // nobody has touched the desk for so long: nobody reads

  let ids = [], ranks = new Uint8Array(0), places = new Map();
  let list = null, space = null, rows = [], drawing = 0, inside = false;
  let newcomers = new Set(); // what came in with the last ordering, told by a mark until the next
  let touched = performance.now(), ready = false, moved = false; // moved: the forecast orders otherwise than the list stands

  desk.queue = { ids: () => ids, place: (id) => places.get(id), waiting: () => desk.tally.waiting() };
  desk.isFresh = (id) => newcomers.has(id);
  /** Whether the row at `at` stands under its group's. */
  desk.isUnder = (id, at) => places.get(desk.groupRowOf(desk.alarmOf(id))) < at;

  /** Who points at the list, has gone down in it or has chosen something is reading: then rows stay where they are. */
  function reading() {
    if (performance.now() - touched > LEFT_ALONE_MS) return false;
    return inside || Boolean(desk.chosen) || (list && (list.scrollTop > 0 || list.contains(document.activeElement)));
  }

  function passes() {
    const shows = desk.shows[desk.filter.show], others = desk.passing();
    return (id, row, rank) => shows(id, row, rank) && others(id, row, rank);
  }

  /** Put the list in the order that holds now. What is being read stays at its height on the screen. */
  function order(how) {
    if (!list || !ready) return;
    moved = false;
    const scroll = list.scrollTop;
    let anchor = how.anchor && places.has(how.anchor) ? how.anchor : ids[Math.floor(scroll / ROW_PX)];
    const at = places.get(anchor);
    const offset = at === undefined ? 0 : at * ROW_PX - scroll;
    const before = places;
    const made = desk.ordered(passes(), cockpit.now());
    ids = made.ids;
    ranks = made.ranks;
    places = new Map(ids.map((id, i) => [id, i]));
    newcomers = how.mark ? new Set(ids.filter((id) => !before.has(id))) : new Set();
    desk.tally.restart(places, ranks);
    space.style.height = ids.length * ROW_PX + 'px';
    if (how.top) list.scrollTop = 0;
    else if (places.has(anchor) && (scroll > 0 || how.anchor)) list.scrollTop = places.get(anchor) * ROW_PX - offset;
    say();
    draw();
    cockpit.emit('desk-order', { n: ids.length });
  }

  /** Tell what has happened since the list was ordered; nobody reads: put it in order. */
  function look() {
    if (!list || !ready) return;
    const { fresh, reddened, gone } = desk.tally.waiting();
    if ((fresh || reddened || gone || moved) && !reading()) order({ mark: true });
    else say();
  }

  /** The chip over the list, and the line that stands instead of rows. */
  function say() {
    const waiting = desk.tally.waiting(), { fresh, reddened, gone } = waiting;
    desk.showCounts(desk.tally.counts());
    const chip = byId('queue-fresh'), kind = fresh ? 'fresh' : reddened ? 'reddened' : gone ? 'gone' : '';
    chip.hidden = !kind;
    chip.dataset.kind = kind;
    if (kind) cockpit.write(chip, text('queue.' + kind, { n: waiting[kind] }));
    const said = byId('queue-said');
    const nothing = ids.length === 0;
    said.hidden = !nothing;
    if (nothing) {
      const { show, q } = desk.filter;
      const key = q || desk.facetsOn() ? '_filtered' : show === 'red' || show === 'alarm' ? '_' + show : show === 'new' ? '_filtered' : '';
      cockpit.write(said, text('queue.empty' + key));
    }
  }

  function makeRows() {
    const wanted = Math.ceil(list.clientHeight / ROW_PX) + 1 + 2 * AROUND;
    while (rows.length < wanted) rows.push({ ...desk.Row(rows.length), at: -1 });
    space.replaceChildren(...rows.map((row) => row.element));
  }

  /** Write the rows that can be seen. Row n of the list always uses element n modulo their number: scrolling by one
      row writes one element. */
  function draw() {
    drawing = 0;
    if (!list || !ready || !list.clientHeight) return;
    if (rows.length < Math.ceil(list.clientHeight / ROW_PX) + 1 + 2 * AROUND) makeRows();
    const now = cockpit.now();
    const first = Math.max(0, Math.floor(list.scrollTop / ROW_PX) - AROUND);
    const last = Math.min(ids.length, first + rows.length);
    for (let at = first; at < last; at++) {
      const row = rows[at % rows.length];
      if (row.at !== at) row.element.style.transform = 'translateY(' + at * ROW_PX + 'px)';
      row.at = at;
      row.element.hidden = false;
      row.show(ids[at], at, ids.length, now);
    }
    for (const row of rows) if (row.at < first || row.at >= last) [row.at, row.element.hidden] = [-1, true];
    const chosen = places.get(desk.chosen);
    const active = chosen !== undefined && chosen >= first && chosen < last ? rows[chosen % rows.length].element.id : '';
    if ((list.getAttribute('aria-activedescendant') || '') !== active) list.setAttribute('aria-activedescendant', active);
  }
  let soonTimer = null;
  const soon = () => (soonTimer = soonTimer || setTimeout(() => {
    soonTimer = null;
    look();
  }, TOLD_MS));
  const redraw = () => (drawing = drawing || requestAnimationFrame(draw));
  desk.redrawRows = redraw;

  /** Bring what waits into the list. */
  desk.bringIn = function () {
    const { fresh, reddened } = desk.tally.waiting(), top = fresh > 0 || reddened > 0;
    order({ mark: true, top: top && !desk.chosen, anchor: desk.chosen });
    if (top && list) list.scrollTop = 0;
  };

  /** Scroll just so far that the row of an id can be seen. @returns {boolean} whether the list has it */
  desk.reveal = function (id) {
    const at = places.get(id) ?? (id && desk.isAlarm(id) && !desk.isGroup(id) ? places.get(desk.groupRowOf(desk.alarmOf(id))) : undefined);
    if (at === undefined || !list) return false;
    const top = at * ROW_PX, height = list.clientHeight;
    if (top < list.scrollTop) list.scrollTop = Math.max(0, top - ROW_PX);
    else if (top + ROW_PX > list.scrollTop + height) list.scrollTop = top + 2 * ROW_PX - height;
    redraw();
    return true;
  };

  /** The id `steps` rows from the chosen one; `red`: only red ones count. */
  desk.neighbour = function (steps, red) {
    const at = places.get(desk.chosen), from = at === undefined ? (steps > 0 ? -1 : ids.length) : at;
    if (!red) return ids[Math.min(ids.length - 1, Math.max(0, from + steps))];
    const now = cockpit.now();
    for (let i = from + steps; i >= 0 && i < ids.length; i += steps) {
      const rank = desk.rankOfId(ids[i], now);
      if (rank === RANK.over || rank === RANK.risk) return ids[i];
    }
    return undefined;
  };
  /** The event that has been overtime for the longest; undefined if none is. */
  desk.worst = () => (desk.here() ? ids.find((id) => desk.rankOfId(id, cockpit.now()) === RANK.over) : undefined);
  desk.pageOfRows = () => (list ? Math.max(1, Math.floor(list.clientHeight / ROW_PX) - 1) : 10);

  function begin() {
    list = byId('queue-list');
    space = byId('queue-rows');
    rows = [];
    ready = cockpit.situation.instance !== null;
    list.addEventListener('scroll', redraw, { passive: true });
    list.addEventListener('pointerenter', () => (inside = true));
    list.addEventListener('pointerleave', () => (inside = false));
    if (ready) start();
  }
  function start() {
    ready = true;
    if (!list) return;
    list.dataset.state = 'ready';
    byId('queue-said').replaceChildren('');
    makeRows();
    order({ anchor: desk.chosen });
  }

  document.addEventListener('click', (event) => {
    const row = event.target.closest && event.target.closest('#queue-rows [data-id]');
    if (row) desk.choose(row.dataset.id, { from: 'list' });
    else if (event.target.closest && event.target.closest('[data-action="bring-in"]')) desk.bringIn();
    else if (event.target.closest && event.target.closest('[data-action="queue-retry"]')) window.dispatchEvent(new Event('online'));
  });
  for (const name of ['pointermove', 'pointerdown', 'keydown', 'wheel']) {
    window.addEventListener(name, () => { touched = performance.now(); }, { passive: true, capture: true });
  }

  /** Nothing has come yet, and nothing comes: say so instead of waiting for ever. */
  cockpit.on('link', ({ state }) => {
    if (!desk.here() || ready || state === 'connecting') return;
    list.dataset.state = 'failed';
    const said = byId('queue-said'), again = document.createElement('button');
    Object.assign(again, { type: 'button', className: 'btn', textContent: text('queue.retry') });
    again.dataset.action = 'queue-retry';
    said.hidden = false;
    said.replaceChildren(text('queue.failed'), again);
  });

  const onDesk = (fn) => (data) => desk.here() && fn(data);
  cockpit.on('page', onDesk(begin));
  cockpit.on('snapshot', onDesk(start));
  cockpit.on('delta', onDesk((delta) => {
    desk.tally.take(delta);
    redraw();
    soon();
  }));
  cockpit.on('tick', onDesk(() => {
    if (!ready) return;
    desk.tally.tick();
    draw();
    look();
  }));
  cockpit.on('desk-fold', onDesk(({ group }) => order({ anchor: desk.idOfGroup(group) })));
  // somebody asked for another order: now; what is forecast has changed: like all news, not under who is reading
  cockpit.on('desk-likely', onDesk(({ turned }) => {
    if (turned) return order({ anchor: desk.chosen, top: !desk.chosen });
    moved = true;
    redraw();
    look();
  }));
  cockpit.on('desk-filter', onDesk(() => {
    order({ anchor: desk.chosen });
    if (!places.has(desk.chosen) && list) list.scrollTop = 0;
    redraw();
  }));
  window.addEventListener('resize', () => desk.here() && redraw());
})();
