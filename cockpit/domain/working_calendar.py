"""工作日历: which seconds are office hours, and what instant lies so many of them later.

A working limit (工作时, 工作日) counts only seconds of office hours on workdays. Office hours are local times of the
city; a day is a workday by the weekend rule unless it is a day off (法定节假日) or a make-up workday (调休).
Everything is counted in whole microseconds, so that a deadline is exact and `finish == deadline` can be in time.

What the edges mean:

- Office hours are half open, `[08:00, 12:00)`; a limit that is used up at noon is due *at* 12:00, not at 14:00.
- `add(start, 0)` is `start`, wherever it lies: nothing is needed, nothing has to open first.
- From lunch, the evening, a weekend or a holiday the counting begins when the office opens next.
- Only the years 1970 to 2200 have office hours: a time outside them comes from a broken clock.
- On the night when the clocks change, an hour that the clock shows twice counts where it comes first, and one
  that it leaves out begins and ends at the leap. Real seconds are counted, not what the clock shows.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.office_hours import OFFICE_HOURS, OfficeHours, check_office_hours, minutes_of
from cockpit.domain.wall_time import MINUTE, instant_of, micros_of, wall_micros

#: one 工作日 is eight working hours
WORKING_DAY_S = 28_800
SATURDAY, SUNDAY = 5, 6

_MICRO = 1_000_000
#: the years that have office hours; what a broken clock says beyond them must not cost a table of ten thousand years
_YEARS = range(1970, 2201)
_FIRST = 0
_LAST = micros_of(datetime(_YEARS.stop, 1, 1, tzinfo=UTC)) - 1


class NeverUsedUpError(OverflowError):
    """So many office seconds do not come before the end of all years that are counted."""


@dataclass(frozen=True, slots=True)
class _Table:
    """The office intervals of some whole years, and the office time before each. Times in µs since 1970."""

    years: range
    covers: tuple[int, int]
    begins: list[int]
    ends: list[int]
    #: office time from the table's first instant to the beginning of each interval, and to its end
    before: list[int]
    after: list[int]

    def used(self, at: int) -> int:
        """Office time from the table's first instant to `at`."""
        i = bisect_right(self.begins, at) - 1
        return 0 if i < 0 else self.before[i] + min(at, self.ends[i]) - self.begins[i]


