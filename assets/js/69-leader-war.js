/* 领导下钻 turns with the other screens: 战时 with its incident and how long it lasts, told by the push, never polled. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const DRAW_EVERY_MS = 250, FIRST_WAIT_MS = 500, LONGEST_WAIT_MS = 15000;
  const root = () => document.getElementById('leader');
  const byId = (id) => document.getElementById(id);
  let wire = null, mode = null, asked = '', offset_ms = 0, attempts = 0, due_ms = 0;

  const pad = (n) => String(n).padStart(2, '0');
  const write = (element, text) => { if (element && element.textContent !== text) element.textContent = text; };
  /** A page of a past instant stands still. */
  const standsStill = () => new URLSearchParams(location.search).has('as_of');
  const scope = () => (byId('leader-frame') || { dataset: {} }).dataset.scope || '';

  function ask() {
    asked = scope();
    wire.emit('mode', { scope: asked });
  }

  function close() {
    const old = wire;
    wire = null;
    if (old) old.close();
  }

  function connect() {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const own = (wire = cockpit.wire.open(scheme + '//' + location.host + '/socket.io/?EIO=4&transport=websocket', {
      onOpen: () => {},
      onEvent: (name, data) => own === wire && deeds[name] && deeds[name](data),
      onRefused: () => {},
      onClose: () => {
        if (own !== wire) return;
        wire = null;
        due_ms = Date.now() + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempts++) * (0.5 + Math.random() / 2);
      },
    }));
  }

  const deeds = {
    hello(data) {
      attempts = 0;
      offset_ms = data.server_ms - Date.now();
      ask();
    },
    mode(data) {
      mode = data;
      wire.emit('ack', { lane: 'mode', n: data.seq });
      draw();
    },
  };

  function draw() {
    const page = root(), banner = byId('leader-war');
    if (!page || !banner) return;
    const war = Boolean(mode && mode.mode === 'wartime') && !standsStill();
    const turned = page.dataset.mode !== (war ? 'war' : 'peace');
    page.dataset.mode = war ? 'war' : 'peace';
    if (turned) cockpit.leader.tint();
    byId('mode').dataset.mode = war ? 'wartime' : 'peacetime';
    banner.hidden = !war;
    if (!war) return;
    const name = mode.title || mode.event_id || banner.dataset.none;
    write(byId('leader-war-title'), name);
    banner.title = [name, mode.address, mode.note].filter(Boolean).join(' · ');
    const link = byId('leader-war-open');
    link.hidden = !mode.event_id;
    if (mode.event_id) link.href = link.dataset.href.replace('EVENT', encodeURIComponent(mode.event_id));
    const since = mode.reported_at || mode.at, s = Math.max(0, Math.floor((Date.now() + offset_ms - since) / 1000));
    write(byId('leader-war-clock'), since ? pad(Math.floor(s / 3600)) + ':' + pad(Math.floor(s / 60) % 60) + ':' + pad(s % 60) : '');
  }

  function turn() {
    const wanted = root() && !standsStill() && !document.hidden;
    if (!wanted) { if (wire && !document.hidden) close(); return draw(); }
    if (wire && wire.open && wire.silence() > wire.patience) close();
    if (!wire && Date.now() >= due_ms) connect();
    if (wire && wire.open && asked !== scope()) ask();
    draw();
  }

  document.addEventListener('visibilitychange', turn);
  setInterval(turn, DRAW_EVERY_MS);
})();
