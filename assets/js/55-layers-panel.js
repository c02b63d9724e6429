/* The panel of thematic layers: groups, search within, counts, age, legend and filters; and what is on, for who only looks. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const map = cockpit.map, book = cockpit.thematic, symbols = cockpit.symbols;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const GROUPS = ['person', 'event', 'place', 'thing', 'mood', 'organisation'];
  const SWATCH_PX = 16, MOST_SHOWN = 9, MOST_KINDS = 6;
  const unfolded = new Set();
  let query = '', drawing = 0;

  const number = (n) => Number(n || 0).toLocaleString(cockpit.lang);

  /** `11-20 数据`, and in the title how long ago its owner promised it anew. */
  cockpit.thematicAge = (layer) => (layer.as_of ? text('layer_panel.as_of', { date: layer.as_of.slice(0, 10) }) : '');

  function el(tag, props, ...inner) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (name === 'class') element.className = value;
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? '' : value);
    }
    element.append(...inner.filter((one) => one !== null && one !== undefined && one !== ''));
    return element;
  }

  const lookOf = (layer, kind) => ({
    shape: layer.symbol.shape, mark: layer.symbol.mark, colour: kind ? kind.colour : layer.kinds.length ? layer.kinds[0].colour : '#9aa9bc',
    odd: false, geometry: layer.geometry,
  });

  function trustOf(layer) {
    if (book.why(layer.name) === 'failed') return ['failed', text('layer_panel.failed')];
    if (!layer.total) return ['empty', text('layer_panel.empty')];
    if (book.why(layer.name) === 'partly') return ['partly', text('layer_panel.partly')];
    if (layer.stale) return ['stale', text('layer_panel.stale', { days: layer.stale_after_days })];
    return ['', ''];
  }

  function choices(layer, what, list) {
    const chosen = book.only(layer.name)[what];
    return el('div', { class: 'layer-choices', role: 'group', 'aria-label': text('layer_panel.' + what) },
      ...list.map((one) => el('button', {
        type: 'button', 'data-narrow': what, 'data-layer-name': layer.name, 'data-key': one.key,
        'aria-pressed': !chosen.size || chosen.has(one.key) ? 'true' : 'false',
      }, what === 'kinds' ? symbols.swatch(lookOf(layer, one), SWATCH_PX - 4, 'choice ' + layer.name + ' ' + one.key) : '', el('span', {}, one.title), one.count === undefined ? '' : el('b', {}, number(one.count)))));
  }

  function detail(layer) {
    const said = [layer.legend, layer.owner, layer.source, cockpit.thematicAge(layer)].filter(Boolean);
    return el('div', { class: 'layer-detail', id: 'layer-detail-' + layer.name },
      el('p', {}, said.join(' · ')),
      choices(layer, 'kinds', layer.kinds),
      layer.states.length ? choices(layer, 'states', layer.states) : '');
  }

  function row(layer) {
    const [trust, words] = trustOf(layer), on = book.isOn(layer.name), open = unfolded.has(layer.name);
    const { kinds, states } = book.only(layer.name);
    const main = el('button', { type: 'button', class: 'layer-main', role: 'switch', 'aria-checked': on ? 'true' : 'false', 'data-thematic': layer.name },
      symbols.swatch(lookOf(layer), SWATCH_PX, 'row ' + layer.name),
      el('span', { class: 'title' }, layer.title),
      el('span', { class: 'trust' }, words),
      el('b', {}, layer.total ? number(layer.total) : ''));
    const more = el('button', {
      type: 'button', class: 'layer-more', 'data-unfold': layer.name, 'aria-expanded': open ? 'true' : 'false',
      'aria-label': text('layer_panel.detail') + ' ' + layer.title, title: text('layer_panel.detail'),
    }, el('i', { class: 'g g-filter', 'aria-hidden': true }));
    return el('div', { class: 'layer-row', 'data-row': layer.name, 'data-trust-of': trust, 'data-narrowed': kinds.size || states.size ? 'true' : false },
      main, more, open ? detail(layer) : '');
  }

  const matches = (layer, q) => [layer.title, layer.owner, layer.source, layer.name].some((words) => (words || '').toLowerCase().includes(q));

  function groups() {
    const q = query.trim().toLowerCase(), found = book.items.filter((layer) => !q || matches(layer, q));
    if (!found.length) return [el('p', { class: 'nothing' }, q ? text('layer_panel.nothing', { q: query.trim() }) : text('layer_panel.none'))];
    const names = [...GROUPS, ...new Set(found.map((layer) => layer.group).filter((group) => !GROUPS.includes(group)))];
    return names.map((group) => [group, found.filter((layer) => layer.group === group)]).filter(([, list]) => list.length)
      .map(([group, list]) => {
        const on = list.filter((layer) => book.isOn(layer.name)).length;
        return el('section', { 'data-group': group },
          el('h3', {}, list[0].group_title || group, el('small', {}, on ? on + ' / ' + list.length : String(list.length))), ...list.map(row));
      });
  }

  function failedLine() {
    return el('p', { class: 'wrong' }, text('layer_panel.list_failed') + ' ', el('button', { type: 'button', class: 'retry', 'data-action': 'thematic-again' }, text('layer_panel.retry')));
  }

  function drawList() {
    const list = byId('thematic-list');
    if (!list || byId('layer-panel').hidden) return;
    const held = document.activeElement, focus = held && list.contains(held) ? selectorOf(held) : null, top = list.scrollTop;
    const waiting = el('p', { class: 'nothing' }, text('layer_panel.waiting'));
    const inner = book.loaded ? groups() : book.failed ? [] : [waiting];
    list.replaceChildren(...(book.failed ? [failedLine()] : []), ...inner);
    list.scrollTop = top;
    const again = focus && list.querySelector(focus);
    if (again) again.focus({ preventScroll: true });
    cockpit.write(byId('thematic-sub'), book.loaded ? text('layer_panel.on_of', { on: book.shown().length, n: book.items.length }) : '');
    byId('thematic-clear').disabled = !book.on.length;
  }

  function selectorOf(element) {
    const { thematic, unfold, narrow, layerName, key } = element.dataset;
    if (thematic) return `[data-thematic="${thematic}"]`;
    if (unfold) return `[data-unfold="${unfold}"]`;
    return narrow ? `[data-narrow="${narrow}"][data-layer-name="${layerName}"][data-key="${CSS.escape(key)}"]` : null;
  }

  /** What is on, beside the map, whether the panel is open or not. */
  function drawShown() {
    const list = byId('thematic-shown');
    if (!list) return;
    const shown = book.shown(), missing = book.loaded ? book.on.filter((name) => !book.find(name)) : [];
    cockpit.write(byId('thematic-on-count'), shown.length ? String(shown.length) : '');
    list.hidden = !shown.length && !missing.length;
    const few = shown.length <= 2;
    const lines = shown.slice(0, MOST_SHOWN).flatMap((layer) => {
      const [trust, words] = trustOf(layer), only = book.only(layer.name), narrowed = only.kinds.size || only.states.size;
      const kinds = few && layer.kinds.length > 1 ? layer.kinds.filter((kind) => !only.kinds.size || only.kinds.has(kind.key)).slice(0, MOST_KINDS) : [];
      return [
        el('li', { 'data-shown': layer.name, 'data-trust-of': trust }, symbols.swatch(lookOf(layer), SWATCH_PX - 2, 'shown ' + layer.name), el('span', {}, layer.title),
          el('b', {}, layer.total && !narrowed ? number(layer.total) : ''), el('small', {}, words || (narrowed ? text('layer_panel.narrowed') : ''))),
        ...kinds.map((kind) => el('li', { class: 'kind' }, symbols.swatch(lookOf(layer, kind), SWATCH_PX - 6, 'shown ' + layer.name + ' ' + kind.key), el('span', {}, kind.title))),
      ];
    });
    if (shown.length > MOST_SHOWN) lines.push(el('li', { class: 'kind' }, '+' + (shown.length - MOST_SHOWN)));
    lines.push(...missing.map((name) => el('li', { 'data-shown': name, 'data-trust-of': 'failed' }, el('span', {}, name), el('small', {}, text('layer_panel.empty')))));
    list.replaceChildren(...lines);
  }

  function drawBase() {
    const box = byId('thematic-base');
    if (!box || !cockpit.base) return;
    const { items, name } = cockpit.base;
    box.hidden = !items.length;
    const held = box.contains(document.activeElement) ? document.activeElement.dataset.base : null;
    box.replaceChildren(el('span', {}, text('base_map.title')), ...['', ...items.map((item) => item.name)].map((one) => el('button', {
      type: 'button', role: 'radio', 'data-base': one, 'aria-checked': one === name ? 'true' : 'false', 'data-state': one && one === name && cockpit.base.failed ? 'failed' : false,
    }, text('base_map.' + (one || 'none')))));
    const again = held !== null && box.querySelector(`[data-base="${held}"]`);
    if (again) again.focus({ preventScroll: true });
  }

  /** Dash has no plain input: ours is put where it belongs when somebody first opens the panel. */
  function searchField() {
    const place = byId('thematic-search-place');
    if (!place.firstChild) {
      place.append(el('input', { id: 'thematic-search', type: 'search', maxlength: 40, autocomplete: 'off', placeholder: text('layer_panel.search'), 'aria-label': text('layer_panel.search') }));
    }
    return place.firstChild;
  }

  function draw() {
    drawing = 0;
    drawList();
    drawShown();
  }

  /** A switch answers at once, the rest of the lists after the map's next frame: who turns a layer on looks there. */
  function follow({ name, on }) {
    const button = on !== undefined && document.querySelector(`#thematic-list [data-thematic="${CSS.escape(name)}"]`);
    if (!button) return void draw();
    button.setAttribute('aria-checked', on ? 'true' : 'false');
    if (!drawing) drawing = requestAnimationFrame(() => (drawing = setTimeout(draw, 0)));
  }

  /** Have the first pixels of every layer ready, the ones in front of the list first, while a hand goes to its row. */
  function warmAll() {
    const panel = byId('layer-panel');
    if (!map.leaflet || !panel || panel.hidden) return; // a page with a map and no panel of layers
    const b = map.leaflet.getBounds(), bounds = [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()];
    book.warm(book.items.filter((layer) => !book.isOn(layer.name)), bounds);
  }

  function openPanel(now) {
    const panel = byId('layer-panel');
    if (!panel || panel.hidden === !now) return false;
    panel.hidden = !now;
    document.getElementById('stage').dataset.layerPanel = now ? 'open' : '';
    for (const button of document.querySelectorAll('.thematic-open [data-action="thematic"]')) button.setAttribute('aria-expanded', now ? 'true' : 'false');
    if (now) {
      drawList();
      drawBase();
      searchField().focus({ preventScroll: true });
      warmAll();
    } else document.querySelector('.thematic-open button').focus({ preventScroll: true });
    return true;
  }
  book.toggle = () => openPanel(byId('layer-panel').hidden);

  /** A click in the panel: turn a layer, unfold it, narrow it. */
  function pressed(target) {
    const { thematic, unfold, narrow, layerName, key, base } = target.dataset;
    if (thematic) book.turn(thematic, !book.isOn(thematic));
    else if (narrow) book.narrow(layerName, narrow, key);
    else if (base !== undefined) cockpit.base.choose(base);
    else if (unfold) {
      if (!unfolded.delete(unfold)) unfolded.add(unfold);
      drawList();
    }
  }

  /** Up and down go from layer to layer, right and left unfold and fold. */
  function moved(event) {
    const rows = [...byId('thematic-list').querySelectorAll('[data-thematic]')];
    const at = rows.findIndex((one) => one.closest('.layer-row').contains(document.activeElement));
    const name = at >= 0 ? rows[at].dataset.thematic : null;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const next = event.key === 'ArrowDown' ? Math.min(rows.length - 1, at + 1) : at - 1;
      if (next < 0) searchField().focus();
      else if (rows[next]) rows[next].focus();
    } else if ((event.key === 'ArrowRight' || event.key === 'ArrowLeft') && name && event.target.id !== 'thematic-search') {
      if (unfolded.has(name) === (event.key === 'ArrowRight')) return false;
      pressed({ dataset: { unfold: name } });
    } else if (event.key === 'Enter' && event.target.id === 'thematic-search' && rows.length) pressed(rows[0]);
    else return false;
    return true;
  }

  document.addEventListener('click', (event) => {
    const target = event.target.closest && event.target.closest('[data-action], [data-thematic], [data-unfold], [data-narrow], [data-base]');
    if (!target || !byId('layer-panel')) return;
    if (target.dataset.action === 'thematic') book.toggle();
    else if (target.dataset.action === 'thematic-clear') book.clear();
    else if (target.dataset.action === 'thematic-again') book.ask();
    else if (byId('layer-panel').contains(target)) pressed(target);
  });
  document.addEventListener('input', (event) => {
    if (event.target.id !== 'thematic-search') return;
    query = event.target.value;
    drawList();
  });
  // before the desk's own keys: what is open here is closed first, and arrows in it are its own
  document.addEventListener('keydown', (event) => {
    const panel = byId('layer-panel');
    if (!panel || panel.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
    const within = panel.contains(event.target);
    const mine = within || event.target === document.body; // what was pressed may have been drawn anew, and nobody has the focus
    const done = event.key === 'Escape' ? mine && openPanel(false) : within && moved(event);
    if (!done && !(within && (event.key === ' ' || event.key === 'Enter'))) return;
    if (done) event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest && event.target.closest('input, textarea, select');
    if (event.key !== 'L' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (byId('layer-panel') && !(cockpit.desk && cockpit.desk.here())) book.toggle(); // the desk has a table of its keys
  });

  cockpit.on('thematic', follow);
  cockpit.on('thematic-state', draw);
  cockpit.on('view', warmAll);
  cockpit.on('base', drawBase);
  cockpit.on('page', draw);
})();
