"""战时面板: what a wall says of an incident, of one that nobody knows anything about, and of what is missing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cockpit.catalogue import LANGS, texts
from layouts.page import ScreenPage
from layouts.screen import screen
from layouts.wall import STANDARD, ULTRAWIDE, WALLS, wall_of
from layouts.war import war_told, war_trees
from layouts.war.timeline import LINE, marks_of
from tests.layouts.sample import AS_OF, COUNTY, surroundings
from tests.layouts.trees import having, nodes, words
from tests.layouts.war_sample import EVENT_ID, LAT, LON, TITLE, a_scene, evacuating, event, lost_sight

ZH = texts("zh-CN")


def panels(scene=None, *, lang="zh-CN", wall=STANDARD):  # type: ignore[no-untyped-def]  # a test's own shorthand
    return war_trees(scene or a_scene(), surroundings(), texts(lang), wall)


def test_the_incident_says_what_where_how_far_it_is_who_turned_it_and_that_nobody_has_claimed_it() -> None:
    said = words(panels()["panel-incident"])
    for fact in (
        "较大 III",
        "文一西路高教路口",
        "路面塌陷约 6 m × 4 m",
        "处置 · 区应急管理局",
        "周值班长 14:22",
        "路面持续下沉",
        "无人接手",
    ):
        assert fact in said
    (clock,) = having(panels()["panel-incident"], "data-deadline-ms")
    assert clock["data-deadline-ms"] == str(round((AS_OF + timedelta(minutes=47)).timestamp() * 1000))


def test_an_incident_that_left_the_fold_says_so_and_keeps_its_place() -> None:
    said = words(panels(lost_sight())["panel-incident"])
    assert "文一西路高教路口" in said
    assert "事件已不在当日态势中" in said


def test_the_nearest_say_how_far_by_road_how_soon_and_why() -> None:
    first, *_, last = having(panels(replace(a_scene(), near=a_scene().near[-2:]))["panel-near"], "data-near-id")  # type: ignore[index]  # it has some
    assert words(first["children"]) == "余杭交警大队仓前中队公安 · 第 6 近 · 当班5 分道路 2.6 km"
    assert words(last["children"]) == "陈**网格员 · 第 7 近 · 当班?直线 640 m"


def test_no_forces_and_unknown_forces_are_not_the_same() -> None:
    assert "3 km 内无可用力量" in words(panels(a_scene(near=(), comes=0))["panel-near"])
    assert "力量数据不明" in words(panels(lost_sight())["panel-near"])
    nowhere = a_scene(mode=replace(a_scene().mode, incident=replace(a_scene().mode.incident, lon=None)))  # type: ignore[type-var]  # there is one
    assert "无法就近" in words(panels(nowhere)["panel-near"])


def test_the_counts_of_forces_and_of_the_plan_lead_to_the_desk_of_the_same_incident() -> None:
    trees = panels(lang="en")
    (near,), (plan,) = having(trees["panel-near"], "data-to"), having(trees["panel-checklist"], "data-to")
    assert near["data-to"] == f"/duty?scope={COUNTY}&lang=en&event={EVENT_ID}&near=event"
    assert plan["data-to"] == f"/duty?scope={COUNTY}&lang=en&event={EVENT_ID}&work=plan"
    (elsewhere,) = having(panels(a_scene(event=None))["panel-near"], "data-to")
    assert elsewhere["data-to"] == f"/duty?scope={COUNTY}&near={LON:.6f},{LAT:.6f}"
    past = war_trees(a_scene(), replace(surroundings(), is_past=True), ZH, STANDARD)
    assert not [name for name, tree in past.items() if having(tree, "data-to")], "the desk is of now"


def test_a_list_shows_no_more_rows_than_its_wall_has_room_for() -> None:
    for wall in (STANDARD, ULTRAWIDE):
        trees = panels(wall=wall)
        assert len(having(trees["panel-near"], "data-near-id")) == wall.near_rows
        assert len(having(trees["panel-checklist"], "className", "check done")) <= wall.checklist_rows


def test_the_checklist_counts_what_is_done_and_without_a_plan_says_so() -> None:
    said = words(panels()["panel-checklist"])
    assert "道路塌陷 · 已完成 3 / 6" in said
    assert "逐户疏散与安置点开放下一项" in said
    assert "未运行预案" in words(panels(a_scene(checklist=None))["panel-checklist"])


def test_the_projected_finish_is_said_with_its_range_and_never_guessed() -> None:
    assert words(panels(evacuating())["evacuation-pace"]) == "当前 58 户/分预计 14:37 完成 ±2 分"
    pace = evacuating().evacuation
    assert pace is not None
    unknown = evacuating()
    for why, said in (("too_little", "暂不可估"), ("stalled", "已停滞"), ("done", "已全部完成")):
        shown = replace(unknown, evacuation=replace(pace, why=why, finish=None, rate_per_min=None))
        assert said in words(panels(shown)["evacuation-pace"])
    assert panels()["evacuation-pace"] == []


def test_the_course_runs_from_the_report_to_now_and_leaves_room_ahead() -> None:
    marks = marks_of(evacuating(), surroundings(), ZH)
    places = [mark.x for mark in marks]
    assert places == sorted(places)
    assert (places[0], marks[-2].name, marks[-1].name) == (0.0, "现在", "预计疏散完成")
    assert places[-2] < LINE * 0.75 < places[-1] <= LINE
    assert marks_of(replace(a_scene(), milestones=()), surroundings(), ZH) == []


def test_what_the_browser_draws_itself_is_told_as_plain_numbers() -> None:
    told = war_told(a_scene(danger=((LON, LAT), (LON + 0.01, LAT), (LON, LAT + 0.01))))
    assert told["near"][0] == ["330110012001-03", "gridworker", "沈**", LON, LAT, 84, "free"]
    assert told["cameras"][0][:3] == ["cam-0", "路口东", 40]
    assert len(told["danger"]) == 3
    assert war_told(lost_sight())["cameras"] is None


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("stage", sorted(WALLS))
def test_every_panel_of_wartime_has_its_place_on_every_wall(stage: str, lang: str) -> None:
    page = ScreenPage(scope=COUNTY, city="余杭区", lang=lang, stage=stage)
    ids = [n["id"] for n in nodes(screen(page, texts(lang))) if "id" in n]
    assert len(ids) == len(set(ids))
    assert set(war_trees(evacuating(), surroundings(), texts(lang), wall_of(stage))) <= set(ids)
    assert {"ladder-rows", "camera-tiles", "evacuation-squares", "view-question"} <= set(ids)


def test_a_title_that_is_markup_stays_text() -> None:
    nasty = "<img src=x onerror=alert(1)>"
    scene = a_scene(event=replace(event(), report=replace(event().report, description=nasty)))
    assert nasty in words(panels(scene)["panel-incident"])
    assert TITLE
