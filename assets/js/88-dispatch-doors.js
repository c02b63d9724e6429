/* 疏散名单: the doors of an evacuation that a number counts, one by one, from the board that the number is of. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h, dispatch } = desk;
  const text = (key, values) => cockpit.text(key, values);

  const LETTERS = { m: 'moved', t: 'told', n: 'nobody_home', h: 'needs_help', r: 'refused', '-': 'not_reached' };
  const BUILDINGS = 5, AT = 'at:', STEP = 200;
  const many = (n) => n.toLocaleString('en-US');
  let most = STEP, mostOf = '';

  /** Whether the address names something that has a list. */
  const known = (name) => Object.values(LETTERS).includes(name) || ['all', 'lately', 'carry', 'disputed'].includes(name) || name.startsWith(AT);

  /** The door without the building that is named beside it. */
  desk.doorOf = (id, building) => (building && id.startsWith(building) ? id.slice(building.length).replace(/^[-_:]/, '') : id);

  /**
   * Doors as the push has them, with their names from the board that was read: both go by the order of the doors.
   * @returns {{id: string, building: string, name: string, people: number, letter: string}[]}
   */
  function doors(row, board) {
    const read = new Map(board.buildings.map((one) => [one.building_code, one.households]));
    return row[BUILDINGS].flatMap(([code, name, , , letters]) => (read.get(code) || []).map(([id, , people], i) => ({ id, building: code, name, people, letter: letters[i] || '-' })));
  }

  function picked(all, board, name) {
    if (name === 'all') return all;
    if (name.startsWith(AT)) return all.filter((door) => door.building === name.slice(AT.length));
    const named = { lately: () => (board.rate_of || { household_ids: [] }).household_ids, carry: () => board.carry.map((one) => one.household_id), disputed: () => board.disputed }[name];
    if (!named) return all.filter((door) => LETTERS[door.letter] === name);
    const ids = new Set(named());
    return all.filter((door) => ids.has(door.id));
  }

  function titleOf(name, list) {
    if (name.startsWith(AT)) return list.length ? list[0].name : name.slice(AT.length);
    if (name === 'all') return text('dispatch.evac_every');
    if (name === 'lately') return text('dispatch.evac_lately');
    if (name === 'carry') return text('dispatch.evac_to_carry');
    return name === 'disputed' ? text('dispatch.evac_in_dispute') : text('dispatch.home.' + name);
  }

  const line = (door) => h('Li', { 'data-door': door.id }, h('I', { className: LETTERS[door.letter], title: text('dispatch.home.' + LETTERS[door.letter]) }),
    h('Span', { className: 'where' }, door.name), h('Span', {}, desk.doorOf(door.id, door.building)), h('Small', {}, text('dispatch.evac_persons', { n: door.people })));

  /** A number that lists the doors which it counts; pressed again, the squares come back. */
  desk.doorCount = (name, props, ...children) => h('Button', { type: 'button', 'data-doors': name, 'aria-pressed': dispatch.doors === name ? 'true' : 'false', title: text('dispatch.evac_list'), ...props }, ...children);

  /** The list that is asked for in place of the squares; null for none. */
  desk.doorList = function (row, board) {
    const name = dispatch.doors;
    if (!known(name)) return null;
    if (!board) return h('P', { className: 'note' }, text('dispatch.evac_reading'));
    const list = picked(doors(row, board), board, name);
    if (mostOf !== name) [mostOf, most] = [name, STEP];
    return h('Div', { className: 'door-list', 'data-door-list': name },
      h('H3', {}, h('Span', { 'data-doors-shown': name }, text('dispatch.evac_doors', { what: titleOf(name, list), n: many(list.length) })), h('Button', { type: 'button', className: 'facet', 'data-doors': name }, text('dispatch.evac_squares'))),
      list.length ? h('Ul', {}, ...list.slice(0, most).map(line)) : h('P', { className: 'note' }, text('dispatch.evac_no_doors')),
      list.length > most ? h('Button', { type: 'button', className: 'facet', 'data-action': 'doors-more' }, text('dispatch.evac_more', { n: many(list.length - most) })) : null);
  };

  document.addEventListener('click', (event) => {
    const place = desk.here() && event.target.closest && event.target.closest('#work-body [data-doors], #work-body [data-action="doors-more"]');
    if (!place) return;
    if (place.dataset.doors) dispatch.narrow('doors', place.dataset.doors);
    else {
      most += 5 * STEP;
      desk.drawEvacuation();
    }
  });
})();
