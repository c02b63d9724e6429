/* Pointing at marks: a tooltip in words, a click that tells who listens. Titles come from outside: they are text, never markup. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const CELL_PX = 48;
  let tip = null, grid = null, gridOf = null, pending = null, shown = null;

  /** The marks of the last drawing, by squares; made when somebody first points after it. */
  function squares(hits) {
    if (gridOf === hits) return grid;
    grid = new Map();
    gridOf = hits;
    for (const hit of hits) {
      for (let i = Math.floor((hit.x - hit.r) / CELL_PX); i <= Math.floor((hit.x + hit.r) / CELL_PX); i++) {
        for (let j = Math.floor((hit.y - hit.r) / CELL_PX); j <= Math.floor((hit.y + hit.r) / CELL_PX); j++) {
          const key = i * 65536 + j;
          if (grid.has(key)) grid.get(key).push(hit);
          else grid.set(key, [hit]);
        }
      }
    }
    return grid;
  }

  /**
   * What is drawn at a point of the map's box (stage pixels): the topmost mark, or null.
   * @param {L.Point} point
   */
  map.hit = function (point) {
    const { sheet, hits } = map.marks;
    if (!sheet || sheet.zoom !== map.leaflet.getZoom()) return null;
    const origin = map.leaflet.getPixelOrigin(), at = map.leaflet.containerPointToLayerPoint(point);
    const x = at.x + origin.x - sheet.ox, y = at.y + origin.y - sheet.oy;
    const near = squares(hits).get(Math.floor(x / CELL_PX) * 65536 + Math.floor(y / CELL_PX)) || [];
    for (let i = near.length - 1; i >= 0; i--) {
      if (Math.hypot(near[i].x - x, near[i].y - y) <= near[i].r) return near[i];
    }
    const person = map.personAt((x + sheet.ox) / sheet.scale, (y + sheet.oy) / sheet.scale);
    if (person !== undefined) return { person };
    const thing = map.thingAt ? map.thingAt(point) : null; // of a thematic layer: what moves and what is red lies above it
    return thing && { thing };
  };

  function timeWords(slot) {
    const { colour, overAt, late } = map.events;
    const name = map.events.names[colour[slot]], left = overAt[slot] - cockpit.now();
    if (name === 'green') return late[slot] ? cockpit.text('map.closed_late') : '';
    if (name === 'paused') return '';
    if (left === Infinity) return cockpit.text('map.no_limit');
    return left < 0 ? map.events.span('map.over', -left) : map.events.span('map.left', left);
  }

  function words(hit) {
    if (hit.thing) return hit.thing.words();
    if (hit.disc) {
      const parts = ['green', 'blue', 'at_risk'].map((name, i) => (hit.disc.by[i] ? cockpit.text('colour.' + name) + ' ' + hit.disc.by[i] : ''));
      return { title: cockpit.text('map.cluster', { n: hit.disc.n }), parts, colour: '' };
    }
    if (hit.alarm) {
      const row = cockpit.situation.alarms.get(hit.alarm) || [];
      return { title: row[4] || row[2] || '', parts: [cockpit.text('map.alarm')], colour: '' };
    }
    if (hit.person !== undefined) {
      const age = cockpit.now() - cockpit.movers.seen[hit.person] >= 60000 ? map.positionAge(hit.person) : '';
      return { title: cockpit.movers.ids[hit.person] || '', parts: [cockpit.text('map.gridworkers'), age], colour: '' };
    }
    const colour = map.events.names[map.events.colour[hit.slot]];
    return { title: map.events.titles[hit.slot] || '', parts: [cockpit.text('colour.' + colour), timeWords(hit.slot)], colour };
  }

  function hide() {
    shown = null;
    if (tip) tip.hidden = true;
    if (map.leaflet) map.leaflet.getContainer().style.cursor = '';
  }

  function show(hit, point) {
    const { title, parts, colour } = words(hit);
    tip.dataset.colour = colour;
    tip.firstChild.textContent = title;
    while (tip.childNodes.length > 1) tip.lastChild.remove();
    for (const part of parts.filter(Boolean)) tip.appendChild(document.createElement('span')).textContent = part;
    tip.hidden = false;
    const size = map.leaflet.getSize();
    const left = point.x + 18 + tip.offsetWidth > size.x ? point.x - 18 - tip.offsetWidth : point.x + 18;
    const top = Math.max(8, Math.min(size.y - tip.offsetHeight - 8, point.y - tip.offsetHeight / 2));
    tip.style.transform = 'translate(' + Math.round(left) + 'px,' + Math.round(top) + 'px)';
    map.leaflet.getContainer().style.cursor = 'pointer';
    shown = hit;
  }

  function look() {
    const point = pending;
    pending = null;
    if (!map.leaflet || !point) return;
    const hit = map.hit(point);
    if (!hit) hide();
    else show(hit, point);
  }

  function press(point) {
    const hit = map.hit(point);
    if (!hit) return;
    if (hit.disc) {
      const place = L.CRS.EPSG3857.pointToLatLng(L.point(hit.disc.cx, hit.disc.cy), map.leaflet.getZoom());
      map.leaflet.setView(place, Math.min(map.leaflet.getMaxZoom(), Math.floor(map.leaflet.getZoom()) + 2));
    } else if (hit.thing) cockpit.emit('thing', hit.thing);
    else if (hit.person !== undefined) cockpit.emit('subject', { subject_id: cockpit.movers.ids[hit.person] });
    else if (hit.alarm) cockpit.emit('alarm', { alarm_id: hit.alarm });
    else cockpit.emit('focus', { event_id: map.events.ids[hit.slot] });
  }

  cockpit.on('map', (leaflet) => {
    // inside the map's box, so that it scales with the stage
    tip = document.createElement('div');
    tip.className = 'situation-tip';
    tip.hidden = true;
    tip.appendChild(document.createElement('b'));
    leaflet.getContainer().appendChild(tip);
    leaflet.on('mousemove', (event) => {
      if (!pending) requestAnimationFrame(look);
      pending = event.containerPoint;
    });
    leaflet.on('mouseout zoomstart dragstart', () => {
      pending = null; // the look that waits for its frame would bring the words back, and nobody would take them away
      hide();
    });
    // who asks about a place points at the place, not at the mark that happens to lie there
    leaflet.on('click', (event) => (map.pick ? map.pick(event.latlng) : press(event.containerPoint)));
  });
  cockpit.on('tick', () => shown && shown.slot !== undefined && (map.events.used[shown.slot] || hide()));
})();
