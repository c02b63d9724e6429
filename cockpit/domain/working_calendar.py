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
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

#: 08–12 and 14–18: the field's default
OFFICE_HOURS: tuple[tuple[time, time], ...] = ((time(8), time(12)), (time(14), time(18)))
#: one 工作日 is eight working hours
WORKING_DAY_S = 28_800
SATURDAY, SUNDAY = 5, 6

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = 1_000_000
_MINUTE = 60 * _MICRO
#: the years that have office hours; what a broken clock says beyond them must not cost a table of ten thousand years
_YEARS = range(1970, 2201)
_FIRST = 0
_LAST = int((datetime(_YEARS.stop, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds()) * _MICRO - 1


class NeverUsedUpError(OverflowError):
    """So many office seconds do not come before the end of all years that are counted."""


def micros_of(at: datetime) -> int:
    """Microseconds since 1970 of an aware time, exactly."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * _MICRO + since.microseconds


def instant_of(micros: int) -> datetime:
    """The aware UTC time of so many microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)


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

    `known_years` are those whose holidays are in it; in other years only the weekend rule holds, and whoever
    shows a deadline there should say so.
    """

    tz: str = "Asia/Shanghai"
    office_hours: tuple[tuple[time, time], ...] = OFFICE_HOURS
    days_off: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    #: days of the week that are off, Monday is 0
    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    known_years: frozenset[int] = frozenset()
    #: office seconds that one 工作日 stands for
    day_s: int = WORKING_DAY_S

    def __post_init__(self) -> None:
        edges = [edge for begin, end in self.office_hours for edge in (_minutes(begin), _minutes(end) or 1440)]
        if not edges or edges != sorted(set(edges)):
            raise ValueError("office hours want times that rise and do not overlap, e.g. 08:00-12:00,14:00-18:00")
        if self.day_s <= 0:
            raise ValueError("a working day wants more than no seconds")

    def is_workday(self, day: date) -> bool:
        """True if the office is open on `day`."""
        if day in self.make_up_days:
            return True
        return day.weekday() not in self.weekend and day not in self.days_off

    def with_day(self, day: date, is_workday: bool) -> "WorkingCalendar":
        """This calendar with one day decided by hand; it wins over weekends and holidays."""
        return replace(
            self,
            days_off=self.days_off - {day} if is_workday else self.days_off | {day},
            make_up_days=self.make_up_days | {day} if is_workday else self.make_up_days - {day},
        )

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
        covers = (self._micros(date(years.start, 1, 1), 0), self._micros(date(years.stop, 1, 1), 0))
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
        hours = [(_minutes(begin), _minutes(end) or 1440) for begin, end in self.office_hours]
        day, last = date(years.start, 1, 1), date(years.stop, 1, 1)
        midnight = self._micros(day, 0)
        while day < last:
            tomorrow = day + timedelta(days=1)
            next_midnight = self._micros(tomorrow, 0)
            if self.is_workday(day):
                # an ordinary day needs no look at the zone's rules for every hour
                plain = next_midnight - midnight == 1440 * _MINUTE
                for begin, end in hours:
                    opens = midnight + begin * _MINUTE if plain else self._micros(day, begin)
                    shuts = midnight + end * _MINUTE if plain else self._micros(day, end)
                    if opens < shuts:
                        yield opens, shuts
            day, midnight = tomorrow, next_midnight

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)

    def _micros(self, day: date, minutes: int) -> int:
        """µs since 1970 of a local wall time; the leap itself for a time that the clock leaves out."""
        wall = datetime(day.year, day.month, day.day, tzinfo=self._zone) + timedelta(minutes=minutes)
        later, earlier = wall.utcoffset(), wall.replace(fold=1).utcoffset()
        if later is None or earlier is None or earlier <= later:
            return micros_of(wall)
        return self._leap(micros_of(wall.replace(fold=1)), micros_of(wall))

    def _leap(self, low: int, high: int) -> int:
        """The second between two instants at which the offset changes."""
        offset = instant_of(low).astimezone(self._zone).utcoffset()
        while high - low > _MICRO:
            middle = low + (high - low) // (2 * _MICRO) * _MICRO
            if instant_of(middle).astimezone(self._zone).utcoffset() == offset:
                low = middle
            else:
                high = middle
        return high


def _minutes(at: time) -> int:
    if at.second or at.microsecond:
        raise ValueError("office hours are given in whole minutes")
    return at.hour * 60 + at.minute
