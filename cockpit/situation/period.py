"""时段: events as columns for the figures of a period, as they are known at an instant.

The columns have the names of `situation.table.ROW`, so the masks of the indicators take them like the fold's own.
What is known later of an event counts for the period too: what was rejected afterwards was never to be handled, and
what was closed afterwards was open then.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.category import category_span
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.situation.indicator import Moment
from cockpit.situation.on_demand import OnDemand
from cockpit.situation.table import FINISHED, OPEN, SOURCES, Mask

#: what the masks of indicators and the filters of a drill-down look at
NAMES = (
    "code", "reported", "accepted", "assigned", "handled", "closed", "deadline", "at_risk", "overtime", "state",
    "source", "category", "level", "lon", "lat",
)  # fmt: skip
_MAY_BE_LATER = ("accepted", "assigned", "handled", "closed")
_HOUR_S = 3_600
_EPOCH_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` (included) to `until`. An `until` that is now or an `as_of` is included, any other is not."""

    since: datetime
    until: datetime
    is_open: bool

    @property
    def moment(self) -> Moment:
        """What the masks of indicators take."""
        until = self.until.timestamp()
        return Moment(now=until if self.is_open else float(np.nextafter(until, -np.inf)), day=self.since.timestamp())

    def shifted(self, back: timedelta) -> "Period":
        """As long a period, so much earlier."""
        return Period(self.since - back, self.until - back, is_open=self.is_open)

    def steps(self, zone: ZoneInfo, *, most: int) -> list["Period"]:
        """The local days of this period, or groups of as many days that there are at most `most`."""
        first, last = self.since.astimezone(zone).date(), self.until.astimezone(zone).date()
        days = (last - first).days + 1
        width = -(-days // most)
        borders = [self.since]
        for n in range(width, days + width, width):
            day = first + timedelta(days=n)
            borders.append(min(datetime(day.year, day.month, day.day, tzinfo=zone), self.until))
        spans = [(a, b) for a, b in pairwise(borders) if a < b]
        if not spans:
            return [self]
        return [Period(a, b, is_open=self.is_open and b >= self.until) for a, b in spans]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a drill-down has narrowed down to; None or empty lets everything through. Weekday 0 is Monday."""

    source: Source | None = None
    category: str = ""
    weekday: int | None = None
    hour: int | None = None

    @property
    def any(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class PeriodRows:
    """Some events as columns; `part` and `place` say where each was taken from."""

    rows: Mapping[str, NDArray[Any]]
    part: NDArray[np.int16]
    place: NDArray[np.int64]
    #: after which share of its limit an event is possibly overtime
    share: float
    #: masks that were asked for before: indicators share them (`indicator_masks.shared`)
    masks: dict[object, Mask] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def joined(cls, pieces: Sequence["PeriodRows"]) -> "PeriodRows":
        """All of them below each other; there is at least one."""
        if len(pieces) == 1:
            return pieces[0]
        return cls(
            OnDemand(NAMES, lambda name: np.concatenate([p.rows[name] for p in pieces])),
            np.concatenate([p.part for p in pieces]),
            np.concatenate([p.place for p in pieces]),
            pieces[0].share,
        )

    def __len__(self) -> int:
        return len(self.part)

    def picked(self, which: NDArray[Any]) -> "PeriodRows":
        """Those of a mask or of row numbers."""
        if which.dtype == bool:
            which = np.flatnonzero(which)
            if len(which) == len(self):  # the same columns, and masks of their own
                return PeriodRows(self.rows, self.part, self.place, self.share)
        rows = OnDemand(NAMES, lambda name: self.rows[name][which])
        return PeriodRows(rows, self.part[which], self.place[which], self.share)

    def called(self, codes: NDArray[np.int64]) -> "PeriodRows":
        """The same under other codes."""
        rows = OnDemand(NAMES, lambda name: codes if name == "code" else self.rows[name])
        return PeriodRows(rows, self.part, self.place, self.share)

    def within(self, scope: Scope) -> "PeriodRows":
        """Those whose place lies in the scope."""
        if not scope.code:
            return self
        low, high = scope.span
        return self.picked((self.rows["code"] >= low) & (self.rows["code"] < high))

    def filtered(self, filters: Filters, zone: ZoneInfo) -> "PeriodRows":
        """Those that the filters let through; hour and weekday are those of the report, in local time."""
        if not filters.any:
            return self
        mask = np.ones(len(self), dtype=bool)
        if filters.source is not None:
            mask &= self.rows["source"] == SOURCES.index(filters.source)
        if filters.category:
            low, high = category_span(filters.category)
            mask &= (self.rows["category"] >= low) & (self.rows["category"] < high)
        if filters.weekday is not None or filters.hour is not None:
            weekday, hour = when_of(self.rows["reported"], zone)
            mask &= (filters.weekday is None) | (weekday == filters.weekday)
            mask &= (filters.hour is None) | (hour == filters.hour)
        return self.picked(mask)

    def touching(self, moment: Moment) -> Mask:
        """What may count in a period: reported by its end, and not over before it began."""
        r = self.rows
        begun = (r["reported"] <= moment.now) | (r["closed"] <= moment.now)
        return np.asarray(begun & ~((r["closed"] < moment.day) & (r["reported"] < moment.day)))

    def seen_at(self, moment: Moment) -> "PeriodRows":
        """The events that count in a period that ended before what is known here, as they stood at its end."""
        kept = self.picked(self.touching(moment))
        rows = OnDemand(NAMES, lambda name: kept.column_at(name, moment.now))
        return PeriodRows(rows, kept.part, kept.place, self.share)

    def column_at(self, name: str, now: float) -> NDArray[Any]:
        """One of the columns as it stood at an earlier instant."""
        r = self.rows
        if name in _MAY_BE_LATER:
            return np.where(r[name] > now, np.nan, r[name])
        if name not in ("state", "overtime", "at_risk"):
            return r[name]
        again = (r["state"] == FINISHED) & (r["closed"] > now)
        if name == "state":
            return np.where(again, OPEN, r["state"])
        running = again | (r["handled"] > now)
        # what was handled in time only waits to be checked: no clock runs against it
        checked = (r["handled"] <= now) & ~(r["handled"] > r["deadline"])
        turning = r["deadline"]
        if name == "at_risk":
            allowed = r["deadline"] - r["reported"]
            turning = np.where(allowed > 0, r["reported"] + allowed * self.share, r["deadline"])
        return np.where(checked, np.nan, np.where(running, turning, r[name]))


def when_of(reported: NDArray[np.float64], zone: ZoneInfo) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Local weekday (0 Monday) and hour of instants in seconds since 1970; −1 where there is none."""
    known = ~np.isnan(reported)
    hours = np.where(known, np.nan_to_num(reported) // _HOUR_S, 0).astype(np.int64)
    distinct, place = np.unique(hours, return_inverse=True)
    offsets = np.fromiter((_offset_s(hour, zone) for hour in distinct.tolist()), np.float64, len(distinct))
    local = np.nan_to_num(reported) + offsets[place]
    hour = (local // _HOUR_S).astype(np.int64)
    weekday = (hour // 24 + 3) % 7  # 1970 began on a Thursday
    return np.where(known, weekday, -1), np.where(known, hour % 24, -1)


def local_of(reported: NDArray[np.float64], zone: ZoneInfo) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Local day (`date.toordinal`) and hour of instants in seconds since 1970."""
    distinct, place = np.unique((reported // _HOUR_S).astype(np.int64), return_inverse=True)
    offsets = np.fromiter((_offset_s(hour, zone) for hour in distinct.tolist()), np.float64, len(distinct))
    hour = ((reported + offsets[place]) // _HOUR_S).astype(np.int64)
    return hour // 24 + _EPOCH_DAY, hour % 24


@lru_cache(maxsize=50_000)
def _offset_s(hour: int, zone: ZoneInfo) -> float:
    offset = datetime.fromtimestamp(hour * _HOUR_S, zone).utcoffset()
    return offset.total_seconds() if offset else 0.0


def spans_of(codes: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The range of numbers of each division."""
    for code in codes:
        yield Scope(code).span


def child_of(codes: NDArray[np.int64], children: Sequence[str]) -> NDArray[np.int64]:
    """Which of the children (in numeric order) each place lies in; `len(children)` for one that lies in none."""
    if not children:
        return np.zeros(len(codes), dtype=np.int64)
    spans = np.array(list(spans_of(children)), dtype=np.int64)
    at = np.searchsorted(spans[:, 0], codes, side="right") - 1
    inside = (at >= 0) & (codes < spans[np.maximum(at, 0), 1])
    return np.where(inside, at, len(children))
