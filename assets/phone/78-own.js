/* 我的: on duty or not, what waits on this phone, and how the phone behaves. */
(function () {
  'use strict';

  const cockpit = window.cockpit, phone = cockpit.phone;
  const { el, glyph, button, say } = phone;

  /** On duty as the server says and as this phone has said since: [on duty, since, whether it waits]. */
  phone.duty = function () {
    const told = (phone.state.mine && phone.state.mine.attendance) || [null, null];
    const said = phone.outbox.pending().filter((item) => item.ref.kind === 'attendance').pop();
    return said && said.ref.on_duty !== told[0] ? { on: said.ref.on_duty, since: said.made_ms, waits: said.state === 'waiting' } : { on: told[0], since: told[1], waits: false };
  };

  phone.mark = function (on_duty) {
    const place = phone.where.last();
    phone.outbox.put({
      path: 'attendance',
      body: { on_duty, said_at: new Date().toISOString(), ...(place ? { lon: place.lon, lat: place.lat } : {}) },
      ref: { kind: 'attendance', on_duty }, label: [on_duty ? 'duty.come' : 'duty.leave'],
    });
    cockpit.emit('draw');
  };

  function duty() {
    const { on, since, waits } = phone.duty();
    return el('section', { class: 'card duty', 'data-duty': String(Boolean(on)) },
      el('h2', {}, say(on ? 'duty.on' : 'duty.off')),
      el('p', { class: 'told' }, since ? say('duty.since', { time: phone.clock(since) }) : say('duty.never')),
      waits ? el('p', { class: 'waiting', role: 'status' }, glyph('late'), say('outbox.waits')) : null,
      el('p', { class: 'told' }, say(on ? 'duty.shared' : 'duty.not_shared'), ' ', say('where.' + phone.where.state)),
      button(on ? 'off-duty' : 'on-duty', say(on ? 'duty.leave' : 'duty.come'), () => phone.mark(!on), { class: on ? 'second wide' : 'primary' }));
  }

  function outbox() {
    const waiting = phone.outbox.waiting(), refused = phone.outbox.refused();
    if (!waiting.length && !refused.length) return null;
    return el('section', { class: 'card' }, el('h2', {}, say('outbox.title')),
      phone.store.isLasting ? null : el('p', { class: 'flag late' }, say('outbox.not_lasting')),
      waiting.map((item) => el('div', { class: 'line', 'data-outbox': item.state }, glyph('late'), el('span', {}, say(...item.label), el('small', {}, phone.clock(item.made_ms) + ' · ' + say('outbox.waits'))))),
      refused.map((item) => el('div', { class: 'line bad', 'data-outbox': item.state }, glyph('dead'), el('span', {}, say(...item.label), el('small', {}, item.why)),
        button('forget', say('gone.ok'), () => phone.outbox.forget(item), { class: 'second' }))));
  }

  function settings() {
    const asks = 'Notification' in window && Notification.permission === 'default';
    return el('section', { class: 'card' }, el('h2', {}, say('own.phone')),
      asks ? button('notify', say('own.notify'), async () => {
        await Notification.requestPermission();
        cockpit.emit('draw');
      }, { class: 'second wide' }) : null,
      button('try', say('own.try'), () => phone.alert('other', { title: '', body: '' }), { class: 'second wide' }),
      el('div', { class: 'langs' }, phone.langs.map((lang) => button('lang-' + lang, lang === 'en' ? 'English' : phone.say('own.chinese'), () => {
        phone.setLang(lang);
        phone.forgetNotes();
        phone.identify();
        cockpit.emit('draw');
      }, { class: 'second', 'aria-pressed': String(phone.lang === lang) }))),
      button('sign-out', say('own.sign_out'), signOut, { class: 'second wide' }));
  }

  /** Signing out leaves nothing of the person's on the phone; what was not sent is asked about first. */
  async function signOut() {
    if (phone.outbox.waiting().length && !window.confirm(say('own.sign_out_waits', { n: phone.outbox.waiting().length }))) return;
    const csrf = decodeURIComponent((/(?:^|; )_csrf_token=([^;]*)/.exec(document.cookie) || [])[1] || '');
    try {
      await fetch('/signout', { method: 'POST', credentials: 'same-origin', headers: { 'X-CSRF-Token': csrf } });
    } catch {
      return phone.toast(say('own.no_line'), 'bad');
    }
    indexedDB.deleteDatabase('cockpit-phone');
    location.href = '/signin';
  }

  /** Who cannot tap what is to be said calls the command centre; nothing where no number is set. */
  phone.callCentre = function () {
    const number = phone.state.me && phone.state.me.command_phone;
    return number ? el('a', { class: 'call', href: 'tel:' + number.replace(/[^+0-9]/g, ''), 'data-action': 'call' }, say('own.call', { number })) : null;
  };

  phone.views = phone.views || {};
  phone.views.own = function () {
    const me = phone.state.me;
    return [
      duty(), outbox(),
      me ? el('section', { class: 'card' }, el('h2', {}, me.name), el('p', { class: 'told' }, me.grid_name, ' · ', me.street_name), el('p', { class: 'told' }, me.subject_id), phone.callCentre()) : null,
      settings(),
    ];
  };
})();
