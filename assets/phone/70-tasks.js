/* 任务: one order at a time with one button, the next step; what else waits is below. */
(function () {
  'use strict';

  const cockpit = window.cockpit, phone = cockpit.phone;
  const { el, glyph, button, say } = phone;
  const LADDER = ['accepted', 'departed', 'arrived', 'finished'];
  const READ_AFTER_MS = 1000, SAID_MS = 1600;
  let readTimer = null, readFor = null, said = null;

  const title = (order) => (order.event ? order.event.title : order.task.split(/[\n。，]/)[0].slice(0, 24));
  phone.titleOf = title;

  function ladder(order) {
    const at = phone.orders.RUNGS.indexOf(order.said);
    const next = phone.orders.next(order);
    return el('ol', { class: 'steps' }, LADDER.map((rung) => {
      const isOk = phone.orders.RUNGS.indexOf(rung) <= at;
      const isSaid = isOk && !(rung in order.rungs) && phone.orders.RUNGS.indexOf(order.state) < phone.orders.RUNGS.indexOf(rung);
      return el('li', { class: (isOk ? 'ok' : rung === next ? 'now' : '') + (isSaid ? ' said' : ''), 'data-rung': rung }, el('i'), say('step.' + rung),
        order.rungs[rung] ? el('small', {}, phone.clock(order.rungs[rung])) : null);
    }));
  }

  /** Time left to answer, then the time since it was accepted; red only when the answer is late. */
  function countdown(order) {
    const live = phone.state.link === 'live' ? '' : '~';
    if (order.isSilent) {
      const left = order.accept_by_ms - phone.now();
      return el('div', { class: 'count' + (left < 0 ? ' over' : '') }, el('b', { 'data-until': order.accept_by_ms }, live + phone.span(Math.abs(left))),
        el('span', {}, say(left < 0 ? 'order.late' : 'order.left')));
    }
    const since = order.rungs.accepted || order.issued_ms;
    return el('div', { class: 'count' }, el('b', { 'data-since': since }, live + phone.span(phone.now() - since)), el('span', {}, say('order.since')));
  }

  function place(order) {
    if (order.lon === null) return el('p', { class: 'nowhere' }, say('order.no_place'));
    const away = phone.away(order);
    return el('div', { class: 'where' }, phone.sketch(order),
      el('span', { class: 'away' }, away ? say('order.away', { m: phone.metres(away.metres), min: away.minutes }) : say('where.' + phone.where.state)),
      el('a', { class: 'go', href: phone.navigation(order), 'data-action': 'navigate' }, say('order.navigate')));
  }

  function act(order, rung) {
    if (rung === 'finished') return phone.finishSheet(order);
    said = { order: order.id, rung, at: Date.now() };
    phone.orders.step(order, rung);
    phone.quiet();
    setTimeout(() => cockpit.emit('draw'), SAID_MS + 50);
    cockpit.emit('draw');
  }

  /** The one button. While a tap waits it says so for a moment, then the next step may be tapped: order is kept. */
  function buttons(order) {
    const next = phone.orders.next(order);
    const justSaid = said && said.order === order.id && Date.now() - said.at < SAID_MS;
    if (!next) return null;
    const waits = order.waits && justSaid;
    const primary = waits
      ? el('button', { type: 'button', class: 'primary waits', 'data-action': 'waits', disabled: true }, glyph('late'), say('outbox.waits'))
      : button(next, [glyph(next === 'accepted' ? 'hand' : 'pass'), say('do.' + next)], () => act(order, next), { class: 'primary', disabled: justSaid });
    const aside = phone.orders.RUNGS.indexOf(order.said) < 5 ? button('decline', say('do.declined'), () => phone.declineSheet(order), { class: 'second' }) : null;
    return el('div', { class: 'deeds' + (aside ? '' : ' alone') }, aside, primary);
  }

  function waiting(order) {
    return order.waits ? el('p', { class: 'waiting', role: 'status' }, glyph('late'), say('order.waiting', { what: say('rung.' + order.said) })) : null;
  }

  function card(order) {
    if (order.isSilent && readFor !== order.id) {
      clearTimeout(readTimer);
      readFor = order.id;
      readTimer = setTimeout(() => {
        const now = phone.orders.current();
        if (now && now.id === order.id && phone.page.view === 'tasks') phone.orders.shown(now);
        readFor = null;
      }, READ_AFTER_MS);
    }
    const told = order.rungs.read ? say('order.read', { time: phone.clock(order.rungs.read) }) : order.rungs.delivered ? say('order.delivered', { time: phone.clock(order.rungs.delivered) }) : '';
    return el('article', { class: 'card order' + (order.event && order.event.war ? ' war' : ''), 'data-order': order.id, 'data-state': order.state, 'data-said': order.said },
      el('header', {},
        el('div', {},
          el('h2', { lang: 'zh' }, glyph('incident', 'over'), title(order)),
          el('p', { class: 'address', lang: 'zh' }, (order.event && order.event.address) || say('order.no_address'))),
        countdown(order)),
      order.substitutes ? el('p', { class: 'flag' }, say('order.stand_in')) : null,
      order.reminded_ms ? el('p', { class: 'flag late' }, say('order.reminded', { time: phone.clock(order.reminded_ms) })) : null,
      place(order), ladder(order),
      el('p', { class: 'task', lang: 'zh' }, order.task),
      el('p', { class: 'told', lang: 'zh' }, say('order.by', { by: order.by, time: phone.clock(order.issued_ms) }), told ? el('span', {}, told) : null),
      phone.evacuation ? phone.evacuation.summary(order) : null,
      phone.callCentre(), waiting(order), buttons(order));
  }

  function goneCard(order) {
    return el('article', { class: 'card gone', 'data-order': order.id, 'data-state': order.state, role: 'alert' },
      el('h2', {}, glyph('close'), say('gone.' + order.state)), el('p', { lang: 'zh' }, title(order)), el('p', { class: 'told' }, say('gone.what')),
      button('lay-aside', say('gone.ok'), () => phone.orders.layAside(order.id), { class: 'second wide' }));
  }

  function small(order) {
    const kind = order.isOpen ? (order.isSilent ? 'risk' : 'doing') : order.said === 'finished' ? 'done' : 'none';
    return el('button', { type: 'button', class: 'card small', 'data-order': order.id, 'data-state': order.state, onclick: () => order.isOpen && phone.orders.choose(order.id) },
      glyph(kind, kind), el('span', {}, el('b', { lang: 'zh' }, title(order)), el('small', {}, say('rung.' + order.said), ' · ', order.isSilent ? say('order.needs_answer') : phone.clock(order.issued_ms))),
      order.isOpen ? glyph('right') : null);
  }

  function empty() {
    const onDuty = phone.state.mine && phone.state.mine.attendance && phone.state.mine.attendance[0];
    if (!phone.state.mine) return el('div', { class: 'empty' }, say(phone.state.link === 'lost' ? 'empty.unknown' : 'empty.loading'));
    return el('div', { class: 'empty' }, glyph('done', 'done'), el('b', {}, say('empty.tasks')),
      el('span', {}, say('empty.as_of', { time: phone.clock(phone.state.as_of_ms) })),
      onDuty ? null : button('on-duty', say('duty.come'), () => phone.mark(true), { class: 'primary' }));
  }

  phone.views = phone.views || {};
  phone.views.tasks = function () {
    const current = phone.orders.current();
    const others = phone.orders.all().filter((order) => order !== current && order.id !== (current && current.id) && !phone.orders.gone().some((g) => g.id === order.id));
    return [phone.orders.gone().map(goneCard), current ? card(current) : phone.orders.gone().length ? null : empty(), others.map(small)];
  };
})();
