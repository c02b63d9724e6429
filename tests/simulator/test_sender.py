"""发送 — against a real HTTP server: it waits while nobody listens and goes on, and a refusal is not repeated."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from structlog.testing import capture_logs

from cockpit.simulator.sender import Sender


class Ingest(ThreadingHTTPServer):
    """Keeps what it is told; answers with `status`."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        self.told: list[tuple[str, str, Any]] = []
        self.status, self.tokens = 202, set[str]()
        self.first = Event()
        super().__init__(("127.0.0.1", port), _Listens)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Listens(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Ingest

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        url = urlparse(self.path)
        self.server.told.append((url.path, parse_qs(url.query).get("source", [""])[0], body))
        self.server.tokens.add(self.headers["Authorization"])
        self.server.first.set()
        answer = json.dumps({"accepted": len(body), "duplicate": 0, "rejected": []}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def serving(server: Ingest) -> Iterator[Ingest]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def stop() -> Iterator[Event]:
    event = Event()
    yield event
    event.set()


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def test_a_batch_arrives_with_its_token_and_source(stop: Event) -> None:
    with serving(Ingest()) as server:
        sender = Sender(server.url, "secret", stop)
        assert sender.post("events", [{"event_id": "a"}])
        assert sender.post("events", [], source="iot")
        sender.close()
    assert server.told == [("/api/v1/feeds/events", "", [{"event_id": "a"}]), ("/api/v1/feeds/events", "iot", [])]
    assert server.tokens == {"Bearer secret"}


def test_it_waits_for_a_server_that_is_down_and_says_so_once(stop: Event) -> None:
    port = free_port()
    sender = Sender(f"http://127.0.0.1:{port}", "t", stop, wait_max_s=0.05)
    lost = Event()
    taken: list[bool] = []

    with capture_logs() as logs:

        def tell() -> None:
            sender.post("positions", [{"n": 0}], keep=False)
            lost.set()
            taken.extend(sender.post("events", [{"n": n}]) for n in range(3))

        thread = Thread(target=tell)
        thread.start()
        assert lost.wait(10)
        with serving(Ingest(port)) as server:
            thread.join(20)
            assert not thread.is_alive()
    sender.close()
    assert taken == [True, True, True]
    assert [body[0]["n"] for _, _, body in server.told] == [0, 1, 2]
    assert [entry["event"] for entry in logs] == ["server_lost", "server_back"]


def test_a_server_error_is_tried_again(stop: Event) -> None:
    with serving(Ingest()) as server:
        server.status = 503
        sender = Sender(server.url, "t", stop, wait_max_s=0.02)
        thread = Thread(target=sender.post, args=("events", [{"n": 1}]))
        thread.start()
        assert server.first.wait(10)
        server.status = 202
        thread.join(20)
        assert not thread.is_alive()
        sender.close()
    assert len(server.told) >= 2


@pytest.mark.parametrize("status", [400, 401, 409, 422])
def test_a_refusal_is_logged_once_and_not_repeated(stop: Event, status: int) -> None:
    with serving(Ingest()) as server, capture_logs() as logs:
        server.status = status
        sender = Sender(server.url, "t", stop)
        assert sender.post("events", [{"n": 1}])
        assert sender.post("events", [{"n": 2}])
        sender.close()
    assert len(server.told) == 2
    assert [(entry["event"], entry["status"]) for entry in logs] == [("refused", status)]


def test_stopping_ends_the_wait_for_a_server(stop: Event) -> None:
    sender = Sender(f"http://127.0.0.1:{free_port()}", "t", stop)
    stop.set()
    assert sender.post("events", [{"n": 1}]) is False
    sender.close()
