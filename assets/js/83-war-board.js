/* 疏散看板: one square a household, one block a building, drawn from the evacuations that the push holds. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const byId = (id) => document.getElementById(id);
  const text = (key, values) => cockpit.text(key, values);

  /** In the order in which a block is filled; letters as cockpit/situation/evacuations.py writes them. */
  const ORDER = [['m', 'moved'], ['t', 'told'], ['n', 'nobody_home'], ['h', 'needs_help'], ['r', 'refused'], ['-', 'not_reached']];
  const ACROSS = 11, NAME_PX = 22, GAP_PX = 14, SMALLEST = 4, LARGEST = 9, FEWEST = 6, WAFFLE = 22;
  const MOST_DENSE = 1.5;

  let war = null, drawn = '';

  const read = (id, row) => {
    const [eventId, started, ended, counts, people, buildings, helpers] = row;
    return { id, eventId, started, ended, counts, people, buildings, helpers };
  };

  /** The evacuation of the incident: the one that runs, else the last. */
  function current() {
    const rows = cockpit.situation && cockpit.situation.evacuations;
    if (!rows || !war) return null;
    let found = null;
    for (const [id, row] of rows) {
      if (row[0] !== war.event_id) continue;
      const one = read(id, row);
      if (!found || (found.ended && !one.ended) || (Boolean(found.ended) === Boolean(one.ended) && one.started > found.started)) found = one;
    }
    return found;
  }

  /** Letters of a building in the order of the board. */
  const sorted = (letters) => ORDER.map(([letter]) => letter.repeat(letters.split(letter).length - 1)).join('');

  /**
   * The largest squares with which all blocks fit: `{pitch, columns, wide, tall}`; null where names have no room, then
   * the board is one block.
   */
  function plan(buildings, width, height) {
    const most = Math.max(1, ...buildings.map((one) => one[4].length));
    const homes = buildings.reduce((n, one) => n + one[4].length, 0);
    if (homes < FEWEST * buildings.length) return null; // houses of one family each: names would bury the squares
    for (let pitch = LARGEST; pitch >= SMALLEST; pitch -= 0.5) {
      const wide = Math.max(ACROSS * pitch, 64), tall = NAME_PX + Math.ceil(most / ACROSS) * pitch + 8;
      const columns = Math.max(1, Math.floor((width + GAP_PX) / (wide + GAP_PX)));
      const rows = Math.ceil(buildings.length / columns);
      if (rows * tall <= height) return { pitch, columns, wide: (width - (columns - 1) * GAP_PX) / columns, tall: Math.min(tall + 16, height / rows) };
    }
    return null;
  }

  function colours(canvas) {
    const style = getComputedStyle(canvas);
    const of = (token) => style.getPropertyValue(token).trim();
    return { ...Object.fromEntries(ORDER.map(([letter, state]) => [letter, of('--home-' + state.replace('_', '-'))])), name: of('--tx-2'), n: of('--tx-1'), font: of('--font') };
  }

  function squares(ctx, letters, left, top, across, pitch, colour) {
    for (let i = 0; i < letters.length; i++) {
      ctx.fillStyle = colour[letters[i]];
      ctx.fillRect(left + (i % across) * pitch, top + Math.floor(i / across) * pitch, pitch - 1.5, pitch - 1.5);
    }
  }

  function paint(canvas, buildings) {
    const width = canvas.clientWidth, height = canvas.clientHeight;
    if (!width || !height) return;
    const ratio = Math.min(MOST_DENSE, Math.max(1, (window.devicePixelRatio || 1) * (cockpit.stageScale || 1)));
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const ctx = canvas.getContext('2d'), colour = colours(canvas), fit = plan(buildings, width, height);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (!fit) {
      const all = sorted(buildings.map((one) => one[4]).join(''));
      let pitch = WAFFLE;
      while (pitch > 1.5 && Math.ceil(all.length / Math.floor(width / pitch)) * pitch > height) pitch -= 0.25;
      return squares(ctx, all, 0, 0, Math.floor(width / pitch), Math.max(pitch, 2), colour);
    }
    ctx.textBaseline = 'middle';
    buildings.forEach(([, name, , , letters], i) => {
      const left = (i % fit.columns) * (fit.wide + GAP_PX), top = Math.floor(i / fit.columns) * fit.tall;
      const done = String(letters.split('m').length - 1), span = Math.min(fit.wide, ACROSS * fit.pitch);
      ctx.font = '16px ' + (colour.font || 'sans-serif');
      ctx.fillStyle = colour.n;
      ctx.textAlign = 'right';
      ctx.fillText(done, left + fit.wide, top + NAME_PX / 2);
      const room = fit.wide - ctx.measureText(done).width - 6;
      ctx.fillStyle = colour.name;
      ctx.textAlign = 'left';
      ctx.fillText(shortened(ctx, name, room), left, top + NAME_PX / 2);
      squares(ctx, sorted(letters), left, top + NAME_PX, Math.max(ACROSS, Math.floor(span / fit.pitch)), fit.pitch, colour);
    });
  }

  /** Buildings of one compound differ at their end: `…12 幢`. */
  function shortened(ctx, name, room) {
    if (ctx.measureText(name).width <= room) return name;
    let rest = name;
    while (rest.length > 1 && ctx.measureText('…' + rest).width > room) rest = rest.slice(1);
    return '…' + rest;
  }

  function draw() {
    const stage = byId('stage'), canvas = byId('evacuation-squares');
    if (!stage || !canvas) return;
    const one = current();
    stage.dataset.evacuating = one ? 'true' : 'false';
    if (!one) return;
    const ways = (doors) => cockpit.deskOfWar(war, { work: 'evacuation', doors });
    const households = Object.values(one.counts).reduce((a, b) => a + b, 0);
    cockpit.write(byId('evacuation-moved'), (one.counts.moved || 0).toLocaleString('en'));
    cockpit.write(byId('evacuation-all'), text('evacuation.of', { n: households.toLocaleString('en') }));
    cockpit.write(byId('evacuation-sub'), text('evacuation.sub', { households: households.toLocaleString('en'), buildings: one.buildings.length }));
    for (const [, state] of ORDER) {
      const place = document.querySelector(`#panel-evacuation [data-state="${state}"]`);
      if (!place) continue;
      cockpit.write(place, (one.counts[state] || 0).toLocaleString('en'));
      cockpit.lead(place, ways(state));
    }
    cockpit.lead(byId('evacuation-moved'), ways('moved'));
    for (const id of ['evacuation-all', 'evacuation-sub']) cockpit.lead(byId(id), ways('all'));
    const key = JSON.stringify(one.buildings) + canvas.clientWidth + cockpit.stageScale;
    if (key === drawn) return;
    drawn = key;
    paint(canvas, one.buildings);
  }

  let asked = 0;
  const soon = () => asked || (asked = requestAnimationFrame(() => ((asked = 0), draw())));
  cockpit.on('mode', (mode) => {
    war = mode.war ? mode : null;
    drawn = '';
    soon();
  });
  for (const name of ['snapshot', 'stage']) cockpit.on(name, () => ((drawn = ''), soon()));
  cockpit.on('delta', (delta) => war && Object.keys(delta.evacuations || {}).length && soon());
})();
