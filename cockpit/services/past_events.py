"""往事: answers about events that are in no fold: what was over before the local day, and what a table brought.

The columns follow the table by its revisions, so each question is answered with all that was committed before it.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
import structlog
from numpy.typing import NDArray

from cockpit.domain.event import Event
from cockpit.domain.scope import Scope
from cockpit.services.column_files import ColumnFiles
from cockpit.services.memory import give_back_memory
from cockpit.services.record_columns import NEVER, READ, Segment
from cockpit.services.recording import body_of, event_of_record
from cockpit.services.rewound import rewound
from cockpit.situation.event_filter import EventFilter
from cockpit.situation.listing import Place
from cockpit.situation.situation import Rules, Situation
from cockpit.store.database import UNAVAILABLE
from cockpit.store.event_records import EventRecord, EventRecords
from cockpit.stream.lane import millis_of

log = structlog.get_logger(__name__)

#: a smaller segment is joined with the one before once it is not so many times smaller
_STEEPNESS = 4
_FOLLOW_EVERY_S = 1.0
#: rows after which a start is worth a file, and reading worth a look at the memory that it left
_MUCH = 50_000


@dataclass(frozen=True, slots=True)
class PastPage:
    """A page of a list: how many there are in all, and the first of them behind the cursor."""

    total: int
    shown: list[tuple[Place, int]]


@dataclass(frozen=True, slots=True)
class _Columns:
    """All segments as of one revision."""

    revision: int = 0
    segments: tuple[Segment, ...] = ()
    #: a table brought events that were over already
    has_tables: bool = False


@dataclass(slots=True)
class PastEvents:
    """Safe from any thread. `rules` are those of the fold."""

    records: EventRecords
    rules: Rules
    #: where the columns are kept for the next start
    files: ColumnFiles | None = None
    _kept_rows: int = 0
    _columns: _Columns = field(default_factory=_Columns)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # -- following the table ---------------------------------------------------------------------------------------

    def segments(self) -> tuple[Segment, ...]:
        """The columns of everything that is committed by now."""
        revision = self.records.revision()
        if self._columns.revision != revision:
            with self._lock:
                self._follow(self.records.revision())
        return self._columns.segments

    def told(self) -> tuple[tuple[Segment, ...], int]:
        """The columns, and the revision that they tell."""
        self.segments()
        now = self._columns
        return now.segments, now.revision

    def revision(self) -> int:
        """Grows whenever something about the past is written."""
        return self.records.revision()

    def follow(self, stop: threading.Event) -> None:
        """Follow the table until `stop`, so that nobody who asks has to wait for much."""
        told = False
        while not stop.wait(_FOLLOW_EVERY_S):
            try:
                self.segments()
                self._keep()
                told = False
            except UNAVAILABLE as away:
                if not told:
                    log.warning("the past cannot be read", error=str(away))
                    told = True

    def _follow(self, revision: int) -> None:
        known = self._columns
        if known.revision == revision:
            return
        if not known.segments and self.files is not None and (kept := self.files.load(revision)):
            known, self._kept_rows = _Columns(kept[1], (kept[0],)), len(kept[0])
        segments = list(known.segments)
        if known.segments:
            changed = np.array(self.records.numbers_since(known.revision, until=revision), dtype=np.int64)
            segments = [segment.without(changed) for segment in segments]
        read = 0
        for rows in self.records.list_past_since(known.revision, READ, until=revision):
            segments.append(Segment.of(rows))
            read += len(rows)
            while len(segments) > 1 and len(segments[-1]) * _STEEPNESS >= len(segments[-2]):
                segments[-2:] = [Segment.joined(segments[-2:])]
        segments = [s for s in segments if len(s)]
        has_tables = any(bool((s.columns["free_until"] == NEVER).any()) for s in segments)
        self._columns = _Columns(revision, tuple(segments), has_tables)
        if read > _MUCH:
            give_back_memory()

    def _keep(self) -> None:
        """Keep the columns on disk once that saves the next start a good part of its reading."""
        now = self._columns
        rows = sum(len(s) for s in now.segments)
        if self.files is None or rows < self._kept_rows + max(_MUCH, rows // 10):
            return
        whole = now.segments[0] if len(now.segments) == 1 else Segment.joined(now.segments)
        self.files.save(whole, now.revision)
        self._kept_rows = rows
        # from now on the file is what is read, and its memory the system's to give to others
        with self._lock:
            kept = self.files.load(now.revision) if self._columns is now else None
            if kept is not None and kept[1] == now.revision:
                self._columns = replace(now, segments=(kept[0],))
        del whole, now
        give_back_memory()

    # -- lists -----------------------------------------------------------------------------------------------------

    def page(
        self,
        wanted: EventFilter,
        scope: Scope,
        at: datetime,
        *,
        after: Place | None = None,
        limit: int,
        hidden: Sequence[str] = (),
    ) -> PastPage:
        """The events of the past that the filters let through at an instant. `hidden`: ids that the fold tells of."""
        total, shown = 0, list[tuple[Place, int]]()
        segments = self.segments()
        gone = np.array(self.records.numbers_of(hidden) if hidden else [], dtype=np.int64)
        for whole in segments:
            segment = whole.without(gone) if len(gone) else whole
            mask = segment.taken(wanted, scope, millis_of(at), share=self.rules.at_risk_share)
            total += int(mask.sum())
            rows = _behind(segment, np.flatnonzero(mask), after)[: limit + 1]
            numbers, reported = segment.columns["record_id"][rows], segment.columns["reported"][rows]
            shown += [
                (Place(-ms / 1000, event_id), number)
                for ms, event_id, number in zip(
                    reported.tolist(), segment.event_ids(rows), numbers.tolist(), strict=True
                )
            ]
        shown.sort()
        return PastPage(total, shown[: limit + 1])

    def events(self, record_ids: Sequence[int], at: datetime) -> dict[int, Event]:
        """The events of these records with what had happened by then."""
        found: dict[int, Event] = {}
        for record in self.records.list_by_number(record_ids):
            event = _as_of(record, at)
            if event is not None:
                found[record.record_id] = event
        return found

    def beside(self, folded: Situation, at: datetime) -> Situation:
        """The situation of an instant as facts and tables together tell it."""
        segments = self.segments()
        if not any((s.columns["free_until"] > millis_of(at)).any() for s in segments):
            return folded
        return rewound(folded, segments, at, lambda record_ids: self.events(record_ids, at))

    def over_among(self, event_ids: Sequence[str]) -> set[str]:
        """Which of these events a table brought when they were over already; for many reports a second."""
        if not event_ids or (self._columns.revision and not self._columns.has_tables):
            return set()
        return self.records.known_among(event_ids)

    def find(self, event_id: str, at: datetime) -> Event | None:
        """An event that is in no fold; None if nobody could know of it then."""
        record = self.records.find(event_id)
        if record is None or not _is_known(record, millis_of(at)):
            return None
        return _as_of(record, at)


def _behind(segment: Segment, rows: NDArray[np.int64], after: Place | None) -> NDArray[np.int64]:
    """The rows that come after a place of the list."""
    if after is None or not len(rows):
        return rows
    keys = -segment.columns["reported"][rows] / 1000
    first = int(np.searchsorted(keys, after.minus_reported_s, side="left"))
    last = int(np.searchsorted(keys, after.minus_reported_s, side="right"))
    tied = rows[first:last]
    later = [row for row, event_id in zip(tied, segment.event_ids(tied), strict=True) if event_id > after.event_id]
    return np.concatenate((np.array(later, dtype=rows.dtype), rows[last:]))


def _is_known(record: EventRecord, at: int) -> bool:
    if record.live_from_ms is not None and record.live_from_ms <= at:
        return True
    return record.imported_ms is not None and any(
        ms is not None and ms <= at for ms in (record.reported_ms, record.ended_ms)
    )


def _as_of(record: EventRecord, at: datetime) -> Event | None:
    """The event with what had happened by then; of one that ended before it was reported, its report as well."""
    event = event_of_record(record, until=at)
    if event is None and record.ended_ms is not None and record.ended_ms <= millis_of(at):
        return body_of(record).event()
    return event
