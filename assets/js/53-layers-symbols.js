/* Symbols of thematic layers: a shape in the colour of its kind with the layer's one sign in it, as pixels to be stamped. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const ROOM = 1.5; // stage pixels round a symbol for its dark edge
  const CLEAR = 8, SOLID = 247; // opacities, of 255
  const SIGN_FROM_PX = 13, NARROW_FROM_PX = 19; // smaller than that a sign is a smudge; some outlines have less room for it
  const stamps = new Map(), swatches = new Map();

  const polygon = (n, turn) => (path, r) => {
    for (let i = 0; i < n; i++) {
      const angle = turn + (2 * Math.PI * i) / n;
      path.lineTo(r * Math.cos(angle), r * Math.sin(angle));
    }
    path.closePath();
  };
  const through = (points) => (path, r) => {
    for (const [x, y] of points) path.lineTo(x * r, y * r);
    path.closePath();
  };
  /** Outlines round (0, 0) that fit into a circle of radius r. */
  const SHAPES = {
    round: (path, r) => path.arc(0, 0, r, 0, 2 * Math.PI),
    ring: (path, r) => path.arc(0, 0, r, 0, 2 * Math.PI),
    square: (path, r) => path.roundRect(-r * 0.86, -r * 0.86, r * 1.72, r * 1.72, r * 0.25),
    diamond: polygon(4, 0),
    triangle: polygon(3, -Math.PI / 2),
    pentagon: polygon(5, -Math.PI / 2),
    hexagon: polygon(6, 0),
    house: through([[-0.85, 0.9], [-0.85, -0.1], [0, -1], [0.85, -0.1], [0.85, 0.9]]),
    flag: through([[-0.8, -0.95], [0.95, -0.45], [-0.5, 0.1], [-0.5, 1], [-0.8, 1]]),
    cross: through([[-0.35, -1], [0.35, -1], [0.35, -0.35], [1, -0.35], [1, 0.35], [0.35, 0.35], [0.35, 1], [-0.35, 1], [-0.35, 0.35], [-1, 0.35], [-1, -0.35], [-0.35, -0.35]]),
    drop: (path, r) => {
      path.moveTo(0, -r);
      path.bezierCurveTo(r * 0.2, -r * 0.4, r * 0.8, 0, r * 0.8, r * 0.3);
      path.arc(0, r * 0.3, r * 0.7, 0, Math.PI);
      path.bezierCurveTo(-r * 0.8, 0, -r * 0.2, -r * 0.4, 0, -r);
    },
  };
  const HOLLOW = new Set(['ring']), NARROW = new Set(['drop']);

  /**
   * Draw a symbol with its middle at (0, 0).
   * @param {CanvasRenderingContext2D} ctx
   * @param {{shape: string, mark: string, colour: string, odd: boolean}} look `odd`: not in the layer's usual state
   * @param {number} size of its box
   */
  function draw(ctx, look, size) {
    const style = map.style(), r = size / 2, path = new Path2D();
    (SHAPES[look.shape] || SHAPES.round)(path, r);
    ctx.lineJoin = 'round';
    ctx.lineWidth = 2;
    ctx.strokeStyle = style.ground;
    ctx.stroke(path);
    if (HOLLOW.has(look.shape)) {
      ctx.lineWidth = Math.max(2, r * 0.4);
      ctx.strokeStyle = look.colour;
      ctx.globalAlpha = 0.35;
      ctx.fillStyle = look.colour;
      ctx.fill(path);
      ctx.globalAlpha = 1;
      ctx.stroke(path);
    } else {
      ctx.fillStyle = look.colour;
      ctx.fill(path);
    }
    if (look.mark && size >= (NARROW.has(look.shape) ? NARROW_FROM_PX : SIGN_FROM_PX) && look.shape !== 'flag' && look.shape !== 'cross') {
      ctx.fillStyle = HOLLOW.has(look.shape) ? style.text : style.ground;
      ctx.font = 'bold ' + Math.round(size * 0.56) + 'px ' + style.font;
      ctx.textAlign = 'center';
      ctx.textBaseline = 'middle';
      ctx.fillText(look.mark, 0, size * (look.shape === 'house' ? 0.12 : 0.04));
    }
    if (!look.odd) return;
    ctx.beginPath();
    ctx.arc(r * 0.75, -r * 0.75, Math.max(2, r * 0.36), 0, 2 * Math.PI);
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = style.ground;
    ctx.fillStyle = style.warm;
    ctx.stroke();
    ctx.fill();
  }

  /**
   * A symbol as pixels: the offsets of those that are not clear, and what they are; the first `solid` hide what is below.
   * @returns {{half: number, solid: number, dx: Int32Array, dy: Int32Array, px: Int32Array}}
   */
  function stampOf(look, size, ratio) {
    const key = [look.shape, look.mark, look.colour, look.odd, size, ratio].join();
    let stamp = stamps.get(key);
    if (stamp) return stamp;
    const half = Math.ceil((size / 2 + ROOM) * ratio), side = 2 * half + 1;
    const ctx = new OffscreenCanvas(side, side).getContext('2d', { willReadFrequently: true });
    ctx.setTransform(ratio, 0, 0, ratio, half + 0.5, half + 0.5);
    draw(ctx, look, size);
    const all = new Int32Array(ctx.getImageData(0, 0, side, side).data.buffer), shown = [];
    for (let i = 0; i < all.length; i++) if (all[i] >>> 24 >= CLEAR) shown.push(i);
    const solid = shown.filter((i) => all[i] >>> 24 > SOLID), edge = shown.filter((i) => all[i] >>> 24 <= SOLID);
    const order = [...solid, ...edge];
    stamp = {
      half, solid: solid.length, across: 0, at: null,
      dx: Int32Array.from(order, (i) => (i % side) - half), dy: Int32Array.from(order, (i) => Math.floor(i / side) - half),
      px: Int32Array.from(order, (i) => all[i]),
    };
    stamps.set(key, stamp);
    return stamp;
  }

  /**
   * Stamp into `pixels` (`w` × `h` words) with the middle at the canvas pixel (x, y). Mixed where it stands: a number of 32
   * bits that goes through a function is an object to the browser, and millions of them are swept up while the map waits.
   */
  function put(pixels, w, h, stamp, x, y) {
    const { dx, dy, px, half, solid } = stamp;
    if (x < -half || y < -half || x >= w + half || y >= h + half) return;
    if (stamp.across !== w) {
      stamp.across = w;
      stamp.at = Int32Array.from(dx, (right, i) => dy[i] * w + right);
    }
    const from = y * w + x, { at } = stamp;
    const free = x >= half && y >= half && x < w - half && y < h - half;
    for (let i = 0; i < px.length; i++) {
      if (!free) {
        const cx = x + dx[i], cy = y + dy[i];
        if (cx < 0 || cy < 0 || cx >= w || cy >= h) continue;
      }
      const to = from + at[i], top = px[i], under = pixels[to];
      if (i < solid || under >>> 24 === 0) {
        pixels[to] = top;
        continue;
      }
      const opaque = top >>> 24, a = opaque + (opaque >> 7), b = 256 - a, below = under >>> 24; // 256 is all of it
      const ends = ((Math.imul(top & 0xff00ff, a) + Math.imul(under & 0xff00ff, b)) >>> 8) & 0xff00ff;
      const middle = (((top >>> 8) & 255) * a + ((under >>> 8) & 255) * b) & 0xff00;
      pixels[to] = ((opaque > below ? opaque : below) << 24) | ends | middle;
    }
  }

  /**
   * The symbol as a small canvas, for lists and legends; drawn once for each place, since a page of them takes longer to
   * draw than all the rest of a list.
   * @param {string} at where it stands: the same place gets the same canvas
   */
  function swatch(look, size, at) {
    const key = [at, look.shape, look.mark, look.colour, look.geometry, size].join();
    if (!swatches.has(key)) swatches.set(key, swatchOf(look, size));
    return swatches.get(key);
  }

  function swatchOf(look, size) {
    const canvas = document.createElement('canvas'), dense = 2;
    canvas.width = canvas.height = (size + 4) * dense;
    canvas.style.width = canvas.style.height = size + 4 + 'px';
    canvas.className = 'layer-swatch';
    canvas.setAttribute('aria-hidden', 'true');
    const ctx = canvas.getContext('2d');
    ctx.setTransform(dense, 0, 0, dense, canvas.width / 2, canvas.height / 2);
    if (look.geometry === 'line' || look.geometry === 'area') {
      ctx.strokeStyle = ctx.fillStyle = look.colour;
      ctx.lineWidth = 3;
      ctx.beginPath();
      if (look.geometry === 'line') {
        ctx.moveTo(-size / 2, size / 4);
        ctx.lineTo(size / 2, -size / 4);
      } else ctx.rect(-size / 2, -size / 2.6, size, size / 1.3);
      ctx.globalAlpha = 0.3;
      if (look.geometry === 'area') ctx.fill();
      ctx.globalAlpha = 1;
      ctx.lineWidth = look.geometry === 'line' ? 3 : 1.5;
      ctx.stroke();
    } else draw(ctx, look, size);
    return canvas;
  }

  cockpit.symbols = { stampOf, put, swatch, draw };
  cockpit.on('style', () => {
    stamps.clear();
    swatches.clear();
  });
})();
