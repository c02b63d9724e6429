/* Sends what was drawn, changed or removed; for ten seconds it can be taken back. The map shows it when the fact is there. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { plot } = desk;
  if (!plot) return;

  const { C } = cockpit.map.plots;
  const UNDO_S = 10, SAID_S = 5;
  const text = (key, values) => cockpit.text(key, values);
  let said = null; // {words, left, back}: what was done, and how to take it back

  const bodyOf = (row) => ({ kind: row[C.KIND], symbol: row[C.SYMBOL], points: row[C.POINTS], label: row[C.LABEL] });
  const path = (id) => 'plots/' + encodeURIComponent(id);

  function draw() {
    const box = document.getElementById('plot-said');
    if (!box) return;
    box.hidden = !said;
    if (!said) return;
    const { h } = desk;
    cockpit.patch(box, [
      h('Span', { className: 'words' }, said.words),
      said.back ? h('Button', { type: 'button', className: 'btn', 'data-action': 'plot-undo' }, h('Span', {}, text('plot.undo', { n: said.left })), h('Kbd', {}, '⌫')) : null,
    ].filter(Boolean));
  }
  function say(words, back) {
    said = { words, back: back || null, left: back ? UNDO_S : SAID_S };
    draw();
  }

  async function ask(where, how, done) {
    plot.busy = true;
    cockpit.emit('plot-tools', plot);
    const { status, body } = await desk.ask(where, { key: desk.newKey(), ...how });
    plot.busy = false;
    if (status === 202) {
      plot.wrong = '';
      done(body);
    } else {
      plot.wrong = text('plot.failed', { reason: body.detail || body.title || text('plot.no_answer') });
      say(plot.wrong);
    }
    cockpit.emit('plot-tools', plot);
    return status === 202;
  }

  const remove = (id, version) => ask(path(id) + '?expected_version=' + version, { method: 'DELETE' }, () => say(text('plot.said_undone')));
  const put = (id, row, version) => ask(path(id), { method: 'PUT', body: { ...bodyOf(row), expected_version: version } }, () => say(text('plot.said_undone')));

  /** @param {{kind, symbol, points, label, event_id}} wanted */
  plot.draw = (wanted) => ask('plots', { method: 'POST', body: wanted }, (body) => {
    const name = wanted.label || cockpit.map.plots.nameOf(wanted.kind, wanted.symbol);
    say(text('plot.said_drawn') + ' · ' + name, () => remove(body.plot_id, 1));
  });

  /** Draw one otherwise: `change` has what differs. */
  plot.change = function (id, change) {
    const row = cockpit.situation.plots.get(id);
    if (!row) return;
    const version = row[C.VERSION];
    return ask(path(id), { method: 'PUT', body: { ...bodyOf(row), ...change, expected_version: version } }, () =>
      say(text('plot.said_changed') + ' · ' + cockpit.map.plots.nameOf(row[C.KIND], row[C.SYMBOL]), () => put(id, row, version + 1)));
  };

  plot.remove = function (id) {
    const row = cockpit.situation.plots.get(id);
    if (!row) return;
    const version = row[C.VERSION];
    return ask(path(id) + '?expected_version=' + version, { method: 'DELETE' }, () =>
      say(text('plot.said_removed') + ' · ' + (row[C.LABEL] || cockpit.map.plots.nameOf(row[C.KIND], row[C.SYMBOL])), () => put(id, row, version + 1)));
  };

  plot.canUndo = () => Boolean(said && said.back);
  plot.undo = function () {
    const { back } = said || {};
    said = null;
    draw();
    if (back) back();
  };

  cockpit.on('tick', () => {
    if (!said) return;
    said.left -= 1;
    if (said.left <= 0) said = null;
    draw();
  });
})();
