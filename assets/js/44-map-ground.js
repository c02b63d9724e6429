/* The ground: terrain, water, parks, rivers, roads by class and zoom, buildings close by. Quiet, so that marks are seen. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const EARTH_M = 40075016.686;
  const BATCH = 12; // pieces a path: short paths are drawn much faster than one long one
  const DETAIL_ZOOM = 13.5; // from here lanes are streets one could walk

  function fill(ctx, sheet, cls, colour, alpha) {
    ctx.beginPath();
    for (const piece of map.inView(cls, sheet)) map.trace(ctx, piece, sheet);
    ctx.globalAlpha = alpha;
    ctx.fillStyle = colour;
    ctx.fill('evenodd');
  }

  function stroke(ctx, sheet, pieces, colour, alpha, width, dash) {
    if (!width || !pieces.length) return;
    ctx.globalAlpha = alpha;
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.setLineDash(dash || []);
    for (let from = 0; from < pieces.length; from += BATCH) {
      ctx.beginPath();
      for (const piece of pieces.slice(from, from + BATCH)) map.traceLine(ctx, piece, sheet);
      ctx.stroke();
    }
    ctx.setLineDash([]);
  }

  function terrain(ctx, sheet, style) {
    const land = map.city.terrain;
    if (!land) return;
    const [x0, y0, x1, y1] = land.box;
    const at = (x, y) => [x * sheet.scale - sheet.ox, y * sheet.scale - sheet.oy];
    const [left, top] = at(x0, y0), [right, bottom] = at(x1, y1);
    ctx.globalAlpha = Number(style.terrain) || 1;
    ctx.drawImage(land.image, left, top, right - left, bottom - top);
    if (Number(style.wash)) {
      ctx.globalAlpha = Number(style.wash);
      ctx.globalCompositeOperation = 'saturation';
      ctx.fillStyle = '#777';
      ctx.fillRect(0, 0, sheet.w, sheet.h);
      ctx.globalCompositeOperation = 'source-over';
    }
  }

  function waters(ctx, sheet, style, metre) {
    fill(ctx, sheet, 'park', style.park, 0.55);
    fill(ctx, sheet, 'water_area', style.lake, 1);
    const least = (piece) => (piece.width_m >= 50 ? 2.6 : 1.4); // the big rivers are what people find their way by
    const wide = (piece) => Math.round(Math.max(least(piece), (piece.width_m || 20) * metre) * 5) / 5;
    for (const cls of ['canal', 'river']) {
      const byWidth = Map.groupBy ? Map.groupBy(map.inView(cls, sheet), wide) : new Map();
      for (const [width, pieces] of byWidth) stroke(ctx, sheet, pieces, width > 2 ? style.river : style.stream, 1, width);
    }
  }

  /** Widths grow with the zoom as the real ones would, but never below what can be seen. */
  function roads(ctx, sheet, style, metre) {
    const near = sheet.zoom >= DETAIL_ZOOM;
    const of = (cls) => map.inView(cls, sheet);
    const lanes = sheet.zoom >= 12 ? of('lane') : [], streets = of('street');
    const arterials = of('arterial'), highways = of('highway');
    const lane = Math.max(0.6, 5 * metre), street = Math.max(0.7, 12 * metre);
    const arterial = Math.max(1, 24 * metre), highway = Math.max(1.8, 28 * metre);
    stroke(ctx, sheet, lanes, style.line, near ? 0.16 : 0.08, lane);
    stroke(ctx, sheet, streets, style.line, near ? 0.2 : 0.13, street);
    if (near) stroke(ctx, sheet, arterials, style.ground, 0.6, arterial + 3);
    stroke(ctx, sheet, arterials, style.arterial, near ? 0.34 : 0.36, arterial);
    stroke(ctx, sheet, highways, style.ground, 0.7, highway + 2.2);
    stroke(ctx, sheet, highways, style.highway, near ? 0.42 : 0.5, highway);
    const rails = of('rail');
    stroke(ctx, sheet, rails, style.line, 0.3, near ? 2.4 : 1.4);
    stroke(ctx, sheet, rails, style.ground, 0.8, near ? 1.4 : 0.8, near ? [7, 7] : [4, 4]);
  }

  function outside(ctx, sheet, style) {
    stroke(ctx, sheet, map.inView('neighbour', sheet), style.line, 0.16, 1, [2, 5]);
    const outline = map.scopeOutline(cockpit.page ? cockpit.page.scope : '');
    if (!outline.length) return;
    ctx.beginPath();
    ctx.rect(0, 0, sheet.w, sheet.h);
    for (const piece of outline) map.trace(ctx, piece, sheet);
    ctx.globalAlpha = 0.62;
    ctx.fillStyle = style.ground;
    ctx.fill('evenodd');
  }

  /**
   * Draw everything that lies under the divisions.
   * @param {CanvasRenderingContext2D} ctx
   * @param {Object} sheet a laid sheet
   * @param {boolean} tiles whether tiles lie below: then only the mask is ours
   */
  map.drawGround = function (ctx, sheet, tiles) {
    const style = map.style();
    const middle = map.latOf((sheet.oy + sheet.h / 2) / sheet.scale);
    const metre = sheet.scale / (EARTH_M * Math.cos((middle * Math.PI) / 180)); // stage pixels a metre
    ctx.lineJoin = ctx.lineCap = 'round';
    if (!tiles) {
      ctx.globalAlpha = 1;
      ctx.fillStyle = style.ground;
      ctx.fillRect(0, 0, sheet.w, sheet.h);
      terrain(ctx, sheet, style);
      waters(ctx, sheet, style, metre);
      map.drawBuildings(ctx, sheet, style);
      roads(ctx, sheet, style, metre);
    }
    outside(ctx, sheet, style);
    ctx.globalAlpha = 1;
  };
})();
