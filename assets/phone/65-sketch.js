/* 略图: roads and buildings around a place as lines, with the person on it; kept with the order for when there is no line. */
(function () {
  'use strict';

  const cockpit = window.cockpit, phone = cockpit.phone;
  const SVG = 'http://www.w3.org/2000/svg', W = 334, H = 136, RADIUS_M = 250, KEPT = 30, STRAIGHT_TO_ROAD = 1.3, WALK_MPS = 1.2;
  const known = new Map();

  function shape(tag, attributes) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  async function fetchFor(order) {
    known.set(order.id, null);
    const kept = (await phone.store.find('sketches').catch(() => null)) || {};
    if (!kept[order.id]) {
      try {
        const answer = await phone.call('sketch?lon=' + order.lon + '&lat=' + order.lat + '&radius_m=' + RADIUS_M);
        if (!answer.ok) return;
        kept[order.id] = await answer.json();
        const ids = Object.keys(kept);
        for (const id of ids.slice(0, Math.max(0, ids.length - KEPT))) delete kept[id];
        await phone.store.keep('sketches', kept).catch(() => {});
      } catch {
        known.delete(order.id); // asked again when it is drawn next
        return;
      }
    }
    known.set(order.id, kept[order.id]);
    cockpit.emit('draw');
  }

  /** Metres as people say them, and minutes on foot; a straight line is said to be about. */
  phone.away = function (order) {
    const here = phone.where.known();
    if (!here || order.lon === null) return null;
    const metres = phone.where.metres(here, order);
    return { metres, minutes: Math.max(1, Math.round((metres * STRAIGHT_TO_ROAD) / WALK_MPS / 60)), here };
  };

  /** The sketch of an order's place: an SVG, north up, the place in the middle, the person if near enough. */
  phone.sketch = function (order) {
    if (!known.has(order.id)) fetchFor(order);
    const sketch = known.get(order.id);
    const away = phone.away(order);
    const reach = away && away.metres < 1500 ? Math.max(90, Math.min(RADIUS_M * 2, away.metres * 1.25)) : 140;
    const scale = Math.min(W / 2 / reach, (H / 2 / reach) * 1.6);
    const X = (x) => W / 2 + x * scale, Y = (y) => H / 2 - y * scale;
    const svg = shape('svg', { viewBox: '0 0 ' + W + ' ' + H, class: 'sketch', preserveAspectRatio: 'xMidYMid slice', 'aria-hidden': 'true' });
    for (const b of (sketch && sketch.buildings) || []) {
      const points = [0, 2, 4, 6].map((i) => X(b[i]).toFixed(1) + ',' + Y(b[i + 1]).toFixed(1)).join(' ');
      svg.append(shape('polygon', { points, class: 'house' }));
    }
    for (const [kind, , x1, y1, x2, y2] of (sketch && sketch.roads) || []) {
      svg.append(shape('line', { x1: X(x1), y1: Y(y1), x2: X(x2), y2: Y(y2), class: 'road ' + kind }));
    }
    svg.append(shape('circle', { cx: X(0), cy: Y(0), r: Math.max(24, 60 * scale), class: 'danger' }));
    if (away) {
      const x = (away.here.lon - order.lon) * Math.cos((order.lat * Math.PI) / 180) * 111320, y = (away.here.lat - order.lat) * 111320;
      svg.append(shape('line', { x1: X(x), y1: Y(y), x2: X(0), y2: Y(0), class: 'way' }), shape('circle', { cx: X(x), cy: Y(y), r: 8, class: 'me' }));
    }
    svg.append(shape('path', { d: 'M' + X(0) + ' ' + (Y(0) - 13) + 'l13 13-13 13-13-13z', class: 'target' }));
    return svg;
  };

  /** Where a phone's own map goes on: `geo:` is asked of the phone, Apple has an address of its own. */
  phone.navigation = function (order) {
    const at = order.lat + ',' + order.lon, name = encodeURIComponent(order.event ? order.event.title : order.task.slice(0, 40));
    return /iPad|iPhone|Mac OS/.test(navigator.userAgent) ? 'maps://?daddr=' + at + '&dirflg=w' : 'geo:' + at + '?q=' + at + '(' + name + ')';
  };
})();
