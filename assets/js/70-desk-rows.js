/* 待办: what is open in this browser's scope, in the order in which an officer should look at it. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});

  /** The columns of a row, as `cockpit/situation/view.py` writes them. */
  desk.COLUMN = {
    lon: 0, lat: 1, state: 2, riskAt: 3, overAt: 4, title: 5, late: 6, code: 7, source: 8, category: 9, severity: 10,
    reportedAt: 11, stage: 12, level: 13, unit: 14, claim: 15,
  };
  const C = desk.COLUMN, ALARM = { lon: 0, lat: 1, kind: 2, raisedAt: 3, message: 4, severity: 5, state: 6, group: 7, device: 8, code: 9, event: 10, by: 11 };
  desk.ALARM = ALARM;

  /** Ranks: red first, with what devices say between the two kinds of red; what waits for nobody last. */
  const RANK = (desk.RANK = { over: 0, alarm: 1, risk: 2, doing: 3, paused: 4, gone: 5 });
  desk.GLYPHS = ['over', 'iot', 'risk', 'doing', 'paused', 'done'];

  const ALARM_ID = 'alarm:', GROUP_ID = 'group:'; // no source of events has these names, so they never meet
  /** What devices say: an alarm, or a group of them. */
  desk.isAlarm = (id) => id.startsWith(ALARM_ID) || id.startsWith(GROUP_ID);
  desk.isGroup = (id) => id.startsWith(GROUP_ID);
  desk.groupIdOf = (id) => id.slice(GROUP_ID.length);
  desk.idOfGroup = (groupId) => GROUP_ID + groupId;
  desk.alarmOf = (id) => id.slice(ALARM_ID.length);
  desk.idOfAlarm = (alarmId) => ALARM_ID + alarmId;

  desk.here = () => Boolean(cockpit.page && cockpit.page.name === 'duty');

  /** The row of an id of the queue, an event's or an alarm's, for a group one like an alarm's; undefined if it is gone. */
  desk.find = function (id) {
    const { events, alarms } = cockpit.situation;
    if (desk.isGroup(id)) return (desk.groupAt(desk.groupIdOf(id)) || {}).row;
    return desk.isAlarm(id) ? alarms.get(desk.alarmOf(id)) : events.get(id);
  };

  /** The rule of `overtime.colour_of`, as a rank. At its deadline an event is still in time. */
  desk.rankOf = function (row, now) {
    if (row[C.state] !== 'open') return row[C.state] === 'paused' ? RANK.paused : RANK.gone;
    if (row[C.overAt] !== null && now > row[C.overAt]) return RANK.over;
    return row[C.riskAt] !== null && now >= row[C.riskAt] ? RANK.risk : RANK.doing;
  };

  desk.rankOfId = function (id, now) {
    const row = desk.find(id);
    if (!row) return RANK.gone;
    return desk.isAlarm(id) ? RANK.alarm : desk.rankOf(row, now);
  };

  /** Who works on it: `[by, account, lapses_at]`; null if nobody, or not any more. */
  desk.claimOf = (row, now) => (row[C.claim] && row[C.claim][2] > now ? row[C.claim] : null);
  desk.isMine = (claim) => Boolean(claim) && claim[1] === cockpit.page.root.dataset.account;

  const NEWS_MS = 600000; // an alarm is news for ten minutes
  const STEP = 2e13, NEVER = 9e12; // one number sorts rank, then time: milliseconds stay far below a step

  /** Overtime by longest, at risk by least time left, the rest by time left; no limit: the oldest report first. */
  function keyOf(row, rank) {
    const at = row[C.overAt] === null || row[C.overAt] === undefined ? NEVER + (row[C.reportedAt] || 0) / 1e3 : row[C.overAt];
    return rank * STEP + at;
  }

  /** Of the likeliest to be overtime those come first that are. */
  const keyOfEvent = (id, row, rank) => (desk.isLikely() && rank !== RANK.over ? STEP + desk.likelyKey(id, keyOf(row, rank)) : keyOf(row, rank));

  /** What devices say now comes before what may become late; what they have said for long, or what somebody has
      acknowledged, comes after it. Newest first. */
  function keyOfAlarm(row, now) {
    const waits = row[ALARM.state] === undefined || row[ALARM.state] === 'raised';
    const rank = waits && now - row[ALARM.raisedAt] < NEWS_MS ? RANK.alarm : RANK.risk + 0.5;
    return rank * STEP + STEP / 4 - row[ALARM.raisedAt];
  }

  /**
   * Everything that passes, in order: a group of alarms is one, behind it its members if it is folded open.
   * @param {function(string, Array, number): boolean} passes (id, row, rank)
   * @param {number} now the server's clock
   * @returns {{ids: string[], ranks: Uint8Array}}
   */
  desk.ordered = function (passes, now) {
    const ids = [], keys = [], ranks = [];
    const add = (id, rank, key) => {
      ids.push(id);
      ranks.push(rank);
      keys.push(key);
    };
    for (const [id, row] of cockpit.situation.events) {
      const rank = desk.rankOf(row, now);
      if (rank !== RANK.gone && passes(id, row, rank)) add(id, rank, keyOfEvent(id, row, rank));
    }
    const alarms = [], under = new Map();
    for (const [alarmId, row] of cockpit.situation.alarms) {
      if (passes(desk.idOfAlarm(alarmId), row, RANK.alarm)) alarms.push([alarmId, row]);
    }
    for (const [id, rows, memberIds] of desk.situationsOf(alarms)) {
      const key = rows.reduce((least, row) => Math.min(least, keyOfAlarm(row, now)), Infinity);
      add(id, RANK.alarm, desk.isLikely() ? STEP + desk.likelyKey(id, key) : key);
      if (memberIds.length && desk.isFoldedOpen(desk.groupIdOf(id))) under.set(id, memberIds);
    }
    const order = Uint32Array.from(ids, (_, i) => i);
    const sortKeys = Float64Array.from(keys);
    order.sort((a, b) => sortKeys[a] - sortKeys[b] || (ids[a] < ids[b] ? -1 : 1));
    if (!under.size) return { ids: Array.from(order, (i) => ids[i]), ranks: Uint8Array.from(order, (i) => ranks[i]) };
    const unfolded = [], theirs = [];
    for (const i of order) {
      unfolded.push(ids[i]);
      theirs.push(ranks[i]);
      const newest = (under.get(ids[i]) || []).sort((a, b) => desk.find(b)[ALARM.raisedAt] - desk.find(a)[ALARM.raisedAt] || (a < b ? -1 : 1));
      for (const id of newest) unfolded.push(id);
      for (const _ of newest) theirs.push(RANK.alarm);
    }
    return { ids: unfolded, ranks: Uint8Array.from(theirs) };
  };

  let names = null;
  /** The division's name of a code; of a grid or an unknown code that of the nearest known one above it. */
  desk.placeOf = function (code, length) {
    if (!names) names = JSON.parse(cockpit.page.root.dataset.divisions || '{}');
    for (const n of [length || 15, 12, 9, 6]) {
      if (n <= code.length && names[code.slice(0, n)]) return names[code.slice(0, n)];
    }
    return '';
  };
  cockpit.on('page', () => {
    names = null;
  });

  const text = (key, values) => cockpit.text(key, values);
  desk.sourceOf = (source) => text('source.' + (cockpit.texts['source.' + source] ? source : 'unknown'));

  /** `event.01` of `event.01.10`; the source's own words where there is no code. */
  desk.classOf = (category) => (/^(event|part)\.\d\d/.exec(category || '') || [category || ''])[0];
  desk.className = (cls) => (cls ? cockpit.texts['category.' + cls] || cls : text('queue.uncategorised'));

  const two = (n) => String(n).padStart(2, '0');
  /** `08:52`, `1:12:40`, from two days on `3 天 04:12`: how long rows and clocks say something is. */
  desk.spanOf = function (ms) {
    const s = Math.floor(Math.abs(ms) / 1000), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
    if (h >= 48) return text('span.days', { n: Math.floor(h / 24), clock: two(h % 24) + ':' + two(m) });
    return (h ? h + ':' + two(m) : two(m)) + ':' + two(s % 60);
  };

  /** What stands before the digits, and the digits: `['超', '42:18']`. */
  desk.countdown = function (overAt, now) {
    const left = overAt - now;
    return [text(left < 0 ? 'countdown.over' : 'countdown.left'), desk.spanOf(left)];
  };

  /** A node as `cockpit.patch` draws it; texts are texts, whatever they say. */
  desk.h = (type, props, ...children) => ({ type, props: { ...props, children } });
  desk.icon = (name, css) => desk.h('I', { className: 'g g-' + name + (css ? ' ' + css : ''), 'aria-hidden': 'true' });
})();
