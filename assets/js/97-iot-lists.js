/* 清单: which devices are listed, kept in the address, and the alarms that are open, or those of today, one by one in the
   place of their groups: as many as a wall counts. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const iot = (cockpit.iot = cockpit.iot || {});
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const ROWS = 200;
  iot.LISTS = ['open', 'today'];
  let told = null, of = ''; // the last answer, and which list it is of

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

  iot.readAlarms = async function () {
    const listed = iot.state.listed;
    if (!listed) return;
    const { status, body } = await iot.ask('alarms', { query: { limit: ROWS, ...(listed === 'open' ? { state: 'open' } : { from: dayBegan() }) } });
    if (listed !== iot.state.listed || status !== 200) return;
    [told, of] = [body, listed];
    iot.draw();
  };

  function row(alarm) {
    return iot.h('Div', { className: 'iot-group', 'data-severity': alarm.severity },
      iot.h('Button', { type: 'button', className: 'member', 'data-device': alarm.device_id, 'data-action': 'device', 'data-alarm-id': alarm.alarm_id },
        iot.h('Span', { className: 'at' }, iot.timeOf(alarm.raised_at)),
        iot.h('Span', { className: 'what' }, [iot.kindOf(alarm.kind), iot.placeOf(alarm), alarm.message].filter(Boolean).join(' · ')),
        iot.h('Span', { className: 'right' }, text('alarm_state.' + alarm.state))));
  }

  /** @returns {boolean} whether the list stands in the place of the groups */
  iot.drawAlarms = function (box) {
    const { listed } = iot.state;
    cockpit.patch(byId('iot-listed'), ['', ...iot.LISTS].map((name) => iot.h('Button', { type: 'button', className: 'chip' + (listed === name ? ' on' : ''), 'data-listed': name, 'aria-pressed': listed === name ? 'true' : 'false' }, text('iot.listed_' + (name || 'groups')))));
    if (!listed) return false;
    const here = of === listed ? told : null;
    byId('iot-groups-sub').textContent = here ? text('iot.alarm_count', { n: here.total.toLocaleString('en-US') }) : '';
    if (!here) cockpit.patch(box, [iot.h('Div', { className: 'empty' }, text('iot.loading'))]);
    else cockpit.patch(box, here.items.length ? here.items.map(row) : [iot.h('Div', { className: 'empty' }, text(listed === 'open' ? 'iot.no_groups' : 'alarms.empty'))]);
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
