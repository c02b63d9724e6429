/* 就近力量: asks who is near, again every ten seconds while somebody looks, and keeps the old answer where a new one fails. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { dispatch } = desk;
  const text = (key, values) => cockpit.text(key, values);

  const EVERY_S = 10, SOON_MS = 150, PATIENCE_MS = 10000, MOST = 40, ALL = 1000;
  /** Groups of kinds: what a chip asks for. `all` are those that can be ordered somewhere. */
  const KINDS = (desk.NEAR_KINDS = {
    all: ['gridworker', 'vehicle', 'drone', 'police', 'fire_station', 'hospital', 'clinic', 'rescue_team', 'repair_team', 'volunteer', 'party_organisation'],
    gridworker: ['gridworker'],
    vehicle: ['vehicle', 'drone'],
    police: ['police'],
    fire_station: ['fire_station'],
    hospital: ['hospital', 'clinic'],
    teams: ['repair_team', 'rescue_team'],
    volunteer: ['volunteer', 'party_organisation'],
    places: ['shelter', 'hydrant', 'aed', 'camera', 'depot'],
  });

  /** `state`: idle, loading, ready, failed, noplace. `at`: when the server looked, in its ms. `total`: how many fit, of whom
   *  `items` are the first; `all`: somebody asked for the rest. */
  const near = (desk.near = { state: 'idle', items: [], leftOut: [], total: 0, all: false, at: 0, reason: '', group: 'all', skill: '', showLeft: false, busy: false });
  let turn = 0, timer = null, asked = '', seconds = 0;

  desk.metresOf = (m) => (m === null || m === undefined ? '?' : text(m < 1000 ? 'map.scale_m' : 'map.scale_km', { n: m < 1000 ? Math.round(m) : Number((m / 1000).toFixed(1)) }));
  desk.etaOf = (item) => (item.eta_s === null || item.eta_s === undefined ? '?' : text('age.minutes', { n: Math.max(1, Math.ceil(item.eta_s / 60)) }));

  const PERSONAL = new Set(['gridworker', 'volunteer']);
  /** `网格员 沈**`: people are masked, stations and vehicles are not. */
  desk.nameOf = (item) => (PERSONAL.has(item.kind) ? desk.masked(item.name) : item.name) || item.id;
  desk.kindOf = (kind) => cockpit.texts['resource_kind.' + kind] || kind;
  desk.skillOf = (skill) => cockpit.texts['skill.' + skill] || skill;

  const tell = () => cockpit.emit('near', near);

  /**
   * Who reads the list keeps it as it lies: known ones stay where they are, new ones come at its end, and whoever is not a
   * candidate any more stays in place with what is known of them now, so that no hand meets somebody else there.
   */
  function inOrder(items, leftOut) {
    if (!desk.readsNear || !desk.readsNear()) return items;
    const now = new Map(items.map((item) => [item.id, item])), out = new Map(leftOut.map((item) => [item.id, item]));
    const kept = near.items.map((item) => now.get(item.id) || { ...item, status: 'busy', ...out.get(item.id), gone: true });
    const known = new Set(kept.map((item) => item.id));
    return [...kept, ...items.filter((item) => !known.has(item.id))];
  }

  function sorted(body) {
    const items = inOrder(body.items || [], body.left_out || []), shown = new Set(items.map((item) => item.id));
    return { items, leftOut: (body.left_out || []).filter((item) => !shown.has(item.id)) };
  }

  async function ask(key) {
    const mine = ++turn, stop = new AbortController(), late = setTimeout(() => stop.abort(), PATIENCE_MS);
    near.busy = true;
    const { status, body } = await desk.ask('nearby?' + key, { signal: stop.signal });
    clearTimeout(late);
    if (mine !== turn || !dispatch.open) return;
    near.busy = false;
    if (status === 200) {
      const { ticked } = dispatch.draft();
      Object.assign(near, { state: 'ready', ...sorted(body), total: body.total || 0, at: Date.parse(body.as_of) || cockpit.now(), reason: '' });
      // whoever is ticked is known as they are now
      for (const item of [...near.items, ...near.leftOut]) if (ticked.has(item.id)) ticked.set(item.id, item);
    } else Object.assign(near, { state: near.items.length || near.leftOut.length ? 'ready' : 'failed', reason: body.detail || String(status) });
    tell();
  }

  function keyNow() {
    const query = dispatch.query();
    query.set('kinds', KINDS[near.group].join(','));
    if (near.skill) query.set('skills', near.skill);
    query.set('sort', 'eta');
    query.set('limit', near.all ? Math.min(ALL, Math.max(MOST, near.total)) : MOST);
    query.set('left_out', '1');
    return query.toString();
  }

  /** Look again; another question than the last forgets its answer first. */
  function look() {
    clearTimeout(timer);
    if (!dispatch.open) {
      turn++;
      asked = '';
      Object.assign(near, { state: 'idle', items: [], leftOut: [], reason: '' });
      return tell();
    }
    if (!dispatch.centre()) {
      asked = '';
      Object.assign(near, { state: 'noplace', items: [], leftOut: [], reason: '' });
      return tell();
    }
    const question = keyNow().replace(/&limit=\d+/, ''); // the rest of a list is no other question
    if (question !== asked) {
      asked = question;
      Object.assign(near, { state: 'loading', items: [], leftOut: [], total: 0, all: false, reason: '' });
      tell();
    }
    seconds = 0;
    const key = keyNow();
    timer = setTimeout(() => ask(key), near.state === 'loading' ? SOON_MS : 0);
  }
  desk.lookNear = look;

  desk.setNear = function (change) {
    Object.assign(near, change);
    if ('group' in change || 'skill' in change || 'all' in change) look();
    else tell();
  };

  /** Tick or untick somebody as a recipient. */
  desk.tick = function (id) {
    const draft = dispatch.draft(), item = [...near.items, ...near.leftOut].find((one) => one.id === id);
    if (!draft.ticked.delete(id) && item) draft.ticked.set(id, item);
    draft.asking = null;
    draft.despite = new Set();
    cockpit.emit('ticked', draft);
  };

  cockpit.on('dispatch', look);
  cockpit.on('orders-sent', () => setTimeout(look, 400)); // who was ordered is busy now
  cockpit.on('snapshot', () => desk.here() && dispatch.open && look()); // only now it is known where the event is
  cockpit.on('tick', () => {
    if (!desk.here() || !dispatch.open || document.hidden) return;
    if (++seconds >= EVERY_S && near.state !== 'noplace') look();
  });
})();
