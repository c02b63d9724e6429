/* 热力图, drawn: density as a field of warmth: what lies close together adds up, so that many small grids are as hot as they are. */
(function () {
  'use strict';

  const thematic = (window.cockpitThematic = window.cockpitThematic || {});
  const { width: WIDTH, height: HEIGHT } = thematic.size, CELL = 4, WIDE = WIDTH / CELL, HIGH = HEIGHT / CELL, REACH = 9, SIGMA = 3;
  const KERNEL = Array.from({ length: 2 * REACH + 1 }, (_, i) => Math.exp(-((i - REACH) ** 2) / (2 * SIGMA ** 2)));
  /** Below this share of the hottest place nothing is drawn. */
  const COLD = 0.04;

  /** @param {Array<[number, number, number]>} spots px, px, events @returns {Float32Array} warmth by cell */
  function fieldOf(spots) {
    const field = new Float32Array(WIDE * HIGH);
    for (const [x, y, n] of spots) {
      const column = Math.floor(x / CELL), row = Math.floor(y / CELL);
      for (let j = -REACH; j <= REACH; j++) for (let i = -REACH; i <= REACH; i++) {
        const c = column + i, r = row + j;
        if (c >= 0 && c < WIDE && r >= 0 && r < HIGH) field[r * WIDE + c] += n * KERNEL[i + REACH] * KERNEL[j + REACH];
      }
    }
    return field;
  }

  const peakOf = (field) => field.reduce((most, n) => Math.max(most, n), 0);

  /** The colours of the legend, from those of the page. */
  function ramp() {
    const style = getComputedStyle(document.getElementById('thematic'));
    const stops = ['--c1', '--c3', '--warm'].map((name) => style.getPropertyValue(name).trim().match(/[\da-f]{2}/gi).map((pair) => parseInt(pair, 16)));
    return (share) => {
      const at = share * (stops.length - 1), i = Math.min(stops.length - 2, Math.floor(at)), part = at - i;
      return stops[i].map((from, k) => from + (stops[i + 1][k] - from) * part);
    };
  }

  /**
   * Adds the field to a drawing; `show(spots, among)` paints spots on the scale of the hottest of `among`, lists of spots.
   * @param {SVGElement} picture
   */
  thematic.field = function (picture) {
    const image = thematic.make('image', { x: 0, y: 0, width: WIDTH, height: HEIGHT, preserveAspectRatio: 'none', class: 'field' });
    const canvas = Object.assign(document.createElement('canvas'), { width: WIDE, height: HIGH }), brush = canvas.getContext('2d'), peaks = new Map();
    picture.append(image);
    return function (spots, among) {
      if (!peaks.has(among)) peaks.set(among, Math.max(...among.map((one) => peakOf(fieldOf(one)))) || 1);
      const field = fieldOf(spots), peak = peaks.get(among), pixels = brush.createImageData(WIDE, HIGH), colour = ramp();
      field.forEach((n, i) => {
        const share = Math.min(1, n / peak);
        if (share >= COLD) pixels.data.set([...colour(share), 255 * Math.min(0.85, 0.15 + share)], 4 * i);
      });
      brush.putImageData(pixels, 0, 0);
      image.setAttribute('href', canvas.toDataURL());
    };
  };
})();
