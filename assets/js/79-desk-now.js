/* 只看当前: closes the line that says that the desk works on now, and takes the past instant out of the address. */
(function () {
  'use strict';

  document.addEventListener('click', (click) => {
    const line = click.target.closest && click.target.closest('[data-action="only-now-close"]') && document.getElementById('desk-only-now');
    if (!line) return;
    line.hidden = true;
    const address = new URL(location.href);
    address.searchParams.delete('as_of');
    history.replaceState(history.state, '', address);
    document.getElementById('queue-list').focus({ preventScroll: true });
  });
})();
