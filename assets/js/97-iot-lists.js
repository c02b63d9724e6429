/* 清单: which devices are listed, kept in the address, and the alarms that are open, or those of today, one by one in the
   place of their groups: as many as a wall counts. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const iot = (cockpit.iot = cockpit.iot || {});
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const LEAST = 200;
  iot.LISTS = ['open', 'today'];
  let told = null, of = ''; // the last answer, and what it was asked for

  const FILTERS = ['domain', 'known', 'status', 'q'];
  /** What `devices` is asked with. */
  iot.asking = (limit) => ({ limit, ...Object.fromEntries(FILTERS.filter((name) => iot.state[name]).map((name) => [name, iot.state[name]])) });

  /** What is listed stands in the address, so that a link shows the same. */
  iot.remember = function () {
    const address = new URL(location.href);
    for (const [name, value] of [...FILTERS.map((name) => [name, iot.state[name]]), ['alarms', iot.state.listed]]) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    history.replaceState(history.state, '', address);
  };
  iot.recall = function () {
    const asked = new URL(location.href).searchParams;
    for (const name of FILTERS) iot.state[name] = (asked.get(name) || '').slice(0, 200);
    iot.state.listed = iot.LISTS.includes(asked.get('alarms')) ? asked.get('alarms') : '';
    if (byId('iot-search')) byId('iot-search').value = iot.state.q;
  };

  /** Midnight of the city's day, as an instant. */
  function dayBegan() {
    const now = cockpit.now(), p = cockpit.localParts(now);
    return new Date(Math.floor(now / 1000) * 1000 - (Number(p.hour) * 3600 + Number(p.minute) * 60 + Number(p.second)) * 1000).toISOString();
  }

  /** What the list is of: which alarms, of the chosen domain or of all. */
  const wanted = () => iot.state.listed + ' ' + iot.state.domain;

  iot.readAlarms = async function () {
    const { listed, domain, most } = iot.state, asked = wanted();
    if (!listed) return;
    const { status, body } = await iot.ask('alarms', { query: { limit: Math.max(LEAST, most), ...(domain ? { domain } : {}), ...(listed === 'open' ? { state: 'open' } : { from: dayBegan() }) } });
    if (asked !== wanted() || status !== 200) return;
    [told, of] = [body, asked];
    iot.draw();
  };

  /** What is not listed yet, behind a button; beyond what one list holds the filters help. */
  iot.more = function (what, shown, total) {
    if (total <= shown) return null;
    return iot.h('Button', { type: 'button', className: 'iot-more', 'data-action': 'iot-more', 'data-of': what }, text('iot.more', { n: (total - shown).toLocaleString('en-US') }));
  };

  const members = new Map(); // group id → what it was like when it was read, and its alarms

  /** Every alarm of a group, those that are over too: as many as it says. They are read when it is opened and when it
      changes. */
  iot.membersOf = function (group) {
    const like = JSON.stringify([group.alarms, group.open, group.unacknowledged, group.newest_at]), known = members.get(group.group_id);
    if (!known || known.like !== like) {
      members.set(group.group_id, { like, items: known ? known.items : [] });
      iot.ask('alarms', { query: { group: group.group_id, limit: 1000 } }).then(({ status, body }) => {
        if (status !== 200) return members.delete(group.group_id);
        members.set(group.group_id, { like, items: body.items });
        return iot.draw();
      });
    }
    return members.get(group.group_id).items;
  };

  function row(alarm) {
    return iot.h('Div', { className: 'iot-group', 'data-severity': alarm.severity },
      iot.h('Button', { type: 'button', className: 'member', 'data-device': alarm.device_id, 'data-action': 'device', 'data-alarm-id': alarm.alarm_id },
        iot.h('Span', { className: 'at' }, iot.timeOf(alarm.raised_at)),
        iot.h('Span', { className: 'what', ...cockpit.DATA }, [iot.kindOf(alarm.kind), iot.placeOf(alarm), alarm.message].filter(Boolean).join(' · ')),
        iot.h('Span', { className: 'right' }, text('alarm_state.' + alarm.state))));
  }

  /** @returns {boolean} whether the list stands in the place of the groups */
  iot.drawAlarms = function (box) {
    const { listed, domain } = iot.state;
    cockpit.patch(byId('iot-listed'), ['', ...iot.LISTS].map((name) => iot.h('Button', { type: 'button', className: 'chip' + (listed === name ? ' on' : ''), 'data-listed': name, 'aria-pressed': listed === name ? 'true' : 'false' }, text('iot.listed_' + (name || 'groups')))));
    if (!listed) return false;
    const here = of === wanted() ? told : null;
    byId('iot-groups-sub').textContent = here ? (domain ? text('iot_domain.' + domain) + ' · ' : '') + text('iot.alarm_count', { n: here.total.toLocaleString('en-US') }) : '';
    if (!here) cockpit.patch(box, [iot.h('Div', { className: 'empty' }, text('iot.loading'))]);
    else cockpit.patch(box, here.items.length ? [...here.items.map(row), iot.more('alarms', here.items.length, here.total)].filter(Boolean) : [iot.h('Div', { className: 'empty' }, text(listed === 'open' ? 'iot.no_groups' : 'alarms.empty'))]);
    return true;
  };

  document.addEventListener('click', (click) => {
    const chip = iot.here() && click.target.closest ? click.target.closest('#iot-listed [data-listed]') : null;
    if (!chip) return;
    iot.state.listed = chip.dataset.listed;
    iot.remember();
    iot.draw();
    iot.readAlarms();
  });
})();
