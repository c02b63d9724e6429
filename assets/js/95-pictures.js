/* 导出图片: the button that has the server take a picture of this page, how far it is, and the list on /reports. */
(function () {
  'use strict';

  const side = window.cockpitSide, { h } = side;
  const BUSY_MS = 1000, IDLE_MS = 15000, SIZES = ['1920x1080', '3840x1080', '3840x2160'], PAGES = ['screen', 'leader', 'thematic', 'iot'];
  const PAST = ['screen', 'leader'], OWN = ['lang', 'scope', 'stage'];
  const listed = () => document.getElementById('pictures');
  let words = {}, card = null, at = null, timer = 0, items = null;

  const text = (key, values) => side.filled(words, key, values);

  const csrf = () => (/(?:^|; )_csrf_token=([^;]*)/.exec(document.cookie) || ['', ''])[1];

  const ask = (path, method = 'GET', body = undefined) => side.ask(path, { method, body, csrf: decodeURIComponent(csrf()), silence: text('picture.no_answer') });

  const refused = (status, body) => (body.rule === 'no_chromium' ? text('picture.missing') : body.rule === 'too_many_pictures' ? text('picture.full') : text('picture.failed', { why: body.detail || String(status) }));

  /** What this page is asked for again: its address without what the server adds itself. */
  function asked(page) {
    const here = new URLSearchParams(location.search), root = document.getElementById('stage') || document.getElementById(page);
    const query = Object.fromEntries([...here].filter(([name]) => !OWN.includes(name)));
    const wide = root && root.dataset.stage === '3840x1080' ? SIZES[1] : window.innerWidth * window.devicePixelRatio >= 3000 ? SIZES[2] : SIZES[0];
    return { page, size: wide, query, fragment: location.hash.slice(1), scope: here.get('scope') || '', lang: (root && (root.dataset.lang || root.lang)) || document.documentElement.lang };
  }

  function told(line, ...more) {
    const close = h('button', { type: 'button', class: 'pc-close', title: text('picture.close'), 'aria-label': text('picture.close'), onclick: () => shut() }, '×');
    if (!card) document.body.append(card = h('div', { id: 'picture-card', role: 'status' }));
    card.replaceChildren(h('span', {}, line), ...more, close);
  }

  function shut() {
    if (card) card.remove();
    card = null;
  }

  async function follow(id) {
    while (card) {
      const { status, body } = await ask('screenshots/' + id);
      if (!card) return;
      if (status && status !== 200) return told(refused(status, body));
      if (body.state === 'made') {
        told(text('picture.done'), h('a', { class: 'pc-save', href: body.png + '?download=1', download: '' }, text('picture.save')));
        return card.querySelector('a').focus();
      }
      if (body.state === 'failed') return told(text('picture.failed', { why: text('picture.why.' + (body.why || 'refused')) }), h('button', { type: 'button', class: 'pc-save', onclick: () => again(id) }, text('picture.again')));
      told(status ? (body.state === 'waiting' ? text('picture.asked') : text('picture.making') + (body.step ? ' · ' + text('picture.step.' + body.step) : '')) : text('picture.no_answer'), h('i', { class: 'pc-run' }));
      await new Promise((done) => setTimeout(done, BUSY_MS));
    }
  }

  async function again(id) {
    const { status, body } = await ask('screenshots/' + id + '/retry', 'POST');
    if (status !== 202) return told(refused(status, body));
    told(text('picture.asked'), h('i', { class: 'pc-run' }));
    return follow(id);
  }

  async function order(button) {
    words = JSON.parse(button.dataset.texts);
    const { lang, ...body } = asked(button.dataset.page);
    told(text('picture.asked'), h('i', { class: 'pc-run' }));
    const menu = button.closest('details');
    if (menu) menu.open = false;
    const { status, body: row } = await ask('screenshots?lang=' + encodeURIComponent(lang), 'POST', body);
    return status === 202 ? follow(row.id) : told(refused(status, row));
  }

  document.addEventListener('click', (event) => {
    const button = event.target.closest && event.target.closest('button[data-action=picture]');
    if (button) order(button);
  });
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && card && !document.querySelector('details.pages[open]')) shut(); });

  // ---- the list on /reports

  const timeOf = (iso) => new Intl.DateTimeFormat('sv-SE', { timeZone: at.dataset.tz, dateStyle: 'short', timeStyle: 'medium' }).format(new Date(iso));

  /** Local time of the city as an instant: what `datetime-local` gives has no zone. */
  function instantOf(local) {
    const guess = Date.parse(local + 'Z'), there = new Intl.DateTimeFormat('sv-SE', { timeZone: at.dataset.tz, dateStyle: 'short', timeStyle: 'medium' }).format(guess);
    return new Date(guess - (Date.parse(there.replace(' ', 'T') + 'Z') - guess)).toISOString();
  }

  function field(label, control) {
    return h('label', {}, h('span', {}, label), control);
  }

  function form() {
    const page = h('select', { id: 'pictures-page' }, PAGES.map((one) => h('option', { value: one }, text('picture.page.' + one))));
    const size = h('select', { id: 'pictures-size' }, SIZES.map((one) => h('option', { value: one }, one.replace('x', ' × '))));
    const when = h('input', { type: 'datetime-local', id: 'pictures-at', step: 1, title: text('picture.at_what') });
    const names = JSON.parse(document.getElementById('reports').dataset.divisions), mine = document.getElementById('reports').dataset.scope;
    const codes = [...new Set([mine, ...Object.keys(names)])].sort();
    const scope = h('select', { id: 'pictures-scope' }, codes.map((code) => h('option', { value: code, selected: code === mine }, names[code] || document.getElementById('reports').dataset.city)));
    page.addEventListener('change', () => { when.disabled = !PAST.includes(page.value); });
    const send = async (event) => {
      event.preventDefault();
      const query = when.value && !when.disabled ? { as_of: instantOf(when.value) } : {};
      const { status, body } = await ask('screenshots?lang=' + at.dataset.lang, 'POST', { page: page.value, size: size.value, scope: scope.value, query });
      say(status === 202 ? '' : refused(status, body));
      read();
    };
    return h('form', { onsubmit: send }, field(text('picture.page_title'), page), field(text('picture.size'), size), field(text('picture.at'), when), field(text('picture.scope'), scope),
      h('button', { type: 'submit', class: 'btn go' }, text('picture.make')), h('span', { id: 'pictures-said', class: 'rp-said bad', role: 'status' }));
  }

  function say(line) {
    document.getElementById('pictures-said').textContent = line;
  }

  function row(item) {
    const busy = item.state === 'waiting' || item.state === 'making', said = text('picture.state.' + item.state);
    const state = item.state === 'failed' ? said + ' · ' + text('picture.why.' + (item.why || 'refused')) : said + (busy && item.step ? ' · ' + text('picture.step.' + item.step) : '') + (item.notes.length ? ' · ' + item.notes.join(' · ') : '');
    const files = item.png ? [h('a', { class: 'btn', href: item.png, target: '_blank', rel: 'noopener' }, item.size.replace('x', ' × ')), h('a', { class: 'btn', href: item.png + '?download=1' }, text('picture.save'))]
      : item.state === 'failed' ? [h('button', { type: 'button', class: 'btn', onclick: async () => { const answer = await ask('screenshots/' + item.id + '/retry', 'POST'); if (answer.status !== 202) say(refused(answer.status, answer.body)); read(); } }, text('picture.again'))] : [];
    return h('tr', { 'data-picture': item.id, 'data-state': item.state }, h('td', {}, text('picture.page.' + item.page)), h('td', {}, item.place), h('td', { class: 'n' }, item.as_of ? timeOf(item.as_of) : '—'),
      h('td', {}, h('span', { class: 'state ' + item.state, title: item.error }, state, busy ? h('i', { class: 'rp-run' }) : null)), h('td', {}, item.asked_by), h('td', { class: 'files' }, files));
  }

  function draw() {
    const box = document.getElementById('pictures-list');
    if (!items || !items.length) return box.replaceChildren(h('p', { class: 'rp-note' }, text(items ? 'picture.empty' : 'picture.loading')));
    const table = h('table', {}, h('tbody', {}, items.map(row)));
    // a button that has the focus keeps it: the list is drawn anew only if it says something else
    return box.firstChild && box.firstChild.outerHTML === table.outerHTML ? undefined : box.replaceChildren(table);
  }

  async function read() {
    if (!listed()) return;
    clearTimeout(timer);
    const { status, body } = await ask('screenshots?limit=20&lang=' + at.dataset.lang + '&scope=' + document.getElementById('reports').dataset.scope);
    if (!listed()) return;
    if (status === 200) items = body.items;
    draw();
    timer = setTimeout(read, (items || []).some((item) => item.state === 'waiting' || item.state === 'making') ? BUSY_MS : IDLE_MS);
  }

  function arrive() {
    const here = listed();
    if (!here || here === at) return;
    at = here;
    words = JSON.parse(here.dataset.texts);
    document.getElementById('pictures-form').replaceChildren(form());
    read();
  }

  new MutationObserver(arrive).observe(document.documentElement, { childList: true, subtree: true });
  arrive();
})();
