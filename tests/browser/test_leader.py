"""领导下钻 of a running cockpit: from the district to one event and back by links alone, with the API's figures."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.harness.filling import report_and_close
from tests.browser.harness.looking import until
from tests.cli.running import Running, running

pytestmark = pytest.mark.browser

DISTRICT = "330110"
PLACES = ((119.95, 30.30), (119.80, 30.40), (119.99, 30.30))


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("leader") / "data", "--no-simulate") as started:
        now = datetime.now(UTC)
        events = [
            {
                "event_id": str(n),
                "source": "citizen" if n % 2 else "gridworker",
                "category": f"event.0{n % 3 + 1}.01",
                "title": f"井盖 {n} 号",
                "lon": PLACES[n % 3][0],
                "lat": PLACES[n % 3][1],
                "reported_at": (now - timedelta(minutes=40)).isoformat(),
                "due_at": (now - timedelta(minutes=n)).isoformat(),
            }
            for n in range(1, 13)
        ]
        report_and_close(started, events, closed=8)
        yield started


def shown(page: Page) -> dict[str, str | None]:
    tiles = page.locator(".ld-tile")
    return {
        str(tiles.nth(i).get_attribute("data-indicator")): tiles.nth(i).get_attribute("data-numerator")
        for i in range(tiles.count())
    }


def at(page: Page, scope: str) -> None:
    page.wait_for_selector(f'#leader-frame[data-scope="{scope}"]:not(.loading)')


def test_a_leader_gets_from_the_district_to_one_event_and_back_by_links_alone(browser: Browser, up: Running) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(up.links["leader"])
    at(page, DISTRICT)
    with up.client(up.linked_token("leader")) as leader:
        everything = leader.get("indicators", params={"by": "children", "from": "2020-01-01T00:00:00Z"}).json()["items"]
        told = {item["name"]: str(item["numerator"]) for item in everything}
        assert {name: told[name] for name in shown(page)} == shown(page)
    path = [DISTRICT]
    while len(path[-1]) < 15:  # always into the first division below that has a sample
        line = page.locator('a.ld-line[data-division]:not([data-denominator="0"])').first
        path.append(str(line.get_attribute("data-division")))
        line.click()
        at(page, path[-1])
    assert [len(code) for code in path] == [6, 9, 12, 15]
    page.locator(".ld-list [data-part=denominator]").click()
    page.wait_for_selector("#leader-list[data-part=denominator]")
    total = int(str(page.locator("#leader-list").get_attribute("data-total")))
    with up.client(up.linked_token("leader")) as leader:
        records = leader.get(
            "indicators/on_time_handling_rate/records", params={"part": "denominator", "scope": path[-1]}
        ).json()
    assert total == records["total"] == len(records["items"]) > 0
    page.locator(".ld-list tr[data-event-id] a").first.click()
    expect(page.locator("#leader-process li")).not_to_have_count(0)
    link, title = page.url, page.locator(".ld-event h2").inner_text()
    again = browser.new_page(locale="zh-CN", viewport={"width": 390, "height": 844})
    again.goto(up.links["leader"])
    again.goto(link)  # sent to somebody else, on a phone
    expect(again.locator(".ld-event h2")).to_have_text(title)
    assert again.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    again.close()
    page.keyboard.press("Escape")
    expect(page.locator(".ld-event")).to_have_count(0)
    for name in ("handling_time_p90", "repeat_reports"):  # neither has a tile of its own
        page.locator("#leader-picker summary").click()
        page.locator(f"#leader-picker [data-pick={name}]").click()
        expect(page.locator(".ld-tile.chosen")).to_have_attribute("data-indicator", name)
        with up.client(up.linked_token("leader")) as leader:
            asked = {"scope": path[-1], "from": "2020-01-01T00:00:00Z"}
            item = leader.get("indicators", params={**asked, "names": name}).json()["items"][0]
            listed = leader.get(f"indicators/{name}/records", params=asked).json()
        tile = page.locator(".ld-tile.chosen")
        expect(tile).to_have_attribute("data-numerator", str(item["numerator"]))
        expect(page.locator("#leader-list")).to_have_attribute("data-total", str(listed["total"]))
        assert listed["total"] == item["numerator"] == len(listed["items"])
        if item["unit"] == "seconds":  # what nine of ten do not exceed is what one of the list took
            assert item["value"] in [record["took_s"] for record in listed["items"]]
    page.locator("#leader-picker summary").click()
    page.locator("#leader-picker [data-pick=alarm_raised]").click()
    expect(page.locator("#leader-list")).to_have_attribute("data-subject", "alarms")
    expect(page.locator(".ld-tile.chosen")).to_have_attribute("data-numerator", "0")
    page.locator("#leader-picker summary").click()
    page.locator("#leader-picker [data-pick=on_time_handling_rate]").click()
    expect(page.locator(".ld-tile.chosen")).to_have_attribute("data-indicator", "on_time_handling_rate")
    for code in reversed(path[:-1]):
        page.keyboard.press("u")
        at(page, code)
    page.go_back()
    at(page, path[1])
    page.locator("#leader-map a[data-division]").first.focus()
    page.keyboard.press("Enter")
    until(lambda: len(str(page.locator("#leader-frame").get_attribute("data-scope"))) == 12, "the map leads down")
    page.close()
    assert errors == []


def test_the_funnel_of_alarms_opens_an_alarm_on_its_device(browser: Browser, up: Running) -> None:
    now = datetime.now(UTC).isoformat()
    rung = {
        "alarm_id": "A-1", "device_id": "smoke-77", "kind": "smoke", "state": "raised", "severity": "II", "at": now,
        "lon": PLACES[0][0], "lat": PLACES[0][1], "message": "厨房烟感报警",
    }  # fmt: skip
    with up.client(up.linked_token("admin")) as feed:
        assert feed.post("feeds/alarms", json=rung).status_code == 202
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page.goto(up.links["leader"])
    at(page, DISTRICT)
    with up.client(up.linked_token("leader")) as leader:
        until(
            lambda: leader.get("indicators/alarm_raised/records").json()["total"] == 1, "the alarm has come to the list"
        )
    page.locator("#leader-picker summary").click()
    page.locator("#leader-picker [data-pick=alarm_raised]").click()
    expect(page.locator(".ld-tile.chosen")).to_have_attribute("data-numerator", "1")
    page.locator(".ld-tile.chosen .to-list").click()
    alarm = page.locator('#leader-list tr[data-alarm-id="A-1"]')
    expect(alarm).to_contain_text("厨房烟感报警")
    alarm.locator("a").first.click()
    page.wait_for_url("**/iot?device=smoke-77**")
    page.close()


def test_the_leaders_page_turns_to_wartime_with_the_others_and_back(browser: Browser, up: Running) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page.goto(up.links["leader"])
    at(page, DISTRICT)
    expect(page.locator("#mode")).to_have_attribute("data-mode", "peacetime")
    with up.client(up.linked_token("admin")) as officer:
        war = {"mode": "wartime", "event_id": "citizen:11", "note": "井盖连续缺失"}
        assert officer.put("mode", json=war).status_code == 202
        expect(page.locator("#mode")).to_have_attribute("data-mode", "wartime")
        expect(page.locator("#leader[data-mode=war] #leader-war-title")).to_have_text("井盖 11 号")
        expect(page.locator("#leader-war-clock")).to_have_text(re.compile(r"00:4\d:\d\d"))  # reported forty minutes ago
        page.locator("a.ld-line[data-division]").first.click()  # one step on it is wartime still
        page.wait_for_selector(f'#leader-frame:not([data-scope="{DISTRICT}"]):not(.loading)')
        page.locator("#leader-war-open").click()
        expect(page.locator(".ld-event h2")).to_have_text("井盖 11 号")
        page.goto(f"{up.url}/leader?as_of={(datetime.now(UTC) - timedelta(minutes=5)).isoformat().replace('+', '%2B')}")
        expect(page.locator("#leader-past")).to_be_visible()
        expect(page.locator("#leader-war")).to_be_hidden()  # a past instant stands still
        page.goto(up.links["leader"])
        expect(page.locator("#leader-war")).to_be_visible()
        assert officer.put("mode", json={"mode": "peacetime"}).status_code == 202
    expect(page.locator("#leader-war")).to_be_hidden()
    page.close()


def test_from_the_wall_one_menu_leads_to_the_other_pages(browser: Browser, up: Running) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page.goto(up.links["admin"])
    page.goto(f"{up.url}/screen")
    menu = page.locator("details.pages")
    menu.locator("summary").click()
    for link in menu.locator("nav a").all():
        link.click(trial=True)  # nothing of the map lies over it
    page.keyboard.press("Escape")
    expect(page.locator("details.pages[open]")).to_have_count(0)
    menu.locator("summary").click()
    menu.locator("a[href^='/leader']").click()
    at(page, DISTRICT)
    page.close()


def test_a_number_of_the_wall_opens_its_list_and_back_is_the_wall_again(browser: Browser, up: Running) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page.goto(up.links["admin"])
    page.goto(f"{up.url}/screen")
    overtime = page.locator("#panel-red [data-indicator=overtime] a.opens")
    expect(overtime).to_have_text("4")
    expect(overtime).to_have_css("text-decoration-line", "none")
    overtime.click()
    at(page, DISTRICT)
    expect(page.locator("#leader-list")).to_have_attribute("data-total", "4")
    page.go_back()
    expect(overtime).to_have_text("4")
    page.locator("#panel-flow a.opens[data-to*='phase=to_assign']:not([data-to*=level])").click()
    page.wait_for_selector("#queue-list[data-state=ready]")
    assert "phase=to_assign" in page.url
    expect(page.locator("[data-chip-count=all]")).to_have_text("4")
    page.locator("#legend [data-count=blue] a.opens").click()  # nothing is in time any more
    expect(page.locator("[data-chip-count=all]")).to_have_text("0")
    assert "colour=blue" in page.url
    assert "phase" not in page.url
    page.go_back()
    expect(page.locator("[data-chip-count=all]")).to_have_text("4")
    page.go_back()
    expect(overtime).to_have_text("4")
    page.close()
    nobody = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    nobody.goto(up.links["screen"])
    expect(nobody.locator("#panel-red [data-indicator=overtime]")).to_have_text("4")
    expect(nobody.locator("a.opens[href]")).to_have_count(0)  # a wall that nobody touches has numbers, no links
    nobody.close()


#: the trend's line, the bars of kinds, and how many charts still have the ice of peacetime
_DRAWN = """() => {
  const one = (path) => getComputedStyle(document.querySelector('#leader ' + path));
  const icy = (plot) => /#62c6e6|98,198,230/.test(JSON.stringify(plot.data));
  return {
    line: one('.scatterlayer path.js-line').stroke,
    bar: one('#leader-kinds .barlayer .point path').fill,
    icy: [...document.querySelectorAll('#leader .js-plotly-plot')].filter(icy).length,
  };
}"""
_ICE, _EMBER = "rgb(98, 198, 230)", "rgb(242, 166, 90)"


def test_the_charts_of_the_drill_down_turn_with_the_mode_and_back_and_stay_so_when_the_figures_are_read_anew(
    browser: Browser, up: Running
) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(up.links["leader"])
    at(page, DISTRICT)

    def drawn(colour: str, icy: bool) -> bool:
        told = page.evaluate(_DRAWN)
        return bool(told["line"] == told["bar"] == colour and (told["icy"] > 0) == icy)

    page.wait_for_selector("#leader .scatterlayer path.js-line", state="attached")  # of one day: a point without length
    page.wait_for_selector("#leader-kinds .barlayer .point path")
    until(lambda: drawn(_ICE, True), "ice in peacetime")
    with up.client(up.linked_token("duty")) as duty:
        assert duty.put("mode", json={"mode": "wartime", "scope": DISTRICT, "event_id": "citizen:9"}).is_success
        page.wait_for_selector("#leader[data-mode=war]")
        until(lambda: drawn(_EMBER, False), "ember in wartime")
        before = page.locator("#leader-asof").get_attribute("data-as-of-ms")
        page.evaluate("dash_clientside.set_props('leader-tick', { n_intervals: 99 })")
        until(lambda: page.locator("#leader-asof").get_attribute("data-as-of-ms") != before, "the figures are anew")
        until(lambda: drawn(_EMBER, False), "ember still")
        assert duty.put("mode", json={"mode": "peacetime", "scope": DISTRICT}).is_success
    page.wait_for_selector("#leader[data-mode=peace]")
    until(lambda: drawn(_ICE, True), "ice again")
    page.close()
    assert errors == []
