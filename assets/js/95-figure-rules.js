/* 数字预警规则: lists the rules on figures, tries one on the past weeks, keeps it. Everything drawn is text, never HTML. */
(function () {
  'use strict';

  const side = window.cockpitSide, { h } = side;
  const EVERY_MS = 5000, TRY_AFTER_MS = 500, OFTEN_A_WEEK = 3, LATEST = 6;
  const host = () => document.getElementById('figure-rules');
  const page = () => document.getElementById('reports');
  const state = { items: null, wrong: [], failed: '', edited: null, gone: null, asked: 0, tried: 0 };
  let words = {}, names = {}, indicators = [], sources = {}, at = null, timer = 0, trying = 0, key = '';

  const text = (name, values) => side.filled(words, name, values);
  const t = (name, values) => text('figure_rules.' + name, values);
  const byName = (name) => indicators.find((one) => one.name === name);
  const mayEdit = () => page().dataset.command === 'yes';

  const ask = (path, how = {}) => side.ask('figure-rules' + path, { ...how, csrf: page().dataset.csrf, query: { lang: page().dataset.lang, ...(how.query || {}) }, silence: text('reports.no_answer') });

  const timeOf = (iso) => new Intl.DateTimeFormat('sv-SE', { timeZone: page().dataset.tz, dateStyle: 'short', timeStyle: 'short' }).format(new Date(iso)).slice(5);
  const nameOf = (code) => names[code] || page().dataset.city;

  /* What a limit is typed in, and how many of that are one of the registry's unit. */
  const scaleOf = (indicator) => ({ percent: 100, per: indicator.per, minutes: 1 / 60, count: 1 })[indicator.unit];
  const typed = (indicator, limit) => String(Number((limit * scaleOf(indicator)).toPrecision(12)));

  function say(words, isBad, undo) {
    const said = document.getElementById('figure-rules-said');
    said.replaceChildren(words, ...(undo ? [' ', h('button', { type: 'button', class: 'btn', id: 'figure-rules-undo', onclick: undo }, t('undo'))] : []));
    said.classList.toggle('bad', Boolean(isBad));
  }

  function testOf(rule) {
    if (rule.test === 'unusual') return t('said_unusual', { weeks: rule.weeks, sigmas: rule.sigmas });
    return t('said_' + rule.test, { limit: rule.limit_said });
  }

  function nowOf(rule) {
    if (!rule.enabled) return h('span', { class: 'fr-off' }, t('off'));
    if (!rule.looked_at) return h('span', { class: 'fr-off' }, t('not_yet'));
    const value = rule.why ? text('leader.why.' + rule.why) : rule.said;
    const link = h('a', { href: rule.link + '&lang=' + page().dataset.lang, title: t('open') }, value);
    return [link, ' ', h('b', { class: rule.is_breached ? 'fr-breached' : 'fr-fine' }, rule.is_breached ? t('breached') : rule.why ? '' : t('fine'))];
  }

  function actionsOf(rule) {
    if (rule.origin === 'file') return [h('span', { class: 'fr-file', title: t('file_what') }, t('file'))];
    if (!rule.may_edit) return [];
    const name = { name: rule.name };
    return [
      h('button', { type: 'button', class: 'btn', role: 'switch', 'aria-checked': String(rule.enabled), title: t(rule.enabled ? 'turn_off' : 'turn_on', name), onclick: () => turn(rule) }, t(rule.enabled ? 'on' : 'off')),
      h('button', { type: 'button', class: 'btn', 'data-edit': rule.id, onclick: () => edit(rule) }, t('edit')),
      h('button', { type: 'button', class: 'btn', 'data-delete': rule.id, onclick: () => remove(rule) }, t('delete')),
    ];
  }

  function draw() {
    const list = document.getElementById('figure-rules-list');
    if (!list) return undefined;
    if (!state.items) {
      list.dataset.state = state.failed ? 'failed' : 'loading';
      return list.replaceChildren(h('p', { class: 'rp-empty' }, state.failed || text('reports.loading')));
    }
    const told = [
      ...(state.failed ? [h('p', { class: 'rp-stale' }, t('stale'))] : []),
      ...state.wrong.map((bad) => h('p', { class: 'rp-stale' }, bad.name ? t('wrong', bad) : t('wrong_file', bad))),
    ];
    list.dataset.state = state.items.length ? 'ready' : 'empty';
    if (!state.items.length) return list.replaceChildren(...told, h('p', { class: 'rp-empty' }, h('b', {}, t('empty')), t(mayEdit() ? 'empty_what' : 'empty_read')));
    const heads = [t('name'), t('indicator'), t('test'), t('scope'), t('now'), t('changed_at'), ''];
    const cell = (head, ...inside) => h('td', { 'data-head': head }, ...inside);
    const rows = state.items.map((rule) => h('tr', { 'data-rule': rule.name, 'data-breached': String(rule.is_breached), class: rule.enabled ? '' : 'fr-none' },
      cell(heads[0], h('b', {}, rule.name)), cell(heads[1], rule.title + (rule.source ? ' · ' + sources[rule.source] : '')), cell(heads[2], testOf(rule)), cell(heads[3], rule.place),
      cell(heads[4], nowOf(rule)), cell(heads[5], rule.changed_by ? t('by', { by: rule.changed_by, time: timeOf(rule.changed_at) }) : ''), h('td', { class: 'files' }, actionsOf(rule))));
    const table = h('table', {}, h('thead', {}, h('tr', {}, heads.map((head) => h('th', {}, head)))), h('tbody', {}, rows));
    const drawn = h('div', {}, ...told, table);
    if (list.firstChild && list.firstChild.outerHTML === drawn.outerHTML) return undefined;
    return list.replaceChildren(drawn);
  }

  /* The form: its fields follow from the indicator's unit and from the test. */
  function fieldOf(name, label, control, what, unit) {
    return h('label', { 'data-field': name, title: what || '' }, h('span', {}, label), unit ? h('span', { class: 'fr-amount' }, control, h('em', {}, unit)) : control);
  }

  function openForm(rule) {
    state.edited = rule && rule.id ? rule : null;
    key = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2) + Date.now();
    const box = document.getElementById('figure-rules-form');
    box.hidden = false;
    drawForm(rule || { name: '', indicator: 'overtime', test: 'above', limit: '', scope: page().dataset.scope, source: '', least: 20, sigmas: 4, weeks: 8, enabled: true });
    box.querySelector('[name=name]').focus();
  }

  function closeForm() {
    clearTimeout(trying);
    state.edited = null;
    document.getElementById('figure-rules-form').hidden = true;
    document.getElementById('figure-rules-form').replaceChildren();
  }

  function drawForm(rule) {
    const indicator = byName(rule.indicator), number = (name, value, more) => h('input', { type: 'number', name, value, step: 'any', required: true, ...more });
    const groups = [...new Set(indicators.map((one) => one.group_title))];
    const choose = h('select', { name: 'indicator' }, groups.map((group) => h('optgroup', { label: group }, indicators.filter((one) => one.group_title === group)
      .map((one) => h('option', { value: one.name, selected: one.name === rule.indicator, title: one.what }, one.title)))));
    const option = (chosen) => ([value, label]) => h('option', { value, selected: value === chosen }, label);
    const test = h('select', { name: 'test' }, ['above', 'below', 'unusual'].map((one) => [one, t(one)]).map(option(rule.test)));
    const codes = Object.keys(names).includes(page().dataset.scope) ? Object.keys(names) : [page().dataset.scope, ...Object.keys(names)];
    const where = h('select', { name: 'scope' }, codes.sort().map((code) => [code, '　'.repeat(Math.max(0, (code.length - page().dataset.scope.length) / 3)) + nameOf(code)]).map(option(rule.scope)));
    const source = h('select', { name: 'source' }, [['', t('every_source')], ...Object.entries(sources)].map(option(rule.source)));
    const isUnusual = rule.test === 'unusual', isRate = indicator.unit === 'percent' || indicator.unit === 'per';
    const limit = rule.limit === '' ? '' : typed(indicator, rule.limit);
    const fields = [
      fieldOf('name', t('name'), h('input', { name: 'name', value: rule.name, maxlength: 60, required: true, autocomplete: 'off' }), t('name_what')),
      fieldOf('indicator', t('indicator'), choose, indicator.what),
      fieldOf('test', t('test'), test),
      isUnusual ? fieldOf('sigmas', t('sigmas'), number('sigmas', rule.sigmas, { min: 1, max: 100 }), t('sigmas_what'), '×') : fieldOf('limit', t('limit'), number('limit', limit, { min: 0, max: isRate ? scaleOf(indicator) : null }), '', indicator.counted_in),
      isUnusual ? fieldOf('weeks', t('weeks'), number('weeks', rule.weeks, { min: 4, max: 52, step: 1 }), t('weeks_what')) : null,
      isRate ? fieldOf('least', t('least'), number('least', rule.least, { min: 0, step: 1 }), t('least_what')) : null,
      fieldOf('scope', t('scope'), where),
      indicator.of_events ? fieldOf('source', t('source'), source) : null, // what is no event has no source
    ];
    const form = h('form', { novalidate: true, onsubmit: (event) => { event.preventDefault(); save(); } },
      h('h3', {}, t(state.edited ? 'edit_title' : 'new')), h('div', { class: 'fr-fields' }, fields), h('p', { class: 'rp-note', id: 'figure-rules-what' }, indicator.what),
      h('div', { class: 'fr-tried', id: 'figure-rules-tried', role: 'status' }),
      h('div', { class: 'fr-acts' }, h('button', { type: 'submit', class: 'btn go' }, t('save')), h('button', { type: 'button', class: 'btn', onclick: closeForm }, t('cancel'))));
    form.addEventListener('change', (event) => {
      if (!['indicator', 'test'].includes(event.target.name)) return trySoon();
      const focused = event.target.name, now = { ...rule, ...told(form) };
      if (focused === 'indicator') now.limit = '';
      if (!byName(now.indicator).of_events) now.source = '';
      drawForm(now);
      document.querySelector(`#figure-rules-form [name=${focused}]`).focus();
    });
    form.addEventListener('input', () => trySoon());
    form.addEventListener('keydown', (event) => { if (event.key === 'Escape') closeForm(); });
    form.rule = rule;
    document.getElementById('figure-rules-form').replaceChildren(form);
    trySoon();
  }

  /* What the form says, in the registry's units. */
  function told(form) {
    const had = form.rule, value = (name) => (form.elements[name] ? form.elements[name].value : undefined);
    const number = (name) => (value(name) === undefined ? had[name] : value(name) === '' ? '' : Number(value(name)));
    const limit = number('limit'), indicator = byName(had.indicator);
    return {
      name: value('name').trim(), indicator: value('indicator'), test: value('test'), scope: value('scope'), source: value('source') || '',
      limit: value('limit') === undefined || limit === '' ? (value('limit') === undefined ? had.limit : '') : limit / scaleOf(indicator),
      sigmas: number('sigmas'), weeks: number('weeks'), least: number('least'), enabled: had.enabled,
    };
  }

  function wanted(rule) {
    const sent = { name: rule.name, indicator: rule.indicator, test: rule.test, scope: rule.scope, source: rule.source, enabled: rule.enabled };
    for (const name of ['limit', 'sigmas', 'weeks', 'least']) if (rule[name] !== '' && rule[name] !== undefined) sent[name] = rule[name];
    if (rule.test === 'unusual') delete sent.limit;
    return sent;
  }

  function mark(field) {
    document.querySelectorAll('#figure-rules-form label').forEach((label) => label.classList.toggle('bad', label.dataset.field === field));
    const control = field && document.querySelector(`#figure-rules-form [name=${CSS.escape(field)}]`);
    if (control) control.focus();
  }

  function trySoon() {
    clearTimeout(trying);
    trying = setTimeout(tryIt, TRY_AFTER_MS);
  }

  async function tryIt() {
    const form = document.querySelector('#figure-rules-form form'), box = document.getElementById('figure-rules-tried');
    if (!form) return;
    const rule = wanted(told(form));
    if (rule.test !== 'unusual' && rule.limit === undefined) return box.replaceChildren();
    const mine = ++state.tried;
    box.classList.add('busy');
    if (!box.firstChild) box.replaceChildren(t('trying'));
    const { status, body } = await ask('/preview', { method: 'POST', body: { ...rule, name: rule.name || '?' } });
    if (mine !== state.tried || !document.body.contains(box)) return;
    box.classList.remove('busy');
    if (status !== 200) return box.replaceChildren(h('span', { class: 'rp-stale' }, t('try_failed', { why: body.detail || status })));
    const latest = body.sounded.slice(-LATEST).reverse();
    const often = body.times > OFTEN_A_WEEK * body.weeks;
    const sounded = body.too_little ? t('tried_little') : body.times ? t('tried', { weeks: body.weeks, n: body.times }) : t('tried_none', { weeks: body.weeks });
    box.replaceChildren(...[
      h('p', { 'data-times': body.times }, h('b', {}, sounded), ' ', latest.map((one) => h('span', { class: 'fr-when' }, timeOf(one.at) + ' ' + one.said))),
      often ? h('p', { class: 'rp-stale' }, t('tried_often', { n: OFTEN_A_WEEK })) : null,
      h('p', { class: 'rp-note' }, body.said === null ? '' : t(body.crossed === null ? 'tried_now' : 'tried_now_breached', { value: body.said }) + '　', t('tried_days', { known: body.known_days, days: body.days })),
    ].filter(Boolean));
  }

  async function save() {
    const form = document.querySelector('#figure-rules-form form'), rule = wanted(told(form)), edited = state.edited;
    const how = edited ? { method: 'PUT', body: { ...rule, version: edited.version } } : { method: 'POST', body: rule, headers: { 'Idempotency-Key': key } };
    const { status, body } = await ask(edited ? '/' + edited.id : '', how);
    if (status === 200 || status === 201) {
      closeForm();
      say(t('saved', { name: body.name }));
    } else if (status === 409 && body.rule === 'figure_rule_changed') {
      closeForm();
      say(t('changed', { by: body.changed_by || '' }), true);
    } else {
      mark(body.field);
      return say(t('failed', { why: body.detail || status }), true);
    }
    return read();
  }

  const edit = (rule) => openForm(rule);

  async function turn(rule) {
    const { status, body } = await ask('/' + rule.id, { method: 'PUT', body: { ...wanted(rule), enabled: !rule.enabled, version: rule.version } });
    told409(status, body, rule);
    read();
  }

  function told409(status, body, rule) {
    if (status === 200) return say(t('saved', { name: rule.name }));
    return say(body.rule === 'figure_rule_changed' ? t('changed', { by: body.changed_by || '' }) : t('failed', { why: body.detail || status }), true);
  }

  async function remove(rule) {
    if (state.edited && state.edited.id === rule.id) closeForm();
    const { status, body } = await ask('/' + rule.id, { method: 'DELETE', query: { version: rule.version } });
    if (status === 200) say(t('deleted', { name: rule.name }), false, () => restore(body));
    else told409(status, body, rule);
    read();
  }

  async function restore(rule) {
    const { status, body } = await ask('/' + rule.id + '/restore', { method: 'POST', body: { version: rule.version } });
    if (status === 200) say(t('restored', { name: rule.name }));
    else told409(status, body, rule);
    read();
  }

  async function read() {
    clearTimeout(timer);
    if (!host()) return;
    timer = setTimeout(read, EVERY_MS);
    if (document.hidden && state.items) return;
    const mine = ++state.asked, { status, body } = await ask('', { query: { scope: page().dataset.scope } });
    if (mine !== state.asked || !host()) return;
    if (status === 200) Object.assign(state, { items: body.items, wrong: body.wrong, failed: '' });
    else state.failed = body.detail || String(status);
    draw();
  }

  function arrive() {
    const here = host();
    if (!here || !page() || here === at) return;
    at = here;
    Object.assign(state, { items: null, wrong: [], failed: '', edited: null });
    words = JSON.parse(page().dataset.texts);
    names = JSON.parse(page().dataset.divisions);
    indicators = JSON.parse(here.dataset.indicators);
    sources = JSON.parse(here.dataset.sources);
    const make = document.getElementById('figure-rules-new');
    make.hidden = !mayEdit();
    make.addEventListener('click', () => openForm(null));
    read();
  }

  new MutationObserver(arrive).observe(document.documentElement, { childList: true, subtree: true });
  arrive();
})();
