"""力量: the roster and the grids at an instant: who is on duty, what says so, and where somebody was of late."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.attendance import Attendance
from cockpit.domain.scope import number_of
from cockpit.domain.shift import Duty, DutyBy
from cockpit.services.city import City, RosterEntry
from cockpit.services.roster import Roster
from cockpit.services.subjects.rows import Columns, SubjectRows
from cockpit.situation.movers import Movers
from cockpit.situation.why import Why

_GRID = 15
#: an instant of the past or None for now → marks of attendance and where everybody is, held while they are read
ForceOf = Callable[[datetime | None], AbstractContextManager[tuple[Mapping[str, Attendance], Movers]]]


@dataclass(frozen=True, slots=True)
class Worker:
    """A line of the roster at an instant."""

    entry: RosterEntry
    on: bool
    by: DutyBy
    #: their shift runs
    rostered: bool
    #: they said so themselves, or were located of late
    evident: bool
    unplaced: bool
    located_at: datetime | None
    #: the grid or division that they were located in of late
    number: int


@dataclass(frozen=True, slots=True)
class GridLine:
    """A grid at an instant, with how many of its own are on duty and how many were located in it of late."""

    code: str
    on_duty: int
    present: int


class ForceRows:
    """Tells the roster and the grids. Safe from any thread. The roster and its shifts are those of today."""

    def __init__(self, force_of: ForceOf, *, city: City, roster: Roster, within_s: float) -> None:
        """`within_s`: whoever was located so lately is there."""
        self._force_of, self._city, self._roster, self._within_s = force_of, city, roster, within_s

    def workers(self, at: datetime, past: datetime | None) -> SubjectRows:
        """A row for each line of the roster, by id."""
        found = self._found(at, past)
        if not found:
            return SubjectRows.not_known(Why.NO_ROSTER)
        columns = Columns(
            code=np.array([number_of(w.entry.grid_code) for w in found], dtype=np.int64),
            on=_flags([w.on for w in found]),
            rostered=_flags([w.rostered for w in found]),
            evident=_flags([w.evident for w in found]),
            unplaced=_flags([w.unplaced for w in found]),
        )
        lost = {"on_duty_rate": Why.FEED_LOST} if self._is_silent(found) else {}
        order = np.zeros(len(found))
        return SubjectRows(columns, order, lambda row: found[row].entry.subject_id, found.__getitem__, None, lost)

    def grids(self, at: datetime, past: datetime | None) -> SubjectRows:
        """A row for each grid of the city, in the order of their codes."""
        codes = sorted(code for code in self._city.divisions if len(code) == _GRID)
        found = self._found(at, past)
        if not found or not codes:
            return SubjectRows.not_known(Why.NO_ROSTER if codes else Why.NO_SAMPLE)
        numbers = np.array([number_of(code) for code in codes], dtype=np.int64)
        own = _counted(numbers, [number_of(w.entry.grid_code) for w in found if w.on])
        present = _counted(numbers, [w.number for w in found if w.number])
        columns = Columns(code=numbers, staffed=own > 0, present=present > 0)

        def line(row: int) -> GridLine:
            return GridLine(codes[row], int(own[row]), int(present[row]))

        lost = {"grid_coverage_rate": Why.FEED_LOST} if self._is_silent(found) else {}
        return SubjectRows(columns, np.arange(len(codes), dtype=np.float64), codes.__getitem__, line, None, lost)

    def _found(self, at: datetime, past: datetime | None) -> list[Worker]:
        oldest_ms = (at.timestamp() - self._within_s) * 1000
        plans: dict[str, Duty] = {}
        with self._force_of(past) as (attendance, movers):
            return [
                self._worker(entry, attendance.get(entry.subject_id), movers, plans, at, oldest_ms)
                for entry in sorted(self._city.roster.values(), key=lambda entry: entry.subject_id)
            ]

    def _worker(
        self, entry: RosterEntry, mark: Attendance | None, movers: Movers, plans: dict[str, Duty], at: datetime,
        oldest_ms: float,
    ) -> Worker:  # fmt: skip
        """On duty is who said so, else whose shift runs, else, on no plan, who was located of late."""
        if entry.shift not in plans:
            plans[entry.shift] = self._roster.duty_by_plan(entry.shift, at)
        plan = plans[entry.shift]
        said = mark.is_on_duty(at) if mark is not None else None
        row = movers.find_row(entry.subject_id)
        drawn = row is not None and bool(movers.rows["drawn"][row])
        at_ms = int(movers.rows["at_ms"][row]) if drawn else 0
        located = at_ms >= oldest_ms
        is_planned = plan.by is DutyBy.SHIFT
        on = said if said is not None else plan.on if is_planned else located
        waited = said if said is not None else plan.on
        return Worker(
            entry=entry,
            on=on,
            by=DutyBy.ATTENDANCE if said is not None else plan.by,
            rostered=is_planned and plan.on,
            evident=said if said is not None else located,
            unplaced=waited and not located,
            located_at=datetime.fromtimestamp(at_ms / 1000, UTC) if at_ms else None,
            number=int(movers.rows["code"][row]) if located and row is not None else 0,
        )

    @staticmethod
    def _is_silent(found: list[Worker]) -> bool:
        """Somebody should be there, and nobody in the whole city was located of late: then nothing is known."""
        return any(w.rostered for w in found) and not any(w.number or w.by is DutyBy.ATTENDANCE for w in found)


def _flags(values: list[bool]) -> NDArray[np.bool_]:
    return np.array(values, dtype=np.bool_)


def _counted(codes: NDArray[np.int64], numbers: list[int]) -> NDArray[np.int64]:
    """How many of the numbers each of the ascending codes has."""
    asked = np.array(numbers, dtype=np.int64)
    at = np.minimum(np.searchsorted(codes, asked), len(codes) - 1)
    return np.bincount(at[codes[at] == asked], minlength=len(codes))
