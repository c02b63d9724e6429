/* The server's clock in the browser: deadlines run on it, whatever this machine believes the time is. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  const ASK_EVERY_MS = 60000;
  let offset = 0; // server's ms minus ours
  let spread = Infinity; // round trip of the sample that the offset came from
  let standing = null; // a page of a past instant stands still there
  let wire = null;

  // counted from the start of the page, so that setting this machine's clock changes nothing
  const ours = () => performance.timeOrigin + performance.now();

  /** @returns {number} the server's clock in ms since 1970 */
  cockpit.now = () => (standing === null ? ours() + offset : standing);

  /** One sample: asked at `asked` (performance.now()), answered with the server's `ms`. The shortest trip is the truest. */
  function sample(ms, asked) {
    const trip = performance.now() - asked;
    if (trip > spread) return;
    spread = trip;
    offset = ms + trip / 2 - ours();
  }

  function ask() {
    if (!wire) return;
    spread *= 2; // clocks drift: an old sample is worth less and less
    const asked = performance.now();
    wire.emit('clock', undefined, (ms) => typeof ms === 'number' && sample(ms, asked));
  }

  cockpit.on('wire', (opened) => {
    wire = opened;
  });
  cockpit.on('hello', (hello) => {
    spread = Infinity;
    sample(hello.server_ms, wire.asked);
    for (const wait of [100, 400, 1500]) setTimeout(ask, wait);
  });
  cockpit.on('beat', (beat) => {
    // a message cannot come from the future
    const least = beat.at_ms - ours();
    if (least > offset) offset = least;
  });
  cockpit.on('page', (page) => {
    standing = page.as_of ? Date.parse(page.as_of) : null;
  });

  setInterval(ask, ASK_EVERY_MS);
  // on the server's full second, so that every countdown on the wall turns at once
  (function tick() {
    cockpit.emit('tick', cockpit.now());
    setTimeout(tick, 1000 - (cockpit.now() % 1000) + 5);
  })();
})();
