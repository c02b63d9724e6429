/* What the map looks like: tokens as the page has them now (mode, theme), and the sizes of each zoom. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const TOKENS = {
    ground: '--bg-0', text: '--tx-1', second: '--tx-2', accent: '--accent', people: '--people', warm: '--warm', dead: '--dead',
    done: '--st-done', doing: '--st-doing', risk: '--st-risk', over: '--st-over', badge: '--st-over-badge', paused: '--st-paused',
    font: '--font',
    lake: '--map-lake', river: '--map-river', stream: '--map-stream', park: '--map-park', line: '--map-line',
    arterial: '--map-arterial', highway: '--map-highway', grid: '--map-grid', street: '--map-street', district: '--map-district',
    building: '--map-building', name: '--map-name', tag: '--map-tag', tagText: '--map-tag-text',
    terrain: '--map-terrain', wash: '--map-wash',
  };
  let style = null;

  /** @returns {Object<string, string>} colours by the names above, as the map's box inherits them */
  map.style = function () {
    if (style) return style;
    const from = getComputedStyle(map.leaflet ? map.leaflet.getContainer() : document.documentElement);
    style = {};
    for (const [name, token] of Object.entries(TOKENS)) style[name] = from.getPropertyValue(token).trim();
    style.font = style.font || 'sans-serif';
    return style;
  };

  let greyed = null, greyedOf = null;
  /** The same without the colours of status: what was seen before its feed was lost. Overdue stays red: our clock says so. */
  map.greyed = function () {
    const of = map.style();
    if (greyedOf !== of) greyed = { ...of, people: of.dead, warm: of.dead, done: of.dead, doing: of.dead, risk: of.dead, paused: of.dead };
    greyedOf = of;
    return greyed;
  };

  const DESK = 0.8; // read at 60 cm instead of at 5 m
  let small = false;
  /** A size of the visual guide's wall in stage pixels of this page's density. */
  map.px = (wall) => (small ? Math.round(wall * DESK) : wall);

  /**
   * A colour as [red, green, blue].
   * @param {string} colour anything that CSS understands
   */
  map.rgb = function (colour) {
    const ctx = map.rgb.ctx || (map.rgb.ctx = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true }));
    ctx.clearRect(0, 0, 1, 1);
    ctx.fillStyle = colour || '#fff';
    ctx.fillRect(0, 0, 1, 1);
    return ctx.getImageData(0, 0, 1, 1).data;
  };

  function refresh() {
    style = null;
    small = Boolean(map.leaflet && map.leaflet.getContainer().closest('[data-density="desk"]'));
    cockpit.emit('style');
  }
  new MutationObserver(refresh).observe(document.documentElement, {
    attributes: true, subtree: true, attributeFilter: ['data-mode', 'data-theme', 'data-density'],
  });
  cockpit.on('map', refresh);

  //  up to zoom  done doing risk over worker  street community cluster
  const SIZES = [
    [11.5, 5, 12, 20, 28, 4, 17, 0, 62],
    [13.5, 6, 14, 22, 28, 6, 17, 16, 56],
    [14.5, 8, 16, 24, 32, 10, 0, 16, 48],
    [16.5, 10, 18, 24, 32, 22, 0, 16, 0],
    [Infinity, 12, 20, 28, 36, 24, 0, 16, 0],
  ];

  /**
   * Sizes in stage pixels at a zoom (visual guide, «Map»); 0 means not drawn, or not clustered.
   * @param {number} zoom
   */
  map.sizes = function (zoom) {
    const row = SIZES.find((sizes) => zoom < sizes[0]);
    const [, done, doing, risk, over, worker, street, community, cluster] = row.map(map.px);
    return { done, doing, risk, over, worker, street, community, cluster };
  };
})();
