"""处警 in a browser, on a cockpit that really runs: a reading rings at two desks, one key answers it at both."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.cli.running import Running, running

pytestmark = pytest.mark.browser

PLACE = (119.985, 30.285)
ALARM = "rain-gauge-1:water_level_high"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("alarms") / "data", "--no-simulate") as up:
        yield up


def measured(up: Running, value: float, second: float = 0) -> None:
    at = datetime.now(UTC) + timedelta(seconds=second)
    reading = {
        "device_id": "rain-gauge-1", "quantity": "water_level", "value": value, "unit": "m", "lon": PLACE[0],
        "lat": PLACE[1], "at": at.isoformat(),
    }  # fmt: skip
    with up.client(up.token("feed")) as feed:
        assert feed.post("/feeds/readings", json=[reading]).json()["accepted"] == 1


def desk(browser: Browser, up: Running, name: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    page.on("pageerror", lambda error: pytest.fail(f"{name}: {error}"))
    page.goto(f"{up.url}/signin?token={up.token('duty', '--name', name)}")
    page.wait_for_selector("#queue-list[data-state=ready]")
    return page


def test_a_reading_rings_at_two_desks_and_one_key_answers_it_at_both(browser: Browser, up: Running) -> None:
    one, other = desk(browser, up, "李明"), desk(browser, up, "王芳")
    one.click("#title-bar h1")  # a touch lets the page sound
    measured(up, 4.2)
    for page in (one, other):
        page.wait_for_function("id => cockpit.situation.alarms.has(id)", arg=ALARM)
    expect(one.locator("#sound")).to_have_attribute("data-ringing", "alarm")
    one.evaluate("id => cockpit.desk.choose(cockpit.desk.idOfAlarm(id), { from: 'map' })", ALARM)
    expect(one.locator('#drawer-actions [data-action="alarm-acknowledge"]')).to_be_visible()
    one.keyboard.press("a")
    expect(one.locator("#drawer-body")).to_contain_text("已确认")
    other.wait_for_function("id => cockpit.situation.alarms.get(id)[6] === 'acknowledged'", arg=ALARM)
    expect(one.locator("#sound")).to_have_attribute("data-ringing", "")
    other.goto(f"{up.url}/iot?device=rain-gauge-1")
    expect(other.locator("#panel-device")).to_contain_text("未入册")
    expect(other.locator("#device-body")).to_contain_text("4.2 m")
    other.goto(f"{up.url}/screen")
    other.locator("#panel-alarms a.opens[data-to*='alarms=open']").click()  # each count of the wall opens its list
    expect(other.locator("#iot-group-list [data-alarm-id]")).to_have_count(1)
    expect(other.locator("#iot-groups-sub")).to_have_text("共 1 条")
    other.locator("#iot-listed [data-listed='']").click()
    expect(other.locator("#iot-group-list [data-group-id]")).to_have_count(1)
    other.wait_for_function("!location.search.includes('alarms')")
    for page in (one, other):
        page.context.close()
