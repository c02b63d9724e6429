/* 上报: what was seen: a photo, where, of which kind, and a few words. Written down at once, sent when it can be. */
(function () {
  'use strict';

  const cockpit = window.cockpit, phone = cockpit.phone;
  const { el, glyph, button, say } = phone;
  const VAGUE_M = 100, LATELY = 8;

  /** 事件 kinds of the standards in force, kept for when there is no line: [category, name, class name]. */
  async function kinds() {
    try {
      const answer = await phone.call('standards?category=event');
      if (answer.ok) {
        const rows = (await answer.json()).items.map((row) => [row.category, row.name, row.class_name]);
        const found = [...new Map(rows.map((row) => [row[0], row])).values()];
        await phone.store.keep('kinds', found);
        return found;
      }
    } catch {
      // what is kept does
    }
    return (await phone.store.find('kinds').catch(() => null)) || [];
  }

  const inside = (fix, bounds) => bounds && fix.lon >= bounds[0] && fix.lon <= bounds[2] && fix.lat >= bounds[1] && fix.lat <= bounds[3];

  phone.report = function () {
    const photos = [];
    const said = { category: null, fix: null, byHand: false, severity: null };

    phone.sheet('report', say('report.title'), (close) => {
      const me = phone.state.me;
      const title = el('input', { type: 'text', maxlength: 100, placeholder: say('report.what'), 'aria-label': say('report.what'), 'data-input': 'title' });
      const more = el('textarea', { rows: 2, maxlength: 2000, placeholder: say('report.more'), 'aria-label': say('report.more') });
      const search = el('input', { type: 'search', placeholder: say('report.kind'), 'aria-label': say('report.kind'), 'data-input': 'kind' });
      const list = el('div', { class: 'kinds' });
      const spot = el('div', { class: 'spot' });
      const send = button('report-send', [glyph('pass'), say('report.send')], () => put(), { class: 'primary', disabled: true });
      const missing = el('p', { class: 'hint', role: 'status' });
      let all = [];
      let lately = [];

      function check() {
        const lacks = !title.value.trim() && !said.category ? 'what' : !said.fix && !said.byHand ? 'where' : null;
        send.disabled = lacks !== null;
        missing.textContent = lacks ? say('report.lacks_' + lacks) : '';
      }

      function drawKinds() {
        const words = search.value.trim();
        const chosen = all.find((kind) => kind[0] === said.category);
        const shown = words ? all.filter((kind) => kind[1].includes(words) || kind[2].includes(words)) : lately.map((code) => all.find((kind) => kind[0] === code)).filter(Boolean);
        const rows = (shown.length || words ? shown : all).slice(0, words ? 30 : LATELY);
        if (chosen && !rows.includes(chosen)) rows.unshift(chosen);
        list.replaceChildren(...rows.map((kind) => el('button', {
          type: 'button', class: 'kind' + (kind[0] === said.category ? ' is' : ''), 'data-kind': kind[0], 'aria-pressed': String(kind[0] === said.category),
          onclick: () => {
            said.category = said.category === kind[0] ? null : kind[0];
            if (said.category && !title.value.trim()) title.value = kind[1];
            drawKinds();
            check();
          },
        }, kind[1])), ...(words && !rows.length ? [el('p', { class: 'hint' }, say('report.no_kind'))] : []));
      }

      function drawSpot() {
        const { fix } = said;
        const within = fix && me && inside(fix, me.bounds);
        if (fix && !within) said.byHand = true;
        const words = !fix ? say(said.asking ? 'report.finding' : 'report.no_fix') : within ? say('report.fix', { m: phone.metres(fix.accuracy_m) }) : say('report.outside');
        const grids = (me && me.grids) || [];
        spot.replaceChildren(
          el('p', { class: fix && within && fix.accuracy_m <= VAGUE_M ? 'good' : 'vague' }, glyph('event'), words),
          fix && fix.accuracy_m > VAGUE_M ? el('p', { class: 'hint' }, say('report.vague')) : '',
          el('label', { class: 'choice' }, el('input', { type: 'checkbox', 'data-input': 'by-hand', ...(said.byHand ? { checked: true } : {}), onchange: (event) => {
            said.byHand = event.target.checked;
            drawSpot();
            check();
          } }), say('report.by_hand', { grid: me ? me.grid_name : '' })),
          said.byHand && grids.length > 1
            ? el('select', { 'data-input': 'grid', onchange: (event) => (said.grid = event.target.value) }, grids.map((g) => el('option', { value: g.code }, g.name)))
            : '');
      }

      async function put() {
        const by = { category: said.category, title: title.value.trim(), description: more.value.trim() };
        const where = said.byHand ? { grid_code: said.grid || me.grid_code } : { lon: said.fix.lon, lat: said.fix.lat, crs: 'wgs84' };
        const measured = said.fix ? { accuracy_m: said.fix.accuracy_m, ...(said.byHand ? { gps_lon: said.fix.lon, gps_lat: said.fix.lat } : {}) } : {};
        close();
        const words = by.title || (all.find((kind) => kind[0] === by.category) || [])[1] || '';
        await phone.outbox.put({
          path: 'feeds/events?source=gridworker',
          body: { event_id: 'm-' + phone.key(), source: 'gridworker', reported_at: new Date(phone.now()).toISOString(), ...where, ...measured,
            ...Object.fromEntries(Object.entries(by).filter(([, value]) => value)) },
          ref: { kind: 'report', title: words }, label: ['report.label', { title: words }], photos,
          query: said.fix ? '?lon=' + said.fix.lon + '&lat=' + said.fix.lat : '',
        });
        if (by.category) {
          lately = [by.category, ...lately.filter((code) => code !== by.category)].slice(0, LATELY);
          phone.store.keep('lately', lately).catch(() => {});
        }
        phone.toast(say(navigator.onLine && phone.state.link === 'live' ? 'report.sent' : 'outbox.waits'), 'good');
      }

      title.addEventListener('input', check);
      search.addEventListener('input', drawKinds);
      Promise.all([kinds(), phone.store.find('lately').catch(() => null)]).then(([found, before]) => {
        all = found;
        lately = before || [];
        drawKinds();
      });
      said.asking = true;
      drawSpot();
      check();
      phone.where.ask().then((fix) => {
        said.asking = false;
        said.fix = fix;
        if (!fix) said.byHand = true;
        drawSpot();
        check();
      });
      return [phone.photoRow(photos), title, search, list, spot, more, missing, send];
    });
  };
})();
