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
  let tags = null, tagsFor = ''; // where the names of the nearest stand

  /** What the panels said of the scene; null in peacetime. */
  cockpit.warTold = () => told;

  const onWall = () => Boolean(cockpit.page && cockpit.page.name === 'screen');
  const placed = () => war && war.lon !== null && war.lon !== undefined;
  const isOn = (kind) => map.on['near-' + kind] !== false;

  function ringText(metres) {
    return metres < 1000 ? cockpit.text('war.ring_m', { n: metres }) : cockpit.text('war.ring_km', { n: metres / 1000 });
  }

  function chip(ctx, style, words, x, y, colours) {
    const size = map.px(16);
    ctx.font = size + 'px ' + style.font;
    const w = ctx.measureText(words).width + 16, h = size + 10;
    ctx.beginPath();
    ctx.roundRect(x - w / 2, y - h / 2, w, h, 3);
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
    ctx.fillText(words, x, y + 1);
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

  /** The names of the nearest: placed anew only when they, or the zoom, have changed. */
  function tagsOf(sheet) {
    const near = ((told && told.near) || []).slice(0, MOST_TAGS);
    const key = sheet.zoom + JSON.stringify(near);
    if (key === tagsFor) return tags;
    tagsFor = key;
    const marks = near.map((one) => {
      const text = tagText(one);
      return { x: map.worldX(one[3]) * sheet.scale, y: map.worldY(one[4]) * sheet.scale, size: map.px(24), text, one, w: map.textWidth(text, map.px(16)) + 16 };
    });
    // the incident itself is what no tag may cover
    const scene = { x: map.worldX(war.lon) * sheet.scale, y: map.worldY(war.lat) * sheet.scale, size: map.px(56), w: 0 };
    map.placeTags([scene, ...marks]).forEach((box, i) => i && (marks[i - 1].box = box));
    return (tags = marks);
  }

  function drawNearest(ctx, sheet, style) {
    const colours = { line: style.people, text: style.text };
    for (const { x, y, one, box, text } of tagsOf(sheet)) {
      const px = x - sheet.ox, py = y - sheet.oy;
      if (px < 0 || py < 0 || px > sheet.w || py > sheet.h) continue;
      if (one[1] === 'gridworker' || one[1] === 'vehicle') map.nearGlyph(ctx, one[1], px, py, map.px(20), style);
      if (box) chip(ctx, style, text, (box[0] + box[2]) / 2 - sheet.ox, (box[1] + box[3]) / 2 - sheet.oy, colours);
    }
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
      drawNearest(ctx, sheet, style);
      const metre = sheet.scale / (EARTH_M * Math.cos((war.lat * Math.PI) / 180));
      for (const [metres] of RINGS) {
        const far = metres * metre * Math.SQRT1_2;
        chip(ctx, style, ringText(metres), x + far, y - far, { line: style.accent, text: style.accent });
      }
    }
    // a screen of a narrower scope does not hold the event, and it may have left today's
    if (map.focusSlot() === undefined) map.glyph(ctx, 'focus', x, y, 36, sheet.ratio);
  });

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
    writeCounts();
    redraw();
  });
  cockpit.on('panels', (message) => {
    if (message.war === undefined) return;
    told = message.war;
    writeCounts();
    cockpit.emit('war', told);
    redraw();
  });
})();
