/* 推荐方案: two or three ways to send everybody who is needed, side by side with what each costs. Choose, change, send. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h, dispatch } = desk;
  const C = desk.COLUMN;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const WITHIN_S = 90, MOST_ROWS = 30, PATIENCE_MS = 15000;
  /** `state`: idle, loading, ready, failed. `chosen`: number of the option; `without`: what was taken out of it. */
  const advice = { state: 'idle', options: [], at: 0, reason: '', chosen: -1, without: new Set(), busy: false, error: '' };
  let turn = 0;

  const keyOf = (order) => order.event_id + ' ' + order.recipient_id;
  const kept = (option) => (option.orders || []).filter((order) => !advice.without.has(keyOf(order)));

  async function ask() {
    const mine = ++turn, stop = new AbortController(), late = setTimeout(() => stop.abort(), PATIENCE_MS);
    Object.assign(advice, { state: 'loading', reason: '', error: '' });
    draw();
    const wish = dispatch.eventId() ? { event_ids: [dispatch.eventId()] } : { scope: cockpit.page.scope };
    const { status, body } = await desk.ask('recommendation', { method: 'POST', key: desk.newKey(), body: wish, signal: stop.signal });
    clearTimeout(late);
    if (mine !== turn) return;
    if (status === 200) Object.assign(advice, { state: 'ready', options: body.options || [], at: Date.parse(body.as_of) || cockpit.now(), chosen: -1, without: new Set() });
    else Object.assign(advice, { state: 'failed', reason: body.detail || body.title || String(status) });
    draw();
  }

  const titleOf = (id) => (desk.find(id) ? desk.find(id)[C.title] : id);
  const minutes = (s) => (s === null || s === undefined ? '?' : text('age.minutes', { n: Math.max(1, Math.ceil(s / 60)) }));
  const cost = (name, value, css) => h('Div', { className: 'cost ' + (css || '') }, h('Span', {}, text('dispatch.cost.' + name)), h('B', {}, value));

  /** The street that is left with the fewest: `余杭街道 1`. */
  function thinnest(left) {
    const all = Object.entries(left || {}).sort((a, b) => a[1] - b[1]);
    return all.length ? (desk.placeOf(all[0][0], 9) || all[0][0]) + ' ' + all[0][1] : text('value.none');
  }

  function orderRow(order, here) {
    const words = desk.nameOf({ ...order, id: order.recipient_id }), off = advice.without.has(keyOf(order));
    const css = 'advised' + (off ? ' off' : '');
    const inside = [h('Span', { className: 'what', title: titleOf(order.event_id) + ' · ' + (order.why || '') }, words), h('Span', { className: 'eta' }, minutes(order.eta_s))];
    return here ? h('Button', { type: 'button', className: css, role: 'checkbox', 'aria-checked': off ? 'false' : 'true', 'data-advised': keyOf(order) }, h('I', { className: 'box' }, off ? '' : desk.icon('pass')), ...inside)
      : h('Div', { className: css }, ...inside);
  }

  function optionOf(option, i) {
    const here = advice.chosen === i, orders = option.orders || [], unmet = option.unmet || [];
    return h('Section', { className: 'option' + (here ? ' chosen' : ''), 'data-option': i, title: option.about || null },
      h('H3', {}, h('B', {}, option.title || option.name), h('Span', { className: 'note' }, text('dispatch.orders_n', { n: orders.length }))),
      cost('total', minutes(option.total_arrival_s)), cost('worst', minutes(option.worst_arrival_s)),
      cost('left', thinnest(option.coverage_left)), cost('load', String(option.workload_max ?? text('value.none'))),
      cost('unmet', unmet.length ? unmet.map((one) => (one.title || one.kind) + ' ' + (one.count ?? 1)).join(' · ') : '0', unmet.length ? 'warm' : ''),
      h('Div', { className: 'advised-list' }, ...orders.slice(0, MOST_ROWS).map((order) => orderRow(order, here))),
      here ? h('Button', { type: 'button', className: 'btn pri', 'data-action': 'advice-send', 'aria-disabled': advice.busy || !kept(option).length ? 'true' : null }, text('dispatch.send', { n: kept(option).length }))
        : h('Button', { type: 'button', className: 'btn', 'data-action': 'advice-choose', 'data-option': i }, text('dispatch.choose')));
  }

  function inside() {
    if (advice.state === 'loading') return [h('P', { className: 'note' }, text('dispatch.computing'))];
    if (advice.state === 'failed') return [h('P', { className: 'unsent' }, text('dispatch.no_advice', { reason: advice.reason })), again()];
    if (advice.state === 'ready' && !advice.options.length) return [h('P', { className: 'note' }, text('dispatch.nothing_to_advise')), again()];
    return [
      advice.error ? h('P', { className: 'unsent', role: 'alert' }, text('dispatch.unsent', { reason: advice.error })) : null,
      h('Div', { className: 'options of-' + advice.options.length }, ...advice.options.map(optionOf)),
    ].filter(Boolean);
  }
  const again = () => h('Button', { type: 'button', className: 'btn', 'data-action': 'advice-again' }, text('dispatch.again'));

  function draw() {
    const body = byId('work-body');
    if (!body || dispatch.shownWork() !== 'advice') return;
    cockpit.write(byId('work-sub'), advice.state === 'ready' ? text('dispatch.advice_sub', { time: desk.timeOf(advice.at, true) }) : '');
    desk.workDrawn = 'advice';
    cockpit.patch(body, h('Div', { className: 'advice' }, ...inside()));
  }

  /** One click of orders a place; what one event refuses does not keep the others from going. */
  async function send() {
    const option = advice.options[advice.chosen];
    if (!option || advice.busy) return;
    const byEvent = new Map();
    for (const order of kept(option)) byEvent.set(order.event_id, [...(byEvent.get(order.event_id) || []), order]);
    Object.assign(advice, { busy: true, error: '' });
    draw();
    for (const [eventId, orders] of byEvent) {
      const row = desk.find(eventId);
      const task = text('dispatch.usual', { place: row ? [desk.placeOf(row[C.code], 9), desk.placeOf(row[C.code], 12)].join('') : '', title: titleOf(eventId) });
      const { status, body } = await desk.ask('orders', { method: 'POST', key: desk.newKey(), body: { event_id: eventId, recipient_ids: orders.map((one) => one.recipient_id), task, accept_within_s: WITHIN_S, despite: [] } });
      if (status !== 202) {
        advice.error = titleOf(eventId) + ' · ' + (body.detail || body.title || status);
        continue;
      }
      for (const order of orders) advice.without.add(keyOf(order));
      desk.toast(text('dispatch.sent', { n: orders.length, names: desk.namesOf(orders.map((order) => ({ ...order, id: order.recipient_id }))) }), body.command_id);
      cockpit.emit('orders-sent', body);
    }
    advice.busy = false;
    if (!advice.error) dispatch.setWork('orders');
    draw();
  }

  let was = '';
  cockpit.on('dispatch', () => {
    const key = dispatch.shownWork() === 'advice' ? 'advice ' + dispatch.eventId() : '';
    if (key && key !== was) ask();
    else draw();
    was = key;
  });
  document.addEventListener('click', (event) => {
    const action = desk.here() && event.target.closest && event.target.closest('#work-body [data-action], #work-body [data-advised]');
    if (!action) return;
    if (action.dataset.advised) {
      if (!advice.without.delete(action.dataset.advised)) advice.without.add(action.dataset.advised);
    } else if (action.dataset.action === 'advice-choose') Object.assign(advice, { chosen: Number(action.dataset.option), without: new Set() });
    else if (action.dataset.action === 'advice-again') return void ask();
    else if (action.dataset.action === 'advice-send') return void send();
    else return;
    draw();
  });
})();
