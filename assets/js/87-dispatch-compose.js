/* 派单: whom, what, until when. Nothing that was typed is lost: a refusal leaves the text and says why it was not sent. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h, icon, dispatch, near } = desk;
  const C = desk.COLUMN;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const WITHIN = [60, 90, 180, 300], OLD_S = 300, MOST_TEXT = 500, MOST_NAMES = 5;
  let area = null;

  /** Text written for the officer: the plan's message, else what and where. */
  function usual() {
    if (desk.planMessage && desk.planMessage()) return desk.planMessage();
    const row = dispatch.eventId() ? desk.find(dispatch.eventId()) : null;
    if (!row) return '';
    const detail = desk.event.id === dispatch.eventId() ? desk.event.detail : null;
    const place = (detail && detail.address) || [desk.placeOf(row[C.code], 9), desk.placeOf(row[C.code], 12)].filter(Boolean).join('');
    return text('dispatch.usual', { place, title: row[C.title] });
  }
  const taskOf = (draft) => (draft.task === null ? usual() : draft.task);

  /** Dash has no plain text area: this one belongs to us alone, so that no redrawing takes the letters away. */
  function makeArea() {
    const place = byId('compose-task');
    if (!place || (area && place.contains(area))) return;
    area = document.createElement('textarea');
    Object.assign(area, { id: 'order-task', rows: 2, maxLength: MOST_TEXT, spellcheck: false });
    area.setAttribute('aria-label', text('dispatch.task'));
    area.addEventListener('input', () => {
      dispatch.draft().task = area.value;
      draw();
    });
    area.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) desk.sendOrders();
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      byId('near-list').focus({ preventScroll: true });
    });
    place.replaceChildren(area);
  }

  /** Who is ordered knowingly only: those with an order, and those off duty. */
  desk.doubts = function (draft) {
    const all = [...draft.ticked.values()];
    return { busy: all.filter((item) => item.status === 'busy'), off_duty: all.filter((item) => item.status === 'off_shift') };
  };
  const names = (items) => items.slice(0, MOST_NAMES).map(desk.nameOf).reduce((one, other) => (one ? text('dispatch.and', { one, other }) : other), '') + (items.length > MOST_NAMES ? ' +' + (items.length - MOST_NAMES) : '');
  desk.namesOf = names;

  /** What an officer should know before it is sent. */
  function warnings(draft) {
    const all = [...draft.ticked.values()], { busy, off_duty: off } = desk.doubts(draft);
    const old = all.filter((item) => item.status === 'stale' || (item.position_age_s || 0) > OLD_S);
    const list = [];
    if (busy.length) list.push(text('dispatch.warn_busy', { names: names(busy) }));
    if (off.length) list.push(text('dispatch.warn_off', { names: names(off) }));
    if (old.length) list.push(text('dispatch.warn_old', { n: old.length }));
    return list;
  }

  /** Why it cannot be sent now; '' if it can. */
  desk.whyNot = function (draft) {
    if (draft.busy) return text('dispatch.sending');
    if (!dispatch.eventId()) return text(desk.chosen ? 'dispatch.need_event_alarm' : 'dispatch.need_event');
    const row = desk.find(dispatch.eventId());
    if (row && row[C.state] === 'closed') return text('dispatch.event_over');
    if (!draft.ticked.size) return text('dispatch.need_people');
    if (!taskOf(draft).trim()) return text('dispatch.need_task');
    return '';
  };
  desk.taskOf = taskOf;

  function people(draft) {
    const all = [...draft.ticked.values()];
    if (!all.length) return [h('Span', { className: 'note' }, text('dispatch.nobody'))];
    return all.map((item) => h('Span', { className: 'recipient', title: item.phone || null }, desk.nameOf(item), item.kind === 'unit' && item.phone ? h('Small', {}, item.phone) : null,
      h('Button', { type: 'button', 'data-untick': item.id, 'aria-label': text('dispatch.drop', { name: desk.nameOf(item) }) }, icon('close'))));
  }

  function within(draft) {
    return [h('Span', { className: 'note' }, text('dispatch.within')), ...WITHIN.map((s) => h('Button', { type: 'button', className: 'facet', 'data-within': s, 'aria-pressed': draft.within === s ? 'true' : 'false' },
      h('Span', {}, s < 120 ? text('age.seconds', { n: s }) : text('age.minutes', { n: s / 60 })))), h('Span', { className: 'note then' }, text('dispatch.then'))];
  }

  function said(draft) {
    if (draft.error) return [h('P', { className: 'unsent' }, text('dispatch.unsent', { reason: draft.error }))];
    if (draft.asking) return [h('P', { className: 'asking' }, draft.asking)];
    return warnings(draft).slice(0, 2).map((words) => h('P', { className: 'warned' }, words));
  }

  function buttons(draft) {
    const reason = desk.whyNot(draft), n = draft.ticked.size, plan = desk.plan && desk.plan();
    const words = draft.asking ? text('dispatch.send_anyway') : reason && !draft.busy && n === 0 ? reason : draft.busy ? reason : text('dispatch.send', { n });
    const send = h('Button', { type: 'button', className: 'btn send' + (plan && !n ? '' : ' pri'), 'data-action': 'order-send', 'aria-disabled': reason ? 'true' : null, title: reason || null },
      h('Span', {}, words), reason ? null : h('Kbd', {}, 'Enter'));
    if (!plan) return [send];
    // who has run it already is read before anybody runs it again
    const ran = desk.ranPlan(dispatch.eventId(), plan.id), said = ran ? text('dispatch.plan.ran_short', { time: desk.timeOf(ran.at), who: desk.masked(ran.by) }) : '';
    const run = h('Button', { type: 'button', className: 'btn run' + (n || ran ? '' : ' pri') + (ran ? ' ran' : ''), 'data-action': 'plan-open', title: said || null, 'aria-disabled': dispatch.eventId() ? null : 'true' },
      h('Span', {}, ran ? said : text('dispatch.run_plan')), ran ? null : h('Kbd', {}, '⇧ Enter'));
    return n ? [send, run] : [run, send];
  }

  function draw() {
    if (!dispatch.open || !byId('compose-task')) return;
    makeArea();
    const draft = dispatch.draft();
    const words = taskOf(draft);
    if (document.activeElement !== area && area.value !== words) area.value = words;
    area.dataset.unsent = draft.error ? 'true' : 'false';
    cockpit.patch(byId('compose-people'), people(draft));
    cockpit.patch(byId('compose-within'), within(draft));
    cockpit.patch(byId('compose-said'), said(draft));
    cockpit.patch(byId('compose-buttons'), buttons(draft));
    const plan = desk.plan && desk.plan();
    cockpit.write(byId('compose-plan'), plan ? text('dispatch.plan_fits', { name: plan.name }) : '');
  }
  desk.drawComposer = draw;
  for (const name of ['dispatch', 'near', 'ticked', 'plan', 'orders', 'desk-event']) cockpit.on(name, draw);

  document.addEventListener('click', (event) => {
    if (!desk.here() || !event.target.closest) return;
    const untick = event.target.closest('[data-untick]'), limit = event.target.closest('[data-within]'), action = event.target.closest('[data-action]');
    if (untick) desk.tick(untick.dataset.untick);
    else if (limit) {
      dispatch.draft().within = Number(limit.dataset.within);
      draw();
    } else if (action && action.dataset.action === 'order-send') desk.sendOrders();
  });
})();
