/* Marks of what helps: stations, hydrants, cameras, hospitals, police, shelters, people and vehicles. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;
  if (!map) return;

  const BOX = 24;
  const PATHS = {
    fire_station: 'M12 3c.5 3.500 5.500 5.500 5.500 11a5.500 5.500 0 0 1-11 0c0-2.600 1.500-4 2.500-5.500.4 1.600 1 2.300 2 2.800C11.500 8.500 11 6 12 3z',
    hydrant: 'M12 3.500c3.400 4.200 5.400 7 5.400 10a5.400 5.400 0 0 1-10.800 0c0-3 2-5.800 5.400-10z',
    camera: 'M3.500 8.500 16 5l1.600 5.600L5.100 14zM17 8l3-.9M7.500 13.500 8.500 17H4M4 15v4',
    hospital: 'M12 5v14M5 12h14',
    police: 'm12 4 2.400 5 5.600.700-4.100 3.800 1.100 5.500-5-2.800-5 2.800 1.100-5.500L4 9.700 9.600 9z',
    shelter: 'M3 19 12 5l9 14zM9 19l3-5 3 5',
    vehicle: 'M4 15v-4l2-4h9l3 4h2v4zM8 17a1.500 1.500 0 1 0 0-.1M17 17a1.500 1.500 0 1 0 0-.1',
    gridworker: 'M12 11a3.600 3.600 0 1 0 0-7.200 3.600 3.600 0 0 0 0 7.200M5 20c.6-4 3.400-6 7-6s6.400 2 7 6',
  };
  /** token of the ground, token of the line; without a ground it is the line alone */
  const LOOKS = {
    fire_station: ['--near-fire', '--tx-1'], hospital: ['--near-medical', '--near-medical-line'], clinic: ['--near-medical', '--near-medical-line'],
    police: ['--near-police', '--tx-1'], shelter: ['--near-shelter', '--tx-1'], hydrant: ['', '--near-hydrant'], camera: ['', '--near-camera'],
    gridworker: ['--people', '--bg-0'], vehicle: ['--people', '--bg-0'],
  };
  const FILLED = new Set(['hydrant']);
  let colours = {};
  const paths = {};

  function colour(token) {
    if (!(token in colours)) colours[token] = getComputedStyle(map.leaflet.getContainer()).getPropertyValue(token).trim();
    return colours[token];
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {string} kind
   * @param {number} x of its middle
   * @param {number} y of its middle
   * @param {number} size of its box
   */
  map.nearGlyph = function (ctx, kind, x, y, size) {
    const name = PATHS[kind] ? kind : kind === 'clinic' || kind === 'aed' ? 'hospital' : 'shelter';
    const [ground, line] = LOOKS[kind] || LOOKS[name];
    const path = (paths[name] = paths[name] || new Path2D(PATHS[name]));
    ctx.save();
    ctx.translate(x, y);
    if (ground) {
      ctx.beginPath();
      if (kind === 'gridworker') ctx.arc(0, 0, size / 2, 0, 2 * Math.PI);
      else ctx.roundRect(-size / 2, -size / 2, size, size, 4);
      ctx.fillStyle = colour(ground);
      ctx.fill();
      ctx.strokeStyle = colour('--bg-0');
      ctx.lineWidth = 1.5;
      ctx.stroke();
    }
    const inner = ground ? size * 0.72 : size;
    ctx.scale(inner / BOX, inner / BOX);
    ctx.translate(-BOX / 2, -BOX / 2);
    ctx.strokeStyle = ctx.fillStyle = colour(line);
    ctx.lineWidth = kind === 'hospital' || kind === 'clinic' ? 3 : 2;
    ctx.lineCap = ctx.lineJoin = 'round';
    if (FILLED.has(name)) ctx.fill(path);
    else ctx.stroke(path);
    ctx.restore();
  };

  cockpit.on('style', () => (colours = {}));
})();
