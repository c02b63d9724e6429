/* 定位: where this phone is, shared only while its owner is on duty, and no more often than is of use. */
(function () {
  'use strict';

  const cockpit = window.cockpit, phone = cockpit.phone;
  /** With an order under way somebody waits for the person; else the battery comes first. */
  const UNDER_WAY = { every_ms: 10000, moved_m: 10, precise: true };
  const ON_PATROL = { every_ms: 30000, moved_m: 25, precise: false };
  const STANDING_MS = 120000; // on the same spot: a word now and then, so that nobody looks lost
  const FRESH_MS = 120000, LONGEST_MS = 15000;

  /** `off`: not asked for; `waiting`, `on`, `refused` (by the person or the phone), `none` (it has none). */
  const where = (phone.where = { state: 'off', sent_ms: 0 });
  let last = null, sent = null, watch = null, pace = null, battery = null;

  if (navigator.getBattery) navigator.getBattery().then((told) => (battery = told), () => {});

  /** Metres between two places, straight. */
  where.metres = function (a, b) {
    const rad = Math.PI / 180, x = (b.lon - a.lon) * Math.cos(((a.lat + b.lat) / 2) * rad), y = b.lat - a.lat;
    return Math.hypot(x, y) * 111320;
  };

  /** The newest fix if it is still where the person is, else null. */
  where.last = () => (last && Date.now() - last.at_ms < FRESH_MS ? last : null);
  where.known = () => last;

  function take(told) {
    const c = told.coords;
    last = {
      lon: c.longitude, lat: c.latitude, accuracy_m: Math.round(c.accuracy), at_ms: Math.min(told.timestamp, Date.now()),
      speed_mps: c.speed, heading_deg: Number.isFinite(c.heading) ? c.heading : null,
    };
    where.state = 'on';
    share();
    cockpit.emit('where', last);
  }

  function failed(error) {
    where.state = error.code === error.PERMISSION_DENIED ? 'refused' : last ? 'on' : 'waiting';
    cockpit.emit('where', last);
  }

  /** Ask once, for a report. Resolves to a fix or null. */
  where.ask = function () {
    if (!navigator.geolocation) return Promise.resolve(null);
    return new Promise((resolve) =>
      navigator.geolocation.getCurrentPosition(
        (told) => {
          take(told);
          resolve(last);
        },
        (error) => {
          failed(error);
          resolve(null);
        },
        { enableHighAccuracy: true, timeout: LONGEST_MS, maximumAge: 5000 }));
  };

  const isOnDuty = () => Boolean(phone.state.mine && phone.state.mine.attendance && phone.state.mine.attendance[0]);

  /** Start, stop or change the pace, whatever the person's duty and orders ask for. */
  function follow() {
    const wanted = !isOnDuty() ? null : phone.orders.open().some((o) => !o.isSilent) ? UNDER_WAY : ON_PATROL;
    if (wanted === pace) return;
    pace = wanted;
    if (watch !== null) navigator.geolocation.clearWatch(watch);
    watch = null;
    if (!wanted) {
      where.state = 'off';
    } else if (!navigator.geolocation) {
      where.state = 'none';
    } else {
      where.state = last ? 'on' : 'waiting';
      watch = navigator.geolocation.watchPosition(take, failed, { enableHighAccuracy: wanted.precise, maximumAge: 10000, timeout: 60000 });
    }
    cockpit.emit('where', last);
  }

  /** Only the newest counts, so nothing is queued: without a connection the next fix goes instead. */
  async function share() {
    if (!pace || !isOnDuty() || !phone.state.me || !last) return;
    const since = Date.now() - where.sent_ms;
    const moved = !sent || where.metres(sent, last) >= pace.moved_m;
    if (since < (moved ? pace.every_ms : STANDING_MS)) return;
    const fix = last, before = where.sent_ms;
    where.sent_ms = Date.now();
    try {
      const answer = await phone.call('feeds/positions', {
        method: 'POST', headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          subject_id: phone.state.me.subject_id, kind: 'gridworker', lon: fix.lon, lat: fix.lat, at: new Date(fix.at_ms).toISOString(),
          accuracy_m: fix.accuracy_m,
          ...(fix.speed_mps !== null && fix.speed_mps >= 0 ? { speed_mps: fix.speed_mps } : {}),
          ...(fix.heading_deg === null ? {} : { heading_deg: fix.heading_deg }),
          ...(battery ? { battery: Math.round(battery.level * 100) } : {}),
        }),
      });
      if (answer.ok) sent = fix;
    } catch {
      where.sent_ms = before;
    }
  }

  cockpit.on('mine', follow);
  cockpit.on('outbox', follow);
  setInterval(share, 5000);
})();
