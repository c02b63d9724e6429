/* Layer buttons and the scale bar: what the map shows, on the bus as `layer {name, on}` and in the address as `#off=grid,alarm`. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  const off = () => new Set((new URLSearchParams(window.location.hash.slice(1)).get('off') || '').split(',').filter(Boolean));
  const buttons = () => document.querySelectorAll('#layers [data-layer]');

  /** Whether a layer is on: what the buttons say, or the address before there are any. */
  cockpit.layerOn = (name) => {
    const button = document.querySelector(`#layers [data-layer="${CSS.escape(name)}"]`);
    return button ? button.getAttribute('aria-pressed') === 'true' : !off().has(name);
  };

  function remember() {
    const hidden = [...buttons()].filter((b) => b.getAttribute('aria-pressed') !== 'true').map((b) => b.dataset.layer);
    const hash = new URLSearchParams(window.location.hash.slice(1));
    if (hidden.length) hash.set('off', hidden.join(','));
    else hash.delete('off');
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
    turn(button, button.getAttribute('aria-pressed') !== 'true');
    remember();
  });

  function recall() {
    const hidden = off();
    for (const button of buttons()) {
      const on = button.getAttribute('aria-pressed') === 'true';
      if (hidden.has(button.dataset.layer) === on) turn(button, !on);
    }
  }
  cockpit.on('view', ({ scale }) => {
    const bar = document.getElementById('map-scale-bar'), words = document.getElementById('map-scale-words');
    if (!scale || !bar || !words) return;
    bar.style.width = scale.px + 'px';
    const far = scale.metres >= 1000;
    cockpit.write(words, cockpit.text(far ? 'map.scale_km' : 'map.scale_m', { n: far ? scale.metres / 1000 : scale.metres }));
  });

  window.addEventListener('hashchange', recall);
  cockpit.on('page', recall);
})();
