/* Sends moves: one key a click, ten seconds to take back what can hurt, and nothing shown as done before the fact is back. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h } = desk;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const UNDO_S = 10;
  const OUTCOME_MS = 6000; // so long without the fact: look again and say so
  const SAID_MS = 8000;

  /** Event id → what waits: `{state: 'sent'|'held'|'refused'|'failed', words, version}`. */
  const pending = new Map();
  const held = new Map(); // moves that can still be taken back, by their key

  desk.pendingOf = (id) => pending.get(id);
  desk.isPending = (id) => ['sent', 'held'].includes((pending.get(id) || {}).state);

  function tell(id, state) {
    if (state) pending.set(id, state);
    else pending.delete(id);
    cockpit.emit('desk-pending', id);
  }

  /** A random name for one click, so that a repeat asks for nothing new. */
  desk.newKey = function () {
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID is missing on plain http
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  };

  /** Say why nothing was sent, or why it was refused, for a while. */
  desk.sayRefused = function (id, words) {
    const said = { state: 'refused', words };
    tell(id, said);
    setTimeout(() => pending.get(id) === said && tell(id, null), SAID_MS);
  };

  /**
   * Ask for a move now.
   * @returns {Promise<?string>} why it was refused; null if it was taken
   */
  desk.send = async function (id, name, body, how = {}) {
    if ((pending.get(id) || {}).state === 'sent') return null;
    const version = how.version !== undefined ? how.version : desk.event.id === id && desk.event.detail ? desk.event.detail.version : undefined;
    const sent = { state: 'sent', words: text('desk.sending', { move: text('action.' + name) }), version };
    tell(id, sent);
    const { status, body: answer } = await desk.ask(desk.pathOf(id) + '/' + name, {
      method: 'POST', key: how.key || desk.newKey(), keepalive: Boolean(how.leaving),
      body: { ...body, ...(version === undefined ? {} : { expected_version: version }) },
    });
    if (status === 202) {
      if (pending.get(id) === sent && known(id) > version) tell(id, null); // the fact was quicker than the answer
      else setTimeout(() => overdue(id, sent, name), OUTCOME_MS);
      return null;
    }
    const reason = answer.detail || answer.title || String(status);
    if (status === 409) desk.reread(); // something has changed: show what
    if (how.quiet) tell(id, null);
    else desk.sayRefused(id, text('desk.refused', { move: text('action.' + name), reason }));
    return reason;
  };

  const known = (id) => (desk.event.id === id && desk.event.detail ? desk.event.detail.version : -1);

  /** 202 and then nothing: the command may have been refused where it was decided. */
  function overdue(id, sent, name) {
    if (pending.get(id) !== sent) return;
    if (desk.event.id === id) desk.reread();
    desk.sayRefused(id, text('desk.no_outcome', { move: text('action.' + name) }));
  }

  cockpit.on('desk-event', (event) => {
    const waits = pending.get(event.id);
    if (waits && waits.state === 'sent' && event.detail && event.detail.version > waits.version) tell(event.id, null);
  });
  // an event that is not shown any more is read by nobody: its row says that it has changed
  cockpit.on('delta', (delta) => {
    for (const id in delta.events || {}) {
      if (id !== desk.event.id && (pending.get(id) || {}).state === 'sent') tell(id, null);
    }
  });

  /** Send in ten seconds unless it is taken back. */
  desk.hold = function (id, name, body) {
    const key = desk.newKey(), version = desk.event.detail ? desk.event.detail.version : undefined;
    const title = desk.event.detail ? desk.event.detail.title : id;
    held.set(key, { id, name, body, version, title, left: UNDO_S });
    tell(id, { state: 'held', words: text('desk.held', { move: text('action.' + name) }) });
    drawToasts();
  };

  function fire(key, leaving) {
    const { id, name, body, version } = held.get(key);
    held.delete(key);
    tell(id, null);
    drawToasts();
    return desk.send(id, name, body, { key, version, leaving });
  }

  function takeBack(key) {
    const { id } = held.get(key);
    held.delete(key);
    tell(id, null);
    drawToasts();
    desk.sayRefused(id, text('desk.undone'));
  }

  function drawToasts() {
    const box = byId('desk-toasts');
    if (!box) return;
    cockpit.patch(box, [...held].map(([key, { name, title, left }]) => h('Div', { className: 'desk-toast' },
      h('Span', { className: 'words' }, h('B', {}, text('action.' + name)), ' ' + title),
      h('Button', { type: 'button', className: 'btn', 'data-action': 'undo', 'data-key': key }, text('desk.undo', { n: left })),
      h('Button', { type: 'button', className: 'btn', 'data-action': 'send-now', 'data-key': key }, text('desk.now')))));
  }

  cockpit.on('tick', () => {
    if (!held.size) return;
    for (const [key, one] of [...held]) if (--one.left <= 0) fire(key);
    drawToasts();
  });
  // who closes the page has not taken it back
  window.addEventListener('pagehide', () => [...held.keys()].forEach((key) => fire(key, true)));
  document.addEventListener('click', (click) => {
    const button = click.target.closest && click.target.closest('#desk-toasts [data-key]');
    if (!button || !held.has(button.dataset.key)) return;
    if (button.dataset.action === 'undo') takeBack(button.dataset.key);
    else fire(button.dataset.key);
  });
})();
