/* 以房查人: the building that was clicked or searched for, one state for its card, its people and the list of stale records. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const text = (key, values) => cockpit.text(key, values);
  const map = cockpit.map;

  const AROUND_M = 45, LEAST_ZOOM = 15, M_PER_DEGREE = 111195;
  /** `view`: hint, building, stale. `whole`: residents with whole names, only until `until`; nothing else keeps them. */
  const houses = (cockpit.houses = {
    open: false, view: 'hint', building: null, household: null, whole: null, until: 0, asking: false, said: '', wrong: '', busy: false,
    stale: null, grid: null,
  });
  let turn = 0, spot = null, wasPicking = false;

  houses.h = (type, props, ...children) => ({ type, props: { ...props, children: children.flat().filter((c) => c !== null && c !== undefined && c !== false) } });
  houses.icon = (name, css) => houses.h('I', { className: 'g g-' + name + (css ? ' ' + css : ''), 'aria-hidden': 'true' });
  houses.here = () => Boolean(cockpit.page && cockpit.page.name === 'duty');
  const encoded = (id) => encodeURIComponent(id);

  houses.tell = () => cockpit.emit('houses', houses);

  /** Whole names are gone with the first thing that is done after them. */
  houses.forget = function () {
    Object.assign(houses, { whole: null, until: 0, asking: false, wrong: '', said: '' });
  };

  function put(lon, lat) {
    spot = spot || cockpit.desk.Spot('asked');
    spot.put(lon === null ? null : [lat, lon]);
  }

  /** Ask, and take the answer only if nobody asked for something else meanwhile. */
  async function ask(path, how) {
    const mine = ++turn;
    houses.busy = true;
    houses.tell();
    const { status, body } = await cockpit.desk.ask(path, how);
    if (mine !== turn || !houses.open) return null;
    houses.busy = false;
    houses.wrong = status === 200 || status === 202 ? '' : status === 404 ? text('houses.not_yours') : body.detail || String(status);
    houses.tell();
    return status === 200 || status === 202 ? body : null;
  }

  houses.begin = function () {
    if (cockpit.desk.endPointing) cockpit.desk.endPointing();
    if (!houses.open) Object.assign(houses, { open: true, view: 'hint', building: null, household: null });
    houses.tell();
  };

  houses.close = function () {
    if (!houses.open) return false;
    turn++;
    houses.forget();
    Object.assign(houses, { open: false, view: 'hint', building: null, household: null, busy: false });
    if (spot) put(null);
    houses.tell();
    return true;
  };

  houses.turn = () => void (houses.open ? houses.close() : houses.begin());

  /** Open a building's card. @param {string} code */
  houses.show = async function (code) {
    houses.begin();
    houses.forget();
    Object.assign(houses, { view: 'building', building: null, household: null });
    const building = await ask('buildings/' + encoded(code));
    if (!building) return;
    houses.building = building;
    put(building.lon, building.lat);
    houses.tell();
    if (building.items.length === 1) houses.choose(building.items[0].household_id);
  };

  /** Open one door of any building. */
  houses.choose = async function (id) {
    houses.forget();
    houses.household = null;
    const household = await ask('households/' + encoded(id));
    if (!household) return;
    houses.household = household;
    houses.tell();
    if (!houses.building || houses.building.building_code !== household.building_code) {
      const building = await ask('buildings/' + encoded(household.building_code));
      if (building) Object.assign(houses, { view: 'building', building });
      if (building) put(building.lon, building.lat);
    }
    houses.view = 'building';
    houses.tell();
  };

  /** Whole names for a reason. The answer is kept by nobody and leaves the screen by itself. */
  houses.unmask = async function (reason) {
    const id = houses.household.household_id;
    const told = await ask('households/' + encoded(id) + '/unmask', { method: 'POST', body: { reason } });
    if (!told || !houses.household || houses.household.household_id !== id) return;
    Object.assign(houses, { whole: told.residents, until: Date.parse(told.masked_again_at) - Date.parse(told.as_of) + performance.now(), asking: false });
    houses.tell();
  };

  houses.visit = async function () {
    const id = houses.household.household_id;
    if (!(await ask('households/' + encoded(id) + '/visit', { method: 'POST', body: {} }))) return;
    const building = await ask('buildings/' + encoded(houses.household.building_code));
    const household = building && (await ask('households/' + encoded(id)));
    if (household) Object.assign(houses, { building, household, said: text('houses.visited') });
    houses.tell();
  };

  houses.showStale = async function () {
    houses.begin();
    houses.forget();
    Object.assign(houses, { view: 'stale', stale: null, grid: null });
    const stale = await ask('households/stale?limit=1&scope=' + encoded(cockpit.page.scope));
    if (stale) houses.stale = stale;
    houses.tell();
  };

  houses.showGrid = async function (code) {
    if (houses.grid && houses.grid.scope === code) houses.grid = null;
    else {
      const grid = await ask('households/stale?limit=60&scope=' + encoded(code));
      if (grid) houses.grid = grid;
    }
    houses.tell();
  };

  houses.remind = async function (code) {
    const done = await ask('households/stale/remind', { method: 'POST', body: { code } });
    if (done && houses.stale) {
      for (const grid of houses.stale.grids) if (grid.code === code) grid.reminded_at = new Date(cockpit.now()).toISOString();
      houses.said = text('houses.remind_done');
    }
    houses.tell();
  };

  /** The building nearest to a place that was clicked, if one is near enough to be meant. */
  async function at(latlng) {
    houses.begin();
    houses.forget();
    const dLat = AROUND_M / M_PER_DEGREE, dLon = dLat / Math.cos((latlng.lat * Math.PI) / 180);
    const box = [latlng.lng - dLon, latlng.lat - dLat, latlng.lng + dLon, latlng.lat + dLat].map((n) => n.toFixed(6)).join(',');
    const found = await ask('buildings?limit=20&bbox=' + box + '&scope=' + encoded(cockpit.page.scope));
    if (!found) return;
    const away = (b) => Math.hypot((b.lon - latlng.lng) * dLat / dLon, b.lat - latlng.lat);
    const nearest = found.items.sort((a, b) => away(a) - away(b))[0];
    if (nearest) return void houses.show(nearest.building_code);
    Object.assign(houses, { view: 'hint', building: null, household: null, wrong: text('houses.nothing_here') });
    put(latlng.lng, latlng.lat);
    houses.tell();
  }

  /** A click on bare ground close up means the building there; a mark, a drawing or a pointed question comes first. */
  function clicked(event) {
    if (!houses.here() || wasPicking || map.leaflet.getZoom() < LEAST_ZOOM || map.hit(event.containerPoint)) return;
    if (map.plots && map.plots.at && map.plots.at(event.containerPoint)) return;
    at(event.latlng);
  }
  cockpit.on('map', (leaflet) => {
    // the last corner of a drawing ends it: what the click meant is known before it only
    leaflet.on('preclick', () => (wasPicking = Boolean(map.pick)));
    leaflet.on('click', clicked);
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden || !houses.whole) return;
    houses.forget(); // nobody looks at the screen who gave a reason
    houses.tell();
  });
  cockpit.on('tick', () => {
    if (!houses.whole) return;
    if (performance.now() >= houses.until) houses.forget();
    houses.tell();
  });
})();
