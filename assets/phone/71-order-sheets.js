/* 办结与婉拒: the two steps that need a word: finishing with a photo, declining with a reason. */
(function () {
  'use strict';

  const cockpit = window.cockpit, phone = cockpit.phone;
  const { el, glyph, button, say } = phone;
  const LONGEST_PX = 1920, QUALITY = 0.82, MOST_PHOTOS = 6;
  const REASONS = ['busy', 'far', 'unwell', 'unequipped', 'other'];

  /** A photo as it is sent: upright, not larger than is of use; as it came where the browser cannot read it. */
  async function smaller(file) {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
      const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
      const canvas = el('canvas', { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
      canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      return (await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))) || file;
    } catch {
      return file;
    }
  }

  /** A row of photos with a button that opens the camera; `photos` is filled. */
  phone.photoRow = function (photos) {
    const row = el('div', { class: 'photos' });
    const input = el('input', { type: 'file', accept: 'image/*', capture: 'environment', multiple: true, hidden: true, 'data-input': 'photo' });
    const add = button('photo', [glyph('camera'), say('photo.take')], () => input.click(), { class: 'photo add' });
    function draw() {
      row.replaceChildren(input, ...photos.map((photo, i) => {
        const url = URL.createObjectURL(photo);
        const image = el('img', { src: url, alt: say('photo.nth', { n: i + 1 }), onload: () => URL.revokeObjectURL(url) });
        const away = button('photo-away', glyph('close'), () => (photos.splice(i, 1), draw()), { class: 'away', 'aria-label': say('photo.away') });
        return el('span', { class: 'photo' }, image, away);
      }), ...(photos.length < MOST_PHOTOS ? [add] : []));
    }
    input.addEventListener('change', async () => {
      for (const file of [...input.files].slice(0, MOST_PHOTOS - photos.length)) photos.push(await smaller(file));
      input.value = '';
      draw();
    });
    draw();
    return row;
  };

  phone.finishSheet = function (order) {
    const photos = [];
    phone.sheet('finish', say('finish.title'), (close) => {
      const note = el('textarea', { rows: 3, maxlength: 2000, placeholder: say('finish.note'), 'aria-label': say('finish.note') });
      return [
        el('p', { class: 'hint' }, phone.titleOf(order)), phone.photoRow(photos), note,
        button('finish-send', [glyph('pass'), say('finish.send')], () => {
          phone.orders.step(order, 'finished', { note: note.value.trim(), photos });
          close();
          cockpit.emit('draw');
        }, { class: 'primary' }),
      ];
    });
  };

  phone.declineSheet = function (order) {
    phone.sheet('decline', say('decline.title'), (close) => {
      const more = el('input', { type: 'text', maxlength: 300, placeholder: say('decline.more'), 'aria-label': say('decline.more') });
      let reason = null;
      const send = button('decline-send', say('decline.send'), () => {
        phone.orders.step(order, 'declined', { note: [say('decline.' + reason), more.value.trim()].filter(Boolean).join('：') });
        phone.quiet();
        close();
        cockpit.emit('draw');
      }, { class: 'primary danger', disabled: true });
      const choices = REASONS.map((name) => el('label', { class: 'choice' },
        el('input', { type: 'radio', name: 'reason', value: name, onchange: () => {
          reason = name;
          send.disabled = false;
        } }), say('decline.' + name)));
      return [el('p', { class: 'hint' }, say('decline.hint')), el('div', { class: 'choices' }, choices), more, send];
    });
  };
})();
