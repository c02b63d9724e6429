/* One row of the queue: made once, written anew whenever another event comes to stand in its place. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const C = desk.COLUMN, ALARM = desk.ALARM, RANK = desk.RANK;
  const text = (key, values) => cockpit.text(key, values);

  const CSS = ['over', 'device', 'risk', 'doing', 'paused', 'gone'];
  const TAGGED = new Set(['I', 'II', 'III']); // 一般 needs no tag

  function add(parent, tag, css) {
    const element = parent.appendChild(document.createElement(tag));
    element.className = css;
    return element;
  }

  function write(element, words) {
    if (element.textContent !== words) element.textContent = words;
  }

  function set(element, name, value) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }

  const clockTime = (ms) => {
    const p = cockpit.localParts(ms);
    return p.hour + ':' + p.minute + ':' + p.second;
  };

  function aboutAlarm(row, now) {
    const kind = cockpit.texts['alarm_kind.' + row[ALARM.kind]] || row[ALARM.kind];
    const title = row[ALARM.message] ? kind + ' · ' + row[ALARM.message] : kind;
    const time = text('alarm_state.' + (row[ALARM.state] || 'raised'));
    return { title, where: desk.sourceOf('iot') + ' · ' + clockTime(row[ALARM.raisedAt]), word: '', digits: time,
      foot: desk.spanOf(now - row[ALARM.raisedAt]), severity: row[ALARM.severity] || '' };
  }

  /** A group: what most of it is, where the gravest is, how many there are and how many wait. */
  function aboutGroup(id, now) {
    const { row, waiting, n, kinds } = desk.groupAt(desk.groupIdOf(id));
    const names = kinds.slice(0, 2).map(([kind]) => cockpit.texts['alarm_kind.' + kind] || kind).join('、');
    const place = desk.placeOf(row[ALARM.code] || '', 9) || desk.sourceOf('iot');
    return { title: names + (kinds.length > 2 ? ' …' : ''), where: place + ' · ' + clockTime(row[ALARM.raisedAt]), word: '',
      digits: waiting ? text('alarms.waiting', { n: waiting }) : text('alarm_state.acknowledged'),
      foot: desk.spanOf(now - row[ALARM.raisedAt]), severity: row[ALARM.severity] || '', times: n };
  }

  function aboutEvent(row, rank, now) {
    const street = desk.placeOf(row[C.code], 9), unit = row[C.unit];
    // a unit often has its street's name in it
    const where = [unit && street && unit.startsWith(street) ? '' : street, desk.sourceOf(row[C.source]), unit].filter(Boolean).join(' · ');
    let word = '', digits;
    if (rank === RANK.paused) digits = text('colour.paused');
    else if (row[C.overAt] === null) digits = text('queue.no_limit');
    else [word, digits] = desk.countdown(row[C.overAt], now);
    return { title: row[C.title], where, word, digits, foot: text('stage.' + row[C.stage]), severity: row[C.severity] || '',
      claim: desk.claimOf(row, now) };
  }

  function aboutGone(row, known) {
    return { ...known, word: '', digits: text(row && row[C.state] === 'closed' ? 'queue.done' : 'queue.left'), foot: '' };
  }

  /**
   * @param {number} slot its number among the rows that are made; stays with the element
   * @returns {{element: HTMLElement, show: function(string, number, number, number)}}
   */
  desk.Row = function (slot) {
    const element = document.createElement('div');
    element.id = 'queue-row-' + slot;
    element.setAttribute('role', 'option');
    const glyph = add(element, 'i', 'g');
    glyph.setAttribute('aria-hidden', 'true');
    const what = add(element, 'div', 'what'), top = add(what, 'div', 't');
    const fold = add(top, 'button', 'fold'), tag = add(top, 'span', 'severity'), title = add(top, 'span', 'title'), where = add(what, 'div', 'm');
    title.lang = where.lang = cockpit.DATA.lang;
    const right = add(element, 'div', 'right'), count = add(right, 'div', 'c');
    const word = add(count, 'span', 'cd-word'), digits = add(count, 'span', 'cd-digits'), foot = add(right, 'div', 'foot-line');
    const hand = add(foot, 'i', 'g g-hand'), footWords = add(foot, 'span', '');
    Object.assign(fold, { type: 'button', tabIndex: -1 });
    let known = { title: '', where: '', severity: '' }, shownId = null;

    /** Write what an id is now. `at`: its number in the list, of `of`. */
    function show(id, at, of, now) {
      const row = desk.find(id), rank = desk.rankOfId(id, now), alarm = desk.isAlarm(id), group = desk.isGroup(id);
      if (id !== shownId) known = { title: '', where: '', severity: '' };
      const about = rank === RANK.gone ? aboutGone(row, known) : group ? aboutGroup(id, now) : alarm ? aboutAlarm(row, now) : aboutEvent(row, rank, now);
      if (rank !== RANK.gone) known = about;
      const fresh = desk.isFresh && desk.isFresh(id);
      const css = 'q ' + CSS[rank] + (id === desk.chosen ? ' chosen' : '') + (fresh ? ' fresh' : '')
        + (group ? ' group' : alarm && desk.isUnder(id, at) ? ' member' : '');
      if (element.className !== css) element.className = css;
      const shape = 'g g-' + desk.GLYPHS[rank] + ' ' + CSS[rank];
      if (glyph.className !== shape) glyph.className = shape;
      if (id !== shownId) {
        for (const name of ['data-event-id', 'data-alarm-id', 'data-group-id']) element.removeAttribute(name);
        if (group) element.setAttribute('data-group-id', desk.groupIdOf(id));
        else element.setAttribute(alarm ? 'data-alarm-id' : 'data-event-id', alarm ? desk.alarmOf(id) : id);
        element.dataset.id = id;
        shownId = id;
      }
      set(element, 'aria-selected', id === desk.chosen ? 'true' : 'false');
      set(element, 'aria-posinset', String(at + 1));
      set(element, 'aria-setsize', String(of));
      fold.hidden = !about.times;
      if (about.times) {
        const unfolded = desk.isFoldedOpen(desk.groupIdOf(id));
        fold.dataset.fold = desk.groupIdOf(id);
        set(fold, 'aria-expanded', unfolded ? 'true' : 'false');
        set(fold, 'aria-label', text(unfolded ? 'situation.close' : 'situation.open'));
        write(fold, text('alarms.times', { n: about.times }));
      }
      tag.hidden = !TAGGED.has(about.severity);
      if (!tag.hidden) {
        tag.dataset.severity = about.severity;
        write(tag, about.severity);
        set(tag, 'title', text('severity.' + about.severity));
      }
      write(title, about.title);
      set(element, 'title', about.title);
      const chance = alarm || rank === RANK.gone || rank === RANK.over ? null : desk.forecastOf(id);
      write(where, chance ? chance.words + ' · ' + about.where : about.where);
      set(where, 'title', chance ? chance.reason : '');
      write(word, about.word);
      write(digits, about.digits);
      hand.hidden = !about.claim;
      if (about.claim) {
        const mine = desk.isMine(about.claim);
        set(hand, 'title', text(mine ? 'claim.by_me' : 'claim.by', { by: desk.masked(about.claim[0]) }));
        hand.dataset.mine = mine ? 'true' : 'false';
      }
      write(footWords, about.foot);
    }
    return { element, show };
  };
})();
