"""待办 in a real browser: a queue of any length, filters in the address, and rows that stay under who reads them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desks import desk_page, opened, order, titles
from tests.browser.harness.looking import point_of, until
from tests.browser.harness.server import Harness
from tests.browser.harness.world import CENTRE, World, event_row, now_ms

pytestmark = pytest.mark.browser

LON, LAT = CENTRE
Open = Callable[..., Page]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def open_desk(browser: Browser, world: World) -> Iterator[Open]:
    """Opens the desk at a query; the page must make no error."""
    server = Harness(world, desk=desk_page()).start()
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    errors: list[str] = []

    def at(query: str = "") -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return opened(page, server.url + query)

    yield at
    context.close()
    server.stop()
    assert errors == []


def a_day(world: World) -> None:
    """Two overtime, two at risk, two in progress, one without a limit, one suspended, one finished."""
    row = event_row
    world.put_all(
        {
            "gridworker:over-short": row(LON, LAT, at_risk_in_s=-900, overtime_in_s=-60, title="超时一分"),
            "gridworker:over-long": row(LON, LAT + 0.01, at_risk_in_s=-9000, overtime_in_s=-3600, title="超时一时"),
            "citizen:risk-soon": row(LON, LAT + 0.02, at_risk_in_s=-60, overtime_in_s=300, title="快要超时",
                                     source="citizen", code="330110012003009"),
            "citizen:risk-later": row(LON, LAT + 0.03, at_risk_in_s=-6, overtime_in_s=900, title="还有一刻",
                                      source="citizen"),
            "iot:blue": row(LON, LAT + 0.04, at_risk_in_s=3000, overtime_in_s=4000, title="水位偏高", source="iot",
                            category="event.05.06", stage="registered", unit=""),
            "iot:blue-later": row(LON, LAT + 0.05, at_risk_in_s=6000, overtime_in_s=8000, title="井盖松动",
                                  source="iot", category="part.01.01", stage="assigned", severity="II"),
            "drone:free": row(LON, LAT + 0.06, title="无时限的事", source="drone", stage="accepted"),
            "drone:paused": row(LON, LAT + 0.07, "paused", title="挂着的事", source="drone"),
            "drone:closed": row(LON, LAT + 0.08, "closed", title="办完的事", source="drone"),
        }
    )  # fmt: skip


RED = ["gridworker:over-long", "gridworker:over-short", "citizen:risk-soon", "citizen:risk-later"]
OVER = RED[:2]
REST = ["iot:blue", "iot:blue-later", "drone:free", "drone:paused"]


def test_red_comes_first_by_the_time_that_is_over_and_the_time_that_is_left(open_desk: Open, world: World) -> None:
    a_day(world)
    page = open_desk()
    assert order(page) == RED + REST
    assert titles(page)[:3] == ["超时一时", "超时一分", "快要超时"]
    over, soon, paused = (page.locator(f"[data-event-id='{i}']") for i in (RED[0], RED[2], "drone:paused"))
    expect(over.locator(".cd-word")).to_have_text("超")
    expect(over.locator(".cd-digits")).to_contain_text("1:00:")
    expect(soon.locator(".m")).to_contain_text("仓前街道 · 随手拍 · 区城管局")
    expect(paused.locator(".cd-digits")).to_have_text("挂账")
    expect(page.locator("[data-event-id='iot:blue-later'] .severity")).to_have_text("II")
    counts = {n: page.locator(f"[data-chip-count={n}]").inner_text() for n in ("red", "alarm", "new", "all")}
    assert counts == {"red": "4", "alarm": "0", "new": "1", "all": "8"}


def test_what_a_device_says_now_stands_between_the_two_kinds_of_red(open_desk: Open, world: World) -> None:
    a_day(world)
    world.ring("a-1", [LON, LAT, "smoke", now_ms() - 15_000, "梦想小镇 8 幢"])
    world.ring("a-old", [LON, LAT, "gas", now_ms() - 3_600_000, ""])
    page = open_desk()
    assert order(page)[:6] == [*RED[:2], "alarm:a-1", *RED[2:], "alarm:a-old"]
    row = page.locator("[data-alarm-id='a-1']")
    expect(row.locator(".title")).to_have_text("烟感 · 梦想小镇 8 幢")
    page.click("[data-chip=alarm]")
    assert order(page) == ["alarm:a-1", "alarm:a-old"]


def test_fifty_thousand_events_are_twenty_rows_and_every_one_can_be_reached(open_desk: Open, world: World) -> None:
    world.put_all(
        {
            f"gridworker:{n}": event_row(LON, LAT, at_risk_in_s=9_000, overtime_in_s=10_000 + n, title=f"第 {n} 件")
            for n in range(50_000)
        }
    )
    page = open_desk()
    until(lambda: len(order(page)) == 50_000, "all there")
    assert page.locator("#queue-rows .q").count() < 40
    page.focus("#queue-list")
    page.keyboard.press("End")
    until(lambda: "第 49999 件" in titles(page), "the last row")
    page.evaluate("document.getElementById('queue-list').scrollTop = 57 * 25000")
    until(lambda: titles(page)[:2] == ["第 25000 件", "第 25001 件"], "the middle")
    page.fill("#queue-search", "第 4321")
    until(lambda: len(order(page)) == 11, "what has these letters")


def test_filters_are_in_the_address_and_survive_a_reload_and_the_back_button(open_desk: Open, world: World) -> None:
    a_day(world)
    page = open_desk()
    page.click("[data-chip=red]")
    assert "show=red" in page.url
    page.click("[data-chip=all]")
    page.click("#queue-filter")
    page.click("[data-facet=source][data-value=iot]")
    page.click("[data-facet=stage][data-value=assigned]")
    until(lambda: order(page) == ["iot:blue-later"], "both filters")
    assert "source=iot" in page.url and "stage=assigned" in page.url
    expect(page.locator("#queue-filter")).to_have_text("筛选 2")
    page.reload()
    page.wait_for_selector("#queue-list[data-state=ready]")
    until(lambda: order(page) == ["iot:blue-later"], "the same after a reload")
    page.click("#queue-filter")
    expect(page.locator("[data-facet=stage][data-value=assigned]")).to_have_attribute("aria-pressed", "true")
    page.go_back()
    until(lambda: order(page) == ["iot:blue", "iot:blue-later"], "one step back")
    page.go_back()
    until(lambda: len(order(page)) == 8, "two steps back")
    assert page.evaluate("document.querySelectorAll('#stage').length") == 1


def test_categories_are_filtered_by_class_and_one_link_shows_another_officer_the_same(
    open_desk: Open, world: World
) -> None:
    a_day(world)
    page = open_desk("?category=part.01&event=iot:blue-later")
    assert order(page) == ["iot:blue-later"]
    expect(page.locator(".q.chosen")).to_have_attribute("data-event-id", "iot:blue-later")
    page.click("#queue-filter")
    expect(page.locator("[data-facet=category][data-value='part.01'] span")).to_have_text("公用设施")
    page.click("[data-action=filter-clear]")
    until(lambda: len(order(page)) == 8, "everything again")


def test_a_filter_that_nothing_passes_says_so(open_desk: Open, world: World) -> None:
    page = open_desk()
    expect(page.locator("#queue-said")).to_have_text("当前无待办事件")
    page.click("[data-chip=red]")
    expect(page.locator("#queue-said")).to_have_text("当前无红色事件")
    a_day(world)
    expect(page.locator("#queue-said")).to_be_hidden()
    page.fill("#queue-search", "没有这种事")
    expect(page.locator("#queue-said")).to_have_text("没有符合筛选的事件")


def test_a_new_report_does_not_move_what_an_officer_is_reading(open_desk: Open, world: World) -> None:
    a_day(world)
    page = open_desk()
    page.click("[data-event-id='iot:blue']")
    before = [titles(page), page.locator(".q.chosen").bounding_box()]
    fresh = event_row(LON, LAT, at_risk_in_s=-9000, overtime_in_s=-7200, title="<b>刚来的</b>")
    world.put_all({"hotline_12345:1": fresh, "hotline_12345:2": event_row(LON, LAT, title="另一件")})
    chip = page.locator("#queue-fresh")
    expect(chip).to_have_text("2 条新上报 ↑")
    assert [titles(page), page.locator(".q.chosen").bounding_box()] == before
    page.click("#queue-fresh")
    assert order(page)[0] == "hotline_12345:1"
    assert titles(page)[0] == "<b>刚来的</b>"
    expect(chip).to_be_hidden()
    expect(page.locator(".q.chosen")).to_have_attribute("data-event-id", "iot:blue")


def test_what_turns_red_says_so_where_it_stands(open_desk: Open, world: World) -> None:
    a_day(world)
    page = open_desk()
    page.click("[data-event-id='drone:free']")
    world.put("iot:blue-later", event_row(LON, LAT, at_risk_in_s=-9, overtime_in_s=-2, title="井盖松动"))
    expect(page.locator("[data-event-id='iot:blue-later']")).to_have_class("q over")
    assert order(page) == RED + REST
    expect(page.locator("#queue-fresh")).to_have_text("1 条新转红 ↑")
    page.keyboard.press("n")
    assert order(page).index("iot:blue-later") == 2


def test_what_is_done_stays_grey_until_it_is_cleared_away(open_desk: Open, world: World) -> None:
    a_day(world)
    page = open_desk()
    page.click("[data-event-id='iot:blue']")
    world.put("iot:blue", event_row(LON, LAT, "closed", title="水位偏高"))
    expect(page.locator("[data-event-id='iot:blue'] .cd-digits")).to_have_text("已结案")
    expect(page.locator("#queue-fresh")).to_have_text("移走已办 1 条")
    expect(page.locator("[data-chip-count=all]")).to_have_text("7")
    page.click("#queue-fresh")
    assert "iot:blue" not in order(page)


def test_a_desk_that_nobody_reads_keeps_itself_in_order(open_desk: Open, world: World) -> None:
    a_day(world)
    page = open_desk()
    page.mouse.move(900, 500)
    world.put("hotline_12345:1", event_row(LON, LAT, at_risk_in_s=-9000, overtime_in_s=-7200, title="刚来的"))
    until(lambda: order(page)[0] == "hotline_12345:1", "brought in by itself")
    expect(page.locator("#queue-fresh")).to_be_hidden()


def test_a_row_shows_its_mark_and_a_mark_its_row(open_desk: Open, world: World) -> None:
    a_day(world)
    page = open_desk()
    page.click("[data-event-id='iot:blue']")
    until(lambda: page.evaluate("cockpit.map.leaflet.getZoom()") > 15, "close by")
    page.wait_for_function("!cockpit.map.leaflet._flyToFrame")
    ring = page.locator(".situation-chosen")
    expect(ring).to_be_visible()
    x, y = point_of(page, LON, LAT + 0.04)
    box = ring.bounding_box()
    assert box is not None
    assert abs(box["x"] + box["width"] / 2 - x) < 2
    assert abs(box["y"] + box["height"] / 2 - y) < 2
    assert page.url.endswith("?event=iot:blue")
    page.evaluate("(at) => cockpit.map.leaflet.setView(at, 16, { animate: false })", [LAT + 0.07, LON])
    page.mouse.move(*point_of(page, LON, LAT + 0.07))
    page.wait_for_selector(".situation-tip:not([hidden])")
    page.mouse.click(*point_of(page, LON, LAT + 0.07))
    expect(page.locator(".q.chosen")).to_have_attribute("data-event-id", "drone:paused")
    assert page.evaluate("cockpit.map.leaflet.getZoom()") == 16, "who points at the map is not moved"
    page.go_back()
    expect(page.locator(".q.chosen")).to_have_attribute("data-event-id", "iot:blue")


def test_choosing_never_moves_a_map_that_somebody_drags(open_desk: Open, world: World) -> None:
    a_day(world)
    page = open_desk()
    where = "[cockpit.map.leaflet.getCenter().lat, cockpit.map.leaflet.getCenter().lng, cockpit.map.leaflet.getZoom()]"
    page.mouse.move(700, 600)
    page.mouse.down()
    page.mouse.move(740, 600, steps=4)
    held = page.evaluate(where)
    page.keyboard.press("j")
    expect(page.locator(".q.chosen")).to_have_count(1)
    assert page.evaluate(where) == held
    page.mouse.up()


def test_the_keyboard_walks_the_queue_and_never_while_somebody_types(open_desk: Open, world: World) -> None:
    a_day(world)
    page = open_desk()
    chosen = "cockpit.desk.chosen"
    seen = []
    for key in ("j", "j", "j", "j", "j", "k", "ArrowDown", "ArrowDown", "ArrowUp", "End", "Home"):
        page.keyboard.press(key)
        seen.append(page.evaluate(chosen))
    assert seen == [*RED, RED[3], RED[2], RED[3], REST[0], RED[3], REST[-1], RED[0]]
    page.keyboard.press("Escape")
    assert page.evaluate(chosen) is None
    page.keyboard.press("/")
    page.keyboard.type("jk?0")
    assert page.evaluate(chosen) is None
    assert page.input_value("#search-words") == "jk?0"
    expect(page.locator("#keys-dialog")).to_be_hidden()
    page.keyboard.press("Enter")  # the first choice filters the queue
    expect(page.locator("#queue-search")).to_have_value("jk?0")
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect(page.locator("#search-box")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("#keys-dialog")).to_be_visible()
    expect(page.locator("#keys-list")).to_contain_text("上下一条红色")
    page.keyboard.press("j")
    assert page.evaluate(chosen) is None, "not under a dialog"
    page.keyboard.press("Escape")
    expect(page.locator("#keys-dialog")).to_be_hidden()


def test_a_list_that_is_read_aloud_says_where_one_is(open_desk: Open, world: World) -> None:
    a_day(world)
    page = open_desk()
    page.keyboard.press("j")
    row = page.locator(".q.chosen")
    expect(row).to_have_attribute("aria-selected", "true")
    expect(row).to_have_attribute("aria-posinset", "1")
    expect(row).to_have_attribute("aria-setsize", "8")
    active = page.locator("#queue-list").get_attribute("aria-activedescendant")
    assert active == row.get_attribute("id")


def test_a_list_that_cannot_be_had_says_so_and_is_tried_again(browser: Browser, world: World) -> None:
    a_day(world)
    server = Harness(world, desk=desk_page()).start()
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    try:
        page.route("**/api/v1/snapshot**", lambda route: route.fulfill(status=503, json={}))
        page.goto(server.url)
        said = page.locator("#queue-said")
        expect(said).to_contain_text("列表未取到")
        expect(page.locator("[data-chip-count=all]")).to_have_text("—")
        page.unroute_all()
        page.click("[data-action=queue-retry]")
        page.wait_for_selector("#queue-list[data-state=ready]")
        expect(page.locator("[data-chip-count=all]")).to_have_text("8")
        expect(said).to_be_hidden()
        server.silent = True
        expect(page.locator("#link-bar")).to_contain_text("推送中断，正在重连")
        assert len(order(page)) == 8, "the last picture stays"
    finally:
        page.close()
        server.stop()


def forecasts(page: Page) -> dict[str, Any]:
    """What the page is told when it asks for the forecast; `status` may be another one."""
    said: dict[str, Any] = {
        "status": 200, "why": "", "items": [
            {"event_id": "iot:blue-later", "probability": 0.874, "used": 0.3,
             "reason": "40 件中 35 件用时超过剩余的 2 小时"},
            {"event_id": "citizen:risk-later", "probability": 0.25, "used": 0.9, "reason": "40 件中 10 件"},
        ],
    }  # fmt: skip
    page.route("**/api/v1/forecast/events?*", lambda route: route.fulfill(json=said, status=said["status"]))
    return said


def behind(*first: str) -> list[str]:
    """What is overtime, then these, and all others in the usual order."""
    return [*OVER, *first, *(i for i in RED + REST if i not in (*OVER, *first))]


LIKELY = ("iot:blue-later", "citizen:risk-later")
#: the forecast is read anew at once; a clock that is put on would also end the connection
HALF_A_MINUTE_IS_SHORT = """() => {
    const usual = window.setTimeout;
    window.setTimeout = (does, ms, ...given) => usual(does, ms === 30000 ? 200 : ms, ...given);
}"""


def test_the_likeliest_to_be_overtime_come_first_when_asked_with_chance_and_reason(
    open_desk: Open, world: World
) -> None:
    a_day(world)
    page = open_desk()
    said = forecasts(page)
    words, line = page.locator("#queue-order-words"), page.locator("#queue-order-said")
    expect(words).to_have_text("红色在前，同级按剩余时间")
    page.keyboard.press("Shift+F")
    until(lambda: order(page) == behind(*LIKELY), "the likeliest come first")
    assert "order=likely" in page.url
    expect(page.locator("#queue-order")).to_have_attribute("aria-pressed", "true")
    expect(words).to_have_text("按超时概率")
    row = page.locator("[data-event-id='iot:blue-later'] .m")
    expect(row).to_contain_text("超时概率 87%")
    expect(row).to_have_attribute("title", "40 件中 35 件用时超过剩余的 2 小时")
    expect(line).to_be_hidden()
    said["why"] = "nothing_learned"
    said["items"] = [{**one, "probability": None} for one in reversed(said["items"])]
    page.reload()
    expect(line).to_have_text("历史不足，按规则（已用时限）排")
    until(lambda: order(page) == behind(*reversed(LIKELY)), "the rule orders")
    expect(page.locator("[data-event-id='citizen:risk-later'] .m")).to_contain_text("时限已用 90%")
    # the line stands above the list, whose first row can be seen whole
    foot, first = line.bounding_box(), page.locator("[data-event-id='citizen:risk-later']").bounding_box()
    assert foot is not None
    assert first is not None
    assert foot["y"] + foot["height"] <= first["y"]
    page.locator("#queue-order").click()
    until(lambda: order(page) == RED + REST, "the usual order is back")
    assert "order=" not in page.url


def test_the_order_is_in_the_address_goes_back_with_it_and_where_no_forecast_comes_the_usual_one_stays(
    open_desk: Open, world: World
) -> None:
    a_day(world)
    page = open_desk()
    said = forecasts(page)
    page.click("[data-chip=all]")
    page.click("[data-chip=red]")
    page.locator("#queue-order").click()
    until(lambda: order(page)[2] == "citizen:risk-later", "the likeliest red one comes behind what is overtime")
    page.go_back()
    until(lambda: order(page) == RED + REST, "the address before did not ask for it")
    page.go_forward()
    until(lambda: order(page)[2] == "citizen:risk-later" and len(order(page)) == len(RED), "this one does")
    said["status"] = 503
    page.reload()
    expect(page.locator("#queue-order-said")).to_have_text("预测未取到，仍按原顺序，正在重试")
    expect(page.locator("#queue-order-words")).to_have_text("红色在前，同级按剩余时间")
    until(lambda: order(page) == RED, "the usual order stays")


def test_what_is_new_or_newly_forecast_moves_no_row_under_who_reads_the_likeliest(
    open_desk: Open, world: World
) -> None:
    a_day(world)
    page = open_desk()
    said = forecasts(page)
    page.evaluate(HALF_A_MINUTE_IS_SHORT)
    page.keyboard.press("Shift+F")
    until(lambda: order(page) == behind(*LIKELY), "the likeliest come first")
    page.locator("[data-event-id='iot:blue-later']").hover()
    world.put("iot:new", event_row(LON, LAT, at_risk_in_s=900, overtime_in_s=1200, title="刚来的", source="iot"))
    expect(page.locator("#queue-fresh")).to_have_text("1 条新上报 ↑")
    fresh = {"event_id": "iot:new", "probability": 0.95, "used": 0.1, "reason": "20 件中 19 件"}
    said["items"] = [fresh, {**said["items"][0], "probability": 0.5}, said["items"][1]]
    expect(page.locator("[data-event-id='iot:blue-later'] .m")).to_contain_text("超时概率 50%")
    assert order(page) == behind(*LIKELY)
    page.mouse.move(900, 500)  # nobody reads any more
    until(lambda: order(page) == behind("iot:new", *LIKELY), "what is newly forecast has its place")


def test_each_key_of_the_desk_does_one_thing(open_desk: Open) -> None:
    always = "cockpit.desk.KEYS.filter(one => !one.when).flatMap(one => one.keys)"
    keys = open_desk().evaluate(always)
    assert {key for key in keys if keys.count(key) > 1} == set()
    assert {"Shift+F", "Shift+O", "Shift+P", "Shift+G"} <= set(keys)
