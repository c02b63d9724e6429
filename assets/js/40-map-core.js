/* 一张图: takes the Leaflet map over when Dash makes it, runs one frame loop, lets layers draw when they have reason to. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  const FRAME_GAP_MS = 100; // longer than that between two frames: it was a rest, not a slow frame
  const layers = [];
  const map = (cockpit.map = { leaflet: null, on: { event: true, grid: true, gridworker: true, iot: false } });
  let asked = 0, last = 0, running = false;

  /**
   * A layer: `attach(leaflet)`, `draw(now)` → true if it wants the next frame too, and optionally `moved()`,
   * `rest()` after a pan or zoom. Drawn in the order of `level`.
   */
  map.add = function (layer) {
    layer.dirty = true;
    layers.push(layer);
    layers.sort((a, b) => a.level - b.level);
    return layer;
  };

  /** Have `layer` drawn in the next frame. */
  map.invalidate = function (layer) {
    layer.dirty = true;
    if (map.leaflet && !asked) asked = requestAnimationFrame(run);
  };
  map.invalidateAll = () => layers.forEach(map.invalidate);

  function run(now) {
    asked = 0;
    if (!map.leaflet) return;
    if (running && now - last < FRAME_GAP_MS) cockpit.measure.gap(now - last);
    last = now;
    const start = performance.now();
    let more = false;
    for (const layer of layers) {
      if (!layer.dirty) continue;
      layer.dirty = false;
      if (layer.draw(now)) layer.dirty = more = true;
    }
    cockpit.measure.drawing(performance.now() - start);
    running = more;
    if (more && !asked) asked = requestAnimationFrame(run);
  }

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
