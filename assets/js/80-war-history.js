/* 切换记录: who turned the mode last and why, in the dialog that asks before it is turned again; and a line to say why. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const byId = (id) => document.getElementById(id);
  const LINES = 3;

  function noteField() {
    const place = byId('mode-note-place');
    if (!place) return;
    let field = byId('mode-note');
    if (!field) {
      field = document.createElement('input');
      Object.assign(field, { id: 'mode-note', type: 'text', maxLength: 200, autocomplete: 'off' });
      place.appendChild(field);
    }
    field.placeholder = cockpit.text('mode.note');
    field.setAttribute('aria-label', cockpit.text('mode.note'));
    field.value = '';
  }

  function lineOf(change) {
    const p = cockpit.localParts(Date.parse(change.at));
    const time = p.month + '-' + p.day + ' ' + p.hour + ':' + p.minute;
    const war = change.mode === 'wartime';
    const line = cockpit.text(war ? 'mode.entered' : 'mode.left', { time, by: change.by, title: change.title || change.event_id || '' });
    return change.note ? cockpit.text('mode.why', { line, note: change.note }) : line;
  }

  const say = (lines) => cockpit.patch(byId('mode-history'), lines.map((line) => ({ type: 'Li', props: { title: line, children: line } })));

  async function fill() {
    if (!byId('mode-history')) return;
    say(['…']);
    try {
      const query = '?limit=' + LINES + '&scope=' + encodeURIComponent(byId('stage').dataset.scope);
      const answer = await fetch('/api/v1/mode/history' + query, { credentials: 'same-origin', cache: 'no-store' });
      if (!answer.ok) throw new Error(String(answer.status));
      const { items } = await answer.json();
      say(items.length ? items.map(lineOf) : [cockpit.text('mode.no_history')]);
    } catch (error) {
      say([cockpit.text('mode.history_failed')]);
    }
  }

  cockpit.on('mode-dialog', () => {
    noteField();
    fill();
  });
})();
