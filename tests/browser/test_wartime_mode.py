"""战时 on two screens of a running cockpit: both follow, who is panning is asked, leaving puts everything back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

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
