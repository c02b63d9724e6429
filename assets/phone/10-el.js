/* 网格员小屏: what every part of the phone's page uses to say and draw something. Texts are text, never HTML. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const phone = (cockpit.phone = cockpit.phone || {});
  const LANG_KEY = 'cockpit.phone.lang';

  const catalogue = JSON.parse(document.getElementById('phone-texts')?.textContent || '{}');
  const langs = Object.keys(catalogue);
  const asked = new URLSearchParams(location.search).get('lang');

  function remembered() {
    try {
      return localStorage.getItem(LANG_KEY);
    } catch {
      return null; // storage is shut: the address and the first language are left
    }
  }

  phone.lang = [asked, remembered(), langs[0]].find((lang) => langs.includes(lang)) || 'zh-CN';

  phone.setLang = function (lang) {
    phone.lang = lang;
    document.documentElement.lang = lang;
    cockpit.texts = catalogue[lang] || {};
    try {
      localStorage.setItem(LANG_KEY, lang);
    } catch {
      // it holds until the page is closed
    }
  };
  phone.langs = langs;
  phone.setLang(phone.lang);

  /** A text of the page: `phone.say('order.accept')` is the catalogue's `phone.order.accept`. */
  phone.say = (key, values) => cockpit.text('phone.' + key, values);
  /** A text of the catalogue, or `fallback` where it has none. */
  phone.find = (key, fallback) => cockpit.texts[key] || fallback;

  /**
   * An element. `props`: `class`, `on…` functions, `data-…` and other attributes; null and false leave one out.
   * @param {string} tag
   * @param {Object<string, *>=} props
   * @param {...*} children texts, elements, lists of them; null is nothing
   */
  phone.el = function (tag, props, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
      else if (name === 'value') element.value = value;
      else element.setAttribute(name, value === true ? '' : value);
    }
    for (const child of children.flat(9)) if (child !== null && child !== undefined && child !== false) element.append(child);
    return element;
  };

  /** A glyph of the style sheets; decoration for readers of the word beside it. */
  phone.glyph = (name, css) => phone.el('i', { class: 'g g-' + name + (css ? ' ' + css : ''), 'aria-hidden': 'true' });

  /** A button with its name for tests and readers. */
  phone.button = (action, label, onclick, props) =>
    phone.el('button', { type: 'button', 'data-action': action, onclick, ...props }, label);

  phone.clock = (ms) =>
    new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: phone.tz || undefined }).format(ms);

  /** `8:14` of some milliseconds, `1:02:30` beyond an hour. */
  phone.span = function (ms) {
    const s = Math.max(0, Math.floor(ms / 1000));
    const two = (n) => String(n).padStart(2, '0');
    return s < 3600 ? two(Math.floor(s / 60)) + ':' + two(s % 60) : Math.floor(s / 3600) + ':' + two(Math.floor(s / 60) % 60) + ':' + two(s % 60);
  };

  /** How long ago, in the coarsest words that are true. */
  phone.ago = function (ms) {
    const s = Math.max(0, Math.round(ms / 1000));
    if (s < 60) return phone.say('ago.s', { n: s });
    return s < 5400 ? phone.say('ago.min', { n: Math.round(s / 60) }) : phone.say('ago.h', { n: Math.round(s / 3600) });
  };

  phone.metres = (m) => (m < 950 ? phone.say('unit.m', { n: m < 100 ? Math.round(m) : Math.round(m / 10) * 10 }) : phone.say('unit.km', { n: (m / 1000).toFixed(1) }));

  /** 128 bits of chance as text: names a tap, so that the server takes it once. */
  phone.key = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');

  /** One line at the bottom for a moment. */
  phone.toast = function (text, kind) {
    const box = document.getElementById('toasts');
    if (!box) return;
    const line = phone.el('div', { class: 'toast' + (kind ? ' ' + kind : '') }, text);
    box.replaceChildren(line);
    setTimeout(() => line.remove(), 5000);
  };

  /** A sheet from the bottom; only one is open. `fill(close)` gives its content. */
  phone.sheet = function (name, title, fill) {
    const dialog = phone.el('dialog', { class: 'sheet', 'data-sheet': name, 'aria-label': title });
    const close = () => dialog.close();
    dialog.append(
      phone.el('header', {}, phone.el('h2', {}, title), phone.button('close', phone.glyph('close'), close, { 'aria-label': phone.say('close') })),
      phone.el('div', { class: 'sheet-body' }, fill(close)));
    dialog.addEventListener('close', () => dialog.remove());
    dialog.addEventListener('click', (event) => event.target === dialog && close());
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
  };
})();
