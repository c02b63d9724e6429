/* Sound: one per level (grave alarm: three notes; alarm: two; overtime: one low; an order that nobody accepts: one short),
   repeated until 确认, an alarm until somebody has acknowledged it, here or at another desk. Nothing else makes a sound. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  const REPEAT_MS = 20000, MUTE_MS = 10 * 60 * 1000;
  const NOTES = {
    grave: [[1318.5, 0, 0.14], [1046.5, 0.18, 0.14], [1318.5, 0.36, 0.28]],
    alarm: [[880, 0, 0.16], [1174.7, 0.2, 0.24]],
    overtime: [[196, 0, 0.5]],
    silence: [[660, 0, 0.12]],
  };

  let audio = null;
  const ROW = { severity: 5, state: 6 }; // columns of an alarm's row
  const RANK = { overtime: 1, silence: 2, alarm: 3, grave: 4 };
  let ringing = null; // one of RANK, until somebody confirms
  let mutedUntil = 0, lastPlayed = 0, lastOvertime = null;
  const seen = new Set();
  const unanswered = new Map(); // alarms that ring here and that nobody has acknowledged → their level

  const running = () => Boolean(audio) && audio.state === 'running';
  const muted = () => cockpit.now() < mutedUntil;

  function wake() {
    const Audio = window.AudioContext || window.webkitAudioContext;
    if (!Audio) return;
    audio = audio || new Audio();
    if (audio.state === 'suspended') audio.resume().then(show, () => {});
  }

  function note([frequency, after, length]) {
    const at = audio.currentTime + after;
    const tone = audio.createOscillator(), gain = audio.createGain();
    tone.frequency.value = frequency;
    tone.type = 'sine';
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.3, at + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, at + length);
    tone.connect(gain).connect(audio.destination);
    tone.start(at);
    tone.stop(at + length + 0.05);
  }

  function play() {
    if (!ringing || !running() || muted()) return;
    lastPlayed = performance.now();
    NOTES[ringing].forEach(note);
  }

  function ring(kind) {
    if (!ringing || RANK[kind] > RANK[ringing]) ringing = kind; // the gravest is what is heard
    play();
    show();
  }

  const stateNow = () => (muted() ? 'muted' : !running() ? 'blocked' : ringing ? 'ringing' : 'ready');

  function wordsOf(state) {
    if (state === 'muted') {
      const left = Math.max(0, Math.ceil((mutedUntil - cockpit.now()) / 1000));
      return cockpit.text('sound.muted', { left: cockpit.clockOf(left).slice(3) });
    }
    if (state === 'ringing') return cockpit.text('sound.' + ringing) + ' · ' + cockpit.text('sound.confirm');
    return cockpit.text(state === 'ready' ? 'sound.on' : 'sound.blocked');
  }

  function show() {
    const root = document.getElementById('sound');
    if (!root) return;
    const state = stateNow();
    if (root.dataset.state !== state) root.dataset.state = state;
    root.dataset.ringing = ringing || '';
    cockpit.write(root.querySelector('.sound-words'), wordsOf(state));
    root.querySelector('.sound-main').setAttribute('aria-label', wordsOf(state)); // on the wall the words are hidden once it is on
    cockpit.write(root.querySelector('.sound-mute'), cockpit.text(state === 'muted' ? 'sound.unmute' : 'sound.mute'));
  }

  const levelOf = (row) => (row[ROW.severity] === 'I' || row[ROW.severity] === 'II' ? 'grave' : 'alarm');
  const waits = (row) => row[ROW.state] === undefined || row[ROW.state] === 'raised';

  /** What was acknowledged, cleared or judged by anybody rings no more. */
  function settle() {
    if (!ringing || RANK[ringing] < RANK.alarm || unanswered.size) return;
    ringing = null;
    show();
  }

  function confirm() {
    ringing = null;
    unanswered.clear();
    show();
  }

  document.addEventListener('click', (event) => {
    wake(); // any touch of the page lets it sound
    const button = event.target.closest && event.target.closest('#sound [data-action]');
    if (!button) return;
    if (button.dataset.action === 'sound-mute') mutedUntil = muted() ? 0 : cockpit.now() + MUTE_MS;
    else if (ringing) confirm();
    show();
  });

  cockpit.on('order-silent', () => ring('silence'));
  cockpit.on('snapshot', (snapshot) => {
    for (const id of Object.keys(snapshot.alarms || {})) seen.add(id);
  });
  cockpit.on('delta', (delta) => {
    const changed = Object.entries(delta.alarms || {});
    const fresh = changed.filter(([id, row]) => row && !seen.has(id) && waits(row));
    for (const [id, row] of changed) {
      row ? seen.add(id) : seen.delete(id);
      if (!row || !waits(row)) unanswered.delete(id);
    }
    for (const [id, row] of fresh) unanswered.set(id, levelOf(row));
    if (fresh.length) ring(fresh.some(([, row]) => levelOf(row) === 'grave') ? 'grave' : 'alarm');
    else if (changed.length) settle();
  });
  cockpit.on('panels', (message) => {
    const now = message.counts && message.counts.overtime;
    if (now === undefined || now === null) return;
    if (lastOvertime !== null && now > lastOvertime) ring('overtime');
    lastOvertime = now;
  });
  cockpit.on('tick', () => {
    if (ringing && performance.now() - lastPlayed >= REPEAT_MS) play();
    show();
  });
  cockpit.on('page', () => {
    wake(); // a kiosk may be allowed to sound without a touch
    show();
  });
})();
