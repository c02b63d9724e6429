/* Marks: alarms, events, clusters, names, then everything red, on one sheet in this order. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const GLYPHS = ['done', 'doing', 'paused', 'risk', 'over'];
  const [GREEN, AT_RISK, OVERTIME] = [0, 3, 4];
  let waiting = []; // deltas that are not on the screen yet
  let lost = { layers: {}, sources: new Set() }; // what nothing is coming in of

  /** An event's source is the beginning of its id. */
  const isLost = (slot) => lost.sources.size > 0 && lost.sources.has(map.events.ids[slot].split(':', 1)[0]);

  function text(ctx, style, words, x, y, size, halo) {
    ctx.font = size + 'px ' + style.font;
    if (halo) {
      ctx.lineWidth = 4;
      ctx.lineJoin = 'round';
      ctx.globalAlpha = 0.8;
      ctx.strokeStyle = style.ground;
      ctx.strokeText(words, x, y);
      ctx.globalAlpha = 1;
    }
    ctx.fillText(words, x, y);
  }

  function drawDisc(ctx, style, disc, x, y) {
    const { n, by, r } = disc;
    if (lost.layers.event) style = map.greyed();
    ctx.globalAlpha = 0.88;
    ctx.fillStyle = style.ground;
    ctx.beginPath();
    ctx.arc(x, y, r + 1, 0, 2 * Math.PI);
    ctx.fill();
    ctx.lineWidth = 3;
    let from = -Math.PI / 2;
    [style.done, style.doing, style.risk].forEach((colour, i) => {
      const turn = (by[i] / n) * 2 * Math.PI, gap = turn < 6.28 ? 1.5 / (r - 2) : 0;
      if (turn) {
        ctx.globalAlpha = i ? 1 : 0.6;
        ctx.strokeStyle = colour;
        ctx.beginPath();
        ctx.arc(x, y, r - 2, from, from + Math.max(0.02, turn - gap));
        ctx.stroke();
      }
      from += turn;
    });
    ctx.globalAlpha = 1;
    ctx.fillStyle = style.text;
    text(ctx, style, n > 9999 ? Math.round(n / 1000) + 'k' : String(n), x, y + 1, map.px(n > 999 ? 15 : n > 40 ? 17 : 15));
    if (by[2]) drawBadge(ctx, style, by[2], x + r * 0.78, y - r * 0.78);
  }

  function drawBadge(ctx, style, n, x, y) {
    const half = n > 9 ? 4 * String(n).length - 4 : 0;
    ctx.beginPath();
    ctx.roundRect(x - 10 - half, y - 10, 20 + 2 * half, 20, 10);
    ctx.fillStyle = style.badge;
    ctx.strokeStyle = style.ground;
    ctx.lineWidth = 2;
    ctx.fill();
    ctx.stroke();
    ctx.fillStyle = '#fff';
    text(ctx, { font: style.font }, String(n), x, y + 1, 'bold 14');
  }

  function drawOverdue(ctx, style, mark, sheet) {
    const x = mark.x - sheet.ox, y = mark.y - sheet.oy;
    halo(ctx, style, x, y, (mark.size * 20) / 28);
    map.glyph(ctx, 'over', x, y - 2, mark.size, sheet.ratio);
    if (!mark.tag) return;
    const [x0, y0, x1, y1] = mark.tag, left = x0 - sheet.ox, top = y0 - sheet.oy;
    ctx.beginPath();
    ctx.roundRect(left, top, x1 - x0, y1 - y0, 3);
    ctx.fillStyle = style.tag;
    ctx.fill();
    ctx.globalAlpha = 0.7;
    ctx.strokeStyle = style.over;
    ctx.lineWidth = 1;
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.fillStyle = style.tagText;
    text(ctx, style, (isLost(mark.slot) ? '~' : '') + mark.text, left + (x1 - x0) / 2, top + (y1 - y0) / 2 + 1, map.px(16));
  }

  function halo(ctx, style, x, y, r) {
    ctx.globalAlpha = 0.18;
    ctx.fillStyle = style.over;
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.fill();
    ctx.globalAlpha = 1;
  }

  /** Everything that can be pointed at, in stage pixels of the sheet. */
  function Hits() {
    const hits = [];
    hits.put = (x, y, r, what) => hits.push({ x, y, r, ...what });
    return hits;
  }

  /** Points by colour: what the plan leaves single, and what it does not know yet. */
  function sort(plan, sheet) {
    const { x, y, colour, top } = map.events;
    const calm = [], risk = [], over = [];
    const add = (slot) => {
      if (!map.events.drawable(slot)) return;
      const px = x[slot] * sheet.scale - sheet.ox, py = y[slot] * sheet.scale - sheet.oy;
      if (px < -20 || py < -20 || px > sheet.w + 20 || py > sheet.h + 20) return;
      const list = colour[slot] === OVERTIME ? over : colour[slot] === AT_RISK ? risk : calm;
      list.push([slot, px, py]);
    };
    plan.single.forEach(add);
    if (plan.version !== map.events.version) {
      for (let slot = 0; slot < top; slot++) if (!plan.known[slot]) add(slot);
      // turned overdue since: out of the cluster at once
      const marked = new Set(plan.marks.map((mark) => mark.slot));
      for (const slot of map.events.over) if (!marked.has(slot) && plan.known[slot] && !over.some(([s]) => s === slot)) add(slot);
    }
    return { calm: calm.sort((a, b) => (colour[a[0]] === GREEN ? 0 : 1) - (colour[b[0]] === GREEN ? 0 : 1)), risk, over };
  }

  function drawPoints(ctx, points, sizes, ratio, hits) {
    const { colour } = map.events;
    for (const [slot, x, y] of points) {
      const name = GLYPHS[colour[slot]];
      const size = name === 'paused' ? sizes.doing : sizes[name];
      map.glyph(ctx, name, x, y, size, ratio, isLost(slot));
      hits.put(x, y, Math.max(8, size / 2), { slot });
    }
  }

  function drawAlarms(ctx, sheet, hits) {
    for (const [id, [lon, lat]] of cockpit.situation.alarms) {
      if (lon === null) continue;
      const x = map.worldX(lon) * sheet.scale - sheet.ox, y = map.worldY(lat) * sheet.scale - sheet.oy;
      if (x < 0 || y < 0 || x > sheet.w || y > sheet.h) continue;
      map.glyph(ctx, 'alarm', x, y, map.px(sheet.zoom < 14.5 ? 16 : 20), sheet.ratio, lost.layers.iot);
      hits.put(x, y, 11, { alarm: id });
    }
  }

  function drawNames(ctx, sheet, style, plan) {
    for (const { text: words, size, place, look } of plan.names) {
      const x = place.x - sheet.ox, y = place.y - sheet.oy;
      if (x < -80 || y < -20 || x > sheet.w + 80 || y > sheet.h + 20) continue;
      ctx.fillStyle = look === 'quiet' ? style.second : style.name;
      text(ctx, style, words, x, y, look === 'bold' ? 'bold ' + size : size, true);
    }
  }

  function drawEvents(ctx, sheet, style, plan, hits) {
    const { calm, risk, over } = sort(plan, sheet);
    drawPoints(ctx, calm, plan.sizes, sheet.ratio, hits);
    for (const disc of plan.discs) {
      const x = disc.x - sheet.ox, y = disc.y - sheet.oy;
      if (x < -60 || y < -60 || x > sheet.w + 60 || y > sheet.h + 60) continue;
      drawDisc(ctx, style, disc, x, y);
      hits.put(x, y, disc.r, { disc });
    }
    drawNames(ctx, sheet, style, plan);
    drawPoints(ctx, risk, plan.sizes, sheet.ratio, hits);
    drawPoints(ctx, over, plan.sizes, sheet.ratio, hits);
    for (const mark of plan.marks.slice().reverse()) {
      if (!map.events.over.has(mark.slot)) continue;
      drawOverdue(ctx, style, mark, sheet);
      hits.put(mark.x - sheet.ox, mark.y - sheet.oy, mark.size / 2 + 2, { slot: mark.slot });
    }
  }

  /** What others draw on the same sheet, below the marks and above them: another canvas would cost another blending. */
  map.under = [];
  map.above = [];
  const others = (list, sheet, style) => {
    for (const draw of list) {
      sheet.ctx.save();
      draw(sheet.ctx, sheet, style);
      sheet.ctx.restore();
    }
  };

  const layer = (map.marks = map.add({
    level: 30,
    sheet: null,
    hits: [],
    attach(leaflet) {
      layer.sheet = map.Sheet(leaflet, 'marks', { margin: 0.1 });
    },
    draw() {
      const { sheet } = layer, style = map.style(), hits = Hits();
      const plan = map.plan(() => map.invalidate(layer));
      sheet.lay();
      sheet.clear();
      const { ctx } = sheet;
      ctx.textAlign = 'center';
      ctx.textBaseline = 'middle';
      others(map.under, sheet, style);
      if (map.on.iot) drawAlarms(ctx, sheet, hits);
      if (map.on.event) drawEvents(ctx, sheet, style, plan, hits);
      else drawNames(ctx, sheet, style, plan);
      const focus = map.focusSlot();
      if (focus !== undefined && map.events.drawable(focus)) {
        const x = map.events.x[focus] * sheet.scale - sheet.ox, y = map.events.y[focus] * sheet.scale - sheet.oy;
        halo(ctx, style, x, y, 26);
        map.glyph(ctx, 'focus', x, y, 36, sheet.ratio);
        hits.put(x, y, 20, { slot: focus });
      }
      others(map.above, sheet, style);
      layer.hits = hits;
      waiting.splice(0).forEach((delta) => cockpit.measure.drawn(delta.at_ms));
      cockpit.emit('marks', plan);
    },
    moved() {
      if (layer.sheet.zoom !== map.leaflet.getZoom()) layer.sheet.follow(map.leaflet.getCenter(), map.leaflet.getZoom());
    },
    rest() {
      if (!layer.sheet.covers()) map.hurry(layer);
    },
  }));

  const redraw = () => map.invalidate(layer);
  cockpit.on('lost', (told) => {
    lost = told;
    redraw();
  });
  cockpit.on('delta', (delta) => !document.hidden && map.leaflet && Object.keys(delta.events || {}).length && waiting.push(delta));
  for (const name of ['events', 'delta', 'snapshot', 'city']) cockpit.on(name, redraw);
  cockpit.on('tick', (now) => map.events.over.size && Math.floor(now / 1000) % 10 === 0 && redraw());
})();
