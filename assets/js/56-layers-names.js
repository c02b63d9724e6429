/* Names beside the things of thematic layers, near enough to read them (`label_zoom`): none over another, none over a symbol. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map, book = cockpit.thematic;

  const MOST = 400; // so many things of a layer in view and nobody reads their names
  const SIZE_PX = 12, GAP_PX = 3, HALO_PX = 3, LONGEST = 14;
  const BEYOND = 0.25, WAIT_MS = 200, AGAIN_MS = 20000;
  const held = new Map(); // layer → {key, bounds, names: Map(row → name)}
  const asking = new Set(), widths = new Map();
  let placed = [], placedKey = '', version = 0;

  const named = (layer, zoom) => !layer.names_masked && layer.symbol && zoom >= layer.symbol.label_zoom;
  const inside = (outer, b) => outer[0] <= b[0] && outer[1] <= b[1] && outer[2] >= b[2] && outer[3] >= b[3];
  const short = (name) => (name.length > LONGEST ? name.slice(0, LONGEST - 1) + '…' : name);

  async function ask(layer, key, around) {
    let wait = 0;
    try {
      const asked = book.query(layer.name, { bbox: around.map((d) => d.toFixed(6)).join(','), limit: MOST });
      const answer = await fetch('/api/v1/layers/' + encodeURIComponent(layer.name) + '/items?' + asked, { credentials: 'same-origin' });
      if (!answer.ok) throw new Error(String(answer.status));
      const { items } = await answer.json();
      held.set(layer.name, { key, bounds: around, names: new Map(items.filter((item) => item.name).map((item) => [item.row, short(item.name)])) });
    } catch (away) {
      wait = AGAIN_MS; // the symbols are there without their names
    }
    setTimeout(() => {
      asking.delete(layer.name);
      version += 1;
      map.invalidate(map.ground);
    }, wait);
  }

  /** The names of a layer's points in a view, as far as they are there; the right ones are asked for. */
  function namesOf(layer, bounds) {
    const have = held.get(layer.name), key = book.key(layer), same = have && have.key === key;
    if (!(same && inside(have.bounds, bounds)) && !asking.has(layer.name)) {
      asking.add(layer.name);
      const [w, s, e, n] = bounds, dx = (e - w) * BEYOND, dy = (n - s) * BEYOND;
      setTimeout(() => ask(layer, key, [w - dx, s - dy, e + dx, n + dy]), WAIT_MS);
    }
    return same ? have.names : new Map();
  }

  /** Where names are wanted: `{text, x, y, r}` in stage pixels of the sheet; `r` is what the symbol itself takes. */
  function wanted(sheet, bounds) {
    const shown = book.shown().filter((layer) => named(layer, sheet.zoom)), by = new Map(shown.map((layer) => [layer, []]));
    for (const thing of book.seen.things) if (!thing.far && by.has(thing.layer)) by.get(thing.layer).push(thing);
    const list = [];
    for (const [layer, things] of by) {
      if (!things.length || things.length > MOST) continue;
      const names = namesOf(layer, bounds);
      for (const { tile, i, x, y, r } of things) {
        const text = names.get(tile.row[i]);
        if (text) list.push({ text, x, y, r });
      }
    }
    for (const { layer, piece } of book.seen.shapes) {
      if (!piece.area || !piece.name || !by.has(layer)) continue;
      const [x0, y0, x1, y1] = piece.box;
      list.push({ text: short(piece.name), x: ((x0 + x1) / 2) * sheet.scale - sheet.ox, y: ((y0 + y1) / 2) * sheet.scale - sheet.oy, r: 0, middle: true });
    }
    return list;
  }

  function widthOf(ctx, text, size) {
    const key = size + text;
    if (!widths.has(key)) widths.set(key, ctx.measureText(text).width);
    return widths.get(key);
  }

  /** Boxes that are taken, by the squares they lie in. */
  function ground(side) {
    const squares = new Map();
    const each = ([x0, y0, x1, y1], tell) => {
      for (let i = Math.floor(x0 / side); i <= Math.floor(x1 / side); i++) for (let j = Math.floor(y0 / side); j <= Math.floor(y1 / side); j++) if (tell(i * 8192 + j)) return true;
      return false;
    };
    const hits = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
    return {
      take: (box, whose) => each(box, (key) => void (squares.has(key) ? squares.get(key) : squares.set(key, []).get(key)).push([box, whose])),
      taken: (box, whose) => each(box, (key) => (squares.get(key) || []).some(([other, its]) => its !== whose && hits(box, other))),
    };
  }

  /** Beside, below or above, whatever is free; a name without room is left out, its symbol still says what it is. */
  function place(ctx, list, things, size, plan, { ox, oy }) {
    const taken = ground(64), out = [], h = size + 2;
    for (const { place: { x, y }, w, h: tall } of plan.names) taken.take([x - ox - w / 2, y - oy - tall / 2, x - ox + w / 2, y - oy + tall / 2], 'city');
    for (const { x, y, r } of things) taken.take([x - r, y - r, x + r, y + r], x + ':' + y);
    for (const one of list) {
      const { text, x, y, r } = one, w = widthOf(ctx, text, size), whose = x + ':' + y, away = r + GAP_PX;
      const boxes = one.middle ? [[x - w / 2, y - h / 2]] : [[x + away, y - h / 2], [x - away - w, y - h / 2], [x - w / 2, y + away], [x - w / 2, y - away - h]];
      for (const [left, top] of boxes) {
        const box = [left, top, left + w, top + h];
        if (taken.taken(box, whose)) continue;
        taken.take(box, text + whose);
        out.push({ text, x: left, y: top + h / 2 });
        break;
      }
    }
    return out;
  }

  map.overGround.push((sheet) => {
    const size = Math.round(map.px(SIZE_PX)), { ctx, ox, oy, scale } = sheet;
    const layers = book.shown();
    book.named = 0;
    if (!layers.some((layer) => named(layer, sheet.zoom))) return;
    const plan = map.plan(() => map.invalidate(map.marks)); // names of streets and communities were there first
    const style = map.style(), bounds = [(ox / scale) * 360 - 180, map.latOf((oy + sheet.h) / scale), ((ox + sheet.w) / scale) * 360 - 180, map.latOf(oy / scale)];
    ctx.save();
    ctx.font = size + 'px ' + style.font;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    const key = [ox, oy, scale, size, version, book.seen.drawn, plan.at, ...layers.map(book.key)].join();
    if (key !== placedKey) [placed, placedKey] = [place(ctx, wanted(sheet, bounds), book.seen.things, size, plan, sheet), key];
    ctx.lineJoin = 'round';
    ctx.lineWidth = HALO_PX;
    ctx.strokeStyle = style.ground;
    ctx.fillStyle = style.text;
    for (const { text, x, y } of placed) {
      ctx.strokeText(text, x, y);
      ctx.fillText(text, x, y);
    }
    book.named = placed.length;
    ctx.restore();
  });
})();
