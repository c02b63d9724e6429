"""A server of tiles for tests: pictures with their own number in them, and every way in which such a server fails."""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from PIL import Image


def picture(colour: tuple[int, int, int] = (250, 250, 250)) -> bytes:
    """A tile of one colour as a PNG."""
    body = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(body, "PNG")
    return body.getvalue()


@dataclass
class TileHost:
    """What it answers with can be changed while it runs; `asked` are the paths that came."""

    url: str = ""
    status: int = 200
    body: bytes = field(default_factory=picture)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    #: makes the body from the path instead
    paint: Callable[[str], bytes] | None = None


@contextmanager
def tile_host() -> Iterator[TileHost]:
    """A server of tiles on a free port of this machine."""
    host = TileHost()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.asked.append(self.path)
            self.send_response(host.status)
            for name, value in host.headers.items():
                self.send_header(name, value)
            body = host.paint(self.path) if host.paint else host.body
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a test's requests are no news."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    host.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
