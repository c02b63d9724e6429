/* Sends orders: one key a click, doubts are asked once, and ten seconds to take back what one click has sent. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h, dispatch } = desk;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const UNDO_S = 10, SAID_S = 6;
  const DOUBTS = { busy: 'dispatch.ask_busy', off_duty: 'dispatch.ask_off' };
  const OF_RULE = { recipient_busy: 'busy', recipient_off_duty: 'off_duty' };
  let toasts = []; // {words, command_id, left}

  /** Ask about what has not been said yes to; @returns {boolean} whether there was anything to ask. */
  function asks(draft, found) {
    const open = Object.keys(DOUBTS).filter((name) => found[name] && found[name].length && !draft.despite.has(name));
    if (!open.length) return false;
    draft.asking = open.map((name) => text(DOUBTS[name], { names: desk.namesOf(found[name]) })).join(' ');
    open.forEach((name) => draft.despite.add(name)); // the next press says yes
    desk.drawComposer();
    return true;
  }

  /** Send what is written to who is ticked. */
  desk.sendOrders = async function () {
    if (!dispatch.open) return;
    const draft = dispatch.draft();
    if (desk.whyNot(draft)) {
      if (!draft.busy && draft.ticked.size === 0) byId('near-list').focus({ preventScroll: true });
      return;
    }
    if (asks(draft, desk.doubts(draft))) return;
    const wish = { event_id: dispatch.eventId(), recipient_ids: [...draft.ticked.keys()], task: desk.taskOf(draft).trim(), accept_within_s: draft.within, despite: [...draft.despite] };
    const words = JSON.stringify(wish);
    // the same words again are the same wish, even if the answer got lost
    if (draft.said !== words) [draft.said, draft.key] = [words, desk.newKey()];
    Object.assign(draft, { busy: true, error: '', asking: null });
    desk.drawComposer();
    const { status, body } = await desk.ask('orders', { method: 'POST', key: draft.key, body: wish });
    draft.busy = false;
    if (status === 202) {
      const who = desk.namesOf([...draft.ticked.values()]);
      Object.assign(draft, { ticked: new Map(), task: null, despite: new Set(), said: '', key: null });
      desk.toast(text('dispatch.sent', { n: wish.recipient_ids.length, names: who }), body.command_id);
      cockpit.emit('orders-sent', body);
      cockpit.emit('ticked', draft);
      return;
    }
    const rule = body.rule || '', doubt = OF_RULE[rule];
    if (status === 409) [draft.said, draft.key] = ['', null]; // asked anew it is another wish
    if (status === 409 && doubt && !draft.despite.has(doubt)) {
      const told = new Set((body.recipients || []).map((one) => (typeof one === 'string' ? one : one.id)));
      const meant = [...draft.ticked.values()].filter((item) => !told.size || told.has(item.id));
      asks(draft, { [doubt]: meant });
    } else draft.error = body.detail || body.title || text('drawer.no_answer');
    desk.drawComposer();
  };

  /** Tell what was done; with a command, ten seconds to take it back. */
  desk.toast = function (words, commandId) {
    toasts = [...toasts.slice(-2), { words, command_id: commandId || '', left: commandId ? UNDO_S : SAID_S, busy: false }];
    drawToasts();
  };

  function drawToasts() {
    const box = byId('order-toasts');
    if (!box) return;
    cockpit.patch(box, toasts.map((one, i) => h('Div', { className: 'desk-toast' },
      h('Span', { className: 'words' }, one.words),
      one.command_id ? h('Button', { type: 'button', className: 'btn', 'data-action': 'order-undo', 'data-toast': i, 'aria-disabled': one.busy ? 'true' : null },
        h('Span', {}, text('desk.undo', { n: one.left })), h('Kbd', {}, '⌫')) : null)));
  }

  async function undo(one) {
    if (!one || one.busy) return;
    one.busy = true;
    drawToasts();
    const { status, body } = await desk.ask('orders/undo', { method: 'POST', key: desk.newKey(), body: { command_id: one.command_id } });
    toasts = toasts.filter((other) => other !== one);
    desk.toast(status === 202 || status === 200 ? text('dispatch.undone') : text('dispatch.not_undone', { reason: body.detail || body.title || String(status) }));
  }
  /** Take the newest back, if there still is one. */
  desk.undoOrders = () => undo([...toasts].reverse().find((one) => one.command_id));
  desk.canUndoOrders = () => toasts.some((one) => one.command_id);

  cockpit.on('tick', () => {
    if (!toasts.length) return;
    for (const one of toasts) one.left -= 1;
    toasts = toasts.filter((one) => one.left > 0 || one.busy);
    drawToasts();
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest && event.target.closest('[data-action="order-undo"]');
    if (button) undo(toasts[Number(button.dataset.toast)]);
  });
})();
