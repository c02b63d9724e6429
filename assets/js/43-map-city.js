/* The city's geometry: fetched once, projected once, cut into pieces that know their box. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  /** Pieces by class: `{cls, code, name, label, width_m, area, box: [x0, y0, x1, y1], rings: [Float64Array]}`. */
  const city = (map.city = { info: null, pieces: {}, terrain: null, ready: false });

  function project(points) {
    const flat = new Float64Array(points.length * 2);
    points.forEach(([lon, lat], i) => {
      flat[2 * i] = map.worldX(lon);
      flat[2 * i + 1] = map.worldY(lat);
    });
    return flat;
  }

  function boxOf(rings) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const flat of rings) {
      for (let i = 0; i < flat.length; i += 2) {
        if (flat[i] < box[0]) box[0] = flat[i];
        if (flat[i + 1] < box[1]) box[1] = flat[i + 1];
        if (flat[i] > box[2]) box[2] = flat[i];
        if (flat[i + 1] > box[3]) box[3] = flat[i + 1];
      }
    }
    return box;
  }

  // a line of many parts becomes many pieces, so that each is left out when it is out of view
  function partsOf(geometry) {
    if (geometry.type === 'Polygon') return [geometry.coordinates];
    if (geometry.type === 'MultiPolygon') return [geometry.coordinates.flat()];
    if (geometry.type === 'LineString') return [[geometry.coordinates]];
    if (geometry.type === 'MultiLineString') return geometry.coordinates.map((line) => [line]);
    return [];
  }

  function keep(collection, classOf) {
    for (const { properties, geometry } of collection.features) {
      const cls = classOf(properties);
      for (const part of partsOf(geometry)) {
        const rings = part.map(project);
        const { code, width_m, label_lon, label_lat } = properties;
        const name = (cockpit.lang === 'en' && properties.name_en) || properties.name;
        const label = label_lon === undefined ? null : [map.worldX(label_lon), map.worldY(label_lat)];
        const area = geometry.type.endsWith('Polygon');
        (city.pieces[cls] = city.pieces[cls] || []).push({ cls, code, name, width_m, label, area, rings, box: boxOf(rings) });
      }
    }
  }

  async function file(name, read) {
    try {
      const answer = await fetch('/city/' + name, { credentials: 'same-origin' });
      return answer.ok ? await read(answer) : null;
    } catch (error) {
      return null; // a city without this file is drawn without it
    }
  }
  const json = (answer) => answer.json();
  map.cityFile = file;

  async function load() {
    city.info = await file('city.json', json);
    if (city.info && city.info.bounds) map.fitOnce(city.info.bounds);
    const [divisions, grids, base, terrain] = await Promise.all([
      file('divisions.geojson', json),
      file('grids.geojson', json),
      file('basemap.geojson', json),
      city.info && city.info.terrain ? file(city.info.terrain.file, async (answer) => createImageBitmap(await answer.blob())) : null,
    ]);
    if (divisions) keep(divisions, (p) => 'division-' + p.level);
    if (grids) keep(grids, () => 'grid');
    if (base) keep(base, (p) => p.class);
    if (terrain) {
      const [w, s, e, n] = city.info.terrain.bounds;
      city.terrain = { image: terrain, box: [map.worldX(w), map.worldY(n), map.worldX(e), map.worldY(s)] };
    }
    city.ready = true;
    cockpit.emit('city', city);
  }

  /** The divisions that a scope is made of: itself, else the highest ones below it, else the county around it. */
  map.scopeOutline = function (scope) {
    for (const level of ['county', 'street', 'community']) {
      const all = city.pieces['division-' + level] || [];
      const own = all.filter((piece) => piece.code.startsWith(scope));
      if (own.length) return own;
    }
    return (city.pieces['division-county'] || []).filter((piece) => scope.startsWith(piece.code));
  };

  /**
   * Add a piece's rings to the current path, in the pixels of `sheet`; points nearer than `step` px are skipped.
   * @param {CanvasRenderingContext2D|Path2D} path
   */
  map.trace = function (path, piece, sheet, step) {
    const { scale, ox, oy } = sheet;
    const least = (step || 0.7) ** 2;
    for (const flat of piece.rings) {
      let px = flat[0] * scale - ox, py = flat[1] * scale - oy;
      path.moveTo(px, py);
      const end = flat.length - 2;
      for (let i = 2; i <= end; i += 2) {
        const x = flat[i] * scale - ox, y = flat[i + 1] * scale - oy;
        const dx = x - px, dy = y - py;
        if (dx * dx + dy * dy < least && i !== end) continue;
        path.lineTo(x, y);
        px = x;
        py = y;
      }
      if (piece.area) path.closePath();
    }
  };

  const BEYOND_PX = 16; // strokes are wider than their line

  /**
   * Like `trace`, but only the stretches in view, open: for strokes. A dashed line that runs far outside costs seconds.
   */
  map.traceLine = function (path, piece, sheet, step) {
    const { scale, ox, oy, w, h } = sheet;
    const least = (step || 0.7) ** 2;
    for (const flat of piece.rings) {
      let px = flat[0] * scale - ox, py = flat[1] * scale - oy, down = false;
      const end = flat.length - 2;
      for (let i = 2; i <= end; i += 2) {
        const x = flat[i] * scale - ox, y = flat[i + 1] * scale - oy;
        const dx = x - px, dy = y - py;
        if (dx * dx + dy * dy < least && i !== end) continue;
        if ((px < -BEYOND_PX && x < -BEYOND_PX) || (py < -BEYOND_PX && y < -BEYOND_PX)
          || (px > w + BEYOND_PX && x > w + BEYOND_PX) || (py > h + BEYOND_PX && y > h + BEYOND_PX)) {
          down = false;
        } else {
          if (!down) path.moveTo(px, py);
          path.lineTo(x, y);
          down = true;
        }
        px = x;
        py = y;
      }
    }
  };

  /** @returns {Array} the pieces of a class that touch the sheet */
  map.inView = function (cls, sheet) {
    const x0 = sheet.ox / sheet.scale, y0 = sheet.oy / sheet.scale;
    const x1 = (sheet.ox + sheet.w) / sheet.scale, y1 = (sheet.oy + sheet.h) / sheet.scale;
    return (city.pieces[cls] || []).filter(({ box }) => box[0] <= x1 && box[2] >= x0 && box[1] <= y1 && box[3] >= y0);
  };

  cockpit.on('page', () => city.loading || (city.loading = load()));
  cockpit.on('map', () => city.info && city.info.bounds && map.fitOnce(city.info.bounds));
})();
