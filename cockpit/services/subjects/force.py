"""力量: the roster and the grids at an instant: who is on duty, what says so, and where somebody was of late."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

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
#: of the past, with everybody on the roster: a trend over what is kept has a week of them
_INSTANTS_KEPT = 24
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

    def __init__(
        self, force_of: ForceOf, *, city: City, roster: Roster, within_s: float,
        kept_from: Callable[[], datetime | None] = lambda: datetime.min.replace(tzinfo=UTC),
        begins_at: Callable[[], datetime | None] = lambda: None,
    ) -> None:  # fmt: skip
        """`within_s`: whoever was located so lately is there. `kept_from`: since when positions are kept, None for
        never; where somebody was before that is not known. `begins_at`: the first fact that was ever kept."""
        self._force_of, self._city, self._roster, self._within_s = force_of, city, roster, within_s
        self._kept_from, self._begins_at, self.zone = kept_from, begins_at, ZoneInfo(city.tz)
        self._lock = threading.Lock()
        self._past: OrderedDict[datetime, list[Worker]] = OrderedDict()

    def workers(self, at: datetime, past: datetime | None) -> SubjectRows:
        """A row for each line of the roster, by id."""
        found = self._known(at, past)
        if not found:
            return SubjectRows.not_known(Why.NO_ROSTER)
        columns = Columns(
            code=np.array([number_of(w.entry.grid_code) for w in found], dtype=np.int64),
            on=_flags([w.on for w in found]),
            rostered=_flags([w.rostered for w in found]),
            evident=_flags([w.evident for w in found]),
            unplaced=_flags([w.unplaced for w in found]),
        )
        lost = self._unknown(found, at, past, {"on_duty_rate", "unplaced"}, "on_duty_rate", "on_duty")
        order = np.zeros(len(found))
        return SubjectRows(
            columns, order, lambda row: found[row].entry.subject_id, found.__getitem__, None, lost, self._began(past)
        )

    def grids(self, at: datetime, past: datetime | None) -> SubjectRows:
        """A row for each grid of the city, in the order of their codes."""
        codes = sorted(code for code in self._city.divisions if len(code) == _GRID)
        found = self._known(at, past)
        if not found or not codes:
            return SubjectRows.not_known(Why.NO_ROSTER if codes else Why.NO_SAMPLE)
        numbers = np.array([number_of(code) for code in codes], dtype=np.int64)
        own = _counted(numbers, [number_of(w.entry.grid_code) for w in found if w.on])
        present = _counted(numbers, [w.number for w in found if w.number])
        columns = Columns(code=numbers, staffed=own > 0, present=present > 0)

        def line(row: int) -> GridLine:
            return GridLine(codes[row], int(own[row]), int(present[row]))

        located = "grid_coverage_rate"
        lost = self._unknown(found, at, past, {located}, located, "grid_staffed_rate")
        return SubjectRows(
            columns, np.arange(len(codes), dtype=np.float64), codes.__getitem__, line, None, lost, self._began(past)
        )

    def _unknown(
        self, found: list[Worker], at: datetime, past: datetime | None, located: set[str], heard: str, counted: str
    ) -> dict[str, Why]:
        """Why single indicators are not known. `located` need positions, `heard` that anybody was heard of at all,
        `counted` positions of those who are on no plan."""
        if past is not None and not self._is_kept(at):
            needs = located | ({counted} if any(w.by is DutyBy.UNPLANNED for w in found) else set())
            return dict.fromkeys(needs, Why.NOT_KEPT)
        return {heard: Why.FEED_LOST} if self._is_silent(found) else {}

    def _began(self, past: datetime | None) -> datetime | None:
        return None if past is None else self._begins_at()

    def _is_kept(self, at: datetime) -> bool:
        kept_from = self._kept_from()
        return kept_from is not None and kept_from <= at - timedelta(seconds=self._within_s)

    def _known(self, at: datetime, past: datetime | None) -> list[Worker]:
        """What is found at an instant; an instant of the past is read once."""
        if past is None:
            return self._found(at, None)
        with self._lock:
            if at in self._past:
                self._past.move_to_end(at)
                return self._past[at]
        found = self._found(at, past)
        with self._lock:
            self._past[at] = found
            while len(self._past) > _INSTANTS_KEPT:
                self._past.popitem(last=False)
        return found

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
