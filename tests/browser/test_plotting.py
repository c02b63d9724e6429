"""标绘, played once: drawn at the desk, on the wall at once; changed, taken back, removed, and as it was before."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.harness.looking import live, until
from tests.cli.running import Running, running

pytestmark = pytest.mark.browser

LON, LAT = 119.9906, 30.2853
EVENT = "gridworker:plotted"
#: the rows of the drawings that a page holds, as `kind symbol label version`
ROWS = "[...cockpit.situation.plots.values()].map((row) => [row[0], row[1], row[3], row[9]].join(' ')).sort()"
#: what the map shows of them
SHOWN = "cockpit.map.plots.shown().length"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("plot") / "data", "--no-simulate") as up:
        yield up


def opened(browser: Browser, link: str, errors: list[str], width: int, height: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce").new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(link)
    live(page)
    return page


def click_at(page: Page, east: float, north: float) -> None:
    """On the map, so many degrees from the scene, which is brought near unless it is."""
    at = page.evaluate(
        f"""(() => {{
            const {{ leaflet }} = cockpit.map;
            if (leaflet.getZoom() !== 16) leaflet.setView([{LAT}, {LON}], 16, {{ animate: false }});
            const box = cockpit.map.leaflet.getContainer().getBoundingClientRect();
            const scale = box.width / cockpit.map.leaflet.getContainer().offsetWidth;
            const p = cockpit.map.leaflet.latLngToContainerPoint([{LAT + north}, {LON + east}]);
            return [box.left + p.x * scale, box.top + p.y * scale];
        }})()"""
    )
    page.mouse.move(*at)
    page.mouse.click(*at)


def has(page: Page, *rows: str) -> None:
    """Waits until the page holds these drawings and no others."""
    wanted = json.dumps(sorted(rows), ensure_ascii=False, separators=(",", ":"))
    page.wait_for_function(f"JSON.stringify({ROWS}) === {json.dumps(wanted, ensure_ascii=False)}")


def whole_second_after(up: Running) -> Callable[[], str | None]:
    """What gives the second that has begun since the newest drawing, once one has: the past is kept by seconds."""
    with up.client(up.linked_token("leader")) as leader:
        drawn_at = leader.get("plots").json()["items"][0]["drawn_at"]

    def second() -> str | None:
        now = datetime.now(UTC).replace(microsecond=0)
        return now.isoformat() if now > datetime.fromisoformat(drawn_at) else None

    return second


def test_what_the_desk_draws_the_wall_has_at_once_and_the_past_keeps(browser: Browser, up: Running) -> None:
    report = {
        "event_id": "plotted", "source": "gridworker", "title": "路面塌陷", "category": "event.05.05",
        "lon": LON, "lat": LAT, "reported_at": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    with up.client(up.linked_token("admin")) as feed:
        assert feed.post("feeds/events", json=report).json()["accepted"] == 1
    errors: list[str] = []
    desk = opened(browser, up.links["duty"], errors, 1440, 900)
    wall = opened(browser, up.links["screen"], errors, 1366, 768)
    desk.click("#queue-rows .q:has-text('路面塌陷')")
    desk.wait_for_function(f"cockpit.desk.chosen === '{EVENT}'")
    desk.wait_for_function("cockpit.map.fitted && cockpit.map.leaflet.getZoom() >= 15")

    # a hazard by keys and one click; it belongs to the chosen event
    desk.keyboard.press("Shift+B")
    expect(desk.locator("#plot-bar .whose")).to_contain_text("属于事件：路面塌陷")
    desk.keyboard.press("1")
    click_at(desk, 0.001, -0.001)
    for page in (desk, wall):
        has(page, "point hazard  1")
        assert page.evaluate(SHOWN) == 1
    expect(desk.locator("#plot-said")).to_contain_text("已标绘 · 危险源")

    # an area, corner by corner, with words; Esc drops one that was begun
    desk.keyboard.press("3")
    click_at(desk, -0.001, -0.002)
    desk.keyboard.press("Escape")
    expect(desk.locator("#panel-map")).to_have_attribute("data-plotting", "")
    desk.keyboard.press("3")
    desk.fill("#plot-label", "<b>东侧</b>")
    for n, corner in enumerate(((-0.001, -0.002), (0.002, -0.002), (0.002, 0.0005)), 1):
        click_at(desk, *corner)
        desk.wait_for_function(f"cockpit.desk.plot.corners() === {n}")
    desk.locator("#plot-label").press("Enter")
    desk.keyboard.press("Enter")
    for page in (desk, wall):
        has(page, "point hazard  1", "area cordon <b>东侧</b> 1")

    # who drew it and when; taken away, and back within ten seconds
    click_at(desk, 0.002, -0.001)
    card = desk.locator("#plot-bar .plot-card")
    expect(card).to_contain_text("警戒区 · <b>东侧</b>")
    expect(card).to_contain_text("标绘")
    before = until(whole_second_after(up), "a second that begins after the drawing", 10)
    desk.keyboard.press("Delete")
    has(wall, "point hazard  1")
    desk.click("[data-action=plot-undo]")
    has(wall, "point hazard  1", "area cordon <b>东侧</b> 3")

    # another word for the hazard, written at the desk
    click_at(desk, 0.001, -0.001)
    expect(card).to_contain_text("危险源")
    desk.click("[data-action=plot-rename]")
    desk.fill("#plot-words", "燃气泄漏")
    desk.locator("#plot-words").press("Enter")
    has(wall, "point hazard 燃气泄漏 2", "area cordon <b>东侧</b> 3")

    # that instant is still as it was, for the wall and for a leader, who may look and not draw
    with up.client(up.linked_token("leader")) as leader:

        def now_past() -> bool:
            asked = {"event_id": EVENT, "as_of": datetime.now(UTC).isoformat()}
            return "燃气泄漏" in [item["label"] for item in leader.get("plots", params=asked).json()["items"]]

        until(now_past, "the journal to have it all", 20)
        wall.goto(f"{up.url}/screen?as_of={before.replace('+', '%2B')}")
        has(wall, "point hazard  1", "area cordon <b>东侧</b> 1")
        items = leader.get("plots", params={"event_id": EVENT}).json()["items"]
        assert sorted([change["what"] for change in item["changes"]] for item in items) == [
            ["drawn", "changed"], ["drawn", "removed", "restored"],
        ]  # fmt: skip
        assert leader.post("plots", json={"kind": "point", "points": [[LON, LAT]]}).status_code == 403
    assert not errors, errors
