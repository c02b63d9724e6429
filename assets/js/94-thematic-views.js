/* 流向与聚集, asked: the views of /thematic that tell where work comes from, who carries it and where it piles up. */
(function () {
  'use strict';

  const thematic = (window.cockpitThematic = window.cockpitThematic || {});
  const views = (thematic.views = thematic.views || {});
  const RADII = ['100', '200', '400'];
  const byId = (id) => document.getElementById(id);
  /** The same question once more, of just the period that was answered. */
  const again = (body) => ({ scope: body.scope, from: body.from, to: body.to });
  const inLeader = (page, body, scope) => '/leader?' + new URLSearchParams({ scope, indicator: 'reported_today', from: body.from, to: body.to, lang: page.lang() });

  const childrenOf = (page, known, scope) => {
    const below = [...known].filter(([code]) => code.startsWith(scope) && code.length > scope.length), least = Math.min(...below.map(([code]) => code.length));
    const found = below.filter(([code]) => code.length === least);
    return found.length ? found : [...known].filter(([code]) => code === scope);
  };

  async function read(page, state, path, query) {
    const file = state.scope.length >= 12 ? 'grids.geojson' : 'divisions.geojson';
    const [body, known] = await Promise.all([page.ask(path, { scope: state.scope, ...query, ...page.period(state) }), thematic.shapes(file)]);
    const children = childrenOf(page, known, state.scope);
    return { body, known, children, outlines: children.map(([, geometry]) => geometry), named: children.map(([code]) => [code, page.nameOf(code)]) };
  }

  views.flows = async function (page, state, mine) {
    const { h, text, number, counted } = page;
    const { body, known, outlines, named } = await read(page, state, 'thematic/flows', {});
    if (mine !== page.turn()) return;
    const nameOf = (one) => one.unit || one.name || text('thematic.flow.' + one.key, { n: one.units });
    const ends = new Map([...body.carriers, ...body.origins].map((one) => [one.key, one]));
    ends.set('any', { key: 'any', name: text('thematic.flow.any') });
    const title = (link) => (([from, to]) => (from === to ? text('thematic.flow.self', { name: nameOf(ends.get(from)) }) : nameOf(ends.get(from)) + ' → ' + nameOf(ends.get(to))))(link.split('>'));
    const links = body.links.map((link) => ({ ...link, label: title(link.from + '>' + link.to) + ' ' + number(link.count) }));
    const carriers = body.carriers.map((one) => ({ ...one, short: nameOf(one), told: number(one.count), label: nameOf(one) + ' ' + number(one.count) }));
    const picture = thematic.flows(outlines, { ...body, links, carriers }, (link) => page.go({ link: link === state.link ? '' : link }));
    thematic.names(picture, named, known, false, (code) => picture.radiusOf(code) + 4);
    byId('th-map').replaceChildren(picture);
    const sum = (those) => those.reduce((all, link) => all + link.count, 0), own = sum(links.filter((link) => link.from === link.to)), nobody = sum(links.filter((link) => link.to === 'nobody'));
    const sideways = sum(links.filter((link) => link.from !== link.to && ends.get(link.to).lon)), up = body.total - own - nobody - sideways;
    const share = (n) => number(n) + (body.total ? ' · ' + ((100 * n) / body.total).toFixed(1) + '%' : '');
    byId('th-legend').replaceChildren(h('h2', {}, counted(text('thematic.flow.title', { n: number(body.total) }), body, body.scope)), h('p', { class: 'note' }, text('thematic.flow.note')),
      h('ul', { class: 'keys' }, [['own', own], ['up', up], ['sideways', sideways], ['nobody', nobody]].map(([kind, n]) => h('li', { 'data-kind': kind, 'data-count': n }, h('i', { class: 'key ' + kind }), text('thematic.flow_kind.' + kind), h('b', {}, share(n))))));
    page.say(body.total ? page.timeOf(body.as_of) + ' · ' + text('thematic.flow.sum', { whole: number(body.total), own: number(own), up: number(up), sideways: number(sideways), nobody: number(nobody) }) : text('thematic.empty'));
    const chosen = state.link && state.link.split('>').every((key) => ends.has(key)) ? state.link : '';
    picture.show(chosen);
    if (!chosen) {
      byId('th-list').replaceChildren(page.table(links.map((link) => page.opening({ 'data-link': link.from + '>' + link.to }, () => page.go({ link: link.from + '>' + link.to }),
        h('td', {}, title(link.from + '>' + link.to)), h('td', {}, number(link.count))))));
      return;
    }
    const [from] = chosen.split('>'), scope = /^\d+$/.test(from) ? from : state.scope;
    await thematic.behind(page, { path: 'thematic/flows/records', query: { ...again(body), link: chosen }, title: title(chosen), mine, back: { link: '' }, elsewhere: inLeader(page, body, scope) });
  };

  views.clusters = async function (page, state, mine) {
    const { h, text, number } = page, radius = RADII.includes(state.radius) ? state.radius : RADII[0];
    byId('th-controls').append(page.select('radius', text('thematic.cluster.radius'), RADII.map((metres) => [metres, text('thematic.cluster.metres', { n: metres })]), radius));
    const { body, known, outlines, named } = await read(page, state, 'thematic/clusters', { radius });
    if (mine !== page.turn()) return;
    const clusters = body.items.map((one) => ({ ...one, told: number(one.count), label: text('thematic.cluster.label', { name: one.name, n: number(one.count), kind: one.kind_title, of: number(one.kind_count) }) }));
    const keyOf = (one) => one.lon + ',' + one.lat, choose = (key) => page.go({ cluster: key === state.cluster ? '' : key });
    const picture = thematic.clusters(outlines, clusters, (i) => choose(keyOf(clusters[i])));
    thematic.names(picture, named, known, false);
    picture.append(picture.querySelector('.counts'));
    byId('th-map').replaceChildren(picture);
    byId('th-legend').replaceChildren(h('h2', {}, text('thematic.cluster.title', { n: number(body.clusters), events: number(body.clustered) })), h('p', { class: 'note' }, text('thematic.cluster.note', { radius: body.radius_m, fewest: body.fewest })));
    page.say(body.total ? page.timeOf(body.as_of) + ' · ' + text('thematic.cluster.sum', { whole: number(body.total), clustered: number(body.clustered), scattered: number(body.scattered), unplaced: number(body.unplaced) }) : text('thematic.empty'));
    // a cluster keeps no number while reports come in: an address knows it by its place
    const named_ = ['scattered', 'unplaced'].includes(state.cluster), at = state.cluster.split(',').map(Number);
    const i = named_ || at.length !== 2 || at.some(Number.isNaN) ? -1 : nearest(clusters, at);
    picture.look(i);
    if (i < 0 && !named_) {
      const rows = clusters.map((one) => page.opening({ 'data-cluster-row': one.cluster }, () => choose(keyOf(one)),
        h('td', {}, one.name || text('thematic.rest'), h('small', {}, one.kind_title + ' ' + number(one.kind_count))), h('td', {}, number(one.count)), h('td', {}, one.across_m ? text('thematic.cluster.metres', { n: number(one.across_m) }) : text('thematic.cluster.one_point'))));
      const rest = ['scattered', 'unplaced'].map((key) => page.opening({ 'data-cluster-row': key }, () => choose(key), h('td', {}, text('thematic.cluster.' + key)), h('td', {}, number(body[key])), h('td', {})));
      byId('th-list').replaceChildren(page.table([...rows, ...rest]));
      return;
    }
    const query = { ...again(body), radius, fewest: body.fewest, cluster: named_ ? state.cluster : clusters[i].cluster };
    await thematic.behind(page, { path: 'thematic/clusters/records', query, title: named_ ? text('thematic.cluster.' + state.cluster) : clusters[i].name, mine, back: { cluster: '' } });
  };

  function nearest(clusters, [lon, lat]) {
    const away = clusters.map((one) => Math.hypot(one.lon - lon, one.lat - lat)), least = Math.min(...away);
    return least < 0.002 ? away.indexOf(least) : -1;
  }
})();
