/* 预案执行: the plans that were run as the push holds them: who ran what when, its checklist with who ticked what, who is told. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h, icon, dispatch } = desk;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  /** The columns of a run and of an item of its checklist, as the view writes them. */
  const P = { plan: 0, zh: 1, en: 2, event: 3, at: 4, by: 5, orders: 6, list: 7, told: 8, cameras: 9, layers: 10, lacking: 11 };
  const I = { id: 0, zh: 1, en: 2, done: 3, by: 4, at: 5 };
  const PATIENCE_MS = 10000, SAID_MS = 6000;

  let rows = new Map(), chosen = '', said = null;
  /** `run item` → what was asked for: a tick turns when the fact is there, and is asked for once. */
  const asked = new Map();

  const words = (row, columns) => (cockpit.lang === 'en' ? row[columns.en] : row[columns.zh]) || row[columns.zh];
  const isOpen = (id) => Boolean(desk.orders.get(id)) && !desk.isOver(desk.orders.get(id));
  /** Who goes in the end: whoever stands in for a silent one carries the order on. */
  function lastOf(id) {
    const row = desk.orders.get(id), next = row && row[desk.ORDER.substitutedBy];
    return next && next !== id && desk.orders.get(next) ? lastOf(next) : id;
  }
  const openOf = (row) => row[P.orders].map(lastOf).filter(isOpen).length;
  const doneOf = (row) => row[P.list].filter((item) => item[I.done]).length;

  /** Runs of an event, or all, the newest first. */
  const runsOf = (eventId) => [...rows].filter(([, row]) => !eventId || row[P.event] === eventId).sort((a, b) => b[1][P.at] - a[1][P.at]);

  /** How a plan was run for an event the last time: `{at, by, orders, open, runs}`; null if it was not. While it `runs` the server takes no second run. */
  desk.ranPlan = function (eventId, planId) {
    const found = runsOf(eventId).find(([, row]) => row[P.plan] === planId);
    return found ? { at: found[1][P.at], by: desk.masked(found[1][P.by]), orders: found[1][P.orders].length, open: openOf(found[1]), runs: found[1][P.orders].some(isOpen) } : null;
  };

  function current() {
    const all = runsOf(dispatch.eventId());
    return all.find(([id]) => id === chosen) || all[0] || null;
  }

  function itemOf(runId, item) {
    const key = runId + ' ' + item[I.id], waits = asked.has(key);
    const who = item[I.done] ? text('dispatch.list.done', { time: desk.timeOf(item[I.at]), who: desk.masked(item[I.by]) }) : item[I.at] ? text('dispatch.list.undone', { time: desk.timeOf(item[I.at]), who: desk.masked(item[I.by]) }) : '';
    return h('Button', { type: 'button', className: 'tick' + (item[I.done] ? ' done' : ''), role: 'checkbox', 'aria-checked': item[I.done] ? 'true' : 'false', 'aria-busy': waits ? 'true' : null, 'data-run': runId, 'data-item': item[I.id], title: words(item, I) },
      h('I', { className: 'box' }, item[I.done] ? icon('pass') : ''), h('Span', { className: 'what' }, words(item, I)), h('Small', {}, waits ? text('dispatch.list.waits') : who));
  }

  function lines(name, list) {
    return list.length ? [h('H4', {}, text('dispatch.plan.' + name)), ...list.map((line) => h('P', { title: line }, line))] : [];
  }

  function run([id, row], others) {
    const event = desk.find(row[P.event]), n = row[P.orders].length, open = openOf(row);
    return h('Div', { className: 'run-plan', 'data-plan-run': id },
      h('Div', { className: 'run-list' }, ...row[P.list].map((item) => itemOf(id, item)), row[P.list].length ? null : h('P', { className: 'note' }, text('dispatch.list.none'))),
      h('Div', { className: 'run-told' },
        h('P', { className: 'ran' }, text('dispatch.plan.ran_by', { time: desk.timeOf(row[P.at], true), who: desk.masked(row[P.by]) })),
        h('P', {}, text('dispatch.plan.ran_orders', { n, open })),
        event && row[P.event] !== dispatch.eventId() ? h('P', { className: 'note' }, event[desk.COLUMN.title]) : null,
        said && said.id === id ? h('P', { className: 'unsent', role: 'alert' }, said.words) : null,
        ...lines('lacking', row[P.lacking].map(([kind, wanted, got]) => text('dispatch.plan.lacks', { kind: desk.kindOf(kind), wanted, got }))),
        ...lines('told', row[P.told].map(([to, what]) => to + ' · ' + what)),
        others.length > 1 ? h('Div', { className: 'chips' }, ...others.map(([other, its]) => h('Button', { type: 'button', className: 'facet', 'data-run-choose': other, 'aria-pressed': other === id ? 'true' : 'false' }, h('Span', {}, desk.timeOf(its[P.at]) + ' ' + words(its, P))))) : null));
  }

  function empty() {
    const fits = dispatch.eventId() && desk.plan && desk.plan();
    return h('Div', { className: 'empty' }, text(dispatch.eventId() ? 'dispatch.list.not_run' : 'dispatch.list.no_runs'),
      fits ? h('Button', { type: 'button', className: 'btn', 'data-action': 'plan-open' }, text('dispatch.run_plan') + ' · ' + fits.name) : null);
  }

  function draw() {
    const body = byId('work-body'), count = document.querySelector('[data-tab-count=plan]');
    if (!body) return;
    const now = current();
    if (count) cockpit.write(count, now && now[1][P.list].length ? ' ' + doneOf(now[1]) + '/' + now[1][P.list].length : '');
    if (dispatch.shownWork() !== 'plan') return;
    cockpit.write(byId('work-sub'), now ? words(now[1], P) : '');
    if (desk.workDrawn !== 'plan') body.scrollTop = 0;
    desk.workDrawn = 'plan';
    cockpit.patch(body, now ? run(now, runsOf(dispatch.eventId())) : empty());
  }

  async function tick(runId, itemId) {
    const row = rows.get(runId), item = row && row[P.list].find((one) => one[I.id] === itemId), key = runId + ' ' + itemId;
    if (!item || asked.has(key)) return;
    const wish = { item: itemId, done: !item[I.done] };
    asked.set(key, wish.done);
    draw();
    const { status, body } = await desk.ask('plans/runs/' + encodeURIComponent(runId) + '/checklist', { method: 'POST', key: desk.newKey(), body: wish });
    if (status === 202) {
      setTimeout(() => settle(key, text('drawer.no_answer')), PATIENCE_MS);
      return;
    }
    settle(key, body.detail || body.title || text('drawer.no_answer'));
  }

  /** Whatever was not seen to happen is told and may be asked for again. */
  function settle(key, reason) {
    if (!asked.delete(key)) return;
    const mine = (said = { id: key.split(' ')[0], words: text('dispatch.not_done', { reason }) });
    setTimeout(() => said === mine && ((said = null), draw()), SAID_MS);
    draw();
  }

  function took(id, row) {
    for (const item of row[P.list]) {
      const key = id + ' ' + item[I.id];
      if (asked.has(key) && asked.get(key) === item[I.done]) asked.delete(key);
    }
  }

  const tell = () => {
    draw();
    cockpit.emit('plan', dispatch.eventId()); // the button says who has run it
  };
  cockpit.on('snapshot', (snapshot) => {
    rows = new Map(Object.entries(snapshot.plan_runs || {}));
    rows.forEach((row, id) => took(id, row));
    if (desk.here()) tell();
  });
  cockpit.on('delta', (delta) => {
    if (!delta.plan_runs || !Object.keys(delta.plan_runs).length) return;
    for (const id in delta.plan_runs) {
      if (delta.plan_runs[id] === null) rows.delete(id);
      else {
        rows.set(id, delta.plan_runs[id]);
        took(id, delta.plan_runs[id]);
      }
    }
    if (desk.here()) tell();
  });
  for (const name of ['dispatch', 'orders', 'plan', 'desk-choice']) cockpit.on(name, () => desk.here() && draw());

  document.addEventListener('click', (event) => {
    if (!desk.here() || !event.target.closest) return;
    const item = event.target.closest('#work-body [data-item]'), other = event.target.closest('[data-run-choose]');
    if (item) tick(item.dataset.run, item.dataset.item);
    else if (other) {
      chosen = other.dataset.runChoose;
      draw();
    }
  });
})();
