/* Where tags and names go: beside what they belong to, off everything else. Pure: boxes in, boxes out. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const TAG_H = 30, TAG_GAP = 22;
  const CROWDED = 40; // so many overdue marks and a tag that covers another is left out; the mark never is

  /** Shared area of two boxes [x0, y0, x1, y1]. */
  function shared(a, b) {
    const w = Math.min(a[2], b[2]) - Math.max(a[0], b[0]), h = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
    return w > 0 && h > 0 ? w * h : 0;
  }

  function cost(box, obstacles) {
    let sum = 0;
    for (const other of obstacles) sum += shared(box, other);
    return sum;
  }

  /**
   * A tag for each overdue mark: left, right, above or below it.
   * @param {Array<{x, y, w, size}>} marks `w` is the width of the tag; the longest overdue first
   * @param {Array<number[]>=} others boxes that no tag should cover
   * @returns {Array<?number[]>} a box a mark, null where there is no room in a crowd
   */
  map.placeTags = function (marks, others) {
    const taken = marks.map(({ x, y, size }) => [x - size / 2, y - size / 2, x + size / 2, y + size / 2]);
    if (others) taken.push(...others);
    return marks.map(({ x, y, w, size }, i) => {
      const gap = map.px(TAG_GAP) + (size - map.px(28)) / 2, tall = map.px(TAG_H), h = tall / 2;
      const boxes = [
        [x - gap - w, y - h, x - gap, y + h], [x + gap, y - h, x + gap + w, y + h],
        [x - w / 2, y - gap - tall, x + w / 2, y - gap], [x - w / 2, y + gap, x + w / 2, y + gap + tall],
      ];
      let best = null, least = Infinity;
      for (const box of boxes) {
        const sum = cost(box, taken) - shared(box, taken[i]);
        if (sum < least) [best, least] = [box, sum];
      }
      if (least > 0.2 * w * tall && marks.length > CROWDED) return null;
      taken.push(best);
      return best;
    });
  };

  /**
   * Names near where they belong, off the obstacles.
   * @param {Array<{x, y, w, h, reach, must}>} names `must`: shown even where it covers something
   * @param {Array<number[]>} obstacles
   * @returns {Array<?{x: number, y: number}>} the middle of each, null where there is no room
   */
  map.placeNames = function (names, obstacles) {
    const boxes = obstacles.slice();
    return names.map(({ x, y, w, h, reach, must }) => {
      const about = [x - reach - w, y - reach - h, x + reach + w, y + reach + h];
      const near = boxes.filter((box) => shared(about, box));
      let best = null;
      for (let dx = -reach; dx <= reach; dx += 8) {
        for (let dy = -reach; dy <= reach; dy += 8) {
          const away = Math.hypot(dx, dy * 1.2);
          if (best && away >= best.cost) continue;
          const box = [x + dx - w / 2, y + dy - h / 2, x + dx + w / 2, y + dy + h / 2];
          const sum = cost(box, near);
          if (!best || away + 3 * sum < best.cost) best = { cost: away + 3 * sum, sum, box, x: x + dx, y: y + dy };
        }
      }
      if (!must && best.sum > 0) return null;
      boxes.push(best.box);
      return { x: best.x, y: best.y };
    });
  };
})();
