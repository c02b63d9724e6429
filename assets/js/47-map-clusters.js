/* Clusters: which events are drawn as one disc at a zoom. Pure: columns in, discs and single points out. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const FEWEST = 7; // fewer are shown as they are
  const OVERTIME = 4;
  const NEAR = 0.8; // share of the radius within which events belong to a disc, counted from its middle
  const MANY = 150;
  const FARTHEST_PX = 56; // a disc moves no farther from the middle of its events
  const GAP_PX = 34; // between the rims of two discs

  /** 11 + 1.9·√n of the visual guide; beyond a district's day it grows by doublings, or discs would bury the city. */
  map.clusterRadius = (n) => (n <= MANY ? 11 + 1.9 * Math.sqrt(n) : 11 + 1.9 * Math.sqrt(MANY) + 2.5 * Math.log2(n / MANY));

  /** A hash of points by squares of `side`; points leave it as they are taken. */
  function Squares(points, px, py, side) {
    const squares = new Map();
    const key = (cx, cy) => cx * 4194304 + cy;
    for (const slot of points) {
      const at = key(Math.floor(px[slot] / side), Math.floor(py[slot] / side));
      const list = squares.get(at);
      if (list) list.push(slot);
      else squares.set(at, [slot]);
    }
    /** Everybody within `reach` (≤ side) of a place who is not taken. Forgets the taken on the way. */
    return function near(x, y, reach, taken) {
      const found = [];
      const cx = Math.floor(x / side), cy = Math.floor(y / side);
      for (let i = cx - 1; i <= cx + 1; i++) {
        for (let j = cy - 1; j <= cy + 1; j++) {
          const list = squares.get(key(i, j));
          if (!list) continue;
          let left = 0;
          for (const slot of list) {
            if (taken[slot]) continue;
            list[left++] = slot;
            const dx = px[slot] - x, dy = py[slot] - y;
            if (dx * dx + dy * dy < reach * reach) found.push(slot);
          }
          list.length = left;
        }
      }
      return found;
    };
  }

  function middle(members, px, py) {
    let x = 0, y = 0;
    for (const slot of members) {
      x += px[slot];
      y += py[slot];
    }
    return [x / members.length, y / members.length];
  }

  function disc(members, px, py, colour) {
    const [x, y] = middle(members, px, py);
    const by = [0, 0, 0]; // green, blue (with paused), at risk
    for (const slot of members) by[colour[slot] === 0 ? 0 : colour[slot] === 3 ? 2 : 1]++;
    return { x, y, cx: x, cy: y, n: members.length, by, r: map.px(map.clusterRadius(members.length)) };
  }

  /**
   * Group what is not overtime into discs.
   * @param {Object} events the columns
   * @param {number} scale pixels of the whole world at this zoom
   * @param {number} radius of a group in px; 0 groups nothing
   * @param {number|undefined} alone a slot that stays by itself: the event in focus
   * @returns {{discs: Array, single: Int32Array}} places in px of the world at this zoom
   */
  map.cluster = function (events, scale, radius, alone) {
    const points = [];
    for (let slot = 0; slot < events.top; slot++) {
      if (events.drawable(slot) && events.colour[slot] !== OVERTIME && slot !== alone) points.push(slot);
    }
    if (!radius) return { discs: [], single: Int32Array.from(points) };
    const px = new Float64Array(events.top), py = new Float64Array(events.top);
    for (const slot of points) {
      px[slot] = events.x[slot] * scale;
      py[slot] = events.y[slot] * scale;
    }
    const near = Squares(points, px, py, radius), taken = new Uint8Array(events.top);
    const discs = [], single = [];
    for (const slot of points) {
      if (taken[slot]) continue;
      const [x, y] = middle(near(px[slot], py[slot], radius, taken), px, py);
      const members = near(x, y, radius * NEAR, taken);
      if (!members.includes(slot)) members.push(slot);
      for (const member of members) taken[member] = 1;
      if (members.length < FEWEST) single.push(...members);
      else discs.push(disc(members, px, py, events.colour));
    }
    return { discs, single: Int32Array.from(single) };
  };

  function push(a, b, least, share) {
    const dx = a.x - b.x, dy = a.y - b.y;
    if (dx >= least || dx <= -least || dy >= least || dy <= -least) return;
    const far = Math.hypot(dx, dy) || 1;
    if (far >= least) return;
    const by = ((least - far) / far) * share;
    a.x += dx * by;
    a.y += dy * by;
    if (share < 1) {
      b.x -= dx * by;
      b.y -= dy * by;
    }
  }

  function hold(disc) {
    const dx = disc.x - disc.cx, dy = disc.y - disc.cy, far = Math.hypot(dx, dy);
    if (far <= FARTHEST_PX) return;
    disc.x = disc.cx + (dx * FARTHEST_PX) / far;
    disc.y = disc.cy + (dy * FARTHEST_PX) / far;
  }

  /**
   * Move discs off each other and off what may not cover them (`rocks`: `{x, y, r}`): discs move, marks do not.
   */
  map.spread = function (discs, rocks) {
    const turns = Math.max(4, Math.min(60, Math.round(400000 / (discs.length * (discs.length + rocks.length) + 1))));
    for (let turn = 0; turn < turns; turn++) {
      for (const a of discs) for (const rock of rocks) push(a, rock, rock.r + a.r - (a.by[2] ? 3 : 11), 1);
      for (let i = 0; i < discs.length; i++) {
        for (let j = i + 1; j < discs.length; j++) {
          push(discs[i], discs[j], discs[i].r + discs[j].r + GAP_PX - 22, 0.25);
        }
      }
      discs.forEach(hold);
    }
  };
})();
