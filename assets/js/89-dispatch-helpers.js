/* 重新分派 of an evacuation: who knocks at which doors, who is silent or out, and their untouched doors given to others. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const desk = (cockpit.desk = cockpit.desk || {});
  const { h } = desk;
  const text = (key, values) => cockpit.text(key, values);

  const MOST = 12, SAID_MS = 8000, FACT_MS = 1200;
  let busy = '', sure = '', said = null; // `sure`: what the next press does

  const nameOf = (helper) => desk.masked(helper.name) || helper.helper_id || helper.id;
  const idOf = (helper) => helper.helper_id || helper.id;
  const idleFirst = (a, b) => (b.idle ? 1 : 0) - (a.idle ? 1 : 0) || b.untouched - a.untouched;

  function line(evacuationId, helper) {
    const key = evacuationId + ' ' + idOf(helper), why = helper.idle ? text('dispatch.split.' + helper.idle) : helper.last_tap_at ? text('dispatch.split.last', { time: desk.timeOf(helper.last_tap_at) }) : '';
    return h('P', { className: 'helper' + (helper.idle ? ' idle' : ''), title: [nameOf(helper), why].filter(Boolean).join(' · ') },
      h('Span', {}, nameOf(helper)), h('Small', {}, why), h('B', {}, text('dispatch.split.doors', { n: helper.untouched })),
      h('Button', { type: 'button', className: 'swap', 'data-split': evacuationId, 'data-from': idOf(helper), 'aria-disabled': busy ? 'true' : null }, text(sure === key ? 'dispatch.split.sure' : 'dispatch.split.give')));
  }

  /** Helpers who still have doors that nobody has touched, those who are silent or out first; nothing while all is done. */
  desk.helpersOf = function (id, board) {
    const helpers = (board.helpers || []).filter((helper) => helper.untouched > 0).sort(idleFirst), idle = helpers.filter((helper) => helper.idle);
    if (!helpers.length) return null;
    const doors = idle.reduce((sum, helper) => sum + helper.untouched, 0), last = (board.moves || [])[0];
    return h('Div', { className: 'helpers', 'data-helpers': id },
      idle.length ? h('P', { className: 'late' }, text('dispatch.split.idle', { n: idle.length, doors })) : null,
      idle.length ? h('Button', { type: 'button', className: 'btn', 'data-split': id, 'aria-disabled': busy ? 'true' : null }, text(busy === id ? 'dispatch.sending' : sure === id ? 'dispatch.split.all_sure' : 'dispatch.split.all', { n: doors })) : null,
      said && said.id === id ? h('P', { className: said.css, role: 'alert' }, said.words) : last ? h('P', { className: 'note' }, text('dispatch.split.moved', { time: desk.timeOf(last.at), n: last.households })) : null,
      h('Div', { className: 'helper-list' }, ...helpers.slice(0, MOST).map((helper) => line(id, helper))));
  };

  function tell(id, words, css) {
    const mine = (said = { id, words, css });
    setTimeout(() => said === mine && ((said = null), desk.drawEvacuation()), SAID_MS);
  }

  async function split(id, from) {
    const key = from ? id + ' ' + from : id;
    if (busy) return;
    if (sure !== key) {
      sure = key;
      return desk.drawEvacuation();
    }
    [busy, sure] = [key, ''];
    desk.drawEvacuation();
    const { status, body } = await desk.ask('evacuations/' + encodeURIComponent(id) + '/split', { method: 'POST', key: desk.newKey(), body: from ? { from: [from] } : {} });
    busy = '';
    if (status === 202) tell(id, text('dispatch.split.done', { n: body.doors, people: (body.to || []).length }), 'done');
    else tell(id, text('dispatch.not_done', { reason: body.detail || body.title || text('drawer.no_answer') }), 'unsent');
    desk.rereadEvacuation();
    setTimeout(() => desk.rereadEvacuation(), FACT_MS); // what was taken is on the board when its fact is
  }

  document.addEventListener('click', (event) => {
    const button = desk.here() && event.target.closest && event.target.closest('#work-body [data-split]');
    if (button) split(button.dataset.split, button.dataset.from || '');
    else if (sure && desk.here()) {
      sure = ''; // whoever does something else has not said yes
      desk.drawEvacuation();
    }
  });
})();
