/* Filters of the queue: chips, search and facets, kept in the address so that a link or the back button shows the same. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const C = desk.COLUMN, RANK = desk.RANK;

  /** Address parameters of the facets; each holds several values, separated by commas. */
  const FACETS = (desk.FACETS = ['colour', 'stage', 'level', 'phase', 'source', 'category']);
  const OWN = ['show', 'q', 'mine', 'event', ...FACETS];
  const SHOWS = new Set(['red', 'alarm', 'new', 'all']);
  const COLOURS = ['overtime', 'alarm', 'at_risk', 'blue', 'paused'];
  desk.COLOURS = COLOURS;

  const blank = () => ({ show: 'all', q: '', mine: false, ...Object.fromEntries(FACETS.map((name) => [name, new Set()])) });
  const filter = (desk.filter = blank());

  function read() {
    const asked = new URLSearchParams(window.location.search);
    const show = asked.get('show');
    filter.show = SHOWS.has(show) ? show : 'all';
    filter.q = (asked.get('q') || '').slice(0, 200);
    filter.mine = asked.get('mine') === '1';
    for (const name of FACETS) filter[name] = new Set((asked.get(name) || '').split(',').filter(Boolean));
    return asked.get('event') || null;
  }

  /** The address with the filters and the chosen event in it; what others put there stays. */
  function address() {
    const said = new URLSearchParams(window.location.search);
    for (const name of OWN) said.delete(name);
    if (filter.show !== 'all') said.set('show', filter.show);
    if (filter.q) said.set('q', filter.q);
    if (filter.mine) said.set('mine', '1');
    for (const name of FACETS) if (filter[name].size) said.set(name, [...filter[name]].sort().join(','));
    if (desk.chosen) said.set('event', desk.chosen);
    const query = said.toString().replace(/%3A/g, ':').replace(/%2C/g, ',');
    return window.location.pathname + (query ? '?' + query : '') + window.location.hash;
  }

  /** @param {boolean} step whether the back button shall come back to how it was before */
  desk.remember = function (step) {
    const next = address();
    if (next === window.location.pathname + window.location.search + window.location.hash) return;
    window.history[step ? 'pushState' : 'replaceState'](window.history.state, '', next);
  };

  /** A code covers what begins with it, a text must be the same. */
  const inClass = (classes, category) => classes.has(desk.classOf(category) || 'none');

  function says(id, row, q) {
    if (desk.isAlarm(id)) return (row[4] + ' ' + row[2] + ' ' + id).toLowerCase().includes(q);
    if (row[C.title].toLowerCase().includes(q) || id.toLowerCase().includes(q)) return true;
    if (row[C.unit] && row[C.unit].toLowerCase().includes(q)) return true;
    return desk.placeOf(row[C.code], 9).toLowerCase().includes(q) || desk.placeOf(row[C.code]).toLowerCase().includes(q);
  }

  const facetsOn = () => FACETS.reduce((n, name) => n + filter[name].size, 0) + (filter.mine ? 1 : 0);
  desk.facetsOn = facetsOn;

  /** What an open event waits for, by its stage: `stage.phase_of` for what is in the queue. */
  const WAITS = { fed_back: 'to_verify', ...Object.fromEntries(['registered', 'accepted', 'returned', 'escalated', 'reopened'].map((stage) => [stage, 'to_assign'])) };
  const phaseOf = (stage) => WAITS[stage] || 'handling';

  /** What each facet asks of a row; an alarm has a colour and a source only. */
  const ASKS = {
    colour: (id, row, rank) => filter.colour.has(COLOURS[rank]),
    stage: (id, row, rank) => rank !== RANK.alarm && filter.stage.has(row[C.stage]),
    level: (id, row, rank) => rank !== RANK.alarm && filter.level.has(row[C.level]),
    phase: (id, row, rank) => rank !== RANK.alarm && filter.phase.has(phaseOf(row[C.stage])),
    source: (id, row, rank) => filter.source.has(rank === RANK.alarm ? 'iot' : row[C.source]),
    category: (id, row, rank) => rank !== RANK.alarm && inClass(filter.category, row[C.category]),
  };

  /** Search and 我接手的: what is asked beside chips and facets. */
  function asked() {
    const q = filter.q.trim().toLowerCase(), mine = filter.mine, now = cockpit.now();
    if (!q && !mine) return null;
    return (id, row, rank) => (!mine || (rank !== RANK.alarm && desk.isMine(desk.claimOf(row, now)))) && (!q || says(id, row, q));
  }

  /** The test of everything but the chips, so that a chip can tell how many it would show. */
  desk.passing = function () {
    const tests = FACETS.filter((name) => filter[name].size).map((name) => ASKS[name]);
    const also = asked();
    if (also) tests.push(also);
    if (!tests.length) return () => true;
    return (id, row, rank) => tests.every((test) => test(id, row, rank));
  };

  /** Whether a chip shows a row. */
  desk.shows = {
    all: () => true,
    red: (id, row, rank) => rank === RANK.over || rank === RANK.risk,
    alarm: (id, row, rank) => rank === RANK.alarm,
    new: (id, row, rank) => rank !== RANK.alarm && row[C.stage] === 'registered',
  };

  const VALUE = {
    colour: (id, row, rank) => COLOURS[rank],
    stage: (id, row) => row[C.stage],
    level: (id, row) => row[C.level],
    phase: (id, row) => phaseOf(row[C.stage]),
    source: (id, row) => row[C.source],
    category: (id, row) => desk.classOf(row[C.category]) || 'none',
  };

  /** For each facet: value → how many rows it would show with the other facets as they are. One look at each row: it
      counts everywhere if it passes, and in the one facet that alone keeps it out. */
  desk.facetCounts = function (now) {
    const counts = FACETS.map(() => new Map()), on = FACETS.map((name) => (filter[name].size ? ASKS[name] : null));
    const shows = desk.shows[filter.show], also = asked();
    for (const [id, row] of cockpit.situation.events) {
      const rank = desk.rankOf(row, now);
      if (rank === RANK.gone || !shows(id, row, rank)) continue;
      let fails = 0, failed = -1;
      on.forEach((test, i) => {
        if (test && !test(id, row, rank)) [fails, failed] = [fails + 1, i];
      });
      if (fails > 1 || (also && !also(id, row, rank))) continue;
      FACETS.forEach((name, i) => {
        if (fails && failed !== i) return;
        const value = VALUE[name](id, row, rank);
        counts[i].set(value, (counts[i].get(value) || 0) + 1);
      });
    }
    return Object.fromEntries(FACETS.map((name, i) => [name, counts[i]]));
  };

  /** Change the filters: `{show: 'red'}`, `{stage: Set}` …; typing replaces the address, a click adds a step. */
  desk.setFilter = function (change, step) {
    Object.assign(filter, change);
    desk.remember(step !== false);
    cockpit.emit('desk-filter', filter);
  };
  desk.clearFilter = () => desk.setFilter({ ...blank(), show: filter.show });

  // a number of the legend narrows this queue to what it counts: no other page, and the back button undoes it
  document.addEventListener('click', (event) => {
    const link = desk.here() && event.target.closest && event.target.closest('a.opens[href^="/duty?"]');
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const to = new URL(link.href).searchParams, facets = FACETS.map((name) => [name, new Set((to.get(name) || '').split(',').filter(Boolean))]);
    desk.setFilter({ ...blank(), show: SHOWS.has(to.get('show')) ? to.get('show') : 'all', ...Object.fromEntries(facets) });
  });

  function restore() {
    const event = read();
    cockpit.emit('desk-filter', filter);
    cockpit.emit('desk-address', { event });
  }
  // Dash would draw the whole page anew for another `?…` of the same path: these steps are ours alone
  let path = null;
  window.addEventListener('popstate', (event) => {
    if (!desk.here() || window.location.pathname !== path) return;
    event.stopImmediatePropagation();
    restore();
  }, true);
  cockpit.on('page', () => {
    if (!desk.here()) return;
    path = window.location.pathname;
    restore();
  });
})();
