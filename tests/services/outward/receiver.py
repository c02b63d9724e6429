"""A real receiver for tests: an HTTP server that checks signatures, answers as it is told to and remembers all."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook

#: 32 bytes, as a receiver and the cockpit have agreed on
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY="


class Receiver:
    """Another system. `answers` are statuses or functions for the next requests; then everything is taken."""

    def __init__(self, port: int = 0) -> None:
        self.messages: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[int | Callable[[BaseHTTPRequestHandler], None]] = []
        self.came = threading.Condition()
        receiver = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                told = Webhook(SECRET).verify(body, dict(self.headers.items()))
                with receiver.came:
                    receiver.messages.append((self.headers["webhook-id"], told))
                    answer = receiver.answers.pop(0) if receiver.answers else 204
                    receiver.came.notify_all()
                if not isinstance(answer, int):
                    answer(self)
                    return
                self.send_response(answer)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Answering)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}/facts"

    @property
    def got(self) -> list[str]:
        """The ids of all facts that came, in their order, repeats included."""
        return [fact["fact_id"] for _, told in self.messages for fact in told["data"].get("facts", ())]

    def wait_for(self, count: int, *, timeout_s: float = 30.0) -> None:
        with self.came:
            assert self.came.wait_for(lambda: len(set(self.got)) >= count, timeout_s), f"only {len(self.got)} came"


@contextmanager
def serving(receiver: Receiver) -> Iterator[Receiver]:
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()
