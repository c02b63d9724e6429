/* 专题地图, drawn: cells of one colour, spots of heat by time, and land that is nobody's or two's. Shapes are the city's own. */
(function () {
  'use strict';

  const thematic = (window.cockpitThematic = window.cockpitThematic || {});
  const SVG = 'http://www.w3.org/2000/svg', PAD = 10, CLASSES = 5;
  /** The drawing in px of its own, the size of its names and what flows keep free beside the map: a phone draws about as large as it shows. */
  thematic.size = window.innerWidth <= 520 ? { width: 400, height: 480, type: 14, column: 216, narrow: true } : { width: 920, height: 640, type: window.innerWidth <= 900 ? 18 : 13, column: 300 };
  const { width: WIDTH, height: HEIGHT } = thematic.size;
  const files = new Map(), labels = new Map();

  const make = (name, attributes) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined) element.setAttribute(key, value);
    return element;
  };

  /** Geometries of divisions and grids by code. */
  thematic.shapes = function (file) {
    if (!files.has(file)) {
      const asked = fetch('/city/' + file, { credentials: 'same-origin' })
        .then((answer) => (answer.ok ? answer.json() : { features: [] }))
        .then((body) => new Map(body.features.map((f) => {
          labels.set(f.properties.code, f.properties.label_lon === undefined ? middle(f.geometry) : [f.properties.label_lon, f.properties.label_lat]);
          return [f.properties.code, f.geometry];
        })));
      asked.catch(() => files.delete(file));
      files.set(file, asked);
    }
    return files.get(file);
  };

  /** Where the name of a division stands, once the file that it is in has been read. */
  thematic.labelOf = (code) => labels.get(code);

  function middle(geometry) {
    const xy = rings(geometry).flat(), xs = xy.map(([x]) => x), ys = xy.map(([, y]) => y);
    return xy.length ? [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2] : undefined;
  }

  const rings = (geometry) => (geometry.type === 'MultiPolygon' ? geometry.coordinates.flat() : geometry.type === 'Polygon' ? geometry.coordinates : []);

  /** Longitude and latitude → px, all in view and true to shape; `right` px are kept free beside the map. */
  thematic.projection = function (geometries, right = 0) {
    let west = 180, south = 90, east = -180, north = -90;
    for (const geometry of geometries) for (const ring of rings(geometry)) for (const [lon, lat] of ring) {
      west = Math.min(west, lon); east = Math.max(east, lon); south = Math.min(south, lat); north = Math.max(north, lat);
    }
    const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
    const wide = WIDTH - right, scale = Math.min((wide - 2 * PAD) / ((east - west) * squeeze || 1), (HEIGHT - 2 * PAD) / (north - south || 1));
    const left = (wide - (east - west) * squeeze * scale) / 2, top = (HEIGHT - (north - south) * scale) / 2;
    const place = ([lon, lat]) => [left + (lon - west) * squeeze * scale, top + (north - lat) * scale];
    return place;
  };

  thematic.outline = (place, geometry) => outline(place, geometry);
  const outline = (place, geometry) => rings(geometry).map((ring) => 'M' + ring.map((at) => place(at).map((n) => n.toFixed(1)).join(' ')).join('L') + 'Z').join('');

  thematic.make = make;
  thematic.sheet = sheet;
  function sheet(name) {
    const picture = make('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'group', class: 'th-svg ' + name });
    return picture;
  }

  thematic.titled = (element, words) => titled(element, words);
  /** What a click and the Enter key do on something drawn. */
  thematic.pressed = function (element, words, press) {
    for (const [name, value] of Object.entries({ tabindex: 0, role: 'button', 'aria-label': words })) element.setAttribute(name, value);
    element.addEventListener('click', press);
    element.addEventListener('keydown', (event) => event.key === 'Enter' && press(event));
    return titled(element, words);
  };
  const titled = (element, words) => {
    element.appendChild(make('title', {})).textContent = words;
    return element;
  };

  /** Upper bounds of up to five classes with about as many cells in each; none where no cell has a value. */
  thematic.classes = function (values) {
    const sorted = values.filter((value) => value !== null).sort((a, b) => a - b), bounds = [];
    for (let i = 1; i <= CLASSES && sorted.length; i++) bounds.push(sorted[Math.ceil((i * sorted.length) / CLASSES) - 1]);
    return [...new Set(bounds)];
  };
  thematic.classOf = (bounds, value) => (value === null ? -1 : bounds.findIndex((bound) => value <= bound));
  thematic.opacity = (bounds, index) => (index < 0 ? 0 : bounds.length < 2 ? (bounds[0] ? 0.6 : 0.08) : 0.1 + (0.75 * index) / (bounds.length - 1));

  /**
   * @param {Array<{code, value, label}>} cells
   * @param {Map} known geometries by code
   * @param {number[]} bounds of the classes
   * @param {function(string)} open what a click on a cell does
   */
  thematic.choropleth = function (cells, known, bounds, open) {
    const drawn = cells.filter((cell) => known.has(cell.code)), place = thematic.projection(drawn.map((cell) => known.get(cell.code))), picture = sheet('choropleth');
    for (const cell of drawn) {
      const index = thematic.classOf(bounds, cell.value);
      const path = titled(make('path', {
        d: outline(place, known.get(cell.code)), 'fill-opacity': thematic.opacity(bounds, index).toFixed(2), 'data-division': cell.code,
        class: index < 0 ? 'none' : '', tabindex: open ? 0 : null, role: open ? 'button' : null, 'aria-label': cell.label,
      }), cell.label);
      if (open) {
        path.addEventListener('click', () => open(cell.code));
        path.addEventListener('keydown', (event) => event.key === 'Enter' && open(cell.code));
      }
      picture.append(path);
    }
    return Object.assign(picture, { place });
  };

  /** Warmth under the streets' thin lines, and a spot for each grid that says its figure. */
  thematic.heat = function (outlines) {
    const place = thematic.projection(outlines), picture = Object.assign(sheet('heat'), { place }), spots = make('g', { class: 'spots' });
    const paint = thematic.field(picture), px = (told) => told.map(([lon, lat, n]) => [...place([lon, lat]), n]), scales = new Map();
    for (const geometry of outlines) picture.append(make('path', { d: outline(place, geometry), class: 'line' }));
    picture.append(spots);
    /** @param {Array<[number, number, number, string]>} told lon, lat, events, words @param {Array} among all that share its scale */
    picture.show = function (told, among) {
      if (!scales.has(among)) scales.set(among, among.map(px));
      paint(px(told), scales.get(among));
      spots.replaceChildren(...told.map(([lon, lat, , words]) => {
        const [x, y] = place([lon, lat]);
        return titled(make('circle', { cx: x.toFixed(1), cy: y.toFixed(1), r: 6, 'fill-opacity': 0 }), words);
      }));
    };
    return picture;
  };

  /** Grids as thin lines and patches over them; `choose(i)` is called for the patch that is clicked. */
  thematic.overlay = function (outlines, patches, choose) {
    const place = thematic.projection(outlines.length ? outlines : patches.map((patch) => patch.geometry)), picture = sheet('overlay');
    for (const geometry of outlines) picture.append(make('path', { d: outline(place, geometry), class: 'line' }));
    patches.forEach((patch, i) => {
      const path = titled(make('path', { d: outline(place, patch.geometry), class: 'patch ' + patch.kind, 'data-patch': i }), patch.label);
      path.addEventListener('click', () => choose(i));
      picture.append(path);
    });
    picture.place = place;
    picture.look = lookAt(picture, place, patches);
    return picture;
  };

  /** Brings one of the patches near; -1 shows all. */
  thematic.lookAt = (picture, place, patches) => lookAt(picture, place, patches);
  function lookAt(picture, place, patches) {
    return function (i) {
      for (const path of picture.querySelectorAll('.patch')) path.classList.toggle('chosen', Number(path.dataset.patch) === i);
      picture.classList.toggle('near', i >= 0);
      if (i < 0) return picture.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
      const xy = rings(patches[i].geometry).flat().map(place), xs = xy.map(([x]) => x), ys = xy.map(([, y]) => y);
      const wide = Math.max(WIDTH / 12, (Math.max(...xs) - Math.min(...xs)) * 2, ((Math.max(...ys) - Math.min(...ys)) * 2 * WIDTH) / HEIGHT), high = (wide * HEIGHT) / WIDTH;
      picture.setAttribute('viewBox', [(Math.min(...xs) + Math.max(...xs)) / 2 - wide / 2, (Math.min(...ys) + Math.max(...ys)) / 2 - high / 2, wide, high].map((n) => n.toFixed(2)).join(' '));
    };
  }
})();
