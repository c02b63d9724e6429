/* 就近调度: what the desk looks around: the chosen event, a point, a ring or an outline. One state, kept in the address. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const map = cockpit.map;

  const RADII = [500, 1000, 3000, 5000, 10000], USUAL_M = 3000;
  const WITHIN_S = 90;
  const TABS = new Set(['orders', 'plan', 'advice', 'evacuation']);

  /**
   * `around`: null is the chosen event; `{kind: 'point', lon, lat}`, `{kind: 'ring', lon, lat, radius}`,
   * `{kind: 'polygon', ring: [[lon, lat], …]}`. `work`: the tab under the map that somebody asked for;
   * `rung`, `doors`: which orders and which doors of it are listed, '' for all.
   */
  const dispatch = (desk.dispatch = { open: false, around: null, radius: USUAL_M, work: '', rung: '', doors: '', RADII });
  const drafts = new Map();
  let quietly = false; // the panel under the map was closed by hand

  dispatch.eventId = () => (desk.chosen && !desk.isAlarm(desk.chosen) ? desk.chosen : null);

  /** Where the middle is: `{lon, lat}`; null if nobody knows. */
  dispatch.centre = function () {
    const { around } = dispatch;
    if (around && around.kind === 'polygon') {
      const n = around.ring.length, sum = (i) => around.ring.reduce((all, at) => all + at[i], 0);
      return { lon: sum(0) / n, lat: sum(1) / n };
    }
    if (around) return { lon: around.lon, lat: around.lat };
    const row = desk.chosen ? desk.find(desk.chosen) : null;
    return row && row[0] !== null ? { lon: row[0], lat: row[1] } : null;
  };

  const six = (n) => Number(n).toFixed(6).replace(/0+$/, '').replace(/\.$/, '');
  const pair = ([lon, lat]) => six(lon) + ',' + six(lat);

  /** As the address says it: `event`, `lon,lat`, `lon,lat,metres`, `lon,lat;lon,lat;…`. */
  function said(around) {
    if (!around) return 'event';
    if (around.kind === 'polygon') return around.ring.map(pair).join(';');
    return pair([around.lon, around.lat]) + (around.kind === 'ring' ? ',' + Math.round(around.radius) : '');
  }

  /** @returns {?Object|undefined} what `near=` means; undefined if it means nothing */
  function parse(words) {
    if (words === 'event') return null;
    const parts = words.split(';').map((part) => part.split(',').map(Number));
    const good = ([lon, lat]) => Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
    if (!parts.every((part) => part.length >= 2 && part.every(Number.isFinite) && good(part))) return undefined;
    if (parts.length >= 3) return { kind: 'polygon', ring: parts.map(([lon, lat]) => [lon, lat]) };
    const [lon, lat, radius] = parts[0];
    return radius > 0 ? { kind: 'ring', lon, lat, radius } : { kind: 'point', lon, lat };
  }

  /** Whether only what lies inside the drawing counts; who evacuates an area comes from around it. */
  dispatch.isInside = () => Boolean(dispatch.around) && dispatch.around.kind !== 'point' && dispatch.shownWork() !== 'evacuation';

  /** The query of `GET nearby` that asks for what is in it. */
  dispatch.query = function () {
    const { around } = dispatch, centre = dispatch.centre(), query = new URLSearchParams();
    query.set('lon', six(centre.lon));
    query.set('lat', six(centre.lat));
    const inside = dispatch.isInside();
    if (inside && around.kind === 'polygon') query.set('polygon', said(around));
    else query.set('radius_m', Math.round(inside ? around.radius : dispatch.radius));
    if (!around && dispatch.eventId()) query.set('event_id', dispatch.eventId()); // the event's own place then, as the server knows it
    return query;
  };

  /** What is being written for this event or place: whom, what, until when. Kept while the page lives. */
  dispatch.draft = function () {
    const key = dispatch.eventId() || said(dispatch.around);
    if (!drafts.has(key)) drafts.set(key, { ticked: new Map(), task: null, within: WITHIN_S, despite: new Set(), asking: null, error: '', busy: false, key: null, said: '' });
    return drafts.get(key);
  };

  function remember(step) {
    const words = new URLSearchParams(window.location.search);
    for (const name of ['near', 'within', 'work', 'rung', 'doors']) words.delete(name);
    if (dispatch.open) words.set('near', said(dispatch.around));
    if (dispatch.open && dispatch.radius !== USUAL_M) words.set('within', dispatch.radius);
    if (dispatch.work) words.set('work', dispatch.work);
    for (const name of ['rung', 'doors']) if (dispatch[name]) words.set(name, dispatch[name]);
    const query = words.toString().replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%3B/g, ';');
    const next = window.location.pathname + (query ? '?' + query : '') + window.location.hash;
    if (next === window.location.pathname + window.location.search + window.location.hash) return;
    window.history[step ? 'pushState' : 'replaceState'](window.history.state, '', next);
  }

  /** Which tab is shown under the map; '' while there is nothing to show. */
  dispatch.shownWork = () => dispatch.work || (!quietly && (dispatch.open || (desk.orders && desk.orders.any())) ? 'orders' : '');

  dispatch.lay = function () {
    const stage = document.getElementById('stage');
    if (!stage) return;
    const open = dispatch.open ? 'open' : 'closed', work = dispatch.shownWork();
    if (stage.dataset.dispatch === open && stage.dataset.work === work) return;
    const laid = stage.dataset.work;
    Object.assign(stage.dataset, { dispatch: open, work });
    if (laid !== work && map && map.leaflet) map.leaflet.invalidateSize({ animate: false }); // what was in the middle stays there
  };

  function tell(step) {
    remember(step);
    dispatch.lay();
    cockpit.emit('dispatch', dispatch);
  }

  /** Look around `around` (null: the chosen event). */
  dispatch.begin = function (around) {
    if (!around && !desk.chosen) return desk.openTool && desk.openTool('point');
    const fresh = !dispatch.open;
    Object.assign(dispatch, { open: true, around });
    quietly = false;
    tell(fresh);
    const list = document.getElementById('near-list');
    if (list) list.focus({ preventScroll: true });
  };
  /** @returns {boolean} whether there was anything to close */
  dispatch.close = function () {
    if (!dispatch.open) return false;
    Object.assign(dispatch, { open: false, around: null });
    tell(true);
    const list = document.getElementById('queue-list');
    if (list) list.focus({ preventScroll: true });
    return true;
  };
  dispatch.setRadius = function (radius) {
    if (radius === dispatch.radius || !radius) return;
    dispatch.radius = radius;
    tell(false);
  };
  /** The next larger or smaller radius. */
  dispatch.widen = (by) => dispatch.setRadius(RADII[Math.max(0, Math.min(RADII.length - 1, RADII.indexOf(dispatch.radius) + by))]);
  /** List only the orders (`rung`) or doors (`doors`) that a number counts; asked again for the same, all of them. */
  dispatch.narrow = function (name, value) {
    dispatch[name] = dispatch[name] === value ? '' : value;
    tell(false);
  };
  dispatch.setWork = function (work) {
    quietly = work === '';
    dispatch.work = TABS.has(work) ? work : '';
    tell(false);
  };
  /** Something new to see under the map: a panel that was closed by hand opens for it. */
  dispatch.wakeWork = () => {
    quietly = false;
    dispatch.lay();
  };

  function restore() {
    const asked = new URLSearchParams(window.location.search), near = asked.get('near');
    const around = near === null ? undefined : parse(near);
    dispatch.open = around !== undefined && (around !== null || Boolean(desk.chosen));
    dispatch.around = around || null;
    dispatch.radius = RADII.includes(Number(asked.get('within'))) ? Number(asked.get('within')) : USUAL_M;
    dispatch.work = TABS.has(asked.get('work')) ? asked.get('work') : '';
    for (const name of ['rung', 'doors']) dispatch[name] = (asked.get(name) || '').slice(0, 40);
    dispatch.lay();
    cockpit.emit('dispatch', dispatch);
  }
  cockpit.on('desk-address', () => desk.here() && restore());
  cockpit.on('desk-choice', ({ id }) => {
    if (!dispatch.open) return;
    if (!id && !dispatch.around) dispatch.close();
    else {
      if (id) dispatch.around = null; // another event: what was drawn was about the one before
      tell(false);
    }
  });

  document.addEventListener('click', (event) => {
    const button = desk.here() && event.target.closest && event.target.closest('[data-action]');
    if (!button) return;
    const { action } = button.dataset;
    if (button.dataset.workTab) dispatch.setWork(button.dataset.workTab);
    else if (action === 'work-close') dispatch.setWork('');
    else if (action === 'dispatch-open') dispatch.begin(null);
    else if (action === 'dispatch-close') dispatch.close();
    else if (action === 'near-widen') dispatch.widen(1);
    else if (button.dataset.radius) dispatch.setRadius(Number(button.dataset.radius));
  });
})();
