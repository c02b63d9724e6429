/* Reshaping a drawing: its corners and its middle are handles; what comes of it is sent when it is saved. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { plot } = desk;
  if (!plot) return;

  const { map } = cockpit, { C } = map.plots;
  let shape = null; // {id, kind, points, grips}

  plot.shaping = () => (shape ? shape.id : '');

  function grip(at, css, hooks) {
    const element = document.createElement('div');
    element.className = 'plot-grip ' + css;
    const marker = L.marker([at[1], at[0]], { icon: L.divIcon({ html: element, className: 'plot-pin', iconSize: [0, 0] }), draggable: true, keyboard: false, autoPan: true, pane: 'plot' });
    for (const [name, does] of Object.entries(hooks)) marker.on(name, does);
    return marker;
  }

  function middle(points) {
    const mean = (i) => points.reduce((sum, at) => sum + at[i], 0) / points.length;
    return [mean(0), mean(1)];
  }

  function redraw() {
    const { layer, kind, points } = shape;
    if (shape.outline) layer.removeLayer(shape.outline);
    shape.outline = points.length > 1 ? plot.outline(kind, points).addTo(layer) : null;
  }

  function grips() {
    const { layer, kind, points } = shape;
    shape.grips.forEach((one) => layer.removeLayer(one));
    shape.grips = [];
    const add = (at, css, hooks) => shape.grips.push(grip(at, css, hooks).addTo(layer));
    points.forEach((at, i) => add(at, '', {
      drag: (event) => {
        points[i] = plot.pair(event.latlng || event.target.getLatLng());
        redraw();
      },
      dragend: grips,
    }));
    if (points.length < 2) return;
    const pairs = points.map((at, i) => [i, at, points[i + 1] || (kind === 'area' ? points[0] : null)]).filter(([, , next]) => next);
    for (const [i, a, b] of pairs) {
      let put = false;
      add([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], 'midway', {
        drag: (event) => {
          points.splice(i + 1, put ? 1 : 0, plot.pair(event.latlng || event.target.getLatLng()));
          put = true;
          redraw();
        },
        dragend: grips,
      });
    }
    const from = middle(points);
    let was = points.map((at) => [...at]);
    add(from, 'whole', {
      dragstart: () => (was = points.map((at) => [...at])),
      drag: (event) => {
        const to = plot.pair(event.latlng || event.target.getLatLng());
        was.forEach(([lon, lat], i) => (points[i] = [Number((lon + to[0] - from[0]).toFixed(6)), Number((lat + to[1] - from[1]).toFixed(6))]));
        redraw();
      },
      dragend: grips,
    });
  }

  plot.reshape = function (id) {
    const row = cockpit.situation.plots.get(id);
    if (!row) return;
    plot.put(null);
    plot.endShape();
    shape = { id, kind: row[C.KIND], points: row[C.POINTS].map((at) => [...at]), grips: [], outline: null, layer: L.layerGroup().addTo(map.leaflet) };
    plot.layer(); // makes the pane
    if (shape.points.length > 1) map.plots.hidden = id;
    redraw();
    grips();
    map.plots.redraw();
    cockpit.emit('plot-tools', plot);
  };

  /** Stop reshaping; nothing is sent. @returns {boolean} whether somebody was */
  plot.endShape = function () {
    if (!shape) return false;
    shape.layer.remove();
    shape = null;
    map.plots.hidden = '';
    map.plots.redraw();
    cockpit.emit('plot-tools', plot);
    return true;
  };

  plot.saveShape = async function () {
    const { id, points } = shape;
    if (await plot.change(id, { points })) plot.endShape();
  };

  cockpit.on('plots', () => shape && !cockpit.situation.plots.get(shape.id) && plot.endShape()); // somebody has removed it
})();
