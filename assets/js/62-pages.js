/* 页面: the menu of pages closes when somebody goes elsewhere, by mouse or by key. */
(function () {
  'use strict';

  const open = () => document.querySelector('details.pages[open]');
  const close = () => { const menu = open(); if (menu) menu.open = false; return menu; };

  document.addEventListener('pointerdown', (event) => { const menu = open(); if (menu && !menu.contains(event.target)) close(); });
  document.addEventListener('focusin', (event) => { const menu = open(); if (menu && !menu.contains(event.target)) close(); });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    const menu = close();
    if (!menu) return;
    event.stopImmediatePropagation(); // Esc closes one thing at a time
    menu.querySelector('summary').focus();
  }, true);
})();
