/* 警情组 in the queue: a storm of alarms is the few situations that it is. A group of two and more is one row that folds
   open; its members stay rows of their own. Kept up with each change: nothing here looks at all alarms again and again. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const ALARM = desk.ALARM;

  const members = new Map(); // group id → ids of its open alarms
  const groupOf = new Map(); // alarm id → group id, of open alarms
  const told = new Map(); // group id → what its row says, until one of its members changes
  const open = new Set();

  function put(alarmId, row) {
    const before = groupOf.get(alarmId), now = row ? row[ALARM.group] || '' : '';
    if (before !== undefined) told.delete(before);
    if (now) told.delete(now);
    if (before === now) return;
    if (before !== undefined) {
      const left = members.get(before);
      left.delete(alarmId);
      if (!left.size) members.delete(before);
      groupOf.delete(alarmId);
    }
    if (!now) return;
    groupOf.set(alarmId, now);
    if (!members.has(now)) members.set(now, new Set());
    members.get(now).add(alarmId);
  }

  const waits = (row) => row[ALARM.state] === undefined || row[ALARM.state] === 'raised';

  /** What a group is now: the row of its gravest waiting alarm, as new as its newest, and how many it holds. */
  function tell(groupId) {
    const ids = members.get(groupId);
    if (!ids) return undefined;
    let worst = null, newest = 0, waiting = 0;
    const kinds = new Map();
    for (const id of ids) {
      const row = cockpit.situation.alarms.get(id);
      if (!row) continue;
      if (waits(row)) waiting++;
      kinds.set(row[ALARM.kind], (kinds.get(row[ALARM.kind]) || 0) + 1);
      newest = Math.max(newest, row[ALARM.raisedAt]);
      const graver = worst && (waits(row) !== waits(worst) ? waits(row) : (row[ALARM.severity] || 'IV') < (worst[ALARM.severity] || 'IV'));
      if (!worst || graver) worst = row;
    }
    if (!worst) return undefined;
    const row = worst.slice();
    row[ALARM.raisedAt] = newest;
    return { row, waiting, n: ids.size, kinds: [...kinds].sort((a, b) => b[1] - a[1]) };
  }

  /** `{row, waiting, n, kinds}` of a group with something open in it; undefined for any other. */
  desk.groupAt = function (groupId) {
    if (!told.has(groupId)) {
      const made = tell(groupId);
      if (!made) return undefined;
      told.set(groupId, made);
    }
    return told.get(groupId);
  };
  desk.membersOf = (groupId) => members.get(groupId) || new Set();
  /** The id in the queue of the group that an open alarm is in; undefined if it is alone. */
  desk.groupRowOf = function (alarmId) {
    const group = groupOf.get(alarmId);
    return group !== undefined && members.get(group).size > 1 ? desk.idOfGroup(group) : undefined;
  };
  /** The group's row of an alarm, be the alarm alone in it by now. */
  desk.lastGroupRowOf = (alarmId) => (groupOf.has(alarmId) ? desk.idOfGroup(groupOf.get(alarmId)) : undefined);

  desk.isFoldedOpen = (groupId) => open.has(groupId);
  /** Show or hide a group's members. @param {boolean=} now the other of the two without it */
  desk.fold = function (groupId, now) {
    if (now === undefined ? open.has(groupId) : !now) open.delete(groupId);
    else open.add(groupId);
    cockpit.emit('desk-fold', { group: groupId });
  };

  /** The rows of alarms among which groups are one: `[id, row, its members' ids]`, of those that pass. */
  desk.situationsOf = function (passing) {
    const of = new Map(), found = [];
    for (const [alarmId, row] of passing) {
      const group = desk.groupRowOf(alarmId);
      if (group === undefined) found.push([desk.idOfAlarm(alarmId), [row], []]);
      else if (of.has(group)) {
        of.get(group)[1].push(row);
        of.get(group)[2].push(desk.idOfAlarm(alarmId));
      } else {
        const entry = [group, [row], [desk.idOfAlarm(alarmId)]];
        of.set(group, entry);
        found.push(entry);
      }
    }
    return found;
  };

  function restart() {
    for (const map of [members, groupOf, told]) map.clear();
    for (const [id, row] of cockpit.situation.alarms) put(id, row);
  }
  const onDesk = (does) => (data) => desk.here() && does(data);
  cockpit.on('snapshot', onDesk(restart));
  cockpit.on('page', onDesk(restart));
  cockpit.on('delta', onDesk((delta) => {
    for (const id in delta.alarms || {}) put(id, delta.alarms[id]);
  }));
  document.addEventListener('click', (click) => {
    const button = desk.here() && click.target.closest && click.target.closest('#queue-rows [data-fold]');
    if (!button) return;
    click.stopPropagation();
    desk.fold(button.dataset.fold);
  }, true);
})();
