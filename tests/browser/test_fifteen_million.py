"""Fifteen million 部件 in a cockpit that really runs: counted in cells, panned, clicked down to one, edited."""

import math
import shutil
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from cockpit.store.layer_columns import Coded, FeatureBatch, LayerWriter
from tests.browser.harness.filling import show_layer
from tests.browser.harness.looking import live, point_of, until
from tests.cli.running import Running, running

pytestmark = pytest.mark.browser

MANY = 15_000_000
_AT_ONCE = 500_000
#: the middle of the city's parts, and away from the panels
LON, LAT = 119.95, 30.34
KINDS = ("part.01.01", "part.01.02", "part.01.03", "part.02.17", "part.04.02")
NAMES = ("上水井盖", "污水井盖", "雨水井盖", "交通护栏", "行道树")
#: of what a screen asks for while millions are counted, and other programs may use the machine
PATIENT_S = 90.0


def _parts(start: int) -> FeatureBatch:
    """The same at every run: half of them spread over the district, half denser towards its middle."""
    chance = np.random.default_rng([15, start])
    kind = chance.integers(0, len(KINDS), _AT_ONCE)
    lon, lat = chance.uniform(119.77, 120.13, _AT_ONCE), chance.uniform(30.17, 30.51, _AT_ONCE)
    dense = _AT_ONCE // 2
    lon[:dense] = np.clip(chance.normal(LON, 0.06, dense), 119.7, 120.2)
    lat[:dense] = np.clip(chance.normal(LAT, 0.05, dense), 30.15, 30.55)
    return FeatureBatch(
        ids=[f"3301{number:012d}" for number in range(start, start + _AT_ONCE)], names=Coded(NAMES, kind),
        kinds=Coded(KINDS, kind), states=Coded(("normal", "damaged"), (chance.random(_AT_ONCE) < 0.1).astype(np.int64)),
        owners=Coded(("区综合行政执法局",), np.zeros(_AT_ONCE, np.int64)), lon=lon, lat=lat,
    )  # fmt: skip


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    place = tmp_path_factory.mktemp("fifteen-million")
    folder = place / "data" / "layers" / "parts" / "by-the-test"
    try:
        with LayerWriter(folder) as writer:
            for start in range(0, MANY, _AT_ONCE):
                writer.add(_parts(start))
            assert writer.publish().total == MANY
        with running(place / "data", "--no-simulate") as started:
            show_layer(started, "parts", folder, MANY)
            yield started
    finally:
        shutil.rmtree(place, ignore_errors=True)  # more than a gigabyte


@pytest.fixture
def api(up: Running) -> Iterator[httpx.Client]:
    with up.client(up.linked_token("duty")) as client:
        client.timeout = httpx.Timeout(PATIENT_S)
        yield client


