"""The light end of a websocket against the floor's relay."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from cockpit.bench.floor import frame_of, serve
from cockpit.bench.light_socket import LightSocket


@pytest.fixture
def url() -> Iterator[str]:
    server = serve()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def receive(socket: LightSocket, n: int) -> list[bytes | str]:
    got: list[bytes | str] = []
    while len(got) < n:
        got += socket.pump()
    return got


@pytest.mark.parametrize("size", [12, 125, 126, 60_000])
def test_what_goes_into_the_relay_comes_out_of_every_socket(url: str, size: int) -> None:
    with ExitStack() as stack:
        listeners = [stack.enter_context(closing(LightSocket(url, "/live"))) for _ in range(3)]
        feed = stack.enter_context(closing(LightSocket(url, "/feed")))
        feed.send_bytes(b"\1" * size)
        feed.send_bytes(b"\2" * size)
        for listener in listeners:
            assert receive(listener, 2) == [b"\1" * size, b"\2" * size]


def test_long_messages_have_an_eight_byte_length() -> None:
    assert frame_of(b"x" * 70_000)[:2] == bytes((0x82, 127))


def test_a_page_that_does_not_exist_is_refused(url: str) -> None:
    with pytest.raises(ConnectionError):
        LightSocket(url, "/nothing")
