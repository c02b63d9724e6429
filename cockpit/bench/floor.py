"""The floor: bytes in from the generator, the same bytes out to every browser, one canvas. Nothing below it is useful.

`python -m cockpit.bench.floor [PAGE]` serves it; the generator opens `/feed`, browsers `/live`. It keeps nothing,
checks nothing and asks nobody who they are.
"""

import contextlib
import socket
import sys
import threading
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any

from simple_websocket import ConnectionClosed, Server

#: what browsers get at `/`
PAGE = files("cockpit.bench").joinpath("pages/floor.html")


def frame_of(payload: bytes) -> bytes:
    """A binary websocket message from a server, made once however many browsers get it."""
    n = len(payload)
    if n < 126:
        return bytes((0x82, n)) + payload
    if n < 1 << 16:
        return bytes((0x82, 126)) + n.to_bytes(2, "big") + payload
    return bytes((0x82, 127)) + n.to_bytes(8, "big") + payload


class Relay:
    """Everybody who listens."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[socket.socket] = []

    @contextlib.contextmanager
    def adding(self, listener: socket.socket) -> Iterator[None]:
        """Shake hands inside: whoever is told that he is in misses nothing from then on."""
        with self._lock:
            yield
            self._listeners.append(listener)

    def send(self, payload: bytes) -> int:
        """The same bytes to everybody; how many got them."""
        frame = frame_of(payload)
        with self._lock:
            for listener in list(self._listeners):
                try:
                    listener.sendall(frame)
                except OSError:
                    self._listeners.remove(listener)
            return len(self._listeners)


def serve(html: bytes = b"") -> ThreadingHTTPServer:
    """A server on a free port of this machine, not yet running. `html`: another page than the floor's own."""
    relay = Relay()
    html = html or PAGE.read_bytes()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path in ("/live", "/feed") and self.headers.get("Upgrade", "").lower() == "websocket":
                self.close_connection = True
                self._stay(self.path)
                return
            found = self.path.partition("?")[0] == "/"
            body = html if found else b""
            self.send_response(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _stay(self, path: str) -> None:
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            environ: dict[str, Any] = {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in self.headers.items()}
            environ |= {"PATH_INFO": path, "werkzeug.socket": self.connection}
            with relay.adding(self.connection) if path == "/live" else contextlib.nullcontext():
                peer = Server(environ, receive_bytes=1 << 18)
            try:
                while True:
                    said = peer.receive()
                    if path == "/feed" and isinstance(said, bytes | bytearray):
                        relay.send(bytes(said))
            except ConnectionClosed:
                return

        def log_message(self, *_: Any) -> None:
            """Nothing is logged: that would be measured as well."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    return server


if __name__ == "__main__":
    running = serve(Path(sys.argv[1]).read_bytes() if len(sys.argv) > 1 else b"")
    print(f"ready http://127.0.0.1:{running.server_address[1]}", flush=True)
    running.serve_forever()
