/* What is drawn where at a zoom: clusters, tags and names together, worked out at most twice a second. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const EVERY_MS = 500;
  const AT_RISK = 3, FOCUS = 26; // half of the incident's mark in px
  let plan = null;

  const ruler = new OffscreenCanvas(1, 1).getContext('2d');
  /** Width of a text in stage pixels. */
  map.textWidth = function (text, size) {
    ruler.font = size + 'px ' + map.style().font;
    return ruler.measureText(text).width;
  };

  /** The slot of the event in focus, in wartime only. */
  map.focusSlot = function () {
    const { mode, event_id } = cockpit.situation.mode || {};
    return mode === 'wartime' && event_id ? map.events.find(event_id) : undefined;
  };

  function overdue(scale, size, now) {
    const { x, y, overAt, over } = map.events;
    const marks = [];
    for (const slot of over) {
      if (!map.events.drawable(slot) || slot === map.focusSlot()) continue;
      const text = map.events.span('map.over', now - overAt[slot]);
      marks.push({ slot, x: x[slot] * scale, y: y[slot] * scale, size, text, w: map.textWidth(text, map.px(16)) + map.px(16), since: overAt[slot] });
    }
    marks.sort((a, b) => a.since - b.since);
    map.placeTags(marks).forEach((box, i) => (marks[i].tag = box));
    return marks;
  }

  function rocksOf(marks) {
    const rocks = [];
    for (const { x, y, tag, w } of marks) {
      rocks.push({ x, y, r: 36 });
      if (tag) rocks.push({ x: (tag[0] + tag[2]) / 2, y: (tag[1] + tag[3]) / 2, r: w / 2 + 8 });
    }
    return rocks;
  }

  function namesOf(scale, sizes) {
    const names = [];
    const add = (cls, size, reach, must, air, look) => {
      for (const piece of map.city.pieces[cls] || []) {
        if (!piece.label || !piece.name) continue;
        const w = map.textWidth(piece.name, size) + 6 + air, h = size * 1.2 + air;
        names.push({ text: piece.name, size, must, reach, look, x: piece.label[0] * scale, y: piece.label[1] * scale, w, h });
      }
    };
    // two levels at once: the upper one is bold, the lower one steps back and keeps its distance
    const both = sizes.street && sizes.community;
    if (sizes.street) add('division-street', sizes.street, 112, true, 0, both ? 'bold' : '');
    if (sizes.community) add('division-community', sizes.community, 32, false, both ? 26 : 8, both ? 'quiet' : '');
    return names;
  }

  /** What others draw over the map: each `(scale) => boxes` in px of the world; names keep off it. */
  map.blocks = [];

  function obstaclesOf({ discs, single, marks, focus }, sizes, scale) {
    const { x, y, colour } = map.events;
    const boxes = discs.map(({ x: cx, y: cy, r, by }) => [cx - r - 2, cy - r - (by[2] ? 7 : 2), cx + r + (by[2] ? 7 : 2), cy + r + 2]);
    for (const slot of single) {
      if (colour[slot] === 0) continue;
      const half = (colour[slot] === AT_RISK ? sizes.risk : sizes.doing) / 2, px = x[slot] * scale, py = y[slot] * scale;
      boxes.push([px - half, py - half, px + half, py + half]);
    }
    if (focus !== undefined) boxes.push([x[focus] * scale - FOCUS, y[focus] * scale - FOCUS, x[focus] * scale + FOCUS, y[focus] * scale + FOCUS]);
    for (const { x: px, y: py, size, tag } of marks) {
      boxes.push([px - size * 0.8, py - size * 0.8, px + size * 0.8, py + size * 0.8]);
      if (tag) boxes.push(tag);
    }
    for (const blocks of map.blocks) boxes.push(...blocks(scale));
    return boxes;
  }

  function work(zoom) {
    const scale = 256 * 2 ** zoom, sizes = map.sizes(zoom), now = cockpit.now(), focus = map.focusSlot();
    const marks = map.on.event ? overdue(scale, sizes.over, now) : [];
    const { discs, single } = map.on.event ? map.cluster(map.events, scale, sizes.cluster, focus) : { discs: [], single: [] };
    map.spread(discs, rocksOf(marks));
    const known = new Uint8Array(map.events.top);
    for (let slot = 0; slot < known.length; slot++) known[slot] = map.events.used[slot];
    const made = { zoom, scale, sizes, version: map.events.version, focus, marks, discs, single, known, at: performance.now() };
    const names = namesOf(scale, sizes);
    map.placeNames(names, obstaclesOf(made, sizes, scale)).forEach((place, i) => (names[i].place = place));
    made.names = names.filter((name) => name.place);
    return made;
  }

  /**
   * The plan for the present zoom: `{discs, single, marks, names, known, sizes}` in px of the world. It may be half a
   * second behind: slots that it does not know yet are drawn as they are.
   * @param {function()} later called when a newer plan is due
   */
  map.plan = function (later) {
    const zoom = map.leaflet.getZoom();
    const stale = !plan || plan.zoom !== zoom || plan.void;
    if (stale) return (plan = work(zoom));
    if (plan.version === map.events.version && plan.focus === map.focusSlot()) return plan;
    const wait = plan.at + EVERY_MS - performance.now();
    if (wait <= 0) return (plan = work(zoom));
    if (!plan.timer) plan.timer = setTimeout(later, wait + 5);
    return plan;
  };

  const forget = () => plan && (plan.void = true);
  for (const name of ['city', 'style', 'layer', 'snapshot', 'blocks']) cockpit.on(name, forget);
  let minute = 0;
  cockpit.on('tick', (now) => {
    // the tags count minutes
    const text = Math.floor(now / 10000);
    if (text !== minute && map.events.over.size) forget();
    minute = text;
  });
})();
