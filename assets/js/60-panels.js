/* Panels: draws the trees that the server rendered, and tells the bus what a click on a row means. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  const FIGURES_EVERY_MS = 5000;

  let waiting = {}; // trees that came before the page was there
  let figures = {}, figuresAt = -Infinity, figuresTimer = 0; // charts that are to be drawn
  let asOf = 0, asked = false;

  /** A chart is a figure of a Dash component, everything else is children and drawn here. */
  const isFigure = (tree) => Boolean(tree && !Array.isArray(tree) && tree.layout && tree.data);

  /** Charts cost as much as all other panels together, and a day's curve does not change in a second. */
  function drawFigures() {
    const { set_props: setProps } = window.dash_clientside || {};
    const rest = FIGURES_EVERY_MS - (performance.now() - figuresAt);
    if (!Object.keys(figures).length || figuresTimer) return;
    if (rest > 0 || !setProps) {
      figuresTimer = setTimeout(() => ((figuresTimer = 0), drawFigures()), Math.max(rest, 100));
      return;
    }
    figuresAt = performance.now();
    for (const [id, figure] of Object.entries(figures)) setProps(id, { figure });
    figures = {};
  }

  function draw() {
    if (!document.getElementById('stage')) return;
    const trees = waiting;
    waiting = {};
    for (const [id, tree] of Object.entries(trees)) {
      const container = document.getElementById(id);
      if (!container) continue; // another stage has other panels: what is not here is not drawn
      if (!isFigure(tree)) cockpit.patch(container, tree);
      else figures[id] = tree;
    }
    drawFigures();
    // a countdown that moved to another row shows that row's time at once, not at the next second
    if (cockpit.tickNow) cockpit.tickNow();
  }

  /** A page with a map changes its panels with the map's next picture, a fifth of a second later at most. */
  function drawWithMap() {
    if (!cockpit.map) return draw();
    if (asked) return;
    asked = true;
    cockpit.map.together(() => {
      asked = false;
      draw();
    });
  }

  /** The instant that the figures on this page belong to, in ms; 0 before the first. */
  cockpit.asOf = () => asOf;

  cockpit.on('panels', (message) => {
    asOf = Math.max(asOf, message.as_of_ms || 0);
    Object.assign(waiting, message.panels || {});
    drawWithMap();
  });
  // nothing was said because nothing changed: the figures still hold
  cockpit.on('beat', (beat) => {
    if (asOf) asOf = Math.max(asOf, beat.at_ms || 0);
  });
  cockpit.on('page', (page) => {
    const start = page.root.dataset.start;
    if (start) waiting = { ...JSON.parse(start), ...waiting };
    draw();
  });

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
