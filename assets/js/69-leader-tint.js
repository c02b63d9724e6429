/* 领导下钻 in wartime: charts take the tokens of the mode, which plotly cannot read; drawn anew or turned back, they follow. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const leader = (cockpit.leader = cockpit.leader || {});
  const TOKENS = ['--accent', '--bg-2', '--tx-3', '--line-1', '--line-3'];
  const drawn = new WeakMap(); // plot → { given: the data that the server drew, mode }

  const token = (element, name) => getComputedStyle(element).getPropertyValue(name).trim();
  /** `98,198,230` of a colour written as #62c6e6 or rgba(98,198,230,.5). */
  function triple(colour) {
    const hex = /^#([0-9a-f]{6})$/i.exec(colour);
    if (hex) return [0, 2, 4].map((at) => parseInt(hex[1].slice(at, at + 2), 16)).join(',');
    return (/^rgba?\(([\d,\s]+?),?\s*[\d.]*\)$/.exec(colour) || ['', colour])[1].replace(/\s/g, '');
  }

  /** Pairs of words, peacetime → the mode's; the document's root never leaves peacetime. */
  function pairs(root) {
    const told = [];
    for (const name of TOKENS) {
      const from = token(document.documentElement, name), to = token(root, name);
      if (from === to) continue;
      told.push([from, to], [triple(from), triple(to)]);
    }
    return told;
  }

  /** The same value with the mode's colours; numbers and lists of them stay what they are. */
  function tinted(value, told) {
    if (typeof value === 'string') return told.reduce((text, [from, to]) => text.split(from).join(to), value);
    if (ArrayBuffer.isView(value) || value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((one) => tinted(one, told));
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, tinted(one, told)]));
  }

  function tint(plot) {
    const root = document.getElementById('leader'), before = drawn.get(plot);
    if (!root || !window.Plotly || !plot.data || !plot.layout) return;
    const mode = root.dataset.mode || 'peace';
    const given = before && before.shown === plot.data ? before.given : { data: plot.data, layout: plot.layout };
    const now = { given, mode, shown: plot.data };
    if (before && before.mode === mode && before.shown === plot.data) return;
    if (mode === 'peace' && given.data === plot.data) return void drawn.set(plot, now);
    const told = mode === 'peace' ? [] : pairs(root);
    const data = tinted(given.data, told), layout = tinted(given.layout, told);
    drawn.set(plot, { ...now, shown: data });
    window.Plotly.react(plot, data, layout);
  }

  const heard = new WeakSet();
  /** Every chart of the page in the colours of its mode. */
  leader.tint = function () {
    for (const plot of document.querySelectorAll('#leader .js-plotly-plot')) {
      if (!plot.on) continue;
      if (!heard.has(plot)) {
        heard.add(plot);
        plot.on('plotly_afterplot', () => tint(plot));
      }
      tint(plot);
    }
  };
})();
