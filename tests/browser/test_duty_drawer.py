"""事件抽屉 in a real browser: what it tells of an event, and what it says when it cannot."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.desks import desk_page, opened
from tests.browser.event_detail import actions, answers, at, detail, entry
from tests.browser.harness.looking import point_of, until
from tests.browser.harness.server import Harness
from tests.browser.harness.world import CENTRE, World, event_row, now_ms

pytestmark = pytest.mark.browser

LON, LAT = CENTRE
EVENT = "gridworker:1"
Open = Callable[..., Page]


@pytest.fixture
def world() -> World:
    world = World()
    world.put_all(
        {
            EVENT: event_row(LON, LAT, at_risk_in_s=-1800, overtime_in_s=-665, title="路面塌陷隐患"),
            "citizen:2": event_row(LON, LAT + 0.01, at_risk_in_s=900, overtime_in_s=1800, title="井盖松动"),
            "drone:parent": event_row(LON, LAT + 0.02, title="积水片区"),
        }
    )
    return world


@pytest.fixture
def desk(browser: Browser, world: World) -> Iterator[Page]:
    """A page at the address of a desk; the page must make no error."""
    server = Harness(world, desk=desk_page(account="t-me")).start()
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(15_000)
    page.base = server.url  # type: ignore[attr-defined]  # where `go` goes
    yield page
    context.close()
    server.stop()
    assert errors == []


def go(page: Page, event: str = EVENT) -> Page:
    return opened(page, f"{page.base}?event={event}")  # type: ignore[attr-defined]  # set by the fixture


def test_the_head_says_what_where_who_and_how_long(desk: Page) -> None:
    answers(desk, detail(EVENT))
    page = go(desk)
    head = page.locator("#drawer-head")
    expect(head.locator("h2")).to_have_text("路面塌陷隐患")
    expect(head.locator(".place")).to_contain_text("文一西路高教路口东 40 m · 仓前街道")
    expect(head.locator(".reported")).to_contain_text("网格员上报 · 沈** · 3 人上报")
    expect(head.locator(".unit").first).to_have_text("责任 区城管局")
    expect(head.locator(".drawer-count .cd-word")).to_have_text("超")
    in_queue = page.locator(f"[data-event-id='{EVENT}'] .cd-digits")
    until(lambda: head.locator(".cd-digits").inner_text() == in_queue.inner_text(), "one countdown on both")
    for words in ("处置", "镇街级", "突发事件", "II 重大", "红牌督办", "催办 2 次"):
        expect(head.locator(".drawer-tags")).to_contain_text(words)
    expect(head.locator(".drawer-claim")).to_contain_text("王** 正在办理")
    expect(head.locator("[data-move=take-over]")).to_be_visible()


def test_the_process_is_told_newest_first_with_time_against_limit(desk: Page) -> None:
    answers(desk, detail(EVENT))
    page = go(desk)
    entries = page.locator(".entry")
    expect(entries).to_have_count(7)
    names = [words.partition("\n")[0] for words in entries.locator(".top").all_inner_texts()]
    assert names == ["督办", "处置", "重开", "吹哨", "分拨", "受理", "登记"]
    handling = entries.nth(1)
    expect(handling.locator(".took.late")).to_have_text("用时 50 分 / 时限 40 分")
    expect(handling.locator(".note")).to_have_text("已设围挡")
    expect(entries.nth(4).locator(".facts")).to_have_text("影响通行 · 时限 2急时 · 协办 区住管局 · 交警余杭大队")
    expect(entries.nth(4).locator(".who")).to_contain_text("规则分拨")  # a rule is nobody whose name is masked
    expect(entries.nth(5).locator(".who")).to_contain_text("李**")
    expect(entries.nth(2).locator(".why")).to_contain_text("来源告知时事件处于")
    expect(entries.nth(6).locator(".clips a")).to_have_attribute("href", "https://example.org/1.jpg")
    calls = page.locator(".part.calls .line")
    expect(calls.nth(0)).to_contain_text("已报到")
    expect(calls.nth(1)).to_contain_text("待报到")
    expect(page.locator("[data-clock-kind=handling]")).to_contain_text("超 ")
    expect(page.locator("[data-clock-kind=acceptance]")).to_have_count(0)
    expect(page.locator(".part.extensions")).to_contain_text("待批 · 已同意 1")


def test_a_text_from_outside_is_text_and_only_web_addresses_can_be_followed(desk: Page) -> None:
    bad = "<img src=x onerror='window.broken=1'>"
    note = entry("noted", -1, "act", note=bad, attachments=["javascript:alert(1)", "data:text/html,x", bad])
    answers(desk, detail(EVENT, title=bad, address=bad, reporter=bad, description=bad, unit=bad, process=[note]))
    page = go(desk)
    expect(page.locator(".drawer-title h2")).to_have_text(bad)
    expect(page.locator(".entry .note").first).to_have_text(bad)
    assert page.locator("#panel-drawer img").count() == 0
    assert page.locator(".entry.acted .clips a").count() == 0
    assert page.evaluate("window.broken") is None


def test_a_delta_about_the_event_has_it_read_again_and_others_do_not(desk: Page, world: World) -> None:
    asked = answers(desk, detail(EVENT))
    page = go(desk)
    expect(page.locator(".entry")).to_have_count(7)
    n = len(asked)
    world.put("citizen:2", event_row(LON, LAT + 0.01, title="井盖松动了"))
    expect(page.locator("[data-event-id='citizen:2'] .title")).to_have_text("井盖松动了")
    assert len(asked) == n
    page.evaluate("document.getElementById('drawer-body').scrollTop = 120")
    world.put(EVENT, event_row(LON, LAT, at_risk_in_s=-1800, overtime_in_s=-665, title="路面塌陷隐患"))
    until(lambda: page.evaluate("1") and len(asked) > n, "read again")  # routes are served between two questions
    assert page.evaluate("document.getElementById('drawer-body').scrollTop") == 120, "where one reads stays"


def test_what_cannot_be_read_says_so_and_is_tried_again(desk: Page) -> None:
    answers(desk, 503)
    page = go(desk)
    expect(page.locator("#drawer-head")).to_contain_text("事件未取到：数据库暂不可用")
    page.unroute_all()
    answers(desk, detail(EVENT))
    page.click("[data-action=drawer-retry]")
    expect(page.locator(".entry")).to_have_count(7)


def test_an_event_that_is_not_ours_is_not_there(desk: Page) -> None:
    answers(desk, 404)
    page = go(desk, "gridworker:elsewhere")
    expect(page.locator("#drawer-head")).to_contain_text("此事件不在您的范围内，或已不存在。")


def test_a_button_that_does_nothing_says_why(desk: Page) -> None:
    answers(desk, detail(EVENT))
    page = go(desk)
    page.click("[data-action=moves-more]")
    accept = page.locator("#drawer-actions [data-move=accept]")
    expect(accept).to_have_attribute("aria-disabled", "true")
    expect(accept).to_have_attribute("title", "事件处于“处置”环节，不能这样办理")
    accept.click(force=True)
    expect(page.locator(".move-said")).to_have_text("受理 · 事件处于“处置”环节，不能这样办理")


def test_a_form_says_what_is_missing_and_keeps_what_was_typed_while_the_event_changes(desk: Page, world: World) -> None:
    asked = answers(desk, detail(EVENT))
    page = go(desk)
    page.wait_for_selector("#drawer-actions [data-move=return]")
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#form-error")).to_have_text("请填写说明")
    page.keyboard.type("单位不对，jk?")
    world.put(EVENT, event_row(LON, LAT, at_risk_in_s=-1800, overtime_in_s=-900, title="路面塌陷隐患"))
    until(lambda: page.evaluate("1") and asked.count(f"GET events/{EVENT}") >= 3, "read again")
    assert page.input_value("#form-note") == "单位不对，jk?"
    assert not [path for path in asked if path.startswith("POST")]
    page.keyboard.press("Escape")
    expect(page.locator("#drawer-form form")).to_have_count(0)


def test_units_that_work_nearby_are_offered_and_a_suggestion_says_how_sure_it_is(desk: Page) -> None:
    answers(desk, detail(EVENT, stage="accepted", actions=actions("assign"), claim=None))
    guess = {"unit": "区城管局", "why": "classifier", "name": "路面塌陷", "confidence": 0.87}
    advice = {**guess, "others": [{**guess, "unit": "区住管局", "confidence": 0.06}]}
    desk.route("**/api/v1/events/*/suggestion**", lambda route: route.fulfill(json=advice))
    page = go(desk)
    page.wait_for_selector("#drawer-actions [data-move=assign]")
    page.keyboard.press("Enter")
    offered = page.locator("#form-advice button")
    expect(offered).to_have_count(2)
    expect(offered.first).to_have_text("建议 区城管局 · 路面塌陷 87% · 分类器")
    assert page.input_value("#form-unit") == "", "a suggestion is never taken by itself"
    offered.first.click()
    assert page.input_value("#form-unit") == "区城管局"
    page.fill("#form-unit", "城")
    page.click("#form-units [data-value='区城管局']")
    assert page.input_value("#form-unit") == "区城管局"


def test_a_related_event_is_one_click_away(desk: Page) -> None:
    answers(desk, detail(EVENT))
    page = go(desk)
    page.click("[data-choose='drone:parent']")
    expect(page.locator(".q.chosen")).to_have_attribute("data-event-id", "drone:parent")
    assert page.url.endswith("event=drone:parent")


def test_an_alarm_tells_what_its_device_said(desk: Page, world: World) -> None:
    world.ring("a-1", [LON, LAT, "smoke", now_ms() - 15_000, "梦想小镇 8 幢"])
    asked = answers(desk, detail(EVENT))
    page = go(desk, "alarm:a-1")
    expect(page.locator("#drawer-head h2")).to_have_text("烟感")
    expect(page.locator("#drawer-head .place")).to_have_text("梦想小镇 8 幢")
    world.ring("a-1", None)
    expect(page.locator("#drawer-head")).to_contain_text("此告警已解除")
    assert asked == []


def test_a_claim_lapses_by_the_clock(desk: Page, world: World) -> None:
    row = event_row(LON, LAT, title="有人在办")
    world.put("citizen:9", [*row[:15], ["王芳", "t-other", now_ms() + 15_000]])
    world.put("citizen:8", [*row[:15], ["值班 李明", "t-me", now_ms() + 900_000]])
    answers(desk, detail(EVENT))
    page = go(desk)
    hand = page.locator("[data-event-id='citizen:9'] .g-hand")
    expect(hand).to_have_attribute("title", "王** 已认领")
    expect(page.locator("[data-event-id='citizen:8'] .g-hand")).to_have_attribute("data-mine", "true")
    expect(hand).to_be_hidden(timeout=30_000)
    page.click("#queue-filter")
    page.click("[data-facet=mine]")
    until(lambda: page.evaluate("cockpit.desk.queue.ids()") == ["citizen:8"], "mine alone")


def test_an_event_without_a_limit_or_a_place_says_so(desk: Page, world: World) -> None:
    world.put("drone:5", event_row(None, None, title="来源不明的事"))
    answers(desk, detail("drone:5", lon=None, lat=None, address="", code="", clocks=[], reported_at=at(-3), unit=""))
    page = go(desk, "drone:5")
    expect(page.locator(".drawer-count .cd-digits")).to_have_text("无时限")
    expect(page.locator("#drawer-head .place")).to_contain_text("位置不明")
    expect(page.locator("#drawer-head .unit").first).to_have_text("尚未分拨")
    expect(page.locator(".situation-chosen")).to_be_hidden()


_WHOSE = {
    "divisions": [
        {"level": "county", "code": "330110", "name": "余杭区"},
        {"level": "street", "code": "330110012", "name": "仓前街道"},
    ],
    "asked_first": [{"unit": "区城管局", "level": "county", "category": "event.05", "code": "330110"}],
    "units": [
        {"unit": "仓前街道城管办", "level": "street", "category": "event", "code": "330110012"},
        {"unit": "区城管局", "level": "county", "category": "event.05", "code": "330110"},
    ],
    "gridworkers": [
        {"subject_id": "w1", "name": "方根林", "grid_code": "1", "on_duty": True, "age_s": 3, "distance_m": 75.2}
    ],
    "nearest_on_duty": None,
}  # fmt: skip


def test_whose_a_point_is_is_one_key_and_one_click_away(desk: Page) -> None:
    asked: list[str] = []
    answers(desk, detail(EVENT))

    def reply(route: Route) -> None:
        asked.append(route.request.url.partition("?")[2])
        route.fulfill(json=_WHOSE)

    desk.route("**/api/v1/responsible**", reply)
    page = go(desk)
    page.wait_for_selector(".entry")
    page.keyboard.press("g")
    card = page.locator("#map-whose")
    expect(card.locator(".where")).to_have_text("余杭区 · 仓前街道")
    expect(card.locator(".unit")).to_have_text("区城管局")
    expect(card).to_contain_text("仓前街道城管办镇街")
    expect(card).to_contain_text("方**在岗 · 75 m")
    assert "category=event.01.13" in asked[0]
    page.mouse.click(*point_of(page, LON, LAT))  # a mark lies there, but the place was asked for
    expect(page.locator(".situation-asked")).to_be_visible()
    page.click("[data-whose='part.01']")
    expect(page.locator("[data-whose='part.01']")).to_have_attribute("aria-checked", "true")
    until(lambda: page.evaluate("1") and "category=part.01" in asked[-1], "asked again for the other class")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(page.locator(".situation-asked")).to_be_hidden()
    expect(page.locator(".q.chosen")).to_have_attribute("data-event-id", EVENT)


def test_a_point_outside_says_so(desk: Page) -> None:
    answers(desk, detail(EVENT))
    desk.route("**/api/v1/responsible**", lambda route: route.fulfill(status=404, json={"detail": "no"}))
    page = go(desk)
    page.click("[data-action=whose]")
    expect(page.locator("#map-whose .note")).to_have_text("此处不在本市任何网格内。")
