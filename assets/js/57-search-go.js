/* 前往: takes the map (or the drill-down) to what was found and marks it; `?go=lon,lat,words` in an address does the same. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const search = (cockpit.search = cockpit.search || {});
  const map = cockpit.map;

  const ZOOM = 17, FLIGHT_S = 0.9, CARD_PX = 400;
  let spot = null, marked = null;

  const calm = () => document.hidden || window.matchMedia('(prefers-reduced-motion: reduce)').matches;

  function label(words) {
    const mark = document.querySelector('.situation-found');
    if (!mark) return;
    let tag = mark.querySelector('span');
    if (!tag) tag = mark.appendChild(document.createElement('span'));
    tag.textContent = words || '';
    tag.hidden = !words;
  }

  /** Mark one place with a name; null takes the mark away. */
  search.mark = function (lon, lat, words) {
    marked = lon === null ? null : { lon, lat };
    if (!cockpit.desk || !cockpit.desk.Spot) return;
    spot = spot || cockpit.desk.Spot('found');
    spot.put(marked ? [lat, lon] : null);
    label(words);
  };
  search.marked = () => marked;

  /** `aside`: px that something covers at the left of the map. */
  function fly(item, aside) {
    const { leaflet } = map;
    if (!leaflet) return;
    const at = item.bounds ? null : leaflet.unproject(leaflet.project([item.lat, item.lon], ZOOM).subtract([(aside || 0) / 2, 0]), ZOOM);
    if (item.bounds) {
      const [west, south, east, north] = item.bounds, corners = [[south, west], [north, east]];
      if (calm()) leaflet.fitBounds(corners, { animate: false });
      else leaflet.flyToBounds(corners, { duration: FLIGHT_S });
    } else if (calm()) leaflet.setView(at, ZOOM, { animate: false });
    else leaflet.flyTo(at, ZOOM, { duration: FLIGHT_S });
  }

  function inLeader(item, group) {
    const asked = new URLSearchParams(window.location.search);
    if (group === 'division') {
      asked.set('scope', item.id);
      asked.delete('cursor');
      return cockpit.leader.go('/leader?' + asked);
    }
    if (group === 'event') {
      asked.set('event', item.id);
      return cockpit.leader.go('/leader?' + asked);
    }
    if (item.lon === null) return;
    const name = group === 'coordinate' ? item.kind_title : item.title;
    const words = new URLSearchParams({ go: item.lon + ',' + item.lat + ',' + name, lang: cockpit.lang });
    window.location.assign('/screen?' + words);
  }

  /** Go to what was found: events open their drawer, buildings and people the card of the house. */
  search.goTo = function (item, group) {
    if (document.getElementById('leader')) return inLeader(item, group);
    const desk = cockpit.page.name === 'duty' ? cockpit.desk : null;
    if (item.lon !== null) {
      fly(item, desk && (group === 'building' || group === 'person') ? CARD_PX : 0);
      search.mark(item.lon, item.lat, group === 'coordinate' ? item.kind_title : item.title);
    }
    if (group === 'event') {
      if (desk) desk.choose(item.id, { from: 'keys' });
      else cockpit.emit('focus', { event_id: item.id });
    } else if (desk && group === 'building') cockpit.houses.show(item.id);
    else if (desk && group === 'person') {
      cockpit.houses.begin();
      cockpit.houses.choose(item.id);
    }
  };

  function asked() {
    const words = new URLSearchParams(window.location.search).get('go') || '';
    const [lon, lat, ...title] = words.split(',');
    const place = { lon: Number(lon), lat: Number(lat) };
    if (!words || !(Math.abs(place.lon) <= 180 && Math.abs(place.lat) <= 90)) return;
    map.fitted = true;
    fly(place);
    search.mark(place.lon, place.lat, title.join(',').slice(0, 100));
  }
  cockpit.on('map', () => {
    spot = null;
    setTimeout(asked);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !marked || !cockpit.page || cockpit.page.name === 'duty') return;
    search.mark(null);
  });
  document.addEventListener('click', (event) => {
    if (event.target.closest && event.target.closest('[data-action="map-whole"]')) search.mark(null);
  });
})();