@dataclass(frozen=True, kw_only=True)
class WorkingCalendar:
    """The office hours of a city. Frozen: an edit gives another calendar.

    `known_years` are those whose holidays and make-up workdays are in it. Others follow the weekend rule and what
    is known of them, and whoever looks after the system is told.
    """

    tz: str = "Asia/Shanghai"
    office_hours: OfficeHours = OFFICE_HOURS
    days_off: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    #: days of the week that are off, Monday is 0
    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    known_years: frozenset[int] = frozenset()
    #: office seconds that one 工作日 stands for
    day_s: int = WORKING_DAY_S

    def __post_init__(self) -> None:
        check_office_hours(self.office_hours)
        if self.day_s <= 0:
            raise ValueError("a working day wants more than no seconds")

    def is_workday(self, day: date) -> bool:
        """True if the office is open on `day`."""
        if day in self.make_up_days:
            return True
        return day.weekday() not in self.weekend and day not in self.days_off

    def with_days(self, decided: Mapping[date, bool]) -> "WorkingCalendar":
        """This calendar with days decided by hand (True: a workday); they win over weekends and holidays."""
        worked = {day for day, is_workday in decided.items() if is_workday}
        free = decided.keys() - worked
        return replace(
            self,
            days_off=(self.days_off - worked) | free,
            make_up_days=(self.make_up_days - free) | worked,
        )

    def with_day(self, day: date, is_workday: bool) -> "WorkingCalendar":
        """This calendar with one day decided by hand."""
        return self.with_days({day: is_workday})

    def midnight(self, day: date) -> datetime:
        """The instant (UTC) at which a local day begins."""
        return instant_of(wall_micros(self._zone, day, 0))

    def add(self, start: datetime, working_s: float) -> datetime:
        """The earliest instant (UTC) at which `working_s` office seconds after `start` are used up.

        Raises ValueError for less than none, NeverUsedUpError if the calendar has no such instant.
        """
        need = round(working_s * _MICRO)
        if need <= 0:
            if need < 0:
                raise ValueError(f"working time runs forward, not {working_s} s")
            return start
        begin = micros_of(start)
        table = self._covering(begin, begin)
        target = table.used(begin) + need
        while target > table.after[-1]:
            grown = self._grown(table)
            target += grown.used(begin) - table.used(begin)
            table = grown
        i = bisect_left(table.after, target)
        return instant_of(table.begins[i] + target - table.before[i])

    def between(self, start: datetime, end: datetime) -> float:
        """Office seconds from `start` to `end`; negative if `end` comes first."""
        first, last = micros_of(start), micros_of(end)
        table = self._covering(min(first, last), max(first, last))
        return (table.used(last) - table.used(first)) / _MICRO

    def add_columns(self, starts: NDArray[np.int64], needs: NDArray[np.int64]) -> NDArray[np.float64]:
        """`add` for whole columns: µs since 1970 and µs of working time ≥ 0 in, seconds since 1970 out.

        NaN where `add` raises NeverUsedUpError. 100,000 take some milliseconds.
        """
        if not len(starts):
            return np.empty(0)
        table = self._covering(int(starts.min()), int(starts.max()))
        while True:
            begins, ends, before, after = (np.array(x) for x in (table.begins, table.ends, table.before, table.after))
            i = np.searchsorted(begins, starts, side="right") - 1
            target = needs + np.where(i < 0, 0, before[i] + np.minimum(starts, ends[i]) - begins[i])
            if int(target.max()) <= table.after[-1] or table.years.stop >= _YEARS.stop + 1:
                break
            table = self._grown(table)
        i = np.minimum(np.searchsorted(after, target, side="left"), len(after) - 1)
        reached = np.where(needs == 0, starts, begins[i] + target - before[i]) / _MICRO
        return np.where(target > table.after[-1], np.nan, reached)

    def _covering(self, first: int, last: int) -> _Table:
        """A table that covers both instants; kept for the next question. Any thread may ask."""
        first, last = min(max(first, _FIRST), _LAST), min(max(last, _FIRST), _LAST)
        table: _Table | None = self.__dict__.get("_table")
        if table is not None and table.covers[0] <= first and last < table.covers[1]:
            return table
        years = range(instant_of(first).year - 1, instant_of(last).year + 2)
        if table is not None:
            years = range(min(years.start, table.years.start), max(years.stop, table.years.stop))
        return self._keep(years)

    def _grown(self, table: _Table) -> _Table:
        if table.years.stop >= _YEARS.stop + 1:
            raise NeverUsedUpError(f"not enough office hours before the year {_YEARS.stop} for this limit")
        stop = table.years.stop + max(1, len(table.years) // 2)
        return self._keep(range(table.years.start, min(stop, _YEARS.stop + 1)))

    def _keep(self, years: range) -> _Table:
        table = self._table_of(years)
        self.__dict__["_table"] = table  # what is derived from a frozen value may be kept beside it
        return table

    def _table_of(self, years: range) -> _Table:
        covers = (
            wall_micros(self._zone, date(years.start, 1, 1), 0),
            wall_micros(self._zone, date(years.stop, 1, 1), 0),
        )
        # an empty interval first, so that there is one even where nobody ever works
        begins, ends, before, after, used = [covers[0]], [covers[0]], [0], [0], 0
        for begin, end in self._intervals(years):
            begins.append(begin)
            ends.append(end)
            before.append(used)
            used += end - begin
            after.append(used)
        return _Table(years, covers, begins, ends, before, after)

    def _intervals(self, years: range) -> Iterator[tuple[int, int]]:
        hours = [(minutes_of(begin), minutes_of(end) or 1440) for begin, end in self.office_hours]
        day, last = date(years.start, 1, 1), date(years.stop, 1, 1)
        midnight = wall_micros(self._zone, day, 0)
        while day < last:
            tomorrow = day + timedelta(days=1)
            next_midnight = wall_micros(self._zone, tomorrow, 0)
            if self.is_workday(day):
                # an ordinary day needs no look at the zone's rules for every hour
                plain = next_midnight - midnight == 1440 * MINUTE
                for begin, end in hours:
                    opens = midnight + begin * MINUTE if plain else wall_micros(self._zone, day, begin)
                    shuts = midnight + end * MINUTE if plain else wall_micros(self._zone, day, end)
                    if opens < shuts:
                        yield opens, shuts
            day, midnight = tomorrow, next_midnight

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)
