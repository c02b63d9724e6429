/* 一键指挥: the plan that fits the chosen event, why it fits, and what it will do: shown before it is run. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h, icon, dispatch } = desk;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  /** Event id → `{state, items}`: what the API said fits. */
  const known = new Map();
  let shown = false, chosen = 0, busy = false, error = '', key = '', last = '';

  const list = (value) => (Array.isArray(value) ? value : value ? [value] : []);
  const wordsOf = (one) => (typeof one === 'string' ? one : one.text || one.title || one.name || one.item || one.message || '');

  /** One plan as the desk shows it, whatever parts it has. */
  function planOf(one) {
    const match = one.match || {};
    return {
      id: one.plan_id || one.id, name: one.title || one.name || one.plan_id, why: list(match.why || match.reason || match.text || one.why).map(wordsOf).filter(Boolean),
      message: one.message || wordsOf(list(one.messages)[0] || ''), forces: list(one.forces), checklist: list(one.checklist).map(wordsOf),
      told: list(one.told || one.notify || one.tell).map(wordsOf), mode: one.mode || '', layers: list(one.layers).map(wordsOf), cameras: one.cameras || null,
    };
  }

  const found = () => known.get(dispatch.eventId()) || { state: 'none', items: [] };
  /** The plan that fits best; null if none does, or nobody has asked yet. */
  desk.plan = () => found().items[shown ? chosen : 0] || null;

  async function ask(eventId) {
    known.set(eventId, { state: 'loading', items: [] });
    const { status, body } = await desk.ask('plans?event_id=' + encodeURIComponent(eventId));
    const fits = list(body.items).filter((one) => one.match !== null && one.match !== false && !(one.match && one.match.fits === false));
    known.set(eventId, { state: status === 200 ? 'ready' : 'failed', items: status === 200 ? fits.map(planOf) : [] });
    if (status !== 200) setTimeout(() => known.delete(eventId), 10000); // asked again when it is looked at again
    cockpit.emit('plan', eventId);
  }

  cockpit.on('dispatch', () => {
    const id = dispatch.eventId();
    if (dispatch.open && id && !known.has(id)) ask(id);
    if (id !== last) desk.closePlan();
    last = id;
  });

  const force = (one) => [text('dispatch.force', { n: one.number ?? one.n ?? one.count ?? 1, kind: one.title || desk.kindOf(one.kind) }), list(one.skills).map(desk.skillOf).join(' '),
    one.radius_m ? text('dispatch.force_radius', { far: desk.metresOf(one.radius_m) }) : ''].filter(Boolean).join(' · ');
  const part = (name, lines) => (lines.length ? h('Section', {}, h('H3', {}, text('dispatch.plan.' + name)), h('Ul', {}, ...lines.map((line) => h('Li', {}, line)))) : null);

  function draw() {
    const box = byId('plan-box');
    if (!box) return;
    byId('plan-dialog').hidden = !shown;
    const plan = shown ? desk.plan() : null;
    if (!plan) return cockpit.patch(box, []);
    const { items } = found(), ticked = [...dispatch.draft().ticked.values()];
    const row = desk.find(dispatch.eventId());
    const layers = [plan.mode === 'wartime' ? text('dispatch.plan.wartime') : '', ...plan.layers.map((layer) => text('dispatch.plan.layer', { name: cockpit.texts['dispatch.layer.' + layer] || layer })),
      plan.cameras ? text('dispatch.plan.cameras', { n: plan.cameras.number ?? plan.cameras.n ?? plan.cameras }) : ''].filter(Boolean);
    cockpit.patch(box, [
      h('Header', {}, h('H2', {}, text('dispatch.run_plan') + ' · ' + plan.name), h('Button', { type: 'button', className: 'btn', 'data-action': 'plan-close' }, h('Kbd', {}, 'Esc'), h('Span', {}, text('keys.close')))),
      h('P', { className: 'about' }, row ? row[desk.COLUMN.title] : ''),
      items.length > 1 ? h('Div', { className: 'chips' }, ...items.map((one, i) => h('Button', { type: 'button', className: 'facet', 'data-plan': i, 'aria-pressed': i === chosen ? 'true' : 'false' }, h('Span', {}, one.name)))) : null,
      plan.why.length ? h('P', { className: 'why' }, icon('pass'), text('dispatch.plan.why', { why: plan.why.join(' · ') })) : null,
      h('Div', { className: 'plan-parts' },
        part('forces', ticked.length ? [text('dispatch.plan.ticked', { names: desk.namesOf(ticked) })] : plan.forces.map(force)),
        part('message', [plan.message].filter(Boolean)), part('checklist', plan.checklist), part('told', plan.told), part('screens', layers)),
      error ? h('P', { className: 'unsent', role: 'alert' }, text('dispatch.unsent', { reason: error })) : null,
      h('Div', { className: 'buttons' }, h('Button', { type: 'button', className: 'btn', 'data-action': 'plan-close' }, text('form.cancel')),
        h('Button', { type: 'button', className: 'btn pri', 'data-action': 'plan-run', 'aria-disabled': busy ? 'true' : null }, h('Span', {}, text(busy ? 'dispatch.sending' : 'dispatch.plan.run')), h('Kbd', {}, 'Enter'))),
    ].filter(Boolean));
  }

  desk.openPlan = function () {
    if (!dispatch.open || !dispatch.eventId() || !found().items.length) return;
    [shown, chosen, error, key] = [true, 0, '', desk.newKey()];
    draw();
    const run = document.querySelector('[data-action="plan-run"]');
    if (run) run.focus();
  };
  /** @returns {boolean} whether it was open */
  desk.closePlan = function () {
    if (!shown) return false;
    shown = false;
    draw();
    const list = byId('near-list');
    if (list) list.focus({ preventScroll: true });
    return true;
  };
  desk.planShown = () => shown;

  async function run() {
    const plan = desk.plan(), draft = dispatch.draft();
    if (busy || !plan) return;
    [busy, error] = [true, ''];
    draw();
    const ids = [...draft.ticked.keys()];
    const { status, body } = await desk.ask('plans/' + encodeURIComponent(plan.id) + '/run', { method: 'POST', key, body: { event_id: dispatch.eventId(), ...(ids.length ? { recipient_ids: ids } : {}) } });
    busy = false;
    if (status !== 202) {
      error = body.detail || body.title || text('drawer.no_answer');
      if (status) key = desk.newKey(); // it was answered: the next click is another wish
      return draw();
    }
    draft.ticked.clear();
    desk.closePlan();
    desk.toast(text('dispatch.plan.ran', { name: plan.name, n: list(body.order_ids).length }), body.command_id);
    cockpit.emit('orders-sent', body);
    cockpit.emit('ticked', draft);
  }

  cockpit.on('ticked', () => shown && draw());
  document.addEventListener('click', (event) => {
    if (!desk.here() || !event.target.closest) return;
    const other = event.target.closest('[data-plan]'), action = event.target.closest('[data-action]');
    if (other) {
      chosen = Number(other.dataset.plan);
      draw();
    } else if (event.target.id === 'plan-dialog') desk.closePlan();
    else if (action && action.dataset.action === 'plan-open') desk.openPlan();
    else if (action && action.dataset.action === 'plan-close') desk.closePlan();
    else if (action && action.dataset.action === 'plan-run') run();
  });
})();
