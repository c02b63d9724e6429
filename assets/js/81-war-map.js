/* 战时的图: rings, danger area, what is registered near and who is nearest, drawn on the sheet of the marks. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;
  if (!map) return;

  const EARTH_M = 40075016.686;
  const RINGS = [[3000, 1.2, [2, 6], 0.5, 0.02], [1000, 1.4, [6, 5], 0.7, 0.03], [500, 1.6, [], 0.9, 0.05]];
  const MOST_TAGS = 8;
  const SMALL = new Set(['hydrant', 'camera', 'aed']);
  let told = null; // what the server said: {event_id, counts, near, marks, danger, …}
  let war = null; // the mode row while it is war

  /** What the panels said of the scene; null in peacetime. */
  cockpit.warTold = () => told;

  const onWall = () => Boolean(cockpit.page && cockpit.page.name === 'screen');
  const placed = () => war && war.lon !== null && war.lon !== undefined;
  const isOn = (kind) => map.on['near-' + kind] !== false;

  /** Words in a box of the world. */
  function chip(ctx, sheet, style, words, [x0, y0, x1, y1], colours) {
    ctx.font = map.px(16) + 'px ' + style.font;
    ctx.beginPath();
    ctx.roundRect(x0 - sheet.ox, y0 - sheet.oy, x1 - x0, y1 - y0, 3);
    ctx.globalAlpha = 0.92;
    ctx.fillStyle = style.ground;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.strokeStyle = colours.line;
    ctx.lineWidth = 1;
    ctx.stroke();
    ctx.fillStyle = colours.text;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.fillText(words, (x0 + x1) / 2 - sheet.ox, (y0 + y1) / 2 - sheet.oy + 1);
  }

  function drawRings(ctx, style, x, y, metre) {
    for (const [metres, width, dash, line, fill] of RINGS) {
      ctx.beginPath();
      ctx.arc(x, y, metres * metre, 0, 2 * Math.PI);
      ctx.fillStyle = ctx.strokeStyle = style.accent;
      ctx.globalAlpha = fill;
      ctx.fill();
      ctx.globalAlpha = line;
      ctx.lineWidth = width;
      ctx.setLineDash(dash);
      ctx.stroke();
    }
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
  }

  function drawDanger(ctx, sheet, style) {
    const ring = (told && told.danger) || [];
    if (ring.length < 3) return;
    ctx.beginPath();
    ring.forEach(([lon, lat], i) => {
      const px = map.worldX(lon) * sheet.scale - sheet.ox, py = map.worldY(lat) * sheet.scale - sheet.oy;
      if (i) ctx.lineTo(px, py);
      else ctx.moveTo(px, py);
    });
    ctx.closePath();
    ctx.fillStyle = ctx.strokeStyle = style.over;
    ctx.globalAlpha = 0.08;
    ctx.fill();
    ctx.globalAlpha = 0.9;
    ctx.lineWidth = 2.4;
    ctx.setLineDash([8, 6]);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
  }

  function drawRegistered(ctx, sheet, style) {
    for (const [kind, lon, lat] of (told && told.marks) || []) {
      if (!isOn(kind)) continue;
      const x = map.worldX(lon) * sheet.scale - sheet.ox, y = map.worldY(lat) * sheet.scale - sheet.oy;
      if (x < -20 || y < -20 || x > sheet.w + 20 || y > sheet.h + 20) continue;
      map.nearGlyph(ctx, kind, x, y, map.px(SMALL.has(kind) ? (sheet.zoom < 15 ? 12 : 18) : sheet.zoom < 14 ? 22 : 28), style);
    }
  }

  function tagText([, , name, , , eta, status]) {
    const minutes = Math.round((eta || 0) / 60);
    if (eta === null || status === 'stale') return name;
    return name + ' ' + (minutes >= 1 ? cockpit.text('near.minutes', { n: minutes }) : cockpit.text('near.under_minute'));
  }

  const nearest = () => ((told && told.near) || []).slice(0, MOST_TAGS);
  /** `疏散区 12 幢`: of the evacuation that runs here. */
  function areaName() {
    const rows = cockpit.situation && cockpit.situation.evacuations;
    const own = rows ? [...rows.values()].find((row) => war && row[0] === war.event_id && !row[2]) : null;
    return own ? cockpit.text('war.evacuation_of', { n: own[5].length }) : cockpit.text('war.evacuation_area');
  }

  /** Where words stand at a zoom. */
  function placesAt(scale) {
    const near = nearest().map((one) => [map.worldX(one[3]) * scale, map.worldY(one[4]) * scale, tagText(one), map.px(24)]);
    return map.warPlaces({ scale, zoom: map.leaflet.getZoom() }, war, near, (told && told.danger) || [], areaName());
  }

  /** What is registered and large enough that a name over it would be in the way. */
  const registeredBoxes = (scale) => ((told && told.marks) || []).filter(([kind]) => !SMALL.has(kind) && isOn(kind)).map(([kind, lon, lat]) => {
    const x = map.worldX(lon) * scale, y = map.worldY(lat) * scale, half = map.px(kind === 'clinic' ? 9 : 13);
    return [x - half, y - half, x + half, y + half];
  });

  function drawNearest(ctx, sheet, style, places) {
    const colours = { line: style.people, text: style.text };
    nearest().forEach((one, i) => {
      const px = map.worldX(one[3]) * sheet.scale - sheet.ox, py = map.worldY(one[4]) * sheet.scale - sheet.oy;
      if (px < 0 || py < 0 || px > sheet.w || py > sheet.h) return;
      if (one[1] === 'gridworker' || one[1] === 'vehicle') map.nearGlyph(ctx, one[1], px, py, map.px(20), style);
      if (places.tags[i]) chip(ctx, sheet, style, tagText(one), places.tags[i], colours);
    });
  }

  map.under.push((ctx, sheet, style) => {
    if (!war) return;
    if (placed() && onWall()) {
      const metre = sheet.scale / (EARTH_M * Math.cos((war.lat * Math.PI) / 180));
      drawRings(ctx, style, map.worldX(war.lon) * sheet.scale - sheet.ox, map.worldY(war.lat) * sheet.scale - sheet.oy, metre);
    }
    drawDanger(ctx, sheet, style);
    if (onWall()) drawRegistered(ctx, sheet, style);
  });

  map.above.push((ctx, sheet, style) => {
    if (!placed()) return;
    const x = map.worldX(war.lon) * sheet.scale - sheet.ox, y = map.worldY(war.lat) * sheet.scale - sheet.oy;
    if (onWall()) {
      const places = placesAt(sheet.scale);
      drawNearest(ctx, sheet, style, places);
      for (const ring of places.rings) if (ring) chip(ctx, sheet, style, ring.words, ring.box, { line: style.accent, text: style.accent });
      if (places.area) chip(ctx, sheet, style, places.area.words, places.area.box, { line: style.over, text: style.text });
    }
    // a screen of a narrower scope does not hold the event, and it may have left today's
    if (map.focusSlot() === undefined) map.glyph(ctx, 'focus', x, y, 36, sheet.ratio);
  });

  // names of places keep off all this; they are placed anew when it has moved noticeably
  map.blocks.push((scale) => (placed() && onWall() ? [...placesAt(scale).boxes, ...registeredBoxes(scale)] : []));
  let blockedFor = '';
  function tellBlocks() {
    const near = nearest().map((one) => [tagText(one), Math.round(one[3] * 2000), Math.round(one[4] * 2000)]);
    const key = JSON.stringify([war && war.event_id, near, told && told.danger.length, told && told.marks.length]);
    if (key === blockedFor) return;
    blockedFor = key;
    cockpit.emit('blocks');
  }

  function writeCounts() {
    for (const element of document.querySelectorAll('[data-near-count]')) {
      const n = told && told.counts ? told.counts[element.dataset.nearCount] || 0 : null;
      cockpit.write(element, n === null ? cockpit.text('value.none') : String(n));
    }
  }

  const redraw = () => map.marks && map.leaflet && map.invalidate(map.marks);
  cockpit.on('mode', (mode) => {
    war = mode.war ? mode : null;
    if (!war) told = null;
    tellBlocks();
    writeCounts();
    redraw();
  });
  cockpit.on('panels', (message) => {
    if (message.war === undefined) return;
    told = message.war;
    tellBlocks();
    writeCounts();
    cockpit.emit('war', told);
    redraw();
  });
})();
