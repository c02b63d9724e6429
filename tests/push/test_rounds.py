"""Law: a stale browser + its deltas and frames == a fresh snapshot, whatever it missed; and nothing of other scopes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.facts import Fact, ModeChanged
from cockpit.domain.mode import Mode
from cockpit.domain.scope import Scope, number_of
from cockpit.domain.stage import Stage
from cockpit.push.client import LaneName
from cockpit.push.painter import Painter, View
from cockpit.services.city import City
from cockpit.situation.movers import FUTURE_MS
from cockpit.situation.situation import Changed
from cockpit.situation.view import view_of
from cockpit.stream.facts import MemoryFactLog
from cockpit.stream.positions import MemoryPositionLane
from tests.api.town import Fold
from tests.push.wall import Hall, Wall
from tests.stories import GRIDS, NOON, alarm, entered, minutes, place, reported, stories

CITY, STREET, OTHER_STREET = "330110", GRIDS[0][:9], GRIDS[2][:9]
SCOPES = (CITY, STREET, OTHER_STREET, GRIDS[0])
T0 = round(NOON.timestamp() * 1000)


def new_fold() -> Fold:
    city = City.empty(tz="Asia/Shanghai")
    city.code = CITY
    return Fold(city, MemoryFactLog(), MemoryPositionLane(), lambda: NOON)


@pytest.fixture
def fold() -> Fold:
    return new_fold()


@pytest.fixture
def hall(fold: Fold) -> Hall:
    return Hall(fold)


def tell(fold: Fold, *facts: Fact) -> None:
    for fact in facts:
        fold.take(fact, str(fold.situation.seq + 1))


def move(fold: Fold, *fixes: tuple[str, str, int]) -> None:
    """Fixes are (subject, grid code or "" for outside, seconds); the place follows from both."""
    names = list(dict.fromkeys(subject for subject, _, _ in fixes))
    n = len(fixes)
    fold.movers.take(
        names, ["gridworker"], np.array([names.index(s) for s, _, _ in fixes], dtype=np.uint32),
        np.zeros(n, dtype=np.uint16), np.array([120 + s / 1e5 for _, _, s in fixes]), np.full(n, 30.0),
        np.array([T0 + 1000 * s for _, _, s in fixes], dtype=np.int64), np.full(n, T0 + FUTURE_MS, dtype=np.int64),
        np.array([number_of(code) for _, code, _ in fixes], dtype=np.int64),
    )  # fmt: skip


def truth(fold: Fold, scope: Scope) -> tuple[Any, Any]:
    rows = fold.movers.since(0, scope)
    lon, lat = (np.round(fold.movers.rows[name] * 1e6) / 1e6 for name in ("lon", "lat"))
    movers = {r: (fold.movers.subjects[r], float(lon[r]), float(lat[r])) for r in rows.tolist()}
    return view_of(fold.situation, scope, closed_since=fold.day_started_at()), movers


def settle(hall: Hall) -> None:
    """Everybody takes what is there until there is nothing more."""
    for _ in range(6):
        hall.round()
        for wall in hall.walls.values():
            wall.take()


Deed = Callable[[Hall, Fold], None]


def _some_deeds(story: list[Fact], draw: st.DataObject) -> list[Deed]:
    deeds: list[Deed] = [lambda _h, f, fact=fact: tell(f, fact) for fact in story]  # type: ignore[misc]  # bound now
    seconds = 0
    for _ in range(draw.draw(st.integers(0, 25))):
        seconds += draw.draw(st.integers(1, 30))
        fix = draw.draw(st.sampled_from("abcd")), draw.draw(st.sampled_from(GRIDS)), seconds
        deeds.append(lambda _h, f, fix=fix: move(f, fix))  # type: ignore[misc]  # bound now
    for _ in range(draw.draw(st.integers(0, 25))):
        pause = draw.draw(st.sampled_from((0.05, 1.1)))
        deeds.append(lambda h, _f, pause=pause: h.round(pause))  # type: ignore[misc]  # bound now
    for _ in range(draw.draw(st.integers(0, 12))):
        i = draw.draw(st.integers(0, 3))
        deeds.append(lambda h, _f, i=i: list(h.walls.values())[i % len(h.walls)].take())  # type: ignore[misc]
    for _ in range(draw.draw(st.integers(0, 4))):
        scope = draw.draw(st.sampled_from(SCOPES))
        deeds.append(lambda h, _f, scope=scope: h.open(scope))  # type: ignore[misc]  # bound now
    if draw.draw(st.booleans()):
        deeds.append(lambda _h, f: f.forget())
    return draw.draw(st.permutations(deeds))


@settings(max_examples=150, deadline=None)
@given(story=stories(), draw=st.data())
def test_a_stale_browser_and_its_deltas_are_a_fresh_snapshot(story: list[Fact], draw: st.DataObject) -> None:
    fold = new_fold()
    hall = Hall(fold)
    hall.open(CITY)
    # positions go forward in time in whatever order deeds happen: late ones move nothing
    for deed in _some_deeds(story, draw):
        deed(hall, fold)
    settle(hall)
    for wall in hall.walls.values():
        assert (wall.view, wall.movers) == truth(fold, wall.client.scope)
        assert wall.seq <= fold.situation.seq


@settings(max_examples=60, deadline=None)
@given(story=stories(), draw=st.data())
def test_a_street_hears_nothing_of_another(story: list[Fact], draw: st.DataObject) -> None:
    fold = new_fold()
    hall = Hall(fold)
    wall = hall.open(OTHER_STREET)
    seen: list[str] = []
    for deed in _some_deeds(story, draw):
        deed(hall, fold)
        foreign = {e.event_id for e in fold.situation.events.values()} - {
            e.event_id for e in fold.situation.events.values() if e.report.place.code.startswith(OTHER_STREET)
        }
        for name, data in wall.inbox:
            if name == "delta":
                seen += [i for i in data["events"] if i in foreign]
    assert seen == []


def test_the_ids_of_what_left_the_fold_stay_in_their_street(hall: Hall, fold: Fold) -> None:
    mine, theirs = hall.open(STREET), hall.open(OTHER_STREET)
    tell(fold, reported(1, place=place(GRIDS[0])), reported(2, place=place(GRIDS[2])))
    hall.round()
    mine.take()
    theirs.take()
    for number in (1, 2):
        fold.situation.drop(f"hotline_12345:{number}")
        tell(fold, alarm(number))  # any fact, so that seq moves
        fold.changes.append((fold.situation.seq, Changed("event", f"hotline_12345:{number}")))
    hall.round()
    (delta,) = [data for name, data in theirs.inbox if name == "delta"]
    assert delta["events"] == {"hotline_12345:2": None}
    mine.take()
    assert mine.view["events"] == {}


def test_the_first_change_goes_out_in_the_next_round_and_only_once(hall: Hall, fold: Fold) -> None:
    walls = [hall.open(CITY) for _ in range(5)]
    tell(fold, reported(1))
    hall.round()
    assert [[name for name, _ in wall.inbox] for wall in walls] == [["delta"]] * 5
    assert len({id(encoded) for encoded in hall.sent}) == 1  # encoded once for all five


def test_a_browser_that_never_acknowledges_gets_one_message_a_lane(hall: Hall, fold: Fold) -> None:
    wall = hall.open(CITY)
    for n in range(1, 20):
        tell(fold, reported(n))
        move(fold, ("a", GRIDS[0], n))
        hall.round(0.5)
    assert sorted(name for name, _ in wall.inbox if name != "beat") == ["delta", "frame"]
    assert sum(name == "beat" for name, _ in wall.inbox) <= 4  # a deaf browser is not even beaten to
    assert not wall.client.is_frozen(hall.now_s)
    hall.round(25)
    assert wall.client.is_frozen(hall.now_s)


def test_what_a_slow_browser_missed_comes_merged(hall: Hall, fold: Fold) -> None:
    wall = hall.open(CITY)
    tell(fold, reported(1))
    hall.round()
    for n, stage in enumerate((Stage.ACCEPTED, Stage.ASSIGNED, Stage.HANDLING)):
        tell(fold, entered(1, stage, NOON + minutes(n)))
        hall.round()
    wall.take()
    hall.round()
    (delta,) = [data for name, data in wall.inbox if name == "delta"]
    assert (delta["since"], delta["seq"]) == (1, 4)
    wall.take()
    assert wall.view == truth(fold, Scope(CITY))[0]
    assert hall.metric("cockpit_push_merged_total", "delta") == 2
    assert hall.metric("cockpit_push_skipped_total", "delta") == 3


def test_an_acknowledgement_of_something_else_counts_nothing(hall: Hall, fold: Fold) -> None:
    wall = hall.open(CITY)
    tell(fold, reported(1))
    assert not hall.rounds.ack(wall.client, LaneName.DELTA, 1)
    hall.round()
    for n in (0, 2, 10**15):
        assert not hall.rounds.ack(wall.client, LaneName.DELTA, n)
    assert hall.rounds.ack(wall.client, LaneName.DELTA, 1)
    assert not hall.rounds.ack(wall.client, LaneName.DELTA, 1)


def test_a_browser_too_far_behind_joins_again(hall: Hall, fold: Fold) -> None:
    wall = hall.open(CITY)
    tell(fold, reported(1))
    fold.forget()
    hall.round()
    assert [name for name, _ in wall.inbox] == ["resync"]
    wall.take()
    assert wall.view == truth(fold, Scope(CITY))[0]


@pytest.mark.parametrize(
    ("given_", "why"),
    [({"instance": "other"}, "instance"), ({"seq": 99}, "seq"), ({"frame": 99}, "frame"), ({}, "")],
)
def test_a_join_that_does_not_fit_is_told_to_join_again(
    hall: Hall, fold: Fold, given_: dict[str, Any], why: str
) -> None:
    wall = hall.open(CITY)
    where = {"scope": Scope(CITY), "instance": fold.instance, "seq": 0, "frame": 0, **given_}
    assert hall.rounds.join(wall.client, **where) == why
    assert wall.client.joined is not bool(why)


def test_a_mover_that_leaves_the_street_leaves_its_screens(hall: Hall, fold: Fold) -> None:
    street, city = hall.open(STREET), hall.open(CITY)
    move(fold, ("a", GRIDS[0], 0), ("b", GRIDS[2], 0))
    hall.round()
    for wall in (street, city):
        wall.take()
    assert [who for who, _, _ in street.movers.values()] == ["a"]
    move(fold, ("a", GRIDS[2], 60), ("b", GRIDS[0], 60))
    hall.round()
    for wall in (street, city):
        wall.take()
    assert [who for who, _, _ in street.movers.values()] == ["b"]
    assert sorted(who for who, _, _ in city.movers.values()) == ["a", "b"]
    move(fold, ("a", GRIDS[2], 120))
    hall.round()
    assert street.inbox == []  # nothing more about who is somewhere else


def test_a_beat_each_second_when_nothing_else_is_said(hall: Hall, fold: Fold) -> None:
    wall = hall.open(CITY)
    for _ in range(100):
        hall.round(0.1)
    beats = [data for name, data in wall.inbox if name == "beat"]
    assert len(beats) == 10
    assert beats[-1]["seq"] == fold.situation.seq
    assert beats[0]["at_ms"] <= 1_001_100


def test_a_street_where_nothing_happens_hears_how_far_the_city_is(hall: Hall, fold: Fold) -> None:
    wall = hall.open(OTHER_STREET)
    tell(fold, reported(1, place=place(GRIDS[0])))
    hall.round(1.1)
    ((_, delta),) = wall.inbox
    assert (delta["events"], delta["alarms"]) == ({}, {})
    wall.take()
    assert wall.seq == fold.situation.seq


def test_panels_carry_only_what_has_changed() -> None:
    fold, made = new_fold(), {"as_of_ms": 5, "panels": {"a": ["1"], "b": ["x"]}, "counts": {"red": 1}}
    painter = Painter(lambda _scope, _lang, _stage: made)
    hall = Hall(fold, painter)
    wall, blind = hall.open(CITY, panels=True), hall.open(CITY)
    painter.paint(hall.rounds.views())
    hall.round()
    ((_, first),) = wall.inbox
    assert first == {"as_of_ms": 5, "panels": {"a": ["1"], "b": ["x"]}, "counts": {"red": 1}}
    wall.take()
    painter.paint(hall.rounds.views())
    hall.round()
    assert wall.inbox == []
    made["panels"] = {"a": ["2"], "b": ["x"]}
    painter.paint(hall.rounds.views())
    hall.round()
    assert [data["panels"] for _, data in wall.inbox] == [{"a": ["2"]}]
    late = hall.open(CITY, panels=True)
    hall.round()
    assert [data["panels"] for _, data in late.inbox] == [{"a": ["2"], "b": ["x"]}]
    assert all(name == "beat" for name, _ in blind.inbox)


def test_panels_that_cannot_be_rendered_keep_their_last_picture() -> None:
    fold, broken = new_fold(), [False]

    def render(_scope: Scope, _lang: str, _stage: str) -> dict[str, Any]:
        if broken[0]:
            raise ZeroDivisionError
        return {"as_of_ms": 1, "panels": {"a": 1}}

    painter, view = Painter(render), View(Scope(CITY), "en", "1x1")
    painter.paint([view])
    broken[0] = True
    painter.paint([view])
    painting = painter.find(view)
    assert painting is not None
    assert painting.since(0) == {"as_of_ms": 1, "panels": {"a": painting.since(0)["panels"]["a"]}}  # type: ignore[index]
    painter.paint([])
    assert painter.find(view) is None
    assert fold.situation.seq == 0


def test_a_mode_change_reaches_the_scopes_below_it(hall: Hall, fold: Fold) -> None:
    walls: dict[str, Wall] = {scope: hall.open(scope) for scope in (CITY, STREET, GRIDS[0], OTHER_STREET)}
    at = datetime(2026, 11, 19, 4, tzinfo=UTC)
    tell(
        fold,
        ModeChanged(
            fact_id="mode:1", at=at, received_at=at, scope=STREET, mode=Mode.WARTIME, event_id="e", by="d",
            command_id="1",
        ),
    )  # fmt: skip
    hall.round()
    for wall in walls.values():
        wall.take()
    modes = {scope: wall.view["mode"]["mode"] for scope, wall in walls.items()}
    assert modes == {CITY: "peacetime", STREET: "wartime", GRIDS[0]: "wartime", OTHER_STREET: "peacetime"}
