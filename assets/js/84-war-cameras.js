/* 现场视频: the nearest cameras docked by themselves. One that does not answer says so and offers the next nearest. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const byId = (id) => document.getElementById(id);
  const text = (key, values) => cockpit.text(key, values);

  const TILES = 4;
  const DRAW_MS = 250; // four pictures a second show what happens, and cost the map next to nothing
  const FIRST_MS = 8000, STOPPED_MS = 6000, AGAIN_MS = 20000;
  let cameras = null; // nearest first: [id, name, metres, url, stream, demo]
  let tiles = []; // {camera, root, canvas, player, mark, seen, begun, state}
  let passed = new Set(); // ids that somebody has looked past
  let timer = 0;

  function length(metres) {
    return metres < 1000 ? text('near.metres', { n: metres }) : text('near.km', { n: (metres / 1000).toFixed(1) });
  }

  function make(tag, className, ...children) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  }

  function Tile(camera) {
    const [id, name, metres, , , demo] = camera;
    const canvas = make('canvas');
    [canvas.width, canvas.height] = [384, 216];
    const code = make('em', 'code', make('i'), make('span', '', '')), words = make('div', 'words', ''), next = make('button', 'btn next', '');
    next.type = 'button';
    next.hidden = true;
    next.dataset.action = 'camera-next';
    const foot = make('div', 'foot-line', make('span', 'name', name), make('span', 'far', length(metres)));
    const root = make('figure', 'cam', canvas, code, words, next, foot);
    if (demo) root.append(make('span', 'demo', text('product.demo_mark')));
    root.dataset.cameraId = id;
    root.title = name;
    const tile = { camera, root, canvas, code, words, next, player: null };
    begin(tile);
    return tile;
  }

  function begin(tile) {
    stop(tile);
    Object.assign(tile, { begun: performance.now(), mark: null, seen: null, moved: 0 });
    const [, , , url, stream] = tile.camera;
    say(tile, 'loading');
    // one that has shown a picture says since when it stands still, not that there never was one
    tile.player = cockpit.play(stream, url, (why) => tile.player && !tile.seen && say(tile, why));
  }

  function stop(tile) {
    if (tile.player) tile.player.stop();
    tile.player = null;
  }

  /** States: loading, live, stopped, and the reasons for no picture. */
  function say(tile, state) {
    if (tile.state === state && state !== 'stopped') return;
    tile.state = state;
    tile.root.dataset.state = state;
    const time = tile.seen ? clock(tile.seen) : '';
    tile.words.textContent = state === 'live' ? '' : text('cameras.' + state, { time });
    const other = state === 'live' || state === 'loading' ? null : after(tile);
    tile.next.hidden = !other;
    if (other) tile.next.textContent = text('cameras.next', { name: other[1], distance: length(other[2]) });
    tile.since = performance.now();
  }

  function clock(ms) {
    const p = cockpit.localParts(ms);
    return p.hour + ':' + p.minute + ':' + p.second;
  }

  /** The nearest camera that no tile shows and nobody has looked past. */
  function after() {
    const shown = new Set(tiles.map((tile) => tile.camera[0]));
    return (cameras || []).find(([id]) => !shown.has(id) && !passed.has(id)) || null;
  }

  function draw() {
    const now = performance.now();
    for (const tile of tiles) {
      const source = tile.player && tile.player.source();
      const mark = source ? tile.player.mark() : null;
      if (source && mark !== tile.mark) {
        tile.mark = mark;
        tile.moved = now;
        tile.seen = cockpit.now();
        tile.canvas.getContext('2d').drawImage(source, 0, 0, tile.canvas.width, tile.canvas.height);
        tile.code.lastElementChild.textContent = clock(tile.seen);
        say(tile, 'live');
      } else if (tile.seen && now - tile.moved > STOPPED_MS) say(tile, 'stopped');
      else if (!tile.seen && tile.state === 'loading' && now - tile.begun > FIRST_MS) say(tile, 'no_signal');
      if (tile.state !== 'live' && tile.state !== 'loading' && tile.camera[3] && now - tile.begun > AGAIN_MS) again(tile);
    }
  }

  /** Try a camera that fell silent once more; its last picture and what it says stay until there is another. */
  function again(tile) {
    const { state, seen } = tile;
    stop(tile);
    Object.assign(tile, { begun: performance.now(), mark: null, seen });
    tile.player = cockpit.play(tile.camera[4], tile.camera[3], () => {});
    tile.state = state;
  }

  function layOut() {
    const box = byId('camera-tiles'), sub = byId('cameras-sub');
    if (!box) return;
    const wanted = (cameras || []).filter(([id]) => !passed.has(id));
    // who is docked stays where it is while it is near; others take the free places
    const near = new Set(wanted.slice(0, TILES * 2).map(([id]) => id));
    const stay = tiles.filter((tile) => near.has(tile.camera[0])).slice(0, TILES);
    tiles.filter((tile) => !stay.includes(tile)).forEach(stop);
    tiles = stay;
    const fresh = wanted.filter(([id]) => !tiles.some((tile) => tile.camera[0] === id));
    while (tiles.length < TILES && fresh.length) tiles.push(Tile(fresh.shift()));
    tiles.sort((a, b) => a.camera[2] - b.camera[2]);
    if (!tiles.length) box.replaceChildren(make('div', 'empty', text(cameras ? 'cameras.none' : 'cameras.unknown')));
    else if ([...box.children].some((child, i) => !tiles[i] || child !== tiles[i].root) || box.children.length !== tiles.length) box.replaceChildren(...tiles.map((tile) => tile.root));
    const demo = tiles.some((tile) => tile.camera[5]);
    cockpit.write(sub, tiles.length ? text('cameras.sub', { n: tiles.length }) + (demo ? ' · ' + text('cameras.demo') : '') : '');
    if (tiles.length && !timer) timer = setInterval(draw, DRAW_MS);
  }

  function end() {
    tiles.forEach(stop);
    tiles = [];
    passed = new Set();
    clearInterval(timer);
    timer = 0;
    cameras = null;
    const box = byId('camera-tiles');
    if (box) box.replaceChildren();
  }

  let known = '';
  cockpit.on('panels', ({ war }) => {
    if (war === undefined || !byId('camera-tiles')) return;
    const key = JSON.stringify(war && [war.event_id, war.cameras]);
    if (key === known) return;
    const other = !war || !known.startsWith(JSON.stringify([war.event_id]).slice(0, -1));
    known = key;
    if (other) end();
    if (!war) return;
    cameras = war.cameras;
    layOut();
  });
  cockpit.on('mode', (mode) => {
    if (mode.war) return;
    known = '';
    end();
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest && event.target.closest('[data-action="camera-next"]');
    if (!button) return;
    const tile = tiles.find((one) => one.next === button), other = tile && after(tile);
    if (!other) return;
    passed.add(tile.camera[0]);
    stop(tile);
    tiles[tiles.indexOf(tile)] = Tile(other);
    layOut();
  });
})();
