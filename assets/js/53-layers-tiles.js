/* Tiles of thematic layers: asked for, unpacked and kept; what is there already is shown until the right one comes. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const book = cockpit.thematic;

  const EXTENT = 4096, POINTS = 0;
  const DEEPER = 4; // so many zooms further a tile of single points is still right to the pixel
  const UP = 8, KEPT = 3000, AT_ONCE = 6, AGAIN_MS = 20000, HEAD = 16;
  const COARSER = 2, LARGE = 50000;
  const LEAST_ZOOM = 3, MOST_ZOOM = 18;
  const kept = new Map(); // key → tile, the oldest first
  const queue = new Map(); // key → {layer, z, x, y}, what is asked for and not on its way
  const coming = new Map(); // key → AbortController
  const missed = new Map(); // key → when it failed
  let warming = false; // whether what is asked for is not on yet

  /** The bytes of docs/layer-columns.md as arrays of numbers, without copying them. */
  function unpack(buffer) {
    const head = new DataView(buffer);
    if (buffer.byteLength < HEAD || head.getUint32(0) !== 0x4c543031) throw new Error('no tile');
    const form = head.getUint8(4), n = head.getUint32(8, true), total = head.getUint32(12, true);
    let at = HEAD;
    const take = (Kind, bytes) => {
      const array = at % bytes ? new Kind(buffer.slice(at, at + n * bytes)) : new Kind(buffer, at, n);
      at += n * bytes;
      return array;
    };
    const tile = { form, n, total, x: take(Uint16Array, 2), y: take(Uint16Array, 2), kind: take(Uint16Array, 2) };
    if (form === POINTS) {
      tile.state = take(Uint8Array, 1);
      at = Math.ceil(at / 4) * 4;
      tile.row = take(Uint32Array, 4);
    } else {
      at = Math.ceil(at / 4) * 4;
      tile.count = take(Uint32Array, 4);
    }
    return tile;
  }
  book.unpack = unpack;

  const place = (z, x, y) => '/' + z + '/' + x + '/' + y;

  function keep(key, tile) {
    kept.set(key, tile);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value);
  }

  function find(key) {
    const tile = kept.get(key);
    if (!tile) return undefined;
    kept.delete(key); // the newest is last
    kept.set(key, tile);
    return tile;
  }

  async function fetchOne(key, { layer, z, x, y }) {
    const stop = new AbortController();
    coming.set(key, stop);
    try {
      const address = '/api/v1/layers/' + encodeURIComponent(layer.name) + '/tiles' + place(z, x, y);
      const answer = await fetch(address + '?' + book.query(layer.name, { v: layer.version }), { credentials: 'same-origin', signal: stop.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      keep(key, { ...unpack(await answer.arrayBuffer()), z, tx: x, ty: y });
      missed.delete(key);
      coming.delete(key);
      book.tell(layer.name, '');
      cockpit.emit('thematic-tile', { name: layer.name });
    } catch (error) {
      if (error.name !== 'AbortError') {
        missed.set(key, performance.now());
        book.tell(layer.name, 'failed');
        setTimeout(() => cockpit.emit('thematic-tile', { name: layer.name }), AGAIN_MS);
      }
    } finally {
      coming.delete(key);
      pump();
    }
  }

  function pump() {
    while (coming.size < AT_ONCE && queue.size) {
      const waits = [...queue.entries()], [key, what] = waits.find((one) => !one[1].warm) || waits[0];
      queue.delete(key);
      fetchOne(key, what);
    }
  }

  function above(prefix, z, x, y) {
    for (let up = 1; up <= UP && z - up >= 0; up++) {
      const tile = find(prefix + place(z - up, x >> up, y >> up));
      if (tile) return { tile, up };
    }
    return null;
  }

  function below(prefix, z, x, y) {
    const found = [];
    for (let i = 0; i < 4; i++) {
      const tile = find(prefix + place(z + 1, 2 * x + (i & 1), 2 * y + (i >> 1)));
      if (tile) found.push(tile);
    }
    return found;
  }

  /**
   * What there is to draw of a layer for the tiles `x0…x1` × `y0…y1` of zoom `z`, and asks for what is missing.
   * @returns {Array<{tile, left, top, right, bottom}>} each tile with the part of it that counts, in its own units
   */
  book.tilesFor = function (layer, z, x0, y0, x1, y1) {
    const prefix = book.key(layer), list = [], used = new Set();
    const whole = (tile) => list.push({ tile, left: 0, top: 0, right: EXTENT, bottom: EXTENT });
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const key = prefix + place(z, x, y), own = find(key);
        if (own) {
          whole(own);
          continue;
        }
        const up = above(prefix, z, x, y);
        const enough = up && up.tile.form === POINTS && up.up <= DEEPER;
        if (up) {
          const side = EXTENT >> up.up, left = (x & ((1 << up.up) - 1)) * side, top = (y & ((1 << up.up) - 1)) * side;
          list.push({ tile: up.tile, left, top, right: left + side, bottom: top + side });
        } else for (const tile of below(prefix, z, x, y)) if (!used.has(tile)) used.add(tile), whole(tile);
        if (!enough) ask(prefix, layer, z, x, y);
      }
    }
    return list;
  };

  /** One coarse tile stands for sixteen: of most layers it holds single things and is all that is needed; of a large one
      it is soon there. */
  function ask(prefix, layer, z, x, y) {
    const up = Math.min(COARSER, Math.max(0, z - LEAST_ZOOM)), key = prefix + place(z - up, x >> up, y >> up);
    if (up && !kept.has(key)) {
      want(key, layer, z - up, x >> up, y >> up);
      if (layer.total <= LARGE) return;
    }
    want(prefix + place(z, x, y), layer, z, x, y);
  }

  function want(key, layer, z, x, y) {
    if (coming.has(key) || (queue.has(key) && queue.get(key).warm <= warming) || performance.now() - (missed.get(key) || -Infinity) < AGAIN_MS) return;
    queue.set(key, { layer, z, x, y, warm: warming });
  }

  /** The zoom of the tiles that a map at `zoom` shows. */
  book.tileZoom = (zoom) => Math.max(LEAST_ZOOM, Math.min(MOST_ZOOM, Math.round(zoom) - 1));

  function forget(warm) {
    for (const [key, what] of queue) if (what.warm === warm) queue.delete(key);
  }

  /** Ask for what is wanted now; what was wanted for another view and has not been sent is forgotten. */
  book.beginAsking = () => forget(false);
  book.endAsking = pump;

  /** Have the first pixels of layers ready before somebody turns one on; what is on comes first. */
  book.warm = function (layers, bounds) {
    const map = cockpit.map, whole = book.tileZoom(map.leaflet.getZoom());
    forget(true);
    warming = true;
    for (const layer of layers) {
      if (!layer.total || layer.geometry !== 'point') continue;
      const z = Math.max(LEAST_ZOOM, whole - (layer.total <= LARGE ? 0 : COARSER)), side = 2 ** z;
      const at = (part) => Math.floor(part * side);
      book.tilesFor(layer, z, at(map.worldX(bounds[0])), at(map.worldY(bounds[3])), at(map.worldX(bounds[2])), at(map.worldY(bounds[1])));
    }
    warming = false;
    pump();
  };

  /** Whether any tile of a layer that is on is still to come. */
  book.waiting = () => [...coming.keys(), ...queue.keys()].some((key) => book.isOn(key.slice(0, key.indexOf('@'))));

  /** Whether anything of the layer is on its way. */
  book.isComing = (layer) => {
    const prefix = book.key(layer) + '/';
    return [...coming.keys(), ...queue.keys()].some((key) => key.startsWith(prefix));
  };
})();
