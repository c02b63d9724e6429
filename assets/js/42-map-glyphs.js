/* Status glyphs (visual guide, «Status glyphs»): drawn once per size and colour, then stamped. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const BOX = 24; // all shapes are described in a box of 24 units
  const ROOM = 3; // stage pixels round a glyph, for strokes that stick out
  const TRIANGLE = 'M12 3 22 20.5H2z', HOLLOW = 'M12 3.6 21.4 20H2.6z', DIAMOND = 'M12 1.8 22.2 12 12 22.2 1.8 12z';
  const stamps = new Map();

  const shape = (d) => new Path2D(d);

  function ring(ctx, colour, width, dash) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.setLineDash(dash || []);
    ctx.beginPath();
    ctx.arc(12, 12, 8.5, 0, 2 * Math.PI);
    ctx.stroke();
    ctx.setLineDash([]);
  }

  function mark(ctx, d) {
    ctx.strokeStyle = '#fff';
    ctx.lineWidth = 2.4;
    ctx.lineCap = 'round';
    ctx.stroke(shape(d));
  }

  function solid(ctx, colour, d, width) {
    ctx.fillStyle = ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.lineJoin = 'round';
    ctx.fill(shape(d));
    ctx.stroke(shape(d));
  }

  const DRAW = {
    done(ctx, style) {
      ctx.fillStyle = style.done;
      ctx.globalAlpha = 0.75;
      ctx.beginPath();
      ctx.arc(12, 12, 12, 0, 2 * Math.PI);
      ctx.fill();
    },
    doing(ctx, style) {
      ctx.fillStyle = style.ground;
      ctx.globalAlpha = 0.7;
      ctx.beginPath();
      ctx.arc(12, 12, 10, 0, 2 * Math.PI);
      ctx.fill();
      ctx.globalAlpha = 1;
      ring(ctx, style.doing, 3);
      ctx.fillStyle = style.doing;
      ctx.fill(shape('M12 3.5a8.5 8.5 0 0 1 0 17z'));
    },
    paused(ctx, style) {
      ring(ctx, style.paused, 2.4, [3.6, 3]);
      ctx.strokeStyle = style.paused;
      ctx.stroke(shape('M9.6 8.6v6.8M14.4 8.6v6.8'));
    },
    risk(ctx, style) {
      ctx.fillStyle = style.ground;
      ctx.globalAlpha = 0.9;
      ctx.fill(shape(HOLLOW));
      ctx.globalAlpha = 1;
      ctx.strokeStyle = style.risk;
      ctx.lineWidth = 3;
      ctx.lineJoin = 'round';
      ctx.stroke(shape(HOLLOW));
    },
    over(ctx, style) {
      solid(ctx, style.over, TRIANGLE, 2.4);
      mark(ctx, 'M12 9v5.6M12 17.6v.4');
    },
    focus(ctx, style) {
      solid(ctx, style.over, DIAMOND, 1.6);
      mark(ctx, 'M12 6.8v6.4M12 16.6v.3');
    },
    alarm(ctx, style) {
      ctx.fillStyle = style.ground;
      ctx.globalAlpha = 0.8;
      ctx.beginPath();
      ctx.arc(12, 12, 12, 0, 2 * Math.PI);
      ctx.fill();
      ctx.globalAlpha = 1;
      ctx.strokeStyle = ctx.fillStyle = style.warm;
      ctx.lineWidth = 2;
      ctx.lineCap = ctx.lineJoin = 'round';
      ctx.stroke(shape('M6 16.500h12l-1.600-2.300v-3.400a4.400 4.400 0 0 0-8.800 0v3.400z'));
      ctx.fill(shape('M10.200 18.200a1.900 1.900 0 0 0 3.600 0z'));
    },
  };

  function make(name, size, ratio, greyed) {
    const side = Math.ceil((size + 2 * ROOM) * ratio);
    const canvas = new OffscreenCanvas(side, side);
    const ctx = canvas.getContext('2d');
    const k = (size * ratio) / BOX;
    ctx.setTransform(k, 0, 0, k, (side - size * ratio) / 2, (side - size * ratio) / 2);
    DRAW[name](ctx, greyed ? map.greyed() : map.style());
    return canvas;
  }

  /**
   * Stamp a glyph.
   * @param {CanvasRenderingContext2D} ctx in stage pixels at `ratio`
   * @param {string} name done, doing, paused, risk, over, focus or alarm
   * @param {number} x of its middle
   * @param {number} y of its middle
   * @param {number} size of its box
   * @param {number} ratio canvas pixels per stage pixel
   * @param {boolean=} greyed as it was before its feed was lost
   */
  map.glyph = function (ctx, name, x, y, size, ratio, greyed) {
    const key = name + size + '@' + ratio + (greyed ? '-' : '');
    let stamp = stamps.get(key);
    if (!stamp) stamps.set(key, (stamp = make(name, size, ratio, greyed)));
    // on whole canvas pixels, so that it stays sharp
    const left = Math.round(x * ratio - stamp.width / 2) / ratio, top = Math.round(y * ratio - stamp.height / 2) / ratio;
    ctx.drawImage(stamp, left, top, stamp.width / ratio, stamp.height / ratio);
  };

  cockpit.on('style', () => stamps.clear());
})();
