"""领导下钻: what is known at an instant, cut down to a period, a place and a filter, as one set of columns.

Every figure, split and list of one question comes from the same columns with the same masks: so a figure is the length
of its list, and a division is the sum of what lies in it and of what lies in none of its children.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.division_change import UNCHANGED, DivisionChanges
from cockpit.domain.event import Event
from cockpit.domain.outage import Outage
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.domain.timing import Timing
from cockpit.services.city import City
from cockpit.services.data_begin import KeptSince, begins_at, earliest
from cockpit.services.houses.inhabitants import Inhabitants
from cockpit.services.past_events import PastEvents
from cockpit.services.period_columns import of_period
from cockpit.services.record_columns import Segment
from cockpit.services.splits import Durations
from cockpit.services.splits import Split as Split
from cockpit.services.subjects.asked import Subjects
from cockpit.situation.indicators import INDICATORS, Columns, Indicator, Measure, Moment, Part
from cockpit.situation.listing import Place, ended_before_today, first_places
from cockpit.situation.on_demand import OnDemand
from cockpit.situation.period import NAMES, Period, PeriodRows, child_of
from cockpit.situation.situation import Situation
from cockpit.situation.table import FREE, EventTable, Mask
from cockpit.stream.lane import millis_of

#: the part of the columns that is the fold; the others are the segments of the past, in their order
_FOLD = 0
_SOURCES = frozenset(source.value for source in Source)


class Fold(Protocol):
    """The live fold: hold `lock` while reading `situation`."""

    @property
    def lock(self) -> AbstractContextManager[object]: ...
    @property
    def situation(self) -> Situation: ...


@dataclass(frozen=True, slots=True)
class Known:
    """What was known at an instant: the rows of the fold, and the columns of what is in no fold."""

    at: datetime
    fold: PeriodRows
    #: the id in each row of the fold's table, free ones among them: `fold.place` leads here
    fold_ids: list[str]
    #: longitude and latitude of the fold's rows, NaN where none can be drawn
    fold_places: tuple[NDArray[np.float64], NDArray[np.float64]]
    segments: tuple[Segment, ...]
    timing: Timing
    rules_share: float
    #: sources that were lost then, and since when
    lost: Mapping[Source, datetime]
    #: when sources were lost, as far back as is remembered, those that are lost now among them
    outages: tuple[Outage, ...] = ()
    #: what codes of old divisions mean today
    changes: DivisionChanges = UNCHANGED
    #: before this instant nothing is known (`services.data_begin`); None where nothing ever was
    begins_at: datetime | None = None
    #: `at` where it lies in the past, None for now
    past: datetime | None = None

    def rows(self, scope: Scope, period: Period) -> PeriodRows:
        """What may count in the scope and the period, as it is known at the instant."""
        pieces = [piece for one in (scope, *self.changes.formerly(scope)) for piece in self._told_in(one, period)]
        rows = PeriodRows.joined(pieces)
        if not self.changes.told:
            return rows
        return rows.called(self.changes.current_numbers(rows.rows["code"])).within(scope)

    def _told_in(self, scope: Scope, period: Period) -> Iterator[PeriodRows]:
        """The pieces that were told with a code in the scope."""
        at, moment = millis_of(self.at), period.moment
        yield self.fold.picked(self.fold.touching(moment)).within(scope)
        since, until = int(np.floor(moment.day * 1000)), int(np.ceil(moment.now * 1000))
        for number, segment in enumerate(self.segments, _FOLD + 1):
            columns, places = of_period(segment, scope, at, since, until, share=self.rules_share)
            part = np.full(len(places), number, dtype=np.int16)
            yield PeriodRows(columns, part, places, self.rules_share)

    def seen(self, rows: PeriodRows, period: Period) -> PeriodRows:
        """The same as it stood at the period's end."""
        if period.is_open and period.until >= self.at:
            return rows
        return rows.seen_at(period.moment)

    def ids_of(self, rows: PeriodRows, which: NDArray[np.int64]) -> list[str]:
        """The public ids of some of the rows."""
        ids = [""] * len(which)
        part, place = rows.part[which], rows.place[which]
        for number in np.unique(part).tolist():
            mine = np.flatnonzero(part == number)
            taken = place[mine]
            found = (
                [self.fold_ids[i] for i in taken.tolist()]
                if number == _FOLD
                else self.segments[number - 1].event_ids(taken)
            )
            for at, event_id in zip(mine.tolist(), found, strict=True):
                ids[at] = event_id
        return ids


