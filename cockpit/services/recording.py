"""台账: folds the facts of each event into its record, and reads an event back from one.

The same function writes for the archiver and for an import. Facts may come in any order and twice; the record is what
`event_of` makes of all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from cockpit.domain.act import Act
from cockpit.domain.carrier import carrier_of
from cockpit.domain.event import Event, Place, Report, Step, event_of
from cockpit.domain.facts import EventActed, EventRecalled, EventReported, Fact, StageEntered
from cockpit.domain.level import Level
from cockpit.domain.overtime import clock_of
from cockpit.domain.scope import number_of
from cockpit.domain.severity import Severity
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.situation.situation import Rules
from cockpit.store.event_records import EventRecord, EventRecords
from cockpit.stream.lane import millis_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Body(msgspec.Struct, frozen=True):
    """What was told of an event, whole: what the columns are made from."""

    report: Report | None = None
    steps: tuple[Step, ...] = ()
    acts: tuple[Act, ...] = ()

    def event(self, *, until: datetime | None = None) -> Event | None:
        """The event with what had happened `until` then; None if it was not reported by then."""
        if self.report is None or (until is not None and self.report.reported_at > until):
            return None
        if until is None:
            return event_of(self.report, self.steps, self.acts)
        return event_of(
            self.report, tuple(s for s in self.steps if s.at <= until), tuple(a for a in self.acts if a.at <= until)
        )


_AboutEvent = EventReported | EventRecalled | StageEntered | EventActed
_decoder = msgspec.json.Decoder(Body)
_encoder = msgspec.json.Encoder()


def instant_of(ms: int) -> datetime:
    """The aware UTC time of milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=ms)


def closing_id(event_id: str, closed_ms: int) -> str:
    """The id of the fact that an event was closed, as every source that tells so makes it."""
    return f"stage:{event_id}:{Stage.CLOSED.value}:{closed_ms}"


class Recorder:
    """Writes the records of events."""

    def __init__(self, records: EventRecords, *, rules: Rules) -> None:
        self._records, self._rules = records, rules

    def note(self, connection: Connection, facts: Iterable[Fact]) -> None:
        """Fold what these facts tell about events into their records, in the caller's transaction."""
        told: dict[str, list[_AboutEvent]] = {}
        for fact in facts:
            if isinstance(fact, EventReported | EventRecalled):
                told.setdefault(fact.report.event_id, []).append(fact)
            elif isinstance(fact, StageEntered | EventActed):
                told.setdefault(fact.event_id, []).append(fact)
        if not told:
            return
        revision = self._records.claim(connection)
        known = self._records.read(connection, list(told))
        new, changed = [], []
        for event_id, its_facts in told.items():
            old = known.get(event_id)
            record = self._folded(event_id, old, its_facts, revision)
            if record is None:
                continue
            if old is None:
                new.append(record[1:])
            else:
                changed.append(record)
        self._records.insert(connection, new)
        self._records.update(connection, changed)

    def _folded(
        self, event_id: str, old: EventRecord | None, facts: Sequence["_AboutEvent"], revision: int
    ) -> EventRecord | None:
        """The record after these facts; None if they change nothing."""
        body = body_of(old) if old else Body()
        live_from = old.live_from_ms if old else None
        before = body, live_from
        known_at = facts[0].received_at
        for fact in facts:
            if isinstance(fact, EventReported):
                live_from = live_from or millis_of(fact.received_at)
                changed = body if body.report else Body(fact.report, body.steps, body.acts)
            elif isinstance(fact, EventRecalled):  # what it brings is from here; from now on it is in the stream
                live_from = live_from or millis_of(fact.received_at)
                changed = body if body.report else Body(fact.report, fact.steps, fact.acts)
            elif isinstance(fact, StageEntered):
                changed = _with_step(body, fact)
            else:
                changed = _with_act(body, fact)
            if changed != body:
                body, known_at = changed, max(known_at, fact.received_at)
        if (body, live_from) == before:
            return None
        return record_of(
            event_id, body, old, revision=revision, live_from_ms=live_from, known_at=known_at, rules=self._rules
        )


