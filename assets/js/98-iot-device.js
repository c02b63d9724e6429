/* 设备抽屉: one device in full: what it measured against its limits, its alarms, what is nearest, and adopting it. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const iot = (cockpit.iot = cockpit.iot || {});
  const { h } = iot;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const EVERY_MS = 10000, NEAR_M = 2000;
  const device = (iot.device = { id: '', detail: null, near: null, said: '', form: false });
  let reading = 0;

  const line = (what, right, told = {}) => h('Div', { className: 'line' }, h('Span', { className: 'what', ...told }, what), h('Span', { className: 'right' }, right));
  const part = (title, beside, ...rest) => h('Section', { className: 'part' }, h('H3', {}, title, beside ? h('Span', {}, beside) : null), ...rest);

  function head(d) {
    return [
      h('Header', { className: 'drawer-title' }, h('H2', cockpit.DATA, d.name || d.device_id), h('Span', { className: 'drawer-id' }, d.device_id)),
      h('Div', { className: 'drawer-tags' },
        h('Span', { className: 'tagx' }, iot.kindOf(d.kind)), h('Span', { className: 'tagx ' + d.status }, text('iot_status.' + d.status)),
        d.known ? null : h('Span', { className: 'tagx amb' }, text('iot.not_entered')), d.in_maintenance ? h('Span', { className: 'tagx amb' }, text('iot.in_maintenance')) : null),
      h('Div', { className: 'drawer-facts' }, h('Div', { className: 'facts' },
        h('Div', { className: 'place', ...cockpit.DATA }, iot.placeOf(d) || text('iot.no_place')), h('Div', { className: 'unit', ...cockpit.DATA }, d.owner || text('iot.no_owner')))),
    ];
  }

  /** The curve of each quantity, its limits as dashed lines. Times are shown in the city's zone. */
  function figure(d) {
    const colours = ['#62c6e6', '#e9c46a', '#c79bd8', '#7fcfa8'], lines = [], shapes = [];
    const local = (ms) => {
      const p = cockpit.localParts(ms);
      return p.year + '-' + String(p.month).padStart(2, '0') + '-' + String(p.day).padStart(2, '0') + ' ' + p.hour + ':' + p.minute + ':' + p.second;
    };
    Object.entries(d.history.quantities).slice(0, 4).forEach(([name, points], n) => {
      lines.push({ type: 'scatter', mode: points.length < 3 ? 'markers' : 'lines', name, x: points.map((p) => local(p[0])), y: points.map((p) => p[1]), line: { color: colours[n], width: 1.6 }, marker: { color: colours[n], size: 5 } });
      const limits = d.limits[name];
      for (const limit of limits ? [limits.low, limits.high] : []) {
        if (limit !== null) shapes.push({ type: 'line', xref: 'paper', x0: 0, x1: 1, y0: limit, y1: limit, line: { color: '#ff8578', width: 1.2, dash: 'dash' } });
      }
    });
    const font = { size: 11, color: '#8ea1ba' };
    return {
      data: lines,
      layout: { height: 200, margin: { l: 44, r: 8, t: 8, b: 28 }, paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)', font, shapes, showlegend: lines.length > 1, legend: { orientation: 'h', y: 1.15 }, dragmode: false,
        xaxis: { gridcolor: 'rgba(150,182,220,.08)', tickformat: '%H:%M', nticks: 6 }, yaxis: { gridcolor: 'rgba(150,182,220,.12)', zeroline: false, nticks: 5 }, hoverlabel: { bgcolor: '#12233a' } },
    };
  }

  function body(d) {
    const limits = Object.entries(d.limits).map(([name, l]) => line(name, (l.low === null ? '' : l.low) + ' … ' + (l.high === null ? '' : l.high) + ' ' + l.unit));
    const values = d.values.map((v) => line(v.quantity, Number(v.value.toPrecision(5)) + ' ' + v.unit + ' · ' + iot.timeOf(v.at)));
    const now = d.alarms.map((a) => line((a.message || iot.kindOf(a.kind)), text('alarm_state.' + a.state) + ' · ' + iot.timeOf(a.raised_at || a.cleared_at), cockpit.DATA));
    const past = d.past_alarms.map((a) => line(iot.kindOf(a.kind), text('alarm_state.' + a.state) + ' · ' + iot.timeOf(a.raised_at)));
    const ledger = d.ledger.map((l) => line(l.rule, text('alarm.ledger', { raised: l.raised, wrong: l.judged_false })));
    const near = device.near ? device.near.map((n) => line(n.name || n.id, text('iot.metres', { n: Math.round(n.distance_m) }), cockpit.DATA)) : null;
    return [
      values.length ? part(text('iot.values'), '', ...values) : null,
      part(text('iot.limits'), d.interval_s ? text('iot.interval', { n: d.interval_s }) : '', ...(limits.length ? limits : [line(text('iot.no_limits'), '')])),
      part(text('iot.alarms'), '', ...(now.length + past.length ? [...now, ...past] : [line(text('iot.no_alarms'), '')])),
      ledger.length ? part(text('alarm.ledger_title'), '', ...ledger) : null,
      near ? part(text('iot.nearest'), '', ...(near.length ? near : [line(text('iot.nobody_near'), '')])) : null,
    ];
  }

  function actions(d) {
    if (d.known || !iot.mayAct()) return device.said ? [h('Div', { className: 'move-said', role: 'status' }, device.said)] : [];
    const field = (id, key, value) => h('Input', { id, type: 'text', maxLength: 200, placeholder: text(key), 'aria-label': text(key), defaultValue: value || '' });
    return [
      device.said ? h('Div', { className: 'move-said', role: 'status' }, device.said) : null,
      device.form ? h('Form', { className: 'alarm-form adopt', 'data-form': 'adopt' }, field('adopt-kind', 'iot.kind', d.kind), field('adopt-name', 'iot.name'), field('adopt-owner', 'iot.owner'), h('Button', { type: 'submit', className: 'btn' }, text('iot.adopt')))
        : h('Button', { type: 'button', className: 'move next', 'data-action': 'adopt' }, h('Span', {}, text('iot.adopt'))),
    ].filter(Boolean);
  }

  const chosenGroup = () => (iot.state.domains || []).find((group) => group.domain === iot.state.domain);

  /** No device is chosen, but a group is: who of it is silent, never heard of first. */
  function silentHead(group) {
    return [
      h('Header', { className: 'drawer-title' }, h('H2', {}, text('group.silent_title', { domain: text('iot_domain.' + group.domain) }))),
      h('Div', { className: 'drawer-tags' }, h('Span', { className: 'tagx ' + group.status }, text('iot_status.' + group.status)),
        group.waited_for ? h('Span', { className: 'tagx' }, text('group.waited', { live: group.live, waited: group.waited_for })) : null),
    ];
  }

  function silent(group) {
    if (!group.silent.length) return [h('Div', { className: 'empty' }, text(group.waited_for ? 'group.silent_none' : 'group.unwaited'))];
    const since = (d) => (d.heard_at ? text('group.silent_for', { age: cockpit.ageOf((cockpit.now() - Date.parse(d.heard_at)) / 1000) }) : text('group.never_heard'));
    const rows = group.silent.map((d) => h('Button', { type: 'button', className: 'iot-device silent', 'data-device': d.device_id, 'data-action': 'device', 'data-status': d.status },
      h('I', { className: 'dot ' + d.status, title: text('iot_status.' + d.status) }),
      h('Span', { className: 'what', ...cockpit.DATA }, h('B', {}, d.name || d.device_id), h('Small', {}, [iot.kindOf(d.kind), iot.placeOf(d), d.owner].filter(Boolean).join(' · '))),
      h('Span', { className: 'right' }, h('Small', {}, since(d)))));
    const more = group.silent_total - group.silent.length;
    return more > 0 ? [...rows, h('Div', { className: 'empty' }, text('group.silent_more', { n: more }))] : rows;
  }

  function draw() {
    const { detail } = device, panel = byId('panel-device');
    if (!panel) return;
    panel.dataset.state = detail ? 'ready' : 'idle';
    if (!detail) {
      const group = device.id || device.said ? null : chosenGroup();
      panel.dataset.state = group ? 'ready' : 'idle';
      byId('device-head').className = group ? 'drawer-head' : 'drawer-idle';
      cockpit.patch(byId('device-head'), group ? silentHead(group) : [h('P', {}, device.said || text('iot.nothing'))]);
    } else {
      byId('device-head').className = 'drawer-head';
      cockpit.patch(byId('device-head'), head(detail));
    }
    cockpit.patch(byId('device-body'), detail ? body(detail).filter(Boolean) : panel.dataset.state === 'ready' ? silent(chosenGroup()) : []);
    cockpit.patch(byId('device-actions'), detail ? actions(detail) : []);
    const drawn = detail && Object.keys(detail.history.quantities).length > 0;
    byId('device-chart').hidden = !drawn;
    if (drawn && window.dash_clientside && window.dash_clientside.set_props) window.dash_clientside.set_props('device-graph', { figure: figure(detail) });
  }

  iot.drawDevice = draw;

  async function read() {
    const id = device.id, mine = ++reading;
    if (!id) return;
    const { status, body: answer } = await iot.ask('devices/' + encodeURIComponent(id).replace(/%3A/g, ':'));
    if (mine !== reading) return;
    if (status === 200) device.detail = answer;
    else Object.assign(device, { detail: null, said: answer.detail || String(status) });
    draw();
    if (status === 200 && !device.near && answer.lon !== null) {
      const found = await iot.ask('nearby', { query: { lon: answer.lon, lat: answer.lat, radius_m: NEAR_M, kinds: 'gridworker,camera,fire_station', limit: 5 } });
      if (mine === reading && found.status === 200) device.near = found.body.items;
      draw();
    }
  }

  iot.choose = function (id) {
    Object.assign(device, { id, detail: null, near: null, said: '', form: false });
    const address = new URL(location.href);
    if (id) address.searchParams.set('device', id);
    else address.searchParams.delete('device');
    history.replaceState(history.state, '', address);
    iot.draw();
    if (id && byId('stage').dataset.flows === 'true') byId('panel-device').scrollIntoView({ block: 'start' });
    read();
  };

  document.addEventListener('click', (click) => {
    const target = iot.here() && click.target.closest ? click.target : null;
    if (!target) return;
    const row = target.closest('[data-action="device"][data-device]');
    if (row) iot.choose(row.dataset.device);
    else if (target.closest('[data-action="adopt"]')) {
      device.form = true;
      draw();
      byId('adopt-kind').focus();
    }
  });
  document.addEventListener('submit', async (submit) => {
    if (submit.target.dataset.form !== 'adopt') return;
    submit.preventDefault();
    const value = (id) => byId(id).value.trim();
    const { status, body: answer } = await iot.ask('devices/' + encodeURIComponent(device.id).replace(/%3A/g, ':') + '/adopt', { method: 'POST', body: { kind: value('adopt-kind'), name: value('adopt-name'), owner: value('adopt-owner') } });
    device.said = status === 201 ? text('iot.adopted') : answer.detail || String(status);
    if (status === 201) device.form = false;
    draw();
    setTimeout(read, 6000);
  });
  cockpit.on('page', () => {
    const asked = iot.here() && new URL(location.href).searchParams.get('device');
    if (asked) iot.choose(asked);
  });
  setInterval(() => iot.here() && device.id && !document.hidden && !device.form && read(), EVERY_MS);
})();
