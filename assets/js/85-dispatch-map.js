/* The search on the map: rings with their distances, the outline, and the candidates with the numbers of the list. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const map = cockpit.map;

  const RINGS_M = [500, 1000, 3000], MOST_MARKS = 20, METRES_A_DEGREE = 111320;
  const TAG_PX = [120, 22], FIT_PX = 60, FIT_ZOOM = 15.5;
  let renderer = null, ground = null, marks = null, drawn = null, elements = new Map(), fitted = '', hovered = '';

  /** Panes of ours: rings under people, numbered marks over everything. */
  function ready() {
    const { leaflet } = map;
    if (!leaflet) return false;
    if (ground && ground._map === leaflet) return true;
    for (const [name, z] of [['dispatch', 415], ['dispatch-marks', 446]]) {
      if (!leaflet.getPane(name)) leaflet.createPane(name).style.zIndex = z;
    }
    renderer = L.svg({ pane: 'dispatch', padding: 0.5 });
    [ground, marks, drawn] = [L.layerGroup().addTo(leaflet), L.layerGroup().addTo(leaflet), L.layerGroup().addTo(leaflet)];
    return true;
  }

  const style = (css) => ({ className: css, interactive: false, renderer, pane: 'dispatch' });

  /** A small thing of our own on the map; its words are text. */
  function label(lat, lon, css, words) {
    const element = document.createElement('div');
    element.className = css;
    element.textContent = words;
    return L.marker([lat, lon], { icon: L.divIcon({ html: element, className: 'dispatch-pin', iconSize: [0, 0] }), interactive: false, keyboard: false, pane: 'dispatch-marks' });
  }

  function ring(into, lon, lat, metres, css) {
    L.circle([lat, lon], { radius: metres, ...style('dispatch-ring ' + css) }).addTo(into);
    const off = metres * Math.SQRT1_2 / METRES_A_DEGREE;
    label(lat + off, lon + off / Math.cos(lat * Math.PI / 180), 'dispatch-chip', desk.metresOf(metres)).addTo(into);
  }

  function shape(into, around, css) {
    if (around.kind === 'polygon') L.polygon(around.ring.map(([lon, lat]) => [lat, lon]), style('dispatch-area ' + css)).addTo(into);
    else if (around.kind === 'ring') ring(into, around.lon, around.lat, around.radius, 'area ' + css);
  }

  function drawGround(dispatch) {
    ground.clearLayers();
    const centre = dispatch.centre();
    if (!dispatch.open || !centre) return;
    const { around, radius } = dispatch;
    if (around && around.kind !== 'point') return shape(ground, around, '');
    const rings = RINGS_M.filter((metres) => metres < radius);
    [...rings, radius].forEach((metres, i) => ring(ground, centre.lon, centre.lat, metres, 'r' + i));
    if (around) label(centre.lat, centre.lon, 'dispatch-spot', '').addTo(ground);
  }

  /** On which side of a mark its tag covers no other mark: right, else left, else below. */
  function sideOf(i, points) {
    const at = points[i], crowded = (from, to) => points.some((other, j) => j !== i && other && Math.abs(other.y - at.y) < TAG_PX[1] && other.x - at.x > from && other.x - at.x < to);
    return !crowded(-8, TAG_PX[0]) ? '' : !crowded(-TAG_PX[0], 8) ? ' to-left' : ' below';
  }

  function mark(item, n, ticked, side) {
    const element = document.createElement('div');
    element.className = 'dispatch-mark' + side + (ticked ? ' ticked' : '') + (item.status === 'free' || item.status === 'registered' ? '' : ' not-free') + (item.id === hovered ? ' pointed' : '');
    element.dataset.mark = item.id;
    element.appendChild(document.createElement('b')).textContent = String(n);
    element.appendChild(document.createElement('span')).textContent = desk.nameOf(item) + ' ' + desk.etaOf(item);
    elements.set(item.id, element);
    const pin = L.marker([item.lat, item.lon], { icon: L.divIcon({ html: element, className: 'dispatch-pin', iconSize: [0, 0] }), keyboard: false, pane: 'dispatch-marks', zIndexOffset: ticked ? 500 : -n });
    pin.on('click', () => desk.tick(item.id));
    pin.on('mouseover', () => desk.pointAt(item.id, 'map'));
    pin.on('mouseout', () => hovered === item.id && desk.pointAt('', 'map'));
    return pin;
  }

  function drawMarks() {
    marks.clearLayers();
    elements = new Map();
    const { dispatch, near } = desk;
    if (!dispatch.open) return;
    const { ticked } = dispatch.draft(), centre = dispatch.centre();
    const points = near.items.map((item) => (item.lon === null || item.lon === undefined ? null : map.leaflet.latLngToContainerPoint([item.lat, item.lon])));
    near.items.forEach((item, i) => {
      if (!points[i] || (i >= MOST_MARKS && !ticked.has(item.id))) return;
      if (ticked.has(item.id) && centre) L.polyline([[item.lat, item.lon], [centre.lat, centre.lon]], style('dispatch-way')).addTo(marks);
      mark(item, i + 1, ticked.has(item.id), sideOf(i, points)).addTo(marks);
    });
  }

  /** Names of places keep off the numbers; they are placed anew when these have moved noticeably. */
  const shown = () => (desk.dispatch.open ? desk.near.items.slice(0, MOST_MARKS).filter((item) => item.lon !== null && item.lon !== undefined) : []);
  let blockedFor = '';
  if (map) {
    map.blocks.push((scale) => (desk.here() ? shown().map(({ lon, lat }) => {
      const x = map.worldX(lon) * scale, y = map.worldY(lat) * scale;
      return [x - 12, y - 12, x + 12, y + 12];
    }) : []));
  }
  function tellBlocks() {
    const key = shown().map(({ lon, lat }) => Math.round(lon * 2000) + ',' + Math.round(lat * 2000)).join(';');
    if (key === blockedFor) return;
    blockedFor = key;
    cockpit.emit('blocks');
    if (map.marks) map.invalidate(map.marks);
  }

  /** Once a search: show the place and the nearest of them, unless they can be seen already. */
  function fit() {
    const { dispatch, near } = desk, centre = dispatch.centre(), key = dispatch.query().toString();
    if (fitted === key || !centre) return;
    fitted = key;
    const { around } = dispatch, shapes = around && around.kind === 'polygon' ? around.ring.map(([lon, lat]) => [lat, lon]) : [];
    const box = L.latLngBounds([[centre.lat, centre.lon], ...shapes, ...near.items.slice(0, 6).filter((item) => item.lon !== null).map((item) => [item.lat, item.lon])]);
    if (map.leaflet.getZoom() >= 13 && map.leaflet.getBounds().contains(box)) return;
    map.leaflet.fitBounds(box.pad(0.05), { padding: [FIT_PX, FIT_PX], maxZoom: FIT_ZOOM, animate: false });
  }

  /** Highlight a candidate in the list and on the map, wherever it is pointed at. */
  desk.pointAt = function (id, from) {
    if (id === hovered) return;
    hovered = id;
    for (const [other, element] of elements) element.classList.toggle('pointed', other === id);
    for (const row of document.querySelectorAll('#near-list [data-candidate]')) row.classList.toggle('pointed', row.dataset.candidate === id);
    const row = from === 'map' && id && document.querySelector('#near-list [data-candidate="' + CSS.escape(id) + '"]');
    if (row) row.scrollIntoView({ block: 'nearest' });
  };
  desk.pointed = () => hovered;

  cockpit.on('dispatch', (dispatch) => {
    if (!ready()) return;
    if (!dispatch.open) fitted = '';
    drawGround(dispatch);
    drawMarks();
    tellBlocks();
  });
  cockpit.on('near', () => {
    if (!ready() || !desk.dispatch.open) return;
    drawMarks();
    if (desk.near.state !== 'ready') return;
    fit();
    tellBlocks();
  });
  cockpit.on('ticked', () => ready() && drawMarks());
  cockpit.on('dispatch-drawing', () => {
    if (!ready()) return;
    drawn.clearLayers();
    const now = desk.drawn();
    if (now) shape(drawn, now, 'drawing');
  });
  cockpit.on('view', () => marks && desk.here() && desk.dispatch.open && ready() && drawMarks()); // other tags cover each other now
  // the address may name a place before there is a map to show it on
  cockpit.on('map', () => setTimeout(() => desk.here() && desk.dispatch.open && ready() && (drawGround(desk.dispatch), drawMarks())));
})();
