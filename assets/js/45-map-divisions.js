/* Divisions: grid cells tinted by their open events, streets, the district's outline; on one sheet with the ground. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const FULL = 6; // so many open events and a cell is as bright as cells get
  const LEAST = 0.03, MOST = 0.25;
  const BATCH = 12; // pieces a path: short paths are drawn much faster than one long one
  const RECOUNT_MS = 5000; // a tint is a mood, not a figure;

  let base = null, baseKey = '', version = 0; // the ground as it was drawn last, for which view and which style

  /** Group the cells in view by their tint, 0…FULL. */
  function byLevel(cells, counts) {
    const levels = Array.from({ length: FULL + 1 }, () => []);
    for (const cell of cells) levels[Math.min(FULL, counts.get(cell.code) || 0)].push(cell);
    return levels;
  }

  function drawCells(ctx, sheet, style, counts) {
    // far away 1,476 cells are a haze: there the communities carry the tint
    const far = sheet.zoom < 11.8;
    const cells = map.inView(far ? 'division-community' : 'grid', sheet);
    byLevel(cells, counts).forEach((level, i) => {
      ctx.globalAlpha = LEAST + ((MOST - LEAST) * i) / FULL;
      ctx.fillStyle = style.accent;
      for (let from = 0; from < level.length; from += BATCH) {
        ctx.beginPath();
        for (const cell of level.slice(from, from + BATCH)) map.trace(ctx, cell, sheet);
        ctx.fill();
      }
    });
    line(ctx, sheet, cells, style.grid, far ? 0.24 : 0.2, 0.7);
    if (!far) line(ctx, sheet, map.inView('division-community', sheet), style.grid, 0.26, 1);
  }

  function line(ctx, sheet, pieces, colour, alpha, width) {
    ctx.globalAlpha = alpha;
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    for (let from = 0; from < pieces.length; from += BATCH) {
      ctx.beginPath();
      for (const piece of pieces.slice(from, from + BATCH)) map.traceLine(ctx, piece, sheet);
      ctx.stroke();
    }
  }

  function drawDivisions(ctx, sheet, counts) {
    const style = map.style();
    ctx.lineJoin = 'round';
    if (map.on.grid) drawCells(ctx, sheet, style, counts);
    line(ctx, sheet, map.inView('division-street', sheet), style.street, 0.42, 1.2);
    const outline = map.scopeOutline(cockpit.page ? cockpit.page.scope : '');
    line(ctx, sheet, outline, style.accent, 0.1, 12);
    line(ctx, sheet, outline, style.district, 0.85, 1.8);
    ctx.globalAlpha = 1;
  }

  /** What others lay over the ground and the tints, on the same sheet: another canvas would cost another blending. */
  map.overGround = [];

  const layer = (map.ground = map.add({
    level: 10,
    sheet: null,
    attach(leaflet) {
      layer.sheet = map.Sheet(leaflet, 'ground', { margin: 0.2 });
    },
    draw() {
      const { sheet } = layer;
      sheet.lay();
      sheet.clear();
      drawBase(sheet);
      drawDivisions(sheet.ctx, sheet, layer.counts);
      for (const lay of map.overGround) lay(sheet);
    },
    moved() {
      if (layer.sheet.zoom !== map.leaflet.getZoom()) layer.sheet.follow(map.leaflet.getCenter(), map.leaflet.getZoom());
    },
    rest() {
      if (!layer.sheet.covers()) map.hurry(layer);
    },
    counts: new Map(),
  }));

  /** The ground does not change while the view stays: it is drawn once and kept, only the tints over it come and go. */
  function drawBase(sheet) {
    const tiles = map.hasTiles(), { canvas, ctx } = sheet;
    const key = [sheet.ox, sheet.oy, sheet.scale, canvas.width, canvas.height, tiles, version].join();
    if (key !== baseKey) {
      base = new OffscreenCanvas(canvas.width, canvas.height);
      const drawing = base.getContext('2d');
      drawing.setTransform(sheet.ratio, 0, 0, sheet.ratio, 0, 0);
      map.drawGround(drawing, sheet, tiles);
      baseKey = key;
    }
    ctx.drawImage(base, 0, 0, sheet.w, sheet.h);
  }

  /** Open events by grid and by community; the wall brightens where much is open. */
  function count() {
    const counts = new Map();
    const add = (code) => counts.set(code, (counts.get(code) || 0) + 1);
    for (const row of cockpit.situation.events.values()) {
      const code = row[7];
      if (row[2] === 'closed' || !code) continue;
      if (code.length >= 15) add(code.slice(0, 15));
      if (code.length >= 12) add(code.slice(0, 12));
    }
    return counts;
  }

  let counting = null;
  function recount() {
    counting = null;
    const counts = count();
    const shown = (n) => Math.min(FULL, n || 0);
    const same = [...new Set([...counts.keys(), ...layer.counts.keys()])].every((c) => shown(counts.get(c)) === shown(layer.counts.get(c)));
    layer.counts = counts;
    if (!same && map.on.grid) map.invalidate(layer);
  }
  const soon = (wait) => (counting = counting || setTimeout(recount, wait));

  cockpit.on('snapshot', () => soon(0));
  cockpit.on('delta', () => soon(RECOUNT_MS));
  for (const name of ['city', 'style', 'page']) cockpit.on(name, () => version++);
  cockpit.on('city', () => map.invalidate(layer));
})();
