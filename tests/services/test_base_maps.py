"""底图: templates become addresses, what cannot be one is refused, and the key is told to nobody."""

import pytest
from pydantic import ValidationError

from cockpit.services.base_maps import BaseMapError, base_maps_of
from cockpit.settings import Settings


def address(template: str, **given: str) -> str:
    return base_maps_of(tile_url=template, **given).sources["own"].address(12, 3423, 1684)  # type: ignore[arg-type]  # texts only


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("https://map.example.cn/{z}/{x}/{y}.png", "https://map.example.cn/12/3423/1684.png"),
        ("https://map.example.cn/wmts/{TileMatrix}/{TileRow}/{TileCol}", "https://map.example.cn/wmts/12/1684/3423"),
        ("https://map.example.cn/tms/{z}/{x}/{-y}.png", "https://map.example.cn/tms/12/3423/2411.png"),
        ("http://10.1.2.3:8080/t?z={z}&x={x}&y={y}&k={key}", "http://10.1.2.3:8080/t?z=12&x=3423&y=1684&k=a%26b"),
    ],
)
def test_a_template_becomes_the_address_of_a_tile(template: str, expected: str) -> None:
    assert address(template, tile_key="a&b") == expected


def test_a_tile_is_always_asked_of_the_same_of_several_hosts() -> None:
    own = base_maps_of(tile_url="https://{s}.map.example.cn/{z}/{x}/{y}", tile_hosts="a, b, c").sources["own"]
    assert own.address(12, 0, 0).startswith("https://a.") and own.address(12, 1, 0).startswith("https://b.")
    assert own.address(12, 1, 0) == own.address(12, 1, 0)


@pytest.mark.parametrize(
    "template",
    [
        "https://map.example.cn/tile.png",
        "https://map.example.cn/{z}/{x}/{y}/{secret}",
        "ftp://map.example.cn/{z}/{x}/{y}",
        "https://{key}/{z}/{x}/{y}",
        "https://me:secret@map.example.cn/{z}/{x}/{y}",
        "//map.example.cn/{z}/{x}/{y}",
        "https://{x}.example.cn/{z}/{y}",
    ],
)
def test_a_template_that_no_tile_can_be_asked_for_with_is_refused(template: str) -> None:
    with pytest.raises(BaseMapError):
        base_maps_of(tile_url=template)
    with pytest.raises(ValidationError):
        Settings(tile_url=template)


def test_with_its_key_tianditu_is_there_with_names_over_it_and_the_key_is_never_printed() -> None:
    maps = base_maps_of(tianditu_key="tk-0815")
    assert [each.name for each in maps.maps] == ["tianditu_vec", "tianditu_img"] and maps.first == ""
    assert list(maps.sources) == ["tianditu_vec", "tianditu_cva", "tianditu_img", "tianditu_cia"]
    told = maps.sources["tianditu_cva"].address(12, 3423, 1684)
    assert told.startswith("https://t3.tianditu.gov.cn/cva_w/wmts?") and told.endswith("&tk=tk-0815")
    assert "TILEMATRIX=12&TILEROW=1684&TILECOL=3423" in told
    assert "tk-0815" not in repr(maps)


def test_a_screen_opens_with_own_tiles_unless_another_map_is_named() -> None:
    assert base_maps_of(tile_url="/tiles/{z}/{x}/{y}").first == "own"
    assert base_maps_of(tile_url="/tiles/{z}/{x}/{y}", first="none").first == ""
    assert base_maps_of(tianditu_key="k", first="tianditu_img").first == "tianditu_img"
    with pytest.raises(BaseMapError, match="not configured"):
        base_maps_of(first="tianditu_vec")
