/* Who could take it: units that work nearby, the conditions of the standard, and what the rules or the classifier suggest. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h } = desk, C = desk.COLUMN;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  const MOST = 6, MOST_ADVICE = 3;
  let known = null, knownAt = -Infinity; // unit → [how often, streets, classes]

  /** Units of everything that this browser holds, with where and for what they are asked. */
  function units() {
    if (known && performance.now() - knownAt < 30000) return known;
    known = new Map();
    for (const row of cockpit.situation.events.values()) {
      if (!row[C.unit]) continue;
      const one = known.get(row[C.unit]) || { n: 0, places: new Map(), classes: new Map() };
      known.set(row[C.unit], one);
      one.n++;
      const place = (row[C.code] || '').slice(0, 9), cls = row[C.category];
      one.places.set(place, (one.places.get(place) || 0) + 1);
      one.classes.set(cls, (one.classes.get(cls) || 0) + 1);
    }
    knownAt = performance.now();
    return known;
  }

  /** Most likely first: the same category in the same street, then the category, then the street. */
  function likely(detail, typed) {
    const place = (detail.code || '').slice(0, 9), cls = detail.category || detail.category_text, q = typed.toLowerCase();
    const found = [];
    for (const [unit, one] of units()) {
      if (q && !unit.toLowerCase().includes(q)) continue;
      const here = one.places.get(place) || 0, same = one.classes.get(cls) || 0;
      found.push([unit, (here && same ? 1e6 : 0) + same * 1e3 + here * 10 + one.n / 1e3]);
    }
    return found.sort((a, b) => b[1] - a[1]).slice(0, MOST).map(([unit]) => unit).filter((unit) => unit !== typed);
  }

  const chip = (unit, words, css) => h('Button', { type: 'button', className: css || '', 'data-pick': 'unit', 'data-value': unit }, words || unit);

  function suggest() {
    const form = desk.form(), field = byId('form-unit'), box = byId('form-units');
    if (form && field && box) cockpit.patch(box, likely(form.detail, field.value.trim()).map((unit) => chip(unit)));
  }
  desk.takeUnit = function (unit) {
    byId('form-unit').value = unit;
    suggest();
    byId('form-unit').focus();
  };

  /** What rules or the classifier say, with how sure they are; an installation without them says nothing. */
  async function advise(form) {
    const { status, body } = await desk.ask(desk.pathOf(form.id) + '/suggestion');
    if (desk.form() !== form || status !== 200 || !byId('form-advice')) return;
    const list = [body, ...(body.others || [])].filter((one) => one && one.unit);
    const units = [...new Map(list.map((one) => [one.unit, one])).values()].slice(0, MOST_ADVICE);
    cockpit.patch(byId('form-advice'), units.map((one) => {
      // a guess says what it takes the event for, and how sure it is
      const sure = one.why === 'classifier' ? [one.name, Math.round(one.confidence * 100) + '%'].filter(Boolean).join(' ') : '';
      const words = [one.unit, sure, cockpit.texts['suggestion.' + one.why] || one.why].filter(Boolean).join(' · ');
      return chip(one.unit, text('form.advice', { words }), 'advice');
    }));
  }

  /** 立案条件 of the category, with the limit that each gives. */
  async function conditions(form) {
    const category = form.detail.category;
    if (!category) return;
    const { status, body } = await desk.ask('standards?category=' + encodeURIComponent(category));
    const box = byId('form-conditions');
    if (desk.form() !== form || status !== 200 || !box) return;
    const rows = (body.items || []).filter((one) => one.category === category && one.condition);
    box.closest('.field').hidden = !rows.length;
    cockpit.patch(box, rows.map((one) => h('Button', { type: 'button', role: 'radio', 'aria-checked': 'false', 'data-pick': 'condition', 'data-value': one.condition },
      one.condition + ' · ' + one.limit)));
  }

  cockpit.on('desk-form', (form) => {
    if (form.fields.includes('unit')) {
      suggest();
      advise(form);
    }
    if (form.fields.includes('condition')) conditions(form);
  });
  document.addEventListener('input', (event) => event.target.id === 'form-unit' && suggest());
})();
