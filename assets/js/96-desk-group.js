/* 警情组 in the drawer: what it holds, and one key for all of it. A member is chosen like any other alarm. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  if (!desk.KEYS) return; // no desk on this page
  const { h, ALARM } = desk;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const ROWS = 100, SAID_MS = 8000;
  const group = { said: '', sending: false, form: false };

  const chosen = () => (desk.event.id && desk.isGroup(desk.event.id) ? desk.groupIdOf(desk.event.id) : null);
  const kindOf = (kind) => cockpit.texts['alarm_kind.' + kind] || kind;

  function say(words) {
    group.said = words;
    draw();
    setTimeout(() => group.said === words && ((group.said = ''), draw()), SAID_MS);
  }

  async function ask(name, body = {}) {
    const id = chosen();
    if (!id || group.sending) return;
    Object.assign(group, { sending: true, form: false });
    draw();
    const { status, body: answer } = await desk.ask('alarms/groups/' + encodeURIComponent(id) + '/' + name, { method: 'POST', key: desk.newKey(), body });
    group.sending = false;
    const move = text('alarm_action.' + name);
    say(status === 202 ? text('alarm.asked', { move }) : text('desk.refused', { move, reason: answer.detail || String(status) }));
  }

  const waiting = () => (chosen() && desk.groupAt(chosen()) || { waiting: 0 }).waiting;
  function begin(name) {
    if (name === 'acknowledge' && !waiting()) return say(text('alarm.not_now', { move: text('alarm_action.' + name) }));
    if (name !== 'assign') return ask(name);
    group.form = !group.form;
    draw();
    const field = byId('group-unit');
    if (field) field.focus();
  }

  const button = (name, key, css, words) => h('Button', { type: 'button', className: 'move' + css, 'data-group-move': name, 'data-action': 'group-' + name, 'aria-disabled': group.sending ? 'true' : null },
    h('Span', {}, text(words || 'alarm_action.' + name)), h('Kbd', {}, key));

  function actions(now) {
    return [
      group.said ? h('Div', { className: 'move-said', role: 'status' }, group.said) : null,
      now.waiting ? button('acknowledge', 'A', ' next', 'alarm.whole_group') : null,
      group.form ? h('Form', { className: 'alarm-form', 'data-form': 'group-assign' },
        h('Input', { id: 'group-unit', type: 'text', maxLength: 200, placeholder: text('alarm.unit_placeholder'), 'aria-label': text('alarm.unit_placeholder') }),
        h('Button', { type: 'submit', className: 'btn' }, text('alarm_action.assign'))) : null,
      h('Div', { className: 'moves', role: 'group', 'aria-label': text('drawer.moves') }, button('assign', 'U', ''), button('clear', 'C', '')),
    ].filter(Boolean);
  }

  const line = (what, right, props) => h(props ? 'Button' : 'Div', { className: 'line' + (props ? ' link' : ''), ...(props || {}) }, h('Span', { className: 'what' }, what), h('Span', { className: 'right' }, right));

  function body(id, now) {
    const rows = [...desk.membersOf(id)].map((alarmId) => [alarmId, cockpit.situation.alarms.get(alarmId)]).filter(([, row]) => row);
    rows.sort((a, b) => b[1][ALARM.raisedAt] - a[1][ALARM.raisedAt]);
    return [
      h('Section', { className: 'part' }, h('H3', {}, text('situation.kinds'), h('Span', {}, text('alarms.waiting', { n: now.waiting }))),
        ...now.kinds.map(([kind, n]) => line(kindOf(kind), text('alarms.times', { n })))),
      h('Section', { className: 'part' }, h('H3', {}, text('situation.members'), h('Span', {}, text('alarm.members', { n: rows.length }))),
        ...rows.slice(0, ROWS).map(([alarmId, row]) => line(row[ALARM.message] || kindOf(row[ALARM.kind]) + ' ' + row[ALARM.device],
          desk.timeOf(row[ALARM.raisedAt], true) + ' ' + text('alarm_state.' + (row[ALARM.state] || 'raised')), { type: 'button', 'data-choose': desk.idOfAlarm(alarmId) })),
        rows.length > ROWS ? line(text('situation.more', { n: rows.length - ROWS }), '') : null),
    ];
  }

  function draw() {
    const id = chosen(), box = byId('drawer-body'), foot = byId('drawer-actions'), now = id && desk.groupAt(id);
    if (!id || !box || !foot) return;
    byId('panel-drawer').dataset.alarm = 'true';
    cockpit.patch(box, now ? body(id, now) : []);
    cockpit.patch(foot, now ? actions(now) : []);
  }

  let shown = null;
  cockpit.on('desk-drawn', () => {
    if (shown !== chosen()) Object.assign(group, { said: '', form: false });
    shown = chosen();
    draw();
  });
  document.addEventListener('click', (click) => {
    const move = desk.here() && chosen() && click.target.closest ? click.target.closest('#panel-drawer [data-group-move]') : null;
    if (move) begin(move.dataset.groupMove);
  });
  document.addEventListener('submit', (submit) => {
    if (submit.target.dataset.form !== 'group-assign') return;
    submit.preventDefault();
    const unit = byId('group-unit').value.trim();
    if (unit) ask('assign', { unit });
  });

  const on = () => Boolean(chosen());
  desk.KEYS.unshift(
    { group: 'alarm', keys: ['A', 'Shift+A', 'Enter'], shown: ['A', '⏎'], words: 'alarm.whole_group', when: on, does: () => begin('acknowledge') },
    { group: 'alarm', keys: ['U'], words: 'situation.assign', when: on, does: () => begin('assign') },
    { group: 'alarm', keys: ['C'], words: 'situation.clear', when: on, does: () => begin('clear') },
    { group: 'alarm', keys: ['ArrowRight', 'ArrowLeft'], shown: ['→', '←'], words: 'situation.fold', when: on, does: (key) => desk.fold(chosen(), key === 'ArrowRight') },
  );
})();
