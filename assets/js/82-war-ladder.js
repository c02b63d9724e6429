/* 指令回执: who has received, read, accepted, left and arrived, from the orders that the push holds; time runs by itself. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const byId = (id) => document.getElementById(id);
  const text = (key, values) => cockpit.text(key, values);

  const STOPS = ['delivered', 'read', 'accepted', 'departed', 'arrived'];
  const ENDED = new Set(['declined', 'cancelled', 'substituted']);
  /** A row of the push, by place (docs/orders.md). */
  const read = (id, row) => {
    const [eventId, , kind, name, task, state, issued, acceptBy, rungs, reminded, substitutes, substitutedBy, escalated] = row;
    // a wall is read by whoever comes into the room
    const shown = kind === 'gridworker' ? name.slice(0, 1) + '*'.repeat(Math.max(0, name.length - 1)) : name;
    return { id, eventId, kind, name: shown, task, state, issued, acceptBy, rungs: rungs || {}, reminded, substitutes, substitutedBy, escalated };
  };

  let war = null;

  /** The desk of the same event with what a number counts; no way where there is no event, and none to the past. */
  cockpit.deskOfWar = function (mode, asked) {
    const address = new URLSearchParams(window.location.search);
    if (!mode || !mode.event_id || address.get('as_of')) return '';
    const query = new URLSearchParams({ scope: cockpit.page.scope || mode.scope || '', ...(cockpit.lang === 'en' ? { lang: 'en' } : {}), event: mode.event_id, near: 'event', ...asked });
    return '/duty?' + query.toString().replace(/%3A/g, ':').replace(/%2C/g, ',');
  };

  const element = (type, props, ...children) => ({ type, props: { ...props, children } });

  /** How many stops it has come: the last that was reached counts all before it. */
  function reached(order) {
    let n = 0;
    STOPS.forEach((stop, i) => stop in order.rungs && (n = i + 1));
    return order.state === 'finished' ? STOPS.length : n;
  }

  const accepted = (order) => reached(order) >= 3;
  const silent = (order, now) => !accepted(order) && !ENDED.has(order.state) && order.acceptBy !== null && now > order.acceptBy;
  const missed = (order, now) => order.state === 'substituted' || order.state === 'declined' || silent(order, now);

  /** Escalated and silent first, then who is still to answer, then who is on the way, then who is there or out of it. */
  function rank(order, now) {
    if (order.escalated && !accepted(order)) return 0;
    if (silent(order, now)) return 1;
    if (order.state === 'substituted' || order.state === 'declined') return 3.5;
    if (order.state === 'cancelled') return 5;
    const n = reached(order);
    return n >= 5 ? 4 : n >= 3 ? 3 : 2;
  }

  const timeOf = (ms) => {
    const p = cockpit.localParts(ms);
    return p.hour + ':' + p.minute + ':' + p.second;
  };
  function short(ms) {
    const s = Math.max(0, Math.floor(ms / 1000)), two = (n) => String(n).padStart(2, '0');
    return s < 3600 ? two(Math.floor(s / 60)) + ':' + two(s % 60) : cockpit.clockOf(s);
  }

  function stops(order, now) {
    const n = reached(order), bad = missed(order, now), full = n === STOPS.length;
    return element('Div', { className: 'stops' + (full ? ' full' : bad ? ' bad' : '') }, STOPS.map((stop, i) => {
      const name = text('ladder.' + stop), at = order.rungs[stop];
      const look = i < n ? (at === undefined ? 'skipped' : 'past') : i === n && bad ? 'missed' : i === n && !ENDED.has(order.state) ? 'current' : 'ahead';
      const title = at !== undefined ? text('ladder.reached', { rung: name, time: timeOf(at) }) : text(i < n ? 'ladder.skipped' : 'ladder.ahead', { rung: name });
      return element('I', { className: look, title });
    }));
  }

  /** The time at the right and the word below it. */
  function right(order, now) {
    const n = reached(order), { rungs, issued, acceptBy } = order;
    if (order.state === 'cancelled') return ['', text('ladder.cancelled'), 'mut'];
    if (order.state === 'declined') return [short((rungs.declined || now) - issued), text('ladder.declined'), 'risk'];
    if (order.state === 'substituted') return [short((rungs.substituted || now) - issued), text('ladder.not_accepted'), 'risk'];
    if (n === STOPS.length) return [short((rungs.arrived || rungs.finished || now) - issued), text(order.state === 'finished' ? 'ladder.finished' : 'ladder.arrived'), 'done'];
    if (!accepted(order)) {
      if (acceptBy === null) return [short(now - issued), text('ladder.accepted'), 'acc'];
      return now > acceptBy ? [short(now - acceptBy), text('ladder.not_accepted'), 'risk'] : [text('ladder.left', { time: short(acceptBy - now) }), text('ladder.accepted'), 'acc'];
    }
    return [short(now - issued), text('ladder.' + STOPS[n]), 'acc'];
  }

  function about(order, now) {
    if (order.state === 'substituted') return [text('ladder.substituted'), 'risk'];
    if (order.escalated && !accepted(order)) return [text('ladder.escalated'), 'risk'];
    if (order.substitutes) return [text('ladder.stands_in') + ' · ' + order.task, ''];
    if (order.reminded && !accepted(order)) return [text('ladder.reminded') + ' · ' + order.task, silent(order, now) ? 'risk' : ''];
    return [order.task, ''];
  }

  function row(order, now) {
    const [said, tone] = about(order, now), [time, word, colour] = right(order, now);
    return element('Div', { className: 'receipt', 'data-order-id': order.id, 'data-state': order.state },
      element('Div', { className: 'who' }, element('Div', { className: 't', title: order.name }, order.name), element('Div', { className: 'm ' + tone, title: said }, said)),
      stops(order, now),
      element('Div', { className: 'when ' + colour }, element('Span', {}, time || '\u00a0'), element('Small', {}, word)));
  }

  /** The orders of the incident, as the wall shows them. */
  function listed(now) {
    const rows = cockpit.situation && cockpit.situation.orders;
    if (!rows || !war) return [];
    const orders = [];
    for (const [id, one] of rows) if (one[0] === war.event_id) orders.push(read(id, one));
    return orders.sort((a, b) => rank(a, now) - rank(b, now) || a.issued - b.issued || (a.id < b.id ? -1 : 1));
  }

  const ways = (rung) => cockpit.deskOfWar(war, { work: 'orders', rung });

  function draw() {
    const box = byId('ladder-rows');
    if (!box || !war) return;
    const now = cockpit.now(), orders = listed(now), counted = orders.filter((order) => order.state !== 'cancelled');
    for (const place of document.querySelectorAll('[data-rung]')) {
      const at = STOPS.indexOf(place.dataset.rung);
      cockpit.write(place, counted.length ? String(counted.filter((order) => reached(order) > at).length) : text('value.none'));
      cockpit.lead(place, counted.length ? ways(place.dataset.rung) : '');
    }
    cockpit.write(byId('ladder-sub'), orders.length ? text('ladder.sub', { n: counted.length }) : '');
    cockpit.lead(byId('ladder-sub'), orders.length ? ways('sent') : '');
    const room = Number(box.dataset.rows), shown = orders.length > room ? orders.slice(0, room - 1) : orders;
    const rows = shown.map((order) => row(order, now));
    if (!orders.length) rows.push(element('Div', { className: 'empty' }, text('ladder.empty')));
    if (shown.length < orders.length) rows.push(element('Div', { className: 'more' }, element('A', { className: 'opens', 'data-to': ways('') }, text('ladder.more', { n: orders.length - shown.length }))));
    cockpit.patch(box, rows);
  }

  let asked = 0;
  const soon = () => asked || (asked = requestAnimationFrame(() => ((asked = 0), draw())));
  cockpit.on('mode', (mode) => {
    war = mode.war ? mode : null;
    soon();
  });
  cockpit.on('snapshot', soon);
  cockpit.on('delta', (delta) => war && Object.keys(delta.orders || {}).length && soon());
  cockpit.on('tick', () => war && draw());
})();
