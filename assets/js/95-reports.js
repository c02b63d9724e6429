/* 报告页: asks for a report, follows how far it is, and lists what was made. Everything drawn is text, never HTML. */
(function () {
  'use strict';

  const side = window.cockpitSide, { h } = side;
  const BUSY_MS = 1500, IDLE_MS = 15000, LIMIT = 100, KINDS = ['daily', 'weekly', 'monthly'];
  const root = () => document.getElementById('reports');
  const state = { items: null, next: null, total: 0, kind: '', failed: '', said: '', asking: false };
  let words = null, names = null, at = null, timer = 0, reading = 0;

  const text = (key, values) => side.filled(words, key, values);

  const ask = (path, how = {}) => side.ask(path, { ...how, csrf: root().dataset.csrf, query: { lang: root().dataset.lang, ...(how.query || {}) }, silence: text('reports.no_answer') });

  const today = () => new Intl.DateTimeFormat('sv-SE', { timeZone: root().dataset.tz }).format(Date.now());
  const yesterday = () => new Date(Date.parse(today() + 'T00:00:00Z') - 86400000).toISOString().slice(0, 10);
  const timeOf = (iso) => new Intl.DateTimeFormat('sv-SE', { timeZone: root().dataset.tz, dateStyle: 'short', timeStyle: 'short' }).format(new Date(iso));
  const nameOf = (code) => names[code] || root().dataset.city;

  function fieldOf(label, control) {
    return h('label', {}, h('span', {}, label), control);
  }

  function drawForm() {
    const scope = root().dataset.scope, indent = (code) => '　'.repeat(Math.max(0, [6, 9, 12].indexOf(code.length) - Math.max(0, [6, 9, 12].indexOf(scope.length))));
    const codes = Object.keys(names).includes(scope) ? Object.keys(names) : [scope, ...Object.keys(names)];
    const kind = h('select', { id: 'reports-kind' }, KINDS.map((one) => h('option', { value: one }, text('reports.kind_of.' + one))));
    const day = h('input', { type: 'date', id: 'reports-day', value: yesterday(), max: today(), title: text('reports.day_what') });
    const where = h('select', { id: 'reports-scope' }, codes.sort().map((code) => h('option', { value: code, selected: code === scope }, indent(code) + nameOf(code))));
    const make = h('button', { type: 'submit', class: 'btn go' }, text('reports.make'));
    const form = h('form', { onsubmit: (event) => { event.preventDefault(); order(kind.value, day.value, where.value); } },
      fieldOf(text('reports.kind'), kind), fieldOf(text('reports.day'), day), fieldOf(text('reports.scope'), where), make, h('span', { id: 'reports-said', class: 'rp-said', role: 'status' }));
    const host = document.getElementById('reports-form');
    host.replaceChildren(form, h('p', { class: 'rp-note' }, text('reports.day_what')));
    window.cockpitReportIndicators.draw(host);
  }

  async function order(kind, day, scope) {
    const indicators = window.cockpitReportIndicators.names();
    if (state.asking) return undefined;
    if (indicators && !indicators.length) return say(text('reports.indicators_least'), true);
    state.asking = true;
    say(text('reports.making'));
    const { status, body } = await ask('reports', { method: 'POST', body: { kind, date: day || undefined, scope, ...(indicators ? { indicators } : {}) } });
    state.asking = false;
    say(status === 202 ? text('reports.asked') : text('reports.failed_to_ask', { why: body.detail || String(status) }), status !== 202);
    return read();
  }

  async function retry(id) {
    await ask('reports/' + id + '/retry', { method: 'POST' });
    read();
  }

  function say(words, isBad) {
    const said = document.getElementById('reports-said');
    if (!said) return;
    said.textContent = words;
    said.classList.toggle('bad', Boolean(isBad));
  }

  function drawKinds() {
    const choose = (kind) => () => { state.kind = kind; state.items = null; writeAddress(); drawKinds(); draw(); read(); };
    document.getElementById('reports-kinds').replaceChildren(...['', ...KINDS].map((kind) =>
      h('button', { type: 'button', class: kind === state.kind ? 'on' : '', 'aria-pressed': String(kind === state.kind), onclick: choose(kind) }, kind ? text('reports.kind_of.' + kind) : text('reports.all'))));
  }

  function writeAddress() {
    const address = new URL(location.href);
    state.kind ? address.searchParams.set('kind', state.kind) : address.searchParams.delete('kind');
    history.replaceState(history.state, '', address);
  }

  function stateOf(item) {
    const said = text('reports.state.' + item.state);
    if (item.state === 'failed') return h('span', { class: 'state failed', title: item.error }, said + '：' + item.error);
    if (item.state === 'making') return h('span', { class: 'state making' }, said, item.step ? ' · ' + text('reports.step.' + item.step) : '', h('i', { class: 'rp-run' }));
    if (item.state === 'waiting') return h('span', { class: 'state waiting' }, said, h('i', { class: 'rp-run' }));
    return h('span', { class: 'state made', title: text('reports.as_of', { time: timeOf(item.as_of) }) }, said + ' · ' + text('reports.pages', { n: item.pages }));
  }

  function actionsOf(item) {
    if (item.state === 'failed') return [h('button', { type: 'button', class: 'btn', onclick: () => retry(item.id) }, text('reports.again'))];
    if (item.state !== 'made') return [];
    return [
      h('a', { class: 'btn', href: item.html, target: '_blank', rel: 'noopener' }, text('reports.open')),
      h('a', { class: 'btn', href: item.pdf + '?download=1' }, text('reports.pdf')),
      h('a', { class: 'btn', href: item.html + '?download=1' }, text('reports.html')),
    ];
  }

  function draw() {
    const list = document.getElementById('reports-list'), stale = document.getElementById('reports-stale');
    if (!list) return;
    stale.textContent = state.failed && state.items ? text('reports.stale') : '';
    if (!state.items) {
      list.dataset.state = state.failed ? 'failed' : 'loading';
      return list.replaceChildren(h('p', { class: 'rp-empty' }, state.failed || text('reports.loading')));
    }
    if (!state.items.length) {
      list.dataset.state = 'empty';
      return list.replaceChildren(h('p', { class: 'rp-empty' }, h('b', {}, text('reports.empty')), text('reports.empty_what')));
    }
    list.dataset.state = 'ready';
    const heads = ['reports.kind', 'reports.period', 'reports.scope', 'reports.state_title', 'reports.made_at', 'reports.asked_by', 'reports.files'];
    const rows = state.items.map((item) => h('tr', { 'data-report': item.id, 'data-state': item.state },
      h('td', {}, text('reports.kind_of.' + item.kind)), h('td', { class: 'n' }, item.name), h('td', {}, nameOf(item.scope)), h('td', {}, stateOf(item)),
      h('td', { class: 'n' }, item.made_at ? timeOf(item.made_at) : text('value.none')), h('td', {}, item.asked_by || text('reports.by_schedule')), h('td', { class: 'files' }, actionsOf(item))));
    const table = h('table', {}, h('thead', {}, h('tr', {}, heads.map((key) => h('th', {}, text(key))))), h('tbody', {}, rows));
    // a button that has the focus keeps it: the list is drawn anew only if it says something else
    if (list.firstChild && list.firstChild.outerHTML === table.outerHTML) return undefined;
    return list.replaceChildren(table);
  }

  async function read() {
    if (!root()) return;
    clearTimeout(timer);
    const mine = ++reading, query = { scope: root().dataset.scope, limit: LIMIT };
    if (state.kind) query.kind = state.kind;
    const { status, body } = await ask('reports', { query });
    if (mine !== reading || !root()) return;
    if (status === 200) Object.assign(state, { items: body.items, total: body.total, failed: '' });
    else state.failed = body.detail || String(status);
    if (status === 200 && !body.items.some((item) => item.state === 'waiting' || item.state === 'making')) {
      const said = document.getElementById('reports-said');
      if (said && said.textContent === text('reports.asked')) say('');
    }
    draw();
    const busy = (state.items || []).some((item) => item.state === 'waiting' || item.state === 'making');
    timer = setTimeout(read, busy || state.failed ? BUSY_MS : IDLE_MS);
  }

  function arrive() {
    const here = root();
    if (!here || here === at) return;
    at = here;
    words = JSON.parse(here.dataset.texts);
    names = JSON.parse(here.dataset.divisions);
    const asked = new URL(location.href).searchParams.get('kind');
    state.kind = KINDS.includes(asked) ? asked : '';
    drawForm();
    drawKinds();
    read();
  }

  new MutationObserver(arrive).observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) read(); });
  arrive();
})();
