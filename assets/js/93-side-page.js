/* 单页: what pages that scripts fill share: words, elements and questions to the API. Everything drawn is text, never HTML. */
(function () {
  'use strict';

  const side = (window.cockpitSide = window.cockpitSide || {});

  /** A text of a page's own words with its values filled in; the key itself where there is no such text. */
  side.filled = (words, key, values) => window.cockpit.filled(words[key] || key, values);

  /** An element. `onNAME` listens, true sets an attribute without value, false and nothing leave it away. */
  side.h = function (type, props, ...children) {
    const made = document.createElement(type);
    for (const [name, value] of Object.entries(props || {})) {
      if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
      else if (value === true) made.setAttribute(name, '');
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return made;
  };

  /**
   * Ask the API as this page's session.
   * @param {{method, query, headers, body, csrf, silence}} how `silence`: what is said when nobody answers
   * @returns {Promise<{status: number, body: Object}>} status 0: no answer
   */
  side.ask = async function (path, how) {
    const headers = { 'X-CSRF-Token': how.csrf, ...(how.headers || {}) }, query = new URLSearchParams(how.query || {}).toString();
    if (how.body) headers['Content-Type'] = 'application/json';
    try {
      const answer = await fetch('/api/v1/' + path + (query && '?' + query), {
        method: how.method || 'GET', credentials: 'same-origin', cache: 'no-store', headers, body: how.body ? JSON.stringify(how.body) : undefined,
      });
      return { status: answer.status, body: await answer.json().catch(() => ({})) };
    } catch (error) {
      return { status: 0, body: { detail: how.silence } };
    }
  };
})();
