/* The stage: one virtual size scaled to the screen, shifted a little against burn-in, reloaded at night. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  const SHIFT_EVERY_MS = 10 * 60 * 1000;
  const SHIFTS = [[0, 0], [1, 0], [2, 1], [1, 2], [0, 2], [-1, 1], [-2, 0], [-1, -1], [0, -2], [1, -1]];
  const RELOAD_HOUR = '04', QUIET_MS = 10 * 60 * 1000;

  let shift = 0;
  let touched = performance.now();
  const started = performance.now();

  /** Scale that makes the stage fit, and where its top left corner then lies, in CSS px. */
  function placed(width, height, w, h) {
    const scale = Math.min(width / w, height / h);
    return { scale, x: (width - w * scale) / 2, y: (height - h * scale) / 2 };
  }

  function fit() {
    const stage = document.getElementById('stage');
    if (!stage) return;
    // a page that is narrow enough to be read on a phone is a page like any other: it flows and scrolls
    const flows = window.innerWidth < (Number(stage.dataset.flowsBelow) || 0);
    if (stage.dataset.flows !== String(flows)) stage.dataset.flows = String(flows);
    if (flows) {
      stage.style.width = stage.style.height = stage.style.transform = '';
      cockpit.stageScale = 1;
      cockpit.emit('stage', { scale: 1, width: window.innerWidth, height: window.innerHeight });
      return;
    }
    const [least, h] = stage.dataset.stage.split('x').map(Number);
    // a desk on a wider screen gets a wider map instead of bars at its sides
    const w = Math.round(Math.min(Math.max(least, (h * window.innerWidth) / window.innerHeight), Number(stage.dataset.widest) || least));
    const { scale, x, y } = placed(window.innerWidth, window.innerHeight, w, h);
    const [dx, dy] = SHIFTS[shift % SHIFTS.length];
    stage.style.width = w + 'px';
    stage.style.height = h + 'px';
    stage.style.transform = `translate(${x + dx}px, ${y + dy}px) scale(${scale})`;
    cockpit.stageScale = scale;
    cockpit.emit('stage', { scale, width: w, height: h });
  }

  // at four in the morning, once, and never under somebody's hand
  function sleep(now) {
    if (!cockpit.page || cockpit.page.as_of) return;
    const p = cockpit.localParts(now);
    const first = p.hour === RELOAD_HOUR && p.minute < '30';
    const quiet = performance.now() - touched > QUIET_MS;
    const old = performance.now() - started > 60 * 60 * 1000;
    const linked = !cockpit.link || cockpit.link().state === 'live'; // a page that cannot come back stays
    if (first && quiet && old && linked) window.location.reload();
  }

  for (const name of ['pointerdown', 'pointermove', 'keydown', 'wheel']) {
    window.addEventListener(name, () => { touched = performance.now(); }, { passive: true });
  }
  window.addEventListener('resize', fit);
  setInterval(() => { shift++; fit(); }, SHIFT_EVERY_MS);
  cockpit.on('page', fit);
  cockpit.on('tick', sleep);
})();
