/* 回放: the instant that is shown, its pace, and the strip of the day with a lane a person, on which it is moved by hand. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const { tracks } = cockpit;
  const { state } = tracks;
  const byId = (id) => document.getElementById(id);

  const RATES = (tracks.RATES = [1, 10, 30, 60, 120, 300, 600]);
  const LANE_PX = 14, TOP_PX = 18, SAVE_MS = 1000;
  const COLOUR = { move: '--accent', stop: '--tx-2', gap: '--bg-3', jump: '--late' };
  const token = (name) => getComputedStyle(cockpit.page.root).getPropertyValue(name).trim();
  let last = 0, saved = 0, held = false;

  /** First and last instant of all that is looked at; the day when nothing is. */
  tracks.span = function () {
    const there = state.chosen.map((id) => state.tracks.get(id)).filter((track) => track && track.n);
    if (!there.length) return [tracks.beginOf(state.day), tracks.end()];
    return [Math.min(...there.map((track) => track.t[0])), Math.max(...there.map((track) => track.t[track.n - 1]))];
  };

  tracks.seek = function (ms) {
    const [from, to] = tracks.span();
    state.at = Math.min(to, Math.max(from, ms));
    cockpit.emit('tracks-at');
    if (performance.now() - saved > SAVE_MS || !state.playing) {
      saved = performance.now();
      tracks.writeAddress();
    }
  };

  function frame(now) {
    if (!state.playing) return;
    const to = tracks.span()[1];
    if (!held) tracks.seek(state.at + Math.min(250, now - last) * state.rate);
    last = now;
    if (state.at >= to) return tracks.play(false);
    requestAnimationFrame(frame);
  }

  tracks.play = function (on) {
    const [from, to] = tracks.span();
    state.playing = on && to > from;
    if (state.playing && state.at >= to) state.at = from;
    if (state.playing) requestAnimationFrame((now) => { last = now; frame(now); });
    else tracks.writeAddress();
    tracks.draw();
  };
  tracks.setRate = function (rate) {
    state.rate = RATES.includes(rate) ? rate : state.rate;
    tracks.writeAddress();
    tracks.draw();
  };

  const strip = () => byId('tracks-strip');
  const xOf = (ms, [from, to], w) => ((ms - from) / Math.max(1, to - from)) * w;

  function drawStrip() {
    const canvas = strip();
    if (!canvas || !tracks.here()) return;
    const w = canvas.clientWidth, h = TOP_PX + LANE_PX * Math.max(1, state.chosen.length) + 4;
    const ratio = Math.min(2, (window.devicePixelRatio || 1) * (cockpit.stageScale || 1)) || 1;
    if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(h * ratio)) {
      canvas.width = Math.round(w * ratio);
      canvas.height = Math.round(h * ratio);
      canvas.style.height = h + 'px';
    }
    const ctx = canvas.getContext('2d'), span = tracks.span();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, w, h);
    drawHours(ctx, span, w, h);
    state.chosen.forEach((id, lane) => {
      const track = state.tracks.get(id), top = TOP_PX + lane * LANE_PX;
      ctx.fillStyle = token('--bg-2');
      ctx.fillRect(0, top, w, LANE_PX - 3);
      for (const { properties: p } of (track && track.lines) || []) {
        const x = xOf(p.times_ms[0], span, w), wide = Math.max(1, xOf(p.times_ms[p.times_ms.length - 1], span, w) - x);
        ctx.fillStyle = p.piece === 'move' ? token(tracks.colourOf(id).slice(4, -1)) : token(COLOUR[p.piece]);
        ctx.globalAlpha = p.piece === 'stop' ? 0.55 : 1;
        ctx.fillRect(x, top + (p.piece === 'gap' ? 4 : 0), wide, p.piece === 'gap' ? 3 : LANE_PX - 3);
      }
      ctx.globalAlpha = 1;
    });
    if (!state.at) return;
    const x = xOf(state.at, span, w);
    ctx.fillStyle = token('--tx-1');
    ctx.fillRect(Math.min(w - 2, Math.max(0, x - 1)), TOP_PX - 4, 2, h);
  }

  function drawHours(ctx, span, w, h) {
    const hour = 3600000, hours = (span[1] - span[0]) / hour;
    const step = [1 / 12, 1 / 6, 0.5, 1, 2, 3, 6].find((s) => (w * s) / Math.max(hours, 0.01) > 64) || 6;
    ctx.font = '11px ' + (token('--font-num') || 'sans-serif');
    ctx.textBaseline = 'top';
    ctx.textAlign = 'left';
    const begin = tracks.beginOf(state.day);
    for (let ms = begin + Math.ceil((span[0] - begin) / (step * hour)) * step * hour; ms <= span[1]; ms += step * hour) {
      const x = xOf(ms, span, w);
      ctx.fillStyle = token('--line-1');
      ctx.fillRect(x, 0, 1, h);
      if (x > w - 34) continue;
      ctx.fillStyle = token('--tx-3');
      ctx.fillText(tracks.clock(Math.round(ms)), x + 4, 1);
    }
  }

  function drawPlace() {
    const now = byId('tracks-now'), button = byId('tracks-play');
    if (!now || !tracks.here()) return;
    now.textContent = state.at ? tracks.clock(state.at, true) : '--:--:--';
    button.dataset.playing = String(state.playing);
    const canvas = strip(), [from, to] = tracks.span();
    for (const [name, value] of [['aria-valuemin', from], ['aria-valuemax', to], ['aria-valuenow', Math.round(state.at)], ['aria-valuetext', now.textContent]]) canvas.setAttribute(name, String(value));
    drawStrip();
  }

  function pointed(event) {
    const box = strip().getBoundingClientRect(), [from, to] = tracks.span();
    tracks.seek(from + ((event.clientX - box.left) / Math.max(1, box.width)) * (to - from));
  }
  document.addEventListener('pointerdown', (event) => {
    if (!tracks.here() || event.target !== strip() || !state.chosen.length) return;
    held = true;
    strip().setPointerCapture(event.pointerId);
    pointed(event);
  });
  document.addEventListener('pointermove', (event) => held && pointed(event));
  for (const name of ['pointerup', 'pointercancel']) document.addEventListener(name, () => { held = false; });

  cockpit.on('tracks', drawPlace);
  cockpit.on('tracks-at', drawPlace);
  cockpit.on('stage', () => tracks.here() && drawPlace());
})();
