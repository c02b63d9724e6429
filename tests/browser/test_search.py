"""搜索 in a real browser: `/` opens one box; its first choice filters the queue, the others take the map there."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desks import desk_page, opened
from tests.browser.dispatch_desk import Api
from tests.browser.harness.looking import until
from tests.browser.harness.server import Harness
from tests.browser.harness.world import CENTRE, World, event_row

pytestmark = pytest.mark.browser

LON, LAT = CENTRE
EVENT = "citizen:20261119001"


def item(kind: str, thing_id: str, title: str, detail: str = "仓前街道", **given: Any) -> dict[str, Any]:
    return {
        "kind": kind, "kind_title": "", "id": thing_id, "title": title, "detail": detail, "code": "330110012",
        "lon": LON + 0.02, "lat": LAT + 0.02, "bounds": None, **given,
    }  # fmt: skip


def found(whole: str, _posted: Any) -> dict[str, Any]:
    words = parse_qs(whole.partition("?")[2])["q"][0]
    groups = [
        {"group": "road", "title": "道路", "total": 1, "items": [item("road", "r", "<i>文一西路</i>")]},
        {"group": "place", "title": "资源与场所", "total": 9, "items": [item("hospital", "h", "余杭医院")]},
    ]
    if words.isdigit():
        groups = [{"group": "event", "title": "事件", "total": 1, "items": [item("registered", EVENT, "占道")]}]
    return {"q": words, "groups": groups, "preparing": False}


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A desk with one event; the page must make no error."""
    world = World()
    world.put_all({EVENT: event_row(LON, LAT, title="占道")})
    server = Harness(world, desk=desk_page()).start()
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(15_000)
    Api({"search": found}).on(page)
    yield opened(page, server.url)
    context.close()
    server.stop()
    assert errors == []


def test_one_box_filters_the_queue_goes_to_places_and_opens_events(desk: Page) -> None:
    desk.keyboard.press("/")
    desk.keyboard.type("wyxl")
    rows = desk.locator(".search-row")
    expect(rows.first).to_have_text("在待办中筛选“wyxl”Enter")
    expect(rows.nth(1).locator("b")).to_have_text("<i>文一西路</i>")  # text is text
    expect(desk.locator(".search-results h3").nth(1)).to_contain_text("共 9 条")
    desk.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    desk.keyboard.press("Enter")
    expect(desk.locator("#search-box")).to_be_hidden()
    expect(desk.locator(".situation-found")).to_be_visible()
    expect(desk.locator(".situation-found span")).to_have_text("<i>文一西路</i>")
    until(
        lambda: abs(desk.evaluate("cockpit.map.leaflet.getCenter().lng") - (LON + 0.02)) < 0.001, "the map went there"
    )

    desk.keyboard.press("/")
    desk.fill("#search-words", "20261119001")
    expect(rows.first.locator("b")).to_have_text("占道")  # the number that is meant exactly stands before the filter
    desk.keyboard.press("Enter")
    until(lambda: desk.evaluate("cockpit.desk.chosen") == EVENT, "its event is chosen")

    desk.keyboard.press("/")
    desk.fill("#search-words", "井盖")
    expect(rows.first).to_contain_text("在待办中筛选“井盖”")
    desk.keyboard.press("Enter")
    expect(desk.locator("#queue-search")).to_have_value("井盖")
