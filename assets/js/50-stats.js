/* What this browser measured of itself: `cockpit.stats()`, for probes and for the doctor. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  const KEPT = 2000;

  /** The last so many numbers. */
  function Ring(size) {
    const kept = new Float64Array(size);
    let count = 0;
    return {
      add(value) {
        kept[count++ % size] = value;
      },
      /** @returns {?number} the p-quantile (nearest rank), null without samples */
      quantile(p) {
        if (!count) return null;
        const sorted = kept.slice(0, Math.min(count, size)).sort();
        return Math.round(sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] * 100) / 100;
      },
    };
  }

  const latency = Ring(KEPT), draw = Ring(KEPT), gaps = Ring(120);
  const counts = { resyncs: 0, frames: 0, merged: 0 };

  /** Where the other scripts write down what happened. */
  cockpit.measure = {
    resync: () => void counts.resyncs++,
    merged: (n) => void (counts.merged += Math.max(0, n)),
    /** Something received at `at_ms` (server's clock) is on the screen now. */
    drawn(at_ms) {
      if (at_ms) latency.add(Math.max(0, cockpit.now() - at_ms));
    },
    frame: () => void counts.frames++,
    drawing: (ms) => draw.add(ms),
    /** Milliseconds between two frames of one run of animation. */
    gap: (ms) => gaps.add(ms),
  };

  const pair = (ring) => ({ p50: ring.quantile(0.5), p99: ring.quantile(0.99) });

  /** @returns {Object} the probe of CONTRACT.md; latency runs from the server's receipt to the drawn pixel */
  cockpit.stats = function () {
    const { seq, frame, events, instance } = cockpit.situation;
    const movers = cockpit.movers || { count: 0, glides: 0 };
    const gap = gaps.quantile(0.5);
    return {
      seq, frame, instance,
      events: events.size,
      movers: movers.count,
      glides: movers.glides,
      ...counts,
      link: cockpit.link().state,
      latency_ms: pair(latency),
      draw_ms: pair(draw),
      fps: gap ? Math.round(1000 / gap) : null,
    };
  };
})();
