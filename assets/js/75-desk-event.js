/* The chosen event in full: read once, and again whenever a delta says that it has changed. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});

  const PATIENCE_MS = 15000;
  const WALKING_MS = 140; // who walks through the list does not read every event on the way
  const SOON_MS = 40; // several deltas of one burst are one reading

  /** `state`: idle, loading, ready, failed or gone; `detail`: what `GET events/{id}` said; `at`: when, server's ms. */
  const event = (desk.event = { id: null, state: 'idle', detail: null, reason: '', at: 0 });
  let stop = null, timer = null, again = false;

  const tell = () => cockpit.emit('desk-event', event);

  function headers() {
    const csrf = cockpit.page.root.dataset.csrf;
    return csrf ? { 'X-CSRF-Token': csrf } : {};
  }

  /**
   * Ask the API, as this page's session.
   * @param {string} path below `/api/v1/`
   * @param {{method?: string, body?: Object, key?: string, signal?: AbortSignal, keepalive?: boolean}} how
   * @returns {Promise<{status: number, body: Object}>} status 0: no answer at all
   */
  desk.ask = async function (path, how = {}) {
    const sent = { ...headers() };
    if (how.body) sent['Content-Type'] = 'application/json';
    if (how.key) sent['Idempotency-Key'] = how.key;
    const query = (path.includes('?') ? '&' : '?') + 'lang=' + encodeURIComponent(cockpit.lang);
    try {
      const answer = await fetch('/api/v1/' + path + query, {
        method: how.method || 'GET', credentials: 'same-origin', cache: 'no-store', headers: sent,
        body: how.body ? JSON.stringify(how.body) : undefined, signal: how.signal, keepalive: Boolean(how.keepalive),
      });
      const body = await answer.json().catch(() => ({}));
      return { status: answer.status, body };
    } catch (error) {
      return { status: 0, body: { detail: cockpit.text('drawer.no_answer') } };
    }
  };
  /** An id as a part of a path. */
  desk.pathOf = (id) => 'events/' + encodeURIComponent(id).replace(/%3A/g, ':');

  async function read(id) {
    if (stop) stop.abort();
    const mine = (stop = new AbortController());
    again = false;
    const late = setTimeout(() => mine.abort(), PATIENCE_MS);
    const { status, body } = await desk.ask(desk.pathOf(id), { signal: mine.signal });
    clearTimeout(late);
    if (mine !== stop || id !== event.id) return; // another one was chosen meanwhile
    stop = null;
    if (status === 200) Object.assign(event, { state: 'ready', detail: body, reason: '', at: Date.parse(body.as_of) || cockpit.now() });
    else if (status === 404) Object.assign(event, { state: 'gone', detail: null, reason: '' });
    else Object.assign(event, { state: event.detail ? 'ready' : 'failed', reason: body.detail || String(status) });
    tell();
    if (again) soon();
  }

  function soon(wait = SOON_MS) {
    clearTimeout(timer);
    timer = setTimeout(() => event.id && read(event.id), wait);
  }
  /** Read the chosen event anew. */
  desk.reread = () => {
    if (!event.id || desk.isAlarm(event.id)) return;
    if (stop) again = true;
    else soon();
  };

  cockpit.on('desk-choice', ({ id, from }) => {
    if (stop) stop.abort();
    stop = null;
    clearTimeout(timer);
    const alarm = Boolean(id) && desk.isAlarm(id);
    Object.assign(event, { id, detail: null, reason: '', state: !id ? 'idle' : alarm ? 'ready' : 'loading' });
    tell();
    if (id && !alarm) soon(from === 'keys' ? WALKING_MS : 0);
  });
  cockpit.on('delta', (delta) => {
    if (!event.id || !delta.events) return;
    const about = event.detail;
    const near = about ? [about.merged_into, about.parent, ...(about.merged || []), ...(about.children || [])] : [];
    if (event.id in delta.events || near.some((id) => id && id in delta.events)) desk.reread();
  });
  cockpit.on('snapshot', () => desk.here() && desk.reread());
  document.addEventListener('click', (click) => {
    const button = click.target.closest && click.target.closest('[data-action="drawer-retry"]');
    if (!button || !event.id) return;
    event.state = event.detail ? 'ready' : 'loading';
    tell();
    soon(0);
  });
})();
