/* 搜索: one box behind `/` on desk, wall and drill-down. What is typed is asked at once; arrows choose, Enter goes there. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const search = (cockpit.search = cockpit.search || {});
  const h = (type, props, ...children) => ({ type, props: { ...props, children: children.flat().filter((c) => c !== null && c !== undefined) } });

  const TYPING_MS = 90, LIMIT = 6, LEADER_TEXTS = 'searchTexts';
  const state = { open: false, words: '', groups: [], asked: '', failed: '', at: 0, rows: [] };
  let box = null, input = null, list = null, said = null, timer = 0, stop = null, before = null;

  const leader = () => document.getElementById('leader');
  const page = () => (leader() ? 'leader' : cockpit.page ? cockpit.page.name : '');
  /** Where the box works: pages that have a map, or a way to one. */
  search.here = () => ['duty', 'screen', 'wall', 'leader'].includes(page()) && !(cockpit.page && cockpit.page.as_of);
  const isDesk = () => page() === 'duty';

  function texts() {
    const root = leader();
    if (root && root.dataset[LEADER_TEXTS] && !cockpit.texts['search.title']) Object.assign(cockpit.texts, JSON.parse(root.dataset[LEADER_TEXTS]));
  }
  const text = (key, values) => cockpit.text('search.' + key, values);
  const scope = () => (leader() ? new URLSearchParams(window.location.search).get('scope') || '' : cockpit.page.scope);

  function make() {
    box = document.createElement('div');
    Object.assign(box, { id: 'search-box', className: 'search-box', hidden: true });
    box.setAttribute('role', 'dialog');
    box.setAttribute('aria-modal', 'true');
    box.setAttribute('aria-label', text('title'));
    input = document.createElement('input');
    Object.assign(input, { id: 'search-words', type: 'search', autocomplete: 'off', spellcheck: false, maxLength: 100, placeholder: text('hint') });
    for (const [name, value] of [['role', 'combobox'], ['aria-expanded', 'true'], ['aria-controls', 'search-results'], ['aria-label', text('title')]]) input.setAttribute(name, value);
    list = document.createElement('div');
    Object.assign(list, { id: 'search-results', className: 'search-results' });
    list.setAttribute('role', 'listbox');
    said = document.createElement('p');
    said.className = 'search-said';
    said.setAttribute('role', 'status');
    const frame = document.createElement('div'), foot = document.createElement('p');
    frame.className = 'search-frame';
    foot.className = 'search-foot';
    foot.textContent = text('how');
    frame.append(input, list, said, foot);
    box.append(frame);
    document.body.appendChild(box);
    input.addEventListener('input', typed);
    input.addEventListener('keydown', pressed);
    box.addEventListener('mousedown', (event) => {
      const row = event.target.closest('[data-row]');
      if (row) event.preventDefault(); // the letters keep the focus
      if (event.target === box) search.close();
    });
    box.addEventListener('click', (event) => {
      const row = event.target.closest('[data-row]');
      if (row) go(Number(row.dataset.row));
    });
  }

  search.open = function () {
    if (!search.here()) return;
    texts();
    if (!box) make();
    box.dataset.page = page();
    box.dataset.mode = document.getElementById('stage') ? document.getElementById('stage').dataset.mode : 'peace';
    before = document.activeElement;
    Object.assign(state, { open: true, failed: '' });
    box.hidden = false;
    input.focus();
    input.select();
    draw();
  };

  search.close = function () {
    if (!state.open) return false;
    state.open = false;
    box.hidden = true;
    if (stop) stop.abort();
    clearTimeout(timer);
    const back = (isDesk() && document.getElementById('queue-list')) || before;
    if (back && back.focus) back.focus({ preventScroll: true });
    return true;
  };

  function typed() {
    state.words = input.value.trim().replace(/\s+/g, ' ');
    state.at = 0;
    clearTimeout(timer);
    if (!state.words) Object.assign(state, { groups: [], asked: '', failed: '' });
    else timer = setTimeout(ask, TYPING_MS);
    draw();
  }

  async function ask() {
    if (stop) stop.abort();
    const mine = (stop = new AbortController()), words = state.words;
    const query = new URLSearchParams({ q: words, limit: LIMIT, lang: cockpit.lang, ...(scope() ? { scope: scope() } : {}) });
    try {
      const answer = await fetch('/api/v1/search?' + query, { credentials: 'same-origin', cache: 'no-store', signal: mine.signal });
      const body = await answer.json();
      if (words !== state.words) return;
      Object.assign(state, answer.ok ? { groups: body.groups, failed: '', preparing: body.preparing } : { groups: [], failed: body.detail || String(answer.status) }, { asked: words });
    } catch (error) {
      if (mine.signal.aborted) return;
      Object.assign(state, { groups: [], failed: cockpit.texts['drawer.no_answer'] || String(error.message || error), asked: words });
    }
    draw();
  }

  const same = (item) => [item.id, item.title, item.id.split(':').pop()].some((one) => one.toLowerCase() === state.words.toLowerCase());

  /** What can be chosen, in order: numbers that are meant exactly, the queue's own filter (desk), everything else. */
  function rowsOf() {
    const rows = [], filter = isDesk() && state.words ? [{ filter: true }] : [];
    for (const group of state.groups) group.items.forEach((item, n) => rows.push({ item, group, first: n === 0 }));
    const isExact = (row) => row.group.group === 'coordinate' || (row.group.group === 'event' && same(row.item));
    const exact = state.asked === state.words ? rows.filter(isExact) : [];
    return [...exact, ...filter, ...rows.filter((row) => !exact.includes(row))];
  }

  function rowTree(row, n) {
    const props = { id: 'search-row-' + n, role: 'option', className: 'search-row', 'data-row': n, 'aria-selected': n === state.at ? 'true' : 'false' };
    if (row.filter) return h('Div', { ...props, className: 'search-row filter' }, h('B', {}, text('filter', { q: state.words })), h('Kbd', {}, 'Enter'));
    const { item, group } = row;
    return h('Div', { ...props, 'data-group': group.group },
      h('B', {}, item.title), item.kind_title ? h('Em', {}, item.kind_title) : null,
      h('Span', {}, group.group === 'coordinate' ? item.lon.toFixed(6) + ', ' + item.lat.toFixed(6) + ' · ' + item.detail : item.detail),
      group.group === 'event' ? h('I', {}, item.id.split(':').pop()) : group.group === 'device' || group.group === 'layer' ? h('I', {}, item.id) : null);
  }

  function draw() {
    if (!state.open) return;
    state.rows = rowsOf();
    state.at = Math.max(0, Math.min(state.at, state.rows.length - 1));
    const tree = [];
    state.rows.forEach((row, n) => {
      if (row.group && (n === 0 || state.rows[n - 1].group !== row.group)) {
        const more = row.group.total > row.group.items.length ? h('Span', {}, text('more', { n: row.group.total.toLocaleString('en-US') })) : null;
        tree.push(h('H3', {}, row.group.title, more));
      }
      tree.push(rowTree(row, n));
    });
    cockpit.patch(list, tree);
    list.dataset.stale = state.asked === state.words ? 'false' : 'true';
    const none = state.words && state.asked === state.words && !state.groups.length;
    said.textContent = state.preparing && state.words ? text('preparing') : state.failed ? text('failed', { reason: state.failed }) : none ? text('none', { q: state.words }) : state.words && state.asked !== state.words && !state.groups.length ? text('loading') : '';
    input.setAttribute('aria-activedescendant', state.rows.length ? 'search-row-' + state.at : '');
    const at = list.querySelector('[aria-selected=true]');
    if (at) at.scrollIntoView({ block: 'nearest' });
  }

  function step(by) {
    if (!state.rows.length) return;
    state.at = (state.at + by + state.rows.length) % state.rows.length;
    draw();
  }

  async function go(n) {
    const row = state.rows[n];
    if (!row) return;
    search.close();
    if (row.filter) cockpit.desk.setFilter({ q: state.words, show: 'all' });
    else search.goTo(row.item, row.group.group);
  }

  async function pressed(event) {
    if (event.isComposing) return; // pinyin is being turned into characters
    const moves = { ArrowDown: 1, ArrowUp: -1, Tab: event.shiftKey ? -1 : 1 };
    if (moves[event.key]) step(moves[event.key]);
    else if (event.key === 'Escape') search.close();
    else if (event.key === 'Enter') {
      if (state.asked !== state.words && !isDesk()) {
        clearTimeout(timer);
        await ask();
      }
      go(state.at);
    } else return event.stopPropagation();
    event.preventDefault();
    event.stopPropagation();
  }

  const typing = (target) => Boolean(target.closest && target.closest('input, textarea, select, [contenteditable="true"]'));
  document.addEventListener('keydown', (event) => {
    // the desk has a table of keys of its own; `/` is in it
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isDesk() || typing(event.target) || !search.here()) return;
    event.preventDefault();
    search.open();
  });
  document.addEventListener('click', (event) => {
    if (event.target.closest && event.target.closest('[data-keys="/"]')) search.open();
  });
  cockpit.on('page', () => search.close());
})();
