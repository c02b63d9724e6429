/* Pointing at thematic layers: what lies under the pointer in words, and a click that opens it, or comes closer to many. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map, book = cockpit.thematic;

  const LEAST_R = 8, LINE_R = 6, CLOSER = 2;
  let probe = null;

  /** The last of `list` is drawn on top. */
  function nearest(list, x, y) {
    let best = null, least = Infinity;
    for (let i = list.length - 1; i >= 0; i--) {
      const one = list[i], d = Math.hypot(one.x - x, one.y - y);
      if (d <= Math.max(LEAST_R, one.r || 0) && d < least) [best, least] = [one, d];
    }
    return best;
  }

  function shapeAt(x, y) {
    probe = probe || new OffscreenCanvas(1, 1).getContext('2d');
    for (let i = book.seen.shapes.length - 1; i >= 0; i--) {
      const shape = book.seen.shapes[i];
      probe.lineWidth = Math.max(LINE_R * 2, shape.width);
      if (shape.piece.area ? probe.isPointInPath(shape.path, x, y, 'evenodd') : probe.isPointInStroke(shape.path, x, y)) return shape;
    }
    return null;
  }

  const titleOf = (list, key) => ((list || []).find((one) => one.key === key) || {}).title || key || '';

  function ofThing({ layer, tile, i, x, y }) {
    const kind = layer.byCode[tile.kind[i]], state = layer.stateByCode[tile.state[i]];
    return {
      layer, row: tile.row[i], x, y,
      words: () => ({ title: layer.title, parts: [kind && kind.title, state && state.title], colour: '' }),
    };
  }

  function ofCell({ layer, tile, i, x, y }) {
    const kind = layer.byCode[tile.kind[i]], n = tile.count[i];
    const most = kind && layer.kinds.length > 1 ? cockpit.text('layer_panel.most', { kind: kind.title }) : '';
    return {
      layer, cell: true, x, y,
      words: () => ({ title: layer.title + ' · ' + cockpit.text('layer_panel.count', { n: n.toLocaleString(cockpit.lang) }), parts: [most], colour: '' }),
    };
  }

  function ofShape({ layer, piece }, x, y) {
    return {
      layer, row: piece.row, x, y,
      words: () => ({ title: piece.name || layer.title, parts: [piece.name ? layer.title : '', titleOf(layer.kinds, piece.kind), titleOf(layer.states, piece.state)], colour: '' }),
    };
  }

  /** What of a thematic layer lies at a point of the map's box (stage pixels), or null. */
  map.thingAt = function (point) {
    const { sheet, things, cells } = book.seen;
    if (!sheet || !book.on.length || sheet.zoom !== map.leaflet.getZoom()) return null;
    const origin = map.leaflet.getPixelOrigin(), at = map.leaflet.containerPointToLayerPoint(point);
    const x = at.x + origin.x - sheet.ox, y = at.y + origin.y - sheet.oy;
    const thing = nearest(things, x, y);
    if (thing) return placed(ofThing(thing));
    const cell = nearest(cells, x, y);
    if (cell) return placed(ofCell(cell));
    const shape = shapeAt(x, y);
    return shape && placed(ofShape(shape, x, y));
  };

  function placed(found) {
    const { sheet } = book.seen;
    found.lon = ((found.x + sheet.ox) / sheet.scale) * 360 - 180;
    found.lat = map.latOf((found.y + sheet.oy) / sheet.scale);
    return found;
  }

  cockpit.on('thing', (thing) => {
    if (!thing.cell) return void cockpit.emit('thing-open', thing);
    const leaflet = map.leaflet;
    leaflet.setView([thing.lat, thing.lon], Math.min(leaflet.getMaxZoom(), Math.floor(leaflet.getZoom()) + CLOSER));
  });
})();
