"""口径底账: a small hand-made city whose facts take every branch of the rules of all indicators, for pinned figures.

Change nothing here without need: each figure of `laws/indicator_versions.toml` is counted over it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from cockpit.domain.act import ActKind
from cockpit.domain.alarm import AlarmActKind
from cockpit.domain.assignment import Assignment, GivenLimit
from cockpit.domain.attendance import Attendance
from cockpit.domain.device import Device, Window
from cockpit.domain.device_group import GroupRule
from cockpit.domain.facts import AlarmCleared, EventReported, Fact, StageEntered
from cockpit.domain.instant import millis_of
from cockpit.domain.level import Level
from cockpit.domain.limit import Limit, LimitUnit
from cockpit.domain.plausibility import UNDRAWABLE
from cockpit.domain.scope import number_of
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.services.alarm_kinds import load_alarm_kinds
from cockpit.services.city import City, RosterEntry
from cockpit.services.drill_down import DrillDown
from cockpit.services.group_rules import GroupRules
from cockpit.services.houses.dwellings import Checked, Dwellings
from cockpit.services.houses.inhabitants import Inhabitants
from cockpit.services.past_raisings import PastRaisings
from cockpit.services.roster import Roster
from cockpit.services.subjects.alarms import AlarmRows
from cockpit.services.subjects.asked import Subjects
from cockpit.services.subjects.device_records import DeviceRecords
from cockpit.services.subjects.force import ForceRows
from cockpit.services.subjects.fresh_rules import FreshRules
from cockpit.services.subjects.handovers import HandoverRows
from cockpit.services.subjects.records import RecordRows
from cockpit.services.subjects.walked import WalkedRows
from cockpit.situation.movers import Movers
from cockpit.situation.situation import Situation
from cockpit.store.raisings import AlarmRaisings
from cockpit.store.walked_grids import Told
from tests.laws.test_drill_down import Fold
from tests.services.test_past_events import House, record
from tests.stories import GRIDS, NOON, acted, alarm, alarm_acted, entered, minutes, place, report

_DAY = timedelta(days=1)
_MIDNIGHT = NOON - timedelta(hours=12)
_STAGES = {
    "A": Stage.ACCEPTED, "S": Stage.ASSIGNED, "H": Stage.HANDLING, "F": Stage.FED_BACK, "C": Stage.CLOSED,
    "E": Stage.EVALUATED, "R": Stage.REJECTED, "V": Stage.VOIDED, "T": Stage.RETURNED, "X": Stage.ESCALATED,
    "P": Stage.SUSPENDED, "U": Stage.RESUMED, "W": Stage.REWORK, "O": Stage.REOPENED,
}  # fmt: skip

#: number, reported, due (minutes to noon; local midnight is -720), its steps, and what else is told of it
EVENTS: tuple[tuple[int, float, float | None, str, dict[str, Any]], ...] = (
    # reported on the borders of the day; due now and a moment ago
    (1, -720, 0, "", {}),
    (2, -720.01, -0.01, "", {}),
    (3, 0, 60, "", {}),
    (4, 1, 60, "", {}),
    (5, -3000, None, "", {}),
    # accepted within 15 minutes and a moment later; handled at the deadline and a moment later
    (6, -100, -50, "A-85 S-80 H-70 F-50 C-40", {}),
    (7, -100, -50, "A-84.99 S-80 H-70 F-49.99 C-40", {}),
    (8, -100, None, "A-95 S-80 F-60 C-20 E-10", {}),
    (9, -100, -10, "A-95 S-80 F-60", {}),
    (10, -100, -70, "A-95 S-80 F-60", {}),
    # assigned and late, assigned and in time, at risk now and not yet
    (11, -300, -30, "A-295 S-290", {}),
    (12, -300, 900, "A-295 S-290 H-280", {}),
    (13, -80, 20, "A-79 S-78", {}),
    (14, -80, 20.01, "A-79 S-78", {}),
    (15, -80, -10, "A-79", {}),
    # never the city's work, though accepted or handled
    (16, -90, None, "A-85 V-80", {}),
    (17, -90, -10, "R-80", {}),
    (18, -90, 900, "A-88 S-85", {}),
    # suspended, resumed, done again, opened again, sent back and up
    (19, -200, -100, "A-190 S-180 P-150", {}),
    (20, -200, -100, "A-190 S-180 P-150 U-50", {}),
    (21, -200, -100, "A-190 S-180 F-150 W-120", {}),
    (22, -200, 500, "A-190 S-180 F-150 C-140 O-120", {}),
    (23, -200, 500, "A-190 S-180 T-150", {}),
    (24, -200, 500, "A-190 S-180:street X-150:county", {}),
    # over the border of the day: what ended yesterday, and what ends with it
    (25, -900, -750, "A-890 S-880 F-740 C-720.01", {}),
    (26, -900, -750, "A-890 S-880 F-760 C-720", {}),
    (27, -900, None, "A-720 S-719 F-718 C-717", {}),
    (28, -900, None, "A-720.01 S-719 F-718 C-717", {}),
    (29, -4000, -3000, "A-3990 S-3900 F-2900 C-2800", {}),
    (30, -4000, -100, "A-3990 S-3900 F-2900 C-60", {}),
    # a step that is told before the one that it follows
    (31, -100, None, "A-110 S-95 F-90 C-85", {}),
    # handed on over one border and over three, down and up
    (32, -400, None, "A-390 S-380:city", {"source": Source.DEPARTMENT}),
    (33, -400, None, "A-390 S-380:city T-300 S-200:county", {}),
    (34, -400, None, "A-390 S-380:street", {}),
    (35, -400, None, "A-390 S-380:community", {}),
    (36, -1400, None, "A-1390 S-1380:city T-1300:community S-1200:street", {}),
    (37, -700, None, "A-690 S-680:community X-600:city", {}),
    (38, -2000, None, "A-1990 S-1980:county", {}),
    # one place: three of one kind, two of another kind, in another grid, of no kind, without a point
    *((n, -n, None, "", {"category": "event.01.10", "place": place(GRIDS[1])}) for n in (41, 42, 43)),
    *((n, -n, None, "", {"category": "part.01", "place": place(GRIDS[1])}) for n in (44, 45)),
    *((n, -n, None, "", {"category": "event.01.10", "place": place(GRIDS[2])}) for n in (46, 47)),
    (48, -48, None, "", {"category": "event.01.10", "place": place(GRIDS[2], lon=120.0006)}),
    *((n, -n, None, "", {"place": place(GRIDS[3])}) for n in (49, 50, 51)),
    *((n, -n, None, "", {"category": "event.01.10", "place": place("330110", lon=None, lat=None)}) for n in (52, 53)),
    (54, -54, None, "", {"place": place(GRIDS[3], flags=tuple(sorted(UNDRAWABLE))[:1])}),
    (55, -900, None, "A-890 S-880 F-740 C-30", {"place": place(GRIDS[3], lon=None, lat=None)}),
    (56, -900, None, "A-890 S-880 F-760 C-750", {"place": place(GRIDS[3], lon=None, lat=None)}),
    # one cell, its corners: as wide as it is and no wider
    (57, -57, None, "", {"category": "part.01", "place": place(GRIDS[0], lat=30.3001)}),
    (58, -58, None, "", {"category": "part.01", "place": place(GRIDS[0], lat=30.3001)}),
    (59, -59, None, "", {"category": "part.01", "place": place(GRIDS[0], lon=120.00035, lat=30.30045)}),
    # handled and closed, and then found to be another one; handled in time, and at risk the midnight before
    (71, -100, None, "A-95 S-80 F-60", {}),
    (72, -100, None, "A-95 S-80 F-60 C-50", {}),
    (73, -900, -710, "A-890 S-880 F-715", {}),
    # every source
    *((80 + n, -60, 30, "A-50", {"source": source}) for n, source in enumerate(Source)),
)
#: cases of a table, as `tests.services.test_past_events.record` takes them; closed: minutes after the report
TABLE: tuple[tuple[int, float, int | None, int | None, str], ...] = (
    (1001, -10_000, 500, 400, GRIDS[0]),
    (1002, -3_500, 60, 600, GRIDS[1]),
    (1003, -900, 100, 300, GRIDS[2]),
    (1004, -600, None, 500, ""),
    (1005, -300, 100, 1_000, GRIDS[3]),
    (1006, -300, None, 2_000, GRIDS[3]),
)


def _facts() -> Iterator[Fact]:
    for number, at, due, steps, more in EVENTS:
        reported_at = NOON + minutes(at)
        told = report(
            number, reported_at=reported_at, **{"due_at": None if due is None else NOON + minutes(due), **more}
        )  # fmt: skip
        yield EventReported(fact_id=f"event:{number}", at=reported_at, received_at=reported_at, report=told)
        for text in steps.split():
            when, _, level = text[1:].partition(":")
            at_level = {"level": Level(level)} if level else {}
            yield entered(number, _STAGES[text[0]], NOON + minutes(float(when)), **at_level)
    for number in (18, 71, 72):
        yield acted(number, ActKind.MERGED, NOON - minutes(40), other_id="hotline_12345:12")
    yield from _timed_here()


def _timed_here() -> Iterator[StageEntered]:
    """One that a limit of ours is late for, and one that it is not."""
    for number, hours in ((5, 1.0), (3, 4.0)):
        given = Assignment(given=GivenLimit(limit=Limit(hours, LimitUnit.URGENT_HOUR)))
        yield entered(number, Stage.ASSIGNED, NOON - minutes(90) if number == 5 else NOON, assignment=given,
                      account="a", command_id=f"c{number}")  # fmt: skip


def _alarms() -> Iterator[Fact]:
    """Raised on the borders of the day; acted on at the limit and later, false, an event, ended by the device."""
    for number, at in enumerate((-720, -720.01, 0, -500, -300, -200, -100, -90, -10, -80, -5000)):
        yield alarm(number, NOON + minutes(at), place=place(GRIDS[number % 4]))
    for number, kind, at, about in (
        (3, AlarmActKind.ACKNOWLEDGED, -485, -500), (4, AlarmActKind.ACKNOWLEDGED, -284.99, -300),
        (5, AlarmActKind.JUDGED_FALSE, -195, -200), (1, AlarmActKind.CLEARED, -719, -720.01),
    ):  # fmt: skip
        yield alarm_acted(number, kind, NOON + minutes(at), NOON + minutes(about))
    yield alarm_acted(6, AlarmActKind.PROMOTED, NOON - minutes(95), NOON - minutes(100))
    yield alarm(7, NOON - minutes(80), AlarmCleared, place=place(GRIDS[3]))
    yield alarm(9, NOON - minutes(10), AlarmCleared, place=place(GRIDS[1]))
    yield alarm(7, NOON - minutes(20), place=place(GRIDS[3]))


def small_city() -> City:
    """Grids of 余杭 and what they lie in, with a roster of two shifts and of people on none."""
    whole = City.load("yuhang")
    kept = {code for grid in GRIDS for code in (grid, grid[:12], grid[:9], grid[:6])}
    divisions = {code: division for code, division in whole.divisions.items() if code in kept}
    below: dict[str, list[str]] = {}
    for code in sorted(divisions):
        below.setdefault(code[: max(len(code) - 3, 0)], []).append(code)
    shifts = ("day", "day", "day", "night", "", "", "day", "night")
    roster = {
        f"w{n}": RosterEntry(f"w{n}", "沈某", GRIDS[0] if n in (0, 7) else GRIDS[n % 3], shift)
        for n, shift in enumerate(shifts)
    }
    config = {**whole.config, "shifts": {"day": "08:00-18:00", "night": "20:00-06:00"}}
    return replace(whole, divisions=divisions, _children=below, roster=roster, config=config)


def _force(past: datetime | None) -> tuple[Mapping[str, Attendance], Movers]:
    at = past or NOON
    marks = {
        name: Attendance(subject_id=name, on_duty=on, at=at - minutes(ago))
        for name, on, ago in (("w0", True, 60), ("w2", False, 60), ("w3", True, 30), ("w7", True, 60 * 24 * 9))
    }
    movers = Movers()
    where = {"w1": (GRIDS[1], 15.0), "w2": (GRIDS[2], 1.0), "w4": (GRIDS[1], 14.0), "w5": (GRIDS[3], 15.01),
             "w6": (GRIDS[3], 16.0)}  # fmt: skip
    times = np.array([millis_of(at - minutes(ago)) for _, ago in where.values()], dtype=np.int64)
    n = len(where)
    movers.take(
        list(where), ["gridworker"], np.arange(n, dtype=np.uint32), np.zeros(n, dtype=np.uint16), np.full(n, 120.0),
        np.full(n, 30.3), times, times, np.array([number_of(code) for code, _ in where.values()], dtype=np.int64),
    )  # fmt: skip
    return marks, movers


class _Doors:
    """Checked at the limit of 180 days, a moment before it and never."""

    def checked(self, until: datetime, known_at: datetime) -> Checked:
        assert until <= known_at
        ages = (timedelta(0), 180 * _DAY, 180 * _DAY + minutes(1), 400 * _DAY)
        at_ms = np.array([*(millis_of(until - age) for age in ages), 0], dtype=np.int64)
        numbers = np.array([number_of(GRIDS[n % 4]) for n in range(len(at_ms))], dtype=np.int64)
        return Checked(numbers, at_ms, lambda row: f"door-{row}")

    def dwellings(self) -> Dwellings:
        return Dwellings.told([(GRIDS[0], 120.0, 30.3, 2, 400), (GRIDS[2], 120.0, 30.3, 1, 350)])


class _Heard:
    """Devices of a minute each, heard of in time, late, lost and never; one has an interval of its own."""

    _AGO_S: Mapping[str, float] = {"d0": 10, "d1": 120, "d2": 120.1, "d3": 4_000, "d5": 4_000, "d6": 5_000}

    def heard_at(self) -> Mapping[str, datetime]:
        return self.heard_until(NOON, known_at=NOON)

    def heard_until(self, at: datetime, *, known_at: datetime) -> Mapping[str, datetime]:
        assert at <= known_at
        return {name: at - timedelta(seconds=ago) for name, ago in self._AGO_S.items()}

    def begins_at(self) -> datetime | None:
        return NOON - 90 * _DAY

    @staticmethod
    def devices() -> dict[str, Device]:
        repaired = (Window(NOON - 30 * _DAY, NOON + _DAY),)
        made = [Device(device_id=f"d{n}", kind="smoke", place=place(GRIDS[n % 4])) for n in range(6)]
        made[3] = replace(made[3], maintenance=repaired)
        made[5] = replace(made[5], interval_s=3_600.0)
        return {device.device_id: device for device in made}


class _Walks:
    """Visits at midnight, in the morning, after now, and on a day before."""

    def told(self) -> Told | None:
        return Told(millis_of(NOON - 30 * _DAY), millis_of(NOON))

    def known(self, first: int, last: int, at_ms: int) -> list[tuple[int, int, int]]:
        day = date(2026, 11, 19).toordinal()
        visits = ((0, 0, GRIDS[0]), (0, 9 * 60, GRIDS[1]), (0, 12 * 60 + 1, GRIDS[2]), (2, 600, GRIDS[2]))
        found = [
            (day - back, number_of(grid), millis_of(_MIDNIGHT - back * _DAY + minutes(at))) for back, at, grid in visits
        ]
        return [row for row in found if first <= row[0] <= last and row[2] <= at_ms]


def golden_drill() -> tuple[DrillDown, House]:
    """The drill-down over all of it, as the program joins it. Dispose of the house's engine."""
    house, city = House(), small_city()
    house.bring([
        record(number, {
            "reported_at": NOON + minutes(at), "due": due, "closed": closed, "source": Source.HOTLINE_12345,
            "title": "井盖缺失", "category": "event.01.10", "category_text": "", "code": code, "lon": 120.0,
        })
        for number, at, due, closed, code in TABLE
    ])  # fmt: skip
    facts: Sequence[Fact] = sorted((*_facts(), *_alarms()), key=lambda fact: fact.at)
    fold = Fold(*facts)

    @contextmanager
    def situation_of(_past: datetime | None) -> Iterator[Situation]:
        yield fold.situation

    @contextmanager
    def force_of(past: datetime | None) -> Iterator[tuple[Mapping[str, Attendance], Movers]]:
        yield _force(past)

    began = NOON - 90 * _DAY
    alarms = AlarmRows(situation_of, PastRaisings(AlarmRaisings(house.engine)), lambda: began, within_s=900)
    force = ForceRows(force_of, city=city, roster=Roster(city), within_s=900, kept_from=lambda: began)
    heard = DeviceRecords(
        _Heard.devices, _Heard(), load_alarm_kinds(), GroupRules(GroupRule(interval_s=60)), kept_every_s=60
    )  # fmt: skip
    records = RecordRows(_Doors(), heard, FreshRules())
    walked = WalkedRows(_Walks(), lambda: millis_of(NOON), city=city, roster=Roster(city))
    subjects = Subjects.joined(alarms, force, records, HandoverRows(situation_of), walked)
    drill = DrillDown(fold, lambda _at: fold.situation, house.past, city, subjects, Inhabitants(_Doors()))
    return drill, house
