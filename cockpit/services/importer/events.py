"""Import of a case table: every row becomes a record of the past, and what is not over becomes live facts as well.

A row is known by its public id. The first word about an event stays (history is append-only); what a later table adds
is the closing of an event that had none. So a rerun changes nothing, and after a kill it finishes the work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

import msgspec
import numpy as np
from sqlalchemy import Connection, Engine

from cockpit.domain.event import Place, Report
from cockpit.domain.facts import EventReported, Fact, StageEntered
from cockpit.domain.plausibility import NO_PLACE, NULL_ISLAND, OUTSIDE
from cockpit.domain.severity import Severity
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.services.city import City
from cockpit.services.importer.profile import EventFields, EventsProfile
from cockpit.services.importer.rows import Piece, Refusal, Table, TableError
from cockpit.services.importer.times import NO_TIME, local_midnight_after
from cockpit.services.importer.told import Told, judged
from cockpit.services.recording import Body, Recorder, closing_steps, first_level_of, instant_of, midnight_after
from cockpit.situation.situation import Rules
from cockpit.store.database import writing
from cockpit.store.event_records import NEW_COLUMNS, EventRecord, EventRecords
from cockpit.stream.lane import millis_of

#: a transaction of so many rows lets a running archiver in between
_ROWS_A_PIECE = 10_000


class LiveFacts(Protocol):
    """Where the facts of events that are not over go, so that every fold has them."""

    def write(self, connection: Connection, facts: Sequence[Fact]) -> None:
        """In the transaction that writes the records."""

    def append(self, facts: Sequence[Fact]) -> None:
        """After that transaction."""


@dataclass(slots=True)
class ImportReport:
    """What became of a table."""

    rows: int = 0
    new: int = 0
    newly_closed: int = 0
    unchanged: int = 0
    #: told another closing than the one that is kept
    differing: int = 0
    live: int = 0
    without_place: int = 0
    outside: int = 0
    refused: int = 0
    odd: int = 0
    #: the first of them, and where more of them go
    refusals: list[Refusal] = field(default_factory=list)
    oddities: list[Refusal] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return self.new + self.newly_closed + self.unchanged + self.differing


class EventImport:
    """One run. Without `engine` nothing is known yet: a dry run where no database is."""

    def __init__(
        self,
        *,
        engine: Engine | None,
        facts: LiveFacts,
        city: City,
        rules: Rules,
        now: datetime,
        dry_run: bool = False,
        listed: int = 1_000,
        on_refusal: Callable[[Refusal], None] = lambda _refusal: None,
    ) -> None:
        self._engine, self._facts, self._city, self._rules, self._now = engine, facts, city, rules, now
        self._now_ms = millis_of(now)
        self._tomorrow_ms = millis_of(midnight_after(now, rules.zone()))
        self._dry_run, self._listed, self._on_refusal = dry_run, listed, on_refusal
        self._records = EventRecords(engine) if engine is not None else None
        self.report = ImportReport()

    def run(self, table: Table, profile: EventsProfile, *, crs: str, progress: Callable[[int, int], None]) -> None:
        """Take the whole table. TableError when it cannot be read or lacks a column; UnknownCrsError for a wrong `crs`.

        `progress` hears how much of `table.size` is done and how many rows that were.
        """
        fields = profile.events
        missing = [f"{column!r} ({name})" for name, column in fields.columns.items() if column not in table.columns]
        if missing:
            raise TableError(f"{table.path} has no column {missing[0]}; it has: {', '.join(table.columns)}")
        for piece in table.pieces(sorted(set(fields.columns.values())), _ROWS_A_PIECE):
            self._take(piece, fields, crs)
            progress(piece.done, self.report.rows)

    def _take(self, piece: Piece, fields: EventFields, crs: str) -> None:
        verdict = judged(piece, fields, self._city, crs=crs, now_ms=self._now_ms)
        told, report = verdict.told, self.report
        report.rows += len(piece) + len(piece.refused)
        report.refused += len(verdict.refused)
        report.odd += len(verdict.odd)
        report.without_place += int(np.isin(told.flags, (NO_PLACE, NULL_ISLAND)).sum())
        report.outside += int((told.flags == OUTSIDE).sum())
        for refusal in sorted(verdict.refused):
            self._on_refusal(refusal)
            if len(report.refusals) < self._listed:
                report.refusals.append(refusal)
        report.oddities += sorted(verdict.odd)[: max(0, self._listed - len(report.oddities))]
        while len(told):
            # an event that stands twice in one piece is told twice, one after the other
            _, firsts = np.unique(told.event_id.astype(str), return_index=True)
            first = np.zeros(len(told), dtype=bool)
            first[firsts] = True
            self._keep(told.picked(first))
            told = told.picked(~first)

    def _keep(self, told: Told) -> None:
        if self._engine is None or self._records is None:
            self._sort_out(told, {})
        elif self._dry_run:
            self._sort_out(told, self._records.find_many(told.event_id.tolist()))
        else:
            recorder = Recorder(self._records, rules=self._rules)
            with writing(self._engine).begin() as connection:
                facts = self._record(connection, told, self._records, recorder)
                self._facts.write(connection, facts)
            self._facts.append(facts)

    def _record(self, connection: Connection, told: Told, records: EventRecords, recorder: Recorder) -> list[Fact]:
        """Write what is new; the facts that the stream must have. They are appended again by a rerun, so that a kill
        between the two leaves nothing out; the stream knows their ids."""
        revision = records.claim(connection)
        new, adding = self._sort_out(told, records.read(connection, told.event_id.tolist()))
        is_live = self._is_live(new)
        records.insert(connection, self._rows(new, is_live, revision))
        recorder.note(connection, adding.to_record)
        return self._facts_of(new.picked(is_live)) + adding.to_append

    def _sort_out(self, told: Told, known: dict[str, EventRecord]) -> tuple[Told, "_Adding"]:
        """The rows of events that are not known yet, and what the others add. Counts them all."""
        is_new = np.fromiter((i not in known for i in told.event_id), dtype=bool, count=len(told))
        new, old, adding = told.picked(is_new), told.picked(~is_new), _Adding()
        self.report.new += len(new)
        self.report.live += int(self._is_live(new).sum())
        for row, event_id in enumerate(old.event_id.tolist()):
            self._compare(known[event_id], old, row, adding)
        return new, adding

    def _compare(self, record: EventRecord, told: Told, row: int, adding: "_Adding") -> None:
        closed, report = int(told.closed[row]), self.report
        facts = self._facts_of(told.picked([row])) if record.live_from_ms or record.reported_ms is None else []
        closing = [fact for fact in facts if isinstance(fact, StageEntered)]
        if record.reported_ms is None:  # only steps of it were known
            report.new += 1
            adding.to_record += facts
        elif closed == NO_TIME or record.closed_ms == closed:
            report.unchanged += 1
        elif record.ended_ms is None:
            report.newly_closed += 1
            adding.to_record += closing
        else:
            report.differing += 1
            return
        # what was reported live needs no second report
        adding.to_append += facts if record.imported_ms or record.reported_ms is None else closing

    def _is_live(self, told: Told) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Open events, and those that ended today: a wall of now shows them."""
        over = told.closed != NO_TIME
        return np.asarray(~over | (local_midnight_after(told.closed, self._rules.zone()) >= self._tomorrow_ms))

    def _rows(self, told: Told, is_live: Any, revision: int) -> list[tuple[Any, ...]]:
        n = len(told)
        share = self._rules.at_risk_share
        allowed = told.due - told.reported
        at_risk = np.where(allowed > 0, told.reported + np.round(allowed * share).astype(np.int64), told.due)
        closed = _or_none(told.closed)
        settled = _or_none(local_midnight_after(told.closed, self._rules.zone()))
        texts = told.texts
        columns: dict[str, Sequence[Any]] = {
            "event_id": told.event_id.tolist(),
            "revision": [revision] * n,
            "reported_ms": told.reported.tolist(),
            "due_ms": _or_none(told.due),
            "at_risk_ms": _or_none(np.where(told.due == NO_TIME, NO_TIME, at_risk)),
            "overtime_ms": _or_none(told.due),
            "accepted_ms": [None] * n,
            "assigned_ms": [None] * n,
            "handled_ms": closed,
            "closed_ms": closed,
            "evaluated_ms": [None] * n,
            "ended_ms": closed,
            "settled_ms": settled,
            "imported_ms": [self._now_ms] * n,
            "live_from_ms": [self._now_ms if live else None for live in is_live.tolist()],
            "stage": [Stage.REGISTERED.value if at is None else Stage.CLOSED.value for at in closed],
            "level": [first_level_of(Source(source)).value for source in texts["source"]],
            **{name: texts[name].tolist() for name in _PLAIN},
            "code": told.code.tolist(),
            "code_number": told.code_number.tolist(),
            "lon": [None if v != v else v for v in told.lon.tolist()],
            "lat": [None if v != v else v for v in told.lat.tolist()],
            "flags": told.flags.tolist(),
            "body": [self._body(told, row) if told.texts["reporter"][row] else "" for row in range(n)],
        }
        return list(zip(*(columns[name] for name in NEW_COLUMNS), strict=True))

    def _body(self, told: Told, row: int) -> str:
        """Only what has no column of its own needs one."""
        closed = int(told.closed[row])
        steps = closing_steps(told.event_id[row], None if closed == NO_TIME else closed, told.texts["unit"][row])
        return msgspec.json.encode(Body(_report_of(told, row), steps)).decode()

    def _facts_of(self, told: Told) -> list[Fact]:
        facts: list[Fact] = []
        for row, event_id in enumerate(told.event_id.tolist()):
            report = replace(_report_of(told, row), extra={"imported": True})
            facts.append(
                EventReported(fact_id=f"event:{event_id}", at=report.reported_at, received_at=self._now, report=report)
            )
            closed = int(told.closed[row])
            facts += [
                StageEntered(fact_id=step.fact_id, at=step.at, received_at=self._now, event_id=event_id, step=step)
                for step in closing_steps(event_id, None if closed == NO_TIME else closed, told.texts["unit"][row])
            ]
        return facts


