"""附近: who is named, in which order and why, and who is left out."""

from types import SimpleNamespace

import pytest

from cockpit.catalogue import texts
from cockpit.domain.scope import Scope
from cockpit.services.nearby.query import Found, LeftOut, Status
from cockpit.services.nearby.reasons import why_text
from tests.services.nearby.ground import (
    LAT,
    LON,
    OTHER_GRID,
    Ground,
    asked,
    broken,
    gridworker,
    take,
    thing,
)


def names(found: Found) -> list[str]:
    return [c.id for c in found.items]


def left_out(found: Found) -> dict[str, LeftOut | None]:
    return {c.id: c.reason for c in found.left_out}


def spoken(found: Found, lang: str = "zh-CN") -> dict[str, str]:
    return {c.id: why_text(texts(lang), c.why) for c in [*found.items, *found.left_out]}


def at_metres(metres: float) -> float:
    """A longitude that many metres east of the middle."""
    return LON + metres / 96_100


def test_the_nearest_come_first_people_and_things_alike() -> None:
    ground = Ground(things=[thing(1, lon=at_metres(200)), thing(2, "aed", lon=at_metres(50))])
    take(ground.movers, [("gw-1", at_metres(100), LAT)])
    found = ground.nearby().find(asked())
    assert names(found) == ["r-2", "gw-1", "r-1"]
    assert [c.status for c in found.items] == [Status.REGISTERED, Status.FREE, Status.REGISTERED]
    assert found.items[1].distance_m == pytest.approx(100, abs=1)


def test_only_the_kinds_asked_for_within_the_radius_are_named() -> None:
    ground = Ground(things=[thing(1, "aed"), thing(2, "camera"), thing(3, "aed", lon=at_metres(900))])
    take(ground.movers, [("gw-1", LON, LAT)])
    found = ground.nearby().find(asked(kinds=frozenset({"aed"}), radius_m=500))
    assert (names(found), found.total) == (["r-1"], 1)


def test_whoever_is_off_shift_stale_busy_or_unskilled_is_left_out_and_it_says_why() -> None:
    ground = Ground(
        roster=[gridworker("night", "night"), gridworker("able", skills=("first_aid",)), gridworker("plain"),
                gridworker("works", skills=("first_aid",)), gridworker("silent", skills=("first_aid",))],
        busy={"works": "order-7"},
    )  # fmt: skip
    take(ground.movers, [(name, LON, LAT) for name in ("night", "able", "plain", "works")])
    take(ground.movers, [("silent", LON, LAT)], age_s=720)
    found = ground.nearby().find(asked(skills=frozenset({"first_aid"}), with_left_out=True))
    assert names(found) == ["able"]
    assert left_out(found) == {
        "night": LeftOut.OFF_SHIFT, "plain": LeftOut.NO_SKILL, "works": LeftOut.BUSY, "silent": LeftOut.STALE,
    }  # fmt: skip
    said = spoken(found)
    assert said["silent"] == "定位已 12 分钟未更新"
    assert said["night"] == "按排班不在班"
    assert said["plain"] == "不具备急救"
    assert "在班空闲" in said["able"] and "具备急救" in said["able"]
    assert "12 min" in spoken(found, "en")["silent"]


def test_who_is_busy_is_named_when_that_is_asked_for() -> None:
    ground = Ground(busy={"gw-1": "order-7"})
    take(ground.movers, [("gw-1", LON, LAT)])
    (one,) = ground.nearby().find(asked(only_free=False)).items
    assert (one.status, one.busy_order_id) == (Status.BUSY, "order-7")


def test_what_somebody_marked_on_the_phone_beats_the_shift_plan() -> None:
    on, off, forgotten = (SimpleNamespace(is_on_duty=lambda _now, said=said: said) for said in (True, False, None))
    ground = Ground(
        roster=[gridworker("early", "night"), gridworker("gone", "day"), gridworker("asleep", "night")],
        attendance={"early": on, "gone": off, "asleep": forgotten},
    )
    take(ground.movers, [(name, LON, LAT) for name in ("early", "gone", "asleep")])
    found = ground.nearby().find(asked(with_left_out=True))
    assert names(found) == ["early"]
    assert spoken(found)["gone"] == "已签退下岗"
    assert spoken(found)["asleep"] == "按排班不在班"


def test_nobody_outside_the_scope_is_named_nor_told_as_left_out() -> None:
    ground = Ground(things=[thing(1), thing(2, code=OTHER_GRID), broken(3, code=OTHER_GRID)])
    take(ground.movers, [("here", LON, LAT)])
    take(ground.movers, [("there", LON, LAT)], code=OTHER_GRID)
    found = ground.nearby().find(asked(scope=Scope("330110012"), with_left_out=True))
    assert set(names(found)) == {"r-1", "here"}
    assert not found.left_out


def test_where_too_few_are_near_the_next_are_told_as_too_far() -> None:
    ground = Ground(things=[thing(1), thing(2, lon=at_metres(1_500)), broken(3, lon=at_metres(20))])
    found = ground.nearby().find(asked(radius_m=1_000, limit=5, with_left_out=True))
    assert left_out(found) == {"r-3": LeftOut.OUT_OF_SERVICE, "r-2": LeftOut.TOO_FAR}
    assert spoken(found)["r-2"].startswith("直线 1.5 km，超出 1.0 km 范围")


def test_a_drawn_polygon_names_who_is_inside_and_nobody_else() -> None:
    corners = ((LON, LAT), (at_metres(400), LAT), (at_metres(400), LAT + 0.004), (LON, LAT + 0.004))
    ground = Ground(things=[thing(1, lon=at_metres(200), lat=LAT + 0.002), thing(2, lon=at_metres(-50))])
    take(ground.movers, [("in", at_metres(300), LAT + 0.001), ("out", at_metres(300), LAT - 0.001)])
    found = ground.nearby().find(asked(lon=at_metres(200), lat=LAT + 0.002, polygon=corners))
    assert names(found) == ["r-1", "in"]


def test_without_roads_the_way_is_the_straight_line_times_a_factor_and_it_says_so() -> None:
    ground = Ground(things=[thing(1, "aed", lon=at_metres(1_000))])
    found = ground.nearby().find(asked())
    (one,) = found.items
    assert (one.by_road, round(one.road_m / one.distance_m, 3)) == (False, 1.4)
    assert "附近无路网" in spoken(found)["r-1"]


def test_nobody_is_told_how_to_walk_to_a_camera() -> None:
    found = Ground(things=[thing(1, "camera"), thing(2, "aed")]).nearby().find(asked())
    assert spoken(found)["r-1"] == "第 1 近 · 登记在册"
    assert "步行" in spoken(found)["r-2"]


def test_candidates_are_those_who_come_when_asked_without_those_asked_already() -> None:
    ground = Ground(things=[thing(1, "camera"), thing(2, "police", lon=at_metres(500))])
    take(ground.movers, [("gw-1", LON, LAT), ("gw-2", at_metres(100), LAT)])
    assert [c.id for c in ground.nearby().candidates(asked(), exclude={"gw-1"})] == ["gw-2", "r-2"]


def test_nothing_near_is_an_empty_answer() -> None:
    found = Ground().nearby().find(asked(with_left_out=True))
    assert (found.items, found.left_out, found.total) == ([], [], 0)
