/* 物联总览: cards of the five domains, the open groups, the devices of one domain; read anew every few seconds. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const iot = (cockpit.iot = cockpit.iot || {});
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);
  const h = (iot.h = (type, props, ...children) => ({ type, props: { ...props, children: children.flat().filter((c) => c !== null && c !== undefined) } }));

  const EVERY_MS = 5000, RULES_MS = 20000, MORE = 240, MOST = 1000, TYPING_MS = 250, ROWS = 60, GROUPS = 200, SILENT = 50;
  const STATES = ['live', 'stale', 'lost', 'unknown']; // together they are all devices
  const SHAPE = { live: 'fresh', stale: 'late', lost: 'dead', unknown: 'hollow' };
  const state = (iot.state = { domain: '', known: '', q: '', status: '', listed: '', domains: null, groups: null, devices: null, total: 0, groupsTotal: 0, most: ROWS, open: new Set(), failed: '', wrong: [] });
  let timer = 0;

  iot.here = () => Boolean(cockpit.page && cockpit.page.name === 'iot');
  iot.mayAct = () => cockpit.page.root.dataset.mayAct === 'true';

  /** Ask the API as this page's session. @returns {Promise<{status: number, body: Object}>} status 0: no answer */
  iot.ask = async function (path, how = {}) {
    const root = cockpit.page.root, query = new URLSearchParams({ lang: cockpit.lang, scope: root.dataset.scope, ...(how.query || {}) });
    const sent = { 'X-CSRF-Token': root.dataset.csrf };
    if (how.body) sent['Content-Type'] = 'application/json';
    try {
      const answer = await fetch('/api/v1/' + path + '?' + query, { method: how.method || 'GET', credentials: 'same-origin', cache: 'no-store', headers: sent, body: how.body ? JSON.stringify(how.body) : undefined });
      return { status: answer.status, body: await answer.json().catch(() => ({})) };
    } catch (error) {
      return { status: 0, body: { detail: text('drawer.no_answer') } };
    }
  };

  const number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
  const two = (n) => String(n).padStart(2, '0');
  iot.timeOf = function (iso) {
    if (!iso) return text('value.none');
    const p = cockpit.localParts(Date.parse(iso));
    return (Math.abs(cockpit.now() - Date.parse(iso)) > 86400000 ? two(p.month) + '-' + two(p.day) + ' ' : '') + p.hour + ':' + p.minute + ':' + p.second;
  };
  iot.kindOf = (kind) => cockpit.texts['alarm_kind.' + kind] || kind || text('iot.unknown_kind');
  let names = null;
  iot.placeOf = function (item) {
    names = names || JSON.parse(cockpit.page.root.dataset.divisions || '{}');
    return item.address || [12, 9, 6].map((n) => names[(item.code || '').slice(0, n)]).find(Boolean) || '';
  };

  /** 1 of 1000 silent is not 100 %. */
  const shareOf = (share) => (share === 1 ? '100' : (Math.floor(share * 1000) / 10).toFixed(1));
  iot.lagOf = (ms) => (ms < 1000 ? text('group.ms', { n: ms }) : cockpit.ageOf(ms / 1000));
  const unknownOf = (d) => d.devices - d.live - d.stale - d.lost;

  /** How much of a group is heard of in time, and how late that is. */
  function fresh(d) {
    if (!d.waited_for) return h('Span', { className: 'fresh-line trust hollow' }, h('I', { className: 'g g-hollow' }), text('group.unwaited'));
    const lag = d.lag_ms && { p50: iot.lagOf(d.lag_ms.p50), p99: iot.lagOf(d.lag_ms.p99) };
    return h('Span', { className: 'fresh-line trust ' + SHAPE[d.status], title: text('group.waited', { live: d.live, waited: d.waited_for }) + (lag ? ' · ' + text('group.lag_title', lag) : '') },
      h('I', { className: 'g g-' + SHAPE[d.status] }), text('group.share', { share: shareOf(d.share_live) }), lag ? h('Small', {}, text('group.lag', lag)) : null);
  }

  function cards() {
    if (!state.domains) return;
    cockpit.patch(byId('iot-domains'), state.domains.map((d) => h('Button', {
      type: 'button', className: 'iot-card' + (state.domain === d.domain ? ' chosen' : '') + (d.open_alarms ? ' ringing' : ''), 'data-domain': d.domain, 'data-status': d.status, 'aria-pressed': state.domain === d.domain ? 'true' : 'false',
    },
      h('Span', { className: 'name' }, text('iot_domain.' + d.domain)),
      h('Span', { className: 'count', 'data-digits': String(String(d.devices).length) }, number(d.devices), h('Small', {}, text('iot.of_devices'))),
      h('Span', { className: 'alarms', 'data-show-alarms': d.open_alarms ? 'open' : null }, d.open_alarms ? text('iot.open', { n: d.open_alarms }) : text('iot.quiet')),
      fresh(d),
      h('Span', { className: 'states' }, ...STATES.filter((s) => s === 'live' || (s === 'unknown' ? unknownOf(d) : d[s])).map((s) => h('I', { className: 'st ' + s, 'data-show-status': s }, text('iot_status.' + s) + ' ' + number(s === 'unknown' ? unknownOf(d) : d[s])))))));
  }

  function groupRow(g) {
    const open = state.open.has(g.group_id), first = Object.keys(g.kinds)[0], more = Object.keys(g.kinds).length - 1;
    const rows = open ? iot.membersOf(g) : [];
    return h('Div', { className: 'iot-group', 'data-group-id': g.group_id, 'data-severity': g.severity },
      h('Div', { className: 'head' },
        h('Button', { type: 'button', className: 'fold', 'data-action': 'group-open', 'aria-expanded': open ? 'true' : 'false' },
          h('B', {}, iot.kindOf(first) + (more ? ' +' + more : ''), g.alarms > 1 ? h('Span', { className: 'times' }, '×' + g.alarms) : null),
          h('Span', { className: 'where', ...cockpit.DATA }, iot.placeOf(g)), h('Span', { className: 'at' }, iot.timeOf(g.newest_at))),
        h('Span', { className: 'tagx' + (g.unacknowledged ? ' amb' : '') }, g.unacknowledged ? text('alarms.waiting', { n: g.unacknowledged }) : text('alarm_state.acknowledged')),
        g.unacknowledged && iot.mayAct() ? h('Button', { type: 'button', className: 'btn', 'data-action': 'group-acknowledge' }, text('alarm_action.acknowledge')) : null),
      ...rows.map((alarm) => h('Button', { type: 'button', className: 'member', 'data-device': alarm.device_id, 'data-action': 'device' },
        h('Span', { className: 'at' }, iot.timeOf(alarm.raised_at)), h('Span', { className: 'what', ...cockpit.DATA }, alarm.message || iot.kindOf(alarm.kind)), h('Span', { className: 'right' }, text('alarm_state.' + alarm.state)))));
  }

  function groups() {
    const box = byId('iot-group-list');
    if (!box || iot.drawAlarms(box) || !state.groups) return;
    byId('iot-groups-sub').textContent = text('iot.group_count', { n: number(state.groupsTotal) });
    cockpit.patch(box, state.groups.length ? [...state.groups.map(groupRow), iot.more('groups', state.groups.length, state.groupsTotal)].filter(Boolean) : [h('Div', { className: 'empty' }, text('iot.no_groups'))]);
  }

  function deviceRow(d) {
    const value = d.values.length ? d.values.map((v) => Number(v.value.toPrecision(4)) + (v.unit ? ' ' + v.unit : '')).slice(0, 2).join(' · ') : text('value.none');
    return h('Button', { type: 'button', className: 'iot-device' + (iot.device && iot.device.id === d.device_id ? ' chosen' : ''), 'data-device': d.device_id, 'data-action': 'device', 'data-status': d.status },
      h('I', { className: 'dot ' + d.status, title: text('iot_status.' + d.status) }),
      h('Span', { className: 'what' }, h('B', cockpit.DATA, d.name || d.device_id), h('Small', cockpit.DATA, [iot.kindOf(d.kind), iot.placeOf(d)].filter(Boolean).join(' · '))),
      h('Span', { className: 'right' }, h('B', {}, value), h('Small', {}, d.known ? d.open_alarms ? text('iot.open', { n: d.open_alarms }) : iot.timeOf(d.heard_at) : text('iot.not_entered'))));
  }

  function devices() {
    const box = byId('iot-device-list');
    if (!box) return;
    const chips = [['', 'iot.all'], ['true', 'iot.entered'], ['false', 'iot.not_entered']];
    cockpit.patch(byId('iot-filters'), chips.map(([known, key]) => h('Button', { type: 'button', className: 'chip' + (state.known === known ? ' on' : ''), 'data-known': known, 'aria-pressed': state.known === known ? 'true' : 'false' }, text(key))).concat(state.status ? [h('Button', { type: 'button', className: 'chip on', 'data-show-status': '', title: text('feeds.close') }, text('iot_status.' + state.status) + ' ×')] : []));
    if (state.failed) return cockpit.patch(box, [h('Div', { className: 'empty' }, state.failed)]);
    if (!state.devices) return cockpit.patch(box, [h('Div', { className: 'empty' }, text('iot.loading'))]);
    byId('iot-devices-sub').textContent = text('iot.device_count', { n: number(state.total) });
    cockpit.patch(box, state.devices.length ? [...state.devices.map(deviceRow), iot.more('devices', state.devices.length, state.total)].filter(Boolean) : [h('Div', { className: 'empty' }, text(state.q || state.domain || state.known || state.status ? 'iot.none_found' : 'iot.none'))]);
  }

  /** Rules that are disabled by an error: nobody must think that they watch. */
  function rules() {
    const line = byId('iot-rules'), names = state.wrong.map((bad) => bad.name || bad.file);
    if (!line) return;
    line.hidden = !names.length;
    line.title = state.wrong.map((bad) => (bad.name || bad.file) + ': ' + bad.error).join('\n');
    cockpit.write(line, names.length ? text('iot.rules_disabled', { n: names.length, rules: names.join('、') }) : '');
  }
  async function readRules() {
    if (!iot.here()) return;
    const { status, body } = await iot.ask('alarms/rules');
    if (status === 200) state.wrong = body.wrong;
    rules();
  }

  iot.draw = function () {
    if (!iot.here()) return;
    cards();
    groups();
    devices();
    if (iot.drawDevice && !iot.device.id) iot.drawDevice();
  };

  async function readDevices() {
    const query = iot.asking(state.most), asked = JSON.stringify(query), { status, body } = await iot.ask('devices', { query });
    if (asked !== JSON.stringify(iot.asking(state.most))) return;
    if (status === 200) Object.assign(state, { devices: body.items, total: body.total, failed: '' });
    else if (!state.devices) state.failed = body.detail || String(status);
    iot.draw();
  }

  async function read() {
    if (!iot.here()) return;
    // the figures of all devices take longest; nothing waits for them
    const figures = iot.ask('devices/groups', { query: { limit: SILENT } }).then(({ status, body }) => { if (status === 200) state.domains = body.items; });
    const groups = iot.ask('alarms/groups', { query: { limit: Math.max(GROUPS, state.most) } }).then(({ status, body }) => { if (status === 200) Object.assign(state, { groups: body.items, groupsTotal: body.total }); iot.draw(); });
    await Promise.all([figures, groups, readDevices(), iot.readAlarms()]);
    iot.draw();
  }
  iot.read = read;

  document.addEventListener('click', async (click) => {
    const target = iot.here() && click.target.closest ? click.target : null;
    if (!target) return;
    const card = target.closest('[data-domain]'), shows = target.closest('[data-show-status]'), rings = target.closest('[data-show-alarms]'), chip = target.closest('#iot-filters [data-known]'), group = target.closest('[data-group-id]');
    if (target.closest('[data-action="iot-more"]')) {
      state.most = Math.min(MOST, state.most + MORE);
      return read();
    }
    if (rings) {
      Object.assign(state, { domain: card.dataset.domain, listed: rings.dataset.showAlarms });
      iot.choose('');
      iot.readAlarms();
    } else if (shows) {
      state.status = shows.dataset.showStatus;
      if (card) state.domain = card.dataset.domain;
      iot.choose('');
    } else if (card) {
      state.domain = state.domain === card.dataset.domain ? '' : card.dataset.domain;
      iot.choose('');
      iot.readAlarms();
    }
    else if (chip) state.known = chip.dataset.known;
    else if (group && target.closest('[data-action="group-open"]')) {
      const id = group.dataset.groupId;
      state.open.has(id) ? state.open.delete(id) : state.open.add(id);
      return iot.draw();
    } else if (group && target.closest('[data-action="group-acknowledge"]')) {
      const { status, body } = await iot.ask('alarms/groups/' + encodeURIComponent(group.dataset.groupId) + '/acknowledge', { method: 'POST', body: {} });
      if (status !== 202) state.failed = body.detail || String(status);
      return setTimeout(read, 300);
    } else return;
    Object.assign(state, { devices: null, most: ROWS });
    iot.remember();
    iot.draw();
    readDevices();
  });
  document.addEventListener('input', (input) => {
    if (input.target.id !== 'iot-search') return;
    state.q = input.target.value.trim();
    iot.remember();
    clearTimeout(timer);
    timer = setTimeout(readDevices, TYPING_MS);
  });
  cockpit.on('page', () => {
    names = null;
    if (iot.here()) {
      iot.recall();
      read();
    }
    readRules();
  });
  cockpit.on('delta', (delta) => iot.here() && Object.keys(delta.alarms || {}).length && (clearTimeout(iot.soon), (iot.soon = setTimeout(read, 400))));
  setInterval(() => !document.hidden && readRules(), RULES_MS);
  setInterval(() => iot.here() && !document.hidden && read(), EVERY_MS);
})();
