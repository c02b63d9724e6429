/* Keys of dispatch: part of the desk's one table, so that `?` lists them; most hold only while a search is open. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { dispatch } = desk;

  const open = () => dispatch.open;
  const drawing = () => Boolean(desk.drawing());
  const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

  // before the desk's own: Enter and Backspace mean these while a search or a drawing is open
  desk.KEYS.unshift(
    { group: 'dispatch', keys: ['Enter'], words: 'dispatch.keys.close_outline', when: drawing, does: () => desk.finishDrawing() },
    { group: 'dispatch', keys: ['Backspace'], shown: ['⌫'], words: 'dispatch.keys.drop_corner', when: drawing, does: () => desk.dropCorner() },
    { group: 'dispatch', keys: ['D'], words: 'dispatch.open', does: () => (dispatch.open ? dispatch.close() : dispatch.begin(null)) },
    { group: 'dispatch', keys: DIGITS, shown: ['1', '–', '9'], words: 'dispatch.pick', when: open, does: (key) => desk.tickNth(Number(key)) },
    { group: 'dispatch', keys: ['Enter'], words: 'dispatch.keys.send', when: open, does: (key, event) => (event.shiftKey ? desk.openPlan() : desk.sendOrders()) },
    { group: 'dispatch', keys: ['-', '='], shown: ['−', '='], words: 'dispatch.keys.radius', when: open, does: (key) => dispatch.widen(key === '=' ? 1 : -1) },
    { group: 'dispatch', keys: ['Shift+D'], shown: ['⇧ D'], words: 'dispatch.keys.task', when: open, does: () => document.getElementById('order-task').focus() },
    { group: 'dispatch', keys: ['Backspace'], shown: ['⌫'], words: 'dispatch.keys.undo', when: () => desk.canUndoOrders(), does: () => desk.undoOrders() },
    { group: 'dispatch', keys: ['Shift+O'], shown: ['⇧ O'], words: 'dispatch.orders', does: () => dispatch.setWork(dispatch.shownWork() === 'orders' ? '' : 'orders') },
    { group: 'dispatch', keys: ['Shift+P'], shown: ['⇧ P'], words: 'dispatch.plan_tab', does: () => dispatch.setWork('plan') },
    { group: 'dispatch', keys: ['Shift+R'], shown: ['⇧ R'], words: 'dispatch.advice', does: () => dispatch.setWork('advice') },
    { group: 'dispatch', keys: ['Shift+E'], shown: ['⇧ E'], words: 'dispatch.evacuation', does: () => dispatch.setWork('evacuation') },
  );
})();
