"""专题图层 of a cockpit that really runs: turned on from the panel, drawn where they lie, clicked, narrowed, failed."""

import io
import math
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from cockpit.services.coordinates import wgs84_to_gcj02
from cockpit.store.layer_columns import FeatureBatch, LayerWriter
from tests.browser.harness.filling import show_layer
from tests.browser.harness.looking import live, point_of, sees, shows, until
from tests.cli.running import Running, running
from tests.tile_host import TileHost, tile_host

pytestmark = pytest.mark.browser

MANY = 100_000
#: in 仓前街道, and away from every panel of both pages
LON, LAT = 119.99, 30.30
EVIL = "<img src=x onerror='document.title=\"broken\"'>井盖"
SEWAGE = (98, 198, 230)
GREEN = (0, 255, 0)


@pytest.fixture(scope="module")
def host() -> Iterator[TileHost]:
    with tile_host() as running_host:
        running_host.paint = _tile
        yield running_host


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, host: TileHost) -> Iterator[Running]:
    template = host.url + "/{z}/{x}/{y}"
    settings = ("tile_crs=gcj02", f"tile_url={template}", "tile_look=dark", "base_map=none")
    more = [part for setting in settings for part in ("--set", setting)]
    with running(tmp_path_factory.mktemp("layers") / "data", "--no-simulate", *more) as started:
        _bring_in(started)
        yield started


def _tile(path: str) -> bytes:
    """Black, but for a green square where GCJ-02 has the place."""
    z, x, y = (int(part) for part in path.strip("/").split("/"))
    lon, lat = (float(v[0]) for v in wgs84_to_gcj02(np.array([LON]), np.array([LAT])))
    side = 256 * 2**z
    px = (lon + 180) / 360 * side - 256 * x
    py = (0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)) * side - 256 * y
    image, body = Image.new("RGB", (256, 256)), io.BytesIO()
    ImageDraw.Draw(image).rectangle([px - 6, py - 6, px + 6, py + 6], fill=GREEN)
    image.save(body, "PNG")
    return body.getvalue()


def _bring_in(up: Running) -> None:
    """A hundred thousand manholes over the district, one of them alone at the place that tests look at."""
    chance = np.random.default_rng(6)
    lon, lat = chance.uniform(119.70, 120.02, MANY), chance.uniform(30.20, 30.55, MANY)
    near = (np.abs(lon - LON) < 0.002) & (np.abs(lat - LAT) < 0.002)
    lon[near] -= 0.1
    lon[0], lat[0] = LON, LAT
    folder = up.data_dir / "layers" / "manhole" / "by-the-test"
    with LayerWriter(folder) as writer:
        writer.add(
            FeatureBatch(
                ids=[f"m-{n}" for n in range(MANY)], names=[EVIL, *(f"井盖{n}" for n in range(1, MANY))],
                kinds=["sewage", *(["gas"] * (MANY - 1))], states=["missing", *(["normal"] * (MANY - 1))],
                owners=["区综合行政执法局"] * MANY, lon=lon, lat=lat,
                attributes=[{"material": "<b>球墨铸铁</b>"}, *([{}] * (MANY - 1))],
            )
        )  # fmt: skip
        assert writer.publish().total == MANY
    show_layer(up, "manhole", folder, MANY)


@pytest.fixture
def desk(browser: Browser, up: Running) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(up.links["duty"])
    yield page
    page.close()
    assert errors == []


def opened(page: Page, up: Running, path: str) -> Page:
    page.goto(up.url + path)
    live(page)
    page.wait_for_function("cockpit.thematic.items.some((layer) => layer.name === 'manhole' && layer.total)")
    return page


def look_at(page: Page, zoom: float) -> None:
    page.evaluate("([lat, lon, z]) => cockpit.map.leaflet.setView([lat, lon], z, { animate: false })", [LAT, LON, zoom])


