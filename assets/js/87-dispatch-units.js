/* ＋部门: departments as recipients. Their duty phone stands first: whoever orders one calls it next. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h, icon, dispatch } = desk;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const SOON_MS = 200, MOST = 50;
  /** `state`: loading, ready, failed. `phones`: unit → duty phone, of all that were ever read. */
  const picker = { open: false, state: 'loading', items: [], total: 0, reason: '', q: '' };
  const phones = new Map();
  let turn = 0, timer = 0, field = null;

  /** The duty phone of a department that has been looked up here; '' if nobody knows it. */
  desk.phoneOfUnit = (id) => phones.get(id) || '';

  async function ask() {
    const mine = ++turn, query = new URLSearchParams({ limit: MOST });
    if (picker.q) query.set('q', picker.q);
    if (dispatch.eventId()) query.set('event_id', dispatch.eventId());
    const { status, body } = await desk.ask('units?' + query);
    if (mine !== turn) return;
    if (status === 200) Object.assign(picker, { state: 'ready', items: body.items || [], total: body.total || 0, reason: '' });
    else Object.assign(picker, { state: 'failed', reason: body.detail || body.title || text('drawer.no_answer') });
    for (const item of picker.items) if (item.phone) phones.set(item.id, item.phone);
    draw();
  }

  /** The phone of a department that was ordered from elsewhere, read once. */
  desk.lookUpUnit = async function (id, name) {
    if (phones.has(id)) return;
    phones.set(id, '');
    const { status, body } = await desk.ask('units?' + new URLSearchParams({ q: name, limit: 5 }));
    const found = status === 200 ? (body.items || []).find((item) => item.id === id) : null;
    if (!found || !found.phone) return;
    phones.set(id, found.phone);
    cockpit.emit('dispatch', dispatch);
  };

  function about(item) {
    const level = cockpit.texts['level.' + item.level] || '';
    return [item.responsible ? text('dispatch.units.responsible') : '', item.division || level, item.open_orders ? text('dispatch.units.open', { n: item.open_orders }) : ''].filter(Boolean).join(' · ');
  }

  function row(item) {
    const ticked = dispatch.draft().ticked.has(item.id);
    return h('Button', { type: 'button', className: 'unit' + (ticked ? ' ticked' : '') + (item.responsible ? ' responsible' : ''), role: 'option', 'aria-selected': ticked ? 'true' : 'false', 'data-unit': item.id },
      h('I', { className: 'box' }, ticked ? icon('pass') : ''),
      h('Span', { className: 'who' }, h('Span', { className: 'name' }, item.name), h('Small', {}, about(item))),
      h('Span', { className: 'phone' }, item.phone || text('dispatch.units.no_phone')),
      h('Span', { className: 'state' + (item.order_id ? ' warm' : '') }, item.order_id ? text('dispatch.units.ordered') : ''));
  }

  function rows() {
    if (picker.state === 'loading') return h('P', { className: 'note' }, text('dispatch.units.loading'));
    if (picker.state === 'failed') return [h('P', { className: 'unsent' }, text('dispatch.units.failed', { reason: picker.reason })), h('Button', { type: 'button', className: 'btn', 'data-action': 'units-retry' }, text('drawer.retry'))];
    if (!picker.items.length) return h('P', { className: 'note' }, text(picker.q ? 'dispatch.units.none_found' : 'dispatch.units.none'));
    const more = picker.total - picker.items.length;
    return [...picker.items.map(row), more > 0 ? h('P', { className: 'note' }, text('dispatch.units.more', { n: more })) : null];
  }

  /** The field is ours alone, so that no redrawing takes the letters away. */
  function makeField(box) {
    if (field && box.contains(field)) return;
    field = document.createElement('input');
    Object.assign(field, { type: 'text', maxLength: 60, autocomplete: 'off', placeholder: text('dispatch.units.find') });
    field.setAttribute('aria-label', text('dispatch.units.find'));
    field.addEventListener('input', () => {
      picker.q = field.value.trim();
      clearTimeout(timer);
      timer = setTimeout(ask, SOON_MS);
    });
    byId('unit-field').replaceChildren(field);
  }

  function draw() {
    const box = byId('unit-picker');
    if (!box) return;
    box.hidden = !picker.open || !dispatch.open;
    if (box.hidden) return;
    makeField(box);
    cockpit.patch(byId('unit-list'), rows());
  }

  desk.openUnits = function () {
    Object.assign(picker, { open: true, state: 'loading', items: [], q: '' });
    draw();
    field.value = '';
    field.focus();
    ask();
  };
  /** @returns {boolean} whether it was open */
  desk.closeUnits = function () {
    if (!picker.open) return false;
    picker.open = false;
    turn++;
    draw();
    byId('near-list').focus({ preventScroll: true });
    return true;
  };

  function tick(id) {
    const draft = dispatch.draft(), item = picker.items.find((one) => one.id === id);
    // a department may have many orders, only a second one for the same event is a doubt
    if (!draft.ticked.delete(id) && item) draft.ticked.set(id, { ...item, status: item.order_id ? 'busy' : 'registered' });
    Object.assign(draft, { asking: null, despite: new Set() });
    cockpit.emit('ticked', draft);
  }

  for (const name of ['ticked', 'dispatch']) cockpit.on(name, draw);
  let last = null;
  cockpit.on('desk-choice', () => {
    if (last !== dispatch.eventId()) desk.closeUnits();
    last = dispatch.eventId();
  });
  document.addEventListener('click', (event) => {
    if (!desk.here() || !event.target.closest) return;
    const unit = event.target.closest('[data-unit]'), action = event.target.closest('[data-action]'), name = action ? action.dataset.action : '';
    if (unit) tick(unit.dataset.unit);
    else if (name === 'units-open') picker.open ? desk.closeUnits() : desk.openUnits();
    else if (name === 'units-close') desk.closeUnits();
    else if (name === 'units-retry') ask();
  });
})();
