"""回溯: puts the imported events of an instant beside those that the facts of then tell of, without reading each.

The columns make the rows of every figure; an event itself is read from its record when somebody looks at it.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.event import Event, Place, Report, Step, event_of
from cockpit.domain.overtime import clocked
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.services.record_columns import NEVER, Segment
from cockpit.services.recording import instant_of
from cockpit.situation.event_book import EventsById, Held, PickedEvents
from cockpit.situation.situation import Happening, Situation
from cockpit.situation.table import EventTable, Mask
from cockpit.stream.lane import millis_of

#: as many days back as the fold keeps counts of
_DAYS = 9
_RATE_DAYS = 7
_HOUR_MS = 3_600_000
_READ_AT_ONCE = 5_000

T = TypeVar("T")
#: reads the events of these records as they were at the instant, by record
Load = Callable[[Sequence[int]], dict[int, Event]]


class RewoundEvents(EventsById):
    """Events of which some are still only records; whoever looks for one reads it."""

    def __init__(self, folded: dict[str, Event], waiting: dict[str, int], load: Load) -> None:
        super().__init__(folded)
        self._waiting, self._load = waiting, load

    def pick(self, event_ids: Iterable[str]) -> PickedEvents:
        """The events of these ids, read at once."""
        wanted = list(event_ids)
        self._read([i for i in wanted if i in self._waiting])
        return super().pick(wanted)

    def __missing__(self, event_id: str) -> Event:
        self._read([event_id] if event_id in self._waiting else [])
        if not super().__contains__(event_id):
            raise KeyError(event_id)
        return super().__getitem__(event_id)

    @overload
    def get(self, key: str, default: None = None, /) -> Event | None: ...
    @overload
    def get(self, key: str, default: T, /) -> Event | T: ...
    def get(self, key: str, default: Any = None, /) -> Any:
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, event_id: object) -> bool:
        return super().__contains__(event_id) or event_id in self._waiting

    def __len__(self) -> int:
        return super().__len__() + len(self._waiting)

    def __iter__(self) -> Iterator[str]:
        yield from super().__iter__()
        yield from tuple(self._waiting)

    def held(self) -> Iterable[tuple[str, Held]]:
        """Every event. Those that are read for this are not kept: a map draws a hundred thousand once."""
        yield from super().held()
        waiting = list(self._waiting.values())
        for start in range(0, len(waiting), _READ_AT_ONCE):
            for event in self._load(waiting[start : start + _READ_AT_ONCE]).values():
                yield event.event_id, event

    def _read(self, event_ids: Sequence[str]) -> None:
        if not event_ids:
            return
        records = {self._waiting[i]: i for i in event_ids}
        found = self._load(list(records))
        for record_id, event_id in records.items():
            if record_id in found:
                self[event_id] = found[record_id]
            self._waiting.pop(event_id, None)


@dataclass(frozen=True, slots=True)
class _Days:
    """Local midnights before an instant, the oldest first, in milliseconds; the last one begins its own day."""

    at: int
    midnights: NDArray[np.int64]
    names: list[str]

    @classmethod
    def of(cls, as_of: datetime, situation: Situation) -> "_Days":
        zone = situation.rules.zone()
        today = as_of.astimezone(zone).date()
        days = [today - timedelta(days=d) for d in range(_DAYS, -1, -1)]
        midnights = [millis_of(datetime(d.year, d.month, d.day, tzinfo=zone)) for d in days]
        return cls(millis_of(as_of), np.array(midnights, dtype=np.int64), [d.isoformat() for d in days])


def rewound(folded: Situation, segments: Sequence[Segment], as_of: datetime, load: Load) -> Situation:
    """The situation of an instant with the imported events that were open then or had ended on its day."""
    days = _Days.of(as_of, folded)
    brought = [(s, np.flatnonzero(_brought(s, days.at))) for s in segments]
    situation = Situation(
        rules=folded.rules,
        seq=folded.seq,
        position=folded.position,
        orphans=folded.orphans,
        orphan_acts=folded.orphan_acts,
        alarms=folded.alarms,
        rang_before=folded.rang_before,
        orders=folded.orders,
        alarm_ledger=folded.alarm_ledger,
        past_alarms=folded.past_alarms,
        modes=folded.modes,
        lost_feeds=folded.lost_feeds,
        feed_turns=folded.feed_turns,
        hours=Counter(folded.hours),
        arrived=dict(folded.arrived),
        past_days=dict(folded.past_days),
        happenings=deque(folded.happenings, maxlen=folded.happenings.maxlen),
        refusals=folded.refusals,
        day=folded.day,
        calendar_days=folded.calendar_days,
        plots=folded.plots,
    )
    situation.alarm_groups = folded.alarm_groups
    situation.timing, situation.links, situation.handovers = folded.timing, folded.links, folded.handovers
    ids = [segment.event_ids(rows) for segment, rows in brought]
    waiting = {
        event_id: number
        for (segment, rows), its_ids in zip(brought, ids, strict=True)
        for event_id, number in zip(its_ids, segment.columns["record_id"][rows].tolist(), strict=True)
        if event_id not in folded.events
    }
    situation.events = RewoundEvents(folded.events, waiting, load)
    templates = _templates(situation)
    table = folded.table
    for (segment, rows), its_ids in zip(brought, ids, strict=True):
        fresh = np.fromiter((i in waiting for i in its_ids), dtype=bool, count=len(its_ids))
        made = _rows(segment, rows[fresh], days.at, templates, situation)
        table = table.extended(made, [i for i, new in zip(its_ids, fresh.tolist(), strict=True) if new])
    situation.table = table
    for segment, rows in brought:
        _count_hours(situation, segment, days)
        _count_rates(situation, segment, days)
        _tell(situation, segment, rows, days)
    situation.happenings = deque(sorted(situation.happenings), maxlen=situation.happenings.maxlen)
    return situation


def _brought(segment: Segment, at: int) -> Mask:
    """What a table brought, no fact of then tells of, and is not past yet."""
    c = segment.columns
    happened = (c["reported"] <= at) | (c["ended"] <= at)
    return segment.alive & (c["free_until"] > at) & happened & (c["settled"] > at)


def _templates(situation: Situation) -> NDArray[Any]:
    """A table's row of an open and of a finished event of each source, of which nothing but its report is known."""
    table = EventTable()
    at = instant_of(0)
    for source in Source:
        report = Report(event_id=f"{source.value}:open", source=source, title="", reported_at=at, place=Place())
        closing = (Step(stage=Stage.CLOSED, at=at, fact_id="closed"),)
        for event in (event_of(report), event_of(_named(report, f"{source.value}:closed"), closing)):
            table.put(event, clocked(event, situation.timing), city_code=situation.rules.city_code)
    return table.rows.copy()


