/* Everything that changes with time alone: clock, countdowns, ages, and whether a figure is still to be believed. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  // the figures' period is one second; a busy server may be half a second late
  const PERIOD_MS = 1500, FRESH = 2, LATE = 10;
  const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
  const RANK = { fresh: 0, waiting: 1, late: 2, dead: 3 };
  const OF_FEED = { live: 'fresh', unknown: 'fresh', stale: 'late', lost: 'dead' };

  const two = (n) => String(n).padStart(2, '0');
  const every = (selector) => document.querySelectorAll(selector);
  const text = (key, values) => cockpit.text(key, values);

  /** React owns the text node: change what it says, never replace it. */
  function write(element, words) {
    const node = element.firstChild;
    if (node && node.nodeType === Node.TEXT_NODE) {
      if (node.data !== words) node.data = words;
    } else {
      element.appendChild(document.createTextNode(words));
    }
  }
  cockpit.write = write;

  function set(element, name, value) {
    if (element.dataset[name] !== value) element.dataset[name] = value;
  }

  /** `00:42:18`; from two days on `3 天 04:12`. */
  function clockOf(seconds) {
    const h = Math.floor(seconds / 3600), m = Math.floor(seconds / 60) % 60, s = seconds % 60;
    if (h < 48) return two(h) + ':' + two(m) + ':' + two(s);
    return text('age.days_clock', { n: Math.floor(h / 24), clock: two(h % 24) + ':' + two(m) });
  }

  /** `3 秒`, `4 分`, `2 小时`, `5 天`. */
  function ageOf(seconds) {
    const n = Math.max(0, Math.floor(seconds));
    if (n < 60) return text('age.seconds', { n });
    if (n < 3600) return text('age.minutes', { n: Math.floor(n / 60) });
    if (n < 48 * 3600) return text('age.hours', { n: Math.floor(n / 3600) });
    return text('age.days', { n: Math.floor(n / 86400) });
  }
  cockpit.ageOf = ageOf;
  cockpit.clockOf = clockOf;

  let formatter = null;
  function localParts(ms) {
    const stage = document.getElementById('stage');
    const tz = (stage && stage.dataset.tz) || 'Asia/Shanghai';
    if (!formatter || formatter.tz !== tz) {
      const options = { timeZone: tz, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
        hour: '2-digit', minute: '2-digit', second: '2-digit' };
      formatter = { tz, format: new Intl.DateTimeFormat('en-GB', options) };
    }
    const parts = Object.fromEntries(formatter.format.formatToParts(new Date(ms)).map((p) => [p.type, p.value]));
    return parts;
  }
  cockpit.localParts = localParts;

  function tickClock(now) {
    const p = localParts(now);
    const day = new Date(Date.UTC(+p.year, +p.month - 1, +p.day)).getUTCDay();
    const words = {
      minutes: p.hour + ':' + p.minute,
      seconds: ':' + p.second,
      time: p.hour + ':' + p.minute + ':' + p.second,
      date: p.year + '-' + p.month + '-' + p.day,
      weekday: text('weekday.' + WEEKDAYS[day]),
    };
    for (const element of every('[data-clock]')) write(element, words[element.dataset.clock]);
  }

  function tickCountdowns(now) {
    for (const element of every('[data-deadline-ms]')) {
      const left = Number(element.dataset.deadlineMs) - now;
      const over = left < 0;
      set(element, 'over', over ? 'true' : 'false');
      write(element.firstElementChild, text(over ? 'countdown.over' : 'countdown.left'));
      write(element.lastElementChild, clockOf(Math.floor(Math.abs(left) / 1000)));
    }
  }

  function tickAges(now) {
    for (const element of every('[data-since-ms]')) {
      if (!element.dataset.sinceMs) continue;
      const seconds = Math.max(0, (now - Number(element.dataset.sinceMs)) / 1000);
      const kind = element.dataset.since;
      if (kind === 'elapsed') write(element, clockOf(Math.floor(seconds)));
      else if (kind === 'lost') write(element, text('trust.lost', { age: ageOf(seconds) }));
      else if (kind === 'link') write(element, text('link.since', { age: ageOf(seconds) }));
      else write(element, ageOf(seconds));
    }
  }

  /** How far our own figures may be believed: by their age on the server's clock. */
  function pushTrust(now, asOf) {
    if (cockpit.page && cockpit.page.as_of) return 'fresh'; // a past instant does not age
    if (!asOf) return 'waiting';
    const age = now - asOf;
    return age <= FRESH * PERIOD_MS ? 'fresh' : age <= LATE * PERIOD_MS ? 'late' : 'dead';
  }

  function feedStates() {
    const states = {};
    for (const element of every('[data-feed]')) {
      const age = element.querySelector('[data-since-ms]');
      states[element.dataset.feed] = {
        trust: OF_FEED[element.dataset.status] || 'fresh',
        since: age ? Number(age.dataset.sinceMs) : 0,
        unknown: element.dataset.status === 'unknown',
        sources: (element.dataset.sources || '').split(' '),
        title: element.firstElementChild ? element.firstElementChild.textContent : '',
      };
    }
    return states;
  }

  cockpit.feedStates = feedStates;

  /** A panel takes the worst state of the feeds it depends on, or that of the push if it is worse. */
  function tickBadges(now) {
    const asOf = cockpit.page && cockpit.page.as_of ? now : cockpit.asOf();
    const push = pushTrust(now, asOf);
    const feeds = feedStates();
    const p = asOf ? localParts(asOf) : null;
    const time = p ? p.hour + ':' + p.minute + ':' + p.second : text('countdown.loading');
    const shared = document.querySelector('[data-asof][data-feeds]:not([data-feeds=""])');
    for (const badge of every('[data-asof]')) {
      const named = badge.dataset.feeds || (shared ? shared.dataset.feeds : '');
      const all = named.split(' ').map((name) => feeds[name]).filter(Boolean);
      const mine = all.filter((feed) => !feed.unknown);
      const worst = mine.reduce((a, b) => (a && RANK[a.trust] >= RANK[b.trust] ? a : b), null);
      const best = mine.reduce((a, b) => (a && RANK[a.trust] <= RANK[b.trust] ? a : b), null);
      let trust = push, words = time, about = text('trust.as_of');
      if (push === 'late') words = ageOf((now - asOf) / 1000);
      else if (push === 'dead') words = text('trust.lost', { age: ageOf((now - asOf) / 1000) });
      else if (push === 'fresh' && all.length && !mine.length) [trust, words] = ['waiting', text('value.unknown')];
      else if (push === 'fresh' && worst && worst.trust !== 'fresh') {
        trust = worst.trust;
        about = worst.title + ' · ' + time;
        const age = ageOf((now - worst.since) / 1000);
        // which of several feeds it is, must be said; a panel of one feed says it in its title
        words = (mine.length > 1 ? worst.title + ' ' : '') + (trust === 'dead' ? text('trust.lost', { age }) : age);
      }
      set(badge, 'trust', trust);
      if (badge.title !== about) badge.title = about;
      write(badge.lastElementChild, words);
      const panel = badge.closest('.panel');
      // rows fade only when nothing of what they show is still coming in
      if (panel) set(panel, 'trust', push === 'fresh' && best ? best.trust : push);
    }
  }

  function tick(now) {
    if (!document.getElementById('stage')) return;
    tickClock(now);
    tickCountdowns(now);
    tickAges(now);
    tickBadges(now);
  }

  cockpit.tickNow = () => tick(cockpit.now());
  cockpit.on('tick', (now) => {
    tick(now);
    if (cockpit.map) cockpit.map.join();
  });
  cockpit.on('page', cockpit.tickNow);

  cockpit.on('link', (link) => {
    const stage = document.getElementById('stage'), bar = document.getElementById('link-bar');
    if (!stage || !bar) return;
    // the first connecting is loading, not an interruption
    if (link.state === 'connecting' && stage.dataset.link === 'waiting') return;
    stage.dataset.link = link.state === 'connecting' ? 'lost' : link.state;
    const out = link.state === 'signed_out';
    write(bar.querySelector('.words'), text(out ? 'signin.ended' : 'link.lost'));
    const since = bar.querySelector('[data-since]');
    since.dataset.sinceMs = out || link.state === 'live' ? '' : String(link.since_ms);
    if (out || link.state === 'live') write(since, '');
    cockpit.tickNow();
  });
})();
