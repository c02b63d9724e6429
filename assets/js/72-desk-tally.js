/* What the chips count, and what has happened since the list was ordered: kept up with each change, never counted anew
   while somebody scrolls. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const RANK = desk.RANK;

  const BITS = { all: 1, red: 2, alarm: 4, new: 8 };
  const FRESH = 1, REDDENED = 2, GONE = 3; // what the list does not show yet

  let bits = new Map(), kinds = new Map(), colours = new Uint8Array(0);
  let shownGroups = []; // rows of groups in the list: at most some twenty
  let passes = () => true, places = new Map(), ranks = new Uint8Array(0);
  const counts = { all: 0, red: 0, alarm: 0, new: 0 }, waits = [0, 0, 0, 0];

  function bitsOf(id, row, rank) {
    if (rank === RANK.gone || !passes(id, row, rank)) return 0;
    let sum = BITS.all;
    for (const name of ['red', 'alarm', 'new']) if (desk.shows[name](id, row, rank)) sum |= BITS[name];
    return sum;
  }

  /** Where an alarm is shown: in its own row, or in its group's. */
  const placeOf = (id) => places.get(id) ?? (desk.isAlarm(id) && !desk.isGroup(id) ? places.get(desk.groupRowOf(desk.alarmOf(id))) : undefined);

  function kindOf(id, mine, rank) {
    const at = placeOf(id), shown = mine & BITS[desk.filter.show];
    if (!shown) return at === undefined ? 0 : GONE;
    if (at === undefined) return FRESH;
    return rank < ranks[at] && rank <= RANK.risk ? REDDENED : 0;
  }

  function add(mine, by) {
    if (mine & BITS.all) counts.all += by;
    if (mine & BITS.red) counts.red += by;
    if (mine & BITS.alarm) counts.alarm += by;
    if (mine & BITS.new) counts.new += by;
  }

  /** Look at one id again: whatever it was counted as before, it is counted as what it is now. */
  function touch(id, now) {
    const row = desk.find(id), rank = row ? desk.rankOfId(id, now) : RANK.gone;
    const before = bits.get(id) || 0, mine = bitsOf(id, row, rank);
    if (mine !== before) {
      add(before, -1);
      add(mine, 1);
      if (mine) bits.set(id, mine);
      else bits.delete(id);
    }
    mark(id, kindOf(id, mine, rank));
  }

  function mark(id, kind) {
    const was = kinds.get(id) || 0;
    if (kind === was) return;
    waits[was]--;
    waits[kind]++;
    if (kind) kinds.set(id, kind);
    else kinds.delete(id);
  }

  /** The row of a group that has nothing open any more leaves like any other. */
  function leave(groupRow) {
    if (groupRow !== undefined && places.has(groupRow)) mark(groupRow, desk.find(groupRow) ? 0 : GONE);
  }

  /** Events whose colour has turned with time alone since the last look. */
  function turned() {
    const { events } = cockpit.map, found = [];
    if (colours.length < events.colour.length) {
      const grown = new Uint8Array(events.colour.length).fill(255);
      grown.set(colours);
      colours = grown;
    }
    for (let slot = 0; slot < events.top; slot++) {
      if (events.colour[slot] === colours[slot]) continue;
      colours[slot] = events.colour[slot];
      if (events.used[slot]) found.push(events.ids[slot]);
    }
    return found;
  }

  desk.tally = {
    counts: () => counts,
    waiting: () => ({ fresh: waits[FRESH], reddened: waits[REDDENED], gone: waits[GONE] }),

    /** Count everything, under the filters as they are and against a list that was just ordered. */
    restart(listPlaces, listRanks) {
      const now = cockpit.now();
      shownGroups = [...listPlaces.keys()].filter(desk.isGroup);
      [passes, places, ranks] = [desk.passing(), listPlaces, listRanks];
      [bits, kinds] = [new Map(), new Map()];
      Object.assign(counts, { all: 0, red: 0, alarm: 0, new: 0 });
      waits.fill(0); // the list has just been ordered: nothing waits
      const count = (id, row, rank) => {
        const mine = bitsOf(id, row, rank);
        if (!mine) return;
        bits.set(id, mine);
        add(mine, 1);
      };
      for (const [id, row] of cockpit.situation.events) count(id, row, desk.rankOf(row, now));
      for (const [alarmId, row] of cockpit.situation.alarms) count(desk.idOfAlarm(alarmId), row, RANK.alarm);
      turned();
    },

    /** What a delta brought. */
    take(delta) {
      const now = cockpit.now();
      for (const id in delta.events || {}) touch(id, now);
      for (const alarmId in delta.alarms || {}) touch(desk.idOfAlarm(alarmId), now);
      for (const row of shownGroups) leave(row);
    },

    /** Time has passed. */
    tick() {
      const now = cockpit.now();
      for (const id of turned()) touch(id, now);
    },
  };
})();
