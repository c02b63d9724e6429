/* 一张图: takes the Leaflet map over when Dash makes it, runs one frame loop, lets layers draw when they have reason to. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  const FRAME_GAP_MS = 250; // longer than that between two pictures: it was a rest, not a slow picture
  const FRAME_LEAD_MS = 6; // a timer asks for the frame that begins so soon after it
  const layers = [], errands = [];
  const map = (cockpit.map = { leaflet: null, on: { event: true, grid: true, gridworker: true, iot: false } });
  let asked = 0, timer = 0, timed = Infinity, last = 0, running = false;

  /**
   * A layer: `attach(leaflet)`, `draw(now)` → in how many ms it wants to be drawn again (nothing: not by itself), and
   * optionally `moved()`, `rest()` after a pan or zoom. Drawn in the order of `level`.
   */
  map.add = function (layer) {
    layer.dirty = true;
    layer.due = Infinity;
    layers.push(layer);
    layers.sort((a, b) => a.level - b.level);
    return layer;
  };

  /** Have `layer` drawn with the next picture: all that changes meanwhile goes into the same one. */
  map.invalidate = function (layer) {
    layer.dirty = true;
    wait(last + map.pace());
  };

  /** Have `layer` drawn in the next frame: for a jump, a hand on the map, a switch. */
  map.hurry = function (layer) {
    layer.dirty = true;
    if (map.leaflet && !asked) asked = requestAnimationFrame(run);
  };
  map.invalidateAll = () => layers.forEach(map.hurry);

  /** Have `work` done in the frame of the next picture: composing the page once for both costs half of twice. */
  map.together = function (work) {
    if (!map.leaflet || document.hidden) return void work();
    errands.push(work);
    wait(last + map.pace());
  };

  /** Something else on the page changes in this frame: if a picture is waiting for its time, show it with that. */
  map.join = function () {
    if (map.leaflet && !asked && timed < Infinity) asked = requestAnimationFrame(run);
  };

  /** The next picture at `due` (performance.now()) at the latest. */
  function wait(due) {
    if (!map.leaflet || asked || due >= timed) return;
    clearTimeout(timer);
    timed = due;
    timer = setTimeout(() => {
      timed = Infinity;
      if (!asked) asked = requestAnimationFrame(run);
    }, Math.max(0, due - performance.now() - FRAME_LEAD_MS));
  }

  function run(now) {
    asked = 0;
    clearTimeout(timer);
    timed = Infinity;
    if (!map.leaflet) return;
    if (running && now - last < FRAME_GAP_MS) cockpit.measure.gap(now - last);
    last = now;
    for (const work of errands.splice(0)) work();
    const start = performance.now();
    let due = Infinity;
    for (const layer of layers) {
      if (layer.dirty || layer.due <= now + FRAME_LEAD_MS) {
        layer.dirty = false;
        const again = layer.draw(now);
        layer.due = again ? now + again : Infinity;
      }
      due = layer.dirty ? now : Math.min(due, layer.due);
    }
    cockpit.measure.drawing(performance.now() - start);
    running = due < Infinity;
    if (running) wait(Math.max(due, now + map.pace()));
    map.pictured(now);
  }

  /** What covers the map at its edges, in stage pixels: `data-covered="left,top,right,bottom"` on its box. Nothing is drawn there. */
  map.covered = function () {
    const box = map.leaflet.getContainer().closest('[data-covered]');
    return box ? box.dataset.covered.split(',').map(Number) : [0, 0, 0, 0];
  };

  const tell = (name) => layers.forEach((layer) => layer[name] && layer[name]());

  /** Panes in the order of the visual guide, from below; tiles lie under them at 200. */
  const PANES = { ground: 210, people: 420, marks: 430, pulse: 440 };

  function makePanes(leaflet) {
    for (const [name, z] of Object.entries(PANES)) {
      const pane = leaflet.createPane('situation-' + name);
      pane.style.zIndex = z;
      pane.style.pointerEvents = 'none';
    }
  }

  /** The room that panels leave: `data-pad="left,top,right,bottom"` in stage pixels, on the map's box. */
  function padding() {
    const box = map.leaflet.getContainer().closest('[data-pad]');
    const pad = box ? box.dataset.pad.split(',').map(Number) : [0, 0, 0, 0];
    return { paddingTopLeft: [pad[0], pad[1]], paddingBottomRight: [pad[2], pad[3]], animate: false };
  }

  /**
   * Show the bounds `[west, south, east, north]`, once a page: afterwards the view belongs to the person.
   * @param {number[]} b
   */
  map.fitOnce = function (b) {
    if (map.fitted || !map.leaflet || !b) return;
    map.fitted = true;
    map.leaflet.fitBounds([[b[1], b[0]], [b[3], b[2]]], padding());
  };

  /** @returns {boolean} whether a tile layer lies under us, so that we draw no ground of our own */
  map.hasTiles = function () {
    let found = false;
    if (map.leaflet) map.leaflet.eachLayer((layer) => (found = found || layer instanceof L.GridLayer));
    return found;
  };

  /** A round length that fits into 160 px: `{metres, px}`. */
  map.scale = function () {
    const leaflet = map.leaflet;
    if (!leaflet) return null;
    const metresPerPx = (40075016.686 * Math.cos((leaflet.getCenter().lat * Math.PI) / 180)) / (256 * 2 ** leaflet.getZoom());
    const power = 10 ** Math.floor(Math.log10(160 * metresPerPx));
    const metres = [5, 2, 1].map((n) => n * power).find((n) => n <= 160 * metresPerPx);
    return { metres, px: metres / metresPerPx };
  };

  function tellView() {
    const b = map.leaflet.getBounds();
    cockpit.emit('view', {
      zoom: map.leaflet.getZoom(),
      bounds: [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()],
      scale: map.scale(),
    });
  }

  function begin(leaflet) {
    map.leaflet = leaflet;
    map.fitted = map.touched = false;
    makePanes(leaflet);
    layers.forEach((layer) => layer.attach(leaflet));
    leaflet.on('move zoom', () => tell('moved'));
    leaflet.on('zoomanim', (event) => layers.forEach((layer) => layer.sheet && layer.sheet.follow(event.center, event.zoom)));
    leaflet.on('moveend zoomend viewreset resize', () => {
      tell('rest');
      tellView();
    });
    leaflet.on('layeradd layerremove', (event) => event.layer instanceof L.GridLayer && map.invalidateAll());
    const box = leaflet.getContainer().closest('[data-bounds]');
    if (box) map.fitOnce(box.dataset.bounds.split(',').map(Number));
    cockpit.emit('map', leaflet);
    map.invalidateAll();
    tellView();
  }

  cockpit.on('layer', ({ name, on }) => {
    map.on[name] = on;
    map.invalidateAll();
  });
  cockpit.on('style', map.invalidateAll);

  // Leaflet's own `load` fires before Dash has attached any handler: this is the only moment that is always there
  window.L.Map.addInitHook(function () {
    if (this.getContainer().id !== 'situation-map') return;
    if (!this.options.trackResize) this.options.trackResize = true;
    this.whenReady(() => begin(this));
    this.on('unload', () => {
      if (map.leaflet === this) map.leaflet = null;
    });
  });
  window.addEventListener('resize', () => map.leaflet && tell('rest'));
})();
