/* 平时 / 战时 as it is told: title, clock and banner turn with the delta, not with the next panels. Says `mode` on the bus. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const byId = (id) => document.getElementById(id);
  let told = ''; // what the page shows now

  const element = (type, props, ...children) => ({ type, props: { ...props, children } });
  const glyph = (name) => element('I', { className: 'g g-' + name, 'aria-hidden': 'true' });

  /** The same tree as layouts/panels/headline.py; a second later the server's own replaces it. */
  function title(mode) {
    const name = mode.title || mode.event_id || cockpit.text('mode.no_focus'), address = mode.address || '';
    return [element('H1', { className: 'incident', title: name + ' ' + address }, glyph('focus'), element('Span', {}, name), element('I', {}, address))];
  }

  function clockOf(ms) {
    const p = cockpit.localParts(ms);
    return p.hour + ':' + p.minute + ':' + p.second;
  }

  function show(mode, first) {
    const war = mode.mode === 'wartime', key = [mode.mode, mode.event_id, mode.at].join();
    if (!byId('stage') || key === told) return;
    told = key;
    const since = mode.reported_at || mode.at;
    const clock = byId('war-clock'), happened = byId('war-happened'), name = byId('war-title'), headline = byId('headline');
    if (clock) clock.dataset.sinceMs = war && since ? String(since) : '';
    if (happened && war && since) cockpit.write(happened, clockOf(since));
    if (name && war) {
      cockpit.write(name, mode.title || mode.event_id || cockpit.text('mode.no_focus'));
      name.title = [mode.title, mode.address, mode.note].filter(Boolean).join(' · ');
    }
    if (headline && war) cockpit.patch(headline, title(mode));
    if (cockpit.tickNow) cockpit.tickNow();
    cockpit.emit('mode', { war, first, ...mode });
  }

  cockpit.on('page', () => (told = ''));
  cockpit.on('snapshot', (snapshot) => show(snapshot.mode || {}, true));
  cockpit.on('delta', (delta) => delta.mode && show(delta.mode, false));
})();