@dataclass(frozen=True, slots=True)
class _Told:
    """A copy of the columns of a fold as they were after so many changes."""

    table: EventTable
    changes: int
    rows: PeriodRows
    ids: list[str]
    places: tuple[NDArray[np.float64], NDArray[np.float64]]
    #: the earliest reports
    earliest: NDArray[np.float64]

    @classmethod
    def of(cls, table: EventTable, share: float) -> "_Told":
        """Copy the rows in use as they lie; `place` is their number in the table."""
        rows = table.rows.copy()
        lon, lat = (np.where(rows["drawable"], rows[name], np.nan).astype(np.float64) for name in ("lon", "lat"))

        def column(name: str) -> NDArray[Any]:
            return lon if name == "lon" else lat if name == "lat" else np.ascontiguousarray(rows[name])

        part = np.full(len(rows), _FOLD, dtype=np.int16)
        used = np.flatnonzero((rows["code"] >= 0) & (rows["state"] != FREE))
        told = PeriodRows(OnDemand(NAMES, column), part, np.arange(len(rows)), share).picked(used)
        return cls(table, table.changes, told, table.all_ids(), (lon, lat), earliest(told.rows["reported"]))


@dataclass(slots=True)
class DrillDown:
    """Answers about any division and period at any instant; safe from any thread."""

    fold: Fold
    folded: Callable[[datetime], Situation]
    past: PastEvents
    city: City
    #: what counts that is no event; None where nothing is joined that could tell it
    subjects: Subjects | None = None
    #: how many live where; None where no book is joined
    inhabitants: Inhabitants | None = None
    #: when the first fact that is kept was received; None where no journal is joined
    kept_since: KeptSince | None = None
    _newest: "_Told | None" = field(default=None, init=False, repr=False)

    @contextmanager
    def _situation(self, past: datetime | None) -> Iterator[Situation]:
        if past is not None:
            yield self.folded(past)
        else:
            with self.fold.lock:
                yield self.fold.situation

    def known(self, past: datetime | None, now: datetime, *, segments: tuple[Segment, ...] | None = None) -> Known:
        """What is known `now`, or at an instant of the past; from other columns than those that are kept if given."""
        at = past or now
        if segments is None:
            segments = self.past.segments()
        with self._situation(past) as situation:
            table = situation.table
            told = self._told(table, situation.rules.at_risk_share)
            hidden = ended_before_today(situation, at)
            timing, share = situation.timing, situation.rules.at_risk_share
            outages = _outages(situation)
            lost = {Source(f): since for f, since in situation.lost_feeds.items() if f in _SOURCES}
        gone = np.array(self.past.records.numbers_of(hidden) if hidden else [], dtype=np.int64)
        return Known(
            at=at,
            fold=told.rows,
            fold_ids=told.ids,
            fold_places=told.places,
            segments=tuple(s.without(gone) if len(gone) else s for s in segments),
            timing=timing,
            rules_share=share,
            lost=lost,
            outages=outages,
            changes=self.city.changes,
            begins_at=begins_at(told.earliest, len(told.rows), segments, past, self.kept_since),
            past=past,
        )

    def _told(self, table: EventTable, share: float) -> "_Told":
        """The fold's columns, copied once for all who ask before they change. Hold the fold's lock."""
        known = self._newest
        if known is None or known.table is not table or known.changes != table.changes or known.rows.share != share:
            known = self._newest = _Told.of(table, share)
        return known

    @property
    def zone(self) -> ZoneInfo:
        """In which days begin and hours are told."""
        return self.past.rules.zone()

    def children_of(self, scope: Scope) -> list[str]:
        """The divisions one level below, in official order."""
        return self.city.children_of(scope.in_city(self.city.code).code)

    def events(
        self, known: Known, rows: PeriodRows, places: Sequence[tuple[Place, int]], past: datetime | None
    ) -> list[Event]:
        """The events of some rows, as they were at the instant. One that left in between is read from its record."""
        found: dict[str, Event] = {}
        with self._situation(past) as situation:
            for place, row in places:
                if rows.part[row] == _FOLD and (event := situation.events.get(place.event_id)) is not None:
                    found[place.event_id] = event
        numbers = {
            int(known.segments[rows.part[row] - 1].columns["record_id"][rows.place[row]]): place.event_id
            for place, row in places
            if rows.part[row] != _FOLD
        }
        records = self.past.events(list(numbers), known.at) if numbers else {}
        found |= {numbers[number]: event for number, event in records.items()}
        return [found[place.event_id] for place, _ in places if place.event_id in found]

    def open_events(self, event_ids: Sequence[str], past: datetime | None) -> dict[str, Event]:
        """These events as the fold of the instant has them."""
        with self._situation(past) as situation:
            found = {event_id: situation.events.get(event_id) for event_id in event_ids}
        return {event_id: event for event_id, event in found.items() if event is not None}

    def find(self, known: Known, event_id: str, scope: Scope, past: datetime | None) -> Event | None:
        """One event of the scope as it was at the instant; None if nobody could know of it there and then."""
        with self._situation(past) as situation:
            event = situation.events.get(event_id)
        event = event or self.past.find(event_id, known.at)
        if event is None:
            return None
        code = event.report.place.code or self.city.code
        return event if scope.covers(code) or scope.covers(self.city.changes.current(code)) else None


