/* 在岗, 无定位: the people on duty, or those of them whom nobody has located, beside the map; opened by their count. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const byId = (id) => document.getElementById(id);
  const text = (key, values) => cockpit.text(key, values);
  const h = (type, props, ...children) => ({ type, props: { ...props, children: children.flat() } });

  const EVERY_MS = 10000, MOST = 500;
  let timer = 0, shown = 'unplaced'; // or 'on-duty'

  const isOpen = () => Boolean(byId('unplaced') && !byId('unplaced').hidden);

  async function read() {
    const { root } = cockpit.page, query = new URLSearchParams({ scope: root.dataset.scope, limit: MOST, lang: cockpit.lang });
    try {
      const answer = await fetch('/api/v1/gridworkers/' + shown + '?' + query, { credentials: 'same-origin', cache: 'no-store' });
      return answer.ok ? await answer.json() : null;
    } catch (error) {
      return null; // said in the list
    }
  }

  function ageWords(iso) {
    if (!iso) return text('unplaced.never');
    const minutes = Math.max(0, Math.floor((cockpit.now() - Date.parse(iso)) / 60000));
    if (minutes < 100) return text('position.minutes', { n: minutes });
    return minutes < 48 * 60 ? text('position.hours', { n: Math.floor(minutes / 60) }) : text('position.days', { n: Math.floor(minutes / 1440) });
  }

  /** The words of the list: of each person what is told of them, and what stands over and instead of them. */
  const LISTS = {
    unplaced: { words: 'unplaced', of: (one) => ageWords(one.located_at), sub: (told) => text('unplaced.sub', { n: told.total, minutes: Math.round(told.within_s / 60) }) },
    'on-duty': { words: 'on_duty', of: (one) => text('on_duty.by.' + one.by), sub: (told) => text('on_duty.sub', { n: told.total.toLocaleString('en-US') }) },
  };

  function draw(told) {
    const list = LISTS[shown];
    const head = (sub) => h('Header', {}, h('B', {}, text(list.words + '.title')), h('Span', { className: 'sub' }, sub), h('Button', { type: 'button', className: 'close', 'data-action': 'unplaced-close', 'aria-label': text('feeds.close') }, '×'));
    if (!told) return cockpit.patch(byId('unplaced'), [head(''), h('Button', { type: 'button', className: 'retry', 'data-action': 'unplaced-retry' }, text('unplaced.failed'))]);
    const rows = told.items.map((one) => h('Div', { className: 'who', 'data-subject': one.subject_id }, h('B', {}, one.name || one.subject_id), h('Small', {}, one.subject_id), h('Span', {}, list.of(one))));
    if (told.total > rows.length) rows.push(h('Div', { className: 'empty' }, text('on_duty.more', { n: (told.total - rows.length).toLocaleString('en-US') })));
    return cockpit.patch(byId('unplaced'), [head(list.sub(told)), h('Div', { className: 'people-rows', tabIndex: 0 }, rows.length ? rows : h('Div', { className: 'empty' }, text(list.words + '.none')))]);
  }

  async function show() {
    clearTimeout(timer);
    byId('unplaced').hidden = false;
    const asked = shown, told = await read();
    if (asked !== shown) return; // another list was opened meanwhile
    draw(told);
    if (isOpen()) timer = setTimeout(show, EVERY_MS);
  }

  function close() {
    clearTimeout(timer);
    byId('unplaced').hidden = true;
  }

  document.addEventListener('click', (event) => {
    const target = event.target.closest ? event.target : null;
    if (!target || !byId('unplaced')) return;
    const count = target.closest('[data-action="unplaced"],[data-action="on-duty"]');
    if (count && isOpen() && shown === count.dataset.action) close();
    else if (count) {
      shown = count.dataset.action;
      show();
    }
    else if (target.closest('[data-action="unplaced-retry"]')) show();
    else if (isOpen() && (target.closest('[data-action="unplaced-close"]') || !target.closest('#unplaced'))) close();
  });
  document.addEventListener('keydown', (event) => event.key === 'Escape' && isOpen() && close());
  cockpit.on('page', () => clearTimeout(timer));
})();
