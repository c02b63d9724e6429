"""战时的数字: each number of the wall in wartime and under the desk's map opens the orders or doors that it counts."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from cockpit.catalogue import texts
from tests.browser.every_number import followed, number_in, unthought_of
from tests.browser.harness.looking import until
from tests.cli.running import Running, running

pytestmark = pytest.mark.browser

LON, LAT = 120.0171, 30.3712
EVENT = "citizen:1"
CREW = ("zf-931", "zf-932", "zf-933", "zf-934")
HELPERS = ("gw-00588", "gw-00589")
#: what each of them has said; the last is taken back after it was received
CLIMBED = (("accept", "depart", "arrive"), ("accept",), ("read",), ("read", "cancel"))

#: numbers of the wall in wartime that follow something else than a list
WALL_NO_COUNT = {
    "[data-order-id]": "the row of one order",
    "[data-near-id]": "the row of one force: how far and how long",
    "[data-event-id], [data-alarm-id], [data-group-id]": "the row of one event or alarm",
    ".panel.incident": "what was reported of the incident, in its words",
    ".check": "one step of the plan in its words",
    ".panel.timeline": "times of milestones",
    ".cam, #cameras-sub": "cameras, each a picture beside it",
    ".finish": "when it will be finished, reckoned from the pace above it",
    "#war-title, #headline, #war-happened": "the incident and when it happened",
    "[data-group-count], .feed, .trust, .health": "feeds and our own processes",
    ".clock-line": "the time, and when the incident happened",
    "#layers": "how many marks a layer draws on the map beside it, each of which opens",
    "#map-notes, .legend": "the scale of the map, and the legend of the layers that are drawn",
    ".ticker": "what has just happened, in words",
}
#: numbers of the desk under the map
DESK_NO_COUNT = {
    "[data-event-id], [data-group-id]": "the row of one event or group of alarms, which it opens",
    "[data-order-id], .order-more": "one order: who, when, what",
    "#queue-filter, [data-chip-count], .facet": "the queue's own (test_numbers_of_the_queue)",
    "#map-notes, .desk-keys, #desk-keys, .legend": "the map and the keys",
    "#near-filters, #near-list, #panel-nearby": "forces near by, listed below their number",
    "#panel-composer": "what somebody is writing",
    "#panel-drawer, .drawer": "the event in its own words, its times and its process",
    "[data-tab-count]": "how much of what a tab opens goes on; of the plan, how many of its steps are done",
    ".evac-sums .finish": "when it will be finished, reckoned from the pace above it",
    "[data-door]": "one door and who lives there",
    ".evac-sums .note": "helpers, by name below while they have doors, and people, by door in the list of all",
    ".carry p": "one door",
    ".helpers": "the doors that a helper has left, and what the next press gives away",
    "#war-clock, #war-title": "the incident",
    "[data-building] h4 span": "the name of a building",
    ".desk-title, #headline": "the incident",
}


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("numbers") / "data", "--no-simulate") as started:
        yield started


@pytest.fixture(scope="module")
def officer(up: Running) -> Iterator[httpx.Client]:
    with up.client(up.linked_token("duty")) as client:
        yield client


@pytest.fixture(scope="module")
def doors(up: Running, officer: httpx.Client) -> int:
    """A road has collapsed: four were ordered, the homes around are being emptied. How many doors."""
    now = datetime.now(UTC).isoformat()
    with up.client(up.linked_token("admin")) as feed:
        report = {"event_id": "1", "source": "citizen", "title": "路面塌陷", "category": "event.05.05", "lon": LON}
        assert feed.post("feeds/events", json={**report, "lat": LAT, "reported_at": now}).json()["accepted"] == 1
        for n, subject in enumerate(CREW):
            fix = {"subject_id": subject, "kind": "vehicle", "lon": LON + 0.004 * n, "lat": LAT + 0.02, "at": now}
            assert feed.post("feeds/positions", json=fix).json()["accepted"] == 1
        for helper in HELPERS:
            fix = {"subject_id": helper, "kind": "gridworker", "lon": LON, "lat": LAT, "at": now}
            assert feed.post("feeds/positions", json=fix).json()["accepted"] == 1
    until(lambda: officer.get(f"events/{EVENT}").status_code == 200, "the event", 30.0)
    war = {"mode": "wartime", "scope": "330110", "event_id": EVENT, "note": "路面持续下沉"}
    assert officer.put("mode", json=war).status_code == 202
    for subject, verbs in zip(CREW, CLIMBED, strict=True):
        wish = {"event_id": EVENT, "recipient_ids": [subject], "task": "封控", "accept_within_s": 3600, "despite": []}
        order_id = str(officer.post("orders", json=wish).raise_for_status().json()["order_ids"][0])
        for verb in verbs:
            path = f"orders/{order_id}/{verb}"
            until(lambda path=path: officer.post(path, json={}).status_code == 202, f"{verb} of {subject}", 20.0)
    ring = {"lon": LON, "lat": LAT, "radius_m": 300}
    begun = officer.post("evacuations", json={"event_id": EVENT, **ring, "recipient_ids": list(HELPERS)})
    evacuation_id = str(begun.raise_for_status().json()["evacuation_id"])
    until(lambda: officer.get(f"evacuations/{evacuation_id}").status_code == 200, "the evacuation", 20.0)
    board = officer.get(f"evacuations/{evacuation_id}").json()
    homes = [home[0] for building in board["buildings"] for home in building["households"]]
    said = ["moved"] * 9 + ["told"] * 4 + ["nobody_home"] * 3 + ["needs_help"] * 2 + ["refused"]
    assert len(homes) > len(said)
    taps = [{"tap_id": f"t-{n}", "household_id": homes[n], "state": state} for n, state in enumerate(said)]
    assert officer.post(f"evacuations/{evacuation_id}/taps", json=taps).status_code == 202
    until(lambda: officer.get(f"evacuations/{evacuation_id}").json()["counts"]["moved"] == 9, "the taps", 20.0)
    return len(homes)


@pytest.fixture
def page(browser: Browser, up: Running, doors: int) -> Iterator[Page]:
    assert doors
    expect.set_options(timeout=20_000)
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN", reduced_motion="reduce")
    page.set_default_timeout(60_000)
    page.goto(up.links["duty"])
    yield page
    page.close()
    expect.set_options(timeout=5_000)


def on_the_wall(page: Page, up: Running) -> None:
    page.goto(f"{up.url}/screen")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "war")
    expect(page.locator("#panel-evacuation [data-state=moved]")).to_have_text("9")
    expect(page.locator("#ladder-sub")).to_have_text("3 条指令")
    expect(page.locator("#evacuation-pace a.opens[href]")).to_contain_text("户/分")


def doors_listed(page: Page) -> int:
    """How many lines the list of doors has, read to its end."""
    more = page.locator("[data-action=doors-more]")
    if more.count():
        more.click()
    return page.locator("#work-body [data-door]").count()


def opened_from(page: Page, up: Running, counted: Callable[[], int]) -> Callable[[Locator, int], int]:
    """Follows a number of the wall to the desk and comes back."""

    def opened(at: Locator, shown: int) -> int:
        at.click()
        page.wait_for_url("**/duty?**")
        until(lambda: counted() == shown, f"a list of {shown} at {page.url}", 30.0)
        found = counted()
        on_the_wall(page, up)
        return found

    return opened


def test_every_number_of_the_wall_in_wartime_opens_what_it_counts(page: Page, up: Running, doors: int) -> None:
    on_the_wall(page, up)
    ways = ["a[href].opens"]
    assert unthought_of(page, ways, WALL_NO_COUNT, list(texts("zh-CN").values())) == []
    page.evaluate("document.querySelector('#panel-ladder header').append('另有 7 条')")
    unknown = unthought_of(page, ways, WALL_NO_COUNT, list(texts("zh-CN").values()))
    assert [said.partition(" in ")[0] for said in unknown] == ["另有 7 条"]

    orders = opened_from(page, up, lambda: page.locator("#work-body button.order[data-order-id]").count())
    # who was taken back has climbed no rung
    assert followed(page, "#panel-ladder [data-rung]", orders) == [3, 3, 2, 1, 1]
    assert followed(page, "#ladder-sub", orders) == [3]

    homes = opened_from(page, up, lambda: doors_listed(page))
    states = followed(page, "#panel-evacuation [data-state]", homes)
    assert states == [9, 4, 3, 2, 1, doors - 19]
    assert followed(page, "#evacuation-moved", homes) == [9]
    assert followed(page, "#evacuation-all", homes) == [doors] == [sum(states)]

    # the pace is reckoned from the doors that were done in the last minutes: moved, or nobody there
    page.click("#evacuation-pace a.opens")
    expect(page.locator("[data-doors-shown=lately]")).to_contain_text("12 户")
    expect(page.locator("#work-body [data-door]")).to_have_count(12)


def test_every_number_under_the_desks_map_lists_what_it_counts(page: Page, up: Running, doors: int) -> None:
    page.goto(f"{up.url}/duty?event={EVENT}&near=event&work=orders")
    rows = page.locator("#work-body button.order[data-order-id]")
    expect(rows).to_have_count(4)
    known = [*texts("zh-CN").values()]
    assert unthought_of(page, ["[data-narrow]"], DESK_NO_COUNT, known) == []

    def narrowed(at: Locator, shown: int) -> int:
        at.click()
        expect(at).to_have_attribute("aria-pressed", "true")
        expect(rows).to_have_count(shown)
        assert "rung=" in page.url
        at.click()
        expect(rows).to_have_count(4)
        return shown

    # in progress, waits to be accepted, not read; then the five rungs of who was not taken back
    assert followed(page, "#work-sums [data-narrow]", narrowed) == [3, 1, 0]
    assert followed(page, "#work-body [data-narrow]", narrowed) == [3, 3, 2, 1, 1]
    tab = page.locator("[data-tab-count=orders]")
    assert number_in(tab.inner_text()) == 3

    page.click("[data-work-tab=evacuation]")
    listed = page.locator("#work-body [data-door]")
    expect(page.locator("[data-evac=not_reached]")).to_have_text(str(doors - 19))
    expect(page.locator("[data-doors=lately]")).to_contain_text("户/分")
    ways = ["[data-doors]"]
    assert unthought_of(page, ways, DESK_NO_COUNT, known) == []

    def doors_of(at: Locator, shown: int) -> int:
        at.click()
        expect(at).to_have_attribute("aria-pressed", "true")
        until(lambda: doors_listed(page) == shown, f"{shown} doors", 20.0)
        assert number_in(page.locator("[data-doors-shown]").inner_text().rpartition("：")[2].split(" ")[-2]) == shown
        at.click()
        expect(listed).to_have_count(0)
        return shown

    assert followed(page, ".evac-sums li [data-doors]", doors_of) == [9, 4, 3, 2, 1, doors - 19]
    assert followed(page, ".evac-head [data-doors]", doors_of) == [9, doors]
    assert followed(page, ".carry [data-doors]", doors_of)[0] >= 2
    # a link opens the same list
    page.click(".evac-sums li [data-doors=told]")
    page.reload()
    expect(listed).to_have_count(4)
