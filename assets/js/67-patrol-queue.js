/* 智能巡查: the queue at the left with its filters; judged rows stay where they were until new ones are brought in. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const patrol = (cockpit.patrol = cockpit.patrol || {});
  const { h, state } = patrol;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const STATES = ['waiting', 'confirmed', 'rejected', 'rule'];
  const LEAST = ['0.8', '0.9', '0.95'];

  function chips() {
    const counts = (state.answer && state.answer.states) || {};
    cockpit.patch(byId('patrol-states'), STATES.map((name) => {
      const on = patrol.stateAsked() === name;
      return h('Button', { type: 'button', className: 'chip' + (on ? ' on' : ''), 'data-state-asked': name, 'aria-pressed': on ? 'true' : 'false' },
        text('patrol.state_' + name), h('B', {}, counts[name] === undefined ? '' : String(counts[name])));
    }));
  }

  /** A select whose options are data; what is chosen is its property, which a drawn attribute would not change. */
  function choice(id, name, label, options) {
    const box = byId('patrol-' + id), now = state.filters[name] || '';
    const listed = options.some(([value]) => value === now) ? options : [...options, [now, now]];
    cockpit.patch(box, [h('Select', { 'data-filter': name, 'aria-label': label }, listed.map(([value, words]) => h('Option', { value }, words)))]);
    const select = box.firstElementChild;
    if (document.activeElement !== select) select.value = now;
  }

  function filters() {
    const { kinds = [], streets = {} } = state.answer || {};
    choice('kind', 'kind', text('patrol.any_kind'), [['', text('patrol.any_kind')], ...kinds.map((k) => [k.kind, text('patrol.of_kind', { title: patrol.kindOf(k), n: k.findings })])]);
    choice('street', 'street', text('patrol.any_street'), [['', text('patrol.any_street')], ...Object.entries(streets).map(([code, n]) => [code, text('patrol.of_kind', { title: patrol.nameOf(code) || code, n })])]);
    choice('least', 'min_confidence', text('patrol.any_confidence'), [['', text('patrol.any_confidence')], ...LEAST.map((n) => [n, text('patrol.least', { n: patrol.perCent(Number(n)) })])]);
    choice('order', 'order', text('patrol.order_confidence'), [['', text('patrol.order_confidence')], ['newest', text('patrol.order_newest')]]);
  }

  /** What stands at the right of a row: the verdict, or how long ago it was found. */
  function said(item) {
    const outcome = patrol.outcomeOf(item.event_id);
    if (outcome) return h('Span', { className: 'said ' + outcome.state + ' ' + outcome.verdict }, text(outcome.state === 'held' || outcome.state === 'sent' ? 'patrol.held_' + outcome.name : 'patrol.state_' + outcome.verdict));
    if (item.verdict) return h('Span', { className: 'said ' + item.verdict.verdict }, text(item.verdict.by_rule ? (item.verdict.verdict === 'rejected' ? 'patrol.taken_back' : 'patrol.by_rule') : 'patrol.state_' + item.verdict.verdict));
    return h('Span', { className: 'at' }, cockpit.ageOf((cockpit.now() - Date.parse(item.found_at)) / 1000));
  }

  function row(id) {
    const item = state.items.get(id), isChosen = id === state.chosen, n = patrol.perCent(item.confidence);
    const isOver = !patrol.isWaiting(item) && patrol.stateAsked() === 'waiting';
    return h('Div', {
      className: 'patrol-row' + (isChosen ? ' chosen' : '') + (isOver ? ' passed' : ''), role: 'option', 'data-finding': id, 'aria-selected': isChosen ? 'true' : 'false',
      'aria-label': text('patrol.row', { title: item.title, where: patrol.placeOf(item), n }),
    },
      h('Span', { className: 'sure' }, h('B', {}, String(n)), h('Small', {}, '%'), h('I', { style: { width: n + '%' } })),
      h('Span', { className: 'what' }, h('B', cockpit.DATA, item.title), h('Small', cockpit.DATA, patrol.placeOf(item))), said(item));
  }

  function list() {
    const box = byId('patrol-list');
    box.setAttribute('role', 'group'); // a list of choices only when there are some
    const wait = (words, ...more) => cockpit.patch(box, [h('Div', { className: 'patrol-empty' }, h('P', {}, words), ...more)]);
    box.dataset.state = state.answer ? 'ready' : state.failed ? 'failed' : 'loading';
    const again = h('Button', { type: 'button', className: 'btn', 'data-action': 'patrol-retry' }, text('patrol.retry'));
    if (!state.answer && state.failed) return wait(text('patrol.failed', { reason: state.failed }), again);
    if (!state.answer) return wait(text('patrol.loading'));
    const isFiltered = Boolean(state.filters.kind || state.filters.street || state.filters.min_confidence);
    const shown = state.order.filter((id) => state.items.has(id));
    if (!shown.length && isFiltered) return wait(text('patrol.empty_filtered'), h('Button', { type: 'button', className: 'btn', 'data-action': 'patrol-clear' }, text('patrol.clear')));
    if (!shown.length) return wait(text(patrol.stateAsked() === 'waiting' ? 'patrol.empty' : 'patrol.empty_' + patrol.stateAsked()));
    const top = box.scrollTop;
    box.setAttribute('role', 'listbox');
    cockpit.patch(box, shown.map(row));
    box.scrollTop = top;
  }

  function news() {
    const words = [];
    if (patrol.isStale() || (state.answer && state.failed)) {
      words.push(h('Div', { className: 'stale', role: 'status' }, text('patrol.stale', { time: patrol.timeOf(state.answer.as_of) })));
    }
    if (state.arrived.length) words.push(h('Button', { type: 'button', className: 'arrived', 'data-action': 'patrol-bring-in' }, text('patrol.news', { n: state.arrived.length })));
    cockpit.patch(byId('patrol-news'), words);
  }

  /** Scrolls the list alone: on a phone the page stays where its reader is. */
  function reveal(box, row) {
    const top = row.offsetTop, end = top + row.offsetHeight;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (end > box.scrollTop + box.clientHeight) box.scrollTop = end - box.clientHeight;
  }

  function draw() {
    if (!byId('patrol-list')) return;
    chips();
    filters();
    news();
    list();
    byId('patrol-sub').textContent = state.answer ? text('patrol.count', { n: state.answer.total }) : '';
    const chosen = document.querySelector('#patrol-list .chosen');
    if (chosen && state.shown !== state.chosen) reveal(byId('patrol-list'), chosen);
    state.shown = state.chosen;
  }
  cockpit.on('patrol', draw);
  cockpit.on('tick', () => patrol.here() && state.answer && news());

  document.addEventListener('change', (change) => {
    const select = patrol.here() && change.target.closest && change.target.closest('[data-filter]');
    if (!select) return;
    select.blur(); // the keys are the queue's again
    patrol.filter(select.dataset.filter, select.value);
  });
  document.addEventListener('click', (click) => {
    const target = patrol.here() && click.target.closest ? click.target : null;
    if (!target) return;
    const found = target.closest('#patrol-list [data-finding]'), chip = target.closest('[data-state-asked]');
    if (found) patrol.choose(found.dataset.finding);
    else if (chip) patrol.filter('state', chip.dataset.stateAsked === 'waiting' ? '' : chip.dataset.stateAsked);
    else if (target.closest('[data-action="patrol-clear"]')) patrol.filter('', '');
    else if (target.closest('[data-action="patrol-bring-in"]')) patrol.bringIn();
    else if (target.closest('[data-action="patrol-retry"]')) patrol.read();
  });
})();
