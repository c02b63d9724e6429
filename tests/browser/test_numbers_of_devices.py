"""/iot: every number of the cards, groups and lists opens what it counts, on a cockpit that really runs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from cockpit.catalogue import texts
from tests.browser.every_number import followed, unthought_of
from tests.cli.running import Running, running

pytestmark = pytest.mark.browser

PLACE = {"lon": 119.985, "lat": 30.285}
#: what is a number on this page and counts nothing
NO_COUNT = {
    "[data-device]": "the row of one device or of one of its alarms, which it opens",
    ".iot-card .fresh-line": "a share, and how late they are; the states below are what it is of",
    ".iot-group .where, .iot-group .at, .iot-group .what, .iot-group b": "where, when and what one group is",
    "#device-head h2, #device-head .drawer-id": "the name and the id of one device",
    "#device-body .line": "what one device measured, how its alarms stand, what is near it; its rules' ledger counts "
    "raisings of all days, which no list keeps one by one",
    "#device-body .empty": "how many more are silent: the states of the card list them",
    "#panel-device .drawer-tags": "how many of those that are waited for are heard of: the states of the card",
}
WAYS = [
    ".iot-card .count", ".iot-card .alarms", ".iot-card .st", "#iot-groups-sub", "#iot-devices-sub",
    "[data-action=iot-more]", ".iot-group .times", ".iot-group .tagx",
]  # fmt: skip
DEVICES = "#iot-device-list [data-device]"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("numbers") / "data", "--no-simulate") as up:
        yield up


def told(up: Running) -> None:
    """Five smoke detectors in two places, of which four ring; one that rang is over; two gauges without an alarm."""
    now = datetime.now(UTC)
    alarms = [
        {
            "lon": PLACE["lon"] + 0.02 * (n // 3), "lat": PLACE["lat"], "device_id": f"smoke-{n}", "kind": "smoke",
            "state": "raised", "severity": "II", "message": "烟感报警",
            "at": (now - timedelta(seconds=60 - n)).isoformat(),
        }
        for n in range(5)
    ]  # fmt: skip
    over = {**alarms[4], "state": "cleared", "at": now.isoformat()}
    readings = [
        {**PLACE, "device_id": f"gauge-{n}", "quantity": "water_level", "value": 1.1, "unit": "m", "at": over["at"]}
        for n in range(2)
    ]  # fmt: skip
    with up.client(up.token("feed")) as feed:
        assert feed.post("/feeds/alarms", json=[*alarms, over]).json()["accepted"] == 6
        assert feed.post("/feeds/readings", json=readings).json()["accepted"] == 2


def test_every_number_of_the_page_of_devices_opens_what_it_counts(browser: Browser, up: Running) -> None:
    told(up)
    page = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"{up.url}/signin?token={up.linked_token('duty')}")
    follow_all(page, up.url)
    page.context.close()


def follow_all(page: Page, url: str) -> None:
    words = list(texts("zh-CN").values())

    def anew() -> None:
        page.goto(f"{url}/iot")
        page.wait_for_selector(".iot-card .count")
        page.wait_for_selector("#iot-group-list [data-group-id]")
        page.wait_for_selector(DEVICES)

    def to_the_end(rows: str, shown: int) -> int:
        """The length of a list, with what stands behind its button."""
        expect(page.locator(rows).first if shown else page.locator("#stage")).to_be_visible()
        more = page.locator("[data-action=iot-more]")
        while page.locator(rows).count() < shown and more.count():
            before = page.locator(rows).count()
            more.first.click()
            page.wait_for_function("([rows, n]) => document.querySelectorAll(rows).length > n", arg=[rows, before])
        return page.locator(rows).count()

    def of_card(at: Locator, shown: int) -> int:
        at.click()
        expect(page.locator("#iot-devices-sub")).to_have_text(f"共 {shown:,} 台")
        return to_the_end(DEVICES, shown)

    def alarms_of(at: Locator, shown: int) -> int:
        at.click()
        expect(page.locator("#iot-groups-sub")).to_contain_text("·")
        return to_the_end("#iot-group-list [data-alarm-id]", shown)

    def of_group(at: Locator, _shown: int) -> int:
        group = at.locator("xpath=ancestor::*[@data-group-id]")
        fold = group.locator("[data-action=group-open]")
        if fold.get_attribute("aria-expanded") == "false":
            fold.click()
        expect(group.locator(".member").first).to_be_visible()
        waiting = "tagx" in (at.get_attribute("class") or "")
        return group.locator(".member", has_text="待确认" if waiting else "").count()

    anew()
    assert unthought_of(page, WAYS, NO_COUNT, words) == []
    page.evaluate("document.querySelector('.iot-card').append('另有 7 台')")
    assert [found.partition(" in ")[0] for found in unthought_of(page, WAYS, NO_COUNT, words)] == ["另有 7 台"]
    anew()
    assert sum(followed(page, ".iot-card .alarms", alarms_of)) >= 4
    anew()
    assert sum(followed(page, ".iot-card .count", of_card)) > 60
    followed(page, ".iot-card .st", of_card)
    anew()
    followed(page, "#iot-groups-sub", lambda _at, _n: page.locator("#iot-group-list [data-group-id]").count())
    followed(page, "#iot-devices-sub", lambda _at, n: to_the_end(DEVICES, n))
    followed(page, ".iot-group .times", of_group)
    followed(page, ".iot-group .tagx", of_group)
    assert unthought_of(page, WAYS, NO_COUNT, words) == []
    page.click(".iot-card .name")
    expect(page.locator("#device-head h2")).to_contain_text("消防")
    assert unthought_of(page, WAYS, NO_COUNT, words) == []
    page.locator(DEVICES).first.click()
    expect(page.locator("#panel-device")).to_have_attribute("data-state", "ready")
    assert unthought_of(page, WAYS, NO_COUNT, words) == []
