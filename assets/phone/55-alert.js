/* 提醒: vibration, sound and a notice for what must not wait; again every twenty seconds until it is answered. */
(function () {
  'use strict';

  const phone = window.cockpit.phone;
  const AGAIN_MS = 20000, PATTERN = { ordered: [220, 90, 220, 90, 420], stand_in: [220, 90, 220, 90, 420], reminded: [500, 120, 500], other: [160] };
  const NOTES = { ordered: [880, 1175, 1568], stand_in: [880, 1175, 1568], reminded: [1568, 1568], other: [440] };
  let audio = null, again = null;

  // browsers let a page make sound only after it was touched once
  document.addEventListener('pointerdown', () => {
    if (!audio && window.AudioContext) audio = new AudioContext();
    if (audio && audio.state === 'suspended') audio.resume();
  });

  function sound(notes) {
    if (!audio || audio.state !== 'running') return;
    notes.forEach((hz, i) => {
      const at = audio.currentTime + i * 0.16, tone = audio.createOscillator(), level = audio.createGain();
      tone.frequency.value = hz;
      level.gain.setValueAtTime(0.0001, at);
      level.gain.exponentialRampToValueAtTime(0.4, at + 0.02);
      level.gain.exponentialRampToValueAtTime(0.0001, at + 0.15);
      tone.connect(level).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.16);
    });
  }

  function once(kind) {
    phone.alerts++;
    if (navigator.vibrate) navigator.vibrate(PATTERN[kind] || PATTERN.other);
    sound(NOTES[kind] || NOTES.other);
  }

  /** How often this page has called; tests count it. */
  phone.alerts = 0;

  /**
   * Call the person. Orders and reminders call again until `phone.quiet()`.
   * @param {string} kind `ordered`, `stand_in`, `reminded`, `cancelled`, `substituted`
   * @param {{title: string, body: string}} what
   */
  phone.alert = function (kind, { title, body }) {
    once(kind);
    const line = phone.say('note.' + kind, { title });
    phone.toast(line, kind === 'cancelled' || kind === 'substituted' ? 'bad' : 'news');
    if (document.hidden) notify(line, body);
    if (!(kind in PATTERN)) return;
    clearInterval(again);
    again = setInterval(() => once(kind), AGAIN_MS);
  };
  phone.quiet = () => clearInterval(again);

  async function notify(title, body) {
    if (!('Notification' in window) || Notification.permission !== 'granted' || !navigator.serviceWorker) return;
    const worker = await navigator.serviceWorker.ready;
    worker.showNotification(title, { body, tag: 'order', renotify: true, requireInteraction: true, icon: '/assets/phone/icon-192.png' });
  }
})();
