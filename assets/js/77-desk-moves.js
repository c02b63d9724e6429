/* What an officer can do about the chosen event: the moves with their keys and fields, and the buttons for them. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h } = desk;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  /**
   * Every move that the API knows: its key, the fields of its form (none: it is sent at once; `!` must be filled in even
   * where the API would do without), and `undo` where a click can hurt: it is sent ten seconds later.
   */
  const MOVES = (desk.MOVES = {
    accept: { key: 'A', fields: [] },
    assign: { key: 'F', fields: ['unit', 'co_units', 'condition', 'note'] },
    start: { key: 'H', fields: [] },
    'feed-back': { key: 'I', fields: ['note', 'attachments'] },
    close: { key: 'E', fields: ['note'], undo: true },
    evaluate: { key: 'P', fields: ['score!', 'note'] },
    resume: { key: 'Z', fields: [] },
    return: { key: 'R', fields: ['note'] },
    escalate: { key: 'U', fields: ['note'] },
    'hand-down': { key: 'L', fields: ['level', 'note'] },
    supervise: { key: 'S', fields: ['degree', 'note'] },
    remind: { key: 'Shift+S', fields: ['note'] },
    call: { key: 'C', fields: ['unit', 'note'] },
    'report-in': { key: 'B', fields: ['called'] },
    rework: { key: 'W', fields: ['note'] },
    suspend: { key: 'Z', fields: ['note!'] },
    extend: { key: 'Y', fields: ['note!'] },
    'approve-extension': { key: 'Shift+Y', fields: ['note'] },
    'refuse-extension': { key: 'Shift+X', fields: ['note'] },
    note: { key: 'Shift+N', fields: ['note', 'attachments'] },
    merge: { key: 'Shift+M', fields: ['into'] },
    unmerge: { key: 'Shift+U', fields: [] },
    parent: { key: 'Shift+G', fields: ['parent'] },
    reopen: { key: 'O', fields: ['note'] },
    reject: { key: 'X', fields: ['note'], undo: true },
    void: { key: 'V', fields: ['note'], undo: true },
    claim: { key: 'Q', fields: [], aside: true },
    'take-over': { key: 'Q', fields: [], aside: true },
    release: { key: 'Q', fields: [], aside: true },
  });
  const NAMES = Object.keys(MOVES);

  /** The step that a stage waits for: the large button, and Enter. */
  const NEXT = {
    registered: 'accept', accepted: 'assign', returned: 'assign', escalated: 'assign', reopened: 'assign', assigned: 'start',
    handling: 'feed-back', rework: 'feed-back', resumed: 'feed-back', fed_back: 'close', closed: 'evaluate', suspended: 'resume',
  };

  let more = false;

  const actionsOf = (detail) => new Map((detail.actions || []).map((action) => [action.name, action]));
  /** What the API says about a move of the event that is shown; undefined if it says nothing. */
  desk.actionOf = (name) => (desk.event.detail ? actionsOf(desk.event.detail).get(name) : undefined);

  function button(name, action, css) {
    const pending = desk.isPending(desk.event.id);
    const reason = action.allowed ? '' : action.reason || '';
    return h('Button', {
      type: 'button', className: 'move' + css, 'data-action': name, 'data-move': name, title: reason || null,
      'aria-disabled': action.allowed && !pending ? null : 'true', 'data-allowed': action.allowed ? 'true' : 'false',
    }, h('Span', {}, text('action.' + name)), h('Kbd', {}, MOVES[name].key.replace('Shift+', '⇧')));
  }

  function said(event) {
    const waits = desk.pendingOf(event.id);
    if (!waits) return null;
    return h('Div', { className: 'move-said ' + waits.state, role: 'status' }, waits.words);
  }

  function draw(event) {
    const box = byId('drawer-actions');
    if (!box) return;
    if (!event.detail || !event.detail.actions) return cockpit.patch(box, []);
    const actions = actionsOf(event.detail);
    const next = NEXT[event.detail.stage], primary = actions.get(next);
    const rest = NAMES.filter((name) => actions.has(name) && !MOVES[name].aside && !(primary && primary.allowed && name === next));
    const can = rest.filter((name) => actions.get(name).allowed), cannot = rest.filter((name) => !actions.get(name).allowed);
    cockpit.patch(box, [
      said(event),
      primary && primary.allowed ? button(next, primary, ' next') : null,
      h('Div', { className: 'moves', role: 'group', 'aria-label': text('drawer.moves') }, ...can.map((name) => button(name, actions.get(name), ''))),
      cannot.length ? h('Button', { type: 'button', className: 'moves-more', 'data-action': 'moves-more', 'aria-expanded': more ? 'true' : 'false' },
        text(more ? 'drawer.fewer' : 'drawer.more', { n: cannot.length })) : null,
      more ? h('Div', { className: 'moves not' }, ...cannot.map((name) => button(name, actions.get(name), ' not'))) : null,
    ].filter(Boolean));
  }
  cockpit.on('desk-drawn', draw);
  cockpit.on('desk-pending', () => draw(desk.event));

  /** Begin a move of the chosen event: open its form, or send it where it needs none. */
  desk.begin = function (name) {
    const { id, detail } = desk.event, action = desk.actionOf(name);
    if (!detail || !action || desk.isPending(id)) return;
    if (!action.allowed) return desk.sayRefused(id, text('action.' + name) + ' · ' + (action.reason || action.rule));
    const { fields, undo } = MOVES[name];
    if (fields.length || undo) desk.openForm(name, id, detail, action);
    else desk.send(id, name, {});
  };

  /** The first of several moves on one key that is allowed now; else the first, so that its reason is told. */
  function onKey(key) {
    const names = NAMES.filter((name) => MOVES[name].key === key);
    const known = names.filter((name) => desk.actionOf(name));
    desk.begin(known.find((name) => desk.actionOf(name).allowed) || known[0]);
  }
  function beginNext() {
    const { detail } = desk.event;
    if (detail) desk.begin(NEXT[detail.stage]);
  }

  /** Keys of the moves, for 79-desk-keys.js. */
  const keys = [...new Set(NAMES.map((name) => MOVES[name].key))];
  desk.MOVE_KEYS = [
    { group: 'action', keys: ['Enter'], words: ['keys.next_step'], does: beginNext },
    ...keys.map((key) => ({
      group: 'action', keys: [key], shown: [key.replace('Shift+', '⇧ ')],
      words: NAMES.filter((name) => MOVES[name].key === key).map((name) => 'action.' + name), does: () => onKey(key),
    })),
  ];

  document.addEventListener('click', (click) => {
    if (!desk.here() || !click.target.closest) return;
    const move = click.target.closest('#panel-drawer [data-move]');
    if (move) desk.begin(move.dataset.move);
    else if (click.target.closest('[data-action="moves-more"]')) {
      more = !more;
      draw(desk.event);
    }
  });
})();
