/* 在途指令: the orders of this browser's scope as the push holds them, and what each of them says now. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { dispatch } = desk;
  const text = (key, values) => cockpit.text(key, values);

  /** The columns of a row, as the view writes them. */
  const O = (desk.ORDER = {
    event: 0, recipient: 1, kind: 2, name: 3, task: 4, state: 5, issued: 6, acceptBy: 7, rungs: 8, reminded: 9,
    substitutes: 10, substitutedBy: 11, escalated: 12, lon: 13, lat: 14, by: 15, command: 16, reminders: 17,
  });
  /** The five stops of the ladder. */
  const STOPS = (desk.STOPS = ['delivered', 'read', 'accepted', 'departed', 'arrived']);
  const OVER = new Set(['finished', 'declined', 'cancelled', 'substituted']);
  const KEPT_MS = 1800000; // what is over stays in sight for half an hour

  let rows = new Map();

  /** How many stops are behind it: 0 to 5. A later one counts for the earlier ones that nobody told. */
  desk.reached = function (row) {
    const rungs = row[O.rungs] || {};
    if (rungs.finished || row[O.state] === 'finished') return STOPS.length;
    for (let i = STOPS.length; i > 0; i--) if (rungs[STOPS[i - 1]]) return i;
    return 0;
  };
  desk.isOver = (row) => OVER.has(row[O.state]);
  desk.isAccepted = (row) => desk.reached(row) >= 3;
  /** Not accepted in time: the only thing about an order that is red. */
  desk.isUnanswered = (row, now) => !desk.isOver(row) && !desk.isAccepted(row) && row[O.acceptBy] !== null && now > row[O.acceptBy];

  const endedAt = (row) => Math.max(row[O.issued], ...Object.values(row[O.rungs] || {}), 0);

  /** Those to be shown, the newest first: of one event everything, else what is open and what has just ended. */
  function shown(eventId) {
    const now = cockpit.now(), list = [];
    for (const [id, row] of rows) {
      if (eventId ? row[O.event] !== eventId : desk.isOver(row) && now - endedAt(row) > KEPT_MS) continue;
      list.push([id, row]);
    }
    const rank = (row) => (desk.isUnanswered(row, now) ? 0 : desk.isOver(row) || desk.reached(row) === STOPS.length ? 2 : 1);
    return list.sort((a, b) => rank(a[1]) - rank(b[1]) || b[1][O.issued] - a[1][O.issued] || (a[0] < b[0] ? -1 : 1));
  }

  /** What the numbers of a list count, by the name that the address has: a rung is climbed by what was not taken back. */
  const COUNTS = {
    open: (row) => !desk.isOver(row),
    waiting: (row) => !desk.isOver(row) && !desk.isAccepted(row),
    unread: (row) => !desk.isOver(row) && desk.reached(row) < 2,
    sent: (row) => row[O.state] !== 'cancelled',
    ...Object.fromEntries(STOPS.map((stop, i) => [stop, (row) => row[O.state] !== 'cancelled' && desk.reached(row) > i])),
  };

  desk.orders = {
    /** Those of a list that a number counts; all where the name means nothing. */
    counted: (list, name) => (COUNTS[name] ? list.filter(([, row]) => COUNTS[name](row)) : list),
    counts: (name) => name in COUNTS,
    get: (id) => rows.get(id),
    any: () => [...rows.values()].some((row) => !desk.isOver(row)),
    shown,
    of: (eventId) => shown(eventId),
    /** `{n, open, waiting, unread, stops: [n, n, n, n, n]}` over a list: each as long as what `counted` lists. */
    totals(list) {
      const of = (name) => desk.orders.counted(list, name).length;
      return { n: list.length, open: of('open'), waiting: of('waiting'), unread: of('unread'), stops: STOPS.map(of) };
    },
  };

  const minutes = (ms) => (ms < 60000 ? text('age.seconds', { n: Math.max(0, Math.floor(ms / 1000)) }) : desk.spanOf(ms));

  /** What stands at the right end: `{css, words, sub}`. */
  desk.saysOf = function (row, now) {
    const rungs = row[O.rungs] || {}, n = desk.reached(row), state = row[O.state];
    if (state === 'substituted' || row[O.substitutedBy]) return { css: 'lost', words: text('dispatch.substituted') };
    if (state === 'cancelled') return { css: 'lost', words: text('dispatch.state.cancelled') };
    if (state === 'declined') return { css: 'warm', words: text('dispatch.state.declined') };
    if (state === 'finished') return { css: 'done', words: text('dispatch.finished', { time: desk.spanOf((rungs.finished || endedAt(row)) - row[O.issued]) }) };
    if (n === STOPS.length) return { css: 'done', words: text('dispatch.arrived', { time: desk.spanOf((rungs.arrived || endedAt(row)) - row[O.issued]) }) };
    if (n >= 3) return { css: 'sec', words: text('dispatch.since_' + STOPS[n - 1], { time: minutes(now - (rungs[STOPS[n - 1]] || row[O.issued])) }) };
    if (row[O.acceptBy] === null) return { css: 'sec', words: text('dispatch.waits') };
    const left = row[O.acceptBy] - now;
    if (left >= 0) return { css: 'sec', words: text('dispatch.accept_in', { time: minutes(left) }) };
    const key = row[O.escalated] ? 'dispatch.escalated' : row[O.reminded] ? 'dispatch.reminded' : 'dispatch.unanswered';
    return { css: 'over-tx', words: text(key, { time: minutes(-left) }) };
  };

  const tell = () => {
    dispatch.lay();
    cockpit.emit('orders', desk.orders);
  };
  let asked = 0;
  const soon = () => (asked = asked || requestAnimationFrame(() => {
    asked = 0;
    tell();
  }));

  // silence is heard once an order; what was silent before this page opened is only seen
  const heard = new Set();
  function listen(aloud) {
    const now = cockpit.now();
    for (const [id, row] of rows) {
      if (heard.has(id) || !desk.isUnanswered(row, now)) continue;
      heard.add(id);
      if (aloud) cockpit.emit('order-silent', id);
    }
  }
  cockpit.on('tick', () => desk.here() && listen(true));

  cockpit.on('snapshot', (snapshot) => {
    rows = new Map(Object.entries(snapshot.orders || {}));
    if (desk.here()) {
      listen(false);
      tell();
    }
  });
  cockpit.on('delta', (delta) => {
    if (!delta.orders || !Object.keys(delta.orders).length) return;
    let fresh = false;
    for (const id in delta.orders) {
      if (delta.orders[id] === null) rows.delete(id);
      else {
        fresh = fresh || !rows.has(id);
        rows.set(id, delta.orders[id]);
      }
    }
    if (!desk.here()) return;
    if (fresh) dispatch.wakeWork();
    soon();
  });
})();
