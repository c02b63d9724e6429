"""Panels: what a wall says of a day, of nothing, and of what nobody knows."""

import json
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from cockpit.catalogue import texts
from cockpit.domain.mode import Incident, Mode
from cockpit.domain.scope import Scope
from cockpit.domain.source import FeedStatus
from cockpit.situation.indicators import Measure
from cockpit.situation.situation import FeedTurn
from layouts.context import FeedRow
from layouts.panels import TREND_GRAPH, counts_of, feeds_of, panel_trees
from layouts.wall import ULTRAWIDE, WALLS, UnknownStageError
from tests.layouts.sample import AS_OF, UNHEARD, a_day, nothing_yet, surroundings
from tests.layouts.trees import having, said, words

ZH = texts("zh-CN")


def wall(figures=None, context=None, *, lang="zh-CN", stage="1920x1080"):  # type: ignore[no-untyped-def]  # a test's own shorthand
    return panel_trees(figures or a_day(), context or surroundings(), texts(lang), stage)


def test_the_counts_of_the_legend_add_up_to_the_red_list() -> None:
    trees = wall()
    numbers = {
        name: int(said(trees["legend"], "data-count", name)) for name in ("green", "blue", "at_risk", "overtime")
    }
    assert numbers == {"green": 486, "blue": 106, "at_risk": 9, "overtime": 3}
    assert said(trees["panel-red"], "data-count", "red") == "12"
    assert counts_of(a_day()) == {**numbers, "red": 12}


def test_the_rate_shows_its_sample_and_its_change() -> None:
    panel = wall()["panel-today"]
    assert "98.51%" in said(panel, "data-indicator", "on_time_handling_rate")
    assert "按期 530 /应处置 538" in words(panel)
    assert "▲ 0.32 较 7 日均值" in words(panel)
    worse = replace(a_day(), past_rate=0.999)
    assert having(wall(worse)["panel-today"], "className", "bad")


def test_a_rate_without_a_sample_says_so_and_is_not_zero() -> None:
    measures = {**a_day().measures, "on_time_handling_rate": Measure(0, 0)}
    panel = wall(replace(a_day(), measures=measures))["panel-today"]
    assert "—无样本" in said(panel, "data-indicator", "on_time_handling_rate")


def test_zero_is_a_fact_only_while_somebody_is_heard() -> None:
    heard = wall(nothing_yet())
    assert said(heard["panel-today"], "data-indicator", "reported_today") == "上报0"
    assert said(heard["legend"], "data-count", "green") == "0"
    unheard = wall(nothing_yet(), surroundings(**UNHEARD))
    assert said(unheard["panel-today"], "data-indicator", "reported_today") == "上报—"
    assert said(unheard["legend"], "data-count", "green") == "—"
    assert "0" not in words(unheard["panel-flow"])
    assert "不明" in words(unheard["panel-red"])


def test_a_source_never_heard_of_has_no_count_while_a_silent_one_has_none() -> None:
    context = surroundings(drone=(FeedStatus.UNKNOWN, None))
    assert said(wall(context=context)["panel-sources"], "data-source", "drone") == "无人机——"
    assert said(wall()["panel-sources"], "data-source", "drone") == "无人机00.0%"


def test_an_empty_list_says_what_is_not_there() -> None:
    trees = wall(nothing_yet())
    assert words(trees["panel-red"]).endswith("当前无红色事件")
    assert words(trees["panel-alarms"]).endswith("今日无告警")
    assert trees["ticker"] == []
    assert trees[TREND_GRAPH]["layout"]["annotations"][0]["text"] == "今日暂无数据"


def test_red_rows_keep_their_order_and_carry_event_and_deadline() -> None:
    rows = having(wall()["panel-red"], "data-event-id")
    assert [row["data-event-id"] for row in rows] == [f"gridworker:{i}" for i in range(5)]
    deadline = AS_OF + timedelta(seconds=-2538)
    assert having(rows[0]["children"], "data-deadline-ms")[0]["data-deadline-ms"] == str(
        round(deadline.timestamp() * 1000)
    )
    assert "环节 处置" in words(rows[0]["children"])
    assert "已用 88% 时限" in words(rows[3]["children"])


