"""MQTT's connection: what devices publish is read here by the hundred; everything else about MQTT is paho's.

paho reads a packet in four calls of the system and builds a dozen objects for it, which is most of what a message
costs. Here one call reads as many packets as there are; PUBLISH with QoS 0 and 1 is taken out of them (MQTT 5.0 §3.3,
3.1.1 §3.3), and what remains is handed to paho as if it came from its own socket: connecting, subscribing, pings.
"""

import ssl
from struct import pack
from typing import Any, NamedTuple

_AT_ONCE = 256 * 1024
_PUBACK = 0x40
#: a length has at most so many bytes (MQTT 5.0 §1.5.5)
_LONGEST_LENGTH = 4


class Published(NamedTuple):
    """One message of a device. `mid` is 0 where nobody waits for an acknowledgement."""

    topic: str
    body: bytes
    mid: int
    retained: bool


class BrokenPacketError(Exception):
    """What the broker sent is no MQTT."""


class PublishSocket:
    """Stands between paho and its socket. Used by one thread."""

    def __init__(self, sock: Any, *, has_properties: bool) -> None:
        """`has_properties`: MQTT 5, whose packets carry them."""
        self._sock, self._has_properties = sock, has_properties
        self._rest, self._for_paho = bytearray(), bytearray()
        self._published: list[Published] = []
        self._unsent = bytearray()
        self._is_closed = False

    def published(self) -> list[Published]:
        """What was published since the last call, in its order."""
        found, self._published = self._published, []
        return found

    def fill(self) -> bool:
        """Read what is there; False when nothing is. Raises OSError and BrokenPacketError."""
        try:
            chunk = self._sock.recv(_AT_ONCE)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        if not chunk:
            self._is_closed = True
            return False
        self._rest += chunk
        self._split()
        return True

    def acknowledge(self, mids: list[int]) -> None:
        """PUBACK for each, written with as few calls as the system takes them. Raises OSError."""
        self._unsent += b"".join(pack("!BBH", _PUBACK, 2, mid) for mid in mids if mid)
        self.flush()

    @property
    def wants_to_write(self) -> bool:
        """Acknowledgements wait because the broker does not read."""
        return bool(self._unsent)

    @property
    def has_more_for_paho(self) -> bool:
        """paho has something to read, be it the end."""
        return bool(self._for_paho) or self._is_closed

    def flush(self) -> bool:
        """Write what waits; True when nothing waits any more. Raises OSError."""
        while self._unsent:
            try:
                sent = self._sock.send(self._unsent)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return False
            del self._unsent[:sent]
        return True

    # -- what paho calls -----------------------------------------------------------------------------------------

    def recv(self, most: int) -> bytes:
        """The packets that are not ours."""
        if not self._for_paho:
            if self._is_closed:
                return b""
            raise BlockingIOError
        taken = bytes(self._for_paho[:most])
        del self._for_paho[:most]
        return taken

    def send(self, data: bytes) -> int:
        """After what waits: half an acknowledgement may be on its way."""
        if not self.flush():
            raise BlockingIOError
        return int(self._sock.send(data))

    def pending(self) -> int:
        """Bytes that TLS has read and nobody has asked for."""
        return self._sock.pending() if isinstance(self._sock, ssl.SSLSocket) else 0

    def fileno(self) -> int:
        return int(self._sock.fileno())

    def close(self) -> None:
        self._sock.close()

    def setblocking(self, flag: bool) -> None:
        self._sock.setblocking(flag)

    def settimeout(self, seconds: float | None) -> None:
        self._sock.settimeout(seconds)

    # -- packets -------------------------------------------------------------------------------------------------

    def _split(self) -> None:
        rest, end, at = self._rest, len(self._rest), 0
        while end - at >= 2:
            length, body = rest[at + 1], at + 2
            if length & 0x80:
                length, body = _length(rest, at + 1)
                if body == 0:
                    break
            if body + length > end:
                break
            first = rest[at]
            if first & 0xF0 == 0x30 and not first & 0x04:
                self._publish(first, body, body + length)
            else:
                self._for_paho += rest[at : body + length]
            at = body + length
        del rest[:at]

    def _publish(self, first: int, at: int, end: int) -> None:
        rest, mid = self._rest, 0
        name_end = at + 2 + (rest[at] << 8 | rest[at + 1]) if end - at >= 2 else end + 1
        body = name_end
        if first & 0x02:
            body += 2
        if self._has_properties and body < end:
            length, body = _length(rest, body)
            body += length
        elif self._has_properties:
            body = end + 1
        if body > end:
            raise BrokenPacketError("a message is shorter than it says")
        if first & 0x02:
            mid = rest[name_end] << 8 | rest[name_end + 1]
        # a name that is no UTF-8 is refused further on, where every name is looked at
        topic = rest[at + 2 : name_end].decode("utf-8", "replace")
        self._published.append(Published(topic, bytes(rest[body:end]), mid, bool(first & 0x01)))


def _length(rest: bytearray, at: int) -> tuple[int, int]:
    """A length of one to four bytes and where it ends; 0 for an end that has not come yet. Raises BrokenPacketError."""
    length = 0
    for n in range(_LONGEST_LENGTH):
        if at + n >= len(rest):
            return 0, 0
        length |= (rest[at + n] & 0x7F) << 7 * n
        if not rest[at + n] & 0x80:
            return length, at + n + 1
    raise BrokenPacketError("a length has more than four bytes")
