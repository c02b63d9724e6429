/* 调度单: how far each order is, as the server says and as this phone has said since; and what news of it is. */
(function () {
  'use strict';

  const cockpit = window.cockpit, phone = cockpit.phone;
  const RUNGS = ['issued', 'delivered', 'read', 'accepted', 'departed', 'arrived', 'finished'];
  const ENDED = new Set(['finished', 'declined', 'cancelled', 'substituted']);
  const TAKEN_AWAY = new Set(['cancelled', 'substituted']);
  /** The deed that leads to each rung, and the rung that each deed leads to. */
  const VERB = { delivered: 'deliver', read: 'read', accepted: 'accept', departed: 'depart', arrived: 'arrive', finished: 'finish', declined: 'decline' };

  const orders = (phone.orders = { RUNGS, chosen: null });
  let seen = null; // ids whose arrival was told; null until the store has answered

  /** A row of the push by its names, in the order in which `situation/orders.py` writes it. */
  function named(id, row) {
    const [event_id, recipient_id, , , task, state, issued_ms, accept_by_ms, rungs, reminded_ms, substitutes, substituted_by, escalated_ms, lon, lat, by, command_id, reminders] = row;
    return { id, event_id, recipient_id, task, state, issued_ms, accept_by_ms, rungs, reminded_ms, substitutes, substituted_by, escalated_ms, lon, lat, by, command_id, reminders: reminders || 0 };
  }

  const step = (state) => RUNGS.indexOf(state);

  /** `said` is the furthest this phone has said, `waits` whether that is still on the phone. */
  function withSaid(order) {
    order.said = order.state;
    order.waits = false;
    for (const item of phone.outbox.pending()) {
      if (item.ref.kind !== 'step' || item.ref.order_id !== order.id || ENDED.has(order.state)) continue;
      const further = item.ref.rung === 'declined' ? order.said !== 'declined' : step(item.ref.rung) > step(order.said);
      if (!further) continue;
      order.said = item.ref.rung;
      order.waits = order.waits || (item.state === 'waiting' && !item.quiet);
    }
    const event = phone.state.mine.events[order.event_id];
    order.event = event || null;
    order.isOpen = !ENDED.has(order.said);
    order.isSilent = step(order.said) >= 0 && step(order.said) < 3;
    return order;
  }

  /** Every order of this phone, those that need an answer first, then what is under way, then what is over. */
  orders.all = function () {
    if (!phone.state.mine) return [];
    const all = Object.entries(phone.state.mine.orders).map(([id, row]) => withSaid(named(id, row)));
    const rank = (o) => (!o.isOpen ? 2 : o.isSilent ? 0 : 1);
    return all.sort((a, b) => rank(a) - rank(b) || (a.isSilent ? a.accept_by_ms - b.accept_by_ms : b.issued_ms - a.issued_ms));
  };
  orders.open = () => orders.all().filter((order) => order.isOpen);

  /** The order before the person: the chosen one while it is open, else the first. */
  orders.current = function () {
    const open = orders.open();
    return open.find((order) => order.id === orders.chosen) || open[0] || null;
  };
  orders.choose = function (id) {
    orders.chosen = id;
    cockpit.emit('draw');
  };

  /** The next rung of an order, null when there is none. Reading is not a deed. */
  orders.next = (order) => (order.isOpen ? RUNGS[Math.max(step(order.said), 2) + 1] || null : null);

  /** Write a step down; it is sent when it can be. */
  orders.step = async function (order, rung, more) {
    const { note, photos, quiet } = more || {};
    const place = quiet ? null : phone.where.last();
    await phone.outbox.put({
      path: 'orders/' + encodeURIComponent(order.id) + '/' + VERB[rung],
      body: {
        said_at: new Date().toISOString(),
        ...(note ? { note } : {}),
        ...(place ? { lon: place.lon, lat: place.lat } : {}),
      },
      ref: { kind: 'step', order_id: order.id, rung },
      label: ['rung.' + rung],
      photos: photos || [],
      query: '?event_id=' + encodeURIComponent(order.event_id),
      quiet: Boolean(quiet),
    });
  };

  /** Delivered: this phone has it. Said once for each order. */
  function acknowledge(order) {
    if (order.state === 'issued' && order.said === 'issued') orders.step(order, 'delivered', { quiet: true });
  }

  /** Read: it has been before somebody's eyes for a moment. */
  orders.shown = function (order) {
    if (document.hidden || step(order.said) < 0 || step(order.said) >= 2) return;
    orders.step(order, 'read', { quiet: true });
  };

  function tell(key, order, alarm) {
    const title = order.event ? order.event.title : order.task;
    phone.store.note({ at: phone.now(), key: 'note.' + key, values: { title }, order_id: order.id }).catch(() => {});
    if (alarm) phone.alert(key, { title, body: order.task });
  }

  /** What is new since the last word: a new order, one that is gone, a reminder. */
  async function compare({ before, now }) {
    if (seen === null) seen = new Set((await phone.store.find('seen').catch(() => null)) || []);
    let fresh = false;
    for (const [id, row] of Object.entries(now.orders)) {
      const order = withSaid(named(id, row));
      const old = before && before.orders[id] ? named(id, before.orders[id]) : null;
      acknowledge(order);
      if (!seen.has(id)) {
        seen.add(id);
        fresh = true;
        if (order.isSilent) {
          tell(order.substitutes ? 'stand_in' : 'ordered', order, true);
          if (!orders.current() || orders.current().isSilent) orders.chosen = null;
        }
      }
      if (old && old.state !== order.state && TAKEN_AWAY.has(order.state)) tell(order.state, order, true);
      if (old && order.reminders > old.reminders && !TAKEN_AWAY.has(order.state)) tell('reminded', order, true);
    }
    if (fresh) phone.store.keep('seen', [...seen].slice(-500)).catch(() => {});
    if (!orders.open().some((order) => order.isSilent)) phone.quiet();
    cockpit.emit('draw');
  }

  /** Orders that were taken away and not yet laid aside by the person. */
  orders.gone = () => orders.all().filter((order) => TAKEN_AWAY.has(order.state) && !orders.laidAside.has(order.id));
  orders.laidAside = new Set();
  orders.layAside = function (id) {
    orders.laidAside.add(id);
    phone.store.keep('laid_aside', [...orders.laidAside].slice(-200)).catch(() => {});
    cockpit.emit('draw');
  };
  phone.store.find('laid_aside').then((ids) => (orders.laidAside = new Set(ids || [])), () => {});

  cockpit.on('mine', compare);
})();
