/* 处警: the chosen alarm in the drawer: its history, its group, the device's past, and every move with a key. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  if (!desk.KEYS) return; // no desk on this page
  const { h } = desk;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const KEY_OF = { acknowledge: 'A', assign: 'U', clear: 'C', false: 'F', promote: 'E', separate: 'S' };
  const SAID_MS = 8000, SOON_MS = 60;

  /** What `GET alarms/{id}` said of the chosen alarm. */
  const alarm = { id: null, detail: null, said: '', sending: false, form: '' };
  let timer = null, reading = 0;

  const chosen = () => (desk.event.id && desk.isAlarm(desk.event.id) ? desk.alarmOf(desk.event.id) : null);
  const pathOf = (id) => 'alarms/' + encodeURIComponent(id).replace(/%3A/g, ':').replace(/%2F/g, '/');

  async function read() {
    const id = chosen(), mine = ++reading;
    if (!id) return;
    const { status, body } = await desk.ask(pathOf(id));
    if (mine !== reading || id !== chosen()) return;
    alarm.detail = status === 200 ? body : null;
    draw();
  }
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(read, SOON_MS);
  };

  function say(words) {
    alarm.said = words;
    draw();
    setTimeout(() => alarm.said === words && ((alarm.said = ''), draw()), SAID_MS);
  }

  /** Ask for a move of the alarm, or of its whole group. */
  async function ask(name, body = {}, group = '') {
    const id = chosen();
    if (!id || alarm.sending) return;
    alarm.sending = true;
    alarm.form = '';
    draw();
    const path = group ? 'alarms/groups/' + encodeURIComponent(group) : pathOf(id);
    const { status, body: answer } = await desk.ask(path + '/' + name, { method: 'POST', key: desk.newKey(), body });
    alarm.sending = false;
    if (status === 202) say(text('alarm.asked', { move: text('alarm_action.' + name) }));
    else say(text('desk.refused', { move: text('alarm_action.' + name), reason: answer.detail || String(status) }));
    soon();
  }

  const allowed = (name) => Boolean(alarm.detail && (alarm.detail.actions || []).some((a) => a.name === name));

  function begin(name) {
    if (!allowed(name)) return say(text('alarm.not_now', { move: text('alarm_action.' + name) }));
    if (name !== 'assign') return ask(name);
    alarm.form = alarm.form === name ? '' : name;
    draw();
    const field = byId('alarm-unit');
    if (field) field.focus();
  }

  function button(name, css) {
    return h('Button', { type: 'button', className: 'move' + css, 'data-alarm-move': name, 'data-action': 'alarm-' + name, 'aria-disabled': alarm.sending ? 'true' : null },
      h('Span', {}, text('alarm_action.' + name)), h('Kbd', {}, KEY_OF[name]));
  }

  function form() {
    return h('Form', { className: 'alarm-form', 'data-form': 'alarm-assign' },
      h('Input', { id: 'alarm-unit', type: 'text', maxLength: 200, placeholder: text('alarm.unit_placeholder'), 'aria-label': text('alarm.unit_placeholder') }),
      h('Button', { type: 'submit', className: 'btn' }, text('alarm_action.assign')));
  }

  function actions() {
    const { detail } = alarm, alone = (detail.group || []).length < 2;
    const names = (detail.actions || []).map((a) => a.name).filter((name) => name !== 'separate' || !alone);
    const next = names.includes('acknowledge') ? 'acknowledge' : names.includes('promote') && detail.state !== 'cleared' ? 'promote' : '';
    const waiting = (detail.group || []).length > 1 && names.includes('acknowledge');
    return [
      alarm.said ? h('Div', { className: 'move-said', role: 'status' }, alarm.said) : null,
      next ? button(next, ' next') : null,
      alarm.form ? form() : null,
      h('Div', { className: 'moves', role: 'group', 'aria-label': text('drawer.moves') },
        ...names.filter((name) => name !== next).map((name) => button(name, '')),
        waiting ? h('Button', { type: 'button', className: 'move', 'data-action': 'alarm-group' }, h('Span', {}, text('alarm.whole_group')), h('Kbd', {}, '⇧A')) : null),
    ].filter(Boolean);
  }

  const line = (what, right, props) => h(props ? 'Button' : 'Div', { className: 'line' + (props ? ' link' : ''), ...(props || {}) }, h('Span', { className: 'what' }, what), h('Span', { className: 'right' }, right));
  const part = (title, beside, ...rest) => h('Section', { className: 'part' }, h('H3', {}, title, beside ? h('Span', {}, beside) : null), ...rest);

  function body() {
    const d = alarm.detail, value = d.value === null ? '' : d.value + ' ' + (d.unit || '');
    const facts = [
      line(text('alarm.device'), d.device_id, { type: 'button', 'data-device': d.device_id, 'data-action': 'device' }),
      value ? line(text('alarm.value'), value) : null,
      d.rule ? line(text('alarm.rule'), d.rule) : null,
      d.assigned_to ? line(text('alarm_state.assigned'), d.assigned_to) : null,
      d.event_id ? line(text('alarm.event'), d.event_id.split(':').slice(1).join(':'), { type: 'button', 'data-choose': d.event_id }) : null,
    ].filter(Boolean);
    const others = (d.group || []).filter((id) => id !== d.alarm_id).slice(0, 12);
    const wrong = (d.ledger || []).map((l) => line(l.rule, text('alarm.ledger', { raised: l.raised, wrong: l.judged_false })));
    const history = (d.history || []).slice().reverse().slice(0, 30);
    return [
      part(text('alarm.severity', { name: text('severity.' + d.severity) }), text('alarm_state.' + d.state), ...facts),
      others.length ? part(text('alarm.group'), text('alarm.members', { n: d.group.length }), ...others.map((id) => {
        const row = cockpit.situation.alarms.get(id);
        return line(row ? row[4] || row[2] : id, row ? text('alarm_state.' + row[6]) : text('alarm_state.cleared'), row ? { type: 'button', 'data-choose': desk.idOfAlarm(id) } : null);
      })) : null,
      part(text('drawer.process'), '', h('Ol', { className: 'entries' }, ...history.map((e, i) => h('Li', { className: 'entry ' + (e.by ? 'moved' : 'acted') + (i ? '' : ' newest') },
        h('I', { className: 'dot' }), h('Div', { className: 'top' }, h('B', {}, text('alarm_history.' + e.what)), h('Span', {}, desk.timeOf(Date.parse(e.known_at), true))),
        h('Div', {}, [e.by && desk.masked(e.by), e.unit, e.value === null ? '' : String(e.value), e.note].filter(Boolean).join(' · ')))))),
      wrong.length ? part(text('alarm.ledger_title'), '', ...wrong) : null,
    ].filter(Boolean);
  }

  function draw() {
    const id = chosen(), box = byId('drawer-body'), foot = byId('drawer-actions');
    if (!id || !box || !foot) return;
    byId('panel-drawer').dataset.alarm = 'true';
    if (!alarm.detail || alarm.detail.alarm_id !== id) return cockpit.patch(foot, []);
    cockpit.patch(box, body());
    cockpit.patch(foot, actions());
  }

  cockpit.on('desk-drawn', () => {
    const panel = byId('panel-drawer');
    if (!chosen()) {
      alarm.id = null;
      if (panel) delete panel.dataset.alarm;
      return;
    }
    if (alarm.id !== chosen()) {
      Object.assign(alarm, { id: chosen(), detail: null, said: '', form: '' });
      soon();
    }
    draw();
  });
  cockpit.on('delta', (delta) => {
    const id = chosen();
    if (id && Object.keys(delta.alarms || {}).some((key) => key === id || (alarm.detail && (alarm.detail.group || []).includes(key)))) soon();
  });

  document.addEventListener('click', (click) => {
    const target = desk.here() && click.target.closest ? click.target : null;
    if (!target || !chosen()) return;
    const move = target.closest('#panel-drawer [data-alarm-move]'), device = target.closest('#panel-drawer [data-device]');
    if (move) begin(move.dataset.alarmMove);
    else if (target.closest('#panel-drawer [data-action="alarm-group"]')) ask('acknowledge', {}, alarm.detail.group_id);
    else if (device) window.open('/iot?device=' + encodeURIComponent(device.dataset.device), '_blank', 'noopener');
  });
  document.addEventListener('submit', (submit) => {
    if (submit.target.dataset.form !== 'alarm-assign') return;
    submit.preventDefault();
    const unit = byId('alarm-unit').value.trim();
    if (unit) ask('assign', { unit });
  });

  const on = () => Boolean(chosen());
  desk.KEYS.unshift(
    ...Object.entries(KEY_OF).map(([name, key]) => ({ group: 'alarm', keys: [key], words: 'alarm_action.' + name, when: on, does: () => begin(name) })),
    { group: 'alarm', keys: ['Shift+A'], shown: ['⇧ A'], words: 'alarm.whole_group', when: () => on() && allowed('acknowledge'), does: () => ask('acknowledge', {}, alarm.detail.group_id) },
    { group: 'alarm', keys: ['Enter'], words: 'alarm_action.acknowledge', when: () => on() && allowed('acknowledge'), does: () => begin('acknowledge') },
  );
})();
