/* Players of cameras: pictures that are fetched anew (JPEG), files (MP4, WebM), HLS where the browser can, WebRTC by WHEP. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  const JPEG_EVERY_MS = 1000, GATHER_MS = 1000, ANSWER_MS = 10000;
  const HLS = 'application/vnd.apple.mpegurl';

  /** `{t}` in an address is the instant; without one a picture would come from the browser's own store. */
  function stamped(url) {
    const t = String(Date.now());
    return url.includes('{t}') ? url.replaceAll('{t}', t) : url + (url.includes('?') ? '&' : '?') + 't=' + t;
  }

  /** Players give `source()`: what can be drawn, null without a picture yet; `mark()`: differs when it is another picture. */
  function jpeg(url, fail) {
    let picture = null, n = 0, timer = 0, stopped = false;
    function fetchOne() {
      const next = new Image();
      next.onload = () => {
        picture = next;
        n++;
        if (!stopped) timer = setTimeout(fetchOne, JPEG_EVERY_MS);
      };
      next.onerror = () => {
        if (!stopped) timer = setTimeout(fetchOne, 3 * JPEG_EVERY_MS);
        if (!picture) fail('no_signal');
      };
      next.src = stamped(url);
    }
    fetchOne();
    return { source: () => picture, mark: () => n, stop: () => ((stopped = true), clearTimeout(timer)) };
  }

  function screen() {
    const video = document.createElement('video');
    // outside the page: only the canvas of the tile is shown, a few times a second, so that four cameras cost the map nothing
    Object.assign(video, { muted: true, playsInline: true, loop: true });
    return video;
  }

  const showing = (video, more, mark) => ({
    source: () => (video.readyState >= 2 && video.videoWidth ? video : null),
    mark: mark || (() => video.currentTime),
    stop() {
      if (more) more();
      video.pause();
      video.removeAttribute('src');
      video.srcObject = null;
    },
  });

  function file(url, fail) {
    const video = screen();
    video.onerror = () => fail('no_signal');
    video.src = url;
    video.play().catch(() => {});
    return showing(video);
  }

  function hls(url, fail) {
    if (screen().canPlayType(HLS)) return file(url, fail);
    setTimeout(() => fail('unsupported'));
    return { source: () => null, mark: () => 0, stop() {} };
  }

  /** WHEP (RFC 9725 draft): one POST with our offer, the answer is the body. */
  function whep(url, fail) {
    const video = screen(), link = new RTCPeerConnection();
    let place = null, ended = false;
    const leave = () => place && fetch(place, { method: 'DELETE' }).catch(() => {});
    const end = () => {
      ended = true;
      link.close();
      leave();
    };
    link.addTransceiver('video', { direction: 'recvonly' });
    link.ontrack = ({ track }) => {
      video.srcObject = new MediaStream([track]); // an answer need not name a stream
      video.play().catch(() => {});
    };
    link.onconnectionstatechange = () => link.connectionState === 'failed' && fail('no_signal');
    (async () => {
      await link.setLocalDescription(await link.createOffer());
      await new Promise((done) => {
        setTimeout(done, GATHER_MS);
        link.onicegatheringstatechange = () => link.iceGatheringState === 'complete' && done();
      });
      if (ended) return;
      // a server that never answers must not hold the few connections that a browser opens to one host
      const signal = AbortSignal.timeout(ANSWER_MS), headers = { 'Content-Type': 'application/sdp' };
      const answer = await fetch(url, { method: 'POST', headers, body: link.localDescription.sdp, signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const location = answer.headers.get('Location');
      place = location && new URL(location, answer.url);
      if (ended) return leave(); // whoever stopped meanwhile did not know the place yet
      await link.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
    })().catch(() => ended || fail('no_signal'));
    // the clock of a stream runs on without pictures: only pictures that came count
    return showing(video, end, () => video.getVideoPlaybackQuality().totalVideoFrames);
  }

  const PLAYERS = { jpeg, video: file, hls, whep };

  /**
   * Begin to play a camera.
   * @param {string} stream jpeg, video, hls or whep
   * @param {string} url
   * @param {function(string)} fail called with a key of `cameras.…` when there is nothing to see
   */
  cockpit.play = function (stream, url, fail) {
    if (!PLAYERS[stream] || !url) {
      setTimeout(() => fail('no_url'));
      return { source: () => null, mark: () => 0, stop() {} };
    }
    return PLAYERS[stream](url, fail);
  };
})();
