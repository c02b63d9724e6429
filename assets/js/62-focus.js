/* 焦点: what closes gives the focus back to where it was, and the Tab key does not leave a dialog that wants an answer. */
(function () {
  'use strict';

  const KEPT = 24, MODAL = '[aria-modal=true]', STOPS = 'a[href], button:not([disabled]), input:not([disabled]), select, textarea, summary, [tabindex="0"]';
  const past = []; // what had the focus, the newest last; null: nothing had

  const isShown = (element) => Boolean(element && element.isConnected && element !== document.body && element.checkVisibility({ visibilityProperty: true }));

  function keep(element) {
    past.push(element);
    if (past.length > KEPT) past.shift();
  }

  /** Once the deed is done: if what had the focus is gone with it, the last place before that is still there has it again. */
  function watch(from) {
    const before = past.slice();
    requestAnimationFrame(() => setTimeout(() => {
      if (isShown(from) || isShown(document.activeElement)) return;
      while (before.length) {
        const element = before.pop();
        if (element === null) return; // a key opened it, nothing had the focus
        if (!isShown(element)) continue;
        return element.focus({ preventScroll: true });
      }
    }));
  }

  function stay(event) {
    const dialog = [...document.querySelectorAll(MODAL)].filter(isShown).pop();
    if (!dialog) return;
    const stops = [...dialog.querySelectorAll(STOPS)].filter(isShown), at = stops.indexOf(document.activeElement);
    const edge = event.shiftKey ? 0 : stops.length - 1;
    if (!stops.length || (at >= 0 && at !== edge)) return;
    event.preventDefault();
    stops[event.shiftKey ? stops.length - 1 : 0].focus();
  }

  document.addEventListener('focusin', (event) => keep(event.target));
  document.addEventListener('focusout', (event) => { if (!event.relatedTarget) keep(null); });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Tab') stay(event);
    if (event.key === 'Escape' && isShown(document.activeElement)) watch(document.activeElement);
  }, true);
  document.addEventListener('click', (event) => {
    const within = event.target.closest && event.target.closest('[role=dialog], [role=alertdialog]') && document.activeElement;
    if (isShown(within)) watch(within);
  }, true);
})();
