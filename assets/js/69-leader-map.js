/* 在哪里: the divisions below as cells of one colour, each a link; the shapes are the city's own files. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const leader = (cockpit.leader = cockpit.leader || {});
  const SVG = 'http://www.w3.org/2000/svg', WIDTH = 340, HEIGHT = 220, PAD = 6;
  const files = new Map();

  const make = (name, attributes) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };

  function shapes(file) {
    if (!files.has(file)) {
      const asked = fetch('/city/' + file, { credentials: 'same-origin' })
        .then((answer) => (answer.ok ? answer.json() : { features: [] }))
        .then((body) => new Map(body.features.map((f) => [f.properties.code, f.geometry])));
      asked.catch(() => files.delete(file));
      files.set(file, asked);
    }
    return files.get(file);
  }

  const rings = (geometry) => (geometry.type === 'MultiPolygon' ? geometry.coordinates.flat() : geometry.coordinates);

  /** Longitude and latitude → px, all cells in view and true to shape. */
  function projection(all) {
    let west = 180, south = 90, east = -180, north = -90;
    for (const [lon, lat] of all.flat()) {
      west = Math.min(west, lon); east = Math.max(east, lon); south = Math.min(south, lat); north = Math.max(north, lat);
    }
    const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
    const scale = Math.min((WIDTH - 2 * PAD) / ((east - west) * squeeze || 1), (HEIGHT - 2 * PAD) / (north - south || 1));
    const left = (WIDTH - (east - west) * squeeze * scale) / 2, top = (HEIGHT - (north - south) * scale) / 2;
    return ([lon, lat]) => [(left + (lon - west) * squeeze * scale).toFixed(1), (top + (north - lat) * scale).toFixed(1)];
  }

  async function paint(map, told) {
    const cells = JSON.parse(told);
    const file = cells.length && cells[0].code.length === 15 ? 'grids.geojson' : 'divisions.geojson';
    const known = cells.length ? await shapes(file) : new Map();
    if (map.dataset.cells !== told) return; // another step has come meanwhile
    const drawn = cells.filter((cell) => known.has(cell.code));
    map.replaceChildren();
    if (!drawn.length) {
      const note = document.createElement('p');
      note.className = 'ld-empty';
      note.textContent = map.dataset.none;
      return void map.append(note);
    }
    const place = projection(drawn.flatMap((cell) => rings(known.get(cell.code))));
    const picture = make('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'group' });
    for (const cell of drawn) {
      const link = make('a', { href: cell.href, 'data-division': cell.code, 'aria-label': cell.label });
      const path = rings(known.get(cell.code)).map((ring) => 'M' + ring.map((point) => place(point).join(' ')).join('L') + 'Z').join('');
      const title = make('title', {});
      title.textContent = cell.label;
      const fill = cell.share === null ? 0 : 0.12 + 0.68 * cell.share;
      link.append(make('path', { d: path, 'fill-opacity': fill.toFixed(2), class: cell.failing ? 'failing' : '' }), title);
      picture.append(link);
    }
    map.append(picture);
  }

  leader.draw = function () {
    for (const map of document.querySelectorAll('#leader .ld-map[data-cells]')) {
      if (map.drawn === map.dataset.cells) continue;
      map.drawn = map.dataset.cells;
      paint(map, map.dataset.cells).catch(() => { map.drawn = null; });
    }
  };
})();
