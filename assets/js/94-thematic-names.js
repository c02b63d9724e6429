/* 专题地图, names: the divisions of a thematic map by name, the larger ones first, and none over another; circles are kept clear where there is room. */
(function () {
  'use strict';

  const thematic = (window.cockpitThematic = window.cockpitThematic || {});
  const SIZE = thematic.size.type, GAP = 3;
  /** Width of a text in px of the drawing: a Chinese character is as wide as high, a Latin one about half. */
  const widthOf = (words, size) => [...words].reduce((all, letter) => all + (letter.charCodeAt(0) > 0x2e80 ? size : size * 0.56), 0);

  /** Where a name may stand, seen from its own place: in halves of its width and in heights. */
  const MOVES = [[0, 0], [0, -1.5], [0, 1.5], [0.6, 0], [-0.6, 0], [0, -2.7], [0, 2.7], [0.6, -1.5], [-0.6, -1.5], [0.6, 1.5], [-0.6, 1.5], [1.1, 0], [-1.1, 0], [0, -3.9], [0, 3.9]];
  const boxAt = (x, y, half) => [x - half, y - SIZE, x + half, y + 4];
  const meet = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  const covers = ([x, y, r], box) => meet([x - r, y - r, x + r, y + r], box);
  const raised = ([x, y], by) => [x, y - by];

  /**
   * @param {SVGElement} picture one with `place`
   * @param {Array<[string, string]>} named code and name
   * @param {Map} known geometries by code
   * @param {boolean} inside true: a name is left out where it is wider than its division
   * @param {function(string): number} [lift] px that the name of a code stands higher
   */
  thematic.names = function (picture, named, known, inside, lift) {
    const taken = [], group = thematic.make('g', { class: 'names', 'aria-hidden': 'true' });
    const circles = [...picture.querySelectorAll('circle')].map((one) => ['cx', 'cy', 'r'].map((key) => Number(one.getAttribute(key))));
    const sized = named.filter(([code]) => known.has(code) && thematic.labelOf(code)).map(([code, name]) => {
      const xs = thematic.outline(picture.place, known.get(code)).match(/-?[\d.]+ /g).map(Number);
      return { name, at: raised(picture.place(thematic.labelOf(code)), lift ? lift(code) : 0), wide: Math.max(...xs) - Math.min(...xs) };
    });
    for (const { name, at, wide } of sized.sort((a, b) => b.wide - a.wide)) {
      const half = widthOf(name, SIZE) / 2 + GAP;
      if (inside && wide < 2 * half) continue;
      // a name of cells stands in its cell; over a map it may move a little, off circles first and off other names always
      const places = (inside ? MOVES.slice(0, 1) : thematic.size.narrow ? MOVES.slice(0, picture.free ? 1 : 5) : MOVES).map(([dx, dy]) => boxAt(at[0] + dx * half, at[1] + dy * SIZE, half)).filter((box) => box[0] >= 0 && box[2] <= (picture.free || thematic.size.width) && !taken.some((other) => meet(box, other)));
      const hidden = (place) => circles.filter((circle) => covers(circle, place)).length, least = Math.min(...places.map(hidden));
      const box = places.find((place) => hidden(place) === least);
      if (!box) continue;
      taken.push(box);
      const text = thematic.make('text', { x: (box[0] + half).toFixed(1), y: (box[3] - 4).toFixed(1), 'text-anchor': 'middle' });
      text.textContent = name;
      group.append(text);
    }
    picture.append(group);
  };
})();
