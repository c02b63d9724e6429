/* Where words stand on the map of 战时: distances of the rings and names of the nearest, off each other, off the scene,
   off the instruments, and inside what panels leave free. Names of places then keep off them. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;
  if (!map) return;

  const EARTH_M = 40075016.686;
  const RINGS = [3000, 1000, 500];
  const ANGLES = [45, 20, 70, 135, 160, 110, 0, 90, 180, 225, 200, 315, 340, 250, 290]; // north-east first, as on a dial
  const INSTRUMENTS = '.layer-line > *, .legend, .map-notes, .people-block, .view-question:not([hidden]), .panel.timeline, .panel.near';
  const STEP_PX = 48, FAR_PX = 1e5, EDGE_PX = 6, MEASURED_MS = 4000;
  let made = null, madeFor = '', instruments = [], measuredAt = -Infinity;

  const shared = (a, b) => Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const around = (x, y, w, h) => [x - w / 2, y - h / 2, x + w / 2, y + h / 2];

  /** What stands over the map, in pixels of the map; measured now and then, because measuring lays out the page. */
  function measured(leaflet) {
    if (performance.now() - measuredAt < MEASURED_MS) return instruments;
    measuredAt = performance.now();
    const box = leaflet.getContainer(), at = box.getBoundingClientRect(), scale = box.offsetWidth ? at.width / box.offsetWidth : 1;
    instruments = [...document.querySelectorAll(INSTRUMENTS)].map((one) => one.getBoundingClientRect()).filter((one) => one.width)
      .map((one) => [(one.left - at.left) / scale - 8, (one.top - at.top) / scale - 8, (one.right - at.left) / scale + 8, (one.bottom - at.top) / scale + 8]);
    return instruments;
  }

  /** The free window and what stands in it, in px of the world. */
  function ground(leaflet) {
    const { min } = leaflet.getPixelBounds(), size = leaflet.getSize(), [left, top, right, bottom] = map.covered();
    const free = [min.x + left + EDGE_PX, min.y + top + EDGE_PX, min.x + size.x - right - EDGE_PX, min.y + size.y - bottom - EDGE_PX];
    const edges = [
      [free[0] - FAR_PX, free[1] - FAR_PX, free[0], free[3] + FAR_PX], [free[2], free[1] - FAR_PX, free[2] + FAR_PX, free[3] + FAR_PX],
      [free[0] - FAR_PX, free[1] - FAR_PX, free[2] + FAR_PX, free[1]], [free[0] - FAR_PX, free[3], free[2] + FAR_PX, free[3] + FAR_PX],
    ];
    return { free, blocks: [...edges, ...measured(leaflet).map((b) => [b[0] + min.x, b[1] + min.y, b[2] + min.x, b[3] + min.y])] };
  }

  function ringText(metres) {
    return metres < 1000 ? cockpit.text('war.ring_m', { n: metres }) : cockpit.text('war.ring_km', { n: metres / 1000 });
  }

  const chipSize = (words) => [map.textWidth(words, map.px(16)) + 16, map.px(16) + 10];

  /** On its ring, where nothing else stands; none where no part of the ring is free. */
  function ringChip(metres, x, y, metre, taken) {
    const words = ringText(metres), [w, h] = chipSize(words), far = metres * metre;
    for (const angle of ANGLES) {
      const turn = (angle * Math.PI) / 180, box = around(x + far * Math.cos(turn), y - far * Math.sin(turn), w, h);
      if (taken.every((other) => !shared(box, other))) return { words, box };
    }
    return null;
  }

  /** The name of the danger area, below it or above it. */
  function areaChip(words, outline, scale, taken) {
    const points = outline.map(([lon, lat]) => [map.worldX(lon) * scale, map.worldY(lat) * scale]), [w, h] = chipSize(words);
    const xs = points.map(([x]) => x), ys = points.map(([, y]) => y), middle = (Math.min(...xs) + Math.max(...xs)) / 2;
    const places = [[middle, Math.max(...ys) + h], [middle, Math.min(...ys) - h], [Math.max(...xs) + w / 2 + 8, (Math.min(...ys) + Math.max(...ys)) / 2], [Math.min(...xs) - w / 2 - 8, (Math.min(...ys) + Math.max(...ys)) / 2]];
    for (const [x, y] of places) {
      const box = around(x, y, w, h);
      if (taken.every((other) => !shared(box, other))) return { words, box };
    }
    return null;
  }

  /**
   * The places for a zoom, worked out anew when somebody near, the zoom or the view has changed.
   * @param {{scale: number, zoom: number}} at
   * @param {{lon, lat}} war where the scene is
   * @param {Array} near marks `[x, y, words, size]` in px of the world, the nearest first
   * @param {Array<number[]>} outline of the danger area
   * @param {string} area its name
   * @returns {{rings, tags, area, boxes}} boxes in px of the world
   */
  map.warPlaces = function ({ scale, zoom }, war, near, outline, area) {
    const leaflet = map.leaflet, { min } = leaflet.getPixelBounds(), step = (n) => Math.round(n / STEP_PX);
    const fresh = performance.now() - measuredAt < MEASURED_MS;
    const key = [zoom, war.lon, war.lat, step(min.x), step(min.y), area, outline.length, fresh, ...near.map(([x, y, words]) => [Math.round(x), Math.round(y), words])].join();
    if (key === madeFor && made) return made;
    const metre = scale / (EARTH_M * Math.cos((war.lat * Math.PI) / 180));
    const x = map.worldX(war.lon) * scale, y = map.worldY(war.lat) * scale, { free, blocks } = ground(leaflet);
    const scene = around(x, y, map.px(56), map.px(56)), taken = [...blocks, scene], rings = [];
    for (const metres of RINGS) {
      const chip = ringChip(metres, x, y, metre, taken);
      if (chip) taken.push(chip.box);
      rings.push(chip);
    }
    const named = outline.length > 2 ? areaChip(area, outline, scale, taken) : null;
    if (named) taken.push(named.box);
    const seen = near.filter(([nx, ny]) => nx > free[0] && nx < free[2] && ny > free[1] && ny < free[3]);
    const marks = seen.map(([nx, ny, words, size]) => ({ x: nx, y: ny, size, w: map.textWidth(words, map.px(16)) + 16 }));
    const boxes = map.placeTags(marks, taken), tags = new Map();
    // a tag that would hide another, or lie under a panel, is left out: the list beside the map has it
    seen.forEach((one, i) => {
      const box = boxes[i];
      if (!box || taken.some((other) => shared(box, other) > 0.12 * (box[2] - box[0]) * (box[3] - box[1]))) return;
      taken.push(box);
      tags.set(one, box);
    });
    const own = [...rings.filter(Boolean).map((chip) => chip.box), ...(named ? [named.box] : []), ...tags.values(), scene, ...marks.map((m) => around(m.x, m.y, m.size, m.size))];
    madeFor = key;
    made = { rings, area: named, tags: near.map((one) => tags.get(one) || null), boxes: [...own, ...blocks.slice(4)] };
    return made;
  };
  cockpit.on('stage', () => (measuredAt = -Infinity));
})();
