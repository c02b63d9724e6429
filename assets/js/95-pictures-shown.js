/* 图中所见: what a page shows and what it still waits for; whoever takes a picture of it asks `cockpit.shown()`. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const byId = (id) => document.getElementById(id);
  const all = (css) => [...document.querySelectorAll(css)];
  const seen = (element) => Boolean(element && element.getClientRects().length);
  /** A key of `picture.note` with what fills it; whoever draws the strip says it in its language. */
  const note = (key, names) => ({ key, names: names || '' });

  /** A tile that failed is told, one that is on its way is waited for. */
  const tilesAway = () => all('img.leaflet-tile').some((tile) => !tile.complete);
  const tilesFailed = () => all('img.leaflet-tile').some((tile) => tile.complete && !tile.naturalWidth);

  function feeds() {
    const states = Object.values(cockpit.feedStates ? cockpit.feedStates() : {}).filter((feed) => !feed.unknown);
    const named = (trust) => states.filter((feed) => feed.trust === trust).map((feed) => feed.title).join(' · ');
    return [['lost', named('dead')], ['stale', named('late')]].filter(([, names]) => names).map(([key, names]) => note(key, names));
  }

  function stage(page) {
    const past = Boolean(page.as_of), state = past ? 'history' : cockpit.link().state;
    const drawsMap = Boolean(document.querySelector('.map-ground'));
    const map = cockpit.map && cockpit.map.leaflet;
    let lacks = '';
    if (drawsMap && (!map || cockpit.stats().draw_ms.p50 === null)) lacks = 'map';
    else if (state !== 'live' && state !== 'history' && !cockpit.asOf()) lacks = 'link';
    else if (!past && !cockpit.asOf()) lacks = 'figures';
    else if (all('.panel .row.waiting').some(seen)) lacks = 'panels';
    else if (page.name === 'iot' && document.querySelector('#iot-domains > .waiting, #iot-device-list > [role=status], #iot-group-list > [role=status]')) lacks = 'devices';
    else if (tilesAway()) lacks = 'tiles';
    const notes = past ? [] : feeds();
    const counts = all('#legend [data-count]');
    if (counts.length && counts.every((count) => count.textContent.trim() === cockpit.text('value.none'))) notes.push(note('empty'));
    if (state !== 'live' && state !== 'history') notes.unshift(note('link'));
    return { lacks, notes, as_of_ms: past ? Date.parse(page.as_of) : Math.round(cockpit.asOf() || 0) };
  }

  function leader() {
    const frame = byId('leader-frame'), asOf = byId('leader-asof');
    const graphs = all('#leader .js-plotly-plot, #leader .dash-graph').filter(seen);
    let lacks = '';
    if (!frame || !asOf) lacks = 'figures';
    else if (frame.classList.contains('loading')) lacks = 'figures';
    else if (graphs.some((graph) => !graph.querySelector('.main-svg'))) lacks = 'charts';
    const notes = all('#leader .ld-note').filter(seen).map((line) => note('', line.textContent.trim()));
    if (asOf && asOf.dataset.trust !== 'fresh') notes.unshift(note('late'));
    return { lacks, notes, as_of_ms: asOf ? Number(asOf.dataset.asOfMs) : 0 };
  }

  function thematic() {
    const state = byId('th-map').dataset.state, said = byId('th-said').textContent.trim();
    const query = new URLSearchParams(location.search), coloured = (query.get('view') || 'choropleth') === 'choropleth';
    return {
      lacks: state === 'loading' ? 'map' : '', notes: said && state !== 'ready' ? [note('', said)] : [], as_of_ms: Number(byId('thematic').dataset.asOfMs || 0),
      more: coloured ? [query.get('indicator') || 'reported_today'] : [],
    };
  }

  /** @returns {{lacks: string, problem: string, as_of_ms: number, indicators: string[], notes: {key: string, names: string}[]}} */
  cockpit.shown = function () {
    const problem = byId('problem');
    if (problem) return { problem: [...problem.querySelectorAll('h1, .detail')].map((one) => one.textContent).join(': ') };
    const told = byId('leader') ? leader() : byId('thematic') ? thematic() : cockpit.page ? stage(cockpit.page) : null;
    if (!told) return { lacks: 'page' };
    if (document.fonts.status !== 'loaded') told.lacks = told.lacks || 'fonts';
    if (tilesFailed()) told.notes.push(note('tiles'));
    const named = all('[data-indicator]').filter(seen).map((one) => one.dataset.indicator);
    return { lacks: told.lacks, as_of_ms: told.as_of_ms, notes: told.notes, indicators: [...new Set([...(told.more || []), ...named])] };
  };
})();