def test_a_title_with_html_stays_text() -> None:
    evil = "<img src=x onerror=alert(1)>"
    figures = replace(a_day(), red=[replace(a_day().red[0], title=evil)])
    row = having(wall(figures)["panel-red"], "data-event-id")[0]
    assert evil in words(row["children"])
    assert "dangerously" not in json.dumps(wall(figures))


def test_a_street_below_the_target_is_marked_and_none_is_ranked() -> None:
    cells = having(wall()["panel-board"], "data-division")
    assert [c["data-division"] for c in cells] == [row.code for row in a_day().board]
    assert [words(c["children"]) for c in cells if "warm" in c["className"]] == ["良渚94.6"]
    assert words(cells[-1]["children"]) == "百丈镇—"
    assert "社区达标" in words(wall(replace(a_day(), scope=Scope("330110010")))["panel-board"])


def test_a_board_with_more_divisions_than_room_says_how_many_more() -> None:
    figures = replace(a_day(), board=a_day().board * 2)
    assert words(wall(figures)["panel-board"]).endswith("另有 13 个")


def test_an_alarm_of_an_unknown_kind_is_shown_by_its_own_name() -> None:
    figures = replace(a_day(), alarms=[a for a in a_day().alarms if a.kind == "tilt"])
    assert "tilt径山 古塔 0.8°待确认" in words(wall(figures)["panel-alarms"])


def test_a_place_is_not_said_twice() -> None:
    row = replace(a_day().red[0], unit="良渚街道环卫站")
    alarm = replace(a_day().alarms[0], message="仓前街道向往社区 3 幢")
    alarm = replace(alarm, place=replace(alarm.place, address="仓前街道"))
    trees = wall(replace(a_day(), red=[row], alarms=[alarm]))
    assert words(trees["panel-red"]).count("良渚街道") == 1
    assert "烟感向往社区 3 幢待确认" in words(trees["panel-alarms"])


def test_the_axis_ends_on_a_round_even_number() -> None:
    def top(peak: int) -> str:
        return str(wall(replace(a_day(), hourly=[peak] + [None] * 23))[TREND_GRAPH]["layout"]["yaxis"]["ticktext"][-1])

    empty = [None] * 24
    assert [top(n) for n in (83, 255, 1743)] == ["100", "300", "2,000"]
    assert wall(replace(nothing_yet(), hourly_median=empty))[TREND_GRAPH]["layout"]["yaxis"]["ticktext"] == [
        "0",
        "2",
        "4",
    ]


def test_feeds_show_their_state_and_an_unheard_one_is_not_lost() -> None:
    context = surroundings(drone=(FeedStatus.UNKNOWN, None), video_ai=(FeedStatus.LOST, 250.0))
    trees = wall(context=context)
    states = {n["data-feed"]: n["data-status"] for n in having(trees["feeds"], "data-feed")}
    assert states == feeds_of(context)
    assert (states["drone"], states["video_ai"], states["iot"]) == ("unknown", "lost", "live")
    assert said(trees["feeds"], "data-feed", "drone") == "无人机不明"


def test_refused_messages_are_counted_on_the_health_line_and_are_no_feed() -> None:
    aside = FeedRow(name="dead_letters", title_zh="退信", title_en="Refused", dead_letters=12)
    context = surroundings()
    trees = wall(context=replace(context, feeds=(*context.feeds, aside)))
    assert not having(trees["feeds"], "data-feed", "dead_letters")
    assert words(trees["health"]) == "进程 4 / 4退信 12"


def test_an_archive_that_lags_is_told_on_the_health_line() -> None:
    context = surroundings()
    assert words(wall(context=replace(context, archive_lag_s=2.9))["health"]) == "进程 4 / 4"
    assert words(wall(context=replace(context, archive_lag_s=64.2))["health"]) == "进程 4 / 4归档滞后 64 秒"


def test_wartime_names_the_incident_and_where_it_is() -> None:
    figures = replace(
        a_day(),
        mode=Mode.WARTIME,
        mode_since=AS_OF - timedelta(minutes=12),
        mode_event_id="gridworker:1",
        mode_event_title="路面塌陷隐患",
        incident=Incident(
            title="路面塌陷隐患", lon=120.0, lat=30.3, code="330110012", address="文一西路高教路口", reported_at=AS_OF
        ),
    )
    assert words(wall(figures)["headline"]) == "路面塌陷隐患文一西路高教路口"
    assert words(wall(replace(figures, incident=None))["headline"]) == "路面塌陷隐患"


