/* 智能巡查: reads the findings and keeps their order; what is new waits until it is brought in, so nothing moves under a reader. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const patrol = (cockpit.patrol = cockpit.patrol || {});
  const text = (key, values) => cockpit.text(key, values);

  const EVERY_MS = 5000, STALE_MS = 15000, LIMIT = 200, SOON_MS = 400;
  const FILTERS = ['state', 'kind', 'street', 'min_confidence', 'order'];
  const state = (patrol.state = {
    filters: {}, items: new Map(), order: [], arrived: [], chosen: '', answer: null, readAt: 0, failed: '', rules: null,
  });
  let reading = 0, soon = 0;

  patrol.h = (type, props, ...children) => ({ type, props: { ...props, children: children.flat().filter((c) => c !== null && c !== undefined) } });
  patrol.here = () => Boolean(cockpit.page && cockpit.page.name === 'patrol');
  patrol.pathOf = (id) => encodeURIComponent(id).replace(/%3A/g, ':');

  /** Ask the API as this page's session. @returns {Promise<{status: number, body: Object}>} status 0: no answer */
  patrol.ask = async function (path, how = {}) {
    const root = cockpit.page.root, query = new URLSearchParams({ lang: cockpit.lang, ...(how.query || {}) });
    const sent = { 'X-CSRF-Token': root.dataset.csrf };
    if (how.body) sent['Content-Type'] = 'application/json';
    if (how.key) sent['Idempotency-Key'] = how.key;
    try {
      const answer = await fetch('/api/v1/' + path + '?' + query, {
        method: how.method || 'GET', credentials: 'same-origin', cache: 'no-store', headers: sent, keepalive: Boolean(how.leaving),
        body: how.body ? JSON.stringify(how.body) : undefined,
      });
      return { status: answer.status, body: await answer.json().catch(() => ({})) };
    } catch (error) {
      return { status: 0, body: { detail: text('drawer.no_answer') } };
    }
  };

  const two = (n) => String(n).padStart(2, '0');
  patrol.timeOf = function (iso) {
    const p = cockpit.localParts(Date.parse(iso));
    return (Math.abs(cockpit.now() - Date.parse(iso)) > 86400000 ? two(p.month) + '-' + two(p.day) + ' ' : '') + p.hour + ':' + p.minute + ':' + p.second;
  };
  let names = null;
  patrol.nameOf = function (code) {
    names = names || JSON.parse(cockpit.page.root.dataset.divisions || '{}');
    return [12, 9, 6].map((n) => names[(code || '').slice(0, n)]).find(Boolean) || '';
  };
  patrol.placeOf = (item) => item.address || patrol.nameOf(item.code) || text('patrol.no_place');
  /** What a kind is called: its class in the page's language, else its reports' title; a model's own label where there is neither. */
  patrol.kindOf = (told) => told.kind_title || told.title || told.kind;
  patrol.perCent = (share) => Math.floor(share * 100 + 1e-6);
  patrol.isWaiting = (item) => Boolean(item && item.is_waiting && !patrol.outcomeOf(item.event_id));
  patrol.isStale = () => Boolean(state.answer) && performance.now() - state.readAt > STALE_MS;

  function readAddress() {
    const given = new URL(location.href).searchParams;
    state.filters = Object.fromEntries(FILTERS.map((name) => [name, given.get(name) || '']).filter(([, value]) => value));
    state.chosen = given.get('finding') || '';
  }

  function writeAddress() {
    const address = new URL(location.href);
    for (const name of FILTERS) state.filters[name] ? address.searchParams.set(name, state.filters[name]) : address.searchParams.delete(name);
    state.chosen ? address.searchParams.set('finding', state.chosen) : address.searchParams.delete('finding');
    history.replaceState(history.state, '', address);
  }

  patrol.stateAsked = () => state.filters.state || 'waiting';

  patrol.filter = function (name, value) {
    if (name) value ? (state.filters[name] = value) : delete state.filters[name];
    else for (const filter of ['kind', 'street', 'min_confidence']) delete state.filters[filter];
    Object.assign(state, { order: [], arrived: [], answer: null, chosen: '', failed: '' });
    writeAddress();
    patrol.draw();
    patrol.read();
  };

  patrol.choose = function (id) {
    state.chosen = id || '';
    writeAddress();
    patrol.draw();
    const at = state.order.indexOf(id), next = state.items.get(state.order[at + 1]);
    if (next && next.picture_url) new Image().src = next.picture_url; // so that the next one is there when it is asked for
    if (id && !state.items.has(id)) patrol.look(id);
  };

  /** The neighbour of the chosen finding, past those that are judged; itself undefined at either end. */
  patrol.neighbour = function (by) {
    const open = patrol.stateAsked() === 'waiting' ? (id) => patrol.isWaiting(state.items.get(id)) : () => true;
    const from = state.order.indexOf(state.chosen);
    for (let at = from + by; at >= 0 && at < state.order.length; at += by) if (open(state.order[at])) return state.order[at];
    return undefined;
  };

  /** What to look at after a verdict: the next below, else the next above, else nothing. */
  patrol.goOn = () => patrol.choose(patrol.neighbour(1) || patrol.neighbour(-1) || state.chosen);

  /** Read one finding anew. @returns {Promise<?Object>} the item; null if it is not seen here */
  patrol.look = async function (id) {
    const { status, body } = await patrol.ask('patrol/findings/' + patrol.pathOf(id));
    if (status === 200) state.items.set(id, body);
    patrol.draw();
    return status === 200 ? body : null;
  };

  /** Show what has arrived, in its order; the chosen one stays chosen. */
  patrol.bringIn = function () {
    if (!state.answer) return;
    const listed = state.answer.items.map((item) => item.event_id).filter((id) => !patrol.outcomeOf(id));
    if (state.chosen && !listed.includes(state.chosen) && state.items.has(state.chosen)) listed.unshift(state.chosen);
    Object.assign(state, { order: listed, arrived: [] });
    if (!patrol.isWaiting(state.items.get(state.chosen)) && patrol.stateAsked() === 'waiting') {
      return patrol.choose(listed.find((id) => patrol.isWaiting(state.items.get(id))) || state.chosen);
    }
    patrol.draw();
  };

  function take(body) {
    const isFirst = !state.answer;
    Object.assign(state, { answer: body, readAt: performance.now(), failed: '' });
    const listed = new Set();
    for (const item of body.items) {
      listed.add(item.event_id);
      state.items.set(item.event_id, item);
    }
    if (isFirst) {
      state.order = body.items.map((item) => item.event_id);
      if (!state.chosen || (!listed.has(state.chosen) && !state.items.has(state.chosen))) {
        if (state.chosen) patrol.look(state.chosen);
        else if (state.order.length) return patrol.choose(state.order[0]);
      }
      return patrol.draw();
    }
    // who is not listed any more was judged elsewhere: its row stays where it is and says so once it is looked at
    for (const id of state.order) {
      const item = state.items.get(id);
      if (item && item.is_waiting && !listed.has(id) && body.total <= body.items.length && patrol.stateAsked() === 'waiting' && !patrol.outcomeOf(id)) patrol.look(id);
    }
    state.arrived = body.items.map((item) => item.event_id).filter((id) => !state.order.includes(id) && !patrol.outcomeOf(id));
    if (state.arrived.length && !state.order.some((id) => patrol.isWaiting(state.items.get(id)))) return patrol.bringIn();
    return patrol.draw();
  }

  patrol.read = async function () {
    if (!patrol.here()) return;
    const mine = ++reading, query = { scope: cockpit.page.root.dataset.scope, limit: LIMIT, ...state.filters };
    const { status, body } = await patrol.ask('patrol/findings', { query });
    if (mine !== reading) return;
    if (status === 200) return take(body);
    state.failed = body.detail || body.title || String(status);
    patrol.draw();
  };

  patrol.readRules = async function () {
    const { status, body } = await patrol.ask('patrol/rules', { query: { scope: cockpit.page.root.dataset.scope } });
    if (status === 200) state.rules = body;
    patrol.draw();
  };

  patrol.draw = function () {
    if (patrol.here()) cockpit.emit('patrol');
  };

  cockpit.on('page', () => {
    names = null;
    if (!patrol.here()) return;
    readAddress();
    patrol.draw();
    patrol.read();
    patrol.readRules();
  });
  cockpit.on('delta', (delta) => {
    if (!patrol.here() || !Object.keys(delta.events || {}).length || soon) return;
    soon = setTimeout(() => ((soon = 0), patrol.read()), SOON_MS);
  });
  setInterval(() => patrol.here() && !document.hidden && patrol.read(), EVERY_MS);
  setInterval(() => patrol.here() && !document.hidden && patrol.readRules(), 6 * EVERY_MS);
})();
