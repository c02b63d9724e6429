/* 推荐方案 as one sees it: the options side by side with what each costs, and what the changes of an officer make of it. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h, icon, dispatch, advice } = desk;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const MOST_ROWS = 60, OLD_S = 120;

  const minutes = (s) => (s === null || s === undefined ? '?' : text('age.minutes', { n: Math.max(1, Math.ceil(s / 60)) }));
  const cost = (name, value, css) => h('Div', { className: 'cost ' + (css || ''), 'data-cost': name }, h('Span', {}, text('dispatch.cost.' + name)), h('B', {}, value));
  const nameOf = (order) => desk.nameOf({ ...order, id: order.recipient_id });
  const button = (action, words, more) => h('Button', { type: 'button', className: 'btn', 'data-action': action, ...more }, words);

  /** The street that is left with the fewest: `余杭街道 1`. */
  function thinnest(left) {
    const all = Object.entries(left || {}).sort((a, b) => a[1] - b[1]);
    return all.length ? (desk.placeOf(all[0][0], 9) || all[0][0]) + ' ' + all[0][1] : text('value.none');
  }

  /** What a way costs; of the chosen one as it stands now: who was taken out lacks, whoever came in has a time of their own. */
  function costs(option, here) {
    const orders = here ? option.orders.filter((order) => !advice.without.has(advice.keyOf(order))).map(advice.now) : option.orders || [];
    const lacking = new Map((option.unmet || []).map((one) => [one.title || one.kind, one.count ?? 1]));
    if (here) for (const order of option.orders) if (advice.without.has(advice.keyOf(order))) lacking.set(desk.kindOf(order.kind), (lacking.get(desk.kindOf(order.kind)) || 0) + 1);
    const times = orders.map((order) => order.eta_s), known = times.every((s) => s !== null && s !== undefined), changed = here && advice.changes() > 0;
    const total = changed ? (known ? times.reduce((sum, s) => sum + s, 0) : null) : option.total_arrival_s;
    const worst = changed ? (known && times.length ? Math.max(...times) : null) : option.worst_arrival_s;
    const unmet = [...lacking].map(([kind, n]) => kind + ' ' + n).join(' · ');
    return [
      cost('total', minutes(total)), cost('worst', minutes(worst)), cost('left', thinnest(option.coverage_left), changed ? 'before' : ''),
      cost('load', String(option.workload_max ?? text('value.none')), changed ? 'before' : ''), cost('unmet', unmet || '0', unmet ? 'warm' : ''),
    ];
  }

  function others() {
    const { state, items, reason } = advice.swap;
    if (state === 'loading') return h('P', { className: 'note' }, text('dispatch.computing'));
    if (state === 'failed') return h('P', { className: 'unsent' }, text('dispatch.swap_failed', { reason }));
    if (!items.length) return h('P', { className: 'note' }, text('dispatch.swap_none'));
    return items.map((item) => h('Button', { type: 'button', className: 'advised other', 'data-action': 'advice-put', 'data-id': item.id },
      h('Span', { className: 'what' }, desk.nameOf(item)), h('Span', { className: 'eta' }, minutes(item.eta_s))));
  }

  function orderRow(proposed, here) {
    const key = advice.keyOf(proposed), order = here ? advice.now(proposed) : proposed;
    const sent = here && advice.sent.has(key), off = here && advice.without.has(key), swapped = here && advice.swapped.has(key);
    const css = 'advised' + (off ? ' off' : '') + (sent ? ' sent' : '') + (swapped ? ' swapped' : '');
    const title = [desk.kindOf(order.kind || ''), order.why || ''].filter(Boolean).join(' · ');
    const inside = [h('Span', { className: 'what', title }, nameOf(order)), h('Span', { className: 'eta' }, sent ? text('dispatch.advice_sent') : minutes(order.eta_s))];
    if (!here || sent) return [h('Div', { className: css }, ...inside)];
    const open = advice.swap && advice.swap.key === key;
    return [
      h('Div', { className: 'advised-row' },
        h('Button', { type: 'button', className: css, role: 'checkbox', 'aria-checked': off ? 'false' : 'true', 'data-advised': key }, h('I', { className: 'box' }, off ? '' : icon('pass')), ...inside),
        swapped ? h('Button', { type: 'button', className: 'swap', 'data-action': 'advice-back', 'data-key': key, title: nameOf(proposed) }, text('dispatch.advice_undo_swap'))
          : h('Button', { type: 'button', className: 'swap', 'data-action': 'advice-swap', 'data-key': key, 'aria-expanded': open ? 'true' : 'false' }, text('dispatch.swap'))),
      open ? h('Div', { className: 'swaps' }, h('P', { className: 'note' }, text('dispatch.swap_for', { name: nameOf(proposed) })), others()) : null,
    ];
  }

  /** Rows of an option; with several incidents each says whose its people are. */
  function rowsOf(option, here) {
    const orders = (option.orders || []).slice(0, MOST_ROWS), many = new Set(orders.map((order) => order.event_id)).size > 1;
    return orders.flatMap((order, i) => [many && (!i || orders[i - 1].event_id !== order.event_id) ? h('H4', { title: advice.titleOf(order.event_id) }, advice.titleOf(order.event_id)) : null, ...orderRow(order, here)]);
  }

  function optionOf(option, i) {
    const here = advice.chosen === i, orders = option.orders || [], n = here ? advice.kept(option).length : orders.length;
    return h('Section', { className: 'option' + (here ? ' chosen' : ''), 'data-option': i, title: option.about || null },
      h('H3', {}, h('B', {}, option.title || option.name), h('Span', { className: 'note' }, text('dispatch.orders_n', { n }))),
      ...costs(option, here),
      here && advice.changes() ? h('P', { className: 'changed' }, text('dispatch.advice_changed', { n: advice.changes() })) : null,
      h('Div', { className: 'advised-list' }, ...rowsOf(option, here).filter(Boolean)),
      here ? button('advice-send', text(advice.busy ? 'dispatch.sending' : 'dispatch.send', { n }), { className: 'btn pri', 'aria-disabled': advice.busy || !n ? 'true' : null })
        : button('advice-choose', text('dispatch.choose'), { 'data-option': i, 'aria-disabled': advice.busy ? 'true' : null }));
  }

  /** What the figures do not tell: how old they are and what they leave out. */
  function remarks() {
    const age = (cockpit.now() - advice.at) / 1000, said = [];
    if (age > OLD_S) said.push(text('dispatch.advice_old', { age: cockpit.ageOf(age) }));
    if (advice.unplaced) said.push(text('dispatch.advice_unplaced', { n: advice.unplaced }));
    if (advice.passed) said.push(text('dispatch.advice_passed', { n: advice.passed }));
    return h('Div', { className: 'remarks' }, h('Span', { className: said.length ? 'late' : '' }, said.join(' · ')), again());
  }
  const again = () => h('Button', { type: 'button', className: 'facet', 'data-action': 'advice-again' }, text('dispatch.again'));

  /** Nothing needed and nobody there are two different things. */
  function nothing() {
    const needs = new Map();
    for (const one of advice.needs) needs.set(one.title || one.kind, (needs.get(one.title || one.kind) || 0) + one.count);
    if (needs.size) return text('dispatch.nobody_to_advise', { needs: [...needs].map(([kind, n]) => kind + ' ' + n).join(' · ') });
    return text(dispatch.eventId() ? 'dispatch.enough_sent' : 'dispatch.nothing_to_advise');
  }

  function inside() {
    if (advice.state === 'loading') return [h('P', { className: 'note' }, text('dispatch.computing'))];
    if (advice.state === 'failed') return [h('P', { className: 'unsent' }, text('dispatch.no_advice', { reason: advice.reason })), again()];
    if (advice.state !== 'ready') return [];
    if (!advice.options.length) return [h('P', { className: advice.needs.length ? 'late' : 'note' }, nothing()), remarks()];
    return [
      remarks(),
      advice.error ? h('P', { className: 'unsent', role: 'alert' }, text('dispatch.unsent', { reason: advice.error })) : null,
      h('Div', { className: 'options of-' + advice.options.length }, ...advice.options.map(optionOf)),
    ].filter(Boolean);
  }

  desk.drawAdvice = function () {
    const body = byId('work-body');
    if (!body || dispatch.shownWork() !== 'advice') return;
    cockpit.write(byId('work-sub'), advice.state === 'ready' ? text('dispatch.advice_sub', { time: desk.timeOf(advice.at, true) }) : '');
    desk.workDrawn = 'advice';
    cockpit.patch(body, h('Div', { className: 'advice' }, ...inside()));
  };
  let seconds = 0;
  cockpit.on('tick', () => desk.here() && ++seconds % 10 === 0 && desk.drawAdvice());
})();