@pytest.fixture
def desk(browser: Browser, up: Running) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page.set_default_timeout(PATIENT_S * 1000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(up.links["duty"])
    page.goto(up.url + "/duty?layers=parts")
    live(page)
    page.wait_for_function("cockpit.thematic.items.some((layer) => layer.name === 'parts' && layer.total)")
    yield page
    page.close()
    assert errors == []


def look_at(page: Page, zoom: float, lon: float = LON, lat: float = LAT) -> None:
    page.evaluate("([lat, lon, z]) => cockpit.map.leaflet.setView([lat, lon], z, { animate: false })", [lat, lon, zoom])


#: the map rests, every tile of the view is there, and what is drawn is drawn of them
_SETTLED = """() => {
  const map = cockpit.map.leaflet, book = cockpit.thematic, { sheet } = book.seen;
  if (map._animatingZoom || (map._panAnim && map._panAnim._inProgress)) return false;
  if (!sheet || sheet.zoom !== map.getZoom() || !sheet.covers()) return false;
  if (book.isComing(book.find('parts')) || book.why('parts') || !book.seen.drawn) return false;
  const right = book.tileZoom(sheet.zoom); // and none is of a coarser tile that stood in for them
  return book.seen.cells.every(({ tile }) => tile.z === right);
}"""


_DRAWN = """() => {
  const { things, cells, sheet } = cockpit.thematic.seen, tiles = new Map();
  const of = (tile) => {
    const key = [tile.z, tile.tx, tile.ty].join('/');
    if (!tiles.has(key)) {
      const side = sheet.scale / 2 ** tile.z, left = tile.tx * side - sheet.ox, top = tile.ty * side - sheet.oy;
      const whole = left >= 0 && top >= 0 && left + side <= sheet.w && top + side <= sheet.h;
      tiles.set(key, { z: tile.z, x: tile.tx, y: tile.ty, whole, n: 0 });
    }
    return tiles.get(key);
  };
  for (const { tile, i } of cells) of(tile).n += tile.count[i];
  for (const { tile } of things) of(tile).n += 1;
  const whole = [...tiles.values()].filter((tile) => tile.whole && tile.z === cockpit.thematic.tileZoom(sheet.zoom));
  const n = [...tiles.values()].reduce((sum, tile) => sum + tile.n, 0);
  return { n, whole, things: things.length, cells: cells.length };
}"""


def settled(page: Page) -> None:
    """The map rests now; one that was thrown by a hand may begin to glide a frame later."""
    page.wait_for_function(_SETTLED)


def drawn(page: Page) -> dict[str, Any]:
    """What is drawn: how many things stand for how many parts, and of each tile that lies wholly in view."""
    told: dict[str, Any] = page.evaluate(_DRAWN)
    return told


def drawn_at_rest(page: Page) -> dict[str, Any]:
    """What is drawn in a moment in which the map rests: asked for as one, because a moment later it may glide on."""
    told: dict[str, Any] = page.wait_for_function(f"() => ({_SETTLED})() && ({_DRAWN})()").json_value()
    return told


def box_of(tile: dict[str, Any]) -> str:
    side = 2 ** int(tile["z"])

    def lat(y: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / side))))

    west, east = (x / side * 360 - 180 for x in (tile["x"], tile["x"] + 1))
    return f"{west:.12f},{lat(tile['y'] + 1):.12f},{east:.12f},{lat(tile['y']):.12f}"


def count(api: httpx.Client, **asked: str) -> int:
    answer = api.get("layers/parts/count", params=asked)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["total"])


def item(api: httpx.Client, **asked: str) -> dict[str, Any]:
    answer = api.get("layers/parts/items", params=asked)
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["items"]
    return dict(found)


#: a cell near the middle, where no panel lies, in pixels of the window
_A_CELL = """() => {
  const { cells, sheet } = cockpit.thematic.seen, map = cockpit.map.leaflet;
  const box = map.getContainer().getBoundingClientRect();
  for (const { x, y } of cells) {
    const lon = ((x + sheet.ox) / sheet.scale) * 360 - 180, lat = cockpit.map.latOf((y + sheet.oy) / sheet.scale);
    const at = map.latLngToContainerPoint([lat, lon]);
    const off = Math.max(Math.abs(at.x - box.width / 2), Math.abs(at.y - box.height / 2));
    if (off < 100) return [box.left + at.x, box.top + at.y];
  }
  return null;
}"""
#: the row of a part near the middle that stands alone, so that a click means it and no other
_ALONE = """() => {
  const { things, sheet } = cockpit.thematic.seen, map = cockpit.map.leaflet, size = map.getSize();
  const alone = (one) => things.every((other) => other === one || Math.hypot(other.x - one.x, other.y - one.y) > 20);
  const middle = map.getPixelOrigin().add(map.containerPointToLayerPoint([size.x / 2, size.y / 2]));
  const near = ({ x, y }) => Math.max(Math.abs(x + sheet.ox - middle.x), Math.abs(y + sheet.oy - middle.y)) < 160;
  const found = things.find((one) => near(one) && alone(one));
  return found ? found.tile.row[found.i] : null;
}"""


