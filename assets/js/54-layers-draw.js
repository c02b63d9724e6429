/* Thematic layers on the map: shapes, then cells with their counts, then single things; one picture over the ground,
   drawn anew only when the view or what is shown of it changes. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map, book = cockpit.thematic, symbols = cockpit.symbols;

  const EXTENT = 4096, POINTS = 0;
  const SOME_MS = 120; // of tiles that come one after the other so many are drawn together
  const CROWD = 6000, CROWD_PX = 5; // so many single things in view and each is a dot
  const CELL_PX = [4, 6, 8, 11]; // a cell by how many it stands for: 1, from 10, 100, 1,000
  const NUMBER_PX = 84, MOST_NUMBERED = 3; // a figure for each square so wide, where no more layers have cells
  const FAR = 4, NEAR = 5; // forms of a stamp; 0 to 3 are cells by how many they stand for
  const AREA_FILL = 0.16, LINE_PX = 2, SPOT_PX = 5;
  let picture = null, pictureKey = '', stampsIn = null, image = null, pixels = null, version = 0;
  /** What can be pointed at, in stage pixels of the ground's sheet. */
  const seen = (book.seen = { sheet: null, things: [], cells: [], shapes: [], drawn: 0 });

  const kindOf = (layer, code) => layer.byCode[code] || layer.kinds[0] || { colour: '#9aa9bc', title: '' };

  function prepare(layer) {
    if (layer.byCode) return;
    const coded = (list) => {
      const by = [];
      for (const one of list || []) if (one.code !== null && one.code !== undefined) by[one.code] = one;
      return by;
    };
    layer.byCode = coded(layer.kinds);
    layer.stateByCode = coded(layer.states);
    // a book of its own may not know the definition's usual state: then no state is an odd one
    layer.usual = layer.stateByCode.some((state) => state && state.key === layer.usual_state) ? layer.usual_state : '';
  }
  book.prepare = prepare;

  function sizeAt(layer, zoom) {
    const sizes = (layer.symbol && layer.symbol.sizes) || [[11, 8], [15, 14], [18, 20]];
    if (zoom <= sizes[0][0]) return sizes[0][1];
    for (let i = 1; i < sizes.length; i++) {
      const [z0, s0] = sizes[i - 1], [z1, s1] = sizes[i];
      if (zoom <= z1) return s0 + ((s1 - s0) * (zoom - z0)) / (z1 - z0);
    }
    return sizes[sizes.length - 1][1];
  }

  function lookOf(layer, code, state) {
    const { shape, mark } = layer.symbol || {};
    const known = layer.stateByCode[state];
    return { shape: shape || 'round', mark: mark || '', colour: kindOf(layer, code).colour, odd: Boolean(known && layer.usual && known.key !== layer.usual) };
  }
  book.lookOf = lookOf;

  /** Everything in view of a layer: `{things: [tile, i, x, y]…, cells: …}` in stage pixels. */
  function gather(layer, sheet) {
    const z = book.tileZoom(sheet.zoom), side = 2 ** z, px = sheet.scale / side;
    const at = (v, o) => Math.max(0, Math.min(side - 1, Math.floor((v + o) / px)));
    const found = { things: [], cells: [] };
    const parts = book.tilesFor(layer, z, at(0, sheet.ox), at(0, sheet.oy), at(sheet.w, sheet.ox), at(sheet.h, sheet.oy));
    for (const { tile, left, top, right, bottom } of parts) {
      const unit = sheet.scale / 2 ** tile.z / EXTENT, dx = tile.tx * EXTENT * unit - sheet.ox, dy = tile.ty * EXTENT * unit - sheet.oy;
      const list = tile.form === POINTS ? found.things : found.cells;
      for (let i = 0; i < tile.n; i++) {
        const u = tile.x[i], v = tile.y[i];
        if (u < left || u >= right || v < top || v >= bottom) continue;
        const x = dx + u * unit, y = dy + v * unit;
        if (x > -20 && y > -20 && x < sheet.w + 20 && y < sheet.h + 20) list.push({ layer, tile, i, x, y });
      }
    }
    return found;
  }

  const step = (count) => (count >= 1000 ? 3 : count >= 100 ? 2 : count >= 10 ? 1 : 0);
  const few = (n) => (n >= 1e6 ? (n / 1e6).toFixed(1) + 'M' : n >= 10000 ? Math.round(n / 1000) + 'k' : String(n));

  /** Figures over cells: the sum of each square, where its things are. */
  function figures(cells) {
    const squares = new Map();
    for (const { tile, i, x, y } of cells) {
      const key = Math.floor(x / NUMBER_PX) * 4096 + Math.floor(y / NUMBER_PX), n = tile.count[i];
      const square = squares.get(key) || { n: 0, x: 0, y: 0 };
      square.x = (square.x * square.n + x * n) / (square.n + n);
      square.y = (square.y * square.n + y * n) / (square.n + n);
      square.n += n;
      squares.set(key, square);
    }
    return [...squares.values()];
  }

  function drawFigures(ctx, style, squares) {
    const size = map.px(15);
    ctx.font = size + 'px ' + style.font;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    for (const { n, x, y } of squares) {
      const words = few(n), w = ctx.measureText(words).width + 12;
      ctx.globalAlpha = 0.82;
      ctx.fillStyle = style.ground;
      ctx.beginPath();
      ctx.roundRect(x - w / 2, y - size * 0.7, w, size * 1.4, size * 0.7);
      ctx.fill();
      ctx.globalAlpha = 1;
      ctx.fillStyle = style.text;
      ctx.fillText(words, x, y + 1);
    }
  }

  function drawShapes(ctx, layer, sheet, style) {
    const b = [sheet.ox / sheet.scale, sheet.oy / sheet.scale, (sheet.ox + sheet.w) / sheet.scale, (sheet.oy + sheet.h) / sheet.scale];
    const bounds = [b[0] * 360 - 180, map.latOf(b[3]), b[2] * 360 - 180, map.latOf(b[1])];
    const width = layer.geometry === 'line' ? Math.max(1, sizeAt(layer, sheet.zoom)) : sheet.zoom < 12 ? 0.8 : sheet.zoom < 14 ? 1.2 : LINE_PX;
    const byKey = new Map(layer.kinds.map((kind) => [kind.key, kind.colour]));
    ctx.lineJoin = ctx.lineCap = 'round';
    for (const piece of book.shapesFor(layer, sheet.zoom, bounds).pieces) {
      if (piece.box[0] > b[2] || piece.box[2] < b[0] || piece.box[1] > b[3] || piece.box[3] < b[1]) continue;
      const colour = byKey.get(piece.kind) || style.second, path = new Path2D();
      const across = Math.max(piece.box[2] - piece.box[0], piece.box[3] - piece.box[1]) * sheet.scale;
      // what is too small to be seen as an area is seen as a spot
      if (piece.area && across < SPOT_PX) path.rect(((piece.box[0] + piece.box[2]) / 2) * sheet.scale - sheet.ox - SPOT_PX / 2, ((piece.box[1] + piece.box[3]) / 2) * sheet.scale - sheet.oy - SPOT_PX / 2, SPOT_PX, SPOT_PX);
      else map.trace(path, piece, sheet);
      ctx.strokeStyle = ctx.fillStyle = colour;
      if (piece.area) {
        ctx.globalAlpha = AREA_FILL;
        ctx.fill(path, 'evenodd');
      }
      ctx.globalAlpha = 0.9;
      ctx.lineWidth = width;
      ctx.stroke(path);
      seen.shapes.push({ layer, piece, path, width });
    }
    ctx.globalAlpha = 1;
  }

  /** The stamp of a thing, looked up by numbers: words would be put together for each of sixty thousand. */
  function stamper(sheet, sizeOf) {
    const known = new Map();
    let last = null, stamps = null;
    return (layer, kind, state, form) => {
      if (layer !== last) {
        last = layer;
        stamps = known.get(layer);
        if (!stamps) known.set(layer, (stamps = new Map()));
      }
      const at = (kind * 256 + state) * 8 + form;
      let stamp = stamps.get(at);
      if (!stamp) {
        const plain = form !== NEAR, colour = kindOf(layer, kind).colour;
        const look = plain ? { shape: 'round', mark: '', colour, odd: false } : lookOf(layer, kind, state);
        stamp = symbols.stampOf(look, sizeOf(layer, form), sheet.ratio);
        stamps.set(at, stamp);
      }
      return stamp;
    };
  }

  /**
   * Cells and single things of all layers as pixels written by hand: sixty thousand cost what a thousand drawn images do.
   * @returns {ImageData} as large as the sheet's canvas, to be used before the next one
   */
  function stampAll(sheet, things, cells) {
    const { width, height } = sheet.canvas, ratio = sheet.ratio;
    if (!image || image.width !== width || image.height !== height) {
      image = new ImageData(width, height);
      pixels = new Int32Array(image.data.buffer);
    } else pixels.fill(0);
    const cellPx = CELL_PX.map((px) => map.px(px)), farPx = map.px(CROWD_PX), nearPx = new Map();
    const near = (layer) => {
      if (!nearPx.has(layer)) nearPx.set(layer, Math.round(map.px(sizeAt(layer, sheet.zoom) * 1.15)));
      return nearPx.get(layer);
    };
    const stampFor = stamper(sheet, (layer, form) => (form === NEAR ? near(layer) : form === FAR ? farPx : cellPx[form]));
    for (const cell of cells) {
      const { layer, tile, i, x, y } = cell, form = step(tile.count[i]);
      cell.r = cellPx[form] / 2;
      symbols.put(pixels, width, height, stampFor(layer, tile.kind[i], 0, form), Math.round(x * ratio), Math.round(y * ratio));
    }
    const crowd = things.length > CROWD;
    for (const thing of things) {
      const { layer, tile, i, x, y } = thing, form = crowd || thing.far ? FAR : NEAR;
      thing.r = (form === FAR ? farPx : near(layer)) / 2;
      symbols.put(pixels, width, height, stampFor(layer, tile.kind[i], form === NEAR ? tile.state[i] : 0, form), Math.round(x * ratio), Math.round(y * ratio));
    }
    return image;
  }

  /** The stamped pixels into the picture: as they are where nothing lies under them, over the shapes else. */
  function lay(ctx, stamped, sheet) {
    if (!seen.shapes.length) return void ctx.putImageData(stamped, 0, 0);
    const { width, height } = stamped;
    if (!stampsIn || stampsIn.width !== width || stampsIn.height !== height) stampsIn = new OffscreenCanvas(width, height);
    stampsIn.getContext('2d').putImageData(stamped, 0, 0);
    ctx.drawImage(stampsIn, 0, 0, sheet.w, sheet.h);
  }

  function paint(ctx, sheet, layers) {
    const style = map.style();
    Object.assign(seen, { things: [], cells: [], shapes: [] });
    book.beginAsking();
    let celled = 0;
    const squares = [];
    for (const layer of layers.slice().reverse()) {
      prepare(layer);
      if (!layer.total) continue;
      if (layer.geometry !== 'point') drawShapes(ctx, layer, sheet, style);
      else {
        const { things, cells } = gather(layer, sheet);
        for (const thing of things) seen.things.push(thing);
        if (cells.length) for (const thing of things) thing.far = true; // beside cells a thing is one of them
        for (const cell of cells) seen.cells.push(cell);
        if (cells.length) {
          celled += 1;
          squares.push(...figures(cells));
        }
      }
    }
    book.endAsking();
    if (seen.things.length || seen.cells.length) lay(ctx, stampAll(sheet, seen.things, seen.cells), sheet);
    if (celled && celled <= MOST_NUMBERED) drawFigures(ctx, style, squares);
    seen.drawn = seen.things.length + seen.cells.length + seen.shapes.length;
  }

  /** Called by the ground: lay the picture of the layers over it. */
  map.overGround.push((sheet) => {
    const layers = book.shown();
    seen.sheet = sheet;
    if (!layers.length) {
      Object.assign(seen, { things: [], cells: [], shapes: [], drawn: 0 });
      return;
    }
    const { canvas } = sheet;
    const key = [sheet.ox, sheet.oy, sheet.scale, canvas.width, canvas.height, version].join();
    if (key !== pictureKey) {
      if (!picture || picture.width !== canvas.width || picture.height !== canvas.height) picture = new OffscreenCanvas(canvas.width, canvas.height);
      const ctx = picture.getContext('2d');
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.clearRect(0, 0, picture.width, picture.height);
      ctx.setTransform(sheet.ratio, 0, 0, sheet.ratio, 0, 0);
      const start = performance.now();
      paint(ctx, sheet, layers);
      book.paint_ms = performance.now() - start;
      pictureKey = key;
    }
    sheet.ctx.drawImage(picture, 0, 0, sheet.w, sheet.h);
  });

  function again(quick) {
    version += 1;
    if (map.leaflet) (quick ? map.hurry : map.invalidate)(map.ground);
  }
  cockpit.on('thematic', () => again(true));

  /** Tiles come one after the other: the last that is waited for is drawn at once, those before it some at a time, and
      none while a hand carries the map along, which would stop under it. */
  let late = 0;
  function arrived() {
    clearTimeout(late);
    late = 0;
    const { dragging } = map.leaflet || {};
    if (dragging && dragging.moving && dragging.moving()) return void (late = setTimeout(arrived, SOME_MS));
    again(!book.waiting());
  }
  cockpit.on('thematic-tile', ({ name }) => {
    if (!book.isOn(name)) return;
    if (!book.waiting()) arrived();
    else if (!late) late = setTimeout(arrived, SOME_MS);
  });
  cockpit.on('style', () => again(false));
})();
