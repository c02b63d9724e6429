"""战时, played once: a road collapses, is reported, commanded, evacuated and over, on a wall, a desk and a phone.

One cockpit that really runs, three browsers, and a crew of vehicles that speaks through the public API alone.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.harness.looking import live, point_of, until
from tests.cli.running import Running, running

pytestmark = pytest.mark.browser

#: where the road gives way, in 良渚街道, among houses that the demo city's address base knows
LON, LAT = 120.0171, 30.3712
#: the gridworker whose phone it is: of the community around it
PERSON = "gw-00694"
#: the nearest stays silent; the plan sends the next two, so that the last one stands in
SILENT, RELIEF, REPAIR, SPARE = "zf-901", "zf-902", "zf-903", "zf-904"
#: who knocks at the doors
HELPERS = ("gw-00588", "gw-00589", "gw-00590")
SOON_S = 20.0


@dataclass
class Crew:
    """Vehicles near the scene: they tell where they are and climb the ladders of their orders."""

    feed: httpx.Client
    officer: httpx.Client
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def stand(self, subject: str, east: float, *, kind: str = "vehicle") -> None:
        message = {
            "subject_id": subject, "kind": kind, "lon": LON + east, "lat": LAT, "at": datetime.now(UTC).isoformat(),
        }  # fmt: skip
        assert self.feed.post("feeds/positions", json=message).json()["accepted"] == 1

    def order_of(self, subject: str) -> dict[str, Any] | None:
        items = self.officer.get("orders", params={"recipient_id": subject}).json()["items"]
        return items[0] if items else None

    def climbs(self, subject: str, *verbs: str) -> None:
        order = until(lambda: self.order_of(subject), f"an order for {subject}", SOON_S)
        for verb in verbs:
            assert self.officer.post(f"orders/{order['order_id']}/{verb}", json={}).status_code == 202

    def empties(self, evacuation_id: str) -> int:
        """Everybody moves out, but three doors that differ; a second phone repeats it. How many households."""
        board = self.officer.get(f"evacuations/{evacuation_id}").json()
        doors = [household[0] for building in board["buildings"] for household in building["households"]]
        states = {doors[-1]: "needs_help", doors[-2]: "refused", doors[-3]: "nobody_home"}
        taps = [{"tap_id": f"t-{n}", "household_id": d, "state": states.get(d, "moved")} for n, d in enumerate(doors)]
        for start in range(0, len(taps), 400):
            for _ in range(2):  # a bad line says everything twice
                answer = self.officer.post(f"evacuations/{evacuation_id}/taps", json=taps[start : start + 400])
                assert answer.status_code == 202
        return len(doors)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("story") / "data", "--no-simulate") as up:
        yield up


@pytest.fixture(scope="module")
def crew(up: Running) -> Iterator[Crew]:
    with up.client(up.linked_token("admin")) as feed, up.client(up.linked_token("duty")) as officer:
        yield Crew(feed, officer)


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """Three browsers and a cockpit on one machine: what is awaited comes, though not at once."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


def opened(browser: Browser, link: str, width: int, height: int, errors: list[str], **more: Any) -> Page:
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce", **more
    )
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(link)
    return page