def _named(report: Report, event_id: str) -> Report:
    return Report(event_id=event_id, source=report.source, title="", reported_at=report.reported_at, place=report.place)


def _rows(
    segment: Segment, picked: NDArray[np.int64], at: int, templates: NDArray[Any], situation: Situation
) -> NDArray[Any]:
    c = {name: values[picked] for name, values in segment.columns.items()}
    over = segment.finished(at)[picked]
    rows = templates[2 * c["source"].astype(np.int64) + over]
    rows["code"] = c["code"]
    rows["reported"] = c["reported"] / 1000
    rows["closed"] = rows["handled"] = rows["ended"] = np.where(over, c["closed"] / 1000, np.nan)
    rows["deadline"] = np.where(c["due"] == NEVER, np.nan, c["due"] / 1000)
    at_risk = segment.at_risk_from(situation.timing.at_risk_share)[picked] / 1000
    rows["overtime"] = np.where(over, np.nan, rows["deadline"])
    rows["at_risk"] = np.where(over | np.isinf(at_risk), np.nan, at_risk)
    rows["lon"], rows["lat"] = c["lon"], c["lat"]
    rows["category"] = segment.category_numbers(picked)
    rows["drawable"] = c["drawable"] & ~np.isnan(c["lon"])
    return rows


def _count_hours(situation: Situation, segment: Segment, days: _Days) -> None:
    """Reports per hour and community, and which days are known from end to end."""
    c = segment.columns
    which = segment.alive & (c["free_until"] > days.at)
    which &= (c["reported"] >= days.midnights[0]) & (c["reported"] <= days.at)
    if not which.any():
        return
    reported = c["reported"][which]
    pairs = np.stack((c["code"][which] // 1000, reported // _HOUR_MS))
    distinct, counts = np.unique(pairs, axis=1, return_counts=True)
    for (community, hour), n in zip(distinct.T.tolist(), counts.tolist(), strict=True):
        situation.hours[_bucket(community), hour] += n
    day_of = np.searchsorted(days.midnights, reported, side="right") - 1
    for day in np.unique(day_of).tolist():
        newest = instant_of(int(reported[day_of == day].max()))
        name = days.names[day]
        situation.arrived[name] = max(situation.arrived.get(name, newest), newest)


def _count_rates(situation: Situation, segment: Segment, days: _Days) -> None:
    """What ended on the seven days before, and how much of it in time."""
    c = segment.columns
    which = segment.alive & (c["free_until"] > days.at) & (c["settled"] <= days.at)
    which &= (c["closed"] >= days.midnights[-1 - _RATE_DAYS]) & (c["closed"] < days.midnights[-1])
    if not which.any():
        return
    closed, in_time = c["closed"][which], c["closed"][which] <= c["due"][which]
    day_of = np.searchsorted(days.midnights, closed, side="right") - 1
    pairs, place = np.unique(np.stack((c["code"][which] // 1000, day_of)), axis=1, return_inverse=True)
    should, good = np.bincount(place.ravel()), np.bincount(place.ravel(), weights=in_time)
    for (community, day), n, m in zip(pairs.T.tolist(), should.tolist(), good.tolist(), strict=True):
        key = (_bucket(community), days.names[day])
        known = situation.past_days.get(key, (0, 0))
        situation.past_days[key] = (known[0] + n, known[1] + int(m))


def _tell(situation: Situation, segment: Segment, rows: NDArray[np.int64], days: _Days) -> None:
    """The newest closings of the day."""
    closed = segment.columns["closed"][rows]
    today = rows[(closed <= days.at) & (closed >= days.midnights[-1])]
    newest = today[np.argsort(-segment.columns["closed"][today], kind="stable")][: situation.happenings.maxlen]
    for event_id, ms in zip(segment.event_ids(newest), segment.columns["closed"][newest].tolist(), strict=True):
        situation.happenings.append(Happening(instant_of(ms), event_id, Stage.CLOSED.value, ""))


def _bucket(community: int) -> str:
    """The community of a number of 12 digits, or the shorter division that it stands for."""
    text = f"{community:012d}" if community else ""
    while len(text) > 6 and text.endswith("000"):
        text = text[:-3]
    return text
