/* 专题图层: what layers there are, which are on and what of them; in the address (`?layers=`) and kept per screen. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  const AGAIN_MS = 60000, SOON_MS = 4000; // counts and versions are asked for anew, sooner while some are still being made
  const MOST_SOON = 30;
  const ONLY = 'only'; // the address says `only=manhole:k:missing|damaged,manhole:s:to_fix`
  const book = (cockpit.thematic = { items: [], on: [], failed: false, loaded: false });
  const only = new Map(); // layer → {kinds: Set, states: Set}: nothing in them is everything
  const wrong = new Map(); // layer → why nothing of it is drawn: 'failed' or ''
  let timer = 0, soon = 0;

  book.find = (name) => book.items.find((layer) => layer.name === name);
  book.isOn = (name) => book.on.includes(name);
  /** The layers that are on, in the order of the catalogue: what stands first there is drawn last, on top. */
  book.shown = () => book.items.filter((layer) => book.isOn(layer.name));

  /** @returns {{kinds: Set<string>, states: Set<string>}} what a layer is narrowed to */
  book.only = (name) => only.get(name) || { kinds: new Set(), states: new Set() };

  /** How a request asks for what the page shows of a layer. */
  book.query = function (name, more) {
    const asked = new URLSearchParams(more), { kinds, states } = book.only(name);
    if (cockpit.page && cockpit.page.scope) asked.set('scope', cockpit.page.scope);
    if (kinds.size) asked.set('kinds', [...kinds].sort().join(','));
    if (states.size) asked.set('states', [...states].sort().join(','));
    asked.set('lang', cockpit.lang);
    return asked.toString();
  };

  /** Two states of a layer with the same key have the same pixels. */
  book.key = (layer) => layer.name + '@' + layer.version + '?' + book.query(layer.name);

  const store = () => 'cockpit.layers.' + cockpit.page.name + '.' + cockpit.page.scope;

  function spell() {
    const parts = [];
    for (const [name, { kinds, states }] of [...only].sort()) {
      if (kinds.size) parts.push(name + ':k:' + [...kinds].sort().join('|'));
      if (states.size) parts.push(name + ':s:' + [...states].sort().join('|'));
    }
    return parts.join(',');
  }

  function understand(said) {
    only.clear();
    for (const part of (said || '').split(',').filter(Boolean)) {
      const [name, what, keys] = part.split(':');
      const chosen = only.get(name) || { kinds: new Set(), states: new Set() };
      for (const key of (keys || '').split('|').filter(Boolean)) (what === 's' ? chosen.states : chosen.kinds).add(key);
      only.set(name, chosen);
    }
  }

  function remember() {
    const kept = { layers: book.on.join(','), only: spell() };
    try {
      window.localStorage.setItem(store(), JSON.stringify(kept));
    } catch (full) {
      // a browser that keeps nothing starts as its address says
    }
    cockpit.address.put('layers', kept.layers, '');
    cockpit.address.put(ONLY, kept.only, '');
  }

  function recall() {
    let kept = {};
    try {
      kept = JSON.parse(window.localStorage.getItem(store()) || '{}');
    } catch (broken) {
      kept = {};
    }
    const asked = cockpit.address.get('layers');
    const said = asked === null ? kept : { layers: asked, only: cockpit.address.get(ONLY) };
    book.on = (said.layers || '').split(',').filter(Boolean);
    understand(said.only);
  }

  const changed = (what) => cockpit.emit('thematic', what);

  /** Turn a layer on or off; what is drawn follows with the next frame. */
  book.turn = function (name, on) {
    if (book.isOn(name) === on) return;
    book.on = on ? [...book.on, name] : book.on.filter((other) => other !== name);
    wrong.delete(name);
    changed({ name, on });
    remember();
  };

  book.clear = function () {
    book.on = [];
    changed({});
    remember();
  };

  /** Narrow a layer to some kinds or states, or let one go again. @param {string} what 'kinds' or 'states' */
  book.narrow = function (name, what, key) {
    const chosen = book.only(name);
    if (!chosen[what].delete(key)) chosen[what].add(key);
    only.set(name, chosen);
    wrong.delete(name);
    changed({ name });
    remember();
  };

  /** Say that a layer's data came or did not; others go on. @param {string} why '' or 'failed' */
  book.tell = function (name, why) {
    if ((wrong.get(name) || '') === why) return;
    wrong.set(name, why);
    cockpit.emit('thematic-state', { name, why });
  };
  book.why = (name) => wrong.get(name) || '';

  function take(told) {
    const before = new Map(book.items.map((layer) => [layer.name, layer.version]));
    const same = JSON.stringify(told.items) === JSON.stringify(book.told);
    book.told = told.items;
    if (same && !book.failed) return;
    book.items = structuredClone(told.items);
    book.failed = false;
    book.loaded = true;
    for (const layer of book.items) if (before.has(layer.name) && before.get(layer.name) !== layer.version) wrong.delete(layer.name);
    changed({ items: true });
  }

  async function ask() {
    clearTimeout(timer);
    const making = book.items.some((layer) => !layer.version) && soon++ < MOST_SOON;
    timer = setTimeout(ask, making || !book.loaded ? SOON_MS : AGAIN_MS);
    if (document.hidden && book.loaded) return;
    try {
      const answer = await fetch('/api/v1/layers?' + book.query(''), { credentials: 'same-origin' });
      if (!answer.ok) throw new Error(String(answer.status));
      take(await answer.json());
    } catch (away) {
      book.failed = true;
      changed({ items: true });
    }
  }
  book.ask = ask;

  cockpit.on('page', (page) => {
    if (!document.getElementById('layer-panel')) return;
    recall();
    ask();
  });
})();
