/* 标绘上图: draws what officers drew, on desk and wall alike, and says which drawing lies at a place. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;
  if (!map || !map.plots) return;

  const { plots } = map;
  const KIND = 0, SYMBOL = 1, POINTS = 2, EVENT = 4;
  const NEAR_PX = 9, WORDS_ZOOM = 12.5;
  const GROUND = new Set(['line', 'area', 'arrow']);
  plots.C = { KIND, SYMBOL, POINTS, LABEL: 3, EVENT, BY: 5, AT: 6, CHANGED_BY: 7, CHANGED_AT: 8, VERSION: 9 };
  map.on.plot = true;

  /** One is being reshaped: who does that draws it meanwhile. */
  plots.hidden = '';
  plots.chosen = '';

  const rows = () => (cockpit.situation && cockpit.situation.plots) || new Map();

  /** Drawings of an event that is over are history; whoever has chosen it at the desk sees them. */
  function isShown([id, row]) {
    if (id === plots.hidden) return false;
    const event = row[EVENT] && cockpit.situation.events.get(row[EVENT]);
    return !event || event[2] !== 'closed' || Boolean(cockpit.desk && cockpit.desk.chosen === row[EVENT]);
  }
  plots.shown = () => (map.on.plot ? [...rows()].filter(isShown) : []);

  function isNear(sheet, points) {
    const at = plots.onSheet(sheet, points), xs = at.map(([x]) => x), ys = at.map(([, y]) => y);
    return Math.max(...xs) > -40 && Math.max(...ys) > -40 && Math.min(...xs) < sheet.w + 40 && Math.min(...ys) < sheet.h + 40;
  }

  /** Where the words of a drawing stand: beside a point, over the longest side of a line, over an area, at the tail of an arrow. */
  function anchor(kind, at) {
    if (kind === 'text') return [...at[0], 'center'];
    if (kind === 'point') return [at[0][0] + plots.size() * 0.66, at[0][1], 'left'];
    if (kind === 'area') return [(Math.min(...at.map(([x]) => x)) + Math.max(...at.map(([x]) => x))) / 2, Math.min(...at.map(([, y]) => y)) - map.px(14), 'center'];
    if (kind === 'arrow') {
      const [[ax, ay], [bx, by]] = at, far = Math.hypot(ax - bx, ay - by) || 1, out = map.px(18);
      return [ax + ((ax - bx) / far) * out, ay + ((ay - by) / far) * out, Math.abs(ax - bx) < Math.abs(ay - by) ? 'center' : ax > bx ? 'left' : 'right'];
    }
    let best = 0, far = -1;
    for (let i = 1; i < at.length; i++) {
      const length = Math.hypot(at[i][0] - at[i - 1][0], at[i][1] - at[i - 1][1]);
      if (length > far) [best, far] = [i, length];
    }
    return [(at[best][0] + at[best - 1][0]) / 2, (at[best][1] + at[best - 1][1]) / 2 - map.px(18), 'center'];
  }

  function say(ctx, style, words, [x, y, align], size, colour) {
    ctx.font = 'bold ' + size + 'px ' + style.font;
    ctx.textAlign = align;
    ctx.textBaseline = 'middle';
    ctx.lineJoin = 'round';
    ctx.lineWidth = 5;
    ctx.strokeStyle = style.ground;
    ctx.globalAlpha = 0.85;
    ctx.strokeText(words, x, y);
    ctx.globalAlpha = 1;
    ctx.fillStyle = colour;
    ctx.fillText(words, x, y);
  }

  const sizeOf = (kind) => map.px(kind === 'text' ? 22 : 18);

  map.under.push((ctx, sheet, style) => {
    for (const [, row] of plots.shown()) {
      if (!GROUND.has(row[KIND]) || !isNear(sheet, row[POINTS])) continue;
      ctx.save();
      plots.drawGround(ctx, sheet, style, row);
      ctx.restore();
    }
  });

  function drawChosen(ctx, sheet, style, row) {
    const at = plots.onSheet(sheet, row[POINTS]);
    ctx.strokeStyle = style.text;
    ctx.lineWidth = 1.5;
    ctx.setLineDash([4, 4]);
    const xs = at.map(([x]) => x), ys = at.map(([, y]) => y), room = GROUND.has(row[KIND]) ? 12 : plots.size() * 0.75;
    ctx.strokeRect(Math.min(...xs) - room, Math.min(...ys) - room, Math.max(...xs) - Math.min(...xs) + 2 * room, Math.max(...ys) - Math.min(...ys) + 2 * room);
    ctx.setLineDash([]);
  }

  map.above.push((ctx, sheet, style) => {
    for (const [id, row] of plots.shown()) {
      const [kind, symbol, points] = row;
      if (!isNear(sheet, points)) continue;
      const at = plots.onSheet(sheet, points);
      if (kind === 'point') plots.symbol(ctx, style, symbol, ...at[0], plots.size());
      const words = plots.wordsOf(row);
      if (words && (sheet.zoom >= WORDS_ZOOM || kind === 'text')) say(ctx, style, words, anchor(kind, at), sizeOf(kind), kind === 'text' ? style.text : plots.colourOf(symbol));
      if (id === plots.chosen) drawChosen(ctx, sheet, style, row);
    }
  });

  /** Names of places keep off the marks and their words. */
  map.blocks.push((scale) => plots.shown().flatMap(([, row]) => {
    const at = row[POINTS].map(([lon, lat]) => [map.worldX(lon) * scale, map.worldY(lat) * scale]), [x, y, align] = anchor(row[KIND], at);
    const size = sizeOf(row[KIND]), wide = map.textWidth(plots.wordsOf(row), size), left = align === 'left' ? x : align === 'right' ? x - wide : x - wide / 2, half = plots.size() / 2;
    const words = [left, y - size * 0.7, left + wide, y + size * 0.7];
    return row[KIND] === 'point' ? [words, [at[0][0] - half, at[0][1] - half, at[0][0] + half, at[0][1] + half]] : [words];
  }));

  function toSegment([px, py], [ax, ay], [bx, by]) {
    const square = (bx - ax) ** 2 + (by - ay) ** 2;
    const share = square ? Math.max(0, Math.min(1, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / square)) : 0;
    return Math.hypot(px - ax - share * (bx - ax), py - ay - share * (by - ay));
  }

  function inside([px, py], ring) {
    let is = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [ax, ay] = ring[i], [bx, by] = ring[j];
      if (ay > py !== by > py && px < ((bx - ax) * (py - ay)) / (by - ay) + ax) is = !is;
    }
    return is;
  }

  /** How far a drawing is from a place, in px; an area that holds it counts after everything that is near. */
  function distance([kind, , points], place, withInside) {
    const at = points.map(([lon, lat]) => {
      const { x, y } = map.leaflet.latLngToContainerPoint([lat, lon]);
      return [x, y];
    });
    if (!GROUND.has(kind)) return Math.hypot(place[0] - at[0][0], place[1] - at[0][1]) - plots.size() / 3;
    const sides = (kind === 'area' ? [...at, at[0]] : at).slice(1).map((b, i) => toSegment(place, at[i], b));
    const edge = Math.min(...sides);
    return edge <= NEAR_PX ? edge : withInside && kind === 'area' && inside(place, at) ? NEAR_PX : Infinity;
  }

  /** The id of what was drawn at a point of the map's box; '' if nothing was. `withInside`: an area counts whole. */
  plots.at = function ({ x, y }, withInside) {
    let found = '', least = NEAR_PX + 1;
    for (const [id, row] of plots.shown()) {
      const far = distance(row, [x, y], withInside);
      if (far < least) [found, least] = [id, far];
    }
    return found;
  };

  plots.redraw = () => map.marks && map.leaflet && map.invalidate(map.marks);
  function changed() {
    cockpit.emit('plots');
    cockpit.emit('blocks');
    plots.redraw();
  }
  cockpit.on('delta', (delta) => delta.plots && Object.keys(delta.plots).length && changed());
  cockpit.on('snapshot', changed);
})();