def test_the_hour_that_still_runs_is_hatched_and_the_hours_to_come_are_missing() -> None:
    bars = wall()[TREND_GRAPH]["data"][0]
    assert len(bars["y"]) == 15
    assert bars["marker"]["pattern"]["shape"] == [""] * 14 + ["/"]


@pytest.mark.parametrize("stage", sorted(WALLS))
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("figures", [a_day(), a_day(21), nothing_yet()], ids=["day", "huge", "nothing"])
def test_every_panel_is_plain_data_that_travels_as_json(figures, lang, stage) -> None:  # type: ignore[no-untyped-def]  # parametrized
    trees = wall(figures, lang=lang, stage=stage)
    assert json.loads(json.dumps(trees)) == json.loads(json.dumps(wall(figures, lang=lang, stage=stage)))


def test_a_wide_wall_shows_more_rows_and_the_process_indicators() -> None:
    trees = wall(stage=ULTRAWIDE.name)
    assert len(having(trees["panel-red"], "data-event-id")) == 9
    assert "99.01%" in said(trees["panel-indicators"], "data-indicator", "timely_acceptance_rate")
    with pytest.raises(UnknownStageError):
        wall(stage="640x480")


def test_nothing_changes_from_second_to_second_when_nothing_happened() -> None:
    """Clocks, countdowns and times run in the page, so that a quiet wall sends nothing but the feeds' ages."""
    later = wall(replace(a_day(), as_of=AS_OF + timedelta(seconds=1)))
    assert [name for name, tree in wall().items() if later[name] != tree] == ["feeds"]


def test_a_wall_of_panels_is_made_in_a_few_milliseconds() -> None:
    figures, context = a_day(), surroundings()
    best = min(_seconds(figures, context) for _ in range(20))
    assert best < 0.010


def _seconds(figures, context) -> float:  # type: ignore[no-untyped-def]  # a test's own shorthand
    start = time.perf_counter()
    panel_trees(figures, context, ZH, ULTRAWIDE.name)
    return time.perf_counter() - start


def test_the_worst_feed_comes_first_and_the_others_stay_in_their_order() -> None:
    context = surroundings(drone=(FeedStatus.LOST, 400.0), iot=(FeedStatus.STALE, 40.0))
    named = [n["data-feed"] for n in having(wall(context=context)["feeds"], "data-feed")]
    assert named[:2] == ["drone", "iot"]
    usual = [feed.name for feed in context.feeds if feed.name not in ("drone", "iot")]
    assert named[2:] == usual


def test_a_tile_depends_on_the_feeds_that_bring_what_it_shows() -> None:
    own = FeedRow(name="fire", title_zh="消防", title_en="Fire", sources=("iot",))
    context = replace(surroundings(), feeds=(*surroundings().feeds, own))
    trees = wall(context=context)
    [badge] = having(trees["panel-alarms"], "data-asof")
    assert badge["data-feeds"].split() == ["iot", "fire"]
    assert having(trees["legend"], "data-asof"), "counts on the map say as of when they are"


def test_a_lost_feed_and_its_return_are_lines_of_the_ticker() -> None:
    def turn(minutes: float, *, is_lost: bool) -> FeedTurn:
        return FeedTurn(AS_OF + timedelta(minutes=minutes), f"f{minutes}", "fire", is_lost, "消防", "Fire", 250.0)

    figures = replace(a_day(), feed_turns=[turn(2, is_lost=False), turn(1, is_lost=True)])
    told = [words(line["children"]) for line in having(wall(figures)["ticker"], "data-feed-turn")]
    assert [line[5:] for line in told] == ["来源恢复：消防，断流 4 分", "来源断流：消防"]
    in_english = wall(figures, lang="en")["ticker"]
    assert "Feed back: Fire, lost for 4 min" in words(in_english)


def test_people_without_a_position_are_counted_where_their_list_opens() -> None:
    assert not having(wall()["people"], "data-people", "unplaced")
    [count] = having(wall(context=replace(surroundings(), unplaced=12))["people"], "data-people", "unplaced")
    assert words(count["children"]) == "无定位 12"
