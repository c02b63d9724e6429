/* Events as the map holds them: columns by slot, and the colour of each at the server's time. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const STATES = { open: 0, paused: 1, closed: 2 };
  const COLOURS = ['green', 'blue', 'paused', 'at_risk', 'overtime'];
  const [GREEN, BLUE, PAUSED, AT_RISK, OVERTIME] = [0, 1, 2, 3, 4];

  let room = 0;
  const slots = new Map();
  let free = [];
  /**
   * `x`, `y` (world; NaN where the place is unknown), `colour` (0 green … 4 overtime), `top` slots in use at most;
   * `version` grows when anything that clusters depend on has changed; `over` has the slots that are overtime.
   */
  const events = (map.events = { top: 0, version: 0, over: new Set(), ids: [], titles: [], names: COLOURS });

  function make(n) {
    const grown = {
      x: new Float64Array(n), y: new Float64Array(n), colour: new Uint8Array(n), state: new Uint8Array(n),
      riskAt: new Float64Array(n), overAt: new Float64Array(n), late: new Uint8Array(n), used: new Uint8Array(n),
    };
    for (const name in grown) {
      if (room) grown[name].set(events[name]);
      events[name] = grown[name];
    }
    room = n;
  }
  make(1024);

  /** The rule of `overtime.colour_of`: at its deadline an event is still in time. */
  function colourAt(slot, now) {
    if (events.state[slot] === STATES.closed) return GREEN;
    if (events.state[slot] === STATES.paused) return PAUSED;
    if (now > events.overAt[slot]) return OVERTIME;
    return now >= events.riskAt[slot] ? AT_RISK : BLUE;
  }

  function paint(slot, now) {
    const colour = colourAt(slot, now);
    if (colour === events.colour[slot]) return false;
    events.colour[slot] = colour;
    if (colour === OVERTIME) events.over.add(slot);
    else events.over.delete(slot);
    return true;
  }

  const instant = (ms) => (ms === null || ms === undefined ? Infinity : ms);

  /** @returns {boolean} whether the event is new here */
  function put(id, row, now) {
    let slot = slots.get(id);
    const fresh = slot === undefined;
    if (fresh) {
      slot = free.length ? free.pop() : events.top++;
      if (slot >= room) make(room * 2);
      slots.set(id, slot);
      events.ids[slot] = id;
      events.used[slot] = 1;
      events.colour[slot] = 255;
    }
    const [lon, lat, state, riskAt, overAt, title, late] = row;
    events.x[slot] = lon === null ? NaN : map.worldX(lon);
    events.y[slot] = lat === null ? NaN : map.worldY(lat);
    events.state[slot] = STATES[state];
    events.riskAt[slot] = instant(riskAt);
    events.overAt[slot] = instant(overAt);
    events.titles[slot] = title;
    events.late[slot] = late ? 1 : 0;
    paint(slot, now);
    return fresh;
  }

  function drop(id) {
    const slot = slots.get(id);
    if (slot === undefined) return;
    slots.delete(id);
    free.push(slot);
    events.used[slot] = 0;
    events.over.delete(slot);
    events.ids[slot] = events.titles[slot] = undefined;
  }

  /** @returns {number|undefined} the slot of an event */
  events.find = (id) => slots.get(id);

  /** Whether a slot has a place to be drawn at. */
  events.drawable = (slot) => events.used[slot] === 1 && events.x[slot] === events.x[slot];

  function changed(fresh) {
    events.version++;
    cockpit.emit('events', { fresh });
  }

  cockpit.on('snapshot', () => {
    slots.clear();
    free = [];
    events.used.fill(0);
    events.over.clear();
    events.top = 0;
    const now = cockpit.now();
    for (const [id, row] of cockpit.situation.events) put(id, row, now);
    changed([]);
  });
  cockpit.on('delta', (delta) => {
    const fresh = [], now = cockpit.now();
    for (const id in delta.events || {}) {
      const row = delta.events[id];
      if (row === null) drop(id);
      else if (put(id, row, now)) fresh.push(slots.get(id));
    }
    changed(fresh);
  });
  cockpit.on('tick', (now) => {
    let flipped = false;
    for (let slot = 0; slot < events.top; slot++) if (events.used[slot] && paint(slot, now)) flipped = true;
    if (flipped) changed([]);
  });

  /**
   * `{n}` of minutes, hours or days, in the words of the catalogue.
   * @param {string} key `map.over` or `map.left`
   * @param {number} ms
   */
  events.span = function (key, ms) {
    const minutes = Math.floor(Math.max(0, ms) / 60000);
    if (minutes < 100) return cockpit.text(key + '_minutes', { n: minutes });
    if (minutes < 60 * 48) return cockpit.text(key + '_hours', { n: Math.floor(minutes / 60) });
    return cockpit.text(key + '_days', { n: Math.floor(minutes / 1440) });
  };
})();
