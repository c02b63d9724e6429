"""以房查人 in a real browser: a building's card, people behind a door, the reason that opens them, stale records."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desks import desk_page, opened
from tests.browser.dispatch_desk import Api
from tests.browser.harness.server import Harness
from tests.browser.harness.world import CENTRE, World

pytestmark = pytest.mark.browser

LON, LAT = CENTRE
BUILDING, DOOR = "330110012003011-0309", "330110012003011-0309-0201"
PLACE = {"code": BUILDING[:15], "divisions": ["仓前街道", "向往社区", "第11网格"]}
CHECKED = {"checked_at": "2026-01-05T02:00:00Z", "age_days": 321, "stale": True}


def door(number: str, **given: Any) -> dict[str, Any]:
    return {"household_id": f"{BUILDING}-{number}", "people": 2, "needs_help": False, **CHECKED, **given}


CARD = {
    "building_code": BUILDING, "name": "向往社区 309", **PLACE, "lon": LON, "lat": LAT, "households": 2, "people": 3,
    "needs_help": 1, "stale": 1, "stale_after_days": 180, "oldest_at": CHECKED["checked_at"],
    "items": [door("0101", stale=False, people=1), door("0201", needs_help=True)],
}  # fmt: skip


def household(name: str, number: str) -> dict[str, Any]:
    person = {
        "resident_id": f"{DOOR}-1", "name": name, "relation": "head", "tenure": "registered", "age": 81,
        "id_number": number, "phone": "100****0001", "need": "elderly",
    }  # fmt: skip
    return {
        "as_of": "2026-11-22T04:00:00Z", **door("0201"), "building_code": BUILDING, "building_name": "向往社区 309",
        **PLACE, "lon": LON, "lat": LAT, "is_made_up": True, "masked": True, "may_unmask": True, "residents": [person],
    }  # fmt: skip


GRID = {
    **PLACE, "households": 120, "stale": 7, "oldest_at": CHECKED["checked_at"], "gridworkers": 1, "reminded_at": None,
}  # fmt: skip


@pytest.fixture
def api() -> Api:
    whole = {
        **household("<b>姚</b>桂", "000000194503120001"),
        "masked": False,
        "masked_again_at": "2026-11-22T04:02:00Z",
    }
    line = {key: CARD[key] for key in ("building_code", "name", "lon", "lat")}
    return Api(
        {
            "buildings": {"total": 1, "items": [line]},
            f"buildings/{BUILDING}": CARD,
            f"households/{DOOR}": household("姚**", "000*************01"),
            f"households/{DOOR}/unmask": whole,
            "households/stale": {
                "scope": "330110",
                "days": 180,
                "households": 900,
                "total": 7,
                "grids": [GRID],
                "items": [],
            },
            "households/stale/remind": (202, {"event_id": "e", "order_ids": ["o"], "households": 7}),
        }
    )


@pytest.fixture
def desk(browser: Browser, api: Api) -> Iterator[Page]:
    """A desk over an empty world, close enough to see buildings; the page must make no error."""
    server = Harness(World(), desk=desk_page()).start()
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(15_000)
    api.on(page)
    opened(page, server.url)
    page.evaluate(f"cockpit.map.leaflet.setView([{LAT}, {LON}], 17, {{ animate: false }})")
    yield page
    context.close()
    server.stop()
    assert errors == []


def test_a_click_on_a_building_leads_to_its_people_and_a_reason_to_their_names(desk: Page, api: Api) -> None:
    desk.click("#situation-map", position={"x": 420, "y": 380})
    card = desk.locator("#map-houses")
    expect(card.locator("header b")).to_have_text("向往社区 309")
    expect(card.locator(".sums")).to_contain_text("2 户 · 3 人")
    expect(card.locator(".floor .level")).to_have_text(["2 层", "1 层"])
    desk.click(f"[data-door='{DOOR}']")
    expect(card.locator(".people li")).to_contain_text("姚**户主 · 81 岁 · 户籍高龄需照护")
    expect(card.locator(".checked")).to_contain_text("321 天前")

    desk.click("[data-houses=ask]")
    desk.click("[data-houses=unmask]")
    expect(card.locator("[role=alert]")).to_have_text("请写明查看原因")
    assert api.wishes(f"households/{DOOR}/unmask") == []
    desk.click("[data-reason=应急疏散]")
    desk.keyboard.press("Enter")
    expect(card.locator(".people.whole b")).to_have_text("<b>姚</b>桂")
    expect(card.locator(".left")).to_contain_text("秒后重新遮蔽")
    assert api.wishes(f"households/{DOOR}/unmask") == [{"reason": "应急疏散"}]
    desk.click("[data-houses=mask]")
    expect(card.locator(".people b")).to_have_text("姚**")
    desk.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_the_gridworkers_of_a_grid_are_reminded_of_what_is_stale(desk: Page, api: Api) -> None:
    desk.keyboard.press("Shift+H")
    desk.click("[data-houses=stale]")
    card = desk.locator("#map-houses")
    expect(card.locator(".sums")).to_have_text("7 / 900 户")
    expect(card.locator(".grid-name b")).to_have_text("向往社区 · 第11网格")
    desk.click("[data-remind]")
    expect(card.locator(".stale-grids .done")).to_have_text("本周已提醒")
    assert api.wishes("households/stale/remind") == [{"code": BUILDING[:15]}]
