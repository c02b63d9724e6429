/* The page's own bus: scripts talk through names, never through each other's insides. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const handlers = new Map();

  /**
   * Call `fn(data)` whenever `name` is emitted.
   * @param {string} name
   * @param {function(*): void} fn
   * @returns {function(): void} stops it
   */
  cockpit.on = function (name, fn) {
    if (!handlers.has(name)) handlers.set(name, new Set());
    handlers.get(name).add(fn);
    return () => handlers.get(name).delete(fn);
  };

  /**
   * Tell everybody who listens to `name`. One that fails does not keep the news from the others.
   * @param {string} name
   * @param {*} data
   * @returns {boolean} false if a handler failed
   */
  cockpit.emit = function (name, data) {
    let good = true;
    for (const fn of handlers.get(name) || []) {
      try {
        fn(data);
      } catch (error) {
        good = false;
        console.error('cockpit.on(' + name + ')', error);
      }
    }
    return good;
  };

  /** The catalogue in the page's language, filled from `#stage[data-texts]`; anybody may add to it. */
  cockpit.texts = cockpit.texts || {};
  cockpit.lang = document.documentElement.lang || 'zh-CN';

  /** A text with its `{name}`s filled in. */
  cockpit.filled = (text, values) => (values ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole)) : text);

  /**
   * A text of the catalogue with its `{name}`s filled in; the key itself where the catalogue has none.
   * @param {string} key
   * @param {Object<string, *>=} values
   * @returns {string}
   */
  cockpit.text = function (key, values) {
    const text = cockpit.texts[key];
    return text === undefined ? key : cockpit.filled(text, values);
  };

  /** What page this is, from `#stage`; null until Dash has drawn it. */
  cockpit.page = null;

  function read(root) {
    const data = root.dataset;
    if (data.texts) Object.assign(cockpit.texts, JSON.parse(data.texts));
    if (data.lang) cockpit.lang = data.lang;
    return {
      name: data.page || '',
      scope: data.scope || '',
      lang: cockpit.lang,
      stage: data.stage || '',
      as_of: data.asOf || null,
      panels: data.panels !== 'false',
      root,
    };
  }

  // Dash draws the page after the scripts ran, and draws another one when somebody goes there
  function look() {
    const root = document.getElementById('stage');
    if (!root || (cockpit.page && cockpit.page.root === root)) return;
    cockpit.page = read(root);
    cockpit.emit('page', cockpit.page);
  }

  function watch() {
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    look();
  }

  // a task later, so that every script has had its say before the first `page`
  if (document.body) setTimeout(watch);
  else document.addEventListener('DOMContentLoaded', () => setTimeout(watch));
})();
