"""战时 of a running cockpit: two screens follow, who is panning is asked, leaving puts everything back; a desk sends
the way that is recommended, changed by hand, and ticks the plan that it runs."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.every_number import number_in
from tests.browser.harness.looking import until
from tests.cli.running import Running, running

pytestmark = pytest.mark.browser

CITY, STREET = "330110", "330110012"
LON, LAT = 119.99, 30.30
_VIEW = "() => { const m = cockpit.map.leaflet, c = m.getCenter(); return [c.lat, c.lng, m.getZoom()]; }"
_LAYERS = "() => [cockpit.layers.state(), location.hash]"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("war") / "data", "--no-simulate") as started:
        yield started


@pytest.fixture(scope="module")
def duty(up: Running) -> Iterator[httpx.Client]:
    with up.client(up.linked_token("duty")) as client:
        yield client


def _screen(browser: Browser, up: Running, query: str = "") -> Page:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(60_000)
    page.goto(up.links["screen"])
    if query:
        page.goto(f"{up.url}/screen{query}")
    page.wait_for_function("window.cockpit && cockpit.map && cockpit.map.leaflet && cockpit.link().state === 'live'")
    return page


def _turn(duty: httpx.Client, body: dict[str, Any]) -> None:
    assert duty.put("mode", json=body).status_code == 202


def test_two_screens_follow_the_mode_and_only_the_one_that_is_panning_is_asked(
    up: Running, duty: httpx.Client, browser: Browser
) -> None:
    report = {
        "event_id": "1", "source": "citizen", "title": "路面塌陷", "category": "event.05.05", "lon": LON, "lat": LAT,
        "reported_at": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    with up.client(up.linked_token("admin")) as feed:
        assert feed.post("feeds/events", json=report).json()["accepted"] == 1
    calm, panning = _screen(browser, up), _screen(browser, up, f"?scope={STREET}")
    calm.click("[data-action=layer-grid]")
    calm.mouse.move(5, 5)
    panning.mouse.move(700, 350)
    panning.mouse.down()
    panning.mouse.move(640, 330, steps=4)
    panning.mouse.up()
    panning.wait_for_timeout(600)
    before = [(page.evaluate(_VIEW), page.evaluate(_LAYERS)) for page in (calm, panning)]

    _turn(duty, {"mode": "wartime", "scope": CITY, "event_id": "citizen:1", "note": "路面持续下沉"})
    for page in (calm, panning):
        expect(page.locator("#stage")).to_have_attribute("data-mode", "war", timeout=20_000)
        expect(page.locator("#headline h1")).to_contain_text("路面塌陷")
        expect(page.locator("[data-action=layer-event]")).to_have_attribute("aria-pressed", "false")

    calm.wait_for_function("v => cockpit.map.leaflet.getZoom() !== v[2]", arg=before[0][0])
    question = panning.locator("#view-question")
    expect(question).to_contain_text("移到现场", timeout=20_000)
    assert panning.evaluate(_VIEW) == before[1][0]
    question.locator("[data-action=view-stay]").click()
    expect(question).to_be_hidden()
    expect(calm.locator("#panel-incident")).to_contain_text("路面持续下沉", timeout=20_000)
    expect(calm.locator("#ladder-rows")).to_contain_text("尚未下达")

    _turn(duty, {"mode": "peacetime", "scope": CITY, "note": "排险完毕"})
    for page, (view, layers) in zip((calm, panning), before, strict=True):
        expect(page.locator("#stage")).to_have_attribute("data-mode", "peace", timeout=20_000)
        assert page.evaluate(_VIEW) == view
        assert page.evaluate(_LAYERS) == layers
    told = [(item["mode"], item["note"]) for item in duty.get("mode/history").json()["items"]]
    assert told == [("peacetime", "排险完毕"), ("wartime", "路面持续下沉")]


def _ready_desk(browser: Browser, up: Running, duty: httpx.Client, event_id: str) -> Page:
    """A desk with the search around a new incident open, and two vehicles near it."""
    now, (source, number) = datetime.now(UTC).isoformat(), event_id.split(":")
    with up.client(up.linked_token("admin")) as feed:
        report = {"event_id": number, "source": source, "title": "路面塌陷", "category": "event.05.05", "lon": LON}
        assert feed.post("feeds/events", json={**report, "lat": LAT, "reported_at": now}).json()["accepted"] == 1
        for n in (1, 2):
            fix = {"subject_id": f"zf-91{n}", "kind": "vehicle", "lon": LON + 0.002 * n, "lat": LAT, "at": now}
            assert feed.post("feeds/positions", json=fix).json()["accepted"] == 1
    until(lambda: duty.get(f"events/{event_id}").status_code == 200, "the event", 30.0)
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(60_000)
    page.goto(up.links["duty"])
    page.goto(f"{up.url}/duty?event={event_id}&near=event")
    expect(page.locator("#compose-plan")).to_contain_text("道路塌陷", timeout=60_000)
    return page


def _kinds_ordered(duty: httpx.Client, event_id: str) -> set[str]:
    return {order["recipient"]["kind"] for order in duty.get("orders", params={"event_id": event_id}).json()["items"]}


def test_a_recommended_way_is_changed_and_sent_and_the_plan_is_ticked_where_it_was_run(
    up: Running, duty: httpx.Client, browser: Browser
) -> None:
    event_id = "citizen:2"
    desk = _ready_desk(browser, up, duty, event_id)
    expect.set_options(timeout=20_000)

    # 推荐: one way is chosen, all but the police are taken out, another station is put in, sent, reminded of by hand
    desk.keyboard.press("Shift+R")
    desk.click("[data-action=advice-choose] >> nth=0")
    for key in desk.locator(".chosen [data-advised]").evaluate_all("all => all.map((one) => one.dataset.advised)"):
        if "police" not in key:
            desk.click(f"[data-advised='{key}']")
    desk.click("[data-action=advice-swap][data-key*=police]")
    other = str(desk.locator(".swaps .other").first.get_attribute("data-id"))
    desk.click(".swaps .other >> nth=0")
    expect(desk.locator(".chosen .changed")).to_be_visible()
    desk.click("[data-action=advice-send]")
    expect(desk.locator("#work-body [data-order-id]")).to_have_count(1)
    sent = duty.get("orders", params={"event_id": event_id}).json()["items"]
    assert [order["recipient"]["id"] for order in sent] == [other]
    desk.click(f"[data-order-id='{sent[0]['order_id']}']")
    desk.click("[data-order-do=remind]")
    expect(desk.locator(".order-more .times")).to_contain_text("催接受")

    # 预案: it says that it was run; what is ticked is a fact that everybody reads
    desk.keyboard.press("Shift+Enter")
    expect(desk.locator("#plan-box")).to_contain_text("转入战时")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-action=plan-open]")).to_contain_text("已执行")
    expect(desk.locator("#plan-dialog")).to_be_hidden()  # the fact may be there before the answer
    desk.keyboard.press("Shift+P")
    desk.click("[data-item] >> nth=0")
    expect(desk.locator("[data-item][aria-checked=true]")).to_have_count(1)
    assert duty.get("plans/runs", params={"event_id": event_id}).json()["items"][0]["done"] == 1

    # 部门: whoever is responsible is ordered as a department
    desk.click("[data-action=units-open]")
    desk.click("[data-unit] >> nth=0")
    desk.keyboard.press("Escape")
    desk.keyboard.press("Enter")
    expect(desk.locator(".recipient")).to_have_count(0)
    until(lambda: "unit" in _kinds_ordered(duty, event_id), "an order to a department", 30.0)

    # 大屏: its counts of forces and of the plan open the desk of the same incident, which lists as many
    desk.goto(f"{up.url}/screen")
    near, plan = desk.locator("#panel-near .opens[href]"), desk.locator("#panel-checklist .opens[href]")
    expect(near).to_contain_text("3 km 内")
    steps = plan.inner_text().rpartition(" 已完成 ")[2].replace(" ", "")
    able = near.inner_text().partition(" · ")[0]
    near.click()
    expect(desk.locator("#near-filters .able")).to_have_text(able)
    expect(desk.locator("#near-list .cand:not(.left)")).to_have_count(number_in(able))
    desk.go_back()
    plan.click()
    expect(desk.locator("[data-item]")).to_have_count(int(steps.partition("/")[2]))
    expect(desk.locator("[data-item][aria-checked=true]")).to_have_count(1)
    expect(desk.locator("[data-tab-count=plan]")).to_have_text(steps)
    expect.set_options(timeout=5_000)
