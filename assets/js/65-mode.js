/* 平时 / 战时: asks once, names the incident, puts the wish to the server; the screen follows the pushed fact only. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  const UNDO_S = 10;
  let wanted = null; // {mode, event_id}
  let focus = null; // the event that somebody chose on this screen
  let before = null; // what 撤回 goes back to
  let undoLeft = 0;

  const byId = (id) => document.getElementById(id);
  const text = (key, values) => cockpit.text(key, values);
  const write = (id, words) => cockpit.write(byId(id), words);
  const state = () => byId('mode').dataset.mode;

  function titleOf(eventId) {
    const row = cockpit.situation && cockpit.situation.events.get(eventId);
    const line = document.querySelector(`#panel-red [data-event-id="${CSS.escape(eventId)}"]`);
    const { mode } = cockpit.situation || {};
    if (!row && mode && mode.event_id === eventId && mode.title) return mode.title;
    return row ? row[5] : line ? line.title : eventId;
  }

  function follow(mode) {
    if (!mode || !mode.mode || !byId('stage')) return;
    if (byId('mode')) byId('mode').dataset.mode = mode.mode; // a page may show the mode and have no switch
    byId('stage').dataset.mode = mode.mode === 'wartime' ? 'war' : 'peace';
    for (const button of document.querySelectorAll('#mode [data-mode-value]')) {
      button.setAttribute('aria-pressed', button.dataset.modeValue === mode.mode ? 'true' : 'false');
    }
  }

  /** The incident: what was chosen here, else the worst of the red list, or of the desk's queue. */
  function incident() {
    const first = document.querySelector('#panel-red [data-event-id]');
    return focus || (first && first.dataset.eventId) || (cockpit.desk && cockpit.desk.worst && cockpit.desk.worst()) || null;
  }

  function open(mode) {
    const war = mode === 'wartime';
    wanted = { mode, event_id: war ? incident() : null };
    write('mode-dialog-title', text(war ? 'mode.ask_wartime' : 'mode.ask_peacetime'));
    write('mode-dialog-about', text(war ? 'mode.about_wartime' : 'mode.about_peacetime', { scope: byId('mode-dialog').dataset.place }));
    const about = !war ? '' : wanted.event_id ? text('mode.focus', { title: titleOf(wanted.event_id) }) : text('mode.no_focus');
    write('mode-dialog-focus', about);
    const go = document.querySelector('[data-action="mode-confirm"]');
    cockpit.write(go, text(war ? 'mode.do_wartime' : 'mode.do_peacetime'));
    byId('mode-dialog').dataset.open = 'ask';
    cockpit.emit('mode-dialog', wanted); // who turned it last, and a place to say why
    document.querySelector('[data-action="mode-cancel"]').focus();
  }

  function close() {
    byId('mode-dialog').dataset.open = '';
  }

  function toast(words, undo) {
    write('mode-toast-words', words);
    const button = document.querySelector('[data-action="mode-undo"]');
    button.hidden = !undo;
    undoLeft = UNDO_S;
    cockpit.write(button, text('mode.undo', { n: undoLeft }));
    byId('mode-dialog').dataset.open = 'toast';
  }

  async function ask(wish) {
    const root = byId('stage');
    const headers = { 'Content-Type': 'application/json' };
    if (root.dataset.csrf) headers['X-CSRF-Token'] = root.dataset.csrf;
    const body = JSON.stringify({ mode: wish.mode, scope: root.dataset.scope, event_id: wish.event_id, ...(wish.note ? { note: wish.note } : {}) });
    const answer = await fetch('/api/v1/mode', { method: 'PUT', credentials: 'same-origin', headers, body });
    if (answer.ok) return;
    const problem = await answer.json().catch(() => ({}));
    throw new Error(problem.detail || problem.title || String(answer.status));
  }

  async function wish(next, undo) {
    const now = cockpit.situation && cockpit.situation.mode;
    before = { mode: state(), event_id: (now && now.event_id) || null };
    try {
      await ask(next);
      toast(text('mode.sent'), undo);
    } catch (error) {
      toast(text('mode.refused', { reason: error.message }), false);
    }
  }

  document.addEventListener('click', (event) => {
    const button = event.target.closest && event.target.closest('[data-action^="mode-"]');
    if (!button || button.disabled) return;
    const action = button.dataset.action;
    if (button.dataset.modeValue) {
      if (byId('mode').dataset.maySwitch === 'true' && button.dataset.modeValue !== state()) open(button.dataset.modeValue);
    } else if (action === 'mode-cancel') close();
    else if (action === 'mode-confirm') {
      const note = byId('mode-note');
      close();
      wish({ ...wanted, note: note ? note.value.trim() : '' }, true);
    } else if (action === 'mode-undo') {
      close();
      wish(before, false);
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && byId('mode-dialog')) close();
  });

  cockpit.on('focus', (chosen) => {
    focus = chosen && chosen.event_id;
  });
  cockpit.on('tick', () => {
    const dialog = byId('mode-dialog');
    if (!dialog || dialog.dataset.open !== 'toast') return;
    undoLeft -= 1;
    if (undoLeft <= 0) close();
    else cockpit.write(document.querySelector('[data-action="mode-undo"]'), text('mode.undo', { n: undoLeft }));
  });
  cockpit.on('snapshot', (snapshot) => follow(snapshot.mode));
  cockpit.on('delta', (delta) => follow(delta.mode));
})();
