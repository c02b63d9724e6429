/* 一键指挥: the plan that fits the chosen event, why it fits, and what it will do: shown before it is run. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h, icon, dispatch } = desk, C = desk.COLUMN;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  /** Event id → `{state, items}`: what the API said fits. */
  const known = new Map();
  const NOTHING = { ready: 'none', failed: 'failed', loading: 'looking', none: 'looking' };
  let shown = false, chosen = 0, busy = false, sure = false, error = '', key = '', last = '';

  const list = (value) => (Array.isArray(value) ? value : []);

  /** `{title} {address} {time}` of a plan's words, from the event that it fits. */
  function filled(words, eventId) {
    const row = desk.find(eventId), detail = desk.event.id === eventId ? desk.event.detail : null;
    const place = row ? [desk.placeOf(row[C.code], 9), desk.placeOf(row[C.code], 12)].join('') : '';
    const values = { title: row ? row[C.title] : '', address: (detail && detail.address) || place, time: row ? desk.timeOf(row[C.reportedAt]) : '' };
    return (words || '').replace(/\{(title|address|time)\}/g, (whole, name) => values[name]);
  }

  /** One plan as the desk shows it: `message` is what its first force is told to do. */
  const planOf = (one) => ({
    id: one.plan_id, name: one.title, why: list(one.match && one.match.why), forces: list(one.forces), checklist: list(one.checklist).map((item) => item.text),
    message: (list(one.forces)[0] || {}).task || '', told: list(one.messages), mode: one.mode, layers: list(one.layers), cameras: one.cameras,
  });

  const found = () => known.get(dispatch.eventId()) || { state: 'none', items: [] };
  /** The plan that fits best; null if none does, or nobody has asked yet. */
  desk.plan = () => found().items[shown ? chosen : 0] || null;
  desk.planMessage = () => (desk.plan() ? filled(desk.plan().message, dispatch.eventId()) : '');

  async function ask(eventId) {
    known.set(eventId, { state: 'loading', items: [] });
    const { status, body } = await desk.ask('plans?event_id=' + encodeURIComponent(eventId));
    const fits = list(body.items).filter((one) => one.match);
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

  /** `网格员 6 · 3 km 内 · 急救`, and who would go now. */
  function force(one) {
    const words = [text('dispatch.force', { n: one.count, kind: one.title || desk.kindOf(one.kind) }), one.radius_m ? text('dispatch.force_radius', { far: desk.metresOf(one.radius_m) }) : '', list(one.skills).map(desk.skillOf).join(' ')];
    const who = one.candidates ? (one.candidates.length ? one.candidates.map((item) => desk.nameOf(item) + ' ' + desk.etaOf(item)).join(' · ') : text('dispatch.plan.nobody')) : '';
    return [words.filter(Boolean).join(' · '), who ? h('Small', { className: one.candidates.length < one.count ? 'late' : '' }, who) : null].filter(Boolean);
  }

  const part = (name, lines) => (lines.length ? h('Section', {}, h('H3', {}, text('dispatch.plan.' + name)), h('Ul', {}, ...lines.map((line) => h('Li', {}, ...[line].flat())))) : null);

  function draw() {
    const box = byId('plan-box');
    if (!box) return;
    byId('plan-dialog').hidden = !shown;
    const plan = shown ? desk.plan() : null;
    if (!plan) return cockpit.patch(box, []);
    const { items } = found(), ticked = [...dispatch.draft().ticked.values()];
    const row = desk.find(dispatch.eventId());
    const screens = [plan.mode === 'wartime' ? text('dispatch.plan.wartime') : '', ...plan.layers.map((layer) => text('dispatch.plan.layer', { name: desk.kindOf(layer) })),
      plan.cameras ? text('dispatch.plan.cameras', { n: plan.cameras.n }) : ''].filter(Boolean);
    // the fact may be here before the answer: what is being sent is not called a run of before
    const ran = busy ? null : desk.ranPlan(dispatch.eventId(), plan.id), runs = ran && ran.runs;
    const told = plan.told.map((one) => [h('B', {}, one.to), ' ' + filled(one.text, dispatch.eventId())]);
    cockpit.patch(box, [
      h('Header', {}, h('H2', {}, text('dispatch.run_plan') + ' · ' + plan.name), h('Button', { type: 'button', className: 'btn', 'data-action': 'plan-close' }, h('Kbd', {}, 'Esc'), h('Span', {}, text('keys.close')))),
      h('P', { className: 'about' }, row ? row[desk.COLUMN.title] : ''),
      items.length > 1 ? h('Div', { className: 'chips' }, ...items.map((one, i) => h('Button', { type: 'button', className: 'facet', 'data-plan': i, 'aria-pressed': i === chosen ? 'true' : 'false' }, h('Span', {}, one.name)))) : null,
      plan.why.length ? h('P', { className: 'why' }, icon('pass'), text('dispatch.plan.why', { why: plan.why.join(' · ') })) : null,
      h('Div', { className: 'plan-parts' },
        part('forces', ticked.length ? [text('dispatch.plan.ticked', { names: desk.namesOf(ticked) })] : plan.forces.map(force)),
        part('message', [desk.planMessage()].filter(Boolean)), part('checklist', plan.checklist), part('told', told), part('screens', screens.length ? [screens.join(' · ')] : [])),
      ran ? h('P', { className: 'ran-before' + (sure ? ' asking' : '') }, ranWords(ran)) : null,
      error ? h('P', { className: 'unsent', role: 'alert' }, text('dispatch.unsent', { reason: error })) : null,
      h('Div', { className: 'buttons' }, h('Button', { type: 'button', className: 'btn', 'data-action': 'plan-close' }, text('form.cancel')),
        h('Button', { type: 'button', className: 'btn' + (ran && !sure ? '' : ' pri'), 'data-action': 'plan-run', 'aria-disabled': busy || runs ? 'true' : null },
          h('Span', {}, text(busy ? 'dispatch.sending' : !ran ? 'dispatch.plan.run' : sure ? 'dispatch.plan.run_sure' : 'dispatch.plan.run_again')), h('Kbd', {}, 'Enter'))),
    ].filter(Boolean));
  }

  /** What the last run came to, and what another one would mean. */
  function ranWords(ran) {
    const said = text('dispatch.plan.ran_by', { time: desk.timeOf(ran.at), who: desk.masked(ran.by) }) + ' · ' + text('dispatch.plan.ran_orders', { n: ran.orders, open: ran.open });
    return said + ' · ' + text(ran.runs ? 'dispatch.plan.still_runs' : sure ? 'dispatch.plan.ask_again' : 'dispatch.plan.not_twice');
  }

  /** Who would be sent now. */
  async function lookUp() {
    const plan = desk.plan(), eventId = dispatch.eventId();
    const { status, body } = await desk.ask('plans/' + encodeURIComponent(plan.id) + '?event_id=' + encodeURIComponent(eventId));
    if (status !== 200 || !shown || desk.plan() !== plan) return;
    plan.forces = list(body.forces);
    draw();
  }

  desk.openPlan = function () {
    if (!dispatch.open || !dispatch.eventId()) return;
    if (!found().items.length) return desk.toast(text('dispatch.plan.' + NOTHING[found().state]));
    [shown, chosen, sure, error, key] = [true, 0, false, '', desk.newKey()];
    draw();
    lookUp();
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
    const ran = desk.ranPlan(dispatch.eventId(), plan.id);
    if (ran && ran.runs) return; // its own words say why
    if (ran && !sure) {
      sure = true;
      return draw();
    }
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

  for (const name of ['ticked', 'plan', 'orders']) cockpit.on(name, () => shown && draw());
  document.addEventListener('click', (event) => {
    if (!desk.here() || !event.target.closest) return;
    const other = event.target.closest('[data-plan]'), action = event.target.closest('[data-action]');
    if (other) {
      [chosen, sure] = [Number(other.dataset.plan), false];
      draw();
      lookUp();
    } else if (event.target.id === 'plan-dialog') desk.closePlan();
    else if (action && action.dataset.action === 'plan-open') desk.openPlan();
    else if (action && action.dataset.action === 'plan-close') desk.closePlan();
    else if (action && action.dataset.action === 'plan-run') run();
  });
})();
