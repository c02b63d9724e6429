"""告警风暴 at the desk: five thousand alarms are a handful of rows, all of them there, one key for each."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from cockpit.domain.alarm import Alarm
from cockpit.domain.event import Place
from cockpit.domain.facts import AlarmRaised
from cockpit.domain.severity import Severity
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Rules, Situation
from cockpit.situation.view import alarm_row
from tests.browser.desks import desk_page, opened, order
from tests.browser.harness.looking import until
from tests.browser.harness.server import Harness
from tests.browser.harness.world import World

pytestmark = pytest.mark.browser

_COUNT = 5_000


def storm() -> list[Alarm]:
    """A power cut over a district in ten seconds, as the fold groups it."""
    chance, situation, now = Random(5), Situation(rules=Rules(city_code="330110")), datetime.now(UTC)
    for n in range(_COUNT):
        at = now - timedelta(seconds=20 - 10 * n / _COUNT)
        place = Place(lon=chance.uniform(119.7, 120.1), lat=chance.uniform(30.2, 30.5), code="330110012")
        fact = AlarmRaised(
            fact_id=f"a{n}", at=at, received_at=at, alarm_id=f"a{n}", device_id=f"d{n}", place=place,
            kind=chance.choice(["smoke", "street_lamp", "no_data"]), severity=chance.choice([Severity.II, Severity.IV]),
        )  # fmt: skip
        list(evolve(situation, fact, f"{n + 1}-0"))
    return list(situation.alarms.values())


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def page(browser: Browser, world: World) -> Iterator[Page]:
    server = Harness(world, desk=desk_page()).start()
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    errors: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield opened(page, server.url)
    context.close()
    server.stop()
    assert errors == []


def times(page: Page) -> list[int]:
    """What the counts of the rows say."""
    return [int(words[1:]) for words in page.locator("#queue-rows .q:not([hidden]) .fold:visible").all_inner_texts()]


def test_a_storm_is_a_handful_of_rows_that_add_up_and_one_key_answers_each(page: Page, world: World) -> None:
    alarms = storm()
    for first in range(0, _COUNT, 500):
        world.say("alarms", {a.alarm_id: alarm_row(a) for a in alarms[first : first + 500]})
    until(lambda: page.locator("[data-chip-count=alarm]").inner_text() == "5,000", "all of them counted")
    page.evaluate("cockpit.desk.bringIn()")
    rows = order(page)
    assert 1 < len(rows) <= 20
    page.evaluate("document.getElementById('queue-list').style.height = '2000px'; cockpit.desk.redrawRows()")
    until(lambda: sum(times(page)) == _COUNT, "the counts of the rows add up to all alarms")

    group = rows[0].removeprefix("group:")
    members = [a for a in alarms if a.group_id == group]
    page.locator(f'[data-group-id="{group}"] .fold').click()
    until(lambda: len(order(page)) == len(rows) + len(members), "its members are visible")
    assert set(order(page)[1 : 1 + len(members)]) == {f"alarm:{a.alarm_id}" for a in members}
    page.locator(f'[data-group-id="{group}"] .title').click()
    expect(page.locator("#drawer-head h2")).to_contain_text(f"×{len(members)}")
    expect(page.locator('[data-action="group-acknowledge"]')).to_be_visible()
    page.keyboard.press("ArrowLeft")
    until(lambda: order(page) == rows, "folded again")

    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url.partition("/api/v1/")[2].partition("?")[0])
        route.fulfill(status=202, json={"command_id": "c1"})

    page.route("**/api/v1/alarms/groups/**", answer)
    page.keyboard.press("a")
    until(lambda: len(asked) == 1, "one request for the whole group")
    assert asked[0].endswith("/acknowledge")
    acknowledged = {a.alarm_id: alarm_row(a) for a in members}
    for row in acknowledged.values():
        row[6] = "acknowledged"
    world.say("alarms", acknowledged)
    expect(page.locator(f'[data-group-id="{group}"] .cd-digits')).to_have_text("已确认")
    # what was separated is a row of its own, what ended leaves the counts
    lone = alarm_row(members[0])
    lone[7] = "elsewhere"
    world.say("alarms", {members[0].alarm_id: lone, members[1].alarm_id: None})
    expect(page.locator(f'[data-group-id="{group}"] .fold')).to_have_text(f"×{len(members) - 2}")
    until(lambda: page.locator("[data-chip-count=alarm]").inner_text() == "4,999", "one has ended")
    page.evaluate("cockpit.desk.bringIn()")
    assert f"alarm:{members[0].alarm_id}" in order(page)
