/* What stands over the map hides it: names keep off the buttons, the legend and the notes, as they keep off each other. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;
  if (!map || !map.blocks) return;

  const OVER = '.layer-line > *, #legend, #map-notes, #people';

  /** Boxes of what is drawn over the map, in stage px from its corner. */
  function boxes() {
    const corner = map.leaflet.getContainer().getBoundingClientRect(), stage = cockpit.stageScale || 1;
    return [...document.querySelectorAll(OVER)].filter((element) => element.checkVisibility()).map((element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return [left - corner.left, top - corner.top, right - corner.left, bottom - corner.top].map((n) => n / stage);
    });
  }

  map.blocks.push(() => {
    if (!map.leaflet) return [];
    const { x, y } = map.leaflet.getPixelBounds().min;
    return boxes().map(([left, top, right, bottom]) => [x + left, y + top, x + right, y + bottom]);
  });

  // the map moves under them; where it has come to rest its names are placed anew
  let rested = '';
  cockpit.on('view', () => {
    if (!map.leaflet) return;
    const { x, y } = map.leaflet.getPixelBounds().min, now = [map.leaflet.getZoom(), Math.round(x), Math.round(y)].join();
    if (now === rested) return;
    rested = now;
    cockpit.emit('blocks');
  });
})();