def record_of(
    event_id: str,
    body: Body,
    old: EventRecord | None,
    *,
    revision: int,
    live_from_ms: int | None,
    known_at: datetime,
    rules: Rules,
) -> EventRecord:
    """The record of what was told of an event, `known_at` the last of it."""
    kept = {
        "record_id": old.record_id if old else 0,
        "event_id": event_id,
        "revision": revision,
        "imported_ms": old.imported_ms if old else None,
        "live_from_ms": live_from_ms,
        "body": _encoder.encode(body).decode(),
    }
    if body.report is None:
        return EventRecord(**_STUB | kept)  # type: ignore[arg-type]  # a row by the names of its columns
    event = event_of(body.report, body.steps, body.acts)
    report, clock = event.report, clock_of(event, rules.timing(rules.calendar))
    ended = event.ended_at
    evaluated = next((s.at for s in event.steps if s.stage is Stage.EVALUATED), None)
    ended_ms = _millis(ended)
    if ended is None:
        settled = None
    elif old is not None and old.ended_ms == ended_ms and old.settled_ms is not None:
        settled = old.settled_ms
    else:
        settled = max(millis_of(midnight_after(ended, rules.zone())), millis_of(known_at))
    return EventRecord(
        **kept,  # type: ignore[arg-type]  # a row by the names of its columns
        reported_ms=millis_of(report.reported_at),
        due_ms=_millis(report.due_at),
        at_risk_ms=_millis(clock.at_risk_at),
        overtime_ms=_millis(clock.overtime_at),
        accepted_ms=_millis(event.accepted_at),
        assigned_ms=_millis(event.assigned_at),
        handled_ms=_millis(event.handled_at),
        closed_ms=_millis(event.closed_at),
        evaluated_ms=_millis(evaluated) if event.stage is Stage.EVALUATED else None,
        ended_ms=ended_ms,
        settled_ms=settled,
        stage=event.stage.value,
        level=event.level.value,
        unit=_clean(carrier_of(event)),
        source=report.source.value,
        severity=report.severity.value if report.severity else "",
        category=_clean(report.category),
        category_text=_clean(report.category_text),
        title=_clean(report.title),
        description=_clean(report.description),
        address=_clean(report.place.address),
        code=report.place.code,
        code_number=number_of(report.place.code or rules.city_code),
        lon=report.place.lon,
        lat=report.place.lat,
        flags=",".join(report.place.flags),
    )


def body_of(record: EventRecord) -> Body:
    """What was told of the event. A record that a table brought is its own report, and its closing the only step."""
    if record.body:
        return _decoder.decode(record.body)
    if record.reported_ms is None:
        return Body()
    report = Report(
        event_id=record.event_id,
        source=Source(record.source),
        title=record.title,
        reported_at=instant_of(record.reported_ms),
        place=Place(
            lon=record.lon,
            lat=record.lat,
            code=record.code,
            address=record.address,
            flags=tuple(flag for flag in record.flags.split(",") if flag),
        ),
        category=record.category,
        category_text=record.category_text,
        description=record.description,
        due_at=None if record.due_ms is None else instant_of(record.due_ms),
        severity=Severity(record.severity) if record.severity else None,
    )
    return Body(report, closing_steps(record.event_id, record.closed_ms, record.unit))


def closing_steps(event_id: str, closed_ms: int | None, unit: str = "") -> tuple[Step, ...]:
    """The closing of an event as its step; nothing for an event that is open."""
    if closed_ms is None:
        return ()
    fact_id = closing_id(event_id, closed_ms)
    return (Step(stage=Stage.CLOSED, at=instant_of(closed_ms), unit=unit, fact_id=fact_id),)


def event_of_record(record: EventRecord, *, until: datetime | None = None) -> Event | None:
    """The event with the steps that had happened `until` then; None if it was not reported by then."""
    return body_of(record).event(until=until)


def midnight_after(at: datetime, zone: ZoneInfo) -> datetime:
    """The first local midnight after an instant."""
    day = at.astimezone(zone).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=zone)


@cache
def first_level_of(source: Source) -> Level:
    """The level that reports of a source reach first."""
    return event_of(Report(event_id="", source=source, title="", reported_at=_EPOCH, place=Place())).level


def _with_step(body: Body, fact: StageEntered) -> Body:
    step = fact.step if fact.step.fact_id else replace(fact.step, fact_id=fact.fact_id)
    if any(s.fact_id == step.fact_id for s in body.steps):
        return body
    return Body(body.report, (*body.steps, step), body.acts)


def _with_act(body: Body, fact: EventActed) -> Body:
    act = fact.act if fact.act.fact_id else replace(fact.act, fact_id=fact.fact_id)
    if any(a.fact_id == act.fact_id for a in body.acts):
        return body
    return Body(body.report, body.steps, (*body.acts, act))


def _millis(at: datetime | None) -> int | None:
    return None if at is None else millis_of(at)


def _clean(text: str) -> str:
    """PostgreSQL holds no NUL; the body has the text as it came, escaped."""
    return text.replace("\0", "")


_STUB: dict[str, object] = {
    **{name: None for name in EventRecord._fields if name.endswith("_ms")},
    **dict.fromkeys(("stage", "level", "unit", "source", "severity", "category", "category_text", "title"), ""),
    **dict.fromkeys(("description", "address", "code", "flags"), ""),
    "code_number": 0, "lon": None, "lat": None,
}  # fmt: skip
