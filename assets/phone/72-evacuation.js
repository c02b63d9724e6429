/* 疏散: door by door. One household is before the person, five buttons say what was found, the next one follows by itself. */
(function () {
  'use strict';

  const cockpit = window.cockpit, phone = cockpit.phone;
  const { el, glyph, button, say } = phone;
  const FOUND = ['told', 'moved', 'needs_help', 'nobody_home', 'refused'];
  const DONE = new Set(['moved']);
  const evacuation = (phone.evacuation = { chosen: null });

  /** The doors of one evacuation that are this person's, with what the phone has said since, in walking order. */
  evacuation.doors = function (id) {
    const told = phone.state.mine && phone.state.mine.evacuations[id];
    if (!told) return [];
    const said = new Map();
    for (const item of phone.outbox.pending()) {
      if (item.ref.kind === 'tap' && item.ref.evacuation_id === id) said.set(item.ref.household_id, { state: item.ref.state, waits: item.state === 'waiting' });
    }
    return told.doors.map(([household_id, name, building, people, carry, state]) => ({
      household_id, name, building, people, carry, state, ...(said.get(household_id) || { waits: false }),
    }));
  };

  evacuation.of = function (order) {
    const all = Object.entries((phone.state.mine && phone.state.mine.evacuations) || {});
    return all.filter(([, e]) => e.event_id === order.event_id && !e.ended_ms).map(([id]) => id)[0] || null;
  };

  function bars(id) {
    const buildings = new Map();
    for (const door of evacuation.doors(id)) {
      const b = buildings.get(door.building) || { moved: 0, told: 0, all: 0 };
      b.all++;
      if (DONE.has(door.state)) b.moved++;
      else if (door.state !== 'not_reached') b.told++;
      buildings.set(door.building, b);
    }
    const rows = buildings.size <= 2 ? [...buildings] : [[say('evacuation.buildings', { n: buildings.size }),
      [...buildings.values()].reduce((sum, b) => ({ moved: sum.moved + b.moved, told: sum.told + b.told, all: sum.all + b.all }))]];
    return rows.map(([name, b]) => el('div', { class: 'bar' }, el('span', {}, name),
      el('span', { class: 'track' }, el('i', { class: 'moved', style: 'width:' + (b.moved / b.all) * 100 + '%' }), el('i', { class: 'told', style: 'width:' + (b.told / b.all) * 100 + '%' })),
      el('span', { class: 'n' }, b.moved + ' / ' + b.all)));
  }

  /** Below an order: how far its doors are, and the way to them. */
  evacuation.summary = function (order) {
    const id = evacuation.of(order);
    if (!id || !evacuation.doors(id).length) return null;
    const left = evacuation.doors(id).filter((d) => d.state === 'not_reached').length;
    return el('div', { class: 'evacuation', 'data-evacuation': id }, bars(id),
      button('doors', [glyph('house'), left ? say('evacuation.go', { n: left }) : say('evacuation.look')], () => evacuation.open(id), { class: 'second wide' }));
  };

  /** 再分: an officer has given doors to this person, or given theirs to others. */
  cockpit.on('mine', ({ before, now }) => {
    for (const [id, told] of Object.entries(now.evacuations)) {
      const known = before && before.evacuations[id];
      if (!known) continue;
      for (const [, doors, came] of (told.moved || []).slice((known.moved || []).length)) {
        phone.alert(came ? 'doors_came' : 'doors_went', { title: String(doors), body: '' });
      }
    }
  });

  function tap(id, door, state) {
    if (navigator.vibrate) navigator.vibrate(30);
    phone.outbox.put({
      path: 'evacuations/' + encodeURIComponent(id) + '/taps',
      body: { tap_id: phone.key(), household_id: door.household_id, state, at: new Date().toISOString() },
      ref: { kind: 'tap', evacuation_id: id, household_id: door.household_id, state },
      label: ['evacuation.tapped', { door: door.building + ' · ' + door.name, state: say('door.' + state) }],
    });
  }

  evacuation.open = function (id) {
    let at = null;
    const body = el('div', { class: 'doors' });

    function draw() {
      const doors = evacuation.doors(id);
      if (!doors.length) return body.replaceChildren(el('p', {}, say('evacuation.over')));
      if (at === null || at >= doors.length) at = Math.max(0, doors.findIndex((d) => d.state === 'not_reached'));
      const door = doors[at];
      const left = doors.filter((d) => d.state === 'not_reached').length;
      body.replaceChildren(
        el('p', { class: 'hint', role: 'status' }, left ? say('evacuation.left', { n: left, all: doors.length }) : say('evacuation.all', { all: doors.length })),
        el('div', { class: 'door', 'data-household': door.household_id, 'data-state': door.state },
          el('h3', {}, door.building, ' · ', door.name),
          el('p', {}, say('evacuation.people', { n: door.people }), door.carry ? el('b', { class: 'carry' }, say('evacuation.carry')) : null),
          el('p', { class: 'now' }, say('door.' + door.state), door.waits ? el('span', { class: 'waiting' }, glyph('late'), say('outbox.waits')) : null)),
        el('div', { class: 'found' }, FOUND.map((state) =>
          el('button', { type: 'button', class: 'found-' + state + (door.state === state ? ' is' : ''), 'data-tap': state, onclick: () => {
            tap(id, door, state);
            const doors = evacuation.doors(id);
            const next = doors.findIndex((d, i) => i > at && d.state === 'not_reached');
            at = next >= 0 ? next : doors.findIndex((d) => d.state === 'not_reached') >= 0 ? doors.findIndex((d) => d.state === 'not_reached') : at;
            draw();
          } }, say('door.' + state)))),
        el('div', { class: 'squares' }, doors.map((d, i) => [
          i && doors[i - 1].building === d.building ? null : el('h4', {}, d.building),
          el('button', { type: 'button', class: 'square d-' + d.state + (i === at ? ' at' : '') + (d.carry ? ' carry' : ''), 'data-door': d.household_id, 'data-state': d.state,
            'aria-label': d.building + ' ' + d.name + ' ' + say('door.' + d.state), onclick: () => {
              at = i;
              draw();
            } }, d.name)])));
    }

    const dialog = phone.sheet('doors', say('evacuation.title'), () => body);
    draw();
    const stops = [cockpit.on('mine', draw), cockpit.on('outbox', draw)];
    dialog.addEventListener('close', () => stops.forEach((stop) => stop()));
  };
})();
