/* The way from the desk's map to a track: who was clicked on, since when the position is known, and a link to their day. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const byId = (id) => document.getElementById(id);
  const STAYS_MS = 12000;
  let timer = 0;

  function close() {
    clearTimeout(timer);
    const card = byId('person-card');
    if (card) card.remove();
  }

  const put = (parent, tag, words, className) => {
    const element = parent.appendChild(document.createElement(tag));
    element.className = className || '';
    element.textContent = words;
    return element;
  };

  function open(subject) {
    const panel = byId('panel-map');
    close();
    if (!subject || !panel || !cockpit.page || cockpit.page.name !== 'duty') return;
    const card = document.createElement('div'), row = cockpit.movers.ids.indexOf(subject);
    Object.assign(card, { id: 'person-card', className: 'person-card' });
    card.setAttribute('role', 'status');
    put(card, 'b', subject);
    if (row >= 0) put(card, 'span', cockpit.map.positionAge(row));
    const link = put(card, 'a', cockpit.text('tracks.of_today'), 'page-link');
    link.href = '/tracks?' + new URLSearchParams({ subjects: subject, scope: cockpit.page.scope, lang: cockpit.lang });
    link.dataset.action = 'person-track';
    const shut = put(card, 'button', '×');
    shut.type = 'button';
    shut.setAttribute('aria-label', cockpit.text('keys.close'));
    shut.addEventListener('click', close);
    panel.appendChild(card);
    timer = setTimeout(close, STAYS_MS);
  }

  cockpit.on('subject', ({ subject_id }) => open(subject_id));
  cockpit.on('page', close);
})();
