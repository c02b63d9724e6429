/* Keyboard of the desk: one table says what each key does, the dialog behind `?` lists it. Never while somebody types. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h } = desk;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);
  const press = (selector) => {
    const button = document.querySelector(selector);
    if (button && !button.disabled) button.click();
  };

  function go(id) {
    if (id === undefined) return;
    desk.choose(id, { from: 'keys' });
    byId('queue-list').focus({ preventScroll: true });
  }

  function otherMode() {
    press('#mode [data-mode-value][aria-pressed="false"]');
  }

  /** Keys as `event.key` says them, what they do, and the text that tells so; `group` orders the list; `when`: only then. */
  const KEYS = (desk.KEYS = [
    { group: 'move', keys: ['J', 'K'], words: 'keys.red', does: (key) => go(desk.neighbour(key === 'J' ? 1 : -1, true)) },
    { group: 'move', keys: ['ArrowDown', 'ArrowUp'], shown: ['↓', '↑'], words: 'keys.row', where: 'list',
      does: (key) => go(desk.neighbour(key === 'ArrowDown' ? 1 : -1)) },
    { group: 'move', keys: ['PageDown', 'PageUp'], shown: ['PgDn', 'PgUp'], words: 'keys.page', where: 'list',
      does: (key) => go(desk.neighbour((key === 'PageDown' ? 1 : -1) * desk.pageOfRows())) },
    { group: 'move', keys: ['Home', 'End'], words: 'keys.ends', where: 'list',
      does: (key) => go(desk.neighbour(key === 'Home' ? -Infinity : Infinity)) },
    { group: 'move', keys: ['Shift+F'], shown: ['⇧ F'], words: 'keys.likely', does: () => desk.toggleOrder() },
    { group: 'move', keys: ['N'], words: 'keys.bring_in', does: () => desk.bringIn() },
    { group: 'move', keys: ['/'], words: 'keys.search', does: () => cockpit.search.open() },
    ...(desk.MOVE_KEYS || []),
    { group: 'desk', keys: ['G'], words: 'keys.responsible', does: () => desk.whose() },
    { group: 'desk', keys: ['Shift+H'], shown: ['⇧ H'], words: 'houses.title', does: () => cockpit.houses.turn() },
    { group: 'desk', keys: ['Shift+L'], shown: ['⇧ L'], words: 'keys.layers', does: () => cockpit.thematic.toggle() },
    { group: 'desk', keys: ['0'], words: 'keys.whole', does: () => desk.showWhole() },
    { group: 'desk', keys: ['M'], words: 'keys.mute', does: () => press('#sound [data-action="sound-mute"]') },
    { group: 'desk', keys: ['T'], words: 'keys.mode', does: otherMode },
    { group: 'desk', keys: ['?'], words: 'keys.all', does: () => open(true) },
    { group: 'desk', keys: ['Escape'], shown: ['Esc'], words: 'keys.escape', does: () => escape() },
  ]);

  const shownOf = (entry) => entry.shown || entry.keys;

  function open(now) {
    const dialog = byId('keys-dialog');
    if (!dialog) return;
    dialog.hidden = !now;
    if (!now) return byId('queue-list').focus({ preventScroll: true });
    const groups = ['move', 'action', 'desk', 'alarm', 'dispatch', 'plot'].map((group) => [group, KEYS.filter((entry) => entry.group === group)]);
    cockpit.patch(byId('keys-list'), groups.filter(([, entries]) => entries.length).map(([group, entries]) =>
      h('Section', { className: 'keys-' + group },
        h('H3', {}, text('keys.group_' + group)),
        h('Ul', {}, ...entries.map((entry) => h('Li', {}, h('Span', {}, ...shownOf(entry).map((key) => h('Kbd', {}, key))), [entry.words].flat().map((key) => text(key)).join(' / ')))))));
    dialog.querySelector('[data-action="keys-close"]').focus();
  }

  /** One thing at a time is closed: what lies on top. */
  function escape() {
    const dialog = byId('keys-dialog');
    if (dialog && !dialog.hidden) return open(false);
    if (desk.closeFacets()) return;
    if (desk.closeForm && desk.closeForm()) return;
    if (desk.endPointing && desk.endPointing()) return;
    if (cockpit.houses && cockpit.houses.close()) return;
    if (desk.stopDrawing && desk.stopDrawing()) return;
    if (desk.plot && desk.plot.escape()) return;
    if (desk.closePlan && desk.closePlan()) return;
    if (desk.closeUnits && desk.closeUnits()) return;
    if (byId('mode-dialog').dataset.open === 'ask') return; // 65-mode.js closes it
    if (desk.dispatch && desk.dispatch.close()) return;
    desk.choose(null, { from: 'keys' });
  }

  const typing = (target) => Boolean(target.closest && target.closest('input, textarea, select, [contenteditable="true"]'));
  const modal = () => !byId('keys-dialog').hidden || Boolean(desk.planShown && desk.planShown()) || byId('mode-dialog').dataset.open === 'ask';

  function nameOf(event) {
    return event.key.length === 1 ? (event.shiftKey && /[a-z]/i.test(event.key) ? 'Shift+' : '') + event.key.toUpperCase() : event.key;
  }

  document.addEventListener('keydown', (event) => {
    if (!desk.here() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) && event.key !== 'Escape') return;
    if (modal() && event.key !== 'Escape') return;
    const name = nameOf(event);
    const onMap = event.target.closest && event.target.closest('#situation-map');
    const entry = KEYS.find((e) => e.keys.includes(name) && !(e.where === 'list' && onMap) && (!e.when || e.when()));
    if (!entry) return;
    if (name === 'Enter' && !event.shiftKey && event.target.closest('button, a, summary')) return; // what is in focus is pressed, nothing else
    event.preventDefault();
    entry.does(name, event);
  });
  document.addEventListener('click', (event) => {
    if (!desk.here() || !event.target.closest) return;
    if (event.target.closest('[data-action="keys-close"]') || event.target.id === 'keys-dialog') open(false);
    else if (event.target.closest('[data-keys="?"]')) open(true);
  });
})();
