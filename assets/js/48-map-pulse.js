/* The only things that move by themselves: a slow ring on what is overdue, one quick ring on what is new.
   They take their steps with the pictures of the map: an animation of its own would draw the whole wall sixty times a second. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const MOST_PULSES = 40, MOST_NEW = 4;
  const PULSE_MS = 2400, NEW_MS = 600; // visual guide, «Motion»
  const STEP_MS = 200; // twelve steps a ring
  const still = window.matchMedia('(prefers-reduced-motion: reduce)');
  const pulses = new Map(); // slot → element
  let rings = []; // {element, slot, since}: what is new
  let fresh = []; // slots that get a ring with the next picture: on their own they would have the wall composed once more
  let pane = null, at = 0, turn = 0;

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

  /** @param {number} part of the way, 0…1 */
  function look(element, part, from, to) {
    const ring = element.firstChild.style;
    ring.opacity = (0.9 * (1 - part)).toFixed(2);
    ring.transform = `scale(${(from + (to - from) * part).toFixed(2)})`;
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
    place(map.leaflet.getCenter(), map.leaflet.getZoom());
    at = map.events.version;
  }

  function place(centre, zoom) {
    for (const [slot, element] of pulses) put(element, slot, centre, zoom);
    for (const { element, slot } of rings) put(element, slot, centre, zoom);
  }

  /** The overdue rows of the red list pulse in step with their marks. */
  function stepRows(part) {
    for (const glyph of document.querySelectorAll('.row.red.over > .g')) {
      const reach = Math.min(1, part / 0.7);
      glyph.style.boxShadow = `0 0 0 ${(10 * reach).toFixed(1)}px rgba(240, 68, 62, ${(0.5 * (1 - reach)).toFixed(2)})`;
    }
  }

  function ringFresh(now) {
    for (const slot of fresh.filter(map.events.drawable)) {
      const element = spot('new');
      put(element, slot, map.leaflet.getCenter(), map.leaflet.getZoom());
      rings.push({ element, slot, since: now });
    }
    fresh = [];
  }

  function step(now) {
    ringFresh(now);
    const part = (now % PULSE_MS) / PULSE_MS;
    if (now - turn >= STEP_MS - 20) {
      turn = now;
      for (const element of pulses.values()) look(element, part, 1, 2.2);
      stepRows(part);
    }
    rings = rings.filter(({ element, since }) => {
      if (now - since < NEW_MS) return look(element, (now - since) / NEW_MS, 0.3, 1.6), true;
      return element.remove(), false;
    });
  }

  const layer = map.add({
    level: 40,
    // Leaflet stretches a sheet in a zoom; these only move
    sheet: { follow: place },
    attach(leaflet) {
      pulses.clear();
      rings = fresh = [];
      pane = leaflet.getPane('situation-pulse');
    },
    draw(now) {
      if (at !== map.events.version) update();
      if (still.matches) return 0;
      step(now);
      return rings.length ? map.pace() : pulses.size ? STEP_MS : 0;
    },
    moved: () => place(map.leaflet.getCenter(), map.leaflet.getZoom()),
  });

  cockpit.on('marks', () => pane && at !== map.events.version && map.invalidate(layer));
  for (const name of ['layer', 'snapshot', 'delta']) cockpit.on(name, () => pane && ((at = -1), map.invalidate(layer)));
  cockpit.on('events', (changed) => {
    if (!pane || !map.leaflet || document.hidden || !map.on.event || still.matches) return;
    // in a burst the eye follows no more than a few
    const room = Math.max(0, MOST_NEW - rings.length - fresh.length);
    fresh = fresh.concat(changed.fresh.filter(map.events.drawable).slice(0, room));
    if (fresh.length) map.invalidate(layer);
  });
})();
