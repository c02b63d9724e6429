/* 底图: which map of tiles lies under ours, if any; kept per screen and in the address as `?base=`. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const FINE_SNAP = 0.25; // without tiles the map stops between whole zooms too
  const GIVE_UP = 4; // so many tiles in vain and none that came: our own ground is drawn again
  const AGAIN_MS = 60000;
  /** What makes a light map one that marks are seen on: done once a tile, not for every picture of the wall. */
  const FILTERS = {
    light: 'invert(1) hue-rotate(180deg) saturate(.45) brightness(.72) contrast(.9)',
    imagery: 'brightness(.5) saturate(.6)',
    dark: '',
  };
  const base = (cockpit.base = { items: [], name: '', failed: false });
  let laid = [], came = 0, missed = 0, timer = 0;

  /** Tiles drawn through a filter, by our own host. */
  const Dark = L.GridLayer.extend({
    createTile(at, done) {
      const { url, look, tileSize } = this.options;
      const tile = document.createElement('canvas');
      tile.width = tile.height = tileSize;
      const image = new Image();
      image.onload = () => {
        const ctx = tile.getContext('2d');
        ctx.filter = FILTERS[look] || 'none';
        ctx.drawImage(image, 0, 0, tileSize, tileSize);
        arrived(this);
        done(null, tile);
      };
      image.onerror = () => {
        lost(this);
        done(new Error('tile'), tile);
      };
      image.src = L.Util.template(url, at);
      return tile;
    },
  });

  const ours = (layer) => laid.includes(layer);

  function arrived(layer) {
    if (ours(layer)) came += 1;
  }

  function lost(layer) {
    if (!ours(layer)) return;
    missed += 1;
    if (came || missed < GIVE_UP) return;
    lift();
    say(true);
    clearTimeout(timer);
    timer = setTimeout(() => base.failed && show(base.name), AGAIN_MS);
  }

  function say(failed) {
    base.failed = failed;
    cockpit.emit('base', base);
  }

  function lift() {
    const was = laid;
    laid = [];
    for (const layer of was) layer.remove();
    if (map.leaflet) map.leaflet.options.zoomSnap = FINE_SNAP;
  }

  function lay(item) {
    lift();
    [came, missed] = [0, 0];
    const leaflet = map.leaflet;
    if (!item || !leaflet) return;
    leaflet.options.zoomSnap = 1; // tiles are sharp at whole zooms only
    laid = item.sources.map((source, i) => new Dark({
      url: source.url, look: item.look, shift: item.shift, tileSize: 256, zIndex: i, keepBuffer: 1,
      minZoom: leaflet.getMinZoom(), maxZoom: leaflet.getMaxZoom(), maxNativeZoom: source.max_zoom,
      updateWhenZooming: false, updateWhenIdle: true,
    }));
    for (const layer of laid) layer.addTo(leaflet);
    if (leaflet.getZoom() % 1) leaflet.setZoom(Math.floor(leaflet.getZoom()), { animate: false });
  }

  const key = () => 'cockpit.base.' + cockpit.page.name + '.' + cockpit.page.scope;

  function remember() {
    try {
      window.localStorage.setItem(key(), base.name || 'none');
    } catch (full) {
      // a browser that keeps nothing starts as it is told
    }
    cockpit.address.put('base', base.name || 'none', base.first || 'none');
  }

  function recalled() {
    const asked = cockpit.address.get('base');
    if (asked !== null) return asked;
    try {
      return window.localStorage.getItem(key()) || base.first;
    } catch (closed) {
      return base.first;
    }
  }

  function show(name) {
    const item = base.items.find((each) => each.name === name);
    base.name = item ? name : '';
    lay(item);
    say(false);
  }

  /** The line under the scale bar: whose map it is, or that it does not come. */
  function write() {
    const words = document.getElementById('base-source'), item = base.items.find((each) => each.name === base.name);
    if (!words) return;
    const source = item && item.attribution ? cockpit.text('map.source') + ' ' + item.attribution : '';
    cockpit.write(words, base.failed ? cockpit.text('base_map.failed', { title: cockpit.text('base_map.' + base.name) }) : source);
    words.dataset.state = base.failed ? 'failed' : '';
  }

  /** Lay the base map `name` under the map; an empty name is the shipped ground. */
  base.choose = function (name) {
    show(name);
    remember();
  };

  let told = null;
  async function ask() {
    try {
      const answer = await fetch('/api/v1/base_maps', { credentials: 'same-origin' });
      if (answer.ok) told = await answer.json();
    } catch (away) {
      told = null; // the shipped ground is there without anybody
    }
    if (!told) return;
    base.items = told.items;
    base.first = told.first;
    begin();
  }
  function begin() {
    if (told && map.leaflet && cockpit.page) show(recalled());
  }

  cockpit.on('page', () => (told ? begin() : ask()));
  cockpit.on('map', begin);
  cockpit.on('base', write);
})();
