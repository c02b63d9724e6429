/* Building footprints: one packed file, fetched when somebody first comes close enough to see them. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const EDGES_ZOOM = 15.6;
  const BATCH = 24; // short paths are filled much faster than one long one

  let index = null, world = null, asked = false;

  async function load(about) {
    const [tiles, packed] = await Promise.all([
      map.cityFile(about.index, (answer) => answer.json()),
      map.cityFile(about.file, (answer) => answer.arrayBuffer()),
    ]);
    if (!tiles || !packed) return;
    const corners = new Int32Array(packed);
    world = new Float64Array(corners.length);
    for (let i = 0; i < corners.length; i += 2) {
      world[i] = map.worldX(corners[i] / 1e6);
      world[i + 1] = map.worldY(corners[i + 1] / 1e6);
    }
    index = tiles;
    cockpit.emit('city', map.city);
  }

  /** Draw the buildings in view, from the zoom that the city names; each is four corners. */
  map.drawBuildings = function (ctx, sheet, style) {
    const about = map.city.info && map.city.info.buildings;
    if (!about || sheet.zoom < about.min_zoom - 0.5) return;
    if (!asked) {
      asked = true;
      load(about);
    }
    if (!index) return;
    const side = 2 ** index.zoom;
    const [x0, y0] = [sheet.ox, sheet.oy].map((v) => Math.floor((v / sheet.scale) * side) - 1);
    const [x1, y1] = [sheet.ox + sheet.w, sheet.oy + sheet.h].map((v) => Math.floor((v / sheet.scale) * side) + 1);
    ctx.fillStyle = style.building;
    ctx.strokeStyle = style.line;
    ctx.lineWidth = 0.7;
    for (const [x, y, first, count] of index.tiles) {
      if (x < x0 || x > x1 || y < y0 || y > y1) continue;
      for (let from = first; from < first + count; from += BATCH) {
        outline(ctx, sheet, from, Math.min(from + BATCH, first + count));
        ctx.globalAlpha = 0.5;
        ctx.fill();
        if (sheet.zoom < EDGES_ZOOM) continue;
        ctx.globalAlpha = 0.25;
        ctx.stroke();
      }
    }
  };

  function outline(ctx, sheet, from, to) {
    ctx.beginPath();
    for (let b = from; b < to; b++) {
      for (let c = 0; c < 4; c++) {
        const px = world[b * 8 + c * 2] * sheet.scale - sheet.ox, py = world[b * 8 + c * 2 + 1] * sheet.scale - sheet.oy;
        if (c) ctx.lineTo(px, py);
        else ctx.moveTo(px, py);
      }
      ctx.closePath();
    }
  }
})();
