/* Drawing where to look: a point, a ring (its middle, then its edge) or an outline, corner by corner. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const map = cockpit.map;
  const text = (key, values) => cockpit.text(key, values);

  const LEAST_M = 20, MOST_M = 20000, MOST_CORNERS = 60, SAME_PX = 8;
  let tool = null, corners = [], pointer = null;

  const pair = (latlng) => [Number(latlng.lng.toFixed(6)), Number(latlng.lat.toFixed(6))];
  const metres = (a, b) => L.latLng(a[1], a[0]).distanceTo([b[1], b[0]]);
  const radius = (at) => Math.max(LEAST_M, Math.min(MOST_M, Math.round(metres(corners[0], at))));

  /** What is drawn so far, for the map; null if nothing is. */
  desk.drawn = function () {
    if (!tool || !corners.length) return null;
    if (tool === 'ring') return { kind: 'ring', lon: corners[0][0], lat: corners[0][1], radius: pointer ? radius(pointer) : LEAST_M };
    return { kind: 'polygon', ring: pointer ? [...corners, pointer] : corners };
  };

  function say() {
    const hint = document.getElementById('map-drawing');
    if (!hint) return;
    hint.hidden = !tool;
    const key = tool === 'ring' && corners.length ? 'dispatch.how_edge' : 'dispatch.how_' + tool;
    const size = tool === 'ring' && corners.length && pointer ? ' · ' + text('map.scale_m', { n: radius(pointer) }) : '';
    if (tool) cockpit.write(hint, text(key) + size);
    document.getElementById('panel-map').dataset.drawing = tool || '';
    for (const button of document.querySelectorAll('[data-draw]')) button.setAttribute('aria-pressed', button.dataset.draw === tool ? 'true' : 'false');
    cockpit.emit('dispatch-drawing', tool);
  }

  function stop() {
    const was = tool;
    [tool, corners, pointer] = [null, [], null];
    map.pick = null;
    if (map.leaflet) map.leaflet.doubleClickZoom.enable();
    if (was) say();
    return Boolean(was);
  }
  /** @returns {boolean} whether somebody was drawing */
  desk.stopDrawing = stop;
  desk.drawing = () => tool;

  function done(around) {
    stop();
    desk.dispatch.begin(around);
  }

  /** Close the outline; with fewer than three corners it is none yet. */
  desk.finishDrawing = function () {
    if (tool === 'polygon' && corners.length >= 3) done({ kind: 'polygon', ring: corners });
    else if (tool === 'ring' && corners.length && pointer) done({ kind: 'ring', lon: corners[0][0], lat: corners[0][1], radius: radius(pointer) });
  };
  desk.dropCorner = function () {
    corners.pop();
    say();
  };

  /** Whether two places are the same one to a hand with a mouse. */
  function near(a, b) {
    const at = (p) => map.leaflet.latLngToContainerPoint([p[1], p[0]]);
    return at(a).distanceTo(at(b)) < SAME_PX;
  }

  function pick(latlng) {
    const at = pair(latlng);
    if (tool === 'point') return done({ kind: 'point', lon: at[0], lat: at[1] });
    if (tool === 'ring' && corners.length) {
      pointer = at;
      return desk.finishDrawing();
    }
    const again = tool === 'polygon' && corners.length >= 3 && (near(at, corners[0]) || near(at, corners[corners.length - 1]));
    if (again) return desk.finishDrawing(); // the first corner once more, or a double click
    if (corners.length && near(at, corners[corners.length - 1])) return;
    if (corners.length < MOST_CORNERS) corners.push(at);
    say();
  }

  desk.openTool = function (name) {
    if (desk.endPointing) desk.endPointing();
    if (desk.plot) desk.plot.put(null);
    const same = tool === name;
    stop();
    if (same) return;
    tool = name;
    map.pick = pick;
    map.leaflet.doubleClickZoom.disable();
    say();
  };

  cockpit.on('map', (leaflet) => {
    leaflet.on('mousemove', (event) => {
      if (!tool || !corners.length) return;
      pointer = pair(event.latlng);
      say();
    });
  });
  document.addEventListener('click', (event) => {
    const button = desk.here() && event.target.closest && event.target.closest('[data-draw]');
    if (button && map.leaflet) desk.openTool(button.dataset.draw);
  });
})();
