"""瓦片代理: tiles of configured hosts and of no other, kept, bounded, and shown though a host is away."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cockpit.services.base_maps import TileSource
from cockpit.services.tile_proxy import LARGEST_BYTES, Tile, TileError, TileProxy
from tests.tile_host import TileHost, picture, tile_host

DAY_S = 86_400.0


@dataclass
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def host() -> Iterator[TileHost]:
    with tile_host() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


def proxy_of(host: TileHost, folder: Path, clock: Clock, most_bytes: int = 1 << 20) -> TileProxy:
    source = TileSource(name="own", template=host.url + "/{z}/{x}/{y}.png?tk={key}", key="secret", deepest=18)
    return TileProxy(
        {"own": source}, folder, most_bytes=most_bytes, fresh_for_s=30 * DAY_S, clock=clock, monotonic=clock
    )


@pytest.fixture
def proxy(host: TileHost, tmp_path: Path, clock: Clock) -> TileProxy:
    return proxy_of(host, tmp_path, clock)


def refused(proxy: TileProxy, *asked: object) -> int:
    with pytest.raises(TileError) as error:
        proxy.tile(*asked)  # type: ignore[arg-type]  # what a test asks for wrongly on purpose
    assert "secret" not in str(error.value) and "127.0.0.1" not in str(error.value)
    return error.value.status


def test_a_tile_is_fetched_once_and_kept_for_other_processes_too(host, proxy, tmp_path, clock):
    assert proxy.tile("own", 12, 3423, 1684) == Tile(host.body, "image/png")
    assert proxy.tile("own", 12, 3423, 1684).body == host.body
    assert proxy_of(host, tmp_path, clock).tile("own", 12, 3423, 1684).body == host.body
    assert host.asked == ["/12/3423/1684.png?tk=secret"]


def test_many_who_ask_for_the_same_tile_at_once_are_one_question(host, proxy):
    start = threading.Barrier(6)

    def ask() -> None:
        start.wait()
        proxy.tile("own", 12, 1, 1)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(host.asked) == 1


@pytest.mark.parametrize(
    "asked", [("other", 1, 0, 0), ("own", 19, 0, 0), ("own", 2, 4, 0), ("own", 2, 0, 4), ("own", -1, 0, 0)]
)
def test_what_is_no_tile_of_a_configured_source_is_asked_of_nobody(host, proxy, asked):
    assert refused(proxy, *asked) == 404
    assert host.asked == []


def test_an_old_tile_is_asked_for_anew_and_shown_while_its_host_is_away(host, proxy, clock):
    old = proxy.tile("own", 12, 1, 1)
    clock.now += 31 * DAY_S
    host.status = 500
    assert proxy.tile("own", 12, 1, 1) == old
    host.status, host.body = 200, picture((1, 2, 3))
    assert proxy.tile("own", 12, 1, 1) == old, "a host that failed is left alone for a while"
    clock.now += 16
    assert proxy.tile("own", 12, 1, 1).body == host.body


def test_a_host_that_fails_is_not_asked_again_at_once(host, proxy, clock):
    host.status = 500
    assert refused(proxy, "own", 12, 1, 1) == 502
    assert refused(proxy, "own", 12, 2, 2) == 503
    assert len(host.asked) == 1
    clock.now += 16
    host.status = 200
    assert proxy.tile("own", 12, 2, 2).mimetype == "image/png"


def test_a_tile_that_the_host_does_not_have_says_nothing_of_the_host(host, proxy):
    host.status = 404
    assert refused(proxy, "own", 12, 1, 1) == 404
    host.status = 200
    assert proxy.tile("own", 12, 2, 2).body == host.body


@pytest.mark.parametrize(
    "body", [b"<svg onload=alert(1)>", b"<html>key expired</html>", b"", b"\x89PNG\r\n\x1a\n" * (LARGEST_BYTES // 4)]
)
def test_what_is_no_picture_or_too_large_is_refused_and_not_kept(host, proxy, tmp_path, body):
    host.body, host.headers = body, {"Content-Type": "image/png"}
    assert refused(proxy, "own", 12, 1, 1) == 502
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_redirect_is_not_followed(host, proxy):
    host.status, host.headers = 302, {"Location": host.url + "/elsewhere"}
    assert refused(proxy, "own", 12, 1, 1) == 502
    assert host.asked == ["/12/1/1.png?tk=secret"]


def test_what_is_kept_stays_within_its_room_and_the_oldest_goes(host, tmp_path, clock):
    room = 10 * len(host.body)
    proxy = proxy_of(host, tmp_path, clock, most_bytes=room)
    for x in range(25):
        clock.now += 1
        proxy.tile("own", 12, x, 0)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in kept) <= room
    asked = len(host.asked)
    proxy.tile("own", 12, 24, 0)
    assert len(host.asked) == asked
    proxy.tile("own", 12, 0, 0)
    assert len(host.asked) == asked + 1


def test_another_template_shows_nothing_of_the_old_one(host, proxy, tmp_path, clock):
    proxy.tile("own", 12, 1, 1)
    other = TileSource(name="own", template=host.url + "/v2/{z}/{x}/{y}.png", deepest=18)
    again = TileProxy({"own": other}, tmp_path, most_bytes=1 << 20, fresh_for_s=DAY_S, clock=clock, monotonic=clock)
    again.tile("own", 12, 1, 1)
    assert host.asked[-1] == "/v2/12/1/1.png"
