"""底图: browsers learn names and paths of our own host, never a key, and get tiles only with a session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit.api.base_tiles import BaseTiles
from cockpit.services.base_maps import base_maps_of
from cockpit.services.tile_proxy import TileProxy
from cockpit.store.accounts import Role
from tests.api.town import Town
from tests.tile_host import TileHost, tile_host


@pytest.fixture
def host() -> Iterator[TileHost]:
    with tile_host() as running:
        yield running


@pytest.fixture
def town(bare_town: Town, host: TileHost, tmp_path: Path) -> Town:
    maps = base_maps_of(
        tile_url=host.url + "/{z}/{x}/{y}?tk={key}", tile_key="secret", tile_crs="gcj02", tianditu_key="secret",
        tile_attribution="高德软件",
    )  # fmt: skip
    proxy = TileProxy(
        maps.sources, tmp_path / "tiles", most_bytes=1 << 20, fresh_for_s=60,
        clock=lambda: bare_town.now.timestamp(), monotonic=lambda: bare_town.tick_s,
    )  # fmt: skip
    return bare_town.build(base_tiles=BaseTiles(maps=maps, proxy=proxy, bounds=bare_town.city.bounds))


def test_base_maps_are_told_without_hosts_and_keys(town: Town) -> None:
    answer = town.caller(Role.SCREEN).get("base_maps")
    assert answer.json["first"] == "own"
    assert [item["name"] for item in answer.json["items"]] == ["own", "tianditu_vec", "tianditu_img"]
    own, vec, _ = answer.json["items"]
    assert own["sources"] == [{"name": "own", "url": "/api/v1/base_tiles/own/{z}/{x}/{y}", "max_zoom": 22}]
    assert own["shift"]["steps"] > 1 and vec["shift"] is None
    assert "secret" not in answer.text and "127.0.0.1" not in answer.text and "tianditu.gov" not in answer.text


def test_a_tile_comes_with_a_session_only_and_once_a_browser_knows_it_not_again(town: Town, host: TileHost) -> None:
    path = "/api/v1/base_tiles/own/12/3423/1684"
    assert town.app.test_client().get(path).status_code == 401
    assert host.asked == []
    answer = town.caller(Role.SCREEN).get("base_tiles/own/12/3423/1684")
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/png", host.body)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = town.caller(Role.SCREEN).call(
        "GET", "base_tiles/own/12/3423/1684", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_no_address_can_be_smuggled_in(town: Town, host: TileHost) -> None:
    for path in (
        "own/12/3423/99999",
        "other/1/0/0",
        "own/1/0/0/../..",
        "http%3A%2F%2Fevil.example/1/0/0",
        "own/1/0/-1",
    ):
        assert town.caller(Role.SCREEN).get(f"base_tiles/{path}").status_code == 404
    assert host.asked == []


def test_a_host_that_is_away_is_a_problem_that_tells_no_key(town: Town, host: TileHost) -> None:
    host.status = 500
    answer = town.caller(Role.SCREEN).get("base_tiles/own/12/3423/1684")
    assert answer.status_code == 502 and answer.mimetype == "application/problem+json"
    assert "secret" not in answer.text
