"""发: device messages to a broker with QoS 1, cheap enough not to be what is measured. A process of its own.

`python -m cockpit.bench.mqtt_publisher PORT PREFIX MESSAGES RATE PROBES RUN`: packets are put together as bytes (MQTT
3.1.1 §3.3), a few milliseconds' worth at a time, each with the time at which it is sent. Every so often a message of a
device that nobody has heard of yet tells a level far above its limit: a probe, whose alarm tells when it was decided.
"""

import select
import socket
import struct
import sys
import time

_DEVICES = 1_000
_STEP_S = 0.005
#: as fast as it goes: so many at once, and so many that the broker has not acknowledged
_AT_ONCE, _UNANSWERED = 500, 5_000
_PUBACK_BYTES = 4
_WITHIN_S = 120.0
PROBE = "P"


def main(port: int, prefix: str, messages: int, rate: float, probes: int, run: str) -> None:
    """Send; print `sent N in S` when the broker has acknowledged everything."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client = f"bench-{run}".encode()
    sock.sendall(_packet(0x10, b"\x00\x04MQTT\x04\x02\x00\x00" + struct.pack("!H", len(client)) + client))
    if len(sock.recv(4)) != 4:
        raise RuntimeError("the broker does not answer")
    every = max(1, messages // probes)
    start, sent, heard, answered = time.monotonic(), 0, 0, 0
    while answered < messages:
        if time.monotonic() - start > _WITHIN_S:
            raise RuntimeError(f"the broker acknowledged {answered} of {messages}")
        due = messages if not rate else min(messages, int((time.monotonic() - start) * rate))
        due = min(due, sent + _AT_ONCE, answered + _UNANSWERED)
        if due > sent:
            at_ms = time.time_ns() // 1_000_000
            sock.sendall(b"".join(_message(prefix, n, at_ms, every, run) for n in range(sent, due)))
            sent = due
        wait = _STEP_S if sent < messages and (rate or answered + _UNANSWERED <= sent) else 0.0
        wait = _STEP_S if sent == messages else wait
        if select.select([sock], [], [], wait)[0]:
            heard += len(sock.recv(1 << 20))
            answered = heard // _PUBACK_BYTES
        elif rate and sent < messages:
            time.sleep(_STEP_S / 5)
    print(f"sent {sent} in {time.monotonic() - start:.3f}", flush=True)
    sock.sendall(b"\xe0\x00")
    sock.close()


def _message(prefix: str, n: int, at_ms: int, every: int, run: str) -> bytes:
    is_probe = n % every == every // 2
    device = f"{PROBE}-{run}-{n}" if is_probe else f"WL-{n % _DEVICES}"
    topic = f"{prefix}/{device}".encode()
    # of centimetres; an ordinary device says the same all day
    body = b'{"ts":%d,"data":{"level":%d}}' % (at_ms, 999 if is_probe else n % _DEVICES % 300)
    return _packet(0x32, struct.pack("!H", len(topic)) + topic + struct.pack("!H", n % 65_535 + 1) + body)


def _packet(first: int, rest: bytes) -> bytes:
    """A packet of less than 16 KiB."""
    length = len(rest)
    size = bytes([length]) if length < 128 else bytes([length & 0x7F | 0x80, length >> 7])
    return bytes([first]) + size + rest


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]), sys.argv[6])
