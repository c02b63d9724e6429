"""Places on drill-down and wall of a running cockpit: one box finds them, names stand beside what a layer shows."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.harness.looking import until
from tests.browser.test_leader import DISTRICT, at
from tests.cli.running import Running, running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("places") / "data", "--no-simulate") as started:
        yield started


def test_one_box_leads_from_the_drill_down_and_the_wall_to_places(browser: Browser, up: Running) -> None:
    with up.client(up.linked_token("leader")) as leader:
        until(lambda: not leader.get("search", params={"q": "cqjd"}).json()["preparing"], "names are spelt", 60)
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN", reduced_motion="reduce")
    page.goto(up.links["leader"])
    at(page, DISTRICT)
    rows, found = page.locator(".search-row"), page.locator(".situation-found span")
    page.keyboard.press("/")
    page.keyboard.type("cqjd")
    expect(rows.first.locator("b")).to_have_text("仓前街道", timeout=30_000)
    page.keyboard.press("Enter")
    at(page, "330110012")
    page.keyboard.press("/")
    page.fill("#search-words", "119.98,30.28")
    systems = page.locator(".search-row[data-group=coordinate]")
    expect(systems).to_have_count(3, timeout=30_000)
    for n, name in enumerate(("WGS-84", "GCJ-02", "BD-09")):
        expect(systems.nth(n)).to_contain_text(name)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")  # what lies at these numbers in GCJ-02 opens on the wall
    page.wait_for_url("**/screen?go=*")
    expect(found).to_contain_text("GCJ-02", timeout=30_000)
    assert abs(page.evaluate("cockpit.search.marked().lon") - 119.9754) < 0.0001, "moved by its offset"
    page.keyboard.press("/")
    page.keyboard.type("cangqian")
    expect(rows.first.locator("b")).to_have_text("仓前街道", timeout=30_000)
    page.keyboard.press("Enter")
    expect(found).to_have_text("仓前街道", timeout=30_000)
    expect(page.locator("#search-box")).to_be_hidden()
    page.close()


def test_names_stand_beside_the_things_of_a_layer_when_near_and_over_no_other(browser: Browser, up: Running) -> None:
    with up.client(up.linked_token("screen")) as wall:
        items = until(lambda: wall.get("layers/school/items", params={"limit": "50"}).json()["items"], "schools", 60)
    first = items[0]
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN", reduced_motion="reduce")
    page.goto(up.links["screen"])
    page.goto(f"{up.url}/screen?layers=school&go={first['lon']},{first['lat']}")
    until(lambda: page.evaluate("window.cockpit?.thematic?.named || 0") > 0, "a name is drawn", 60)
    page.evaluate("cockpit.map.leaflet.setZoom(12, { animate: false })")
    until(lambda: page.evaluate("cockpit.thematic.named") == 0, "too far to be read")
    until(lambda: page.evaluate("cockpit.thematic.seen.drawn") > 0, "the things themselves are still there")
    page.close()
