/* Draws the trees that the server rendered, changing only what differs. Panels are outside Dash's store on purpose:
   its renderer walks every component of the page for each one that changes, which stops a wall for a second. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  const NAMES = { className: 'class', tabIndex: 'tabindex', htmlFor: 'for', colSpan: 'colspan', rowSpan: 'rowspan' };
  const IGNORED = new Set(['children', 'key', 'n_clicks', 'style']);
  const drawn = new WeakMap(); // container → the flat list that it shows

  /** Props of an element whose words came with the data: they stay as they were written, on an English page too. */
  cockpit.DATA = { lang: 'zh' };

  const isText = (node) => typeof node !== 'object';

  /** Children as a flat list of texts and components; nothing for null and booleans. */
  function flat(children, list = []) {
    if (Array.isArray(children)) for (const child of children) flat(child, list);
    else if (children !== null && children !== undefined && typeof children !== 'boolean') list.push(children);
    return list;
  }

  const tagOf = (node) => node.type.toLowerCase();

  /** A number that leads to its records is a link for who may open that page, for others it stays text. */
  function lead(element, to) {
    const { opens = '' } = document.getElementById('stage')?.dataset || {};
    if (to && opens.split(' ').includes(to.split(/[/?]/)[1])) element.setAttribute('href', to);
    else element.removeAttribute('href');
  }

  /** The way of a number that a script writes itself. */
  cockpit.lead = lead;

  function setAttribute(element, name, value) {
    if (name === 'data-to') lead(element, value);
    const attribute = NAMES[name] || name;
    if (value === null || value === undefined || value === false) element.removeAttribute(attribute);
    else element.setAttribute(attribute, value === true ? '' : String(value));
  }

  function patchStyle(element, before = {}, after = {}) {
    for (const name in before) if (!(name in after)) element.style[name] = '';
    for (const name in after) {
      if (before[name] === after[name]) continue;
      if (name.startsWith('--')) element.style.setProperty(name, after[name]);
      else element.style[name] = after[name];
    }
  }

  function patchProps(element, before, after) {
    for (const name in before) if (!(name in after) && !IGNORED.has(name)) setAttribute(element, name, null);
    for (const name in after) if (!IGNORED.has(name) && before[name] !== after[name]) setAttribute(element, name, after[name]);
    patchStyle(element, before.style || {}, after.style || {});
  }

  /** Text is always text: nothing that a report says is ever read as HTML. */
  function create(node) {
    if (isText(node)) return document.createTextNode(String(node));
    const element = document.createElement(tagOf(node));
    patchProps(element, {}, node.props);
    for (const child of flat(node.props.children)) element.appendChild(create(child));
    return element;
  }

  function patchList(parent, before, after) {
    for (let i = 0; i < after.length; i++) {
      const old = before[i], now = after[i], place = parent.childNodes[i];
      if (old === undefined || !place) parent.appendChild(create(now));
      else if (isText(now) && isText(old)) {
        if (now !== old) place.nodeValue = String(now);
      } else if (isText(now) || isText(old) || tagOf(now) !== tagOf(old)) parent.replaceChild(create(now), place);
      else {
        patchProps(place, old.props, now.props);
        patchList(place, flat(old.props.children), flat(now.props.children));
      }
    }
    for (let i = before.length; i > after.length; i--) if (parent.childNodes[i - 1]) parent.childNodes[i - 1].remove();
  }

  /**
   * Show `tree` in `container`.
   * @param {Element} container
   * @param {*} tree Dash components as data, texts, or lists of them
   */
  cockpit.patch = function (container, tree) {
    const after = flat(tree), before = drawn.get(container);
    if (before) patchList(container, before, after);
    else container.replaceChildren(...after.map(create)); // what Dash had put there to wait
    drawn.set(container, after);
  };
})();
