/* A sheet: one canvas in a pane of the map. Leaflet carries it along while the map moves; who draws says when anew. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  const MOST_DENSE = 1.5; // canvas pixels per stage pixel: beyond that a wall sees no difference, but the processor does
  const FULL_TURN_PX = 256;

  const MEASURE_EVERY_MS = 500;
  let known = 0, measuredAt = -Infinity;
  window.addEventListener('resize', () => (measuredAt = -Infinity));

  /** Canvas pixels per pixel of the stage, which is scaled to the wall as a whole. Measuring makes the browser lay out
      the page, so it is not done for every drawing. */
  function density(leaflet) {
    const now = performance.now();
    if (now - measuredAt >= MEASURE_EVERY_MS) {
      measuredAt = now;
      known = measured(leaflet);
    }
    return known;
  }

  function measured(leaflet) {
    const box = leaflet.getContainer();
    const scale = box.offsetWidth ? box.getBoundingClientRect().width / box.offsetWidth : 1;
    return Math.min(MOST_DENSE, Math.max(1, (window.devicePixelRatio || 1) * scale));
  }

  /** The part of the map that nothing covers, in pixels of the stage: what lies under a panel need not be drawn. */
  function seen(leaflet) {
    const [left, top, right, bottom] = cockpit.map.covered();
    const size = leaflet.getSize();
    // a page that is narrower than its panels shows what it can
    if (left + right >= size.x || top + bottom >= size.y) return { left: 0, top: 0, size };
    return { left, top, size: L.point(size.x - left - right, size.y - top - bottom) };
  }

  /**
   * @param {L.Map} leaflet
   * @param {string} pane
   * @param {{margin?: number, opaque?: boolean, plain?: boolean}} options `margin`: share of the view drawn beyond
   *   its edges; `plain`: pixels are written by hand, keep them in main memory
   */
  function Sheet(leaflet, pane, options) {
    const canvas = document.createElement('canvas');
    canvas.className = 'situation-sheet leaflet-zoom-animated';
    leaflet.getPane('situation-' + pane).appendChild(canvas);
    const ctx = canvas.getContext('2d', { willReadFrequently: Boolean(options.plain) });
    const margin = options.margin || 0;
    const sheet = { canvas, ctx, zoom: null, scale: 0, ox: 0, oy: 0, w: 0, h: 0, ratio: 1 };

    /** Lay the sheet over the present view. Afterwards a world point (x, y in 0…1) lies at x·scale − ox, y·scale − oy. */
    sheet.lay = function () {
      const { left, top, size } = seen(leaflet);
      const pad = size.multiplyBy(margin).round();
      const corner = leaflet.containerPointToLayerPoint([left - pad.x, top - pad.y]).round();
      const origin = leaflet.getPixelOrigin();
      sheet.w = size.x + 2 * pad.x;
      sheet.h = size.y + 2 * pad.y;
      sheet.pad = pad;
      sheet.ratio = density(leaflet);
      sheet.zoom = leaflet.getZoom();
      sheet.scale = FULL_TURN_PX * 2 ** sheet.zoom;
      sheet.ox = origin.x + corner.x;
      sheet.oy = origin.y + corner.y;
      const across = Math.round(sheet.w * sheet.ratio), down = Math.round(sheet.h * sheet.ratio);
      if (canvas.width !== across || canvas.height !== down) {
        canvas.width = across;
        canvas.height = down;
        canvas.style.width = sheet.w + 'px';
        canvas.style.height = sheet.h + 'px';
      }
      L.DomUtil.setPosition(canvas, corner);
      canvas.style.transform += ' scale(1)'; // so that a zoom is animated from here
    };

    /** Blank, in stage pixels. */
    sheet.clear = function () {
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.clearRect(0, 0, canvas.width, canvas.height);
      ctx.setTransform(sheet.ratio, 0, 0, sheet.ratio, 0, 0);
    };

    /** Move and stretch what is drawn to another view, until it is drawn anew. */
    sheet.follow = function (centre, zoom) {
      if (sheet.zoom === null) return;
      const scale = leaflet.getZoomScale(zoom, sheet.zoom);
      const at = L.point(sheet.ox, sheet.oy).multiplyBy(scale).subtract(leaflet._getNewPixelOrigin(centre, zoom));
      L.DomUtil.setTransform(canvas, at, scale);
    };

    /** @returns {boolean} whether the sheet still covers the view at its own zoom */
    sheet.covers = function () {
      if (sheet.zoom !== leaflet.getZoom() || sheet.ratio !== density(leaflet)) return false;
      const { left, top, size } = seen(leaflet);
      if (size.x + 2 * sheet.pad.x !== sheet.w || size.y + 2 * sheet.pad.y !== sheet.h) return false;
      const corner = leaflet.containerPointToLayerPoint([left, top]).add(leaflet.getPixelOrigin());
      const slack = -1; // rounding
      return corner.x - sheet.ox >= slack && corner.y - sheet.oy >= slack
        && sheet.ox + sheet.w - corner.x - size.x >= slack && sheet.oy + sheet.h - corner.y - size.y >= slack;
    };

    return sheet;
  }

  /** Web Mercator on a square of side 1. */
  cockpit.map.worldX = (lon) => (lon + 180) / 360;
  cockpit.map.worldY = (lat) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);
  cockpit.map.latOf = (y) => (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90;
  cockpit.map.Sheet = Sheet;
})();
