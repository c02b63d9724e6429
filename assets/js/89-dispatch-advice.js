/* 推荐方案: two or three ways to send everybody who is needed; what an officer changes of the chosen one, and sending it. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { dispatch } = desk;
  const C = desk.COLUMN;
  const text = (key, values) => cockpit.text(key, values);

  const WITHIN_S = 90, PATIENCE_MS = 15000, SWAP_M = 8000, MOST_SWAPS = 6;
  /**
   * `state`: idle, loading, ready, failed. Of the chosen option: `without` was taken out, `swapped` is who goes instead,
   * `sent` is on its way; all by the key of the order that was proposed. `swap`: `{key, state, items, reason}`.
   */
  const advice = (desk.advice = { state: 'idle', options: [], at: 0, reason: '', needs: [], unplaced: 0, passed: 0, chosen: -1, without: new Set(), swapped: new Map(), sent: new Set(), swap: null, busy: false, error: '' });
  let turn = 0;
  const keys = new Map(); // what was asked for → its key: the same wish again does nothing twice

  advice.keyOf = (order) => order.event_id + ' ' + order.recipient_id;
  /** An order as it would go out now: as proposed, or with who was put in. */
  advice.now = (order) => advice.swapped.get(advice.keyOf(order)) || order;
  /** What would be sent: `[proposed, order]`. */
  advice.kept = (option) => (option.orders || []).filter((order) => !advice.without.has(advice.keyOf(order)) && !advice.sent.has(advice.keyOf(order))).map((order) => [order, advice.now(order)]);
  advice.changes = () => advice.without.size + advice.swapped.size;

  const redraw = () => desk.drawAdvice();
  const unchanged = () => ({ without: new Set(), swapped: new Map(), sent: new Set(), swap: null });
  advice.titleOf = (id) => (desk.find(id) ? desk.find(id)[C.title] : id);

  async function ask() {
    const mine = ++turn, stop = new AbortController(), late = setTimeout(() => stop.abort(), PATIENCE_MS);
    Object.assign(advice, { state: 'loading', reason: '', error: '' });
    redraw();
    const wish = dispatch.eventId() ? { event_ids: [dispatch.eventId()] } : { scope: cockpit.page.scope };
    const { status, body } = await desk.ask('recommendation', { method: 'POST', key: desk.newKey(), body: wish, signal: stop.signal });
    clearTimeout(late);
    if (mine !== turn) return;
    if (status === 200) Object.assign(advice, { state: 'ready', options: body.options || [], needs: body.needs || [], at: Date.parse(body.as_of) || cockpit.now(), unplaced: (body.unplaced || []).length, passed: (body.passed || []).length, chosen: -1, ...unchanged() });
    else Object.assign(advice, { state: 'failed', reason: body.detail || body.title || text('drawer.no_answer') });
    redraw();
  }

  /** Who could go in the place of one of the option: of the same kind, free, and not in it already. */
  async function lookForOthers(key) {
    const option = advice.options[advice.chosen], order = option && option.orders.find((one) => advice.keyOf(one) === key);
    if (!order) return;
    if (advice.swap && advice.swap.key === key) return void (advice.swap = null);
    const mine = (advice.swap = { key, state: 'loading', items: [], reason: '' }), row = desk.find(order.event_id);
    const query = new URLSearchParams({ lon: row ? row[0] : '', lat: row ? row[1] : '', event_id: order.event_id, kinds: order.kind || '', radius_m: SWAP_M, sort: 'eta', limit: 30 });
    const { status, body } = await desk.ask('nearby?' + query);
    if (advice.swap !== mine) return;
    const inside = new Set(option.orders.flatMap((one) => [one.recipient_id, advice.now(one).recipient_id]));
    const free = (body.items || []).filter((item) => ['free', 'registered'].includes(item.status) && !inside.has(item.id)).slice(0, MOST_SWAPS);
    Object.assign(mine, status === 200 ? { state: 'ready', items: free } : { state: 'failed', reason: body.detail || body.title || text('drawer.no_answer') });
    redraw();
  }

  function put(id) {
    const { key, items } = advice.swap, item = items.find((one) => one.id === id);
    const order = advice.options[advice.chosen].orders.find((one) => advice.keyOf(one) === key);
    if (item && order) advice.swapped.set(key, { event_id: order.event_id, recipient_id: item.id, name: item.name, kind: item.kind, eta_s: item.eta_s, why: item.why });
    advice.without.delete(key);
    advice.swap = null;
  }

  function taskOf(eventId) {
    const row = desk.find(eventId), planned = eventId === dispatch.eventId() && desk.planMessage ? desk.planMessage() : '';
    return planned || text('dispatch.usual', { place: row ? [desk.placeOf(row[C.code], 9), desk.placeOf(row[C.code], 12)].join('') : '', title: advice.titleOf(eventId) });
  }

  /** One click of orders a place; what one event refuses does not keep the others from going, and what went is not sent again. */
  async function send() {
    const option = advice.options[advice.chosen];
    if (!option || advice.busy) return;
    const byEvent = new Map();
    for (const pair of advice.kept(option)) byEvent.set(pair[1].event_id, [...(byEvent.get(pair[1].event_id) || []), pair]);
    Object.assign(advice, { busy: true, error: '', swap: null });
    redraw();
    const failed = [];
    for (const [eventId, pairs] of byEvent) {
      const orders = pairs.map(([, order]) => order);
      const body = { event_id: eventId, recipient_ids: orders.map((one) => one.recipient_id), task: taskOf(eventId), accept_within_s: WITHIN_S, despite: [] };
      const words = JSON.stringify(body);
      if (!keys.has(words)) keys.set(words, desk.newKey());
      const { status, body: told } = await desk.ask('orders', { method: 'POST', key: keys.get(words), body });
      if (status) keys.delete(words); // it was answered: asked anew it is another wish
      if (status !== 202) {
        failed.push(advice.titleOf(eventId) + ' · ' + (told.detail || told.title || text('drawer.no_answer')));
        continue;
      }
      for (const [proposed] of pairs) advice.sent.add(advice.keyOf(proposed));
      desk.toast(text('dispatch.sent', { n: orders.length, names: desk.namesOf(orders.map((order) => ({ ...order, id: order.recipient_id }))) }), told.command_id);
      cockpit.emit('orders-sent', told);
    }
    Object.assign(advice, { busy: false, error: failed.join('；') });
    if (!failed.length) dispatch.setWork('orders');
    redraw();
  }

  let was = '';
  cockpit.on('dispatch', () => {
    const key = dispatch.shownWork() === 'advice' ? 'advice ' + dispatch.eventId() : '';
    if (key && key !== was) ask();
    else redraw();
    was = key;
  });

  const DEEDS = {
    'advice-choose': (button) => Object.assign(advice, { chosen: Number(button.dataset.option), ...unchanged() }),
    'advice-again': () => void ask(),
    'advice-send': () => void send(),
    'advice-swap': (button) => void lookForOthers(button.dataset.key),
    'advice-back': (button) => advice.swapped.delete(button.dataset.key),
    'advice-put': (button) => put(button.dataset.id),
  };
  document.addEventListener('click', (event) => {
    const button = desk.here() && event.target.closest && event.target.closest('#work-body [data-action], #work-body [data-advised]');
    if (!button) return;
    const key = button.dataset.advised;
    if (key) {
      if (!advice.without.delete(key)) advice.without.add(key);
    } else if (!DEEDS[button.dataset.action]) return;
    else if (button.getAttribute('aria-disabled') !== 'true') DEEDS[button.dataset.action](button);
    redraw();
  });
})();
