/* People on the map: far away stamps of pixels written by hand (70,000 a frame), close by discs with a number or a name. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const NEAR_ZOOM = 14.5;
  const MOST_DISCS = 1500, MOST_NAMES = 250;
  const CROWD_PX = 10; // more people close by than anybody could tell apart: dots, which also draw five times as fast
  const OPACITY = [1, 0.5, 0.25, 0.5]; // by shade; the last is an outline, dashed from close by
  const HOLLOW = 3; // the shade of who was not heard of for a quarter of an hour
  const TOLD = 2; // from this shade on the age is told in words
  const WORDS_EVERY_S = 30; // which count minutes
  const STEP_PX = 0.45; // nobody moves farther between two drawings
  const SLOWEST_MS = 100;

  let image = null, pixels = null, dirty = null; // the pixel buffer, and the box of it that is not blank
  let waiting = []; // frames that came and are not on the screen yet
  let lost = false; // whether nothing is coming in of what this layer shows
  let told = false; // whether ages stand on the map in words

  const colourOf = (style) => (lost ? style.dead : style.people);

  /** A disc of `size` px as offsets into the buffer and pixel values, one list a shade. */
  function makeStamps(size, across, colour) {
    const [r, g, b] = map.rgb(colour);
    const half = size / 2;
    return OPACITY.map((opacity, shade) => {
      const offsets = [], values = [];
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
          const far = Math.hypot(x + 0.5 - half, y + 0.5 - half);
          const inside = shade === HOLLOW ? far - half + 1.3 : 1;
          const cover = Math.min(1, Math.max(0, Math.min(half + 0.3 - far, inside)));
          if (cover < 0.08) continue;
          offsets.push(y * across + x);
          values.push(((Math.round(255 * opacity * cover) << 24) | (b << 16) | (g << 8) | r) >>> 0);
        }
      }
      return { offsets: Int32Array.from(offsets), values: Uint32Array.from(values) };
    });
  }

  let stamps = null, stampKey = '';
  function stampsFor(sheet) {
    const size = Math.round(Math.min(CROWD_PX, map.sizes(sheet.zoom).worker) * sheet.ratio);
    const key = [size, sheet.canvas.width, colourOf(map.style())].join();
    if (key !== stampKey) {
      stamps = makeStamps(size, sheet.canvas.width, colourOf(map.style()));
      stampKey = key;
    }
    return size;
  }

  function blank(width) {
    if (!dirty) return;
    for (let y = dirty[1]; y < dirty[3]; y++) pixels.fill(0, y * width + dirty[0], y * width + dirty[2]);
  }

  function drawStamps(sheet) {
    const { canvas, ctx, scale, ratio } = sheet;
    const width = canvas.width, height = canvas.height;
    if (!image || image.width !== width || image.height !== height) {
      image = ctx.createImageData(width, height);
      pixels = new Uint32Array(image.data.buffer);
      dirty = [0, 0, width, height];
    }
    const before = dirty;
    blank(width);
    const size = stampsFor(sheet);
    const k = scale * ratio, ox = sheet.ox * ratio + size / 2 - 0.5, oy = sheet.oy * ratio + size / 2 - 0.5;
    const { x, y, shade, rows, count } = cockpit.movers;
    let x0 = width, y0 = height, x1 = 0, y1 = 0;
    for (let i = 0; i < count; i++) {
      const row = rows[i];
      const px = Math.floor(x[row] * k - ox), py = Math.floor(y[row] * k - oy);
      if (px < 0 || py < 0 || px + size > width || py + size > height) continue;
      if (px < x0) x0 = px;
      if (px > x1) x1 = px;
      if (py < y0) y0 = py;
      if (py > y1) y1 = py;
      const { offsets, values } = stamps[shade[row]];
      const base = py * width + px;
      for (let j = 0; j < offsets.length; j++) {
        // one colour, the opacity in the top byte: the greater number is the denser pixel
        if (pixels[base + offsets[j]] < values[j]) pixels[base + offsets[j]] = values[j];
      }
    }
    dirty = x1 < x0 ? null : [x0, y0, x1 + size, y1 + size];
    const box = join(before, dirty);
    if (box) ctx.putImageData(image, 0, 0, box[0], box[1], box[2] - box[0], box[3] - box[1]);
  }

  function join(a, b) {
    if (!a || !b) return a || b;
    return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
  }

  function inView(sheet, reach) {
    const { x, y, rows, count } = cockpit.movers;
    const found = [];
    for (let i = 0; i < count; i++) {
      const row = rows[i];
      const px = x[row] * sheet.scale - sheet.ox, py = y[row] * sheet.scale - sheet.oy;
      if (px > -reach && py > -reach && px < sheet.w + reach && py < sheet.h + reach) found.push([row, px, py]);
    }
    return found;
  }

  function outline(ctx, person, px, py, half) {
    ctx.beginPath();
    if (person) ctx.arc(px, py, half, 0, 2 * Math.PI);
    else ctx.rect(px - half, py - half, 2 * half, 2 * half);
  }

  function drawDiscs(sheet) {
    const { ctx } = sheet, { kind, kinds, shade, ids } = cockpit.movers;
    const style = map.style(), colour = colourOf(style);
    const found = inView(sheet, 24);
    if (found.length > MOST_DISCS) return false;
    sheet.clear();
    told = false;
    const half = map.sizes(sheet.zoom).worker / 2, named = found.length <= MOST_NAMES, close = sheet.zoom >= 16.5;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    for (const [row, px, py] of found) {
      const old = shade[row] === HOLLOW;
      ctx.globalAlpha = old ? 0.6 : OPACITY[shade[row]];
      outline(ctx, kinds[kind[row]] === 'gridworker', px, py, half - 1);
      ctx.strokeStyle = old ? colour : style.ground;
      ctx.lineWidth = old ? 1.5 : 2;
      ctx.setLineDash(old ? [3, 3] : []);
      ctx.fillStyle = old ? style.ground : colour;
      ctx.fill();
      ctx.stroke();
      if (!named) continue;
      const number = (/(\d{1,2})\D*$/.exec(ids[row] || '') || ['', ''])[1]; // more digits would be too small to read
      ctx.fillStyle = old ? colour : style.ground;
      ctx.font = map.px(13) + 'px ' + style.font;
      ctx.fillText(number, px, py + 1);
      if (close) name(ctx, style, ids[row] || '', px, py + half + 13);
      if (!old && !(close && shade[row] >= TOLD)) continue;
      name(ctx, style, map.positionAge(row), px, py + half + (close ? 31 : 13));
      told = true;
    }
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
    dirty = [0, 0, sheet.canvas.width, sheet.canvas.height];
    return true;
  }

  function name(ctx, style, text, x, y) {
    ctx.font = map.px(16) + 'px ' + style.font;
    ctx.lineWidth = 4;
    ctx.setLineDash([]);
    ctx.strokeStyle = style.ground;
    ctx.fillStyle = style.name;
    ctx.strokeText(text, x, y);
    ctx.fillText(text, x, y);
  }

  function drawAll(sheet) {
    if (!map.on.gridworker) {
      sheet.clear();
      if (pixels) pixels.fill(0);
      dirty = null;
    } else if (sheet.zoom < NEAR_ZOOM || !drawDiscs(sheet)) {
      drawStamps(sheet);
    } else if (pixels) {
      pixels.fill(0);
    }
  }

  const layer = map.add({
    level: 20,
    sheet: null,
    attach(leaflet) {
      layer.sheet = map.Sheet(leaflet, 'people', { plain: true });
      image = null;
    },
    draw() {
      const { sheet } = layer;
      const fastest = cockpit.movers.step(performance.now());
      if (!sheet.covers() || sheet.zoom !== map.leaflet.getZoom()) sheet.lay();
      drawAll(sheet);
      for (const frame of waiting) {
        cockpit.measure.frame();
        cockpit.measure.drawn(frame.at_ms);
      }
      waiting = [];
      // slow walkers seen from afar need no thirty drawings a second to move one pixel
      return cockpit.movers.glides ? Math.min(SLOWEST_MS, STEP_PX / (fastest * sheet.scale + 1e-9)) : 0;
    },
    moved() {
      if (layer.sheet.zoom !== map.leaflet.getZoom()) layer.sheet.follow(map.leaflet.getCenter(), map.leaflet.getZoom());
      else redraw();
    },
    rest: () => redraw(),
  });

  /**
   * Who stands at a place of the world, close by: a row, or undefined.
   * @param {number} x 0…1
   * @param {number} y 0…1
   */
  map.personAt = function (x, y) {
    const { sheet } = layer, { movers } = cockpit;
    if (!map.on.gridworker || !sheet || sheet.zoom < NEAR_ZOOM) return undefined;
    const reach = map.sizes(sheet.zoom).worker / 2 / sheet.scale;
    return movers.rows.subarray(0, movers.count).find((row) => Math.hypot(movers.x[row] - x, movers.y[row] - y) <= reach);
  };

  /** `位置 9 分钟前` of a row. */
  map.positionAge = function (row) {
    const minutes = Math.max(0, Math.floor((cockpit.now() - cockpit.movers.seen[row]) / 60000));
    if (minutes < 100) return cockpit.text('position.minutes', { n: minutes });
    if (minutes < 48 * 60) return cockpit.text('position.hours', { n: Math.floor(minutes / 60) });
    return cockpit.text('position.days', { n: Math.floor(minutes / 1440) });
  };

  const redraw = () => map.hurry(layer);

  cockpit.on('moved', (frame) => {
    if (frame) waiting.push(frame);
    if (!frame || frame.urgent) redraw();
    else map.invalidate(layer);
  });
  cockpit.on('layer', redraw);
  cockpit.on('style', redraw);
  cockpit.on('tick', (clock) => {
    const older = told && Math.floor(clock / 1000) % WORDS_EVERY_S === 0;
    if (cockpit.movers.age(clock) || older) redraw();
  });
  cockpit.on('lost', ({ layers }) => {
    if (lost === Boolean(layers.gridworker)) return;
    lost = !lost;
    redraw();
  });
  document.addEventListener('visibilitychange', () => document.hidden && waiting.splice(0));
})();
