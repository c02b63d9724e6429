/* 战时的视图: other events fold into one layer and the map goes to the scene; leaving puts layers and view back exactly.
   Whoever is panning or has locked the view is asked, never moved. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const byId = (id) => document.getElementById(id);

  const HANDS_OFF_MS = 60000; // so long after the last touch the map is nobody's
  const REACH_M = 3000; // the outermost ring is to be seen
  const FOLDED = { event: false, grid: false, iot: false, gridworker: true };
  const EARTH_M = 40075016.686;

  let touched = -Infinity;
  let before = null; // {layers, centre, zoom, moved, event_id}: how this screen was before wartime
  let pending = null; // what the question would do

  const leaflet = () => cockpit.map && cockpit.map.leaflet;
  const key = () => 'cockpit-before-war:' + (cockpit.page ? cockpit.page.name + cockpit.page.scope : '');
  const folds = () => cockpit.page && cockpit.page.name === 'screen';

  function keep() {
    try {
      if (before) sessionStorage.setItem(key(), JSON.stringify(before));
      else sessionStorage.removeItem(key());
    } catch (error) {
      // a browser that keeps nothing restores what this page remembers
    }
  }

  function kept() {
    try {
      return JSON.parse(sessionStorage.getItem(key()));
    } catch (error) {
      return null;
    }
  }

  const isLocked = () => new URLSearchParams(location.hash.slice(1)).has('lock');
  const isMine = () => isLocked() || performance.now() - touched < HANDS_OFF_MS;

  function drawLock() {
    const button = document.querySelector('[data-action="view-lock"]');
    if (!button) return;
    const locked = isLocked();
    button.setAttribute('aria-pressed', locked ? 'true' : 'false');
    button.title = cockpit.text(locked ? 'war.locked' : 'war.lock');
  }

  function toggleLock() {
    const hash = new URLSearchParams(location.hash.slice(1));
    if (isLocked()) hash.delete('lock');
    else hash.set('lock', '1');
    const said = decodeURIComponent(hash.toString());
    history.replaceState(history.state, '', said ? '#' + said : location.pathname + location.search);
    drawLock();
  }

  function ask(words, go, act) {
    pending = act;
    cockpit.write(byId('view-question-words'), words);
    cockpit.write(byId('view-question-go'), go);
    byId('view-question').hidden = false;
  }

  function answered(act) {
    byId('view-question').hidden = true;
    const todo = pending;
    pending = null;
    if (act && todo) todo();
  }

  /** The scene with its rings between the panels. No flight: a wall without a graphics card would stutter through it. */
  function goTo({ lon, lat }) {
    const map = leaflet();
    if (!map || lon === null || lon === undefined) return;
    const dLat = (REACH_M * 360) / EARTH_M, dLon = dLat / Math.cos((lat * Math.PI) / 180);
    const box = map.getContainer().closest('[data-pad]');
    const pad = box ? box.dataset.pad.split(',').map(Number) : [0, 0, 0, 0];
    map.fitBounds([[lat - dLat, lon - dLon], [lat + dLat, lon + dLon]], { paddingTopLeft: [pad[0], pad[1]], paddingBottomRight: [pad[2], pad[3]], animate: false });
    before.moved = true;
    keep();
  }

  function enter(mode) {
    const map = leaflet();
    const again = before && before.event_id === mode.event_id;
    if (!before) {
      const centre = map.getCenter();
      before = { layers: cockpit.layers.state(), centre: [centre.lat, centre.lng], zoom: map.getZoom(), moved: false };
      if (folds()) cockpit.layers.put(FOLDED);
    }
    before.event_id = mode.event_id;
    keep();
    if (again || mode.lon === null || mode.lon === undefined) return;
    if (isMine()) ask(cockpit.text('war.ask_move', { title: mode.title || '' }), cockpit.text('war.move'), () => goTo(mode));
    else goTo(mode);
  }

  function leave() {
    const was = before;
    before = null;
    keep();
    answered(false);
    if (!was) return;
    if (folds()) cockpit.layers.put(was.layers);
    if (!was.moved) return;
    const back = () => leaflet() && leaflet().setView(was.centre, was.zoom, { animate: false });
    if (isMine()) ask(cockpit.text('war.ask_back'), cockpit.text('war.back'), back);
    else back();
  }

  /** A page that was loaded again in the middle of it: how it was before is remembered, the layers are folded anew. */
  function resume() {
    before = kept();
    if (!before) return;
    before.event_id = null; // the map stands at the whole scope again
    if (folds()) cockpit.layers.put(FOLDED);
  }

  let waiting = null; // a mode that came before the map
  function turn(mode) {
    // history stays where it is, and so does a day that is played back
    if (cockpit.page && (cockpit.page.as_of || cockpit.page.name === 'tracks')) return;
    if (!leaflet() || !cockpit.layers) {
      waiting = mode;
      return;
    }
    waiting = null;
    if (mode.first && mode.war && !before) resume();
    if (mode.war) enter(mode);
    else leave();
  }

  cockpit.on('mode', turn);
  cockpit.on('map', (map) => {
    const box = map.getContainer();
    for (const name of ['pointerdown', 'wheel', 'keydown']) box.addEventListener(name, () => (touched = performance.now()), { passive: true });
    if (waiting) setTimeout(() => waiting && turn(waiting));
  });
  cockpit.on('page', () => {
    before = null;
    drawLock();
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest && event.target.closest('[data-action^="view-"]');
    if (!button) return;
    if (button.dataset.action === 'view-lock') toggleLock();
    else if (button.dataset.action === 'view-go') answered(true);
    else if (button.dataset.action === 'view-stay') answered(false);
  });
})();
