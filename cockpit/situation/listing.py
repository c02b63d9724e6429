"""清单: the events of a situation that filters let through, from the columns as far as they tell it.

A list is ordered by newest report first, equal times by id; `Place` is where an event stands in it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.event import Event
from cockpit.domain.scope import Scope
from cockpit.domain.stage import Stage
from cockpit.situation.event_book import PickedEvents
from cockpit.situation.event_filter import AskedColour, EventFilter
from cockpit.situation.indicators import Indicator, Moment, mask_of
from cockpit.situation.situation import Situation
from cockpit.situation.table import FINISHED, OPEN, PAUSED, SOURCES, EventTable, Mask

#: longitude and latitude in the columns are single precision: so much around a box, then exactly
_BOX_MARGIN_DEG = 1e-4


class Place(NamedTuple):
    """Where an event stands in a list."""

    minus_reported_s: float
    event_id: str


def first_places(
    rows: NDArray[np.int64], keys: NDArray[np.float64], ids_of: Callable[[NDArray[np.int64]], Iterable[str]],
    *, count: int, after: Place | None = None,
) -> list[tuple[Place, int]]:  # fmt: skip
    """The first `count` of `rows` behind a place: the least key first, equal ones by id. Only ids near the border are
    asked for."""
    if after is not None:
        later = keys >= after.minus_reported_s
        rows, keys = rows[later], keys[later]
    # ties at either border stay in until the ids have spoken
    tied = int((keys == after.minus_reported_s).sum()) if after is not None else 0
    if len(keys) > count + tied:
        border = np.partition(keys, count + tied)[count + tied]
        rows, keys = rows[keys <= border], keys[keys <= border]
    told = zip(keys.tolist(), ids_of(rows), rows.tolist(), strict=True)
    places = sorted((Place(key, name), row) for key, name, row in told)
    return [(place, row) for place, row in places if after is None or place > after][:count]


def place_of(event: Event) -> Place:
    """Where this event stands."""
    return Place(-event.report.reported_at.timestamp(), event.event_id)


@dataclass(frozen=True, slots=True)
class Listed:
    """Events in no order yet; `events` is None where the columns told everything."""

    ids: list[str]
    minus_reported_s: NDArray[np.float64]
    events: PickedEvents | None

    def __len__(self) -> int:
        return len(self.ids)

    def judged(self, wanted: EventFilter, said: Callable[[Event], str]) -> "Listed":
        """Those that pass the filters which need the event itself; `said` gives its case-folded texts."""
        if self.events is None:
            return self
        tests = list(_tests(wanted, said))
        rows = [i for i, event in enumerate(self.events.glances()) if all(passes(event) for passes in tests)]
        return Listed([self.ids[i] for i in rows], self.minus_reported_s[rows], self.events.chosen(rows))

    def told(self, places: Iterable[Place]) -> dict[str, Event]:
        """The events at these places by id, of a list that was judged."""
        row_of = {event_id: row for row, event_id in enumerate(self.ids)}
        rows = [row_of[place.event_id] for place in places]
        return {} if self.events is None else {self.ids[row]: self.events[row] for row in rows}

    def first(self, count: int, *, after: Place | None = None) -> list[Place]:
        """The first `count` of the list behind a place, in order."""
        keys = self.minus_reported_s
        rows = np.arange(len(keys)) if after is None else np.flatnonzero(keys >= after.minus_reported_s)
        if len(rows) > count:
            # ties at the border stay in until the ids have spoken
            behind = keys[rows] > after.minus_reported_s if after is not None else np.ones(len(rows), dtype=bool)
            ranked = keys[rows[behind]]
            if len(ranked) > count:
                border = np.partition(ranked, count)[count]
                rows = rows[keys[rows] <= border]
        places = sorted(Place(float(keys[row]), self.ids[row]) for row in rows.tolist())
        return [place for place in places if after is None or place > after][:count]


def _tests(wanted: EventFilter, said: Callable[[Event], str]) -> Iterator[Callable[[Event], bool]]:
    """The filters that no column tells, the cheapest first."""
    stage, q = wanted.stage, wanted.q
    if stage not in (None, Stage.CLOSED):
        yield lambda event: event.stage is stage
    if wanted.category:
        yield wanted.is_of_category
    if wanted.bbox is not None:
        yield wanted.lies_within
    if q:
        yield lambda event: q in said(event)


def listed(situation: Situation, wanted: EventFilter, scope: Scope, now: datetime) -> Listed:
    """The events of the scope that may pass the filters, without those that the columns rule out."""
    rows = np.flatnonzero(_mask(situation.table, wanted, scope, now))
    ids = situation.table.ids_of(rows)
    events = situation.events.pick(ids) if _needs_events(wanted) else None
    return Listed(ids, -situation.table.rows["reported"][rows], events)


def listed_records(situation: Situation, indicator: Indicator, scope: Scope, now: datetime, *, part: str) -> Listed:
    """The events behind a number (指标反查): as many as the number says. KeyError for a part that it does not have."""
    mask = mask_of(situation, indicator, scope, now, part=part)
    rows = np.flatnonzero(mask)
    return Listed(situation.table.ids_of(rows), -situation.table.rows["reported"][rows], None)


def ended_before_today(situation: Situation, now: datetime) -> list[str]:
    """The events that ended before the local day and have not left yet: the past tells of them as well."""
    day = Moment.of(now, situation.rules.zone()).day
    return situation.table.ids(situation.table.rows["ended"] < day)


def _needs_events(wanted: EventFilter) -> bool:
    """True where a filter asks for what is in no column."""
    return bool(wanted.q or wanted.category or wanted.bbox) or wanted.stage not in (None, Stage.CLOSED)


def _mask(table: EventTable, wanted: EventFilter, scope: Scope, now: datetime) -> Mask:
    rows, mask = table.rows, table.within(scope)
    if wanted.source is not None:
        mask &= rows["source"] == SOURCES.index(wanted.source)
    for name, since, until in (
        ("reported", wanted.reported_from, wanted.reported_to), ("closed", wanted.closed_from, wanted.closed_to),
    ):  # fmt: skip
        if since is not None:
            mask &= rows[name] >= since.timestamp()
        if until is not None:
            mask &= rows[name] < until.timestamp()
    if wanted.stage is Stage.CLOSED:
        mask &= rows["state"] == FINISHED
    if wanted.bbox is not None:
        west, south, east, north = wanted.bbox
        mask &= (rows["lon"] >= west - _BOX_MARGIN_DEG) & (rows["lon"] <= east + _BOX_MARGIN_DEG)
        mask &= (rows["lat"] >= south - _BOX_MARGIN_DEG) & (rows["lat"] <= north + _BOX_MARGIN_DEG)
    return _coloured(rows, mask, wanted, now.timestamp())


def _coloured(rows: NDArray[Any], mask: Mask, wanted: EventFilter, now_s: float) -> Mask:
    if wanted.colour is None and wanted.overtime is None:
        return mask
    running = rows["state"] == OPEN
    overtime = running & (now_s > rows["overtime"])
    if wanted.overtime is not None:
        mask = mask & (overtime if wanted.overtime else ~overtime)
    if wanted.colour is None:
        return mask
    at_risk = running & (now_s >= rows["at_risk"]) & ~overtime
    paused = rows["state"] == PAUSED
    return np.asarray(
        mask
        & {
            AskedColour.GREEN: rows["state"] == FINISHED,
            AskedColour.BLUE: paused | (running & ~overtime & ~at_risk),
            AskedColour.PAUSED: paused,
            AskedColour.AT_RISK: at_risk,
            AskedColour.OVERTIME: overtime,
            AskedColour.RED: at_risk | overtime,
        }[wanted.colour]
    )
