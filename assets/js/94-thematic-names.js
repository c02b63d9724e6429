/* 专题地图, names: the divisions of a thematic map by name, the larger ones first, and none over another. */
(function () {
  'use strict';

  const thematic = (window.cockpitThematic = window.cockpitThematic || {});
  const SIZE = 13, GAP = 3;
  /** Width of a text in px of the drawing: a Chinese character is as wide as high, a Latin one about half. */
  const widthOf = (words, size) => [...words].reduce((all, letter) => all + (letter.charCodeAt(0) > 0x2e80 ? size : size * 0.56), 0);

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
    const sized = named.filter(([code]) => known.has(code) && thematic.labelOf(code)).map(([code, name]) => {
      const xs = thematic.outline(picture.place, known.get(code)).match(/-?[\d.]+ /g).map(Number);
      return { name, at: raised(picture.place(thematic.labelOf(code)), lift ? lift(code) : 0), wide: Math.max(...xs) - Math.min(...xs) };
    });
    for (const { name, at: [x, y], wide } of sized.sort((a, b) => b.wide - a.wide)) {
      const half = widthOf(name, SIZE) / 2 + GAP;
      const box = [x - half, y - SIZE, x + half, y + 4];
      if ((inside && wide < 2 * half) || taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) continue;
      taken.push(box);
      const text = thematic.make('text', { x: x.toFixed(1), y: y.toFixed(1), 'text-anchor': 'middle' });
      text.textContent = name;
      group.append(text);
    }
    picture.append(group);
  };
})();
