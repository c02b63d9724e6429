/* 新旧: what a lost feed does to the layers that show it, and the row of feeds, which opens as a list where it is too long. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const byId = (id) => document.getElementById(id);
  const text = (key, values) => cockpit.text(key, values);

  let told = '{}', fitted = '';

  function set(element, name, value) {
    if (element.dataset[name] !== value) element.dataset[name] = value;
  }

  /** The feeds that something which depends on `names` is brought by; what was never heard of says nothing. */
  function bringing(feeds, names) {
    return Object.values(feeds).filter((feed) => !feed.unknown && (names.includes(feed.name) || feed.sources.some((name) => names.includes(name))));
  }

  /** `live`, `part` while some of its feeds are lost, `lost` when nothing is coming in any more. */
  function mark(button, feeds, now) {
    const mine = bringing(feeds, button.dataset.layerFeeds.split(' ')), gone = mine.filter((feed) => feed.trust === 'dead');
    const state = !gone.length ? 'live' : gone.length < mine.length ? 'part' : 'lost';
    set(button, 'trust', state);
    let reason = '', title = '';
    if (state === 'lost') {
      const last = gone.reduce((a, b) => (a.since >= b.since ? a : b)), age = cockpit.ageOf((now - last.since) / 1000);
      reason = text('layer.lost', { age });
      title = text('layer.lost_title', { name: gone.map((feed) => feed.title).join(' · '), age });
    } else if (state === 'part') title = text('layer.part_title', { names: gone.map((feed) => feed.title).join(' · ') });
    set(button, 'reason', reason);
    if (button.title !== title) button.title = title;
    return state;
  }

  function layers(now) {
    const feeds = cockpit.feedStates(), lost = {};
    for (const name in feeds) feeds[name].name = name;
    for (const button of document.querySelectorAll('#layers [data-layer-feeds]')) {
      if (!button.dataset.layerFeeds) continue;
      if (mark(button, feeds, now) === 'lost') lost[button.dataset.layer] = true;
    }
    const sources = Object.keys(feeds).filter((name) => feeds[name].trust === 'dead');
    const saying = JSON.stringify([lost, sources]);
    if (saying === told) return;
    told = saying;
    cockpit.emit('lost', { layers: lost, sources: new Set(sources) });
  }

  /** How many do not fit into the row; they are there all the same, a line below it. */
  function left(box) {
    const top = box.firstElementChild ? box.firstElementChild.offsetTop : 0;
    return [...box.children].filter((feed) => feed.offsetTop > top + 4).length;
  }

  function open(wanted) {
    const box = byId('feeds'), more = byId('feeds-more');
    set(box, 'open', wanted ? 'true' : 'false');
    more.setAttribute('aria-expanded', wanted ? 'true' : 'false');
    fitted = '';
    fit();
  }

  function fit() {
    const box = byId('feeds'), more = byId('feeds-more'), stage = byId('stage');
    if (!box || !more) return;
    const listed = box.dataset.open === 'true';
    // measured only when something that takes room has changed
    const room = [listed, stage.dataset.mode, stage.style.width, ...[...box.children].map((feed) => feed.textContent.length)].join();
    if (room === fitted) return;
    fitted = room;
    if (listed) return void cockpit.write(more, text('feeds.close'));
    more.hidden = true;
    if (!left(box)) return;
    more.hidden = false; // which takes room itself
    cockpit.write(more, text('feeds.more', { n: left(box) }));
    more.title = text('feeds.all');
    const worst = [...box.children].slice(-left(box)).map((feed) => feed.dataset.status);
    set(more, 'status', ['lost', 'stale'].find((status) => worst.includes(status)) || 'live');
  }

  document.addEventListener('click', (event) => {
    const target = event.target.closest ? event.target : null, box = byId('feeds');
    if (!target || !box || !byId('feeds-more')) return;
    if (target.closest('#feeds-more')) open(box.dataset.open !== 'true');
    else if (box.dataset.open === 'true' && !target.closest('#feeds')) open(false);
  });
  document.addEventListener('keydown', (event) => {
    const box = byId('feeds');
    if (event.key !== 'Escape' || !box || box.dataset.open !== 'true') return;
    open(false);
    byId('feeds-more').focus();
  });

  cockpit.on('page', () => (told = fitted = ''));
  cockpit.on('tick', (now) => {
    if (!byId('stage') || (cockpit.page && cockpit.page.as_of)) return;
    layers(now);
    fit();
  });
})();
