/* The ladder of each order: five stops, totals over them, what is left of the time, and what an officer can still do about it. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h, dispatch } = desk;
  const O = desk.ORDER, STOPS = desk.STOPS;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const SAID_MS = 6000;
  /** What an officer can report for somebody who says it by radio, in the order of the ladder; and what ends an order. */
  const STEPS = { delivered: 'deliver', read: 'read', accepted: 'accept', departed: 'depart', arrived: 'arrive', finished: 'finish' };
  let opened = '', everywhere = false, said = null, busy = '';

  /** People are masked; units, vehicles and stations have names that everybody may read. */
  const isPerson = (row) => row[O.kind] === 'gridworker' || (row[O.kind] === 'resource' && /^[\u4e00-\u9fff]{2,3}$/.test(row[O.name]));
  const nameOf = (row) => (isPerson(row) ? desk.masked(row[O.name]) : row[O.name]) || row[O.recipient];

  /** Five stops: reached, the one that is waited for, ahead; a stop that nobody told stays empty and says so. */
  function ladder(row, now) {
    const n = desk.reached(row), rungs = row[O.rungs] || {}, over = desk.isOver(row) && row[O.state] !== 'finished';
    const lost = over || Boolean(row[O.substitutedBy]), silent = !lost && desk.isUnanswered(row, now);
    const stops = STOPS.map((stop, i) => {
      const told = i < n ? (rungs[stop] || row[O.state] === 'finished' ? 'told' : 'skipped') : i === n ? (lost ? 'missing' : silent ? 'late' : 'next') : 'ahead';
      const words = text('dispatch.stop.' + stop) + ' ' + (rungs[stop] ? desk.timeOf(rungs[stop], true) : i < n ? text('dispatch.not_told') : text('value.none'));
      return h('I', { className: 'stop ' + told + (i && i < n ? ' joined' : ''), title: words });
    });
    const css = 'ladder' + (n === STOPS.length ? ' complete' : lost ? (row[O.state] === 'cancelled' ? ' lost void' : ' lost') : silent ? ' silent' : '');
    return h('Span', { className: css, role: 'img', 'aria-label': text(n ? 'dispatch.stop.' + STOPS[n - 1] : 'dispatch.state.issued') }, ...stops);
  }

  /** A number that lists what it counts, and all again. */
  const narrows = (name) => ({ 'data-narrow': name, 'aria-pressed': dispatch.rung === name ? 'true' : 'false', title: text('dispatch.narrow') });

  /** 进行中 待接受 未读 beside the tabs. */
  const sums = (totals) => (totals.n ? ['open', 'waiting', 'unread'].map((name) => h('Button', { type: 'button', className: 'sum', ...narrows(name) }, text('dispatch.sum_' + name, { n: totals[name] }))) : []);

  function head(totals) {
    return h('Div', { className: 'order head' },
      h('Span', {}, text('dispatch.issued')), h('Span', {}, text('dispatch.task')), h('Span', {}, text('dispatch.recipient')),
      h('Span', { className: 'stops' }, ...STOPS.map((stop, i) => h('Button', { type: 'button', 'data-stop': stop, ...narrows(stop) }, h('B', {}, String(totals.stops[i])), text('dispatch.stop.' + stop)))),
      h('Span', { className: 'right' }, text('dispatch.limit')));
  }

  const move = (id, name, words) => h('Button', { type: 'button', className: 'facet', 'data-order-do': name, 'data-order': id, 'aria-disabled': busy === id ? 'true' : null }, h('Span', {}, words));

  function more(id, row) {
    const rungs = row[O.rungs] || {}, n = desk.reached(row), next = row[O.state] === 'finished' ? '' : n === STOPS.length ? 'finished' : STOPS[n];
    const times = ['issued', ...STOPS, 'finished'].map((rung) => [rung, rung === 'issued' ? row[O.issued] : rungs[rung]]).filter(([, at]) => at);
    const facts = times.map(([rung, at]) => text(rung === 'issued' || rung === 'finished' ? 'dispatch.state.' + rung : 'dispatch.stop.' + rung) + ' ' + desk.timeOf(at, true));
    if (row[O.reminded]) facts.push(text('dispatch.was_reminded', { time: desk.timeOf(row[O.reminded], true) }) + (row[O.reminders] > 1 ? ' ' + text('dispatch.times', { n: row[O.reminders] }) : ''));
    const isUnit = row[O.kind] === 'unit', phone = isUnit ? desk.phoneOfUnit(row[O.recipient]) : '';
    if (isUnit && !phone) desk.lookUpUnit(row[O.recipient], row[O.name]);
    if (row[O.escalated]) facts.push(text('dispatch.was_escalated', { time: desk.timeOf(row[O.escalated], true) }));
    const other = row[O.substitutes] || row[O.substitutedBy], partner = other && desk.orders.get(other);
    if (partner) facts.push(text(row[O.substitutes] ? 'dispatch.stands_in' : 'dispatch.replaced_by', { name: nameOf(partner) }));
    const can = desk.isOver(row) ? [] : [
      next ? move(id, STEPS[next], text('dispatch.report_for', { rung: text(next === 'finished' ? 'dispatch.state.finished' : 'dispatch.stop.' + next) })) : null,
      ...(desk.isAccepted(row) ? [] : [move(id, 'decline', text('dispatch.report_for', { rung: text('dispatch.declines') }))]),
      move(id, 'remind', text('dispatch.remind')),
      move(id, 'cancel', text('dispatch.cancel')),
    ];
    return h('Div', { className: 'order-more' },
      h('P', { className: 'task' }, row[O.task]),
      h('P', { className: 'times' }, facts.join(' · ')),
      h('P', { className: 'by' }, text('dispatch.by', { who: desk.masked(row[O.by]) })),
      isUnit ? h('P', { className: 'call' }, h('B', {}, phone || text('dispatch.units.no_phone')), text('dispatch.units.call')) : null,
      h('Div', { className: 'can' }, isUnit && can.length ? h('Input', { type: 'text', className: 'order-note', maxLength: 200, autoComplete: 'off', 'data-note-of': id, placeholder: text('dispatch.note'), 'aria-label': text('dispatch.note') }) : null, ...can.filter(Boolean), said && said.id === id ? h('Span', { className: 'warned', role: 'alert' }, said.words) : null));
  }

  function rowOf([id, row], now) {
    const event = desk.find(row[O.event]), tells = desk.saysOf(row, now), here = opened === id;
    return [
      h('Button', { type: 'button', className: 'order' + (here ? ' opened' : ''), 'data-order-id': id, 'data-state': row[O.state], 'aria-expanded': here ? 'true' : 'false' },
        h('Span', { className: 'at' }, desk.timeOf(row[O.issued])),
        h('Span', { className: 'what' }, event && !ofEvent() ? event[desk.COLUMN.title] : row[O.task]),
        h('Span', { className: 'whom' }, nameOf(row)),
        ladder(row, now),
        h('Span', { className: 'right ' + tells.css }, tells.words)),
      here ? more(id, row) : null,
    ].filter(Boolean);
  }

  const ofEvent = () => (dispatch.open && !everywhere ? dispatch.eventId() : null);

  function draw() {
    const body = byId('work-body'), stage = byId('stage');
    if (!body || !stage) return;
    const work = dispatch.shownWork();
    for (const tab of document.querySelectorAll('[data-work-tab]')) tab.setAttribute('aria-selected', tab.dataset.workTab === work ? 'true' : 'false');
    const all = desk.orders.totals(desk.orders.shown(null));
    cockpit.write(document.querySelector('[data-tab-count=orders]'), all.open ? ' ' + all.open : '');
    if (work !== 'orders') return void cockpit.patch(byId('work-sums'), []);
    const every = desk.orders.shown(ofEvent()), totals = desk.orders.totals(every), now = cockpit.now();
    const list = desk.orders.counted(every, dispatch.rung);
    cockpit.write(byId('work-sub'), '');
    cockpit.patch(byId('work-sums'), sums(totals));
    const one = dispatch.open && dispatch.eventId() ? h('Button', { type: 'button', className: 'order-whose', 'data-action': 'orders-all', 'aria-pressed': everywhere ? 'true' : 'false' },
      text(everywhere ? 'dispatch.all_events' : 'dispatch.this_event')) : null;
    if (desk.workDrawn !== 'orders') body.scrollTop = 0;
    desk.workDrawn = 'orders';
    const none = list.length ? null : h('P', { className: 'empty' }, text('dispatch.none_counted'));
    cockpit.patch(body, every.length ? [h('Div', { className: 'orders' }, head(totals), ...list.flatMap((entry) => rowOf(entry, now)), none), one]
      : [h('Div', { className: 'empty' }, text('dispatch.no_orders')), one]);
  }
  for (const name of ['orders', 'dispatch', 'desk-choice']) cockpit.on(name, () => desk.here() && draw());
  cockpit.on('tick', () => desk.here() && dispatch.shownWork() && draw());

  async function act(id, name) {
    if (busy) return;
    const field = [...document.querySelectorAll('[data-note-of]')].find((one) => one.dataset.noteOf === id), note = field ? field.value.trim() : '';
    busy = id;
    draw();
    const { status, body } = await desk.ask('orders/' + encodeURIComponent(id) + '/' + name, { method: 'POST', key: desk.newKey(), body: note ? { note } : {} });
    busy = '';
    said = status === 202 ? null : { id, words: text('dispatch.not_done', { reason: (body.detail || body.title || text('drawer.no_answer')) + (body.again_at ? ' · ' + text('dispatch.again_at', { time: desk.timeOf(body.again_at, true) }) : '') }) };
    if (status === 202 && field) field.value = ''; // it was said
    if (status === 202 && name === 'remind') desk.toast(text('dispatch.remind_sent', { name: nameOf(desk.orders.get(id) || []) }));
    if (said) setTimeout((mine) => said === mine && (said = null), SAID_MS, said);
    draw();
  }

  document.addEventListener('click', (event) => {
    if (!desk.here() || !event.target.closest) return;
    const narrowed = event.target.closest('#panel-work [data-narrow]');
    if (narrowed) {
      dispatch.narrow('rung', narrowed.dataset.narrow);
      return;
    }
    const deed = event.target.closest('[data-order-do]'), row = event.target.closest('#work-body [data-order-id]');
    if (deed) act(deed.dataset.order, deed.dataset.orderDo);
    else if (row) {
      opened = opened === row.dataset.orderId ? '' : row.dataset.orderId;
      draw();
    } else if (event.target.closest('[data-action="orders-all"]')) {
      everywhere = !everywhere;
      draw();
    }
  });
})();
