/* Keyboard and clicks of the tracks: one table says what each key does, the dialog behind `?` lists it. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const { tracks } = cockpit;
  const { state, h } = tracks;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const MINUTE_MS = 60000;
  const begun = () => (state.at ? state.at : tracks.span()[0]);
  const step = (ms) => tracks.seek(begun() + ms);

  function rate(by) {
    const at = tracks.RATES.indexOf(state.rate) + by;
    tracks.setRate(tracks.RATES[Math.max(0, Math.min(tracks.RATES.length - 1, at))]);
  }

  /** The next stop, gap or jump of who is in focus, or the one before. */
  function piece(by) {
    const track = tracks.focused();
    if (!track || !track.lines) return;
    const times = track.lines.filter((f) => f.properties.piece !== 'move').map((f) => f.properties.times_ms[0]);
    const found = by > 0 ? times.find((ms) => ms > begun() + 500) : times.reverse().find((ms) => ms < begun() - 500);
    if (found !== undefined) tracks.seek(found);
  }

  function focus(by) {
    if (!state.chosen.length) return;
    const n = state.chosen.length;
    tracks.focusOn(state.chosen[(state.chosen.indexOf(state.focus) + by + n) % n]);
  }

  function keys(open) {
    byId('keys-dialog').hidden = !open;
    if (!open) return;
    cockpit.patch(byId('keys-list'), ['play', 'look'].map((group) => h('Section', {},
      h('H3', {}, text('tracks.group_' + group)),
      h('Ul', {}, KEYS.filter((entry) => entry.group === group).map((entry) => h('Li', {}, h('Span', {}, (entry.shown || entry.keys).map((key) => h('Kbd', {}, key))), text(entry.words)))))));
    document.querySelector('#keys-dialog [data-action="keys-close"]').focus();
  }

  function day(by) {
    tracks.setDay(tracks.dayOf(tracks.beginOf(state.day) + 12 * 3600000 + by * 86400000));
  }

  const KEYS = [
    { group: 'play', keys: [' '], shown: ['Space'], words: 'tracks.key_play', does: () => tracks.play(!state.playing) },
    { group: 'play', keys: ['ArrowLeft', 'ArrowRight'], shown: ['←', '→'], words: 'tracks.key_minute', does: (key, event) => step((key === 'ArrowLeft' ? -1 : 1) * (event.shiftKey ? 10 : 1) * MINUTE_MS) },
    { group: 'play', keys: ['N', 'P'], words: 'tracks.key_piece', does: (key) => piece(key === 'N' ? 1 : -1) },
    { group: 'play', keys: ['+', '=', '-'], shown: ['+', '−'], words: 'tracks.key_rate', does: (key) => rate(key === '-' ? -1 : 1) },
    { group: 'play', keys: ['Home', 'End'], words: 'tracks.key_ends', does: (key) => tracks.seek(tracks.span()[key === 'Home' ? 0 : 1]) },
    { group: 'look', keys: ['ArrowUp', 'ArrowDown'], shown: ['↑', '↓'], words: 'tracks.key_focus', does: (key) => focus(key === 'ArrowUp' ? -1 : 1) },
    { group: 'look', keys: ['[', ']'], words: 'tracks.key_day', does: (key) => day(key === '[' ? -1 : 1) },
    { group: 'look', keys: ['0'], words: 'tracks.key_fit', does: () => tracks.fit() },
    { group: 'look', keys: ['/'], words: 'tracks.key_find', does: () => byId('tracks-find').focus() },
    { group: 'look', keys: ['?'], words: 'keys.all', does: () => keys(true) },
    { group: 'look', keys: ['Escape'], shown: ['Esc'], words: 'tracks.key_escape', does: () => keys(false) },
  ];

  const typing = (target) => Boolean(target.closest && target.closest('input, textarea, select'));

  document.addEventListener('keydown', (event) => {
    if (!tracks.here() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target)) return void (event.key === 'Escape' && event.target.blur());
    if (!byId('keys-dialog').hidden && event.key !== 'Escape') return;
    const name = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    const entry = KEYS.find((e) => e.keys.includes(name));
    if (!entry || (event.repeat && name === ' ')) return;
    // the map has arrow keys of its own, and a button in focus is pressed by the space bar
    event.preventDefault();
    event.stopPropagation();
    if (document.activeElement && document.activeElement.tagName === 'BUTTON') document.activeElement.blur();
    entry.does(name, event);
  }, true);

  document.addEventListener('click', (click) => {
    const target = tracks.here() && click.target.closest ? click.target : null;
    if (!target) return;
    const of = (name) => { const found = target.closest('[data-' + name + ']'); return found ? found.getAttribute('data-' + name) : null; };
    const toggled = of('track-toggle'), focused = of('track-focus'), at = of('track-at'), action = of('action');
    if (toggled) tracks.toggle(toggled);
    else if (focused) state.chosen.includes(focused) ? tracks.focusOn(focused) : tracks.toggle(focused);
    else if (at) tracks.seek(Date.parse(at));
    else if (action === 'tracks-play') tracks.play(!state.playing);
    else if (action === 'tracks-slower') rate(-1);
    else if (action === 'tracks-faster') rate(1);
    else if (action === 'tracks-retry') tracks.list();
    else if (action === 'tracks-again') { state.tracks.delete(state.focus); tracks.look(state.focus); }
    else if (action === 'tracks-fit') tracks.fit();
    else if (action === 'keys-close' || target.id === 'keys-dialog') keys(false);
    else if (target.closest('[data-keys="?"]')) keys(true);
  });
})();
