/* 以房查人 drawn: the building's floors, the chosen door's people, the reason that opens them, the list of stale records. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const houses = cockpit.houses, { h, icon } = houses;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);
  const two = (n) => String(n).padStart(2, '0');

  const REASONS = ['visit', 'event', 'evacuation', 'aid'];

  /** `11-03 10:22`, with the year when it is another one. */
  function timeOf(iso) {
    const p = cockpit.localParts(Date.parse(iso)), today = cockpit.localParts(cockpit.now());
    return (p.year === today.year ? '' : p.year + '-') + two(p.month) + '-' + two(p.day) + ' ' + p.hour + ':' + p.minute;
  }

  /** What a door is called: its number in the building, or its whole id. */
  function doorName(id, building) {
    return id.startsWith(building + '-') ? id.slice(building.length + 1).replace(/^0+(?=\d{3})/, '') : id;
  }

  /** Floors from the top, where every door's id says its floor; else one row of all. */
  function floorsOf(building) {
    const floors = new Map(), code = building.building_code + '-';
    for (const door of building.items) {
      const tail = door.household_id.startsWith(code) ? door.household_id.slice(code.length) : '';
      const floor = /^\d{3,5}$/.test(tail) ? Number(tail.slice(0, -2)) : null;
      if (floor === null) return [[null, building.items]];
      floors.set(floor, [...(floors.get(floor) || []), door]);
    }
    return [...floors].sort((a, b) => b[0] - a[0]);
  }

  function door(one, building) {
    const name = doorName(one.household_id, building.building_code);
    const words = [text('houses.door', { id: name, people: one.people }), one.needs_help ? text('houses.needs_help', { n: 1 }) : '', one.stale ? text('houses.is_stale', { days: building.stale_after_days }) : ''];
    const chosen = houses.household && houses.household.household_id === one.household_id;
    return h('Button', {
      type: 'button', className: 'door' + (one.needs_help ? ' needs' : '') + (one.stale ? ' old' : ''), 'data-door': one.household_id,
      title: words.filter(Boolean).join(' · '), 'aria-label': words.filter(Boolean).join(' · '), 'aria-pressed': chosen ? 'true' : 'false',
    }, h('Span', {}, name), h('B', {}, one.people));
  }

  function sums(building) {
    const days = building.stale_after_days;
    return h('P', { className: 'sums' }, h('B', {}, text('houses.counts', { households: building.households, people: building.people })),
      building.needs_help ? h('Span', { className: 'tagx warm' }, text('houses.needs_help', { n: building.needs_help })) : null,
      h('Span', { className: 'tagx' + (building.stale ? ' late' : '') }, building.stale ? text('houses.stale', { n: building.stale, days }) : text('houses.all_fresh', { days })));
  }

  function buildingTree(building) {
    return [
      h('P', { className: 'where' }, building.divisions.join(' · ')),
      sums(building),
      cockpit.exportLinks('households', { building_code: building.building_code }),
      h('Div', { className: 'floors', role: 'group', 'aria-label': text('houses.doors') }, floorsOf(building).map(([floor, doors]) =>
        h('Div', { className: 'floor' }, floor === null ? null : h('Span', { className: 'level' }, text('houses.floor', { n: floor })), h('Div', { className: 'doors' }, doors.map((one) => door(one, building)))))),
    ];
  }

  const worded = (group, word) => (word ? cockpit.texts[group + '.' + word] || word : '');

  function person(one) {
    const about = [worded('houses_relation', one.relation), one.age === null ? '' : text('houses.age', { n: one.age }), worded('houses_tenure', one.tenure)];
    return h('Li', {}, h('P', {}, h('B', {}, one.name), h('Span', {}, about.filter(Boolean).join(' · ')), one.need ? h('Em', { className: 'tagx warm' }, worded('houses_need', one.need)) : null),
      one.id_number || one.phone ? h('P', { className: 'numbers' }, one.id_number ? h('Span', {}, text('houses.id_number') + ' ' + one.id_number) : null, one.phone ? h('Span', {}, text('houses.phone') + ' ' + one.phone) : null) : null);
  }

  function why() {
    return h('Div', { className: 'why' },
      h('Label', { htmlFor: 'houses-reason' }, text('houses.unmask_why')),
      h('Div', { className: 'picks' }, REASONS.map((word) => h('Button', { type: 'button', 'data-reason': text('houses.reason_' + word) }, text('houses.reason_' + word)))),
      h('Input', { id: 'houses-reason', type: 'text', maxLength: 200, autocomplete: 'off' }),
      h('Button', { type: 'button', className: 'btn pri', 'data-houses': 'unmask', disabled: houses.busy }, text('houses.unmask_go')));
  }

  function deeds(household) {
    if (houses.whole) {
      const left = Math.max(0, Math.ceil((houses.until - performance.now()) / 1000));
      return h('Div', { className: 'deeds' }, h('Span', { className: 'left', role: 'timer' }, text('houses.unmask_left', { n: left })), h('Button', { type: 'button', className: 'btn', 'data-houses': 'mask' }, text('houses.mask_now')));
    }
    if (houses.asking) return why();
    return h('Div', { className: 'deeds' },
      household.may_unmask && household.residents.length ? h('Button', { type: 'button', className: 'btn', 'data-houses': 'ask' }, text('houses.unmask')) : null,
      household.may_unmask ? h('Button', { type: 'button', className: 'btn', 'data-houses': 'visit', disabled: houses.busy }, text('houses.visit')) : null);
  }

  function householdTree(household) {
    const days = household.age_days, when = { time: timeOf(household.checked_at), n: days };
    const people = houses.whole || household.residents;
    return h('Div', { className: 'household' },
      h('H3', {}, text('houses.door', { id: doorName(household.household_id, household.building_code), people: household.people })),
      h('P', { className: household.stale ? 'checked late' : 'checked' }, text(days ? 'houses.checked' : 'houses.checked_today', when)),
      people.length ? h('Ul', { className: houses.whole ? 'people whole' : 'people' }, people.map(person)) : h('P', { className: 'note' }, text('houses.nobody')),
      deeds(household),
      household.is_made_up ? h('P', { className: 'note' }, text('houses.made_up')) : null);
  }

  function gridRow(grid) {
    const open = houses.grid && houses.grid.scope === grid.code, age = Math.floor((cockpit.now() - Date.parse(grid.oldest_at)) / 86400000);
    const ask = grid.reminded_at ? h('Span', { className: 'done' }, text('houses.reminded'))
      : grid.gridworkers ? h('Button', { type: 'button', className: 'btn', 'data-remind': grid.code, disabled: houses.busy }, text('houses.remind')) : h('Span', { className: 'note' }, text('houses.remind_none'));
    return h('Li', {},
      h('Div', { className: 'line' },
        h('Button', { type: 'button', className: 'grid-name', 'data-stale-grid': grid.code, 'aria-expanded': open ? 'true' : 'false' },
          h('B', {}, grid.divisions.slice(-2).join(' · ')), h('Span', {}, text('houses.stale_grid', { n: grid.stale, all: grid.households, age }))), ask),
      open ? h('Div', { className: 'doors' }, houses.grid.items.map((one) => h('Button', { type: 'button', className: 'door wide old', 'data-door': one.household_id }, h('Span', {}, doorName(one.household_id, grid.code)), h('B', {}, timeOf(one.checked_at).slice(0, -6))))) : null);
  }

  function staleTree(stale) {
    if (!stale.total) return [h('P', { className: 'note' }, text('houses.stale_none'))];
    return [
      h('P', { className: 'sums' }, h('B', {}, text('houses.stale_sum', { n: stale.total.toLocaleString('en-US'), all: stale.households.toLocaleString('en-US') }))),
      cockpit.exportLinks('stale-households', { scope: cockpit.page.scope }),
      h('Ul', { className: 'stale-grids' }, stale.grids.slice(0, 100).map(gridRow)),
    ];
  }

  function body() {
    const { view, building, household, stale } = houses;
    if (view === 'stale') return stale ? staleTree(stale) : [h('P', { className: 'note' }, text('houses.loading'))];
    if (view === 'hint') return houses.wrong ? [] : [h('P', { className: 'note' }, text(houses.busy ? 'houses.loading' : 'houses.how'))];
    if (!building) return houses.wrong ? [] : [h('P', { className: 'note' }, text('houses.loading'))];
    return [...buildingTree(building), household ? householdTree(household) : null].filter(Boolean);
  }

  function draw() {
    const box = byId('map-houses');
    if (!box) return;
    box.hidden = !houses.open;
    byId('panel-map').dataset.houses = houses.open ? 'true' : 'false';
    if (!houses.open) return cockpit.patch(box, []);
    const title = houses.view === 'stale' ? text('houses.stale_title', { days: 180 }) : houses.building ? houses.building.name : text('houses.title');
    cockpit.patch(box, [
      h('Header', {}, icon('house'), h('B', { title }, title),
        h('Button', { type: 'button', className: 'turn', 'data-houses': houses.view === 'stale' ? 'back' : 'stale' }, text(houses.view === 'stale' ? 'houses.back' : 'houses.stale_list')),
        h('Button', { type: 'button', 'data-houses': 'close', 'aria-label': text('houses.close') }, h('Kbd', {}, 'Esc'))),
      h('Div', { className: 'houses-body rows', 'data-view': houses.household ? 'household' : houses.view }, ...body(),
        h('P', { className: 'wrong', role: 'alert' }, houses.wrong), h('P', { className: 'said', role: 'status' }, houses.said)),
    ]);
    if (houses.asking && !houses.reasonShown) byId('houses-reason').focus();
    houses.reasonShown = houses.asking;
  }
  cockpit.on('houses', draw);

  function unmask() {
    const reason = byId('houses-reason').value.trim();
    if (reason.length >= 2) return houses.unmask(reason);
    houses.wrong = text('houses.unmask_short');
    houses.tell();
    byId('houses-reason').focus();
  }

  const DOES = {
    close: () => houses.close(),
    stale: () => houses.showStale(),
    back: () => {
      houses.view = houses.building ? 'building' : 'hint';
      houses.tell();
    },
    ask: () => {
      houses.asking = true;
      houses.tell();
    },
    mask: () => {
      houses.forget();
      houses.tell();
    },
    unmask,
    visit: () => houses.visit(),
  };

  document.addEventListener('click', (event) => {
    if (!houses.here() || !event.target.closest) return;
    const at = (name) => event.target.closest('[data-' + name + ']');
    if (at('houses-open')) return houses.turn();
    if (!event.target.closest('#map-houses')) return;
    if (at('door')) houses.choose(at('door').dataset.door);
    else if (at('remind')) houses.remind(at('remind').dataset.remind);
    else if (at('stale-grid')) houses.showGrid(at('stale-grid').dataset.staleGrid);
    else if (at('reason')) {
      byId('houses-reason').value = at('reason').dataset.reason;
      byId('houses-reason').focus();
    } else if (at('houses')) DOES[at('houses').dataset.houses]();
  });
  document.addEventListener('keydown', (event) => {
    if (event.target.id !== 'houses-reason') return;
    if (event.key === 'Enter' && !event.isComposing) unmask();
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    houses.forget();
    houses.tell();
  }, true);
})();
