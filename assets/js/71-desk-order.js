/* 最可能超时: another order of the queue, by the forecast of each open event; `?order=likely` in the address, key Shift+F.
   Where nothing was learned the plain rule orders, and one line says so. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);
  const PARAM = 'order', LIKELY = 'likely', EVERY_MS = 30000, MOST = 1000;
  const BEHIND = 1e15; // what nothing is forecast of follows, in the usual order
  let on = false, known = new Map(), why = '', failed = false, answered = false, asked = 0, timer = 0;

  desk.isLikely = () => on;
  /** The place of an event among the forecasts; of all else its usual key, behind them. */
  desk.likelyKey = (id, usual) => (known.has(id) ? known.get(id).place : BEHIND + usual);
  /** What a row says of an event's forecast; null where the order is the usual one or nothing is forecast. */
  desk.forecastOf = function (id) {
    const found = on ? known.get(id) : undefined;
    if (!found) return null;
    const n = Math.round(100 * (found.probability === null ? found.used || 0 : found.probability));
    return { words: text(found.probability === null ? 'queue.used' : 'queue.chance', { n }), reason: found.reason };
  };

  /** In what order the list is, in the words of its head. */
  function order() {
    if (!on || (failed && !known.size)) return text('queue.sub');
    return text(!answered ? 'queue.likely_waits' : why ? 'queue.by_used' : 'queue.by_chance');
  }

  function tell() {
    const button = byId('queue-order'), line = byId('queue-order-said');
    if (!button) return;
    button.setAttribute('aria-pressed', String(on));
    cockpit.write(byId('queue-order-words'), order());
    line.hidden = !on || !(why || failed);
    cockpit.write(line, line.hidden ? '' : text('queue.likely_' + (failed ? 'failed' : why)));
  }

  async function read() {
    clearTimeout(timer);
    if (!on || !desk.here()) return;
    const mine = ++asked, first = !answered;
    const query = new URLSearchParams({ limit: MOST, scope: cockpit.page.scope || '' });
    const { status, body } = await desk.ask('forecast/events?' + query);
    if (mine !== asked || !on) return;
    failed = status !== 200;
    if (!failed) {
      answered = true;
      why = body.why || '';
      known = new Map(body.items.map((item, place) => [item.event_id, { ...item, place }]));
    }
    tell();
    cockpit.emit('desk-likely', { turned: first && answered });
    timer = setTimeout(read, EVERY_MS);
  }

  /** What was asked of another page or before is forgotten; an answer that is still on its way is not taken. */
  function start(to) {
    clearTimeout(timer);
    asked++;
    [on, known, why, failed, answered] = [to, new Map(), '', false, false];
    tell();
    read();
  }

  function turn(to) {
    if (on === to) return;
    start(to);
    if (!on) cockpit.emit('desk-likely', { turned: true });
  }

  desk.toggleOrder = function () {
    cockpit.address.put(PARAM, on ? '' : LIKELY, '');
    turn(!on);
  };

  const addressed = () => cockpit.address.get(PARAM) === LIKELY;
  cockpit.on('page', () => desk.here() && start(addressed()));
  cockpit.on('desk-address', () => desk.here() && turn(addressed()));
  document.addEventListener('click', (event) => {
    if (desk.here() && event.target.closest && event.target.closest('#queue-order')) desk.toggleOrder();
  });
})();
