"""力量: who is at their post and which grids somebody looks after, at an instant."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from cockpit.domain.attendance import Attendance
from cockpit.domain.scope import Scope, number_of
from cockpit.services.city import City, RosterEntry
from cockpit.services.roster import Roster
from cockpit.services.subjects.force import ForceRows
from cockpit.services.subjects.rows import SubjectRows
from cockpit.situation.indicators import BY_NAME, Part
from cockpit.situation.movers import Movers
from cockpit.situation.why import Why
from cockpit.stream.lane import millis_of
from tests.stories import GRIDS, NOON

YUHANG = City.load("yuhang")
MORNING = NOON - timedelta(hours=2)
NIGHT = NOON + timedelta(hours=11)


def city_of(*shifts: str) -> City:
    """A gridworker for each shift, w0 in the first grid, w1 in the second, …"""
    people = {f"w{n}": RosterEntry(f"w{n}", "沈某", GRIDS[n % len(GRIDS)], shift) for n, shift in enumerate(shifts)}
    return replace(YUHANG, roster=people)


def located(at: datetime, **where: str) -> Movers:
    """Gridworkers in these grids, heard of at an instant."""
    movers, names = Movers(), list(where)
    n = len(names)
    times = np.full(n, millis_of(at), dtype=np.int64)
    movers.take(
        names, ["gridworker"], np.arange(n, dtype=np.uint32), np.zeros(n, dtype=np.uint16), np.full(n, 120.0),
        np.full(n, 30.3), times, times, np.array([number_of(code) for code in where.values()], dtype=np.int64),
    )  # fmt: skip
    return movers


def said(at: datetime, **on_duty: bool) -> dict[str, Attendance]:
    return {name: Attendance(subject_id=name, on_duty=on, at=at) for name, on in on_duty.items()}


def force(city: City, attendance: Mapping[str, Attendance], movers: Movers) -> ForceRows:
    @contextmanager
    def known(_past: datetime | None) -> Iterator[tuple[Mapping[str, Attendance], Movers]]:
        yield attendance, movers

    return ForceRows(known, city=city, roster=Roster(city), within_s=900)


def listed(rows: SubjectRows, name: str, part: Part = Part.NUMERATOR) -> list[str]:
    mask = BY_NAME[name].part(part, rows, None)  # type: ignore[arg-type]  # what stands at an instant needs no period
    return [place.event_id for place, _ in rows.first_of(mask, count=9_999)]


def test_who_said_so_or_was_located_is_at_their_post_and_who_signed_off_is_not() -> None:
    city = city_of("day", "day", "day", "day", "night")
    movers = located(MORNING, w1=GRIDS[1], w2=GRIDS[2], w4=GRIDS[0])
    rows = force(city, said(MORNING, w0=True, w2=False), movers).workers(MORNING, None)
    assert listed(rows, "on_duty_rate") == ["w0", "w1"]
    assert listed(rows, "on_duty_rate", Part.DENOMINATOR) == ["w0", "w1", "w2", "w3"]
    assert listed(rows, "on_duty_rate", Part.MISSED) == ["w2", "w3"]
    # as every screen counts them: the shift alone is enough
    assert listed(rows, "on_duty") == ["w0", "w1", "w3"]
    assert listed(rows, "unplaced") == ["w0", "w3"]


def test_at_night_nobody_of_the_day_shift_is_missed() -> None:
    rows = force(city_of("day"), {}, Movers()).workers(NIGHT, None)
    assert listed(rows, "on_duty_rate", Part.DENOMINATOR) == []
    assert not rows.unknown


def test_if_nobody_at_all_was_heard_of_nobody_knows_who_is_at_their_post() -> None:
    people = force(city_of("day", "day"), {}, Movers())
    assert people.workers(MORNING, None).unknown == {"on_duty_rate": Why.FEED_LOST}
    assert people.grids(MORNING, None).unknown == {"grid_coverage_rate": Why.FEED_LOST}


def test_a_grid_is_staffed_by_its_own_and_covered_by_whoever_is_in_it() -> None:
    city = city_of("day", "night")
    rows = force(city, {}, located(MORNING, w1=GRIDS[2])).grids(MORNING, None).within(Scope("330110"))
    assert listed(rows, "grid_staffed_rate") == [GRIDS[0]]
    assert listed(rows, "grid_coverage_rate") == [GRIDS[2]]
    grids = [code for code in city.divisions if len(code) == 15]
    assert listed(rows, "grid_coverage_rate", Part.DENOMINATOR) == sorted(grids)


def test_a_position_of_long_ago_covers_nothing() -> None:
    rows = force(city_of("day"), said(MORNING, w0=True), located(MORNING - timedelta(hours=1), w0=GRIDS[0]))
    assert listed(rows.grids(MORNING, None), "grid_coverage_rate") == []
    assert listed(rows.workers(MORNING, None), "unplaced") == ["w0"]


def test_a_city_without_a_roster_knows_nobody_who_should_be_there() -> None:
    nobody = force(replace(YUHANG, roster={}), {}, Movers())
    assert nobody.workers(MORNING, None).why is nobody.grids(MORNING, None).why is Why.NO_ROSTER
