"""巡查覆盖: the grids and when gridworkers visited them, day by day, as it was known at an instant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.instant import millis_of
from cockpit.domain.scope import number_of
from cockpit.services.city import City
from cockpit.services.roster import Roster
from cockpit.services.subjects.rows import Columns, SubjectRows
from cockpit.situation.period import Period
from cockpit.situation.why import Why
from cockpit.store.walked_grids import Told

_GRID = 15
#: so far what arrived may be ahead of what is told of it
_BEHIND_MS = 10 * 60_000
_HOUR = timedelta(hours=1)
#: so many hours of a period are looked at for a shift
_HOURS = 48


class Walks(Protocol):
    """`store.walked_grids.WalkedGrids`."""

    def told(self) -> Told | None: ...
    def known(self, first: int, last: int, at_ms: int) -> list[tuple[int, int, int]]: ...


@dataclass(frozen=True, slots=True)
class WalkedGrid:
    """A grid in a period: when it was last visited (on a day: when it was first), and on how many of the days."""

    code: str
    visited_at: datetime | None
    days: int


class WalkedRows:
    """Tells the grids and their visits. Safe from any thread. The grids are those of today."""

    def __init__(self, walks: Walks, newest_ms: Callable[[], int | None], *, city: City, roster: Roster) -> None:
        """`newest_ms`: when the newest fix of all arrived."""
        self._walks, self._newest_ms, self._city, self._roster = walks, newest_ms, city, roster
        self._zone = ZoneInfo(city.tz)
        self._codes = sorted(code for code in city.divisions if len(code) == _GRID)
        self._numbers = np.array([number_of(code) for code in self._codes], dtype=np.int64)

    def told(self, period: Period, at: datetime, _past: datetime | None) -> SubjectRows:
        """A row for each grid of the city, by code, with its visits from the period's first day to its last."""
        told = self._walks.told()
        if told is None:
            return SubjectRows.not_known(Why.NOT_KEPT)
        if not self._codes:
            return SubjectRows.not_known(Why.NO_SAMPLE)
        since = self._day_of(millis_of(period.since))
        first = max(since, self._day_of(told.from_ms))
        last = max(self._day_of(millis_of(period.until)), first)
        walked = np.full((len(self._codes), last - first + 1), np.nan)
        found = self._walks.known(first, last, millis_of(at))
        if found:
            days, numbers, reached = np.array(found, dtype=np.int64).T
            numbers = self._city.changes.current_numbers(numbers) if self._city.changes.told else numbers
            rows = np.minimum(np.searchsorted(self._numbers, numbers), len(self._numbers) - 1)
            here = self._numbers[rows] == numbers
            # grids that became one were visited when the first of them was
            np.fmin.at(walked, (rows[here], days[here] - first), reached[here] / 1000)
        return SubjectRows(
            Columns(code=self._numbers, walked=walked),
            np.arange(len(self._codes), dtype=np.float64),
            self._codes.__getitem__,
            lambda row: self._line(row, walked[row], period),
            begins_at=datetime.fromtimestamp(told.from_ms / 1000, UTC),
            why_in=lambda asked: self._why(asked, told, walked),
        )

    def _line(self, row: int, times: NDArray[np.float64], period: Period) -> WalkedGrid:
        moment = period.moment
        its = times[(times >= moment.day) & (times <= moment.now)]
        visited_at = datetime.fromtimestamp(float(its.max()), UTC) if len(its) else None
        return WalkedGrid(self._codes[row], visited_at, len(its))

    def _why(self, period: Period, told: Told, walked: NDArray[np.float64]) -> Why | None:
        """Why nobody can tell of this period, or of a step of it."""
        if millis_of(period.until) <= told.from_ms:
            return Why.BEFORE_DATA
        since = period.since.astimezone(self._zone)
        if (since.hour, since.minute, since.second, since.microsecond) != (0, 0, 0, 0):
            return Why.WHOLE_DAYS
        newest_ms = self._newest_ms()
        if newest_ms is not None and told.through_ms + _BEHIND_MS < min(newest_ms, millis_of(period.until)):
            return Why.CATCHING_UP
        moment = period.moment
        is_silent = not bool(np.any((walked >= moment.day) & (walked <= moment.now)))
        return Why.FEED_LOST if is_silent and self._was_waited_for(period, told) else None

    def _was_waited_for(self, period: Period, told: Told) -> bool:
        """Somebody's shift had been running for an hour: they would have been heard of."""
        shifts = {entry.shift for entry in self._city.roster.values() if entry.shift}
        began = datetime.fromtimestamp(told.from_ms / 1000, UTC)
        instant = max(period.since, period.until - _HOURS * _HOUR, began)
        while instant + _HOUR <= period.until:
            if any(self._ran(shift, instant) for shift in shifts):
                return True
            instant += _HOUR / 2
        return False

    def _ran(self, shift: str, since: datetime) -> bool:
        return all(self._roster.duty_by_plan(shift, at).on for at in (since, since + _HOUR))

    def _day_of(self, ms: int) -> int:
        its: date = datetime.fromtimestamp(ms / 1000, self._zone).date()
        return its.toordinal()
