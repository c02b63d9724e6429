/* The address of the page: single parameters of its query, without a step back for each; what others put there stays. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  cockpit.address = {
    /** @returns {?string} null where the address says nothing of it */
    get: (name) => new URLSearchParams(window.location.search).get(name),

    /** Say `name=value`; a value that is the usual one is not worth a word. */
    put(name, value, usual) {
      const said = new URLSearchParams(window.location.search);
      if (value === usual) said.delete(name);
      else said.set(name, value);
      const query = said.toString().replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%7C/g, '|');
      const next = window.location.pathname + (query ? '?' + query : '') + window.location.hash;
      window.history.replaceState(window.history.state, '', next);
    },
  };
})();