def asked(page: Page, name: str) -> list[str]:
    return parse_qs(urlsplit(page.url).query).get(name, [])


def drawn(page: Page) -> dict[str, int]:
    """How many single things and how many in cells are drawn."""
    counted: dict[str, int] = page.evaluate(
        """() => ({ things: cockpit.thematic.seen.things.length,
                    cells: cockpit.thematic.seen.cells.reduce((n, { tile, i }) => n + tile.count[i], 0) })"""
    )
    return counted


def still(page: Page) -> None:
    """The map has come to rest: a thrown one glides on, and a zoom is animated."""
    page.wait_for_function(
        "(map => !map._animatingZoom && !(map._panAnim && map._panAnim._inProgress))(cockpit.map.leaflet)"
    )


def press(page: Page, lon: float, lat: float) -> None:
    page.mouse.click(*point_of(page, lon, lat))


def test_a_layer_is_found_and_turned_on_with_the_keyboard_and_its_things_are_where_they_lie(desk: Page, up: Running):
    opened(desk, up, "/duty")
    look_at(desk, 17)
    assert not shows(desk, LON, LAT, SEWAGE)
    desk.keyboard.press("Shift+L")
    expect(desk.locator("#thematic-search")).to_be_focused()
    expect(desk.locator("#thematic-list section")).to_have_count(6)
    desk.keyboard.type("井")
    row = desk.locator("[data-thematic=manhole]")
    expect(desk.locator("[data-thematic]")).to_have_count(1)
    expect(row).to_contain_text("100,000")
    desk.keyboard.press("Enter")
    expect(row).to_have_attribute("aria-checked", "true")
    sees(desk, LON, LAT, SEWAGE)
    assert asked(desk, "layers") == ["manhole"]
    desk.keyboard.press("Escape")
    expect(desk.locator("#layer-panel")).to_be_hidden()
    expect(desk.locator("[data-shown=manhole]")).to_contain_text("100,000")


def test_a_hundred_thousand_are_counted_in_cells_come_apart_by_clicks_and_tell_what_they_are(desk: Page, up: Running):
    opened(desk, up, "/duty?layers=manhole")
    look_at(desk, 9)
    until(lambda: drawn(desk)["cells"] == MANY, "all of them in cells")
    look_at(desk, 13)
    until(lambda: 0 < drawn(desk)["cells"] + drawn(desk)["things"] < MANY, "those in view")
    for _ in range(4):
        desk.mouse.move(700, 450)
        desk.mouse.down()
        desk.mouse.move(780, 400, steps=4)
        desk.mouse.up()
    until(
        lambda: not desk.evaluate("cockpit.thematic.isComing(cockpit.thematic.find('manhole'))"),
        "the tiles of the new view",
    )
    until(lambda: drawn(desk)["cells"] + drawn(desk)["things"] > 0, "what lies in the new view")
    still(desk)
    zoom = desk.evaluate("cockpit.map.leaflet.getZoom()")

    def closer() -> bool:
        cell = desk.evaluate(_A_CELL)
        if cell:
            desk.mouse.click(*cell)
        still(desk)
        return bool(desk.evaluate("cockpit.map.leaflet.getZoom()") > zoom)

    until(closer, "closer to a cell that was clicked")
    look_at(desk, 18)
    sees(desk, LON, LAT, SEWAGE)
    press(desk, LON, LAT)
    card = desk.locator(".layer-card")
    expect(card.locator("header b")).to_have_text(EVIL)
    expect(card.locator("dl")).to_contain_text("污水")
    expect(card.locator("img")).to_have_count(0)
    assert desk.title() != "broken"
    desk.keyboard.press("Escape")
    expect(card).to_be_hidden()


