/* How this browser stays true (docs/push.md): join with a snapshot, deltas after it; what does not fit, join again. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  const FIRST_WAIT_MS = 500, LONGEST_WAIT_MS = 10000, FETCH_MS = 20000;
  const KINDS = ['events', 'alarms', 'orders', 'evacuations', 'plan_runs', 'plots']; // the tables of a view
  const QUIET_MS = 2500; // two missed beats
  const DEAF_MS = 10000; // so long without a word: this connection is dead, whatever TCP says

  /** The rows as the server has them; who draws reads here. `mode` is `{mode, event_id, at}`. */
  const situation = (cockpit.situation = { instance: null, seq: 0, frame: 0, mode: {} });
  for (const kind of KINDS) situation[kind] = new Map();
  const link = { state: 'connecting', since_ms: Date.now() };
  let wire = null, retry = null, attempts = 0, turn = 0, joined = false;

  function setLink(state) {
    if (link.state === state) return;
    Object.assign(link, { state, since_ms: cockpit.now ? cockpit.now() : Date.now() });
    cockpit.emit('link', { ...link });
  }
  cockpit.link = () => ({ ...link });
  /** Say something to the server that is worth nothing later: it is lost while there is no connection. */
  cockpit.say = (name, data) => joined && wire && wire.emit(name, data);

  async function get(path) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), FETCH_MS);
    try {
      const answer = await fetch(path, { credentials: 'same-origin', cache: 'no-store', signal: stop.signal });
      if (answer.status === 401) signedOut();
      if (!answer.ok) throw new Error(path + ' ' + answer.status);
      return await answer.json();
    } finally {
      clearTimeout(timer);
    }
  }

  function signedOut() {
    turn++;
    clearTimeout(retry);
    setLink('signed_out');
    const old = wire;
    wire = null;
    if (old) old.close();
  }

  function takeSnapshot(answer) {
    situation.instance = answer.instance;
    situation.seq = answer.seq;
    for (const kind of KINDS) situation[kind] = new Map(Object.entries(answer[kind] || {}));
    situation.mode = answer.mode || {};
    cockpit.emit('snapshot', answer);
  }

  function takeMovers(answer) {
    situation.frame = answer.frame;
    const bytes = atob(answer.buf);
    const buf = new Uint8Array(bytes.length);
    for (let i = 0; i < bytes.length; i++) buf[i] = bytes.charCodeAt(i);
    cockpit.emit('movers', { ...answer, buf: buf.buffer });
  }

  /** Steps 2 and 3 of a join. A later turn makes an earlier one void. */
  async function join() {
    const mine = ++turn;
    joined = false;
    const { scope, lang, stage, panels, as_of } = cockpit.page;
    const query = '?scope=' + encodeURIComponent(scope) + (as_of ? '&as_of=' + encodeURIComponent(as_of) : '');
    let answers;
    try {
      answers = await Promise.all([get('/api/v1/snapshot' + query), get('/api/v1/movers' + query)]);
    } catch (error) {
      if (mine === turn && link.state !== 'signed_out') fail();
      return;
    }
    if (mine !== turn) return;
    const [snapshot, movers] = answers;
    takeSnapshot(snapshot);
    takeMovers(movers);
    if (as_of) return setLink('live'); // a past instant stands still: nothing to join
    if (!wire || !wire.open) return;
    wire.emit('join', { scope, lang, stage, instance: snapshot.instance, seq: snapshot.seq, frame: movers.frame, panels });
    joined = true;
    cockpit.emit('joined');
  }

  function resync() {
    cockpit.measure.resync();
    const wait = Math.min(LONGEST_WAIT_MS, attempts++ * 100); // a server that keeps refusing is not hammered
    joined = false;
    turn++;
    clearTimeout(retry);
    retry = setTimeout(join, wait);
  }

  function put(rows, changes) {
    for (const id in changes) {
      if (changes[id] === null) rows.delete(id);
      else rows.set(id, changes[id]);
    }
  }

  const lanes = {
    delta(data) {
      if (data.seq <= situation.seq) return;
      if (data.since > situation.seq) return resync();
      for (const kind of KINDS) put(situation[kind], data[kind] || {});
      if (data.mode) situation.mode = data.mode;
      situation.seq = data.seq;
      cockpit.emit('delta', data);
      wire.emit('ack', { lane: 'delta', n: data.seq });
    },
    frame(data) {
      if (data.frame <= situation.frame) return;
      if (data.since > situation.frame) return resync();
      cockpit.measure.merged(data.frame - Math.max(data.since, situation.frame) - 1);
      situation.frame = data.frame;
      const from = wire;
      cockpit.emit('frame', { ...data, taken: () => from.emit('ack', { lane: 'frame', n: data.frame }) });
    },
    panels(data) {
      if (cockpit.emit('panels', data)) wire.emit('ack', { lane: 'panels', n: data.as_of_ms });
    },
    lookers(data) {
      cockpit.emit('lookers', data);
    },
    beat(data) {
      cockpit.emit('beat', data);
    },
    resync,
  };

  function onEvent(name, data) {
    if (name === 'hello') {
      if (situation.instance !== null && situation.instance !== data.instance) cockpit.measure.resync();
      cockpit.emit('hello', data);
      join();
    } else if (joined && lanes[name]) {
      if (name !== 'resync') {
        attempts = 0;
        setLink('live');
      }
      lanes[name](data);
    }
  }

  function connect() {
    clearTimeout(retry);
    turn++;
    joined = false;
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const scope = encodeURIComponent(cockpit.page.scope);
    const mine = cockpit.wire.open(scheme + '//' + location.host + '/socket.io/?EIO=4&transport=websocket&scope=' + scope, {
      onOpen: () => cockpit.emit('wire', mine),
      onEvent: (name, data) => mine === wire && onEvent(name, data),
      onRefused: () => get('/api/v1/snapshot?scope=' + scope).catch(() => {}), // 401 tells why
      onClose: () => mine === wire && fail(),
    });
    wire = mine;
  }

  /** The connection is no good: keep the last picture, say so, try again a little later each time. */
  function fail() {
    turn++;
    joined = false;
    const old = wire;
    wire = null;
    if (old) old.close();
    if (link.state === 'signed_out') return;
    setLink('lost');
    clearTimeout(retry);
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempts++);
    retry = setTimeout(connect, wait * (0.5 + Math.random() / 2));
  }

  function check() {
    if (!wire || !wire.open) return;
    const silence = wire.silence();
    if (silence > Math.min(DEAF_MS, wire.patience)) fail();
    else if (joined && silence > QUIET_MS && link.state === 'live') setLink('lost');
  }

  /** Somebody looks again, or the network is back: do not wait for the next try. */
  function wake() {
    if (!cockpit.page || cockpit.page.as_of || link.state === 'signed_out' || document.hidden) return;
    if (wire && wire.silence() < QUIET_MS) return;
    attempts = 0;
    const old = wire;
    wire = null;
    if (old) old.close();
    connect();
  }

  cockpit.on('page', (page) => {
    situation.instance = null;
    setLink('connecting');
    if (page.as_of) join();
    else connect();
  });
  setInterval(check, 500);
  document.addEventListener('visibilitychange', wake);
  window.addEventListener('online', wake);
  window.addEventListener('pageshow', (event) => event.persisted && wake());
})();
