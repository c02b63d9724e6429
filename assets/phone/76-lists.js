/* 网格与消息: what is open in the person's own grid, as of when, and what this phone has been told. */
(function () {
  'use strict';

  const cockpit = window.cockpit, phone = cockpit.phone;
  const { el, glyph, say } = phone;
  const FRESH_MS = 30000, SHOWN = 200;
  const GLYPH = { green: 'done', blue: 'doing', paused: 'paused', at_risk: 'risk', overtime: 'over' };
  let grid = null, asked_ms = 0, notes = null;

  async function ask() {
    if (Date.now() - asked_ms < FRESH_MS) return;
    asked_ms = Date.now();
    try {
      const told = await phone.call('events?limit=' + SHOWN);
      if (told.ok) {
        const { items, as_of, total } = await told.json();
        grid = { items: items.filter((item) => item.colour !== 'green'), as_of_ms: Date.parse(as_of), total };
        await phone.store.keep('grid', grid).catch(() => {});
      }
    } catch {
      grid = grid || (await phone.store.find('grid').catch(() => null)) || null;
    }
    cockpit.emit('draw');
  }

  phone.views = phone.views || {};
  phone.views.grid = function () {
    ask();
    const live = phone.state.link === 'live' && grid && phone.now() - grid.as_of_ms < 2 * FRESH_MS;
    return [
      el('header', { class: 'list-head' }, el('h2', {}, say('grid.title')),
        grid ? el('span', { class: live ? '' : 'stale' }, say('as_of', { time: phone.clock(grid.as_of_ms) })) : null),
      !grid ? el('div', { class: 'empty' }, say(phone.state.link === 'lost' ? 'empty.unknown' : 'empty.loading')) : grid.items.length ? null : el('div', { class: 'empty' }, say('grid.empty')),
      ...((grid && grid.items) || []).map((item) => el('div', { class: 'card row', 'data-event-id': item.event_id },
        glyph(GLYPH[item.colour] || 'none', GLYPH[item.colour]),
        el('span', {}, el('b', {}, item.title), el('small', {}, phone.find('stage.' + item.stage, item.stage), ' · ', phone.find('colour.' + item.colour, item.colour), item.address ? ' · ' + item.address : '')))),
    ];
  };

  async function readNotes() {
    notes = (await phone.store.all('notes').catch(() => [])).reverse();
    phone.store.keep('notes_seen', notes.length ? notes[0].id : 0).catch(() => {});
    cockpit.emit('draw');
  }
  phone.forgetNotes = () => (notes = null);

  phone.views.messages = function () {
    if (notes === null) {
      notes = [];
      readNotes();
    }
    return [
      el('header', { class: 'list-head' }, el('h2', {}, say('messages.title'))),
      notes.length ? null : el('div', { class: 'empty' }, say('messages.empty')),
      ...notes.map((note) => el('div', { class: 'card row' }, el('span', {}, el('b', {}, say(note.key, note.values)), el('small', {}, phone.clock(note.at))))),
    ];
  };
})();
