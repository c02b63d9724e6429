/* The only things that move by themselves: a slow ring on what is overdue, one quick ring on what is new. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const MOST_PULSES = 40, MOST_NEW = 4;
  const pulses = new Map(); // slot → element
  let pane = null, at = 0;

  function spot(name) {
    const element = document.createElement('div');
    element.className = 'situation-' + name + ' leaflet-zoom-animated';
    element.appendChild(document.createElement('i'));
    pane.appendChild(element);
    return element;
  }

  function put(element, slot, centre, zoom) {
    const scale = 256 * 2 ** zoom, origin = map.leaflet._getNewPixelOrigin(centre, zoom);
    const x = map.events.x[slot] * scale - origin.x, y = map.events.y[slot] * scale - origin.y;
    L.DomUtil.setTransform(element, L.point(x, y), 1);
  }

  /** Keep one element a pulsing mark; who is gone is removed. */
  function update() {
    const focus = map.focusSlot();
    const wanted = new Set(map.on.event ? [...map.events.over].filter(map.events.drawable).slice(0, MOST_PULSES) : []);
    if (focus !== undefined && map.events.drawable(focus)) wanted.add(focus);
    for (const [slot, element] of pulses) {
      if (wanted.has(slot)) continue;
      element.remove();
      pulses.delete(slot);
    }
    for (const slot of wanted) if (!pulses.has(slot)) pulses.set(slot, spot('pulse'));
    const centre = map.leaflet.getCenter(), zoom = map.leaflet.getZoom();
    for (const [slot, element] of pulses) put(element, slot, centre, zoom);
    at = map.events.version;
  }

  map.add({
    level: 40,
    // Leaflet stretches a sheet in a zoom; these only move
    sheet: {
      follow(centre, zoom) {
        for (const [slot, element] of pulses) put(element, slot, centre, zoom);
      },
    },
    attach(leaflet) {
      pulses.clear();
      pane = leaflet.getPane('situation-pulse');
    },
    draw: () => void update(),
    moved() {
      for (const [slot, element] of pulses) put(element, slot, map.leaflet.getCenter(), map.leaflet.getZoom());
    },
  });

  cockpit.on('marks', () => pane && at !== map.events.version && update());
  cockpit.on('events', ({ fresh }) => {
    if (!pane || !map.leaflet || document.hidden || !map.on.event) return;
    // each ring is drawn anew sixty times a second; in a burst the eye follows no more than a few
    const room = MOST_NEW - pane.querySelectorAll('.situation-new').length;
    for (const slot of fresh.filter(map.events.drawable).slice(0, Math.max(0, room))) {
      const element = spot('new');
      put(element, slot, map.leaflet.getCenter(), map.leaflet.getZoom());
      element.addEventListener('animationend', () => element.remove());
      setTimeout(() => element.remove(), 1500); // where motion is off, no animation ends
    }
  });
})();
