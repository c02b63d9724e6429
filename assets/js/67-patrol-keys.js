/* Keyboard of the queue of findings: one table says what each key does, the dialog behind `?` lists it; and the thresholds. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const patrol = (cockpit.patrol = cockpit.patrol || {});
  const { h, state } = patrol;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const chosen = () => state.items.get(state.chosen);
  const isStanding = (item) => Boolean(item && item.verdict && item.verdict.by_rule && item.verdict.verdict === 'confirmed' && !patrol.outcomeOf(item.event_id));

  function go(by) {
    patrol.choosing = false;
    const id = patrol.neighbour(by);
    if (id) patrol.choose(id);
    else patrol.draw();
  }

  function confirm() {
    if (patrol.isWaiting(chosen())) patrol.judge('confirm');
  }

  /** The first press asks why; a digit says it. */
  function reject() {
    if (!patrol.isWaiting(chosen()) && !isStanding(chosen())) return;
    patrol.choosing = true;
    patrol.draw();
  }

  function reason(n) {
    if (patrol.choosing) patrol.judge(isStanding(chosen()) ? 'take_back' : 'reject', text('patrol.reason_' + n));
  }

  function escape() {
    for (const id of ['keys-dialog', 'patrol-rules-dialog']) {
      if (!byId(id).hidden) return void (byId(id).hidden = true);
    }
    patrol.choosing = false;
    patrol.draw();
  }

  const KEYS = [
    { group: 'judge', keys: ['Y', 'Enter'], words: 'patrol.key_confirm', does: confirm },
    { group: 'judge', keys: ['N'], words: 'patrol.key_reject', does: reject },
    { group: 'judge', keys: ['1', '2', '3', '4', '5', '6'], shown: ['1', '…', '6'], words: 'patrol.key_reason', does: reason },
    { group: 'judge', keys: ['Z'], words: 'patrol.key_undo', does: () => patrol.takeBack() },
    { group: 'look', keys: ['J', 'K'], words: 'patrol.key_skip', does: (key) => go(key === 'J' ? 1 : -1) },
    { group: 'look', keys: ['ArrowDown', 'ArrowUp'], shown: ['↓', '↑'], words: 'patrol.key_skip', does: (key) => go(key === 'ArrowDown' ? 1 : -1) },
    { group: 'look', keys: ['B'], words: 'patrol.key_bring_in', does: () => patrol.bringIn() },
    { group: 'look', keys: ['R'], words: 'patrol.key_retry', does: () => patrol.read() },
    { group: 'look', keys: ['T'], words: 'patrol.key_rules', does: () => rules(true) },
    { group: 'look', keys: ['?'], words: 'keys.all', does: () => keys(true) },
    { group: 'look', keys: ['Escape'], shown: ['Esc'], words: 'patrol.key_escape', does: escape },
  ];

  function keys(open) {
    byId('keys-dialog').hidden = !open;
    if (!open) return;
    cockpit.patch(byId('keys-list'), ['judge', 'look'].map((group) => h('Section', { className: 'keys-' + group },
      h('H3', {}, text('patrol.group_' + group)),
      h('Ul', {}, ...KEYS.filter((entry) => entry.group === group).map((entry) => h('Li', {}, h('Span', {}, ...(entry.shown || entry.keys).map((key) => h('Kbd', {}, key))), text(entry.words)))))));
    document.querySelector('#keys-dialog [data-action="keys-close"]').focus();
  }

  const shareOf = (count) => (count && count.confirmed + count.rejected ? patrol.perCent(count.precision) + '% (' + (count.confirmed + count.rejected) + ')' : '—');

  function stateOf(rule) {
    if (rule.acts) return text('patrol.rules_acts');
    if (rule.hold === 'few') return text('patrol.rules_few', { n: rule.above.confirmed + rule.above.rejected, of: rule.min_verdicts });
    if (rule.hold === 'wrong') return text('patrol.rules_wrong', { n: patrol.perCent(rule.min_precision) });
    return text('patrol.rules_off');
  }

  function ruleRow({ rule, ...count }) {
    const cells = [patrol.kindOf(count), String(count.confirmed + count.rejected), shareOf(count), rule ? patrol.perCent(rule.confidence) + '%' : '—', rule ? shareOf(rule.above) : '—', rule ? stateOf(rule) : text('patrol.no_rule'), String(count.by_rule), String(count.taken_back)];
    return h('Tr', { 'data-kind': count.kind, className: rule && rule.acts ? 'acts' : '' }, cells.map((words, n) => h('Td', { title: n ? null : count.kind }, words)));
  }

  function rules(open) {
    byId('patrol-rules-dialog').hidden = !open;
    if (!open) return;
    patrol.readRules();
    document.querySelector('[data-action="patrol-rules-close"]').focus();
  }

  function drawRules() {
    const box = byId('patrol-rules-list');
    if (!box || byId('patrol-rules-dialog').hidden) return;
    if (!state.rules) return cockpit.patch(box, [h('P', {}, text('patrol.loading'))]);
    const { items, wrong } = state.rules;
    const heads = ['kind', 'judged', 'precision', 'threshold', 'above', 'state', 'by_rule', 'taken_back'];
    cockpit.patch(box, [
      ...wrong.map((bad) => h('P', { className: 'late' }, text('patrol.rules_bad', { kind: bad.kind, error: bad.error }))),
      items.length ? h('Table', {}, h('Thead', {}, h('Tr', {}, heads.map((name) => h('Th', {}, text('patrol.rules_' + name))))), h('Tbody', {}, items.map(ruleRow))) : h('P', {}, text('patrol.rules_none')),
    ]);
  }
  cockpit.on('patrol', drawRules);

  const typing = (target) => Boolean(target.closest && target.closest('input, textarea, select, [contenteditable="true"]'));

  document.addEventListener('keydown', (event) => {
    if (!patrol.here() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (typing(event.target) && event.key !== 'Escape') return;
    if ((!byId('keys-dialog').hidden || !byId('patrol-rules-dialog').hidden) && event.key !== 'Escape') return;
    const name = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    const entry = KEYS.find((e) => e.keys.includes(name));
    if (!entry || (name === 'Enter' && event.target.closest('button, a, summary'))) return; // a button in focus is pressed, nothing else
    event.preventDefault();
    entry.does(name);
  });
  document.addEventListener('click', (click) => {
    const target = patrol.here() && click.target.closest ? click.target : null;
    if (!target) return;
    const why = target.closest('[data-reason]'), action = (target.closest('[data-action]') || { dataset: {} }).dataset.action;
    if (why) reason(why.dataset.reason);
    else if (action === 'patrol-confirm') confirm();
    else if (action === 'patrol-reject') reject();
    else if (action === 'patrol-skip') go(1);
    else if (action === 'patrol-rules') rules(true);
    else if (action === 'patrol-rules-close' || target.id === 'patrol-rules-dialog') rules(false);
    else if (action === 'keys-close' || target.id === 'keys-dialog') keys(false);
    else if (target.closest('[data-keys="?"]')) keys(true);
    else return;
    if (document.activeElement && document.activeElement.closest('#patrol-actions')) document.activeElement.blur(); // Enter is the next finding's
  });
})();
