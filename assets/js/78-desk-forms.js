/* The small form of a move: made when it is opened and left alone until it is sent, so that nothing typed is ever lost. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h } = desk;
  const text = (key, values) => cockpit.text(key, values);
  const byId = (id) => document.getElementById(id);

  let open = null; // {name, id, needs, fields, values, key, busy}

  const field = (name, label, ...inside) => h('Div', { className: 'field', 'data-field': name },
    h('Label', { htmlFor: 'form-' + name }, label), ...inside);
  const input = (name, more) => h('Input', { id: 'form-' + name, name, type: 'text', autoComplete: 'off', maxLength: 200, ...more });
  const pick = (name, choices, chosen) => h('Div', { className: 'picks', role: 'radiogroup' }, ...choices.map(([value, words]) =>
    h('Button', { type: 'button', role: 'radio', 'data-pick': name, 'data-value': value, 'aria-checked': value === chosen ? 'true' : 'false' }, words)));

  const others = (detail) => [
    ...(detail.similar || []).map((one) => [one.event_id, one.title + ' · ' + Math.round(one.distance_m) + ' m']),
  ];

  /** How each field looks; `needed` puts its mark behind the label. */
  const LOOKS = {
    unit: (form, label) => field('unit', label, input('unit', { 'data-suggests': 'unit' }), h('Div', { className: 'picks', id: 'form-advice' }), h('Div', { className: 'picks', id: 'form-units' })),
    co_units: (form, label) => field('co_units', label, input('co_units', { placeholder: text('form.co_units_how') })),
    condition: (form, label) => h('Div', { className: 'field', 'data-field': 'condition', hidden: true }, h('Label', {}, label),
      h('Div', { className: 'picks', id: 'form-conditions' })),
    called: (form, label) => field('called', label, pick('called', form.waiting.map((unit) => [unit, unit]), form.values.called)),
    note: (form, label) => field('note', label, h('Textarea', { id: 'form-note', name: 'note', rows: 2, maxLength: 2000 })),
    attachments: (form, label) => field('attachments', label, input('attachments', { maxLength: 4000, placeholder: text('form.attachments_how') })),
    level: (form, label) => field('level', label, pick('level', form.below.map((level) => [level, text('level.' + level)]), form.values.level)),
    degree: (form, label) => field('degree', label, pick('degree', ['ordinary', 'yellow', 'red'].map((degree) => [degree, text('degree.' + degree)]), 'ordinary')),
    score: (form, label) => field('score', label, pick('score', [1, 2, 3, 4, 5].map((n) => [String(n), text('drawer.score', { n })]), '')),
    into: (form, label) => field('into', label, pick('into', form.others, ''), input('into', { placeholder: text('form.id_how') })),
    parent: (form, label) => field('parent', label, pick('parent', form.others, ''), input('parent', { placeholder: text('form.parent_how') })),
  };
  const LEVELS = ['city', 'county', 'street', 'community'];

  /**
   * @param {string} name of the move
   * @param {string} id of the event
   * @param {Object} detail what the API said about it
   * @param {{needs: string[]}} action
   */
  desk.openForm = function (name, id, detail, action) {
    const { fields } = desk.MOVES[name], plain = fields.map((one) => one.replace('!', ''));
    const needs = new Set([...(action.needs || []), ...fields.filter((one) => one.endsWith('!')).map((one) => one.slice(0, -1))]);
    const waiting = (detail.calls || []).filter((call) => !call.ended_at).map((call) => call.unit);
    const below = LEVELS.slice(LEVELS.indexOf(detail.level) + 1);
    open = { name, id, fields: plain, needs, waiting, below, others: others(detail), busy: false, key: null, detail,
      values: { called: waiting[0], level: below[0], degree: 'ordinary' } };
    const marks = (one) => text('form.' + one) + (needs.has(one) ? ' *' : '');
    byId('panel-drawer').dataset.form = name;
    const box = byId('drawer-form');
    cockpit.patch(box, h('Form', { className: 'move-form', 'aria-label': text('action.' + name), noValidate: true },
      h('H3', {}, text('action.' + name)),
      ...plain.map((one) => LOOKS[one](open, marks(one))),
      h('Div', { className: 'form-error', role: 'alert', id: 'form-error' }),
      h('Div', { className: 'form-buttons' },
        h('Button', { type: 'button', className: 'btn', 'data-action': 'form-cancel' }, text('form.cancel'), h('Kbd', {}, 'Esc')),
        h('Button', { type: 'submit', className: 'btn pri', 'data-action': 'form-send' }, text('action.' + name)))));
    cockpit.emit('desk-form', open);
    const first = box.querySelector('input, textarea') || box.querySelector('[data-pick][aria-checked="true"], [data-pick]') || box.querySelector('[data-action="form-send"]');
    if (first) first.focus();
  };

  /** @returns {boolean} whether there was a form to close */
  desk.closeForm = function () {
    if (!open) return false;
    open = null;
    delete byId('panel-drawer').dataset.form;
    cockpit.patch(byId('drawer-form'), []);
    byId('queue-list').focus({ preventScroll: true });
    return true;
  };
  desk.form = () => open;

  const valueOf = (name) => {
    const element = byId('form-' + name);
    return element ? element.value.trim() : '';
  };
  const splitAt = (words, at) => words.split(at).map((one) => one.trim()).filter(Boolean);

  function bodyOf(form) {
    const body = {}, { values } = form;
    for (const name of form.fields) {
      if (name === 'called') body.unit = values.called || '';
      else if (name === 'score') body.score = values.score ? Number(values.score) : undefined;
      else if (name === 'co_units') body.co_units = splitAt(valueOf(name), /[,，、;；\n]/);
      else if (name === 'attachments') body.attachments = splitAt(valueOf(name), /\s+/);
      else if (name === 'into' || name === 'parent') body[name] = valueOf(name) || values[name] || '';
      else if (['level', 'degree', 'condition'].includes(name)) body[name] = values[name] || undefined;
      else body[name] = valueOf(name);
    }
    return body;
  }

  function fail(words, name) {
    cockpit.write(byId('form-error'), words);
    const wrong = name && byId('drawer-form').querySelector('[data-field="' + name + '"] :is(input, textarea, [data-pick])');
    if (wrong) wrong.focus();
  }

  async function submit() {
    const form = open;
    if (!form || form.busy) return;
    const body = bodyOf(form);
    const missing = form.fields.find((name) => form.needs.has(name) && !body[name === 'called' ? 'unit' : name]);
    if (missing) return fail(text('form.missing', { field: text('form.' + missing) }), missing);
    if (desk.MOVES[form.name].undo) {
      desk.closeForm();
      return desk.hold(form.id, form.name, body);
    }
    const said = JSON.stringify(body);
    // the same words again are the same wish; after a refusal it is a new one
    if (form.said !== said) [form.said, form.key] = [said, desk.newKey()];
    form.busy = true;
    fail('');
    const refused = await desk.send(form.id, form.name, body, { key: form.key, quiet: true });
    if (open !== form) return;
    form.busy = false;
    if (refused === null) return void desk.closeForm();
    form.said = null;
    fail(refused);
  }

  document.addEventListener('submit', (event) => {
    if (!event.target.closest('#drawer-form')) return;
    event.preventDefault();
    submit();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target.closest && event.target.closest('#drawer-form')) submit();
  });
  document.addEventListener('click', (event) => {
    if (!event.target.closest) return;
    const picked = event.target.closest('#drawer-form [data-pick]');
    if (event.target.closest('[data-action="form-cancel"]')) desk.closeForm();
    if (!picked || !open) return;
    const { pick: name, value } = picked.dataset;
    if (name === 'unit') return desk.takeUnit(value);
    const again = open.values[name] === value && ['condition', 'into', 'parent'].includes(name);
    open.values[name] = again ? '' : value;
    for (const other of byId('drawer-form').querySelectorAll('[data-pick="' + name + '"]')) {
      other.setAttribute('aria-checked', !again && other === picked ? 'true' : 'false');
    }
  });
  // the event that the form was about is not the chosen one any more
  cockpit.on('desk-choice', ({ id }) => open && open.id !== id && desk.closeForm());
})();
