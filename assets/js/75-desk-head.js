/* The head of the drawer: what, where, who reported it, how much time is left, and who works on it. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h, icon } = desk, C = desk.COLUMN, RANK = desk.RANK, ALARM = desk.ALARM;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const LOOKING_MS = 400; // passing by is not looking

  /** 李明 → 李**; what is no Chinese name stays, and so does one's own. */
  desk.masked = function (name) {
    if (!name || name === cockpit.page.root.dataset.officer) return name || '';
    return /^[\u4e00-\u9fff]{2,4}$/.test(name) ? name[0] + '**' : name;
  };

  /** `14:32`, with the day in front unless it is today's. */
  desk.timeOf = function (iso, seconds) {
    const ms = typeof iso === 'number' ? iso : Date.parse(iso);
    const p = cockpit.localParts(ms), today = cockpit.localParts(cockpit.now());
    const day = p.year === today.year && p.month === today.month && p.day === today.day ? '' : p.month + '-' + p.day + ' ';
    return day + p.hour + ':' + p.minute + (seconds ? ':' + p.second : '');
  };

  /** `6 分 10 秒`, `2 小时 5 分`, `3 天`: how long something took. */
  desk.tookOf = function (seconds) {
    const s = Math.max(0, Math.round(seconds)), m = Math.floor(s / 60), hours = Math.floor(s / 3600);
    if (s < 3600 && s % 60) return m ? text('span.minutes', { m, s: s % 60 }) : text('age.seconds', { n: s });
    if (s < 48 * 3600 && m % 60 && hours) return text('span.hours', { h: hours, m: m % 60 });
    return cockpit.ageOf(s);
  };

  function placeOf(detail) {
    const { address } = detail, names = [...new Set([9, 12].map((n) => desk.placeOf(detail.code || '', n)))];
    // an address often has its street and its community in it
    const around = names.filter((name) => name && !(address || '').includes(name)).join(' ');
    const said = [address, around].filter(Boolean).join(' · ') || text('drawer.no_place');
    return detail.lon === null ? said + ' · ' + text('drawer.no_place') : detail.flags && detail.flags.length ? said + ' · ' + text('drawer.doubtful') : said;
  }

  function reportedBy(detail) {
    const values = { time: desk.timeOf(detail.reported_at), source: desk.sourceOf(detail.source), who: desk.masked(detail.reporter) };
    const said = text(detail.reporter ? 'drawer.reported_by' : 'drawer.reported', values);
    return detail.reporters > 1 ? said + ' · ' + text('drawer.reporters', { n: detail.reporters }) : said;
  }

  /** Time left, from the row: the same digits as in the queue, at the same second. */
  function count(id, row, now) {
    const rank = desk.rankOfId(id, now);
    if (rank === RANK.gone) return ['', ''];
    if (rank === RANK.paused) return ['', text('colour.paused')];
    return row[C.overAt] === null ? ['', text('queue.no_limit')] : desk.countdown(row[C.overAt], now);
  }

  function tags(detail) {
    const list = [
      ['stage', text('stage.' + detail.stage)],
      ['', text('drawer.level', { level: text('level.' + detail.level) })],
      ['', desk.className(desk.classOf(detail.category || detail.category_text))],
    ];
    if (detail.severity && detail.severity !== 'IV') list.push(['severe', detail.severity + ' ' + text('severity.' + detail.severity)]);
    if (detail.late) list.push(['warm', text('colour.closed_late')]);
    const strictest = ['red', 'yellow', 'ordinary'].find((degree) => (detail.supervisions || []).some((s) => s.degree === degree));
    if (strictest) list.push(['supervised ' + strictest, text('degree.' + strictest)]);
    if (detail.reminders) list.push(['warm', text('drawer.reminded', { n: detail.reminders })]);
    const chance = detail.forecast && detail.forecast.probability; // null where nothing was learned: no number then
    if (chance >= 0.5) list.push(['warm', text('forecast.tag', { n: Math.round(100 * chance) }), detail.forecast.reason]);
    return h('Div', { className: 'drawer-tags' }, ...list.map(([css, words, why]) => h('Span', { className: 'tagx ' + css, title: why || '' }, words)));
  }

  let lookers = [];
  /** 李** 正在查看: who else has this event before them. */
  function presence() {
    if (!lookers.length) return null;
    const who = lookers.map(desk.masked).join(' · ');
    return h('Div', { className: 'drawer-presence', role: 'status', ...cockpit.DATA }, text('claim.watching', { who }));
  }

  function claim(detail) {
    const held = detail.claim, may = (name) => (detail.actions || []).some((a) => a.name === name && a.allowed);
    const words = !held ? text('claim.nobody')
      : text(held.mine ? 'claim.mine' : 'claim.theirs', { by: desk.masked(held.by), time: desk.timeOf(held.since) });
    const name = held && held.mine ? 'release' : held ? 'take-over' : 'claim';
    const button = may(name) ? h('Button', { type: 'button', className: 'claim-button', 'data-move': name, 'data-action': name }, text('action.' + name), h('Kbd', {}, 'Q')) : null;
    const css = 'drawer-claim' + (held ? (held.mine ? ' mine' : ' theirs') : '');
    return h('Div', { className: css }, icon('hand'), h('Span', { className: 'words', ...(held ? cockpit.DATA : {}) }, words), button);
  }

  function eventHead(id, detail, now) {
    const row = desk.find(id), rank = row ? desk.rankOfId(id, now) : RANK.gone;
    const [word, digits] = row ? count(id, row, now) : ['', ''];
    const glyph = desk.GLYPHS[rank];
    return [
      h('Header', { className: 'drawer-title' },
        icon(glyph, glyph), h('H2', { title: detail.title, ...cockpit.DATA }, detail.title),
        h('Button', { type: 'button', className: 'drawer-id', 'data-action': 'copy-link', title: text('desk.copy') }, id.slice(id.indexOf(':') + 1))),
      h('Div', { className: 'drawer-facts' },
        h('Div', { className: 'facts' },
          h('Div', { className: 'place', title: placeOf(detail), ...cockpit.DATA }, placeOf(detail)),
          h('Div', { className: 'reported', ...cockpit.DATA }, reportedBy(detail)),
          h('Div', { className: 'unit', ...cockpit.DATA }, detail.unit ? text('drawer.unit', { unit: detail.unit }) : text('drawer.no_unit'))),
        h('Div', { className: 'drawer-count' + (rank === RANK.over ? ' over' : '') },
          h('Span', { className: 'cd-word' }, word), h('Span', { className: 'cd-digits' }, digits))),
      tags(detail),
      claim(detail),
      presence(),
    ];
  }

  function alarmHead(row, now, group) {
    const nameOf = (name) => cockpit.texts['alarm_kind.' + name] || name, kind = nameOf(row[ALARM.kind]);
    const title = group ? group.kinds.slice(0, 2).map(([name]) => nameOf(name)).join('、') + ' ' + text('alarms.times', { n: group.n }) : kind;
    return [
      h('Header', { className: 'drawer-title' }, icon('iot', 'warm'), h('H2', {}, title), h('Span', { className: 'drawer-id' }, text('drawer.alarm'))),
      h('Div', { className: 'drawer-facts' },
        h('Div', { className: 'facts' },
          h('Div', { className: 'place', ...cockpit.DATA }, row[ALARM.message] || kind),
          h('Div', { className: 'reported' }, text('drawer.alarm_raised', { time: desk.timeOf(row[ALARM.raisedAt], true) }))),
        h('Div', { className: 'drawer-count' }, h('Span', { className: 'cd-word' }, ''), h('Span', { className: 'cd-digits' }, desk.spanOf(now - row[ALARM.raisedAt])))),
    ];
  }

  const idle = (...lines) => h('Div', { className: 'drawer-idle' }, ...lines.map((line) => h('P', {}, line)));
  const retry = () => h('Button', { type: 'button', className: 'btn', 'data-action': 'drawer-retry' }, text('drawer.retry'));

  function draw(event) {
    const panel = byId('panel-drawer');
    if (!panel) return;
    const { id, state, detail } = event, now = cockpit.now();
    panel.dataset.state = state;
    const alarm = id && desk.isAlarm(id) ? desk.find(id) : null;
    let tree;
    if (state === 'idle') tree = idle(text('drawer.nothing'), text('drawer.how'));
    else if (id && desk.isAlarm(id)) tree = alarm ? alarmHead(alarm, now, desk.isGroup(id) ? desk.groupAt(desk.groupIdOf(id)) : null) : idle(text('drawer.alarm_over'));
    else if (state === 'gone') tree = idle(text('drawer.gone'));
    else if (state === 'failed') tree = [idle(text('drawer.failed', { reason: event.reason })), h('Div', { className: 'drawer-idle' }, retry())];
    else if (!detail) tree = waiting(id);
    else tree = eventHead(id, detail, now);
    cockpit.patch(byId('drawer-head'), tree);
    cockpit.emit('desk-drawn', event);
  }

  /** Before the answer: what the queue knows already. */
  function waiting(id) {
    const row = desk.find(id);
    return row ? [h('Header', { className: 'drawer-title' }, h('H2', cockpit.DATA, row[C.title])), h('Div', { className: 'drawer-wait' }, h('I'), h('I'), h('I'))] : idle(text('drawer.loading'));
  }

  cockpit.on('desk-event', draw);
  const look = () => desk.here() && cockpit.say('look', { event_id: desk.event.id && !desk.isAlarm(desk.event.id) ? desk.event.id : null });
  let looking = null;
  cockpit.on('desk-choice', () => {
    lookers = [];
    clearTimeout(looking);
    looking = setTimeout(look, LOOKING_MS);
  });
  cockpit.on('joined', look);
  cockpit.on('lookers', ({ event_id, names }) => {
    if (event_id !== desk.event.id) return;
    lookers = names;
    draw(desk.event);
  });
  cockpit.on('tick', () => desk.here() && desk.event.id && draw(desk.event));
  document.addEventListener('click', (click) => {
    const button = desk.here() && click.target.closest && click.target.closest('[data-action="copy-link"]');
    if (button && navigator.clipboard) navigator.clipboard.writeText(window.location.href).catch(() => {});
  });
})();
