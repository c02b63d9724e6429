/* What a thing of a thematic layer says of itself: the fields of the layer's definition, as the reader's role may read them.
   Every word comes from outside and goes into textContent. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map, book = cockpit.thematic;
  const text = (key, values) => cockpit.text(key, values);

  const GAP_PX = 14, TOOLS_PX = 56; // the map's own buttons stand at its right edge
  let card = null, open = null, asked = 0;

  function part(tag, name, words) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (words !== undefined) element.textContent = words;
    return element;
  }

  const titleOf = (list, key) => ((list || []).find((one) => one.key === key) || {}).title || key || '';

  function worded(value) {
    if (value === true || value === false) return text(value ? 'layer_panel.yes' : 'layer_panel.no');
    return Array.isArray(value) ? value.join('、') : typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  }

  function rows(layer, item) {
    const list = part('dl', 'layer-fields');
    const add = (title, value) => {
      if (value === undefined || value === null || value === '') return;
      list.append(part('dt', '', title), part('dd', '', worded(value)));
    };
    add(text('layer_panel.kind'), titleOf(layer.kinds, item.kind));
    add(text('layer_panel.state'), titleOf(layer.states, item.state));
    for (const { field, title } of layer.popup || []) add(title, (item.fields || {})[field]);
    add(text('layer_panel.owner'), item.owner || layer.owner);
    add(text('layer_panel.id'), item.id);
    return list;
  }

  function head(title, sub) {
    const bar = part('header', '');
    const close = part('button', 'layer-close', '×');
    close.type = 'button';
    close.setAttribute('aria-label', text('layer_panel.close'));
    close.addEventListener('click', shut);
    bar.append(part('b', '', title), part('span', 'sub', sub), close);
    return bar;
  }

  function write(layer, ...inner) {
    card.replaceChildren(...inner);
    card.hidden = false;
    put();
    return layer;
  }

  function put() {
    if (!open || !card || card.hidden) return;
    const at = map.leaflet.latLngToContainerPoint([open.lat, open.lon]), size = map.leaflet.getSize();
    const [l, t, beside, b] = map.covered(), r = beside + TOOLS_PX;
    const w = card.offsetWidth, h = card.offsetHeight;
    const left = at.x + GAP_PX + w > size.x - r - 8 ? at.x - GAP_PX - w : at.x + GAP_PX;
    const top = Math.max(t + 8, Math.min(size.y - b - h - 8, at.y - h / 2));
    card.style.transform = 'translate(' + Math.round(Math.max(l + 8, left)) + 'px,' + Math.round(top) + 'px)';
  }

  function shut() {
    const was = Boolean(open);
    open = null;
    asked += 1;
    if (card) card.hidden = true;
    return was;
  }
  /** @returns {boolean} whether there was anything to close */
  book.closeThing = shut;

  async function show(thing) {
    const mine = (asked += 1), { layer } = thing;
    open = thing;
    const still = () => mine === asked && open === thing;
    write(layer, head(layer.title, ''), part('p', 'layer-waiting', text('layer_panel.waiting')));
    let item = null, why = 'layer_panel.gone';
    try {
      const answer = await fetch('/api/v1/layers/' + encodeURIComponent(layer.name) + '/items?' + book.query(layer.name, { row: thing.row }), { credentials: 'same-origin' });
      if (!answer.ok) throw new Error(String(answer.status));
      item = (await answer.json()).items[0] || null;
    } catch (away) {
      why = 'layer_panel.item_failed';
    }
    if (!still()) return;
    if (!item) {
      const again = part('button', 'layer-retry', text('layer_panel.retry'));
      again.type = 'button';
      again.addEventListener('click', () => show(thing));
      return void write(layer, head(layer.title, ''), part('p', 'layer-wrong', text(why)), again);
    }
    write(layer, head(item.name || layer.title, item.name ? layer.title : ''), rows(layer, item), part('p', 'layer-source', [layer.source, cockpit.thematicAge(layer)].filter(Boolean).join(' · ')));
  }

  cockpit.on('thing-open', show);
  cockpit.on('map', (leaflet) => {
    card = part('section', 'layer-card');
    card.hidden = true;
    card.setAttribute('role', 'dialog');
    card.setAttribute('aria-label', text('layer_panel.title'));
    leaflet.getContainer().appendChild(card);
    L.DomEvent.disableClickPropagation(card);
    L.DomEvent.disableScrollPropagation(card);
    card.addEventListener('mousemove', (event) => event.stopPropagation());
    leaflet.on('move zoomend resize', put);
  });
  cockpit.on('thematic', ({ name }) => {
    if (open && (name === undefined || name === open.layer.name) && !book.isOn(open.layer.name)) shut();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !open) return;
    event.stopImmediatePropagation();
    shut();
  }, true);
})();
