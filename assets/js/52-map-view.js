/* 视野: where a hand has put the map of the wall, in its address as `?at=lat,lon,zoom`: a link and a picture show the same.
   A wall that nobody touches writes nothing. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;
  const PARAM = 'at', SETTLED_MS = 400, HAND_MS = 10000; // a flight that a hand has begun is over by then
  const PLACES = 5; // a metre
  let touched = -Infinity, timer = 0, whole = false;

  const here = () => Boolean(cockpit.page && cockpit.page.name === 'screen');
  const number = (n, places) => String(Number(n.toFixed(places)));

  function asked() {
    const [lat, lon, zoom, more] = (cockpit.address.get(PARAM) || '').split(',').map((part) => (part.trim() ? Number(part) : NaN));
    const holds = more === undefined && Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && zoom >= 0 && zoom <= 24;
    return holds ? { lat, lon, zoom } : null;
  }

  function say(leaflet) {
    timer = 0;
    if (!here() || map.leaflet !== leaflet) return;
    const at = leaflet.getCenter();
    const told = [number(at.lat, PLACES), number(at.lng, PLACES), number(leaflet.getZoom(), 2)].join(',');
    if (told !== cockpit.address.get(PARAM)) cockpit.address.put(PARAM, whole ? '' : told, '');
    whole = false;
  }

  function begin(leaflet) {
    if (!here() || map.leaflet !== leaflet) return;
    const view = asked();
    if (view) {
      map.fitted = true;
      leaflet.setView([view.lat, view.lon], Math.min(leaflet.getMaxZoom(), Math.max(leaflet.getMinZoom(), view.zoom)), { animate: false });
    }
    leaflet.on('moveend', () => {
      if (performance.now() - touched > HAND_MS) return;
      clearTimeout(timer);
      timer = setTimeout(() => say(leaflet), SETTLED_MS);
    });
  }
  cockpit.on('map', (leaflet) => setTimeout(() => begin(leaflet))); // by then the page has said which it is
  for (const name of ['pointerdown', 'wheel', 'keydown']) {
    window.addEventListener(name, (event) => { if (event.isTrusted) touched = performance.now(); }, { passive: true, capture: true });
  }
  document.addEventListener('click', (event) => {
    if (event.target.closest && event.target.closest('[data-action="map-whole"]')) whole = true;
  }, { capture: true });
})();
