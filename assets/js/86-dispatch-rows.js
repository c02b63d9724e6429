/* The candidates as one sees them: number, name, why, distance, time, state; and why others were left out. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h, dispatch, near } = desk;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const OLD_S = 60, STALE_MS = 25000, LEFT_ALONE_MS = 30000, MOST_SKILLS = 3;
  const STATES = { free: 'done', busy: 'warm', off_shift: 'g-mut', stale: 'late', registered: 'sec' };
  let inside = false, active = '', touched = performance.now();
  for (const name of ['pointermove', 'pointerdown', 'keydown', 'wheel']) {
    window.addEventListener(name, () => { touched = performance.now(); }, { passive: true, capture: true });
  }

  desk.readsNear = () => inside || dispatch.draft().ticked.size > 0 || (byId('near-list') && byId('near-list').contains(document.activeElement) && performance.now() - touched < LEFT_ALONE_MS && near.items.length > 0);

  const whyOf = (item) => (Array.isArray(item.why) ? item.why.map((one) => (typeof one === 'string' ? one : one.text || '')).filter(Boolean).join(' · ') : item.why || '');

  /** What stands below the name: the reason, how old the position is, and whether the distance is only a straight line. */
  function about(item) {
    const parts = [whyOf(item)];
    const age = item.position_age_s;
    if (age !== null && age !== undefined && age > OLD_S) parts.push(text('dispatch.position', { age: cockpit.ageOf(age) }));
    if (item.by_road === false) parts.push(text('dispatch.straight'));
    return parts.filter(Boolean).join(' · ');
  }

  function row(item, n, left) {
    const ticked = dispatch.draft().ticked.has(item.id), free = item.status === 'free' || item.status === 'registered';
    const css = 'cand' + (ticked ? ' ticked' : '') + (free && !left && !item.gone ? '' : ' not-free') + (left ? ' left' : '') + (item.id === desk.pointed() ? ' pointed' : '') + (item.id === active ? ' active' : '');
    const metres = item.by_road && item.road_m !== null && item.road_m !== undefined ? item.road_m : item.distance_m;
    const words = about(item), status = text('dispatch.status.' + item.status);
    return h('Div', { className: css, role: 'option', id: 'cand-' + n, 'aria-selected': ticked ? 'true' : 'false', 'data-candidate': item.id, title: words },
      h('Span', { className: 'n' }, String(n)),
      h('Div', { className: 'who' },
        h('Div', { className: 'name' }, h('Small', {}, item.kind_title || desk.kindOf(item.kind)), ' ' + desk.nameOf(item)),
        h('Div', { className: 'why' }, words)),
      h('Span', { className: 'far', title: item.by_road === false ? text('dispatch.straight') : null }, desk.metresOf(metres)),
      h('Span', { className: 'eta', title: text(item.by_road ? 'dispatch.by_road' : 'dispatch.straight') }, desk.etaOf(item)),
      h('Span', { className: 'state ' + (STATES[item.status] || '') }, status));
  }

  const waiting = () => [1, 2, 3].map(() => h('Div', { className: 'row waiting', 'aria-hidden': 'true' }, h('I', {}), h('I', {})));
  const button = (action, words, more) => h('Button', { type: 'button', className: 'btn', 'data-action': action, ...more }, words);

  function rows() {
    if (near.state === 'loading') return waiting();
    if (near.state === 'noplace') return [h('Div', { className: 'near-said' }, h('P', {}, text('dispatch.no_place')))];
    if (near.state === 'failed') return [h('Div', { className: 'near-said' }, h('P', {}, text('dispatch.failed', { reason: near.reason })), button('near-retry', text('drawer.retry')))];
    const list = near.items.map((item, i) => row(item, i + 1, false));
    if (!list.length) list.push(empty());
    const more = near.total - near.items.length;
    if (more > 0 && !near.all) list.push(h('Button', { type: 'button', className: 'near-left', 'data-action': 'near-more' }, text('dispatch.able_more', { n: near.total, more })));
    if (near.leftOut.length) {
      list.push(h('Button', { type: 'button', className: 'near-left', 'data-action': 'near-left', 'aria-expanded': near.showLeft ? 'true' : 'false' },
        text(near.showLeft ? 'dispatch.hide_left' : 'dispatch.show_left', { n: near.leftOut.length })));
      if (near.showLeft) list.push(...near.leftOut.map((item, i) => row(item, near.items.length + i + 1, true)));
    }
    return list;
  }

  function empty() {
    const { radius, RADII } = dispatch;
    const drawn = dispatch.isInside(), next = RADII[RADII.indexOf(radius) + 1];
    return h('Div', { className: 'near-said' },
      h('P', {}, drawn ? text('dispatch.none_inside') : text('dispatch.none', { far: desk.metresOf(radius) })),
      !drawn && next ? button('near-widen', text('dispatch.widen', { far: desk.metresOf(next) })) : null);
  }

  /** Skills that the candidates have, the most frequent first; a chosen one stays. */
  function skills() {
    const counts = new Map(near.skill ? [[near.skill, 1e9]] : []);
    for (const item of near.items) for (const skill of item.skills || []) counts.set(skill, (counts.get(skill) || 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_SKILLS).map(([skill]) => skill);
  }

  const chip = (props, words, on) => h('Button', { type: 'button', className: 'facet', 'aria-pressed': on ? 'true' : 'false', ...props }, h('Span', {}, words));
  function drawFilters() {
    const box = byId('near-filters'), drawn = dispatch.isInside();
    if (!box) return;
    cockpit.patch(box, [
      h('Div', { className: 'chips', role: 'group', 'aria-label': text('dispatch.kinds') },
        ...Object.keys(desk.NEAR_KINDS).map((name) => chip({ 'data-near-kind': name }, text('dispatch.group.' + name), near.group === name)),
        ...skills().map((skill) => chip({ 'data-near-skill': skill, className: 'facet skill' }, desk.skillOf(skill), near.skill === skill))),
      h('Div', { className: 'chips', role: 'group', 'aria-label': text('dispatch.radius') },
        ...(drawn ? [h('Span', { className: 'note' }, text('dispatch.inside'))] : dispatch.RADII.map((metres) => chip({ 'data-radius': metres }, desk.metresOf(metres), dispatch.radius === metres))),
        near.state === 'ready' && near.total ? h('Span', { className: 'note able', 'data-total': near.total }, text('dispatch.able', { n: near.total })) : null),
    ]);
  }

  function drawAge() {
    const badge = byId('near-asof');
    if (!badge || !dispatch.open) return;
    const age = cockpit.now() - near.at, stale = near.state === 'ready' && (near.reason || age > STALE_MS);
    badge.dataset.trust = near.state !== 'ready' ? 'waiting' : stale ? 'late' : 'fresh';
    byId('panel-nearby').dataset.trust = stale ? 'late' : 'fresh';
    const known = near.state === 'ready' ? [h('I', { className: 'g g-' + (stale ? 'late' : 'fresh') }), near.reason ? text('dispatch.not_new', { time: desk.timeOf(near.at) }) : cockpit.ageOf(age / 1000)] : [];
    cockpit.patch(badge, near.reason && near.state === 'ready' ? [...known, h('Button', { type: 'button', className: 'facet-clear', 'data-action': 'near-retry' }, text('drawer.retry'))] : known);
  }

  function draw() {
    const list = byId('near-list');
    if (!list || !dispatch.open) return;
    drawFilters();
    list.dataset.state = near.state;
    cockpit.patch(list, rows());
    const at = document.querySelector('#near-list .cand.active');
    if (at) list.setAttribute('aria-activedescendant', at.id);
    else list.removeAttribute('aria-activedescendant');
    drawAge();
  }
  for (const name of ['near', 'ticked', 'dispatch']) cockpit.on(name, draw);
  cockpit.on('tick', drawAge);

  const shown = () => [...near.items, ...(near.showLeft ? near.leftOut : [])];
  function go(by) {
    const all = shown(), at = all.findIndex((item) => item.id === active);
    const next = all[Math.max(0, Math.min(all.length - 1, at === -1 ? (by > 0 ? 0 : all.length - 1) : at + by))];
    if (!next) return;
    active = next.id;
    desk.pointAt(active, 'list');
    draw();
    const element = document.querySelector('#near-list .cand.active');
    if (element) element.scrollIntoView({ block: 'nearest' });
  }
  /** Tick the n-th of the list. */
  desk.tickNth = (n) => shown()[n - 1] && desk.tick(shown()[n - 1].id);

  // before the desk's own keys: in this list the arrows walk through candidates
  const WALK = { ArrowDown: () => go(1), ArrowUp: () => go(-1), Home: () => go(-1e6), End: () => go(1e6), ' ': () => active && desk.tick(active) };
  document.addEventListener('keydown', (event) => {
    const inList = event.target.closest && event.target.closest('#near-list') && !event.target.closest('button');
    if (!inList || !WALK[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    WALK[event.key]();
  }, true);
  document.addEventListener('pointerover', (event) => {
    const list = event.target.closest && event.target.closest('#near-list');
    inside = Boolean(list);
    const over = list && event.target.closest('[data-candidate]');
    if (list) desk.pointAt(over ? over.dataset.candidate : '', 'list');
    else if (desk.pointed() && !event.target.closest('#situation-map')) desk.pointAt('', 'list');
  });
  document.addEventListener('click', (event) => {
    if (!desk.here() || !event.target.closest) return;
    const candidate = event.target.closest('#near-list [data-candidate]'), kind = event.target.closest('[data-near-kind]');
    const skill = event.target.closest('[data-near-skill]'), action = event.target.closest('[data-action]');
    if (candidate) {
      active = candidate.dataset.candidate;
      desk.tick(active);
    } else if (kind) desk.setNear({ group: kind.dataset.nearKind, skill: '' });
    else if (skill) desk.setNear({ skill: near.skill === skill.dataset.nearSkill ? '' : skill.dataset.nearSkill });
    else if (action && action.dataset.action === 'near-left') desk.setNear({ showLeft: !near.showLeft });
    else if (action && action.dataset.action === 'near-more') desk.setNear({ all: true });
    else if (action && action.dataset.action === 'near-retry') desk.lookNear();
  });
})();
