/* 连线: the phone's lane of the push (docs/push.md), and asking over HTTP where no socket can be had. */
(function () {
  'use strict';

  const cockpit = window.cockpit, phone = cockpit.phone;
  const FIRST_WAIT_MS = 500, LONGEST_WAIT_MS = 15000, POLL_MS = 10000, DOUBT_MS = 4000, CHECK_MS = 1000;

  /**
   * `me`: who this is. `mine`: what is theirs, true as of `as_of_ms` of the server. `link`: live, connecting, lost or
   * signed_out; only `live` is the present.
   */
  const state = (phone.state = { me: null, mine: null, as_of_ms: 0, link: 'connecting' });
  let wire = null, retry = null, attempts = 0, offset_ms = 0, polled_ms = 0;

  /** The server's clock. */
  phone.now = () => Date.now() + offset_ms;

  function setLink(link) {
    if (state.link === link) return;
    state.link = link;
    cockpit.emit('phone-link', link);
    if (link === 'live') phone.outbox.send();
  }

  function take(told, at_ms) {
    const before = state.mine;
    state.mine = { attendance: told.attendance, orders: told.orders, events: told.events || {}, evacuations: told.evacuations };
    state.as_of_ms = at_ms;
    phone.store.keep('mine', { mine: state.mine, as_of_ms: at_ms, account: state.me && state.me.account }).catch(() => {});
    cockpit.emit('mine', { before, now: state.mine });
  }

  const deeds = {
    hello(data) {
      offset_ms = data.server_ms - Date.now();
      wire.emit('mine');
    },
    mine(data) {
      attempts = 0;
      take(data, data.at_ms);
      setLink('live');
      wire.emit('ack', { lane: 'mine', n: data.seq });
    },
  };

  function connect() {
    clearTimeout(retry);
    if (state.link === 'signed_out') return;
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const own = cockpit.wire.open(scheme + '//' + location.host + '/socket.io/?EIO=4&transport=websocket', {
      onOpen: () => {},
      onEvent: (name, data) => own === wire && deeds[name] && deeds[name](data),
      onRefused: () => {},
      onClose: () => own === wire && fail(),
    });
    wire = own;
  }

  function fail() {
    const old = wire;
    wire = null;
    if (old) old.close();
    if (state.link === 'signed_out') return;
    setLink('lost');
    clearTimeout(retry);
    retry = setTimeout(connect, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempts++) * (0.5 + Math.random() / 2));
  }

  /** A full server refuses sockets and still answers: then what is ours is asked for, which is the present too. */
  async function poll() {
    if (state.link === 'signed_out' || document.hidden || (wire && wire.open) || !navigator.onLine) return;
    if (attempts < 2 || Date.now() - polled_ms < POLL_MS) return;
    polled_ms = Date.now();
    try {
      const answer = await phone.call('mine');
      if (answer.status === 401) return signedOut();
      if (!answer.ok) return;
      const told = await answer.json();
      take(told, Date.parse(told.as_of));
      setLink('live');
    } catch {
      setLink('lost');
    }
  }

  /** Something went wrong elsewhere: ask the other end whether it is still there, instead of waiting for silence. */
  function doubt() {
    const asked = wire;
    if (!asked || !asked.open) return setLink('lost');
    const late = setTimeout(() => asked === wire && fail(), DOUBT_MS);
    asked.emit('clock', undefined, () => clearTimeout(late));
  }

  function check() {
    if (wire && wire.open && wire.silence() > wire.patience) fail();
    poll();
  }

  function wake() {
    if (document.hidden || state.link === 'signed_out') return;
    if (wire && wire.open) return doubt();
    attempts = 0;
    const old = wire;
    wire = null;
    if (old) old.close();
    connect();
  }

  function signedOut() {
    setLink('signed_out');
    const old = wire;
    wire = null;
    if (old) old.close();
  }

  /** Who this is; what an earlier page knew until the server answers. */
  async function identify() {
    const known = await phone.store.find('me').catch(() => null);
    if (known && !state.me) know(known);
    try {
      const answer = await phone.call('me');
      if (answer.status === 401) return signedOut();
      if (!answer.ok) return;
      const me = await answer.json();
      if (known && known.account !== me.account) state.mine = null; // somebody else's orders are not shown
      know(me);
      await phone.store.keep('me', me);
    } catch {
      setTimeout(identify, 5000);
    }
  }

  function know(me) {
    state.me = me;
    phone.tz = me.tz;
    cockpit.emit('me', me);
  }

  phone.start = async function () {
    await phone.outbox.load();
    const kept = await phone.store.find('mine').catch(() => null);
    await Promise.race([identify(), new Promise((resolve) => setTimeout(resolve, 1500))]);
    if (kept && !state.mine && state.me && kept.account === state.me.account) {
      state.mine = kept.mine; // as of then, and said so: the link is not live
      state.as_of_ms = kept.as_of_ms;
      cockpit.emit('mine', { before: kept.mine, now: kept.mine });
    }
    connect();
    setInterval(check, CHECK_MS);
  };
  phone.identify = identify;

  cockpit.on('doubt', doubt);
  cockpit.on('signed_out', signedOut);
  document.addEventListener('visibilitychange', wake);
  window.addEventListener('online', wake);
  window.addEventListener('offline', () => {
    fail();
    cockpit.emit('outbox');
  });
})();
