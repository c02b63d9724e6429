/* 待上传: every tap is written down first, then sent, in the order in which it was made, once. */
(function () {
  'use strict';

  const cockpit = window.cockpit, phone = cockpit.phone;
  const FIRST_WAIT_MS = 1000, LONGEST_WAIT_MS = 30000, SEND_MS = 20000, PHOTO_MS = 90000, TAPS_AT_ONCE = 50;
  const SEEN_WITHIN_MS = 8000; // so long what was sent is believed before the server's word is there
  const API = '/api/v1/';

  /** What waits or was refused, as it is on the disk; `sent` is on its way back as a fact. */
  const box = (phone.outbox = { items: [], sent: [], signedOut: false });
  let busy = false, timer = null, failures = 0;

  const csrf = () => decodeURIComponent((/(?:^|; )_csrf_token=([^;]*)/.exec(document.cookie) || [])[1] || '');

  /** Fetch from the API; an answer or an Error. The caller reads its status. */
  phone.call = async function (path, options) {
    const stop = new AbortController();
    const { within, headers, ...rest } = options || {};
    const timer = setTimeout(() => stop.abort(), within || SEND_MS);
    try {
      return await fetch(API + path, {
        credentials: 'same-origin', cache: 'no-store', signal: stop.signal, ...rest,
        headers: { 'X-CSRF-Token': csrf(), 'Accept-Language': phone.lang, ...headers },
      });
    } finally {
      clearTimeout(timer);
    }
  };

  /** Read what an earlier page left; items of another account stay and are told apart. */
  box.load = async function () {
    box.items = await phone.store.all('outbox');
    cockpit.emit('outbox');
  };

  const mine = (item) => !item.account || !phone.state.me || item.account === phone.state.me.account;
  box.waiting = () => box.items.filter((item) => item.state === 'waiting' && mine(item) && !item.quiet);
  box.refused = () => box.items.filter((item) => item.state === 'refused' && mine(item));
  /** Everything that this phone has said and the server has not told back yet, oldest first. */
  box.pending = () => [...box.sent, ...box.items.filter((item) => item.state === 'waiting' && mine(item))];

  /**
   * Write a tap down and send it as soon as can be.
   * @param {{path: string, body: *, ref: Object, label: Array, photos: Blob[]=, query: string=, quiet: boolean=}} tap
   *     `ref` says what it is about, `label` is key and values of the words for it, `quiet` shows nothing
   */
  box.put = async function (tap) {
    const item = {
      state: 'waiting', key: phone.key(), account: phone.state.me ? phone.state.me.account : '', made_ms: Date.now(), photos: [], urls: [], ...tap,
    };
    box.items.push(item);
    cockpit.emit('outbox');
    try {
      item.id = await phone.store.add('outbox', item);
    } catch (error) {
      phone.toast(phone.say('outbox.no_room'), 'bad'); // it is sent all the same, if the page stays open
      item.id = -Date.now();
    }
    box.send();
    return item;
  };

  box.forget = async function (item) {
    box.items = box.items.filter((other) => other !== item);
    await phone.store.drop('outbox', item.id).catch(() => {});
    cockpit.emit('outbox');
  };

  /** Send what waits. One page at a time, whichever holds the lock; whoever asks again while it runs is served by it. */
  box.send = async function () {
    if (busy || box.signedOut) return;
    busy = true;
    clearTimeout(timer);
    try {
      await locked(drain);
    } finally {
      busy = false;
    }
  };

  const locked = (act) => (navigator.locks ? navigator.locks.request('cockpit-outbox', act) : act());

  async function drain() {
    for (;;) {
      const next = box.items.find((item) => item.state === 'waiting' && item.id && mine(item));
      if (!next) break;
      const group = groupOf(next);
      const outcome = await attempt(group);
      if (outcome === 'later') return again();
      failures = 0;
    }
    failures = 0;
  }

  /** Taps of one evacuation that follow each other go together. */
  function groupOf(first) {
    if (first.ref.kind !== 'tap') return [first];
    const group = [];
    for (const item of box.items) {
      if (item.state !== 'waiting' || !mine(item) || !item.id) continue;
      if (item.path !== first.path || group.length === TAPS_AT_ONCE) break;
      group.push(item);
    }
    return group;
  }

  function again() {
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++);
    timer = setTimeout(box.send, wait * (0.75 + Math.random() / 2));
    cockpit.emit('outbox');
  }

  async function attempt(group) {
    const [first] = group;
    let answer;
    try {
      for (const item of group) await bring(item);
      const isTap = first.ref.kind === 'tap'; // each tap has an id of its own, and a second try may bring more of them
      const headers = { 'Content-Type': 'application/json', ...(isTap ? {} : { 'Idempotency-Key': first.key }) };
      const body = isTap ? group.map((item) => item.body) : withPhotos(first);
      answer = await phone.call(first.path, { method: 'POST', body: JSON.stringify(body), headers });
    } catch (error) {
      if (error.answer) answer = error.answer;
      else {
        cockpit.emit('doubt');
        return 'later';
      }
    }
    if (answer.status === 401) {
      box.signedOut = true;
      cockpit.emit('signed_out');
      return 'later';
    }
    if (answer.status >= 500 && answer.status !== 507) return 'later';
    if (answer.status === 429) return 'later';
    const told = await answer.json().catch(() => ({}));
    if (await mended(first, told)) return 'again';
    const rejected = new Map((answer.ok && told.rejected ? told.rejected : []).map((r) => [r.index, r.error]));
    const why = refusalOf(answer, told);
    for (const [i, item] of group.entries()) {
      const reason = why || rejected.get(i);
      await (reason ? refuse(item, reason) : done(item));
    }
    return 'done';
  }

  /** What speaks against it, in words; empty if it was taken or holds already. */
  function refusalOf(answer, told) {
    if (answer.ok || /_the_same$/.test(told.rule || '')) return '';
    return told.detail || String(answer.status);
  }

  /** A report whose position lies outside the grid goes to the grid itself, and keeps what the phone measured. */
  async function mended(item, told) {
    const bad = told.rejected && told.rejected[0];
    if (item.ref.kind !== 'report' || !bad || bad.field !== 'lon' || !item.body.lon || !phone.state.me) return false;
    const { lon, lat, ...rest } = item.body;
    item.body = { ...rest, grid_code: phone.state.me.grid_code, gps_lon: lon, gps_lat: lat };
    await phone.store.put('outbox', item);
    return true;
  }

  /** Photos go first; each is kept by its content, so a second try costs nothing. */
  async function bring(item) {
    while (item.urls.length < item.photos.length) {
      const photo = item.photos[item.urls.length];
      const answer = await phone.call('attachments' + (item.query || ''), {
        method: 'POST', body: photo, within: PHOTO_MS, headers: { 'Content-Type': photo.type || 'image/jpeg' },
      });
      if (!answer.ok) {
        const error = new Error('photo');
        error.answer = answer;
        throw error;
      }
      item.urls.push((await answer.json()).url);
      await phone.store.put('outbox', item);
    }
  }

  const withPhotos = (item) => (item.urls.length ? { ...item.body, attachments: item.urls } : item.body);

  async function done(item) {
    box.sent.push({ ...item, photos: [], sent_ms: Date.now() });
    await box.forget(item);
    setTimeout(() => {
      box.sent = box.sent.filter((sent) => Date.now() - sent.sent_ms < SEEN_WITHIN_MS);
      cockpit.emit('outbox');
    }, SEEN_WITHIN_MS + 100);
  }

  async function refuse(item, why) {
    if (item.quiet) return box.forget(item); // nobody tapped it: what the order says now is told by the order
    item.state = 'refused';
    item.why = why;
    await phone.store.put('outbox', { ...item, photos: [] }).catch(() => {});
    await phone.store.note({ at: Date.now(), key: 'note.refused', values: { what: phone.say(...item.label), why } });
    phone.toast(phone.say('note.refused', { what: phone.say(...item.label), why }), 'bad');
    cockpit.emit('outbox');
  }

  window.addEventListener('online', () => {
    failures = 0;
    box.send();
  });
  document.addEventListener('visibilitychange', () => document.hidden || box.send());
})();
