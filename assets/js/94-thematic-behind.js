/* 反查: the events behind a flow or a cluster, newest first, each a way into the drill-down. */
(function () {
  'use strict';

  const thematic = (window.cockpitThematic = window.cockpitThematic || {});

  /**
   * Fills the list beside the map with the events behind a count.
   * @param {object} page what 94-thematic-page.js gives its views
   * @param {{path, query, title, mine, back, elsewhere}} asked `back`: what is asked of the address to leave the list
   */
  thematic.behind = async function (page, asked) {
    const { h, text, number } = page, box = document.getElementById('th-list');
    const rows = h('tbody', {}), more = h('button', { type: 'button', 'data-action': 'more', hidden: true }, text('thematic.further'));
    const said = h('b', { id: 'th-behind-total' });
    let cursor = '';
    async function read() {
      const body = await page.ask(asked.path, { ...asked.query, limit: 40, ...(cursor ? { after: cursor } : {}) });
      if (asked.mine !== page.turn()) return;
      said.textContent = asked.title + ' · ' + text('thematic.total', { n: number(body.total) });
      rows.append(...body.items.map((event) => row(page, event, asked)));
      cursor = body.next || '';
      more.hidden = !cursor;
    }
    more.addEventListener('click', () => read().catch((error) => page.say(text('thematic.failed', { reason: error.message }))));
    box.replaceChildren(
      h('div', { class: 'th-behind' }, h('button', { type: 'button', 'data-action': 'back', onclick: () => page.go(asked.back) }, '‹ ' + text('thematic.back')), said,
        asked.elsewhere ? h('a', { href: asked.elsewhere }, text('thematic.in_leader')) : null),
      h('table', { class: 'th-events' }, rows), more);
    await read();
  };

  function row(page, event, asked) {
    const { h, text } = page, state = event.colour === 'green' ? (event.late ? 'late' : 'green') : event.colour;
    const href = '/leader?' + new URLSearchParams({ scope: event.code.slice(0, 12), event: event.event_id, indicator: 'reported_today', from: asked.query.from, to: asked.query.to, lang: page.lang() });
    return h('tr', { 'data-event-id': event.event_id },
      h('td', {}, h('a', { href }, event.title || event.kind_title), h('small', {}, [event.address || page.nameOf(event.code), event.unit].filter(Boolean).join(' · '))),
      h('td', { class: 'state ' + state }, text('thematic.state.' + state), h('small', {}, page.timeOf(event.reported_at))));
  }
})();
