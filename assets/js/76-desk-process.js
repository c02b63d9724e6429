/* The body of the drawer: clocks, who was called, what was asked, and the whole process, the newest first. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h, icon } = desk;
  const text = (key, values) => cockpit.text(key, values);

  const LINK = /^https?:\/\/\S+$/i; // anything else a source may have sent is shown, never followed

  function section(css, title, beside, ...rest) {
    return h('Section', { className: 'part ' + css }, h('H3', {}, title, beside ? h('Span', {}, beside) : null), ...rest);
  }

  /** How far a clock has run by now; office hours only move with the next reading. */
  function used(clock, event, now) {
    const more = clock.state === 'paused' || clock.office || clock.ended_at ? 0 : (now - event.at) / 1000;
    return clock.used_s + Math.max(0, more);
  }

  function clockRow(clock, event, now) {
    const spent = used(clock, event, now), allowed = clock.allowed_s;
    const share = allowed > 0 ? Math.min(1, spent / allowed) : 1;
    const ended = Boolean(clock.ended_at);
    const late = clock.state === 'late' || clock.state === 'overtime';
    let right;
    if (ended) right = text(late ? 'clock.ended_late' : 'clock.in_time');
    else if (clock.state === 'paused') right = text('clock.paused');
    else right = desk.countdown(Date.parse(clock.overtime_at), now).join(' ');
    const about = text('clock.of', { used: desk.tookOf(spent), allowed: desk.tookOf(allowed) }) + (clock.office ? ' · ' + text('clock.office') : '');
    return h('Div', { className: 'clock-row ' + clock.state, 'data-clock-kind': clock.kind },
      h('Span', { className: 'name' }, text('clock.' + clock.kind)),
      h('Span', { className: 'track' }, h('I', { style: { width: (share * 100).toFixed(1) + '%' } })),
      h('Span', { className: 'right' }, right),
      h('Span', { className: 'about' }, about));
  }

  function clocks(event, now) {
    const all = event.detail.clocks || [], running = all.filter((c) => !c.ended_at), shown = running.length ? running : all.slice(-2);
    if (!shown.length) return null;
    return section('clocks', text('drawer.clocks'), '', ...shown.map((clock) => clockRow(clock, event, now)));
  }

  const line = (css, ...parts) => h('Div', { className: 'line ' + css }, ...parts);

  function calls(detail) {
    if (!(detail.calls || []).length) return null;
    return section('calls', text('drawer.calls'), '', ...detail.calls.map((call) => line(call.reported_in_at ? 'done' : call.ended_at ? 'over' : 'waits',
      h('Span', { className: 'what', ...cockpit.DATA }, call.unit),
      h('Span', { className: 'right' }, call.reported_in_at ? text('drawer.call_done', { time: desk.timeOf(call.reported_in_at) })
        : text(call.ended_at ? 'drawer.call_ended' : 'drawer.call_waiting')))));
  }

  function extensions(detail) {
    if (!(detail.extensions || []).length) return null;
    return section('extensions', text('drawer.extension'), '', ...detail.extensions.map((ext) => {
      const state = ext.granted_at ? 'extension_granted' : ext.refused_at ? 'extension_refused' : 'extension_waits';
      return line(state, h('Span', { className: 'what', ...cockpit.DATA }, desk.masked(ext.by) + (ext.note ? ' · ' + ext.note : '')), h('Span', { className: 'right' }, text('drawer.' + state, { n: ext.approvals })));
    }));
  }

  const link = (id, words, right) => h('Button', { type: 'button', className: 'line link', 'data-choose': id, title: id },
    h('Span', { className: 'what', ...cockpit.DATA }, words), h('Span', { className: 'right' }, right || ''));
  const titleOf = (id) => (desk.find(id) ? desk.find(id)[desk.COLUMN.title] : id);

  function kin(detail) {
    const rows = [];
    if (detail.merged_into) rows.push(link(detail.merged_into, titleOf(detail.merged_into), text('drawer.merged_into')));
    if (detail.parent) rows.push(link(detail.parent, titleOf(detail.parent), text('drawer.parent')));
    for (const id of detail.children || []) rows.push(link(id, titleOf(id), text('drawer.child')));
    for (const id of detail.merged || []) rows.push(link(id, titleOf(id), text('drawer.merged')));
    return rows.length ? section('kin', text('drawer.kin'), '', ...rows) : null;
  }

  function similar(detail) {
    if (!(detail.similar || []).length) return null;
    return section('similar', text('drawer.similar'), String(detail.similar.length), ...detail.similar.slice(0, 4).map((other) =>
      link(other.event_id, other.title, Math.round(other.distance_m) + ' m · ' + desk.timeOf(other.reported_at))));
  }

  function attachments(list) {
    if (!list || !list.length) return null;
    return h('Div', { className: 'clips' }, ...list.map((one, i) => (LINK.test(one)
      ? h('A', { href: one, target: '_blank', rel: 'noopener noreferrer', title: one }, icon('clip'), text('drawer.attachment', { n: i + 1 }))
      : h('Span', { title: one }, icon('clip'), one))));
  }

  function took(entry) {
    if (entry.took_s === null || entry.took_s === undefined) return null;
    const time = desk.tookOf(entry.took_s), late = entry.limit_s && entry.took_s > entry.limit_s;
    const words = entry.limit_s ? text('drawer.took_of', { time, limit: desk.tookOf(entry.limit_s) }) : text('drawer.took', { time });
    return h('Span', { className: late ? 'took late' : 'took' }, words);
  }

  function facts(entry) {
    const list = [];
    if (entry.condition) list.push(entry.condition);
    if (entry.limit) list.push(text('drawer.limit', { limit: entry.limit }));
    if (entry.due_at) list.push(text('drawer.due', { time: desk.timeOf(entry.due_at) }));
    if (entry.co_units && entry.co_units.length) list.push(text('drawer.with', { units: entry.co_units.join(' · ') }));
    if (entry.degree) list.push(text('degree.' + entry.degree));
    if (entry.score) list.push(text('drawer.score', { n: entry.score }));
    if (entry.other) list.push(titleOf(entry.other));
    return list.length ? h('Div', { className: 'facts', ...cockpit.DATA }, list.join(' · ')) : null;
  }

  function entryOf(entry, newest) {
    const step = entry.kind === 'step', refused = entry.refused;
    const name = step ? text('stage.' + entry.stage) : text('act.' + entry.name);
    const who = [entry.by_rule ? entry.by : desk.masked(entry.by), entry.level ? text('level.' + entry.level) : ''].filter(Boolean).join(' · ');
    const css = 'entry ' + (refused ? 'told' : step ? 'moved' : 'acted') + (newest ? ' newest' : '');
    return h('Li', { className: css },
      h('I', { className: 'dot' }),
      h('Div', { className: 'top' }, h('B', {}, name), entry.unit ? h('Span', { className: 'unit', ...cockpit.DATA }, entry.unit) : null, h('Time', {}, desk.timeOf(entry.at, true))),
      who || entry.took_s !== null ? h('Div', { className: 'who' }, h('Span', cockpit.DATA, who), took(entry)) : null,
      facts(entry),
      entry.note ? h('Div', { className: 'note', ...cockpit.DATA }, entry.note) : null,
      refused ? h('Div', { className: 'why' }, text('drawer.refused', { reason: refused.reason })) : null,
      attachments(entry.attachments));
  }

  /** The report is the first entry, even if no step says so. */
  function reportEntry(detail) {
    return { kind: 'step', stage: 'registered', at: detail.reported_at, by: detail.reporter || '', unit: desk.sourceOf(detail.source), level: null,
      note: detail.description || '', attachments: detail.attachments, took_s: null, limit_s: null };
  }

  function process(detail) {
    const entries = detail.process || [];
    const told = entries.length && entries[0].stage === 'registered' && entries[0].kind === 'step';
    const all = told ? entries.map((e, i) => (i ? e : { ...reportEntry(detail), took_s: e.took_s, limit_s: e.limit_s })) : [reportEntry(detail), ...entries];
    return section('process', text('drawer.process'), text('drawer.steps', { n: all.length }),
      h('Ol', { className: 'entries' }, ...all.slice().reverse().map((entry, i) => entryOf(entry, i === 0))));
  }

  let shown = null;
  function draw(event) {
    const box = document.getElementById('drawer-body');
    if (!box) return;
    const { detail } = event;
    if (!detail) cockpit.patch(box, []);
    else {
      const stale = event.reason ? h('Div', { className: 'drawer-stale' }, text('drawer.stale', { reason: event.reason }), h('Button', { type: 'button', className: 'facet-clear', 'data-action': 'drawer-retry' }, text('drawer.retry'))) : null;
      cockpit.patch(box, [stale, clocks(event, cockpit.now()), calls(detail), extensions(detail), kin(detail), similar(detail), process(detail)].filter(Boolean));
    }
    if (shown !== event.id) box.scrollTop = 0; // another event begins at its top, the same one stays where it is read
    shown = event.id;
  }
  cockpit.on('desk-drawn', draw);

  document.addEventListener('click', (click) => {
    const button = desk.here() && click.target.closest && click.target.closest('#panel-drawer [data-choose]');
    if (button) desk.choose(button.dataset.choose, { from: 'drawer' });
  });
})();
