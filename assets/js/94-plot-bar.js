/* The tools of 标绘 on the desk's map, and the card of a chosen drawing: what it is, who drew it and when, what can be done. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { plot, h, icon } = desk;
  if (!plot) return;

  const { map } = cockpit, { C } = map.plots;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);
  let renaming = false, wasPicking = false;

  const pressed = (on) => (on ? 'true' : 'false');
  const key = (label, action, words) => h('Button', { type: 'button', 'data-action': action }, h('Span', {}, words), label ? h('Kbd', {}, label) : null);

  function kinds() {
    return h('Div', { className: 'kinds', role: 'radiogroup', 'aria-label': text('plot.keys.kind') }, ...plot.KINDS.map((kind, i) =>
      h('Button', { type: 'button', role: 'radio', 'data-plot-kind': kind, 'aria-checked': pressed(plot.kind === kind), title: text('plot.kind.' + kind) + ' (' + (i + 1) + ')' },
        icon(kind), h('Span', {}, text('plot.kind.' + kind)))));
  }

  function symbols() {
    const kind = plot.kind || 'point', own = plot.SYMBOLS_OF[kind];
    if (!plot.kind || own.length < 2) return null;
    return h('Div', { className: 'symbols', role: 'radiogroup', 'aria-label': text('plot.keys.symbol') }, ...own.map((symbol) =>
      h('Button', { type: 'button', role: 'radio', 'data-plot-symbol': symbol, 'aria-checked': pressed(plot.symbol[kind] === symbol) },
        h('I', { className: 'swatch', 'data-symbol': symbol }), h('Span', {}, symbol === 'mark' ? text('plot.symbol.mark') : map.plots.nameOf(kind, symbol)))));
  }

  const titleOf = (id) => {
    const row = desk.find(id) || cockpit.situation.events.get(id);
    return row ? row[5] : id;
  };

  function whose() {
    const chosen = plot.eventId(), could = plot.nearestEvent();
    const words = chosen ? text('plot.of_event', { title: titleOf(chosen) }) : text('plot.of_scope');
    return h('P', { className: 'whose' }, could ? h('Button', { type: 'button', 'data-action': 'plot-whose', title: words }, h('Span', {}, words)) : h('Span', { title: text('plot.needs_event') }, words));
  }

  function how() {
    if (plot.shaping()) return text('plot.how_edit');
    if (!plot.kind) return '';
    return text(plot.kind === 'text' ? 'plot.how_text' : plot.kind === 'point' ? 'plot.how_single' : 'plot.how_more');
  }

  function deeds(id) {
    if (plot.shaping() === id) return [key('⏎', 'plot-save', text('plot.save')), key('Esc', 'plot-stop', text('plot.close'))];
    if (renaming) return [key('⏎', 'plot-save-words', text('plot.save')), key('Esc', 'plot-stop', text('plot.close'))];
    return [key('', 'plot-reshape', text('plot.edit')), key('', 'plot-rename', text('plot.label')), key('Del', 'plot-remove', text('plot.remove'))];
  }

  function card() {
    const id = map.plots.chosen, row = id && cockpit.situation.plots.get(id);
    if (!row) return null;
    const time = (ms) => desk.timeOf(new Date(ms).toISOString());
    return h('Div', { className: 'plot-card', 'data-plot': id },
      h('B', {}, [map.plots.nameOf(row[C.KIND], row[C.SYMBOL]), row[C.LABEL]].filter(Boolean).join(' · ')),
      h('P', {}, text('plot.drawn', { by: row[C.BY], at: time(row[C.AT]) })),
      row[C.CHANGED_BY] ? h('P', {}, text('plot.changed', { by: row[C.CHANGED_BY], at: time(row[C.CHANGED_AT]) })) : null,
      h('P', {}, row[C.EVENT] ? text('plot.of_event', { title: titleOf(row[C.EVENT]) }) : text('plot.of_scope')),
      renaming ? h('Input', { id: 'plot-words', type: 'text', maxlength: 60, 'aria-label': text('plot.label_field') }) : null,
      h('Div', { className: 'deeds' }, ...deeds(id)));
  }

  function draw() {
    const bar = byId('plot-bar');
    if (!bar || !desk.here()) return;
    const chosen = card(), opener = document.querySelector('[data-action="plot-open"]');
    bar.hidden = !plot.open && !chosen;
    opener.setAttribute('aria-pressed', pressed(plot.open));
    if (bar.hidden) return;
    cockpit.patch(bar, [
      plot.open ? kinds() : null,
      plot.open ? symbols() : null,
      plot.open ? h('Input', { id: 'plot-label', type: 'text', maxlength: 60, placeholder: text('plot.label_field'), 'aria-label': text('plot.label_field') }) : null,
      plot.open ? whose() : null,
      how() ? h('P', { className: 'how', role: 'status' }, how()) : null,
      plot.wrong ? h('P', { className: 'wrong', role: 'alert' }, plot.wrong) : null,
      chosen,
    ].filter(Boolean));
  }

  /** Choose a drawing on the map; '' chooses none. */
  plot.choose = function (id) {
    if (map.plots.chosen !== id) plot.endShape();
    [map.plots.chosen, renaming, plot.wrong] = [id, false, ''];
    map.plots.redraw();
    draw();
  };

  function rename(on) {
    renaming = on;
    draw();
    if (!on) return;
    const field = byId('plot-words');
    field.value = cockpit.situation.plots.get(map.plots.chosen)[C.LABEL];
    field.focus();
  }
  async function saveWords() {
    if (await plot.change(map.plots.chosen, { label: byId('plot-words').value.trim() })) rename(false);
  }

  const DEEDS = {
    'plot-open': () => plot.show(!plot.open),
    'plot-whose': () => {
      plot.toScope = !plot.toScope;
      draw();
    },
    'plot-reshape': () => plot.reshape(map.plots.chosen),
    'plot-rename': () => rename(true),
    'plot-remove': () => plot.remove(map.plots.chosen),
    'plot-save': () => plot.saveShape(),
    'plot-save-words': saveWords,
    'plot-stop': () => (renaming ? rename(false) : plot.endShape()),
    'plot-undo': () => plot.undo(),
  };
  document.addEventListener('click', (event) => {
    const button = desk.here() && event.target.closest && event.target.closest('#panel-map button');
    if (!button) return;
    const { action, plotKind, plotSymbol } = button.dataset;
    if (plotKind) take(plotKind);
    else if (plotSymbol) mean(plotSymbol);
    else if (DEEDS[action]) DEEDS[action]();
  });

  function take(kind) {
    plot.put(plot.kind === kind ? null : kind);
    if (plot.kind === 'text') byId('plot-label').focus();
  }
  function mean(symbol) {
    plot.symbol[plot.kind] = symbol;
    draw();
  }
  function next(by) {
    const own = plot.SYMBOLS_OF[plot.kind];
    mean(own[(own.indexOf(plot.symbol[plot.kind]) + by + own.length) % own.length]);
  }

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    if (event.target.id === 'plot-words') saveWords();
    else if (event.target.id === 'plot-label') map.leaflet.getContainer().focus({ preventScroll: true });
  });

  const armed = () => Boolean(plot.kind);
  desk.KEYS.unshift(
    { group: 'plot', keys: ['Shift+B'], shown: ['⇧ B'], words: 'plot.keys.open', does: () => plot.show(!plot.open) },
    { group: 'plot', keys: ['1', '2', '3', '4', '5'], shown: ['1', '–', '5'], words: 'plot.keys.kind', when: () => plot.open, does: (pressedKey) => take(plot.KINDS[Number(pressedKey) - 1]) },
    { group: 'plot', keys: ['[', ']'], words: 'plot.keys.symbol', when: armed, does: (pressedKey) => next(pressedKey === ']' ? 1 : -1) },
    { group: 'plot', keys: [' '], shown: ['␣'], words: 'plot.keys.corner', when: armed, does: () => plot.corner() },
    { group: 'plot', keys: ['Enter'], shown: ['⏎'], words: 'plot.keys.finish', when: () => armed() || Boolean(plot.shaping()), does: () => (armed() ? plot.finish() : plot.saveShape()) },
    { group: 'plot', keys: ['Backspace'], shown: ['⌫'], words: 'plot.keys.undo', when: () => (armed() && plot.corners() > 0) || plot.canUndo(), does: () => (armed() && plot.corners() ? plot.dropCorner() : plot.undo()) },
    { group: 'plot', keys: ['Delete'], shown: ['Del'], words: 'plot.keys.remove', when: () => Boolean(map.plots.chosen), does: () => plot.remove(map.plots.chosen) },
  );

  cockpit.on('map', (leaflet) => {
    leaflet.on('preclick', () => (wasPicking = Boolean(map.pick) || Boolean(plot.shaping())));
    leaflet.on('click', (event) => {
      if (!desk.here() || wasPicking || map.hit(event.containerPoint)) return;
      plot.choose(map.plots.at(event.containerPoint, plot.open));
    });
  });
  cockpit.on('plot-tools', draw);
  cockpit.on('desk-choice', draw);
  cockpit.on('mode', draw);
  cockpit.on('plots', () => {
    if (map.plots.chosen && !cockpit.situation.plots.get(map.plots.chosen)) plot.choose('');
    else draw();
  });
})();
