"""就近调度 in a browser: who is near, one key that orders them, the ladder that moves when the fact is there."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desks import desk_page
from tests.browser.dispatch_desk import (
    LAT,
    LON,
    Api,
    candidate,
    department,
    evacuation_row,
    near,
    order_row,
    plan_run_row,
    six,
)
from tests.browser.event_detail import detail
from tests.browser.harness.looking import live, point_of
from tests.browser.harness.server import Harness
from tests.browser.harness.world import World, event_row, now_ms
from tests.browser.test_duty_layout import sound

pytestmark = pytest.mark.browser

#: the plan's words, filled from the event
TASK = "到文一西路高教路口东 40 m封控，设围挡"
EVENT = "higher_level:YH-20261119-0417"
PLAN: dict[str, Any] = {
    "plan_id": "road_collapse", "title": "道路塌陷", "mode": "wartime", "layers": ["camera"],
    "match": {"score": 4, "why": ["类别 路面塌陷", "级别 重大"]}, "cameras": {"n": 4, "radius_m": 600},
    "forces": [{"kind": "police", "title": "派出所", "count": 1, "radius_m": 8000, "skills": [],
                "task": "到{address}封控，设围挡"}],
    "checklist": [{"id": "closed", "text": "封闭道路东西两向"}],
    "messages": [{"to": "区城管局", "text": "{title}，请调围挡"}],
}  # fmt: skip


@pytest.fixture
def world() -> World:
    world = World()
    world.put_all({
        EVENT: event_row(LON, LAT, at_risk_in_s=-4000, overtime_in_s=-665, title="路面塌陷隐患", severity="II",
                         code="330110012003009", stage="handling"),
        "citizen:2": event_row(LON + 0.01, LAT, at_risk_in_s=3000, overtime_in_s=4000, title="占道经营"),
    })  # fmt: skip
    return world


@pytest.fixture
def api() -> Api:
    return Api({
        "nearby": near(), "plans": {"items": [PLAN]}, f"events/{EVENT}": detail(EVENT),
        "orders": (202, {"command_id": "c-77", "order_ids": ["x1", "x2"]}),
        "orders/undo": (202, {"command_id": "c-78"}),
    })  # fmt: skip


@pytest.fixture
def desk(browser: Browser, world: World, api: Api) -> Iterator[Page]:
    """A desk with the incident chosen and the search around it open."""
    server = Harness(world, desk=desk_page()).start()
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda said: failures.append(said.text) if "cockpit.on(" in said.text else None)
    api.on(page)
    page.goto(f"{server.url}?event={EVENT}&near=event")
    live(page)
    page.wait_for_selector("#near-list .cand")
    try:
        yield page
    finally:
        context.close()
        server.stop()
    assert failures == []


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_more_than_the_list_begins_with_are_counted_and_listed_to_their_end(desk: Page, api: Api) -> None:
    everybody = [candidate(n, f"周{n}") for n in range(60)]
    api.answers["nearby"] = {**near(everybody[:40], []), "total": 60}
    desk.click("[data-near-kind=gridworker]")
    expect(desk.locator("#near-filters .able")).to_have_text("可派 60")
    expect(desk.locator("#near-list .cand")).to_have_count(40)
    api.answers["nearby"] = near(everybody, [])
    desk.click("[data-action=near-more]")
    expect(desk.locator("#near-list .cand")).to_have_count(60)
    expect(desk.locator("[data-action=near-more]")).to_have_count(0)
    assert parse_qs(api.queries("nearby")[-1].partition("?")[2])["limit"] == ["60"]
    desk.click("[data-near-kind=vehicle]")
    expect(desk.locator("#near-filters .able")).to_have_text("可派 60")
    assert parse_qs(api.queries("nearby")[-1].partition("?")[2])["limit"] == ["40"], "another question begins anew"


def test_each_candidate_says_why_and_is_the_same_in_the_list_and_on_the_map(desk: Page, api: Api) -> None:
    rows = desk.locator("#near-list .cand")
    expect(rows).to_have_count(5)
    expect(rows.nth(0)).to_contain_text("03 格 · 责任网格")
    expect(rows.nth(0)).to_contain_text("234 m")
    expect(rows.nth(0)).to_contain_text("2 分")
    expect(rows.nth(0)).to_contain_text("沈**")
    expect(rows.nth(2)).to_contain_text("直线估算")
    expect(rows.nth(4).locator(".eta")).to_have_text("?")
    expect(rows.nth(4)).to_contain_text("位置 9 分前")
    desk.click("[data-action=near-left]")
    expect(desk.locator("#near-list .cand.left")).to_have_count(2)
    expect(desk.locator("#near-list .cand.left").first).to_contain_text("不在班次")
    query = parse_qs(api.queries("nearby")[0].partition("?")[2])
    assert query["event_id"] == [EVENT]
    assert query["radius_m"] == ["3000"]
    desk.hover("[data-mark='v-2']")
    expect(desk.locator("#near-list [data-candidate='v-2']")).to_have_class(re.compile("pointed"))
    desk.hover("#near-list [data-candidate='p-6']")
    expect(desk.locator("[data-mark='p-6']")).to_have_class(re.compile("pointed"))


def test_one_key_orders_who_is_ticked_and_ten_seconds_take_it_back(desk: Page, api: Api) -> None:
    expect(desk.locator("#order-task")).to_have_value(TASK)
    press(desk, "1", "2")
    expect(desk.locator("[data-action=order-send]")).to_contain_text("派单 2 人")
    press(desk, "Enter")
    expect(desk.locator("#order-toasts")).to_contain_text("已发出 2 条指令：沈**、城管抢修 2 队")
    assert api.wishes("orders") == [
        {
            "event_id": EVENT, "recipient_ids": ["gw-00001", "v-2"], "task": TASK, "accept_within_s": 90,
            "despite": [],
        }
    ]  # fmt: skip
    press(desk, "Backspace")
    expect(desk.locator("#order-toasts")).to_contain_text("已撤回")
    assert api.wishes("orders/undo") == [{"command_id": "c-77"}]


def test_who_has_an_order_already_is_ordered_knowingly_only(desk: Page, api: Api) -> None:
    press(desk, "4")
    expect(desk.locator("#compose-said")).to_contain_text("吴**手头已有指令")
    press(desk, "Enter")
    expect(desk.locator("#compose-said .asking")).to_contain_text("再按一次发出")
    assert api.wishes("orders") == []
    press(desk, "Enter")
    expect(desk.locator("#order-toasts")).to_contain_text("已发出 1 条指令")
    assert [wish["despite"] for wish in api.wishes("orders")] == [["busy"]]
    # another officer was quicker: the server knows, the list does not yet
    api.answers["orders"] = (409, {"rule": "recipient_busy", "detail": "手头有指令", "recipients": ["gw-00001"]})
    press(desk, "1", "Enter")
    expect(desk.locator("#compose-said .asking")).to_contain_text("沈**手头已有指令")


def test_a_failed_order_keeps_the_text_and_says_that_nothing_was_sent(desk: Page, api: Api) -> None:
    api.answers["orders"] = (503, {"detail": "命令通道不可用"})
    press(desk, "1", "Shift+D")
    desk.fill("#order-task", "先封路，再量塌陷")
    press(desk, "Control+Enter")
    expect(desk.locator("#compose-said .unsent")).to_have_text("未发出：命令通道不可用")
    expect(desk.locator("#order-task")).to_have_value("先封路，再量塌陷")
    expect(desk.locator(".recipient")).to_have_count(1)
    press(desk, "Escape")
    expect(desk.locator("#near-list")).to_be_focused()
    expect(desk.locator("#panel-composer")).to_be_visible()


def test_the_ladder_moves_with_each_fact_and_silence_is_red(desk: Page, world: World) -> None:
    world.say("orders", {"o-1": order_row(EVENT, "沈建国", ago_s=3), "o-2": order_row("citizen:2", "吴敏", ago_s=3)})
    row = desk.locator("#work-body [data-order-id=o-1]")
    expect(row.locator(".ladder .told")).to_have_count(0)
    expect(row.locator(".right")).to_contain_text("余")
    expect(desk.locator("#work-body .order:not(.head)")).to_have_count(1)  # the other event's is a click away
    for n, rung in enumerate(("delivered", "read", "accepted", "departed"), 1):
        world.say("orders", {"o-1": order_row(EVENT, "沈建国", rung, ago_s=20)})
        expect(row.locator(".ladder .told")).to_have_count(n)
    world.say("orders", {"o-1": order_row(EVENT, "沈建国", "arrived", ago_s=20)})
    expect(row.locator(".ladder")).to_have_class(re.compile("complete"))
    expect(row.locator(".right")).to_have_text("到场 00:10")
    expect(desk.locator(".order.head [data-stop=arrived] b")).to_have_text("1")
    world.say("orders", {"o-3": order_row(EVENT, "朱丽华", "read", ago_s=150, reminded=now_ms() - 60_000)})
    silent = desk.locator("#work-body [data-order-id=o-3]")
    expect(silent.locator(".right")).to_have_class(re.compile("over-tx"))
    expect(silent.locator(".right")).to_contain_text("已催")
    world.say("orders", {"o-3": order_row(EVENT, "朱丽华", "substituted", ago_s=150, by="o-4")})
    expect(silent.locator(".right")).to_have_text("已自动改派")
    expect(silent.locator(".ladder .missing")).to_have_count(1)


def test_nobody_free_is_said_and_a_wider_search_is_one_click(desk: Page, api: Api) -> None:
    asked = len(api.queries("nearby"))
    api.answers["nearby"] = near([], [])
    desk.click("[data-near-kind=police]")
    expect(desk.locator(".near-said")).to_contain_text("3 km 内无空闲力量")
    api.answers["nearby"] = near(six()[:2], [])
    desk.click("[data-action=near-widen]")
    expect(desk.locator("#near-list .cand")).to_have_count(2)
    assert "within=5000" in desk.url
    kinds = [parse_qs(q.partition("?")[2])["kinds"] for q in api.queries("nearby")[asked:]]
    assert kinds[-1] == ["police"]


def test_an_answer_that_fails_leaves_the_list_and_says_since_when(desk: Page, api: Api) -> None:
    api.answers["nearby"] = (503, {"detail": "索引未就绪"})
    desk.evaluate("cockpit.desk.lookNear()")
    expect(desk.locator("#near-asof")).to_contain_text("列表未更新")
    expect(desk.locator("#near-list .cand")).to_have_count(5)
    api.answers["nearby"] = near([candidate(9, "周强")], [])
    desk.click("#near-asof [data-action=near-retry]")
    expect(desk.locator("#near-list .cand")).to_have_count(1)


def corner(page: Page, lon: float, lat: float) -> None:
    x, y = point_of(page, lon, lat)
    page.mouse.move(x, y)
    page.mouse.click(x, y)


def test_an_outline_is_drawn_corner_by_corner_and_is_in_the_address(desk: Page, api: Api) -> None:
    press(desk, "Escape")
    expect(desk.locator("#panel-nearby")).to_be_hidden()
    assert "near=" not in desk.url
    desk.evaluate(f"cockpit.map.leaflet.setView([{LAT}, {LON}], 14, {{animate: false}})")
    desk.click("[data-draw=polygon]")
    expect(desk.locator("#map-drawing")).to_contain_text("双击或回车完成")
    for east, north in ((-0.006, -0.004), (0.006, -0.004), (0.006, 0.004)):
        corner(desk, LON + east, LAT + north)
    press(desk, "Enter")
    expect(desk.locator("#near-list .cand")).to_have_count(5)
    near_words = parse_qs(urlsplit(desk.url).query)["near"][0]
    assert near_words.count(";") == 2
    asked = parse_qs(api.queries("nearby")[-1].partition("?")[2])["polygon"][0]
    assert asked == near_words
    desk.reload()
    desk.wait_for_selector("#near-list .cand")
    expect(desk.locator("#near-filters")).to_contain_text("圈定范围内")


def test_the_plan_is_shown_before_it_is_run(desk: Page, api: Api) -> None:
    api.answers["plans/road_collapse/run"] = (202, {"command_id": "c-9", "order_ids": ["a", "b"], "told": []})
    api.answers["plans/road_collapse"] = {**PLAN, "forces": [{**PLAN["forces"][0], "candidates": [six()[2]]}]}
    expect(desk.locator("#compose-plan")).to_have_text("预案 道路塌陷")
    press(desk, "Shift+Enter")
    box = desk.locator("#plan-box")
    for words in (
        "类别 路面塌陷 · 级别 重大",
        "派出所 1",
        "余杭交警大队 4 分",
        "封闭道路东西两向",
        "路面塌陷隐患，请调围挡",
        "转入战时",
        "调出 4 路视频",
    ):
        expect(box).to_contain_text(words)
    press(desk, "Enter")
    expect(desk.locator("#order-toasts")).to_contain_text("已启动预案“道路塌陷”，发出 2 条指令")
    assert api.wishes("plans/road_collapse/run") == [{"event_id": EVENT}]


def test_a_plan_that_was_run_says_who_and_when_and_runs_again_only_on_a_second_yes(
    desk: Page, api: Api, world: World
) -> None:
    world.say("orders", {"o-1": order_row(EVENT, "沈建国", "read")})
    world.say("plan_runs", {"r-1": plan_run_row(EVENT, orders=("o-1",))})
    button = desk.locator("[data-action=plan-open]")
    expect(button).to_have_text(re.compile(r"^已执行 \d\d:\d\d · 李\*\*$"))
    button.click()
    expect(desk.locator(".ran-before")).to_contain_text("指令 1 条，未办结 1 条 · 办结或撤销后才能再次执行")
    expect(desk.locator("[data-action=plan-run]")).to_have_attribute("aria-disabled", "true")
    world.say("orders", {"o-1": order_row(EVENT, "沈建国", "finished")})
    expect(desk.locator(".ran-before")).to_contain_text("再次执行会另发一轮指令")
    desk.click("[data-action=plan-run]")
    expect(desk.locator("[data-action=plan-run]")).to_contain_text("确认再次执行")
    assert api.wishes("plans/road_collapse/run") == []
    api.answers["plans/road_collapse/run"] = (202, {"command_id": "c-9", "order_ids": [], "told": []})
    desk.click("[data-action=plan-run]")
    expect(desk.locator("#order-toasts")).to_contain_text("已启动预案")
    assert len(api.wishes("plans/road_collapse/run")) == 1


def test_the_checklist_is_ticked_and_turns_when_the_fact_is_there(desk: Page, api: Api, world: World) -> None:
    press(desk, "Shift+P")
    expect(desk.locator("#work-body")).to_contain_text("本事件尚未执行预案")
    world.say("plan_runs", {"r-1": plan_run_row(EVENT)})
    closed = desk.locator("[data-item=closed]")
    expect(closed).to_have_attribute("aria-checked", "false")
    expect(desk.locator(".run-told")).to_contain_text("需 2，已派 1")
    path = "plans/runs/r-1/checklist"
    api.answers[path] = (503, {"detail": "命令通道不可用"})
    closed.click()
    expect(desk.locator(".run-told .unsent")).to_have_text("未成：命令通道不可用")
    api.answers[path] = (202, {"command_id": "c-10"})
    closed.click()
    expect(closed).to_contain_text("正在记录")
    assert api.wishes(path)[-1] == {"item": "closed", "done": True}
    world.say("plan_runs", {"r-1": plan_run_row(EVENT, "closed")})
    expect(closed).to_have_attribute("aria-checked", "true")
    expect(closed.locator("small")).to_have_text(re.compile(r"\d\d:\d\d 王\*\*"))
    expect(desk.locator("[data-tab-count=plan]")).to_have_text(" 1/2")


def test_a_department_is_ordered_called_and_reminded_by_hand(desk: Page, api: Api, world: World) -> None:
    gas = department(1, "区住建局燃气办", responsible=True)
    api.answers["units"] = {"items": [gas, department(2, "区应急管理局")], "total": 2}
    desk.click("[data-action=units-open]")
    expect(desk.locator("[data-unit]")).to_have_count(2)
    expect(desk.locator("[data-unit]").first).to_contain_text("责任单位 · 余杭区0571-8862 0101")
    desk.click("[data-unit='unit:区住建局燃气办']")
    press(desk, "Escape")
    expect(desk.locator("#unit-picker")).to_be_hidden()
    expect(desk.locator(".recipient")).to_contain_text("区住建局燃气办0571-8862 0101")
    press(desk, "Enter")
    expect(desk.locator("#order-toasts")).to_contain_text("已发出 1 条指令：区住建局燃气办")
    assert api.wishes("orders")[-1]["recipient_ids"] == ["unit:区住建局燃气办"]
    row = order_row(EVENT, "区住建局燃气办", "issued", kind="unit", ago_s=300)
    row[1] = gas["id"]
    world.say("orders", {"o-5": row})
    desk.click("[data-order-id=o-5]")
    expect(desk.locator(".order-more .call")).to_contain_text("0571-8862 0101")
    api.answers["orders/o-5/remind"] = (409, {"detail": "刚催过", "again_at": "2026-11-22T08:00:00+00:00"})
    desk.click("[data-order-do=remind]")
    expect(desk.locator(".order-more .warned")).to_contain_text("刚催过 · ")
    desk.fill(".order-note", "钱工已带队")
    api.answers["orders/o-5/accept"] = (202, {"command_id": "c-11"})
    world.say("orders", {"o-5": [*row[:5], "read", *row[6:8], {"delivered": row[6], "read": row[6]}, *row[9:]]})
    desk.click("[data-order-do=accept]")
    expect(desk.locator(".order-note")).to_have_value("")
    assert api.wishes("orders/o-5/accept") == [{"note": "钱工已带队"}]


def recommended() -> dict[str, Any]:
    def option(name: str, worst: int) -> dict[str, Any]:
        orders = [
            {"event_id": EVENT, "recipient_id": "gw-00001", "kind": "gridworker", "eta_s": 120, "why": "责任网格"},
            {"event_id": EVENT, "recipient_id": "v-2", "kind": "vehicle", "eta_s": worst, "why": "路面类资质"},
        ]
        return {
            "name": name, "orders": orders, "total_arrival_s": 120 + worst, "worst_arrival_s": worst, "workload_max": 1,
            "coverage_left": {"330110012": 3, "330110005": 9}, "unmet": [],
        }  # fmt: skip

    return {"as_of": "2026-11-22T08:00:00+00:00", "options": [option("fastest", 300), option("coverage", 420)]}


def test_recommended_ways_stand_side_by_side_and_are_changed_before_they_are_sent(desk: Page, api: Api) -> None:
    api.answers["recommendation"] = recommended()
    press(desk, "Shift+R")
    expect(desk.locator(".option")).to_have_count(2)
    expect(desk.locator(".option").nth(0)).to_contain_text("5 分")
    expect(desk.locator(".option").nth(1)).to_contain_text("仓前街道 3")
    desk.click(".option >> nth=1 >> [data-action=advice-choose]")
    desk.click(".option.chosen [data-advised$='v-2']")
    expect(desk.locator(".option.chosen [data-cost=unmet]")).to_contain_text("车辆 1")
    expect(desk.locator(".option.chosen [data-cost=worst]")).to_contain_text("2 分")
    # somebody else in the place of the first
    desk.click(".option.chosen [data-action=advice-swap] >> nth=0")
    expect(desk.locator(".swaps .other")).to_have_count(1)  # who is busy, or in it already, is no help
    desk.click(".swaps .other")
    expect(desk.locator(".option.chosen .changed")).to_contain_text("已改动 2 处")
    api.answers["orders"] = (503, {"detail": "命令通道不可用"})
    desk.click("[data-action=advice-send]")
    expect(desk.locator(".advice .unsent")).to_contain_text("命令通道不可用")
    api.answers["orders"] = (202, {"command_id": "c-77", "order_ids": ["x1"]})
    desk.click("[data-action=advice-send]")
    expect(desk.locator("#order-toasts")).to_contain_text("已发出 1 条指令")
    assert [wish["recipient_ids"] for wish in api.wishes("orders")] == [["p-6"], ["p-6"]]


def test_the_evacuation_board_counts_each_household_once(desk: Page, world: World) -> None:
    world.say("evacuations", {"e-1": evacuation_row(EVENT)})
    press(desk, "Shift+E")
    expect(desk.locator("[data-evac=moved]").first).to_have_text("531")
    expect(desk.locator(".evac-head")).to_contain_text("/ 792 户")
    expect(desk.locator(".homes i")).to_have_count(792)
    expect(desk.locator(".homes i.needs_help")).to_have_count(23)
    world.say("evacuations", {"e-1": evacuation_row(EVENT, moved=540)})
    expect(desk.locator(".homes i.moved")).to_have_count(540)
    assert "work=evacuation" in desk.url


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [(1440, 900), (1366, 768)])
def test_nothing_clips_and_nothing_overlaps_while_dispatching(
    browser: Browser, world: World, api: Api, size: tuple[int, int], lang: str
) -> None:
    world.say("orders", {f"o-{n}": order_row(EVENT, "区综合行政执法局直属中队", rung, kind="unit", ago_s=70 * n)
                         for n, rung in enumerate(("issued", "read", "departed", "arrived", "finished"))})  # fmt: skip
    world.say("evacuations", {"e-1": evacuation_row(EVENT)})
    world.say("plan_runs", {"r-1": plan_run_row(EVENT, "closed")})
    api.answers["recommendation"] = recommended()
    server = Harness(world, desk=desk_page(lang)).start()
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    try:
        page = context.new_page()
        api.on(page)
        page.goto(f"{server.url}?event={EVENT}&near=event")
        live(page)
        page.wait_for_selector("#near-list .cand")
        press(page, "1", "2", "3", "4")
        sound(page, "dispatch")
        press(page, "Shift+R")
        page.wait_for_selector(".option")
        sound(page, "advice")
        press(page, "Shift+E")
        page.wait_for_selector(".homes i")
        sound(page, "evacuation")
        press(page, "Shift+P")
        page.wait_for_selector("[data-item]")
        sound(page, "checklist")
        press(page, "Shift+Enter")
        sound(page, "plan")
    finally:
        context.close()
        server.stop()
