/* 轨迹 on the map: grids against the beat, lines by speed, stops, gaps dashed, what was set aside; and who is where at the instant played. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const { tracks, map } = cockpit;
  const { state, KINDS } = tracks;

  const RAMP = ['#8fa9ff', '#62c6e6', '#7fcfa8', '#e9c46a', '#f2a65a']; // by speed, slow to fast
  tracks.RAMP = RAMP;
  const LEAST_PX = 0.6, TRAIL_MS = 600000, HEAD_PX = 9, REACH_PX = 14;
  const token = (name) => getComputedStyle(cockpit.page.root).getPropertyValue(name.replace(/^var\(|\)$/g, '')).trim();

  const inSheet = (sheet, x, y) => [x * sheet.scale - sheet.ox, y * sheet.scale - sheet.oy];

  function drawGrids(ctx, sheet, track, style) {
    const { coverage } = track.body, beat = new Set(coverage.beat.map((grid) => grid.code));
    const visited = new Map(coverage.grids.filter((grid) => grid.code && grid.counts).map((grid) => [grid.code, grid]));
    for (const piece of map.city.pieces.grid || []) {
      const own = beat.has(piece.code), was = visited.has(piece.code);
      if (!own && !was) continue;
      const path = new Path2D();
      map.trace(path, piece, sheet);
      ctx.globalAlpha = own ? 0.2 : 0.14;
      ctx.fillStyle = own ? style.accent : style.warm;
      if (was) ctx.fill(path, 'evenodd');
      ctx.globalAlpha = own ? 0.9 : 0.5;
      ctx.strokeStyle = own ? style.accent : style.warm;
      ctx.lineWidth = own ? 1.6 : 1;
      ctx.setLineDash(own && !was ? [6, 5] : []);
      ctx.stroke(path);
    }
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
  }

  /** One path a colour: steps of one kind and speed go together, and steps shorter than a pixel are joined. */
  function drawLine(ctx, sheet, track, colours, width) {
    const { n, x, y, kind, speed, piece } = track, { scale, ox, oy, w, h } = sheet;
    const paths = colours.map(() => new Path2D()), broken = new Path2D();
    let px = 0, py = 0, before = -1;
    for (let i = 0; i < n; i++) {
      const cx = x[i] * scale - ox, cy = y[i] * scale - oy;
      if (!i || piece[i] !== piece[i - 1]) {
        px = cx; py = cy; before = -1;
        continue;
      }
      const last = i + 1 === n || piece[i + 1] !== piece[i];
      if (!last && Math.abs(cx - px) < LEAST_PX && Math.abs(cy - py) < LEAST_PX) continue;
      const away = (px < -20 && cx < -20) || (py < -20 && cy < -20) || (px > w + 20 && cx > w + 20) || (py > h + 20 && cy > h + 20);
      if (!away) {
        const which = kind[i] >= KINDS.gap ? -2 : speed[i];
        const path = which === -2 ? broken : paths[which];
        if (which !== before) path.moveTo(px, py);
        path.lineTo(cx, cy);
        before = which;
      } else before = -1;
      px = cx; py = cy;
    }
    ctx.lineJoin = ctx.lineCap = 'round';
    ctx.setLineDash([]);
    ctx.lineWidth = width + 2.4;
    ctx.strokeStyle = 'rgba(4,10,20,.75)';
    for (const path of paths) ctx.stroke(path);
    ctx.lineWidth = width;
    paths.forEach((path, i) => {
      ctx.strokeStyle = colours[i];
      ctx.stroke(path);
    });
    ctx.lineWidth = 1.6;
    ctx.lineCap = 'butt';
    ctx.setLineDash([5, 5]);
    ctx.strokeStyle = token('--tx-3');
    ctx.stroke(broken);
    ctx.setLineDash([]);
  }

  function drawMarks(ctx, sheet, track, style) {
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.font = '600 11px ' + style.font;
    for (const { properties: p, geometry } of track.body.features) {
      if (p.piece === 'stop') {
        const [x, y] = inSheet(sheet, map.worldX(p.place[0]), map.worldY(p.place[1]));
        const minutes = Math.round(p.lasts_s / 60), r = Math.min(15, 7 + Math.sqrt(minutes) / 1.6);
        ctx.beginPath();
        ctx.arc(x, y, r, 0, 2 * Math.PI);
        ctx.fillStyle = 'rgba(7,16,29,.88)';
        ctx.fill();
        ctx.lineWidth = 2;
        ctx.strokeStyle = style.text;
        ctx.stroke();
        if (r >= 9) {
          ctx.fillStyle = style.text;
          ctx.fillText(minutes > 99 ? Math.round(minutes / 60) + 'h' : String(minutes), x, y + 0.5);
        }
      } else if (p.piece === 'gap' || p.piece === 'jump') {
        const [a, b] = [geometry.coordinates[0], geometry.coordinates[geometry.coordinates.length - 1]];
        const [x, y] = inSheet(sheet, (map.worldX(a[0]) + map.worldX(b[0])) / 2, (map.worldY(a[1]) + map.worldY(b[1])) / 2);
        label(ctx, style, x, y, p.piece === 'gap' ? '?' : '!', p.piece === 'gap' ? token('--tx-2') : token('--late'));
      } else if (p.piece === 'set_aside' || p.piece === 'fix') {
        const [x, y] = inSheet(sheet, map.worldX(geometry.coordinates[0]), map.worldY(geometry.coordinates[1]));
        label(ctx, style, x, y, p.piece === 'fix' ? '·' : '×', p.piece === 'fix' ? style.text : token('--late'));
      }
    }
  }

  function label(ctx, style, x, y, words, colour) {
    ctx.fillStyle = 'rgba(7,16,29,.88)';
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.4;
    ctx.beginPath();
    ctx.roundRect(x - 8, y - 8, 16, 16, 3);
    ctx.fill();
    ctx.stroke();
    ctx.fillStyle = colour;
    ctx.fillText(words, x, y + 0.5);
  }

  const there = () => state.chosen.map((id) => [id, state.tracks.get(id)]).filter(([, track]) => track && track.status === 'there');

  const lines = map.add({
    level: 24,
    sheet: null,
    attach(leaflet) { lines.sheet = map.Sheet(leaflet, 'people', { margin: 0.15 }); },
    draw() {
      const { sheet } = lines, begin = performance.now();
      sheet.lay();
      sheet.clear();
      if (!tracks.here()) return;
      const style = map.style(), focus = tracks.focused();
      if (focus && focus.status === 'there') drawGrids(sheet.ctx, sheet, focus, style);
      for (const [id, track] of there()) if (id !== state.focus) drawLine(sheet.ctx, sheet, track, RAMP.map(() => token(tracks.colourOf(id))), 2.2);
      if (focus && focus.status === 'there') {
        drawLine(sheet.ctx, sheet, focus, RAMP, 3.4);
        drawMarks(sheet.ctx, sheet, focus, style);
      }
      if (tracks.shown.arrived) {
        const arrived = tracks.shown.arrived;
        tracks.shown.draw_ms = performance.now() - begin;
        tracks.shown.arrived = 0;
        requestAnimationFrame(() => (tracks.shown.shown_ms = performance.now() - arrived)); // the frame before is on the screen
      }
    },
    moved() { if (lines.sheet.zoom !== map.leaflet.getZoom()) lines.sheet.follow(map.leaflet.getCenter(), map.leaflet.getZoom()); },
    rest() { if (!lines.sheet.covers()) map.hurry(lines); },
  });

  /** Where somebody was at an instant: `{x, y, i, known}`; not known inside a gap. Null outside the track. */
  tracks.placeAt = function (track, ms) {
    const { n, t, x, y, kind, piece } = track;
    if (!n || ms < t[0] || ms > t[n - 1]) return null;
    let low = 0, high = n - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (t[middle] <= ms) low = middle; else high = middle - 1;
    }
    const next = low + 1 < n && piece[low + 1] === piece[low] ? low + 1 : low;
    if (next === low || kind[next] >= KINDS.gap) return { x: x[low], y: y[low], i: low, known: next === low || ms === t[low] };
    const share = (ms - t[low]) / Math.max(1, t[next] - t[low]);
    return { x: x[low] + share * (x[next] - x[low]), y: y[low] + share * (y[next] - y[low]), i: low, known: true };
  };

  function drawHead(ctx, sheet, id, track) {
    const place = tracks.placeAt(track, state.at);
    if (!place) return;
    const colour = token(tracks.colourOf(id)), [x, y] = inSheet(sheet, place.x, place.y);
    ctx.beginPath();
    let first = place.i;
    while (first > 0 && track.t[first] > state.at - TRAIL_MS && track.kind[first] < KINDS.gap) first--;
    for (let i = first; i <= place.i; i++) ctx.lineTo(...inSheet(sheet, track.x[i], track.y[i]));
    ctx.lineTo(x, y);
    ctx.lineWidth = 5;
    ctx.lineCap = ctx.lineJoin = 'round';
    ctx.globalAlpha = 0.5;
    ctx.strokeStyle = colour;
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.beginPath();
    ctx.arc(x, y, HEAD_PX, 0, 2 * Math.PI);
    ctx.fillStyle = place.known ? colour : 'rgba(7,16,29,.9)';
    ctx.fill();
    ctx.setLineDash(place.known ? [] : [3, 3]);
    ctx.lineWidth = 2.4;
    ctx.strokeStyle = place.known ? '#fff' : colour;
    ctx.stroke();
    ctx.setLineDash([]);
    const words = tracks.nameOf(id), style = map.style();
    ctx.font = '600 12px ' + style.font;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    ctx.lineWidth = 4;
    ctx.strokeStyle = 'rgba(7,16,29,.9)';
    ctx.strokeText(words, x + 14, y);
    ctx.fillStyle = style.text;
    ctx.fillText(words, x + 14, y);
  }

  const heads = map.add({
    level: 35,
    sheet: null,
    attach(leaflet) { heads.sheet = map.Sheet(leaflet, 'marks', { margin: 0.1 }); },
    draw() {
      heads.sheet.lay();
      heads.sheet.clear();
      if (tracks.here() && state.at) for (const [id, track] of there()) drawHead(heads.sheet.ctx, heads.sheet, id, track);
    },
    moved() { if (heads.sheet.zoom !== map.leaflet.getZoom()) heads.sheet.follow(map.leaflet.getCenter(), map.leaflet.getZoom()); },
    rest() { if (!heads.sheet.covers()) map.hurry(heads); },
  });

  /** Show all that was chosen; once it is there, the view is the person's own. */
  tracks.fit = function () {
    const boxes = there().map(([, track]) => track.body.bbox).filter(Boolean);
    if (!map.leaflet || !boxes.length) return;
    // bbox: least and most longitude, least and most latitude
    const box = [[Math.min(...boxes.map((b) => b[1])), Math.min(...boxes.map((b) => b[0]))], [Math.max(...boxes.map((b) => b[3])), Math.max(...boxes.map((b) => b[2]))]];
    map.fitted = true; // the city's own bounds come later than a track, and would take the view away
    map.leaflet.fitBounds(box, { padding: [48, 48], maxZoom: 17, animate: false });
  };

  /** The time of the fix of the focused track nearest to a point of the map's box; null if none is near. */
  tracks.near = function (point) {
    const track = tracks.focused(), { sheet } = lines;
    if (!track || track.status !== 'there' || !sheet) return null;
    const at = map.leaflet.containerPointToLayerPoint(point).add(map.leaflet.getPixelOrigin());
    let best = REACH_PX ** 2, found = null;
    for (let i = 0; i < track.n; i++) {
      const far = (track.x[i] * sheet.scale - at.x) ** 2 + (track.y[i] * sheet.scale - at.y) ** 2;
      if (far < best) { best = far; found = i; }
    }
    return found;
  };

  cockpit.on('map', (leaflet) => leaflet.on('click', (event) => {
    const found = tracks.here() ? tracks.near(event.containerPoint) : null;
    if (found !== null) tracks.seek(tracks.focused().t[found]);
  }));
  cockpit.on('map', () => setTimeout(tracks.fit));
  // the stage may have found its width after the map was made
  cockpit.on('stage', () => tracks.here() && map.leaflet && map.leaflet.invalidateSize({ animate: false }));
  cockpit.on('tracks', () => map.hurry(lines));
  cockpit.on('tracks', () => map.hurry(heads));
  cockpit.on('tracks-at', () => map.hurry(heads));
  cockpit.on('city', () => tracks.here() && map.hurry(lines));
})();
