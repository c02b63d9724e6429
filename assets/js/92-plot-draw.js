/* 标绘: drawing on the map with a tool in the hand: corner by corner, Enter or a double click ends, Esc drops it. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const map = cockpit.map;
  if (!map || !map.plots) return;

  const KINDS = ['point', 'line', 'area', 'arrow', 'text'];
  const SYMBOLS_OF = {
    point: ['hazard', 'gathering', 'blocked_road', 'mark'], line: ['cordon', 'route', 'blocked_road', 'mark'],
    area: ['cordon', 'hazard', 'gathering', 'mark'], arrow: ['route', 'mark'], text: ['mark'],
  };
  const LEAST = { line: 2, arrow: 2, area: 3 }, MOST_CORNERS = 200, SAME_PX = 8;

  /**
   * `open`: the tools are shown; `kind`: the tool in the hand, null for none; `symbol`: what is meant, by kind;
   * `toScope`: drawn for the scope although an event is chosen; `wrong`: why something was not done.
   */
  const plot = (desk.plot = {
    open: false, kind: null, symbol: Object.fromEntries(KINDS.map((kind) => [kind, SYMBOLS_OF[kind][0]])), toScope: false, wrong: '', busy: false,
    KINDS, SYMBOLS_OF,
  });
  let corners = [], pointer = null, sketch = null, renderer = null, line = null;

  const tell = () => cockpit.emit('plot-tools', plot);
  const pair = (latlng) => [Number(latlng.lng.toFixed(6)), Number(latlng.lat.toFixed(6))];
  plot.pair = pair;

  /** The event that a drawing could belong to: the chosen one, else the one of the war; null if there is none. */
  plot.nearestEvent = function () {
    if (desk.chosen && !desk.isAlarm(desk.chosen)) return desk.chosen;
    const { mode } = cockpit.situation;
    return mode && mode.mode === 'wartime' && mode.event_id ? mode.event_id : null;
  };

  plot.eventId = () => (plot.toScope ? null : plot.nearestEvent());

  /** A layer of ours for what is being drawn or reshaped. */
  plot.layer = function () {
    if (sketch && sketch._map === map.leaflet) return sketch;
    if (!map.leaflet.getPane('plot')) map.leaflet.createPane('plot').style.zIndex = 447;
    renderer = L.svg({ pane: 'plot', padding: 0.5 });
    sketch = L.layerGroup().addTo(map.leaflet);
    return sketch;
  };
  /** An outline of corners `[lon, lat]` in that layer. */
  plot.outline = function (kind, points) {
    const how = { className: 'plot-sketch', interactive: false, renderer, pane: 'plot' }, at = points.map(([lon, lat]) => [lat, lon]);
    return kind === 'area' ? L.polygon(at, how) : L.polyline(at, { ...how, fill: false });
  };

  function drawSketch() {
    if (!map.leaflet) return;
    const layer = plot.layer(), points = pointer && corners.length ? [...corners, pointer] : corners;
    if (line) layer.removeLayer(line);
    line = plot.kind && points.length > 1 ? plot.outline(plot.kind, points).addTo(layer) : null;
  }

  const rest = () => {};
  function drop() {
    [corners, pointer] = [[], null];
    drawSketch();
  }

  /** Take a tool in the hand; null puts it away. @returns {boolean} whether one was in the hand */
  plot.put = function (kind) {
    const had = plot.kind;
    if (!had && !kind) return false;
    if (kind) {
      if (desk.stopDrawing) desk.stopDrawing();
      if (desk.endPointing) desk.endPointing();
      if (plot.endShape) plot.endShape();
    }
    [plot.kind, plot.wrong] = [kind, ''];
    drop();
    if (kind) map.pick = pick;
    else if (map.pick === pick) {
      map.pick = rest; // the click that ends a drawing is nobody else's: what lies there does not open
      setTimeout(() => map.pick === rest && (map.pick = null));
    }
    if (map.leaflet) map.leaflet.doubleClickZoom[kind ? 'disable' : 'enable']();
    document.getElementById('panel-map').dataset.plotting = kind || '';
    tell();
    return Boolean(had);
  };

  plot.show = function (on) {
    plot.open = on;
    if (!on) {
      plot.put(null);
      plot.choose('');
    }
    tell();
  };

  /** @returns {boolean} whether there was anything to put away */
  plot.escape = function () {
    if (plot.put(null)) return true;
    if (plot.endShape && plot.endShape()) return true;
    if (map.plots.chosen) return plot.choose(''), true;
    if (!plot.open) return false;
    plot.show(false);
    return true;
  };

  const words = () => {
    const field = document.getElementById('plot-label');
    return field ? field.value.trim() : '';
  };

  function wrong(key, focus) {
    plot.wrong = cockpit.text(key);
    tell();
    if (focus) document.getElementById('plot-label').focus();
  }

  function done(points) {
    const { kind } = plot, label = words();
    if (kind === 'text' && !label) return wrong('plot_rule.label_needed', true);
    const wanted = { kind, symbol: plot.symbol[kind], points, label, event_id: plot.eventId() };
    plot.put(null);
    document.getElementById('plot-label').value = '';
    plot.draw(wanted);
  }

  /** End a line, an arrow or an area; with too few corners it is none yet. */
  plot.finish = function () {
    if (!plot.kind) return;
    if (!LEAST[plot.kind]) return done([pair(pointer ? { lng: pointer[0], lat: pointer[1] } : map.leaflet.getCenter())]);
    if (corners.length >= LEAST[plot.kind]) done(corners);
    else wrong('plot_rule.too_few_points');
  };
  plot.dropCorner = function () {
    corners.pop();
    drawSketch();
    tell();
  };
  plot.corners = () => corners.length;
  /** A corner by key: where the pointer is, else in the middle of the map. */
  plot.corner = () => pick(pointer ? { lng: pointer[0], lat: pointer[1] } : map.leaflet.getCenter());

  /** Whether two places are the same one to a hand with a mouse. */
  function near(a, b) {
    const at = (p) => map.leaflet.latLngToContainerPoint([p[1], p[0]]);
    return at(a).distanceTo(at(b)) < SAME_PX;
  }

  function pick(latlng) {
    const at = pair(latlng), { kind } = plot;
    if (!LEAST[kind]) return done([at]);
    const last = corners[corners.length - 1];
    if (last && near(at, last)) return corners.length >= LEAST[kind] ? done(corners) : undefined; // a double click
    if (kind === 'area' && corners.length >= 3 && near(at, corners[0])) return done(corners);
    if (corners.length < MOST_CORNERS) corners.push(at);
    else return wrong('plot_rule.too_many_points');
    drawSketch();
    tell();
  }

  cockpit.on('map', (leaflet) => {
    leaflet.on('mousemove', (event) => {
      if (!plot.kind) return;
      pointer = pair(event.latlng);
      if (corners.length) drawSketch();
    });
  });
})();
