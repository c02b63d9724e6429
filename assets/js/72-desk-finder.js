/* What narrows the queue, as one sees it: chips with their counts, the search, and the facets behind the filter button. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h } = desk;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const TYPING_MS = 180, MOST_VALUES = 12;
  let input = null, typing = null, open = false;

  /** Dash has no plain input: this one belongs to us alone, so that no redrawing takes the letters away. */
  function makeSearch() {
    const place = byId('queue-search-place');
    if (!place || place.firstChild) return;
    input = document.createElement('input');
    Object.assign(input, { id: 'queue-search', type: 'search', autocomplete: 'off', spellcheck: false, maxLength: 200 });
    input.placeholder = text('queue.search');
    input.setAttribute('aria-label', text('keys.search'));
    input.addEventListener('input', () => {
      clearTimeout(typing);
      typing = setTimeout(() => desk.setFilter({ q: input.value.trim() }, false), TYPING_MS);
    });
    input.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' && event.key !== 'Enter') return;
      event.stopPropagation();
      if (event.key === 'Escape' && input.value) {
        input.value = '';
        desk.setFilter({ q: '' }, false);
      } else byId('queue-list').focus();
    });
    place.appendChild(input);
  }
  desk.search = () => {
    if (input) input.select();
  };

  const shown = (n) => n.toLocaleString('en-US');

  /** @param {Object<string, number>} counts what the tally has */
  desk.showCounts = function (counts) {
    for (const element of document.querySelectorAll('[data-chip-count]')) {
      cockpit.write(element, counts ? shown(counts[element.dataset.chipCount]) : text('value.none'));
    }
  };

  function showFilter() {
    for (const chip of document.querySelectorAll('[data-chip]')) {
      chip.setAttribute('aria-pressed', chip.dataset.chip === desk.filter.show ? 'true' : 'false');
    }
    const on = desk.facetsOn();
    cockpit.write(byId('queue-filter-words'), text(on ? 'queue.filtered' : 'queue.filter', { n: on }));
    byId('queue-filter').dataset.on = on ? 'true' : 'false';
    if (input && document.activeElement !== input) input.value = desk.filter.q;
    if (open) drawFacets();
  }

  const WORDS = {
    colour: (value) => text(value === 'alarm' ? 'queue.alarm' : 'colour.' + value),
    stage: (value) => text('stage.' + value),
    level: (value) => text('level.' + value),
    phase: (value) => text('phase.' + value),
    source: desk.sourceOf,
    category: (value) => desk.className(value === 'none' ? '' : value),
  };
  const FIRST = { colour: desk.COLOURS, stage: ['registered', 'accepted', 'assigned', 'handling', 'fed_back'], level: ['city', 'county', 'street', 'community'], phase: ['to_assign', 'handling', 'to_verify'] };

  /** Values that there are, most first (stages and colours in their own order), and those that are chosen. */
  function valuesOf(name, counts) {
    const chosen = desk.filter[name], first = FIRST[name] || [];
    const values = [...new Set([...counts.keys(), ...chosen])];
    const rank = (value) => (first.includes(value) ? first.indexOf(value) : first.length);
    values.sort((a, b) => rank(a) - rank(b) || (counts.get(b) || 0) - (counts.get(a) || 0) || (a < b ? -1 : 1));
    return values.filter((value, i) => i < MOST_VALUES || chosen.has(value));
  }

  const toggle = (props, words, n) =>
    h('Button', { type: 'button', className: 'facet', ...props }, h('Span', {}, words), n === null ? null : h('B', {}, shown(n)));

  function drawFacets() {
    const found = desk.facetCounts(cockpit.now());
    const groups = desk.FACETS.map((name) => h('Div', { className: 'facet-group', role: 'group', 'aria-label': text('queue.by_' + name) },
      h('H3', {}, text('queue.by_' + name)),
      h('Div', { className: 'facet-values' }, ...valuesOf(name, found[name]).map((value) => toggle(
        { 'data-facet': name, 'data-value': value, 'aria-pressed': desk.filter[name].has(value) ? 'true' : 'false' },
        WORDS[name](value), found[name].get(value) || 0)))));
    cockpit.patch(byId('queue-facets'), [
      ...groups,
      h('Div', { className: 'facet-foot' },
        toggle({ 'data-facet': 'mine', 'aria-pressed': desk.filter.mine ? 'true' : 'false' }, text('queue.mine'), null),
        h('Button', { type: 'button', className: 'facet-clear', 'data-action': 'filter-clear', disabled: desk.facetsOn() === 0 }, text('queue.clear'))),
    ]);
  }

  function setOpen(now) {
    if (open === now || !byId('queue-facets')) return;
    open = now;
    byId('queue-facets').hidden = !open;
    byId('queue-filter').setAttribute('aria-expanded', open ? 'true' : 'false');
    if (open) drawFacets();
  }
  desk.closeFacets = () => {
    const was = open;
    setOpen(false);
    if (was) byId('queue-filter').focus();
    return was;
  };

  function choose(button) {
    const { facet, value } = button.dataset;
    if (facet === 'mine') return desk.setFilter({ mine: !desk.filter.mine });
    const values = new Set(desk.filter[facet]);
    if (!values.delete(value)) values.add(value);
    desk.setFilter({ [facet]: values });
  }

  document.addEventListener('click', (event) => {
    if (!desk.here() || !event.target.closest) return;
    const chip = event.target.closest('[data-chip]'), facet = event.target.closest('[data-facet]');
    const action = event.target.closest('[data-action]');
    if (chip) desk.setFilter({ show: chip.dataset.chip });
    else if (facet) choose(facet);
    else if (action && action.dataset.action === 'filter') setOpen(!open);
    else if (action && action.dataset.action === 'filter-clear') desk.clearFilter();
    else if (!event.target.closest('#queue-facets')) setOpen(false);
  });

  let seconds = 0;
  cockpit.on('tick', () => open && ++seconds % 2 === 0 && drawFacets());
  cockpit.on('page', () => desk.here() && makeSearch());
  cockpit.on('desk-filter', () => {
    makeSearch();
    showFilter();
  });
})();
