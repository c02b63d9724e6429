/* 领导下钻: every step is an address. Links and chart points go there without loading the page anew. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const leader = (cockpit.leader = cockpit.leader || {});
  const PATH = '/leader', LOOK_EVERY_MS = 5000, LATE_AFTER_MS = 75000, DEAD_AFTER_MS = 300000, SLOW_MS = 150;
  const TYPING = new Set(['INPUT', 'TEXTAREA', 'SELECT']);
  const root = () => document.getElementById('leader');
  const frame = () => document.getElementById('leader-frame');
  let waiting = 0, target = '';

  /** Open an address of this page as a step that "back" takes back. */
  leader.go = function (href) {
    if (!href) return;
    const [path, hash] = href.split('#');
    target = hash || '';
    if (path === location.pathname + location.search) return;
    history.pushState({}, '', path);
    mark();
    window.dispatchEvent(new CustomEvent('_dashprivate_pushstate'));
  };

  // what is on the screen stays there, dimmed, until the next step has come
  function mark() {
    clearTimeout(waiting);
    waiting = setTimeout(() => { if (frame()) frame().classList.add('loading'); }, SLOW_MS);
  }

  function arrived() {
    clearTimeout(waiting);
    if (!target) return;
    const at = document.getElementById(target);
    target = '';
    if (at) at.scrollIntoView({ block: 'nearest' });
  }

  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest && event.target.closest('#leader a');
    const href = link && link.getAttribute('href');
    if (!href || link.target || !(href === PATH || href.startsWith(PATH + '?'))) return;
    event.preventDefault();
    leader.go(href);
  });

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.id !== 'leader-custom') return;
    event.preventDefault();
    const offset = form.dataset.offset.replace(/(\d\d)$/, ':$1');
    const value = (name) => document.getElementById('leader-' + name).value;
    if (!value('from') || !value('to')) return;
    const end = new Date(value('to') + 'T00:00:00Z');
    end.setUTCDate(end.getUTCDate() + 1); // the last day is in it
    const time = (day) => encodeURIComponent(day + 'T00:00:00' + offset);
    leader.go(form.dataset.href.replace('FROM', time(value('from'))).replace('TO', time(end.toISOString().slice(0, 10))));
  });

  document.addEventListener('keydown', (event) => {
    if (!root() || TYPING.has(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
    const open = document.querySelector('#leader details[open]');
    if (event.key === 'Escape' && open) return void (open.open = false);
    const id = { Escape: 'leader-close', u: 'leader-up', U: 'leader-up' }[event.key];
    const link = id && document.getElementById(id);
    if (link) { event.preventDefault(); leader.go(link.getAttribute('href')); }
  });

  const heard = new WeakSet();
  function listen() {
    for (const plot of document.querySelectorAll('#leader .js-plotly-plot')) {
      if (heard.has(plot) || !plot.on) continue;
      heard.add(plot);
      plot.on('plotly_click', (told) => {
        const point = told.points[0];
        leader.go(Array.isArray(point.customdata) ? point.customdata[0] : point.customdata);
      });
    }
  }

  // figures that were not read anew for two turns say so
  function age() {
    const badge = document.getElementById('leader-asof');
    if (!badge || badge.dataset.live !== 'true') return;
    const ms = Date.now() - Number(badge.dataset.asOfMs);
    const state = ms > DEAD_AFTER_MS ? 'dead' : ms > LATE_AFTER_MS ? 'late' : 'fresh';
    if (badge.dataset.trust === state) return;
    badge.dataset.trust = state;
    badge.title = state === 'fresh' ? '' : badge.dataset.stale;
  }

  let drawn = null;
  function look() {
    if (!root()) return;
    if (frame() !== drawn) { drawn = frame(); arrived(); }
    listen();
    if (leader.draw) leader.draw();
    if (leader.tint) leader.tint();
  }

  window.addEventListener('popstate', () => { if (root()) mark(); });
  setInterval(age, LOOK_EVERY_MS);
  const watch = () => new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  if (document.body) watch();
  else document.addEventListener('DOMContentLoaded', watch);
})();