def test_a_road_collapses_and_a_wall_a_desk_and_a_phone_bring_it_to_its_end(
    browser: Browser, up: Running, crew: Crew
) -> None:
    errors: list[str] = []
    token = up.token("gridworker", "--subject", PERSON, "--scope", "330110010")
    scene, away = {"longitude": LON, "latitude": LAT}, {"longitude": LON - 0.0012, "latitude": LAT}
    here = {"geolocation": scene, "permissions": ["geolocation"]}
    phone = opened(browser, f"{up.url}/signin?token={token}", 390, 844, errors, has_touch=True, **here)
    wall = opened(browser, up.links["screen"], 1366, 768, errors)
    desk = opened(browser, up.links["duty"], 1440, 900, errors)
    live(wall)
    live(desk)

    # 上报: from the phone to the first row of the desk; its owner goes on and comes on duty elsewhere
    phone.click("[data-action=report]")
    phone.fill("[data-input=title]", "路面塌陷")
    phone.click("[data-action=report-send]:not([disabled])")
    desk.wait_for_selector("#queue-rows .q:has-text('路面塌陷')")
    desk.click("#queue-rows .q:has-text('路面塌陷')")
    desk.wait_for_selector(".entry")
    event_id = desk.evaluate("cockpit.desk.chosen")
    phone.context.set_geolocation(away)
    phone.click("[data-action=on-duty]")
    for subject, east in ((SILENT, 0.001), (RELIEF, 0.002), (REPAIR, 0.003), (SPARE, 0.008)):
        crew.stand(subject, east)

    # an order that nobody answers is noticed while all else goes on
    quiet = {
        "event_id": event_id, "recipient_ids": [SILENT], "task": "到东侧路口封控", "accept_within_s": 1, "despite": [],
    }  # fmt: skip
    silent = str(crew.officer.post("orders", json=quiet).raise_for_status().json()["order_ids"][0])

    # 一键指挥: what it will do is read, then one key turns every screen and orders people
    desk.keyboard.press("d")
    elsewhere = f"(cockpit.desk.near.items.find((item) => item.id === '{PERSON}') || {{}}).distance_m > 100"
    desk.wait_for_function(elsewhere, timeout=60_000)
    expect(desk.locator("#compose-plan")).to_contain_text("道路塌陷")
    desk.keyboard.press("Shift+Enter")
    expect(desk.locator("#plan-box")).to_contain_text("转入战时")
    expect(desk.locator("#plan-box")).to_contain_text("范**")
    desk.keyboard.press("Enter")
    expect(wall.locator("#mode")).to_have_attribute("data-mode", "wartime")
    expect(desk.locator("#stage")).to_have_attribute("data-mode", "war")

    # 阶梯: every rung moves on the desk as it is told; arrival is seen by position, nobody has to say so
    card = phone.locator("[data-order]:has-text('路面塌陷')").first
    expect(card).to_be_visible()
    order_id = str(card.get_attribute("data-order"))
    row = desk.locator(f"[data-order-id='{order_id}']")
    for verb, rung in (("accepted", 3), ("departed", 4)):
        phone.click(f"[data-action={verb}]:not([disabled])")
        expect(row.locator(".ladder .joined, .ladder .told:first-child")).to_have_count(rung)
    phone.context.set_geolocation(scene)
    expect(row.locator(".ladder")).to_have_class(re.compile("complete"), timeout=40_000)
    crew.climbs(REPAIR, "accept", "depart", "arrive")

    # 派单: one more by hand, and taken back
    desk.click("#near-list .cand:not(.not-free) >> nth=0")
    desk.keyboard.press("Enter")
    expect(desk.locator("#order-toasts")).to_contain_text("已发出 1 条指令")
    desk.keyboard.press("Backspace")
    expect(desk.locator("#order-toasts")).to_contain_text("已撤回")

    # 疏散: ring the houses, everybody is out but three, and no tap counts twice
    for helper in HELPERS:
        crew.stand(helper, 0.0015, kind="gridworker")
    desk.evaluate(f"cockpit.map.leaflet.setView([{LAT}, {LON}], 15, {{animate: false}})")
    desk.keyboard.press("Shift+E")
    desk.click("#work-body [data-draw=ring]")
    desk.mouse.click(*point_of(desk, LON, LAT))
    desk.mouse.move(*point_of(desk, LON + 0.002, LAT))
    desk.mouse.click(*point_of(desk, LON + 0.002, LAT))
    expect(desk.locator(".homes-in")).to_contain_text("户")
    desk.click("[data-action=evac-begin]:not([aria-disabled])")
    evacuation_id = str(desk.locator("[data-evacuation]").get_attribute("data-evacuation"))
    households = crew.empties(evacuation_id)
    expect(desk.locator("[data-evac=moved]").first).to_have_text(f"{households - 3:,}")
    expect(desk.locator("[data-evac=not_reached]")).to_have_text("0")
    expect(wall.locator("#evacuation-moved")).to_have_text(f"{households - 3:,}")
    desk.keyboard.press("Shift+O")

    # 改派: silence was noticed, somebody else goes
    expect(desk.locator(f"[data-order-id='{silent}'] .right")).to_have_text("已自动改派", timeout=40_000)
    relief = until(lambda: (crew.officer.get(f"orders/{silent}").json())["substituted_by"], "a substitute", SOON_S)
    expect(desk.locator(f"[data-order-id='{relief}']")).to_be_visible()

    # 收尾: what is open ends, the evacuation ends, peacetime again on every screen
    phone.click("[data-action=finished]")
    phone.click("[data-action=finish-send]")
    expect(row.locator(".right")).to_contain_text("办结")
    crew.climbs(REPAIR, "finish")
    desk.keyboard.press("Shift+E")
    desk.click("[data-action=evac-end]")
    desk.click("[data-action=evac-end]")
    expect(desk.locator(".evac-sums .done")).to_contain_text("结束")
    desk.keyboard.press("t")
    desk.click("[data-action=mode-confirm]")
    expect(wall.locator("#mode")).to_have_attribute("data-mode", "peacetime")
    expect(desk.locator("#stage")).to_have_attribute("data-mode", "peace")
    assert errors == []
