/* 选指标: which indicators a report carries: by group, in the page's address, remembered for the account that chose. */
(function () {
  'use strict';

  const side = window.cockpitSide, { h } = side;
  const PARAM = 'indicators';
  const page = () => document.getElementById('reports');
  const text = (key, values) => side.filled(JSON.parse(page().dataset.texts), 'reports.indicators_' + key, values);
  const key = () => 'cockpit.reports.indicators.' + page().dataset.account;
  const usual = () => page().dataset.usual.split(',');
  let all = [], chosen = new Set();

  const known = (said) => (said || '').split(',').filter((name) => all.some((one) => one.name === name));
  const isUsual = () => chosen.size === usual().length && usual().every((name) => chosen.has(name));
  const spelled = () => all.filter((one) => chosen.has(one.name)).map((one) => one.name).join(',');

  function recalled() {
    const asked = known(new URL(location.href).searchParams.get(PARAM));
    if (asked.length) return asked;
    let kept = [];
    try {
      kept = known(window.localStorage.getItem(key()));
    } catch (closed) {
      // a browser that keeps nothing begins with the usual ones
    }
    return kept.length ? kept : usual();
  }

  function remember() {
    const address = new URL(location.href);
    isUsual() || !chosen.size ? address.searchParams.delete(PARAM) : address.searchParams.set(PARAM, spelled());
    history.replaceState(history.state, '', address);
    try {
      isUsual() ? window.localStorage.removeItem(key()) : window.localStorage.setItem(key(), spelled());
    } catch (full) {
      // as above: the address says it all the same
    }
  }

  function change(names, isOn) {
    for (const name of names) isOn ? chosen.add(name) : chosen.delete(name);
    remember();
    refresh();
  }

  function refresh() {
    const box = document.getElementById('reports-indicators');
    for (const input of box.querySelectorAll('input')) input.checked = chosen.has(input.value);
    box.querySelector('summary span').textContent = text(isUsual() ? 'usual' : 'some', { n: chosen.size, all: all.length });
    box.querySelector('[data-do=usual]').disabled = isUsual();
    for (const group of box.querySelectorAll('fieldset')) {
      const inputs = [...group.querySelectorAll('input')], on = inputs.filter((input) => input.checked).length;
      group.querySelector('button').textContent = text(on === inputs.length ? 'none' : 'every');
      group.querySelector('small').textContent = on + ' / ' + inputs.length;
    }
    box.classList.toggle('bad', !chosen.size);
  }

  function drawGroup(group) {
    const mine = all.filter((one) => one.group === group.group), names = mine.map((one) => one.name);
    return h('fieldset', { 'data-group': group.group },
      h('legend', {}, group.group_title, h('small', {}), h('button', { type: 'button', class: 'btn', onclick: () => change(names, !names.every((name) => chosen.has(name))) })),
      mine.map((one) => h('label', { title: one.what }, h('input', { type: 'checkbox', value: one.name, onchange: (event) => change([one.name], event.target.checked) }), one.title)));
  }

  /* Draws the picker into `host`, closed: who makes the usual report needs none of it. */
  function draw(host) {
    all = JSON.parse(page().dataset.indicators);
    chosen = new Set(recalled());
    const groups = all.filter((one, i) => all.findIndex((other) => other.group === one.group) === i);
    host.append(h('details', { id: 'reports-indicators', class: 'rp-indicators', open: !isUsual() },
      h('summary', {}, text('title'), h('span', { role: 'status' })),
      h('p', { class: 'rp-note' }, text('what'), h('button', { type: 'button', class: 'btn', 'data-do': 'usual', onclick: () => { chosen = new Set(usual()); remember(); refresh(); } }, text('back'))),
      groups.map(drawGroup)));
    refresh();
  }

  /* The names for the API; null for the usual ones, so that these are whatever the schedule has. */
  const names = () => (isUsual() ? null : spelled().split(',').filter(Boolean));

  window.cockpitReportIndicators = { draw, names };
})();