@dataclass(slots=True)
class _Adding:
    """What rows say about events that are known: facts for their records, and facts that the stream must have."""

    to_record: list[Fact] = field(default_factory=list)
    to_append: list[Fact] = field(default_factory=list)


#: the columns that are texts of the table as they are
_PLAIN = ("unit", "source", "severity", "category", "category_text", "title", "description", "address")


def _or_none(values: np.ndarray[Any, np.dtype[np.int64]]) -> list[int | None]:
    return [None if v == NO_TIME else v for v in values.tolist()]


def _report_of(told: Told, row: int) -> Report:
    texts, flag = told.texts, told.flags[row]
    lon, lat, due = float(told.lon[row]), float(told.lat[row]), int(told.due[row])
    return Report(
        event_id=told.event_id[row],
        source=Source(texts["source"][row]),
        title=texts["title"][row],
        reported_at=instant_of(int(told.reported[row])),
        place=Place(
            lon=None if lon != lon else lon,
            lat=None if lat != lat else lat,
            code=told.code[row],
            address=texts["address"][row],
            flags=(flag,) if flag else (),
        ),
        category=texts["category"][row],
        category_text=texts["category_text"][row],
        description=texts["description"][row],
        due_at=None if due == NO_TIME else instant_of(due),
        severity=Severity(texts["severity"][row]) if texts["severity"][row] else None,
        reporter=texts["reporter"][row],
    )