def _outages(situation: Situation) -> tuple[Outage, ...]:
    """When sources were silent: what is lost now, and what came back lately."""
    over = [
        Outage(Source(turn.feed), turn.at - timedelta(seconds=turn.lost_s), turn.at)
        for turn in situation.feed_turns
        if not turn.is_lost and turn.lost_s > 0 and turn.feed in _SOURCES
    ]
    lasting = [Outage(Source(f), since, None) for f, since in situation.lost_feeds.items() if f in _SOURCES]
    return (*over, *lasting)


def first_of(
    known: Known, rows: PeriodRows, mask: Mask, *, count: int, after: Place | None = None
) -> list[tuple[Place, int]]:
    """The first `count` rows of a mask behind a place, newest report first, equal times by id."""
    picked = np.flatnonzero(mask)
    keys = np.nan_to_num(-rows.rows["reported"][picked], nan=np.inf)
    return first_places(picked, keys, partial(known.ids_of, rows), count=count, after=after)


def split(
    rows: Columns, moment: Moment, children: Sequence[str], indicators: Sequence[Indicator] = INDICATORS
) -> dict[str, Split]:
    """Every indicator over rows that lie in one division, and over each of its children, each mask counted once."""
    child = child_of(rows.rows["code"], children) if children else None
    known: dict[int, tuple[Mask, list[int]]] = {}

    def counted(mask: Mask) -> list[int]:
        # the mask is kept beside its counts, so that its place in memory means no other
        if id(mask) not in known:
            known[id(mask)] = mask, _counted(mask, child, len(children))
        return known[id(mask)][1]

    found = {}
    sorts: dict[object, Durations] = {}
    for indicator in indicators:
        if indicator.is_timed:
            # the percentiles of one duration share what costs: the sorting
            key = indicator.numerator, indicator.taken
            if key not in sorts:
                sorts[key] = Durations.of(indicator, rows, moment, child, len(children))
            found[indicator.name] = sorts[key].split(indicator.percent)
            continue
        counts = [counted(indicator.numerator(rows, moment))]
        if indicator.denominator is not None:
            counts.append(counted(indicator.denominator(rows, moment)))
        measures = [Measure(*pair) for pair in zip(*counts, strict=True)]
        whole = Measure(*(sum(column) for column in counts))
        found[indicator.name] = Split(whole, tuple(measures[:-1]), measures[-1])
    return found


def _counted(mask: Mask, child: NDArray[np.int64] | None, children: int) -> list[int]:
    """How many rows of each child, and of none of them, are in the mask."""
    if child is None:
        return [int(np.count_nonzero(mask))]
    return [int(n) for n in np.bincount(child[mask], minlength=children + 1)]


def mask_of(rows: Columns, indicator: Indicator, part: Part, moment: Moment) -> Mask:
    """The rows behind a number. KeyError for a part that a count does not have."""
    return indicator.part(part, rows, moment)
