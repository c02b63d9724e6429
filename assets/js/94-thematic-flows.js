/* 流向与聚集, drawn: circles for what a division does itself, arcs to who carries the rest; outlines where reports lie close. */
(function () {
  'use strict';

  const thematic = (window.cockpitThematic = window.cockpitThematic || {});
  const { width: WIDTH, height: HEIGHT, column: COLUMN } = thematic.size, NODE = WIDTH - COLUMN + (thematic.size.narrow ? 24 : 92), ROW = 36, WIDEST = 18, NAMED = 10;
  const { make, pressed, sheet, outline } = {
    make: (...all) => thematic.make(...all), pressed: (...all) => thematic.pressed(...all),
    sheet: (...all) => thematic.sheet(...all), outline: (...all) => thematic.outline(...all),
  };

  const written = (name, attributes, words) => {
    const text = make('text', attributes);
    text.textContent = words;
    text.classList.add(name);
    return text;
  };

  /** An arc between two points, bent to the left of its way so that there and back are two. */
  const arc = ([x1, y1], [x2, y2]) => {
    const bend = 0.22, cx = (x1 + x2) / 2 + (y2 - y1) * bend, cy = (y1 + y2) / 2 - (x2 - x1) * bend;
    return `M${x1.toFixed(1)} ${y1.toFixed(1)}Q${cx.toFixed(1)} ${cy.toFixed(1)} ${x2.toFixed(1)} ${y2.toFixed(1)}`;
  };
  const across = ([x1, y1], [x2, y2]) => `M${x1.toFixed(1)} ${y1.toFixed(1)}C${((x1 + x2) / 2 + 30).toFixed(1)} ${y1.toFixed(1)} ${(x2 - 70).toFixed(1)} ${y2.toFixed(1)} ${x2.toFixed(1)} ${y2.toFixed(1)}`;

  /**
   * @param {Array} outlines geometries of the divisions
   * @param {{origins, carriers, links}} told `origins` and `carriers` with key, label and, for what is on the map, lon and lat
   * @param {function(string)} open called with the link `FROM>TO` that is clicked
   */
  thematic.flows = function (outlines, told, open) {
    const place = thematic.projection(outlines, COLUMN), picture = Object.assign(sheet('flows'), { place, free: WIDTH - COLUMN + 20 });
    for (const geometry of outlines) picture.append(make('path', { d: outline(place, geometry), class: 'line' }));
    const at = new Map(told.origins.filter((one) => one.lon !== null).map((one) => [one.key, place([one.lon, one.lat])]));
    const column = told.carriers.filter((one) => !at.has(one.key)), step = Math.min(ROW, (HEIGHT - 40) / Math.max(1, column.length));
    const top = (HEIGHT - step * column.length) / 2, nodeAt = new Map(column.map((one, i) => [one.key, [NODE, top + step * (i + 0.5)]]));
    const away = told.links.filter((link) => link.from !== link.to && at.has(link.from)), own = told.links.filter((link) => link.from === link.to);
    const most = Math.max(1, ...away.map((link) => link.count)), mostOwn = Math.max(1, ...own.map((link) => link.count));
    // small ones first: what counts most lies on top
    for (const link of [...away].reverse()) {
      const end = at.get(link.to), path = make('path', {
        d: end ? arc(at.get(link.from), end) : across(at.get(link.from), nodeAt.get(link.to)), class: 'flow ' + (end ? 'sideways' : link.to === 'nobody' ? 'nobody' : 'up'),
        style: `--wide:${(0.8 + (WIDEST - 0.8) * (link.count / most)).toFixed(1)};--strong:${(0.16 + 0.4 * Math.sqrt(link.count / most)).toFixed(2)}`, 'data-link': link.from + '>' + link.to,
      });
      picture.append(pressed(path, link.label, () => open(link.from + '>' + link.to)));
    }
    for (const link of [...own].reverse()) {
      const [x, y] = at.get(link.to), circle = make('circle', { cx: x.toFixed(1), cy: y.toFixed(1), r: (4 + 18 * Math.sqrt(link.count / mostOwn)).toFixed(1), class: 'own', 'data-link': link.from + '>' + link.to });
      picture.append(pressed(circle, link.label, () => open(link.from + '>' + link.to)));
    }
    for (const carrier of column) {
      const [x, y] = nodeAt.get(carrier.key), group = make('g', { class: 'node ' + (carrier.key === 'nobody' ? 'nobody' : 'up'), 'data-link': 'any>' + carrier.key });
      group.append(
        make('rect', { x: x - (thematic.size.narrow ? 8 : 88), y: (y - step / 2).toFixed(1), width: WIDTH - x + 86, height: step.toFixed(1), class: 'hit' }),
        make('rect', { x, y: (y - Math.min(step - 8, 22) / 2).toFixed(1), width: 6, height: Math.min(step - 8, 22), rx: 2 }),
        written('name', { x: x + 14, y: (y + 4.5).toFixed(1) }, carrier.short), written('count', { x: WIDTH - 2, y: (y + 4.5).toFixed(1), 'text-anchor': 'end' }, carrier.told));
      picture.append(pressed(group, carrier.label, () => open('any>' + carrier.key)));
    }
    picture.radiusOf = (code) => 4 + 18 * Math.sqrt((own.find((link) => link.to === code) || { count: 0 }).count / mostOwn);
    /** Only one link, or the links of one end, stand out; an empty text shows all. */
    picture.show = function (chosen) {
      const [from, to] = chosen.split('>');
      picture.classList.toggle('chosen', Boolean(chosen));
      for (const drawn of picture.querySelectorAll('[data-link]')) {
        const [begin, end] = drawn.dataset.link.split('>');
        drawn.classList.toggle('shown', Boolean(chosen) && (from === 'any' || begin === from || (begin === 'any' && to === end)) && (to === 'any' || end === to));
      }
    };
    return picture;
  };

  /** Outlines of clusters over the divisions, each with its count; `choose(i)` is called for the one that is clicked. */
  thematic.clusters = function (outlines, clusters, choose) {
    const place = thematic.projection(outlines), picture = Object.assign(sheet('clusters'), { place });
    for (const geometry of outlines) picture.append(make('path', { d: outline(place, geometry), class: 'line' }));
    const most = Math.max(1, ...clusters.map((one) => one.count)), counts = make('g', { class: 'counts' });
    for (let i = clusters.length - 1; i >= 0; i--) {
      const one = clusters[i], [x, y] = place([one.lon, one.lat]), group = make('g', { class: 'cluster' });
      const path = make('path', { d: outline(place, one.geometry), class: 'patch', 'data-patch': i });
      const circle = make('circle', { cx: x.toFixed(1), cy: y.toFixed(1), r: (3 + 14 * Math.sqrt(one.count / most)).toFixed(1), 'data-cluster': i });
      group.append(path, pressed(circle, one.label, () => choose(i)));
      path.addEventListener('click', () => choose(i));
      if (i < NAMED) counts.append(written('count', { x: x.toFixed(1), y: (y + 4).toFixed(1), 'text-anchor': 'middle' }, one.told));
      picture.append(group);
    }
    picture.append(counts);
    picture.look = thematic.lookAt(picture, place, clusters);
    return picture;
  };
})();