def came_apart(page: Page) -> bool:
    """Whether single parts show and no cells; where cells do, one is clicked to come closer."""
    now = drawn_at_rest(page)
    if now["things"] and not now["cells"]:
        return True
    if cell := page.evaluate(_A_CELL):
        page.mouse.click(*cell)
    return False


def panned(page: Page) -> list[dict[str, Any]]:
    """The map is thrown by hand; then these tiles lie wholly in view. How far it glides decides whether any does."""
    page.mouse.move(720, 480)
    page.mouse.down()
    page.mouse.move(640, 420, steps=5)
    page.mouse.up()
    return list(drawn_at_rest(page)["whole"])


def lonely(page: Page) -> int:
    """The row of a part that stands alone in view; looks further where there is none."""

    def found() -> Any:
        settled(page)
        row = page.evaluate(_ALONE)
        if row is None:
            page.evaluate("cockpit.map.leaflet.panBy([150, 90], { animate: false })")
        return None if row is None else (row,)

    return int(until(found, "a part that stands alone", PATIENT_S)[0])


def test_fifteen_million_are_counted_and_come_apart_by_panning_and_clicking(desk: Page, api: httpx.Client):
    expect(desk.locator("[data-shown=parts]")).to_contain_text("15,000,000", timeout=PATIENT_S * 1000)
    assert count(api) == MANY
    look_at(desk, 9)
    until(lambda: drawn(desk)["n"] == MANY, "all fifteen million in cells", PATIENT_S)
    for zoom in (11, 13):
        look_at(desk, zoom)
        for tile in until(lambda: panned(desk), "a tile that lies wholly in view", PATIENT_S)[:6]:
            assert tile["n"] == count(api, bbox=box_of(tile)) > 0
    until(lambda: came_apart(desk), "single parts", PATIENT_S)
    told = item(api, row=str(lonely(desk)))
    desk.mouse.click(*point_of(desk, told["lon"], told["lat"]))
    card = desk.locator(".layer-card")
    expect(card.locator("header b")).to_have_text(told["name"], timeout=PATIENT_S * 1000)
    expect(card.locator("dl")).to_contain_text(told["id"])
    assert item(api, id=told["id"])["row"] == told["row"]


def test_one_kind_of_fifteen_million_is_shown_alone_and_an_edited_part_without_a_rebuild(
    desk: Page, up: Running, api: httpx.Client
):
    look_at(desk, 9)
    until(lambda: drawn(desk)["n"] == MANY, "all fifteen million in cells", PATIENT_S)
    desk.keyboard.press("Shift+L")
    desk.locator("[data-unfold=parts]").click()
    desk.locator("[data-narrow=kinds][data-key='part.02.17']").click()
    rails = count(api, kinds="part.02.17")
    until(lambda: drawn(desk)["n"] == rails, "the one kind of all fifteen million", PATIENT_S)
    desk.keyboard.press("Escape")
    look_at(desk, 18)
    told = item(api, row=str(lonely(desk)))
    assert told["kind"] == "part.02.17"
    written = sorted(path.name for path in (up.data_dir / "layers" / "parts").iterdir())
    answer = api.put(f"layers/parts/items/{told['id']}", json={"name": "撞坏的护栏", "state": "damaged"})
    assert answer.status_code == 200, answer.text
    desk.evaluate("cockpit.thematic.ask()")  # what a page does every minute by itself

    def told_anew() -> bool:
        settled(desk)
        desk.mouse.click(*point_of(desk, told["lon"], told["lat"]))
        head = desk.locator(".layer-card header b")
        expect(desk.locator(".layer-card .layer-waiting")).to_have_count(0, timeout=PATIENT_S * 1000)
        return head.is_visible() and head.inner_text() == "撞坏的护栏"

    until(told_anew, "what the part is now", PATIENT_S)
    expect(desk.locator(".layer-card dl")).to_contain_text("破损")
    assert sorted(path.name for path in (up.data_dir / "layers" / "parts").iterdir()) == written
    assert count(api) == MANY
