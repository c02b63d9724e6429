/* 轨迹: whose tracks of which day are looked at, read from the API and kept as columns; all of it is in the address. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const tracks = (cockpit.tracks = cockpit.tracks || {});
  const text = (key, values) => cockpit.text(key, values);

  const MOST = 6, LIMIT = 300, DAY_MS = 86400000, TOLERANCE_M = 2;
  const KINDS = (tracks.KINDS = { move: 0, stop: 1, gap: 2, jump: 3 });
  const SPEEDS = (tracks.SPEEDS = [1, 2, 6, 15]); // m/s: standing about, walking, riding, driving, driving fast
  const state = (tracks.state = {
    day: '', chosen: [], focus: '', at: 0, rate: 60, playing: false, listed: null, failed: '', q: '',
    tracks: new Map(), // subject → {status: 'loading' | 'failed' | 'empty' | 'there', …}
  });
  const shown = { points: 0, read_ms: 0, parse_ms: 0, draw_ms: 0, shown_ms: 0 };
  tracks.shown = shown;
  /** What was loaded last and how long its way to the picture took; for tests and probes. */
  tracks.stats = () => ({ ...shown });
  tracks.here = () => Boolean(cockpit.page && cockpit.page.name === 'tracks');
  tracks.h = (type, props, ...children) => ({ type, props: { ...props, children: children.flat().filter((c) => c !== null && c !== undefined && c !== false) } });

  async function ask(path, query) {
    const given = new URLSearchParams({ lang: cockpit.lang, scope: cockpit.page.root.dataset.scope, ...query });
    try {
      const answer = await fetch('/api/v1/' + path + '?' + given, { credentials: 'same-origin', cache: 'no-store' });
      return { status: answer.status, words: await answer.text() };
    } catch (error) {
      return { status: 0, words: '' };
    }
  }

  function whyOf({ status, words }) {
    if (status === 0) return text('drawer.no_answer');
    try {
      return JSON.parse(words).detail || String(status);
    } catch (error) {
      return String(status);
    }
  }

  const two = (n) => String(n).padStart(2, '0');
  const partsOf = (ms) => cockpit.localParts(ms);
  tracks.dayOf = (ms) => { const p = partsOf(ms); return p.year + '-' + two(p.month) + '-' + two(p.day); };
  tracks.today = () => tracks.dayOf(cockpit.now());
  /** Milliseconds of the city's midnight that begins a day. */
  tracks.beginOf = function (day) {
    const guess = Date.parse(day + 'T00:00:00Z'), p = partsOf(guess);
    return guess - (Date.UTC(+p.year, +p.month - 1, +p.day, +p.hour, +p.minute, +p.second) - guess);
  };
  tracks.end = () => Math.min(tracks.beginOf(state.day) + DAY_MS, Math.max(cockpit.now(), tracks.beginOf(state.day) + 60000));
  tracks.clock = function (ms, seconds) {
    const p = partsOf(ms);
    return p.hour + ':' + p.minute + (seconds ? ':' + p.second : '');
  };
  tracks.colourOf = (id) => 'var(--c' + (1 + Math.max(0, state.chosen.indexOf(id)) % 6) + ')';
  tracks.focused = () => state.tracks.get(state.focus);

  function readAddress() {
    const given = new URL(location.href).searchParams;
    const day = given.get('date') || '';
    state.day = /^\d{4}-\d\d-\d\d$/.test(day) && !isNaN(Date.parse(day)) && day <= tracks.today() ? day : tracks.today();
    state.chosen = [...new Set((given.get('subjects') || '').split(',').filter(Boolean))].slice(0, MOST);
    state.focus = state.chosen.includes(given.get('focus')) ? given.get('focus') : state.chosen[0] || '';
    const rate = Number(given.get('rate'));
    if (tracks.RATES.includes(rate)) state.rate = rate;
    const at = /^(\d\d):(\d\d):(\d\d)$/.exec(given.get('at') || '');
    state.at = at ? tracks.beginOf(state.day) + ((+at[1] * 60 + +at[2]) * 60 + +at[3]) * 1000 : 0;
  }

  tracks.writeAddress = function () {
    const address = new URL(location.href), put = (name, value) => (value ? address.searchParams.set(name, value) : address.searchParams.delete(name));
    put('date', state.day === tracks.today() ? '' : state.day);
    put('subjects', state.chosen.join(','));
    put('focus', state.focus === state.chosen[0] ? '' : state.focus);
    put('at', state.at ? tracks.clock(state.at, true) : '');
    put('rate', state.rate === 60 ? '' : String(state.rate));
    history.replaceState(history.state, '', address);
  };

  /** Columns of a track: places on the world's square, times, and for each step what it is and how fast. */
  function columnsOf(body) {
    const lines = body.features.filter((f) => f.properties.times_ms && f.geometry.type === 'LineString');
    const n = lines.reduce((sum, f) => sum + f.geometry.coordinates.length, 0);
    const x = new Float64Array(n), y = new Float64Array(n), t = new Float64Array(n), kind = new Uint8Array(n), speed = new Uint8Array(n), piece = new Int32Array(n);
    let i = 0;
    lines.forEach((feature, number) => {
      const { coordinates } = feature.geometry, times = feature.properties.times_ms, what = KINDS[feature.properties.piece];
      for (let j = 0; j < coordinates.length; j++, i++) {
        x[i] = cockpit.map.worldX(coordinates[j][0]);
        y[i] = cockpit.map.worldY(coordinates[j][1]);
        t[i] = times[j];
        kind[i] = what;
        piece[i] = number;
        if (!j) continue;
        const lat = (coordinates[j][1] * Math.PI) / 180, metres = Math.hypot((coordinates[j][0] - coordinates[j - 1][0]) * Math.cos(lat), coordinates[j][1] - coordinates[j - 1][1]) * 111195;
        const mps = metres / Math.max(0.001, (times[j] - times[j - 1]) / 1000);
        speed[i] = SPEEDS.findIndex((most) => mps < most) & 7; // −1, faster than all, is 7
        if (speed[i] === 7) speed[i] = SPEEDS.length;
      }
    });
    return { n, x, y, t, kind, speed, piece, lines };
  }

  async function load(id) {
    const begin = tracks.beginOf(state.day), key = state.day, asked = performance.now();
    state.tracks.set(id, { status: 'loading', day: key });
    tracks.draw();
    const answer = await ask('tracks/' + encodeURIComponent(id), {
      from: new Date(begin).toISOString(), to: new Date(begin + DAY_MS).toISOString(), tolerance_m: String(TOLERANCE_M), times: 'ms',
    });
    const wanted = state.tracks.get(id);
    if (!wanted || wanted.day !== key) return; // another day was chosen meanwhile
    if (answer.status !== 200) state.tracks.set(id, { status: 'failed', day: key, why: whyOf(answer) });
    else tracks.take(id, answer.words, asked);
    if (!state.at && tracks.focused() && tracks.focused().t) state.at = tracks.focused().t[0];
    tracks.draw();
    if (tracks.fit) tracks.fit();
  }

  /** Take a track over as the API told it. @param {string} words the answer's body */
  tracks.take = function (id, words, asked = performance.now()) {
    const arrived = performance.now(), body = JSON.parse(words), columns = columnsOf(body);
    Object.assign(shown, { points: body.drawn, read_ms: arrived - asked, parse_ms: performance.now() - arrived, arrived, draw_ms: 0, shown_ms: 0 });
    state.tracks.set(id, { status: columns.n || body.features.length ? 'there' : 'empty', day: state.day, body, ...columns });
  };

  tracks.look = function (id) {
    const known = state.tracks.get(id);
    if (!known || known.day !== state.day || known.status === 'failed') load(id);
  };

  /** Add or remove somebody; the newest is in focus. */
  tracks.toggle = function (id) {
    if (state.chosen.includes(id)) {
      state.chosen = state.chosen.filter((other) => other !== id);
      state.tracks.delete(id);
      if (state.focus === id) state.focus = state.chosen[0] || '';
    } else {
      if (state.chosen.length >= MOST) return void tracks.say(text('tracks.most', { n: MOST }));
      state.chosen.push(id);
      state.focus = id;
      tracks.look(id);
    }
    tracks.writeAddress();
    tracks.draw();
    tracks.fit();
  };
  tracks.focusOn = function (id) {
    if (!id || !state.chosen.includes(id)) return;
    state.focus = id;
    tracks.writeAddress();
    tracks.draw();
  };
  tracks.setDay = function (day) {
    if (!day || isNaN(Date.parse(day)) || day === state.day) return tracks.draw();
    Object.assign(state, { day: day > tracks.today() ? tracks.today() : day, at: 0, playing: false });
    state.tracks.clear();
    state.chosen.forEach(tracks.look);
    tracks.writeAddress();
    tracks.draw();
  };

  tracks.list = async function () {
    const q = state.q, answer = await ask('tracks', { q, limit: String(LIMIT) });
    if (q !== state.q) return;
    state.failed = answer.status === 200 ? '' : whyOf(answer);
    if (answer.status === 200) state.listed = JSON.parse(answer.words);
    tracks.draw();
  };
  tracks.itemOf = (id) => ((state.listed && state.listed.items) || []).find((item) => item.subject_id === id);
  tracks.nameOf = function (id) {
    const known = state.tracks.get(id), item = tracks.itemOf(id);
    return (known && known.body && known.body.name) || (item && item.name) || id;
  };
  tracks.draw = () => tracks.here() && cockpit.emit('tracks');

  cockpit.on('page', () => {
    if (!tracks.here()) return;
    readAddress();
    Object.assign(cockpit.map.on, { event: false, gridworker: false, iot: false });
    tracks.list();
    state.chosen.forEach(tracks.look);
    tracks.draw();
  });
})();
