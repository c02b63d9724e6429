/* 智能巡查: what the finding says, how right its camera was before, what a verdict leads to, and the buttons for it. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const patrol = (cockpit.patrol = cockpit.patrol || {});
  const { h, state } = patrol;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const REASONS = [1, 2, 3, 4, 5, 6];
  const line = (what, right, css = '') => h('Div', { className: 'line ' + css }, h('Span', { className: 'what', ...(css === 'place' ? cockpit.DATA : {}) }, what), h('Span', { className: 'right' }, right));
  const part = (title, ...rest) => h('Section', { className: 'part' }, h('H3', {}, title), ...rest);

  /** `确认 12 · 误报 3` and the share of right ones as a bar. */
  function record(label, count) {
    const judged = count ? count.confirmed + count.rejected : 0;
    const share = judged ? patrol.perCent(count.precision) : 0;
    return h('Div', { className: 'record' },
      line(label, judged ? text('patrol.precision', { n: share }) : text('patrol.no_counts')),
      h('Div', { className: 'track', style: {} }, h('I', { style: { width: share + '%' } })),
      judged ? h('Small', {}, text('patrol.counts', { confirmed: count.confirmed, rejected: count.rejected })) : null);
  }

  function thresholdOf(kind) {
    const known = state.rules && state.rules.items.find((item) => item.kind === kind);
    return known && known.rule ? { ...known.rule, count: known } : { count: known };
  }

  function threshold(rule) {
    if (rule.confidence === undefined) return line(text('patrol.no_rule'), '');
    return line(text(rule.acts ? 'patrol.acts' : 'patrol.hold_' + rule.hold), text('patrol.threshold', { n: patrol.perCent(rule.confidence) }), rule.acts ? 'acts' : '');
  }

  patrol.verdictWords = function (verdict) {
    if (verdict.by_rule && verdict.verdict === 'confirmed') return text('patrol.verdict_rule', { time: patrol.timeOf(verdict.at) });
    return text('patrol.verdict_' + verdict.verdict, { by: verdict.by, time: patrol.timeOf(verdict.at) });
  };

  function head(item) {
    const n = patrol.perCent(item.confidence), rule = thresholdOf(item.kind);
    return [
      h('H2', cockpit.DATA, item.title), h('Span', { className: 'kind', title: item.kind }, patrol.kindOf(item)),
      h('Div', { className: 'sureness' }, h('B', {}, n + '%'), h('Span', {}, text('patrol.confidence')),
        h('Div', { className: 'track' }, h('I', { style: { width: n + '%' } }), rule.confidence === undefined ? null : h('U', { style: { left: patrol.perCent(rule.confidence) + '%' }, title: text('patrol.threshold', { n: patrol.perCent(rule.confidence) }) }))),
    ];
  }

  function verdict(item) {
    const outcome = patrol.outcomeOf(item.event_id);
    const told = [];
    if (outcome && outcome.words) told.push(h('Div', { className: 'verdict ' + outcome.state }, outcome.words));
    if (item.verdict) told.push(h('Div', { className: 'verdict ' + item.verdict.verdict, role: 'status', ...cockpit.DATA }, patrol.verdictWords(item.verdict), item.verdict.note ? h('Small', {}, item.verdict.note) : null));
    if (item.assigned_to) told.push(h('Div', { className: 'verdict assigned', ...cockpit.DATA }, text('patrol.assigned', { unit: item.assigned_to })));
    if (item.merged_into) told.push(h('Div', { className: 'verdict' }, text('patrol.merged', { id: item.merged_into })));
    return told;
  }

  function facts(item) {
    const rule = thresholdOf(item.kind);
    return [
      ...verdict(item),
      line(patrol.placeOf(item), patrol.nameOf((item.code || '').slice(0, 9)), 'place'),
      part(text('patrol.history'), record(text('patrol.of_camera'), item.camera_verdicts), record(text('patrol.of_kind_all'), rule.count), threshold(rule)),
      item.is_waiting ? part(text('patrol.leads'),
        h('P', item.unit ? cockpit.DATA : {}, item.unit ? text('patrol.leads_confirm', { unit: item.unit }) : text('patrol.leads_confirm_open')), h('P', {}, text('patrol.leads_reject')), h('P', { className: 'mut' }, text('patrol.leads_undo'))) : null,
      h('A', { href: '/duty?lang=' + cockpit.lang + '&event=' + encodeURIComponent(item.event_id), className: 'desk-link' }, text('patrol.open_desk')),
    ].filter(Boolean);
  }

  const button = (action, words, key, css) => h('Button', { type: 'button', className: 'move ' + css, 'data-action': action }, h('Span', {}, words), h('Kbd', {}, key));

  function actions(item) {
    if (patrol.choosing) {
      return [h('Div', { className: 'reasons', role: 'group', 'aria-label': text('patrol.reasons') }, h('H3', {}, text('patrol.reasons')),
        ...REASONS.map((n) => h('Button', { type: 'button', className: 'reason', 'data-reason': String(n) }, h('Kbd', {}, String(n)), text('patrol.reason_' + n))))];
    }
    if (patrol.isWaiting(item)) {
      return [button('patrol-confirm', text('patrol.confirm'), 'Y', 'yes'), button('patrol-reject', text('patrol.reject'), 'N', 'no'), button('patrol-skip', text('patrol.skip'), 'J', '')];
    }
    const isStanding = item.verdict && item.verdict.by_rule && item.verdict.verdict === 'confirmed' && !patrol.outcomeOf(item.event_id);
    return [isStanding ? button('patrol-reject', text('patrol.take_back'), 'N', 'no') : null, button('patrol-skip', text('patrol.skip'), 'J', '')].filter(Boolean);
  }

  function draw() {
    if (!byId('patrol-head')) return;
    const item = state.items.get(state.chosen);
    const isDone = state.answer && state.order.length && !item;
    if (!item) {
      cockpit.patch(byId('patrol-head'), [h('P', { className: 'nothing' }, text(isDone ? 'patrol.all_judged' : 'patrol.nothing')), h('P', { className: 'mut' }, text('patrol.nothing_how'))]);
      cockpit.patch(byId('patrol-facts'), []);
      cockpit.patch(byId('patrol-actions'), []);
      return;
    }
    cockpit.patch(byId('patrol-head'), head(item));
    cockpit.patch(byId('patrol-facts'), facts(item));
    cockpit.patch(byId('patrol-actions'), actions(item));
  }
  cockpit.on('patrol', draw);
})();
