/* Layer buttons and the scale bar: what the map shows, on the bus as `layer {name, on}` and in the address as `#off=grid&on=iot`. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  const buttons = () => document.querySelectorAll('#layers [data-layer]');
  const isOn = (button) => button.getAttribute('aria-pressed') === 'true';
  const named = (key) => new Set((new URLSearchParams(window.location.hash.slice(1)).get(key) || '').split(',').filter(Boolean));

  /** Only what differs from how the page opens is worth remembering. */
  function remember() {
    const hash = new URLSearchParams(window.location.hash.slice(1));
    for (const [key, on] of [['on', true], ['off', false]]) {
      const names = [...buttons()].filter((b) => isOn(b) === on && b.dataset.default !== String(on)).map((b) => b.dataset.layer);
      if (names.length) hash.set(key, names.join(','));
      else hash.delete(key);
    }
    hash.sort();
    const said = decodeURIComponent(hash.toString());
    window.history.replaceState(window.history.state, '', said ? '#' + said : window.location.pathname + window.location.search);
  }

  function turn(button, on) {
    button.setAttribute('aria-pressed', on ? 'true' : 'false');
    cockpit.emit('layer', { name: button.dataset.layer, on });
  }

  document.addEventListener('click', (event) => {
    const button = event.target.closest && event.target.closest('#layers [data-layer]');
    if (!button || button.disabled) return;
    turn(button, !isOn(button));
    // what is folded away for an incident is not how this screen is used otherwise
    if (document.getElementById('stage').dataset.mode !== 'war') remember();
  });

  function recall() {
    const on = named('on'), off = named('off');
    for (const button of buttons()) {
      const wanted = on.has(button.dataset.layer) || (!off.has(button.dataset.layer) && button.dataset.default === 'true');
      if (wanted !== isOn(button)) turn(button, wanted);
    }
  }
  /** What is on and off now, and to put it so again: for whoever turns many at once and back. */
  cockpit.layers = {
    state: () => Object.fromEntries([...buttons()].map((button) => [button.dataset.layer, isOn(button)])),
    put(state) {
      for (const button of buttons()) {
        const on = state[button.dataset.layer];
        if (on !== undefined && on !== isOn(button)) turn(button, on);
      }
    },
  };

  let shown = null;
  function drawScale({ scale }) {
    const bar = document.getElementById('map-scale-bar'), words = document.getElementById('map-scale-words');
    if (!scale || !bar || !words) return;
    bar.style.width = scale.px + 'px';
    const far = scale.metres >= 1000;
    cockpit.write(words, cockpit.text(far ? 'map.scale_km' : 'map.scale_m', { n: far ? scale.metres / 1000 : scale.metres }));
  }
  cockpit.on('view', (view) => {
    shown = view;
    if (cockpit.page) drawScale(view);
  });

  window.addEventListener('hashchange', recall);
  cockpit.on('page', () => {
    recall();
    if (shown) drawScale(shown); // the map may have been quicker than the page's texts
  });
})();