_A_CELL = """() => {
  const { cells, sheet } = cockpit.thematic.seen, map = cockpit.map.leaflet;
  const box = map.getContainer().getBoundingClientRect();
  for (const { x, y } of cells) {
    const lon = ((x + sheet.ox) / sheet.scale) * 360 - 180, lat = cockpit.map.latOf((y + sheet.oy) / sheet.scale);
    const at = map.latLngToContainerPoint([lat, lon]);
    const off = Math.max(Math.abs(at.x - box.width / 2), Math.abs(at.y - box.height / 2));
    if (off < 120) return [box.left + at.x, box.top + at.y];
  }
  return null;
}"""


def test_a_layer_is_narrowed_to_a_kind_and_a_link_shows_the_same(desk: Page, up: Running):
    opened(desk, up, "/duty?layers=manhole")
    look_at(desk, 9)
    until(lambda: drawn(desk)["cells"] == MANY, "all of them")
    desk.keyboard.press("Shift+L")
    desk.locator("[data-unfold=manhole]").click()
    desk.locator("[data-narrow=kinds][data-key=sewage]").click()
    until(lambda: drawn(desk) == {"things": 1, "cells": 0}, "the only one of its kind")
    assert asked(desk, "only") == ["manhole:k:sewage"]
    opened(desk, up, "/duty?layers=manhole&only=manhole:k:sewage")
    look_at(desk, 9)
    until(lambda: drawn(desk) == {"things": 1, "cells": 0}, "the only one of its kind")


def test_what_an_open_panel_lists_is_ready_before_it_is_turned_on(desk: Page, up: Running):
    opened(desk, up, "/duty")
    look_at(desk, 17)
    with desk.expect_response(lambda answer: "/layers/manhole/tiles/" in answer.url):
        desk.keyboard.press("Shift+L")
    desk.wait_for_function("!cockpit.thematic.isComing(cockpit.thematic.find('manhole'))")
    desk.route("**/layers/manhole/tiles/**", lambda route: route.abort())
    desk.keyboard.type("井")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Escape")
    sees(desk, LON, LAT, SEWAGE)


def test_a_layer_that_fails_says_so_and_the_others_go_on(desk: Page, up: Running):
    desk.route("**/layers/hydrant/tiles/**", lambda route: route.abort())
    opened(desk, up, "/duty?layers=hydrant,manhole,nonsense")
    desk.wait_for_function("cockpit.thematic.find('hydrant').total > 0")
    look_at(desk, 17)
    sees(desk, LON, LAT, SEWAGE)
    expect(desk.locator("[data-shown=hydrant]")).to_have_attribute("data-trust-of", "failed")
    expect(desk.locator("[data-shown=hydrant] small")).to_have_text("取数失败")
    expect(desk.locator("[data-shown=nonsense] small")).to_have_text("无数据")


def test_a_wall_shows_the_layers_of_its_address_untouched_and_keeps_them(browser: Browser, up: Running):
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page.goto(up.links["screen"])
    opened(page, up, "/screen?layers=manhole")
    look_at(page, 17)
    sees(page, LON, LAT, SEWAGE)
    expect(page.locator("[data-shown=manhole]")).to_contain_text("井盖")
    page.locator("[data-action=thematic]").first.click()
    page.locator("[data-thematic=hospital]").click()
    opened(page, up, "/screen")
    expect(page.locator("[data-shown]")).to_have_count(2)
    page.close()


def test_tiles_in_gcj_02_lie_where_they_belong_and_the_shipped_map_comes_back(desk: Page, up: Running):
    opened(desk, up, "/duty")
    look_at(desk, 16)
    assert not shows(desk, LON, LAT, GREEN)
    desk.keyboard.press("Shift+L")
    desk.locator("[data-base=own]").click()
    desk.keyboard.press("Escape")
    sees(desk, LON, LAT, GREEN, half=3)
    assert asked(desk, "base") == ["own"]
    desk.keyboard.press("Shift+L")
    desk.locator("[data-base='']").click()
    desk.keyboard.press("Escape")
    until(lambda: not shows(desk, LON, LAT, GREEN), "the shipped map")
