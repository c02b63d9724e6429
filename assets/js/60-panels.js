/* Panels: hands the trees that the server rendered to Dash, and what a click on a row means to the bus. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  let waiting = {}; // trees that came before Dash was there
  let asOf = 0;

  const dash = () => window.dash_clientside && window.dash_clientside.set_props;

  /** Which property of a component the server renders: a chart is a figure, everything else children. */
  const propsOf = (tree) => (tree && !Array.isArray(tree) && tree.layout && tree.data ? { figure: tree } : { children: tree });

  function draw() {
    if (!dash() || !document.getElementById('stage')) return;
    const trees = waiting;
    waiting = {};
    for (const [id, tree] of Object.entries(trees)) {
      // another stage has other panels: what is not here is not drawn
      if (document.getElementById(id)) window.dash_clientside.set_props(id, propsOf(tree));
    }
    // a countdown that moved to another row shows that row's time at once, not at the next second
    requestAnimationFrame(() => cockpit.tickNow && cockpit.tickNow());
  }

  /** The instant that the figures on this page belong to, in ms; 0 before the first. */
  cockpit.asOf = () => asOf;

  cockpit.on('panels', (message) => {
    asOf = Math.max(asOf, message.as_of_ms || 0);
    Object.assign(waiting, message.panels || {});
    draw();
  });
  // nothing was said because nothing changed: the figures still hold
  cockpit.on('beat', (beat) => {
    if (asOf) asOf = Math.max(asOf, beat.at_ms || 0);
  });
  cockpit.on('page', draw);

  function chosen(target) {
    const row = target.closest && target.closest('[data-action="focus-event"]');
    if (row) cockpit.emit('focus', { event_id: row.dataset.eventId });
    return row;
  }
  document.addEventListener('click', (event) => chosen(event.target));
  document.addEventListener('keydown', (event) => {
    if ((event.key === 'Enter' || event.key === ' ') && chosen(event.target)) event.preventDefault();
  });
})();
