/* Pace: how often the map draws a picture. As often as is smooth, as seldom as this machine needs to stay quick. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const LEAST_MS = 33; // thirty pictures a second of somebody walking are smooth
  const MOST_MS = 200;
  const SHARE = 0.06; // of the time may be lost to showing pictures, three to four frames of sixty; the rest is for what arrives
  const CHANCE_MS = 2; // a frame may come so late without a picture
  const FRAME_MS = 1000 / 60;
  const PROBED = 3; // frames after a picture: what it costs shows in how late they come
  const PROBE_EVERY_MS = 400;
  const REST_MS = 250; // a frame that late was no slow frame: the page was hidden or asleep

  let cost = 0, pace = LEAST_MS, probedAt = -Infinity, probing = false;

  /** Milliseconds that shall lie between two pictures. */
  map.pace = () => pace;

  /**
   * A picture was drawn: from time to time see what it cost, painting and composing included, which no script sees.
   * @param {number} now of the frame
   */
  map.pictured = function (now) {
    if (probing || now - probedAt < PROBE_EVERY_MS) return;
    probing = true;
    probedAt = now;
    let left = PROBED;
    requestAnimationFrame(function next(at) {
      if (--left) return void requestAnimationFrame(next);
      probing = false;
      const late = at - now - PROBED * FRAME_MS;
      if (late < REST_MS) learn(Math.max(0, late));
    });
  };

  /** Smoothly: a pace that leaps makes the cost leap, and that the pace again. */
  function learn(late) {
    cost += 0.25 * (late - cost);
    pace = Math.min(MOST_MS, LEAST_MS + Math.max(0, cost - CHANCE_MS) / SHARE);
  }
})();
