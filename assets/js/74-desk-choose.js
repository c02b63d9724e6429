/* The chosen event: one for the queue, the map, the drawer and the address, whichever of them it was chosen in. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const map = cockpit.map;

  const CLOSE_ZOOM = 15.5, NEAR_ZOOM = 14; // close enough to see which grid; from NEAR on nobody needs to be flown
  const FLIGHT_S = 1.0, EDGE = 0.12; // a mark so near to the edge of the map counts as out of sight
  const ONE_STEP_MS = 2500; // walking through the list is one step of the back button, not twenty

  desk.chosen = null;
  let dragging = false, unseen = false, walkedAt = -Infinity, ring = null;

  function placeOf(id) {
    const row = id && desk.find(id);
    return row && row[0] !== null && row[1] !== null ? [row[1], row[0]] : null;
  }

  function calm() {
    return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  }

  /** Show where it is, unless it can be seen well already or somebody moves the map just now. */
  function fly() {
    const place = placeOf(desk.chosen);
    unseen = !map || !map.leaflet || cockpit.situation.instance === null;
    if (unseen || !place || dragging) return;
    const leaflet = map.leaflet, size = leaflet.getSize(), at = leaflet.latLngToContainerPoint(place);
    const inSight = at.x > EDGE * size.x && at.x < (1 - EDGE) * size.x && at.y > EDGE * size.y && at.y < (1 - EDGE) * size.y;
    if (inSight && leaflet.getZoom() >= NEAR_ZOOM) return;
    const zoom = Math.max(leaflet.getZoom(), CLOSE_ZOOM);
    if (calm() || document.hidden) leaflet.setView(place, zoom, { animate: false });
    else leaflet.flyTo(place, zoom, { duration: FLIGHT_S });
  }

  /**
   * Choose an event or an alarm of the queue; null chooses nothing.
   * @param {?string} id
   * @param {{from: string}} how `list`, `keys`, `map` or `address`: who knows already is not told again
   */
  desk.choose = function (id, how) {
    const from = how.from;
    if (id === desk.chosen) {
      if (from === 'list' || from === 'keys') fly();
      if (from === 'map') desk.reveal(id);
      return;
    }
    desk.chosen = id;
    const now = performance.now();
    const walking = from === 'keys' && now - walkedAt < ONE_STEP_MS;
    if (from !== 'address') desk.remember(!walking);
    if (from === 'keys') walkedAt = now;
    if (from !== 'list') desk.reveal(id);
    if (from !== 'map') fly();
    desk.redrawRows();
    if (ring) ring.update();
    if (id && !desk.isAlarm(id)) cockpit.emit('focus', { event_id: id, from: 'desk' });
    cockpit.emit('desk-choice', { id, from });
  };

  cockpit.on('focus', (chosen) => {
    if (desk.here() && chosen && chosen.from !== 'desk') desk.choose(chosen.event_id, { from: 'map' });
  });
  cockpit.on('alarm', ({ alarm_id }) => desk.here() && desk.choose(desk.idOfAlarm(alarm_id), { from: 'map' }));
  cockpit.on('desk-address', ({ event }) => desk.choose(event, { from: 'address' }));
  cockpit.on('desk-order', () => desk.chosen && unseen && desk.reveal(desk.chosen));

  // the address may name an event before there is a map to show it on
  const late = () => {
    if (!desk.here() || !desk.chosen || !unseen) return;
    fly();
    if (!unseen) desk.reveal(desk.chosen);
  };
  cockpit.on('snapshot', () => setTimeout(late));
  cockpit.on('map', (leaflet) => {
    leaflet.on('dragstart', () => (dragging = true));
    leaflet.on('dragend', () => (dragging = false));
    setTimeout(late);
  });
  // the map was made before the stage had its size
  cockpit.on('stage', () => desk.here() && map && map.leaflet && map.leaflet.invalidateSize({ animate: false, pan: false }));

  if (!map) return;

  /** Something that marks one place of the map: not a sheet, it only moves. `put([lat, lon])`, `put(null)`. */
  desk.Spot = function (css) {
    let element = null, place = null;
    const lay = (centre, zoom) => {
      element.hidden = !place;
      if (!place) return;
      const scale = 256 * 2 ** zoom, origin = map.leaflet._getNewPixelOrigin(centre, zoom);
      L.DomUtil.setTransform(element, L.point(map.worldX(place[1]) * scale - origin.x, map.worldY(place[0]) * scale - origin.y), 1);
    };
    const now = () => element && map.leaflet && lay(map.leaflet.getCenter(), map.leaflet.getZoom());
    const attach = (leaflet) => {
      element = document.createElement('div');
      element.className = 'situation-' + css + ' leaflet-zoom-animated';
      element.hidden = true;
      element.appendChild(document.createElement('i'));
      leaflet.getPane('situation-pulse').appendChild(element);
    };
    map.add({
      level: 45, sheet: { follow: (centre, zoom) => element && lay(centre, zoom) }, attach, draw: () => void now(), moved: now, rest: now,
    });
    if (map.leaflet) attach(map.leaflet);
    return {
      put(where) {
        place = where;
        now();
      },
    };
  };
  const spot = desk.Spot('chosen');
  ring = { update: () => spot.put(placeOf(desk.chosen)) };
  for (const name of ['snapshot', 'delta']) cockpit.on(name, () => desk.here() && desk.chosen && ring.update());

  const VIEWS = {
    'map-in': (leaflet) => leaflet.zoomIn(),
    'map-out': (leaflet) => leaflet.zoomOut(),
    'map-whole': () => desk.showWhole(),
  };
  /** The whole scope again, as the page began. */
  desk.showWhole = function () {
    const box = map.leaflet && map.leaflet.getContainer().closest('[data-bounds]');
    if (!box) return;
    map.fitted = false;
    map.fitOnce(box.dataset.bounds.split(',').map(Number));
  };
  document.addEventListener('click', (event) => {
    const button = desk.here() && event.target.closest && event.target.closest('.map-views [data-action]');
    if (button && map.leaflet) VIEWS[button.dataset.action](map.leaflet);
  });
})();
