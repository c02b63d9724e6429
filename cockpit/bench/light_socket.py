"""A browser's end of a websocket in as little as it takes, so that hundreds of them fit into one process."""

import base64
import os
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

_TEXT, _BINARY, _CLOSE = 1, 2, 8


class LightSocket:
    """Connects, then takes whole messages out of what has come. `receive_buffer`: small for one that is to be slow."""

    def __init__(self, url: str, path: str, *, receive_buffer: int = 0) -> None:
        parts = urlsplit(url)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._socket.settimeout(20)
        self._socket.connect((parts.hostname, parts.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self._had = bytearray()
        while b"\r\n\r\n" not in self._had:
            self._fill()
        head, _, rest = bytes(self._had).partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            self.close()
            raise ConnectionError(head[:200].decode(errors="replace"))
        self._had = bytearray(rest)

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, text: str) -> None:
        """A text message."""
        self._send(_TEXT, text.encode())

    def send_bytes(self, body: bytes) -> None:
        """A binary message."""
        self._send(_BINARY, body)

    def pump(self, at_most: int = 1 << 18) -> Iterator[bytes | str]:
        """Read once, then every message that is whole: text or bytes. ConnectionError when the other end is gone."""
        self._fill(at_most)
        while (message := self._take()) is not None:
            yield message

    def pending(self) -> Iterator[bytes | str]:
        """Messages that have come already."""
        while (message := self._take()) is not None:
            yield message

    def close(self) -> None:
        self._socket.close()

    def _send(self, kind: int, body: bytes) -> None:
        """Masked with zero: allowed, and nothing has to be computed. Up to 64 KiB."""
        n = len(body)
        head = bytes((0x80 | kind, 0x80 | n)) if n < 126 else bytes((0x80 | kind, 0x80 | 126)) + n.to_bytes(2, "big")
        self._socket.sendall(head + b"\0\0\0\0" + body)

    def _fill(self, at_most: int = 1 << 18) -> None:
        got = self._socket.recv(at_most)
        if not got:
            raise ConnectionError("closed by the server")
        self._had += got

    def _take(self) -> bytes | str | None:
        had = self._had
        if len(had) < 2:
            return None
        n, start = had[1] & 0x7F, 2
        if n >= 126:
            width = 2 if n == 126 else 8
            start += width
            if len(had) < start:
                return None
            n = int.from_bytes(had[2:start], "big")
        if len(had) < start + n:
            return None
        kind, body = had[0] & 0x0F, bytes(had[start : start + n])
        del had[: start + n]
        if kind == _CLOSE:
            raise ConnectionError("closed by the server")
        return body.decode() if kind == _TEXT else body
