/* 数字预警: a line on the drill-down and the desk while a figure is beyond its limit, with the way to its list. */
(function () {
  'use strict';

  const EVERY_MS = 30000, ID = 'figure-alerts';
  const host = () => document.getElementById('leader') || document.querySelector('#stage[data-page=duty]');
  let timer = 0, at = null;

  function line(alert) {
    const link = document.createElement('a');
    link.href = alert.link;
    link.textContent = alert.said;
    link.dataset.rule = alert.rule;
    return link;
  }

  function draw(alerts) {
    const here = host();
    let box = document.getElementById(ID);
    if (!here || !alerts.length) { if (box) box.remove(); return; }
    if (!box) {
      box = document.createElement('div');
      box.id = ID;
      box.setAttribute('role', 'status');
    }
    if (box.parentNode !== document.body) document.body.append(box);
    const shown = JSON.stringify(alerts.map((alert) => [alert.rule, alert.number]));
    if (box.dataset.shown === shown) return;
    box.dataset.shown = shown;
    const close = document.createElement('button');
    close.type = 'button';
    close.textContent = '×';
    close.addEventListener('click', () => { box.hidden = true; });
    box.hidden = false;
    box.replaceChildren(...alerts.map(line), close);
  }

  async function read() {
    clearTimeout(timer);
    const here = host();
    if (!here) return;
    timer = setTimeout(read, EVERY_MS);
    const asked = new URL(location.href).searchParams;
    if (asked.get('as_of')) return draw([]);
    const query = new URLSearchParams({ open: 'true', limit: '5', lang: here.lang || document.documentElement.lang });
    try {
      const answer = await fetch('/api/v1/figure-alerts?' + query, { credentials: 'same-origin', cache: 'no-store' });
      if (answer.ok) draw((await answer.json()).items);
    } catch (error) {
      // what was shown stays: the page itself says that nothing is heard
    }
  }

  function arrive() {
    const here = host();
    if (here === at) return;
    at = here;
    if (here) read();
    else draw([]);
  }

  new MutationObserver(arrive).observe(document.documentElement, { childList: true, subtree: true });
  arrive();
})();
