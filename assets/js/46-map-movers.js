/* 动态: everybody who moves, as columns; a fix is a glide from where the mark is to where the subject was last heard of. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map;

  const LONGEST_GLIDE_MS = 1000;
  const JUMP_MPS = 40; // faster than that is no walk and no drive: drawn at once
  const EARTH_M = 40075016.686;
  // cockpit/situation/wire.py: i32 west, i32 south, u32 step in 1e-6 degrees; then u32 row | age << 24, u24 east, u24 north
  const HEAD = 12, PACKED = 10;
  const GONE = 0xffffff; // so far east: no longer in our scope
  const AGES_MS = [60000, 300000, 900000];

  let room = 0;
  /**
   * One entry a row of the server. `x`, `y`: where it is drawn now (world, 0…1); `fx`, `fy` → `tx`, `ty`: its glide, from
   * `start` for `time` ms; `seen`: when the fix was taken (server's ms); `shade`: 0 fresh … 3 old; `here`: whether known.
   */
  const movers = (cockpit.movers = { count: 0, glides: 0, fastest: 0, ids: [], kinds: [] });

  function make(n) {
    const grown = {
      x: new Float64Array(n), y: new Float64Array(n), fx: new Float64Array(n), fy: new Float64Array(n),
      tx: new Float64Array(n), ty: new Float64Array(n), seen: new Float64Array(n), heard: new Float64Array(n),
      start: new Float64Array(n), time: new Float32Array(n), shade: new Uint8Array(n), kind: new Uint8Array(n),
      here: new Uint8Array(n), gliding: new Uint8Array(n), rows: new Int32Array(n), glide: new Int32Array(n),
    };
    for (const name in grown) {
      if (room) grown[name].set(movers[name]);
      movers[name] = grown[name];
    }
    room = n;
  }
  make(1024);

  function reset() {
    movers.count = movers.glides = 0;
    movers.here.fill(0);
    movers.gliding.fill(0);
    movers.ids = [];
    movers.kinds = [];
  }

  function name(roster) {
    for (const [row, id, kind] of roster || []) {
      if (row >= room) make(Math.max(row + 1, room * 2));
      movers.ids[row] = id;
      let at = movers.kinds.indexOf(kind);
      if (at < 0) at = movers.kinds.push(kind) - 1;
      movers.kind[row] = at;
    }
  }

  function shadeOf(age) {
    return age <= AGES_MS[0] ? 0 : age <= AGES_MS[1] ? 1 : age <= AGES_MS[2] ? 2 : 3;
  }

  /**
   * Take over packed positions that were received at `at_ms`.
   * @param {ArrayBuffer} buf
   * @param {number} at_ms server's clock
   * @param {boolean} still draw them there at once: a first picture, or nobody is looking
   * @param {?Uint16Array} ages seconds, where they are known better than the packed byte
   * @returns {boolean} whether somebody came, went or jumped: that is drawn at once, glides at their own pace
   */
  function take(buf, at_ms, still, ages) {
    const view = new DataView(buf);
    const now = performance.now(), clock = cockpit.now();
    const n = Math.max(0, Math.floor((buf.byteLength - HEAD) / PACKED));
    const [west, south, step] = n ? [view.getInt32(0, true), view.getInt32(4, true), view.getUint32(8, true)] : [];
    let urgent = false;
    for (let i = 0; i < n; i++) {
      const at = HEAD + i * PACKED;
      const head = view.getUint32(at, true);
      const east = view.getUint32(at + 3, true) >>> 8; // the byte before is the age
      const row = head & 0xffffff;
      if (row >= room) make(Math.max(row + 1, room * 2));
      if (east === GONE) {
        drop(row);
        urgent = true;
        continue;
      }
      const lat = (south + (view.getUint32(at + 6, true) >>> 8) * step) / 1e6; // the byte before is the last of east
      const x = ((west + east * step) / 1e6 + 180) / 360, y = map.worldY(lat);
      movers.seen[row] = at_ms - 1000 * (ages ? ages[i] : head >>> 24);
      movers.shade[row] = shadeOf(clock - movers.seen[row]);
      const known = movers.here[row];
      const since = now - movers.heard[row];
      movers.heard[row] = now;
      movers.tx[row] = x;
      movers.ty[row] = y;
      if (!known) {
        movers.here[row] = 1;
        movers.rows[movers.count++] = row;
      }
      const metres = known ? Math.hypot(x - movers.x[row], y - movers.y[row]) * EARTH_M * Math.cos((lat * Math.PI) / 180) : 0;
      if (still || !known || metres * 1000 > JUMP_MPS * since) {
        place(row, x, y);
        urgent = true;
      } else glide(row, now, Math.min(since, LONGEST_GLIDE_MS));
    }
    return urgent;
  }

  function drop(row) {
    if (!movers.here[row]) return;
    movers.here[row] = 0;
    movers.time[row] = 0; // a glide under way ends
    const at = movers.rows.indexOf(row);
    movers.rows[at] = movers.rows[--movers.count];
  }

  function place(row, x, y) {
    movers.x[row] = movers.fx[row] = x;
    movers.y[row] = movers.fy[row] = y;
    movers.time[row] = 0;
  }

  function glide(row, now, time) {
    movers.fx[row] = movers.x[row];
    movers.fy[row] = movers.y[row];
    movers.start[row] = now;
    movers.time[row] = time;
    if (movers.gliding[row]) return;
    movers.gliding[row] = 1;
    movers.glide[movers.glides++] = row;
  }

  /**
   * Move everybody who glides to where they are at `now`; eased, and never past the fix.
   * @param {number} now performance.now()
   * @returns {number} the fastest of them, in world units a ms
   */
  movers.step = function (now) {
    const { x, y, fx, fy, tx, ty, start, time, glide: list, gliding } = movers;
    let left = 0, fastest = 0;
    for (let k = 0; k < movers.glides; k++) {
      const row = list[k];
      const u = time[row] > 0 ? (now - start[row]) / time[row] : 1;
      if (u >= 1) {
        x[row] = tx[row];
        y[row] = ty[row];
        gliding[row] = 0;
        continue;
      }
      const eased = u <= 0 ? 0 : u * (2 - u);
      const dx = tx[row] - fx[row], dy = ty[row] - fy[row];
      x[row] = fx[row] + dx * eased;
      y[row] = fy[row] + dy * eased;
      const speed = (2 * Math.max(Math.abs(dx), Math.abs(dy))) / time[row];
      if (speed > fastest) fastest = speed;
      list[left++] = row;
    }
    movers.glides = left;
    return fastest;
  };

  /** Grow paler with the age of the fix. @returns {boolean} whether anybody did */
  movers.age = function (clock) {
    let changed = false;
    for (let k = 0; k < movers.count; k++) {
      const row = movers.rows[k];
      const shade = shadeOf(clock - movers.seen[row]);
      if (shade === movers.shade[row]) continue;
      movers.shade[row] = shade;
      changed = true;
    }
    return changed;
  };

  cockpit.on('movers', (answer) => {
    reset();
    name(answer.rows.map(([row, id, kind]) => [row, id, answer.kinds[kind]]));
    const ages = answer.ages ? new Uint16Array(Uint8Array.from(atob(answer.ages), (c) => c.charCodeAt(0)).buffer) : null;
    take(answer.buf, answer.at_ms || cockpit.now(), true, ages);
    cockpit.emit('moved', null);
  });
  cockpit.on('frame', (frame) => {
    name(frame.roster);
    const shown = map.leaflet && !document.hidden;
    const urgent = take(frame.buf, frame.at_ms, !shown, null);
    // taken is enough for the next frame to come: a page that is busy drawing takes late, and so slows its server
    frame.taken();
    if (shown) cockpit.emit('moved', { at_ms: frame.at_ms, urgent });
    else cockpit.measure.frame();
  });
})();
