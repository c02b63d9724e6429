/* Socket.IO (protocol 5 over Engine.IO 4) on one websocket: the part of it that the cockpit speaks. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  const OPEN = '0', CLOSE = '1', PING = '2', PONG = '3', MESSAGE = '4';
  const CONNECT = '0', DISCONNECT = '1', EVENT = '2', ACK = '3', REFUSED = '4', BINARY_EVENT = '5', BINARY_ACK = '6';

  /** Put the binary attachments back where the JSON has placeholders for them. */
  function fill(value, attachments) {
    if (Array.isArray(value)) return value.map((item) => fill(item, attachments));
    if (value === null || typeof value !== 'object') return value;
    if (value._placeholder) return attachments[value.num];
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, attachments)]));
  }

  /** `<type>[<attachments>-][<namespace>,][<id>][<JSON>]` → its parts. */
  function parse(text) {
    const packet = { type: text[0], wanted: 0, id: null, data: null };
    let at = 1;
    if (packet.type === BINARY_EVENT || packet.type === BINARY_ACK) {
      const dash = text.indexOf('-', at);
      packet.wanted = Number(text.slice(at, dash));
      at = dash + 1;
    }
    if (text[at] === '/') at = text.indexOf(',', at) + 1;
    const digits = /^\d+/.exec(text.slice(at, at + 12));
    if (digits) {
      packet.id = Number(digits[0]);
      at += digits[0].length;
    }
    if (at < text.length) packet.data = JSON.parse(text.slice(at));
    return packet;
  }

  /**
   * One connection; it lives once and never comes back, reconnecting is the business of who opened it.
   * @param {string} url
   * @param {{onOpen: function(), onEvent: function(string, *), onRefused: function(*), onClose: function()}} hooks
   */
  function Wire(url, hooks) {
    const socket = new WebSocket(url);
    const answers = new Map();
    let waiting = null; // a binary packet whose attachments are still to come
    let ids = 0;
    let over = false;
    const wire = { heard: performance.now(), patience: 45000, open: false };

    socket.binaryType = 'arraybuffer';

    function end() {
      if (over) return;
      over = true;
      wire.open = false;
      socket.onmessage = socket.onclose = socket.onerror = null;
      socket.close();
      hooks.onClose();
    }

    const early = []; // a server may speak in its connect handler, before it says that we are connected

    function deliver(packet) {
      if (packet.type === CONNECT) {
        wire.open = true;
        hooks.onOpen();
        early.splice(0).forEach(deliver);
      } else if (!wire.open && packet.type !== REFUSED) {
        early.push(packet);
      } else if (packet.type === EVENT || packet.type === BINARY_EVENT) {
        hooks.onEvent(packet.data[0], packet.data[1]);
      } else if (packet.type === ACK || packet.type === BINARY_ACK) {
        const answer = answers.get(packet.id);
        answers.delete(packet.id);
        if (answer) answer(packet.data[0]);
      } else if (packet.type === REFUSED) {
        hooks.onRefused(packet.data);
        end();
      } else if (packet.type === DISCONNECT) {
        end();
      }
    }

    function take(packet) {
      if (!packet.wanted) deliver(packet);
      else waiting = { packet, attachments: [] };
    }

    function attach(buffer) {
      if (!waiting) return;
      waiting.attachments.push(buffer);
      if (waiting.attachments.length < waiting.packet.wanted) return;
      const { packet, attachments } = waiting;
      waiting = null;
      packet.data = fill(packet.data, attachments);
      deliver(packet);
    }

    socket.onmessage = (message) => {
      wire.heard = performance.now();
      if (message.data instanceof ArrayBuffer) return attach(message.data);
      const text = message.data;
      if (text[0] === MESSAGE) take(parse(text.slice(1)));
      else if (text[0] === PING) socket.send(PONG + text.slice(1));
      else if (text[0] === CLOSE) end();
      else if (text[0] === OPEN) {
        const hello = JSON.parse(text.slice(1));
        wire.patience = hello.pingInterval + hello.pingTimeout;
        wire.asked = performance.now();
        socket.send(MESSAGE + CONNECT);
      }
    };
    socket.onclose = socket.onerror = end;

    /**
     * Send an event; `answer(value)` is called if the server acknowledges it.
     * @param {string} name
     * @param {*} data
     * @param {function(*)=} answer
     */
    wire.emit = function (name, data, answer) {
      if (!wire.open || socket.readyState !== WebSocket.OPEN) return;
      let id = '';
      if (answer) {
        id = ids++;
        answers.set(id, answer);
      }
      socket.send(MESSAGE + EVENT + id + JSON.stringify(data === undefined ? [name] : [name, data]));
    };

    /** Milliseconds since anything was heard from the other end. */
    wire.silence = () => performance.now() - wire.heard;
    wire.close = end;
    return wire;
  }

  cockpit.wire = { open: Wire, parse, fill };
})();
