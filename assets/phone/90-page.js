/* 页: header, the view that is open, the bar at the bottom; drawn anew when something changed, never under a finger. */
(function () {
  'use strict';

  const cockpit = window.cockpit, phone = cockpit.phone;
  const { el, glyph, button, say } = phone;
  const page = (phone.page = { view: 'tasks' });
  let asked = false, touching = false;

  function linkLine() {
    const { link, as_of_ms, mine } = phone.state;
    if (link === 'live') return null;
    const time = mine ? phone.clock(as_of_ms) : '';
    const words = link === 'signed_out' ? say('link.signed_out') : link === 'connecting' && !mine ? say('link.connecting') : mine ? say('link.lost', { time }) : say('link.lost_empty');
    return el('div', { class: 'link', 'data-link': link, role: 'status' }, words,
      link === 'signed_out' ? el('a', { href: '/signin?next=/m', class: 'again' }, say('link.sign_in')) : null);
  }

  function head() {
    const me = phone.state.me, { on, waits } = phone.duty();
    const war = phone.orders.open().some((order) => order.event && order.event.war);
    const fix = phone.where.known();
    const where = phone.where.state === 'on' && fix ? say('where.fixed', { ago: phone.ago(Date.now() - fix.at_ms) }) : say('where.' + phone.where.state);
    return [
      el('div', { class: 'who' }, el('b', {}, me ? me.community_name + ' ' + me.grid_name : say('title')), el('span', { lang: 'zh' }, me ? me.name + ' ' : '', say(on ? 'duty.on' : 'duty.off'), waits ? ' · ' + say('outbox.short') : '')),
      el('div', { class: 'state' }, el('span', { 'data-where': phone.where.state }, where), war ? el('b', { class: 'war' }, say('war')) : null),
    ];
  }

  function bar() {
    const open = phone.orders.open().length;
    const waiting = phone.outbox.waiting().length + phone.outbox.refused().length;
    const item = (view, icon, label, n) => el('button', { type: 'button', class: 'tab' + (page.view === view ? ' is' : ''), 'data-view': view, 'aria-current': page.view === view ? 'page' : null, onclick: () => page.go(view) },
      glyph(icon), el('span', {}, label), n ? el('em', {}, String(n)) : null);
    return [
      item('tasks', 'list', say('nav.tasks'), open), item('grid', 'event', say('nav.grid')),
      button('report', [glyph('camera'), el('span', {}, say('nav.report'))], () => phone.report(), { class: 'report' }),
      item('messages', 'chat', say('nav.messages')), item('own', 'man', say('nav.own'), waiting),
    ];
  }

  page.go = function (view) {
    page.view = view;
    if (view === 'messages') phone.forgetNotes();
    document.getElementById('view').scrollTop = 0;
    draw();
  };

  function draw() {
    asked = false;
    if (touching) return; // what is under the finger stays there until it is lifted
    const view = document.getElementById('view'), top = view.scrollTop;
    document.getElementById('head').replaceChildren(...head());
    const line = linkLine();
    document.getElementById('link').replaceChildren(...(line ? [line] : []));
    view.replaceChildren(...phone.views[page.view]().flat(9).filter(Boolean));
    view.scrollTop = top;
    document.getElementById('bar').replaceChildren(...bar());
    document.title = say('title');
    document.documentElement.dataset.link = phone.state.link;
  }

  function ask() {
    if (asked) return;
    asked = true;
    requestAnimationFrame(draw);
  }

  /** Countdowns tick by themselves; the rest is drawn when it changes. */
  function tick() {
    for (const element of document.querySelectorAll('[data-until],[data-since]')) {
      const { until, since } = element.dataset;
      const ms = until ? until - phone.now() : phone.now() - since;
      element.textContent = (phone.state.link === 'live' ? '' : '~') + phone.span(Math.abs(ms));
      const late = Boolean(until) && ms < 0;
      if (late !== element.parentElement.classList.contains('over')) ask();
    }
    const fix = phone.where.known(), shown = document.querySelector('[data-where=on]');
    if (shown && fix) shown.textContent = say('where.fixed', { ago: phone.ago(Date.now() - fix.at_ms) });
  }

  for (const name of ['draw', 'mine', 'me', 'outbox', 'where', 'phone-link']) cockpit.on(name, ask);
  document.addEventListener('pointerdown', () => (touching = true));
  for (const name of ['pointerup', 'pointercancel']) {
    document.addEventListener(name, () => {
      touching = false;
      setTimeout(ask); // after the click that follows
    });
  }
  setInterval(tick, 1000);

  // the address of a sign-in link may come back from the home screen with an old language: the page itself remembers
  if (navigator.serviceWorker) navigator.serviceWorker.register('/m/sw.js', { scope: '/m' }).catch(() => {});
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
  draw();
  phone.start();
})();
