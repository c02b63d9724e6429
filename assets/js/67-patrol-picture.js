/* 智能巡查: the picture with its box, or why there is none; and a sketch of where it is. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const patrol = (cockpit.patrol = cockpit.patrol || {});
  const { h, state } = patrol;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const SVG = 'http://www.w3.org/2000/svg', W = 720, H = 190, RADIUS_M = 400;
  const sketches = new Map();
  let shown = '', placed = '';

  function say(words, again = false) {
    const box = byId('patrol-picture-said');
    box.textContent = words;
    box.hidden = !words;
    box.classList.toggle('again', again);
  }

  /** Shares of the picture, from px or shares; null for a box that does not lie in it. */
  function sharesOf(box, width, height) {
    if (!box) return null;
    const isShare = box.every((n) => n <= 1);
    const [left, top, right, bottom] = box.map((n, i) => (isShare ? n : n / (i % 2 ? height : width)));
    return left >= -0.02 && top >= -0.02 && right <= 1.02 && bottom <= 1.02 ? [left, top, right, bottom] : null;
  }

  /** Over the picture as it is fitted into its frame. */
  function frameBox(image, item) {
    const frame = byId('patrol-frame'), mark = frame.querySelector('.patrol-box');
    if (mark) mark.remove();
    const shares = image.naturalWidth ? sharesOf(item.box, image.naturalWidth, image.naturalHeight) : null;
    if (!shares) return;
    const scale = Math.min(frame.clientWidth / image.naturalWidth, frame.clientHeight / image.naturalHeight);
    const width = image.naturalWidth * scale, height = image.naturalHeight * scale;
    const x = (frame.clientWidth - width) / 2, y = (frame.clientHeight - height) / 2;
    const box = document.createElement('div'), label = document.createElement('span');
    box.className = 'patrol-box' + (shares[1] * height < 30 ? ' low' : '');
    Object.assign(box.style, { left: x + shares[0] * width + 'px', top: y + shares[1] * height + 'px', width: (shares[2] - shares[0]) * width + 'px', height: (shares[3] - shares[1]) * height + 'px' });
    label.lang = cockpit.DATA.lang;
    label.textContent = text('patrol.box', { title: item.title, n: patrol.perCent(item.confidence) });
    box.append(label);
    frame.append(box);
  }

  function clear() {
    for (const old of byId('patrol-frame').querySelectorAll('img, .patrol-box')) old.remove();
  }

  function hostOf(address) {
    try {
      return new URL(address, location.href).host;
    } catch (error) {
      return '';
    }
  }

  function picture(item, anew) {
    const wanted = item ? item.event_id + ' ' + item.picture_url + item.picture_why : '';
    if (wanted === shown && !anew) return;
    shown = wanted;
    clear();
    if (!item) return say('');
    if (!item.picture_url) return say(text('patrol.picture_' + item.picture_why, { host: hostOf(item.picture) }));
    say(text('patrol.picture_loading'));
    const image = document.createElement('img');
    image.alt = item.title;
    image.decoding = 'async';
    image.addEventListener('load', () => {
      if (!image.isConnected) return;
      say('');
      image.classList.add('there');
      frameBox(image, item);
    });
    image.addEventListener('error', () => image.isConnected && (image.remove(), say(text('patrol.picture_failed'), true)));
    image.src = item.picture_url;
    byId('patrol-frame').append(image);
  }

  function shape(tag, attributes) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  /** Roads and houses around the place, north up, the finding in the middle. */
  function sketchOf(told) {
    const scale = W / 2 / RADIUS_M, X = (x) => W / 2 + x * scale, Y = (y) => H / 2 - y * scale;
    const svg = shape('svg', { viewBox: '0 0 ' + W + ' ' + H, preserveAspectRatio: 'xMidYMid slice', 'aria-hidden': 'true' });
    for (const b of told.buildings || []) svg.append(shape('polygon', { points: [0, 2, 4, 6].map((i) => X(b[i]).toFixed(1) + ',' + Y(b[i + 1]).toFixed(1)).join(' '), class: 'house' }));
    for (const [kind, , x1, y1, x2, y2] of told.roads || []) svg.append(shape('line', { x1: X(x1), y1: Y(y1), x2: X(x2), y2: Y(y2), class: 'road ' + kind }));
    svg.append(shape('circle', { cx: W / 2, cy: H / 2, r: 16, class: 'ring' }), shape('circle', { cx: W / 2, cy: H / 2, r: 5, class: 'dot' }));
    svg.append(shape('path', { d: 'M' + (W / 2 + 24) + ' ' + (H / 2 + 46) + 'v6h' + (100 * scale).toFixed(1) + 'v-6', class: 'scale' }));
    const words = shape('text', { x: W / 2 + 24, y: H / 2 + 42, class: 'words' });
    words.textContent = text('patrol.metres', { n: 100 });
    svg.append(words);
    return svg;
  }

  async function place(item) {
    const box = byId('patrol-sketch'), wanted = item && item.lon !== null ? item.lon + ',' + item.lat : item ? 'none' : '';
    if (wanted === placed) return;
    placed = wanted;
    box.replaceChildren();
    if (!item || item.lon === null) return void (box.textContent = item ? text('patrol.no_place') : '');
    if (!sketches.has(wanted)) {
      const { status, body } = await patrol.ask('sketch', { query: { lon: item.lon, lat: item.lat, radius_m: RADIUS_M } });
      if (status === 200) sketches.set(wanted, body);
      if (sketches.size > 60) sketches.delete(sketches.keys().next().value);
    }
    if (placed === wanted && sketches.has(wanted)) box.replaceChildren(sketchOf(sketches.get(wanted)));
  }

  function caption(item) {
    cockpit.patch(byId('patrol-caption'), item ? [
      h('Span', { className: 'camera' }, item.camera_id || text('patrol.no_camera')),
      h('Span', {}, text('patrol.ago', { time: patrol.timeOf(item.found_at), age: cockpit.ageOf((cockpit.now() - Date.parse(item.found_at)) / 1000) })),
      item.model ? h('Span', { className: 'model' }, text('patrol.model') + ' ' + item.model) : null,
    ].filter(Boolean) : []);
  }

  function draw() {
    if (!byId('patrol-frame')) return;
    const item = state.items.get(state.chosen);
    if (!item) say(state.answer ? '' : text(state.failed ? 'patrol.nothing' : 'patrol.picture_loading'));
    picture(item, false);
    caption(item);
    place(item);
  }
  cockpit.on('patrol', draw);
  cockpit.on('page', () => (shown = placed = ''));
  cockpit.on('tick', () => patrol.here() && caption(state.items.get(state.chosen)));
  cockpit.on('stage', () => {
    const image = patrol.here() && document.querySelector('#patrol-frame img.there'), item = state.items.get(state.chosen);
    if (image && item) frameBox(image, item);
  });
  document.addEventListener('click', (click) => {
    if (patrol.here() && click.target.id === 'patrol-picture-said' && click.target.classList.contains('again')) picture(state.items.get(state.chosen), true);
  });
})();
