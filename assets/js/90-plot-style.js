/* 标绘的样子: how a drawing looks on the map, by its kind and by what it means. Shapes first, then colours and words. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;
  if (!map) return;

  const SYMBOLS = ['mark', 'hazard', 'cordon', 'gathering', 'route', 'blocked_road'];
  const DASH = { cordon: [12, 8], gathering: [3, 6] };
  const OCTAGON = new Path2D('M8 2h8l6 6v8l-6 6H8l-6-6V8z'), SQUARE = new Path2D('M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z');
  const PIN = new Path2D('M12 23C6.600 16.200 4.500 13 4.500 9.600a7.500 7.500 0 0 1 15 0C19.500 13 17.400 16.200 12 23z');
  const CROSS = new Path2D('M12 6.500v7M12 17.200v.4'), INWARD = new Path2D('M6.200 6.200 9.400 9.400M17.800 6.200 14.600 9.400M6.200 17.800 9.400 14.600M17.800 17.800 14.600 14.600');
  let colours = null;
  const plots = (map.plots = { SYMBOLS });

  /** Colours of the symbols, as the map's box inherits them now. */
  function colourOf(symbol) {
    if (!colours) {
      const from = getComputedStyle(map.leaflet.getContainer());
      colours = Object.fromEntries(SYMBOLS.map((name) => [name, from.getPropertyValue('--plot-' + name).trim() || '#fff']));
    }
    return colours[symbol] || colours.mark;
  }
  plots.colourOf = colourOf;
  cockpit.on('style', () => (colours = null));

  /** What a drawing is called: `警戒区` for the area of a cordon. */
  plots.nameOf = function (kind, symbol) {
    if (symbol === 'mark') return cockpit.text('plot.kind.' + kind);
    const key = 'plot.symbol.' + symbol + (kind === 'area' ? '_area' : '');
    return key in cockpit.texts ? cockpit.text(key) : cockpit.text('plot.symbol.' + symbol);
  };

  /** The words beside it: its own, else what it means; nothing for a mere mark. */
  plots.wordsOf = ([kind, symbol, , label]) => label || (symbol === 'mark' ? '' : plots.nameOf(kind, symbol));

  /** A row's points in px of the sheet. */
  plots.onSheet = (sheet, points) => points.map(([lon, lat]) => [map.worldX(lon) * sheet.scale - sheet.ox, map.worldY(lat) * sheet.scale - sheet.oy]);

  function trace(ctx, at, closed) {
    ctx.beginPath();
    at.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    if (closed) ctx.closePath();
  }

  /** Something at every `step` px along a line: `put(x, y, turn)`. */
  function along(at, step, put) {
    let left = step / 2;
    for (let i = 1; i < at.length; i++) {
      const [ax, ay] = at[i - 1], [bx, by] = at[i], far = Math.hypot(bx - ax, by - ay), turn = Math.atan2(by - ay, bx - ax);
      for (; left <= far; left += step) put(ax + ((bx - ax) * left) / far, ay + ((by - ay) * left) / far, turn);
      left -= far;
    }
  }

  function strokes(ctx, style, at, symbol, closed, wide) {
    const colour = colourOf(symbol);
    ctx.lineJoin = ctx.lineCap = 'round';
    ctx.strokeStyle = style.ground;
    ctx.globalAlpha = 0.75;
    ctx.lineWidth = wide + 3;
    trace(ctx, at, closed);
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.strokeStyle = colour;
    ctx.lineWidth = wide;
    if (DASH[symbol]) {
      ctx.lineCap = 'butt';
      ctx.setLineDash(DASH[symbol].map(map.px));
    }
    ctx.stroke();
    ctx.setLineDash([]);
  }

  /** Arrowheads along a way say where it leads. */
  function chevrons(ctx, style, at, symbol) {
    const size = map.px(11);
    ctx.lineCap = 'round';
    along(at, map.px(60), (x, y, turn) => {
      const back = (side) => [x + size * Math.cos(turn + side), y + size * Math.sin(turn + side)];
      for (const [colour, width] of [[style.ground, 6.5], [colourOf(symbol), 3.4]]) {
        ctx.strokeStyle = colour;
        ctx.lineWidth = map.px(width);
        trace(ctx, [back(2.45), [x + size * 0.4 * Math.cos(turn), y + size * 0.4 * Math.sin(turn)], back(-2.45)]);
        ctx.stroke();
      }
    });
  }

  function crosses(ctx, style, at, symbol) {
    const half = map.px(6);
    const arms = (x, y) => [[[x - half, y - half], [x + half, y + half]], [[x + half, y - half], [x - half, y + half]]];
    ctx.lineCap = 'round';
    along(at, map.px(46), (x, y) => {
      for (const [colour, width] of [[style.ground, 6.5], [colourOf(symbol), 3.2]]) {
        ctx.strokeStyle = colour;
        ctx.lineWidth = map.px(width);
        for (const arm of arms(x, y)) {
          trace(ctx, arm);
          ctx.stroke();
        }
      }
    });
  }

  function head(ctx, style, at, symbol) {
    let i = at.length - 2;
    while (i > 0 && Math.hypot(at[at.length - 1][0] - at[i][0], at[at.length - 1][1] - at[i][1]) < 1) i--;
    const [x, y] = at[at.length - 1], turn = Math.atan2(y - at[i][1], x - at[i][0]), long = map.px(26), half = map.px(13);
    const tip = (far, side) => [x + far * Math.cos(turn) - side * Math.sin(turn), y + far * Math.sin(turn) + side * Math.cos(turn)];
    trace(ctx, [tip(long * 0.5, 0), tip(-long * 0.5, half), tip(-long * 0.25, 0), tip(-long * 0.5, -half)], true);
    ctx.fillStyle = colourOf(symbol);
    ctx.strokeStyle = style.ground;
    ctx.lineWidth = 2;
    ctx.stroke();
    ctx.fill();
  }

  /** The mark of a point: octagon, square, disc or pin, so that it is told apart without its colour. */
  plots.symbol = function (ctx, style, symbol, x, y, size) {
    const colour = colourOf(symbol);
    ctx.save();
    ctx.translate(x - size / 2, y - (symbol === 'mark' ? (size * 23) / 24 : size / 2));
    ctx.scale(size / 24, size / 24);
    ctx.lineCap = ctx.lineJoin = 'round';
    ctx.strokeStyle = style.ground;
    ctx.fillStyle = colour;
    ctx.lineWidth = 3;
    const disc = new Path2D();
    disc.arc(12, 12, 10, 0, 2 * Math.PI);
    const body = { hazard: OCTAGON, gathering: SQUARE, blocked_road: disc }[symbol] || PIN;
    ctx.stroke(body);
    ctx.fill(body);
    ctx.fillStyle = style.ground;
    ctx.lineWidth = symbol === 'blocked_road' ? 4 : 2.4;
    const dot = new Path2D();
    dot.arc(12, symbol === 'gathering' ? 12 : 9.6, symbol === 'gathering' ? 2.2 : 2.8, 0, 2 * Math.PI);
    if (symbol === 'hazard') ctx.stroke(CROSS);
    else if (symbol === 'blocked_road') ctx.stroke(new Path2D('M6.500 12h11'));
    else {
      ctx.fill(dot);
      if (symbol === 'gathering') ctx.stroke(INWARD);
    }
    ctx.restore();
  };
  plots.size = () => map.px(30);

  /** What lies on the ground: lines, areas, arrows. */
  plots.drawGround = function (ctx, sheet, style, row) {
    const [kind, symbol, points] = row, at = plots.onSheet(sheet, points);
    if (kind === 'area') {
      trace(ctx, at, true);
      ctx.fillStyle = colourOf(symbol);
      ctx.globalAlpha = symbol === 'hazard' ? 0.22 : 0.13;
      ctx.fill();
      ctx.globalAlpha = 1;
    }
    const wide = map.px({ arrow: 7, line: 5, area: 3.5 }[kind]);
    strokes(ctx, style, at, symbol, kind === 'area', wide);
    if (kind === 'arrow') head(ctx, style, at, symbol);
    else if (kind === 'line' && symbol === 'route') chevrons(ctx, style, at, symbol);
    else if (kind === 'line' && symbol === 'blocked_road') crosses(ctx, style, at, symbol);
  };
})();
