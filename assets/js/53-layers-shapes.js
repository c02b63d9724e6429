/* Lines and areas of thematic layers: asked for by view and zoom as GeoJSON, projected once, kept until the view leaves them. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const book = cockpit.thematic, map = cockpit.map;

  const MOST = 5000, QUARTERED = 2, BEYOND = 0.25, WAIT_MS = 120, AGAIN_MS = 20000;
  const held = new Map(); // layer → {key, zoom, bounds, pieces, total, at}
  const timers = new Map();

  function project(points) {
    const flat = new Float64Array(points.length * 2);
    points.forEach(([lon, lat], i) => {
      flat[2 * i] = map.worldX(lon);
      flat[2 * i + 1] = map.worldY(lat);
    });
    return flat;
  }

  function ringsOf({ type, coordinates }) {
    if (type === 'Polygon') return [true, coordinates];
    if (type === 'MultiPolygon') return [true, coordinates.flat()];
    if (type === 'LineString') return [false, [coordinates]];
    if (type === 'MultiLineString') return [false, coordinates];
    return [false, []];
  }

  function boxOf(rings) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const flat of rings) {
      for (let i = 0; i < flat.length; i += 2) {
        box[0] = Math.min(box[0], flat[i]);
        box[1] = Math.min(box[1], flat[i + 1]);
        box[2] = Math.max(box[2], flat[i]);
        box[3] = Math.max(box[3], flat[i + 1]);
      }
    }
    return box;
  }

  function pieceOf({ properties, geometry }) {
    const [area, lines] = geometry ? ringsOf(geometry) : [false, []];
    const rings = lines.map(project);
    return { ...properties, area, rings, box: boxOf(rings) };
  }

  const inside = (outer, b) => outer[0] <= b[0] && outer[1] <= b[1] && outer[2] >= b[2] && outer[3] >= b[3];

  async function answerOf(layer, zoom, box) {
    const asked = book.query(layer.name, { bbox: box.map((d) => d.toFixed(6)).join(','), zoom, limit: MOST });
    const answer = await fetch('/api/v1/layers/' + encodeURIComponent(layer.name) + '/shapes?' + asked, { credentials: 'same-origin' });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  /** All shapes of a box, quarter by quarter where it holds more than one answer may. */
  async function gather(layer, zoom, box, found, deep) {
    const told = await answerOf(layer, zoom, box);
    const { more } = told;
    if (!more || deep >= QUARTERED) {
      for (const feature of told.features) if (!found.has(feature.id)) found.set(feature.id, pieceOf(feature));
      return more;
    }
    const [w, s, e, n] = box, x = (w + e) / 2, y = (s + n) / 2;
    const parts = [[w, s, x, y], [x, s, e, y], [w, y, x, n], [x, y, e, n]];
    const lacking = [];
    for (const part of parts) lacking.push(await gather(layer, zoom, part, found, deep + 1));
    return lacking.some(Boolean);
  }

  async function ask(layer, key, zoom, bounds) {
    const [w, s, e, n] = bounds, dx = (e - w) * BEYOND, dy = (n - s) * BEYOND;
    const around = [Math.max(-180, w - dx), Math.max(-85, s - dy), Math.min(180, e + dx), Math.min(85, n + dy)];
    let wait = 0;
    try {
      const found = new Map(), partly = await gather(layer, zoom, around, found, 0);
      held.set(layer.name, { key, zoom, bounds: around, pieces: [...found.values()], partly });
      book.tell(layer.name, partly ? 'partly' : '');
    } catch (away) {
      wait = AGAIN_MS;
      book.tell(layer.name, 'failed');
    }
    // whoever failed is asked again after a while, and everything else is drawn meanwhile
    timers.set(layer.name, setTimeout(() => (timers.delete(layer.name), cockpit.emit('thematic-tile', { name: layer.name })), wait));
  }

  /**
   * The shapes of a layer for a view, as far as they are there; the right ones are asked for.
   * @returns {{pieces: Array}}
   */
  book.shapesFor = function (layer, zoom, bounds) {
    const key = book.key(layer), have = held.get(layer.name), whole = Math.round(zoom);
    const same = have && have.key === key;
    const right = same && have.zoom === whole && inside(have.bounds, bounds);
    if (!right && !timers.has(layer.name)) timers.set(layer.name, setTimeout(() => ask(layer, key, whole, bounds), same ? WAIT_MS : 0));
    return same ? have : { pieces: [] };
  };
})();
