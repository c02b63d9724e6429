/* 判定: one key, ten seconds to take it back, then one move of the event; who was first is asked of the fact, never assumed. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const patrol = (cockpit.patrol = cockpit.patrol || {});
  const { h, state } = patrol;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const UNDO_S = 10, LOOK_MS = 400, LOOKS = 20, SAID_MS = 9000;
  /** What a verdict asks for, and what it then is. */
  const MOVES = {
    confirm: { move: 'accept', verdict: 'confirmed' }, reject: { move: 'reject', verdict: 'rejected' }, take_back: { move: 'void', verdict: 'rejected' },
  };

  /** Finding → `{name, verdict, state: held|sent|done|first, words}`; a verdict that failed is forgotten, the finding waits again. */
  const outcomes = new Map();
  const held = new Map(); // finding → {name, note, version, left, key}, the oldest first
  const said = []; // {words, until}
  const batch = { confirmed: 0, rejected: 0, others: 0, since: 0, last: 0 };

  patrol.outcomeOf = (id) => outcomes.get(id);

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID is missing on plain http
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  patrol.say = function (words) {
    said.push({ words, until: performance.now() + SAID_MS });
    while (said.length > 4) said.shift();
    toasts();
  };

  /** Give a verdict about the chosen finding. It is sent ten seconds later. */
  patrol.judge = function (name, note = '') {
    const item = state.items.get(state.chosen);
    if (!item || outcomes.has(item.event_id)) return;
    held.set(item.event_id, { name, note, version: item.version, title: item.title, left: UNDO_S, key: newKey() });
    outcomes.set(item.event_id, { name, verdict: MOVES[name].verdict, state: 'held', words: '' });
    if (!batch.since) batch.since = performance.now();
    batch.last = performance.now();
    patrol.choosing = false;
    toasts();
    patrol.goOn();
  };

  patrol.takeBack = function (id = [...held.keys()].pop()) {
    if (!held.has(id)) return patrol.say(text('patrol.nothing_to_undo'));
    held.delete(id);
    outcomes.delete(id);
    patrol.say(text('patrol.undone'));
    patrol.choose(id);
  };

  function end(id, outcome) {
    outcome ? outcomes.set(id, outcome) : outcomes.delete(id);
    counter();
    patrol.draw();
  }

  /** Somebody else was first: say who, and let the row show what holds. */
  function lost(id, title, item) {
    batch.others++;
    const verdict = item && item.verdict;
    const words = verdict ? text('patrol.first_' + verdict.verdict, { title, by: verdict.by_rule && verdict.verdict === 'confirmed' ? text('patrol.by_rule') : verdict.by, time: patrol.timeOf(verdict.at) }) : text('patrol.first_other', { title });
    patrol.say(words);
    end(id, { name: 'confirm', verdict: verdict ? verdict.verdict : 'rejected', state: 'first', words });
  }

  /** Wait for the fact that a command led to; another's means that somebody was first. */
  async function outcome(id, one, commandId) {
    const { verdict } = MOVES[one.name];
    for (let looked = 0; looked < LOOKS; looked++) {
      await new Promise((go) => setTimeout(go, LOOK_MS));
      const item = await patrol.look(id), told = item && item.verdict;
      if (told && told.command_id === commandId) {
        batch[verdict]++;
        return end(id, { name: one.name, verdict, state: 'done', words: '' });
      }
      // what a threshold confirmed stands until it is taken back: only another verdict about it was first
      if (told && !(one.name === 'take_back' && told.by_rule && told.verdict === 'confirmed')) return lost(id, one.title, item);
    }
    patrol.say(text('patrol.no_outcome', { title: one.title }));
    return end(id, null);
  }

  async function send(id, leaving) {
    const one = held.get(id), { move, verdict } = MOVES[one.name];
    held.delete(id);
    outcomes.set(id, { name: one.name, verdict, state: 'sent', words: text('patrol.sending') });
    const { status, body } = await patrol.ask('events/' + patrol.pathOf(id) + '/' + move, {
      method: 'POST', key: one.key, leaving, body: { note: one.note, expected_version: one.version },
    });
    if (status === 202) return outcome(id, one, body.command_id);
    const item = status === 409 || status === 404 ? await patrol.look(id) : null;
    if (item && !item.is_waiting && one.name !== 'take_back') return lost(id, one.title, item);
    patrol.say(text('patrol.not_sent', { title: one.title, reason: body.detail || body.title || String(status) }));
    return end(id, null);
  }

  function toasts() {
    const box = byId('patrol-toasts');
    if (!box) return;
    while (said.length && said[0].until < performance.now()) said.shift();
    const newest = [...held].slice(-3);
    cockpit.patch(box, [
      ...said.map(({ words }) => h('Div', { className: 'desk-toast said' }, h('Span', { className: 'words' }, words))),
      ...newest.map(([id, { name, title, left }]) => h('Div', { className: 'desk-toast', 'data-held': id },
        h('Span', { className: 'words' }, h('B', {}, text('patrol.held_' + name)), ' ' + title),
        h('Button', { type: 'button', className: 'btn', 'data-action': 'patrol-undo' }, text('patrol.undo', { n: left })),
        h('Button', { type: 'button', className: 'btn', 'data-action': 'patrol-now' }, text('desk.now')))),
    ]);
  }

  function counter() {
    const box = byId('patrol-batch');
    if (!box) return;
    const waits = [...held.values()].map((one) => MOVES[one.name].verdict);
    const confirmed = batch.confirmed + waits.filter((v) => v === 'confirmed').length, rejected = batch.rejected + waits.filter((v) => v === 'rejected').length;
    const all = confirmed + rejected, pace = all > 1 ? Math.round((batch.last - batch.since) / 1000 / (all - 1)) : 0;
    cockpit.patch(box, [
      h('B', {}, text('patrol.batch', { n: all })), h('Span', {}, text('patrol.batch_parts', { confirmed, rejected })),
      pace ? h('Span', {}, text('patrol.batch_pace', { n: pace })) : null, batch.others ? h('Span', { className: 'late' }, text('patrol.batch_other', { n: batch.others })) : null,
    ].filter(Boolean));
  }
  cockpit.on('patrol', counter);

  cockpit.on('tick', () => {
    if (!patrol.here()) return;
    for (const [id, one] of [...held]) if (--one.left <= 0) send(id, false);
    toasts();
  });
  // who closes the page has not taken it back
  window.addEventListener('pagehide', () => patrol.here() && [...held.keys()].forEach((id) => send(id, true)));
  document.addEventListener('click', (click) => {
    const button = patrol.here() && click.target.closest && click.target.closest('#patrol-toasts [data-held] [data-action]');
    const id = button && button.closest('[data-held]').dataset.held;
    if (!id || !held.has(id)) return;
    if (button.dataset.action === 'patrol-undo') return patrol.takeBack(id);
    send(id, false);
    toasts();
  });
})();
