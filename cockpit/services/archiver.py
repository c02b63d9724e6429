"""归档: brings every fact and every fix from the streams into the database, and lets go of what is safe there.

An entry is acknowledged only after the commit, so a kill in between repeats it, and the journal knows its id.
Any number of archivers may run; each entry goes to one of them.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy import Connection

from cockpit.domain.facts import Fact
from cockpit.services.last_fixes import LastFixes
from cockpit.store.checkpoints import Checkpoints
from cockpit.store.database import REFUSED
from cockpit.store.database import UNAVAILABLE as DATABASE_AWAY
from cockpit.store.fixes import FixArchive, StoredBatch
from cockpit.store.journal import Journal, JournalEntry
from cockpit.stream.connection import UNAVAILABLE as STREAM_AWAY
from cockpit.stream.facts import IDS_KEPT, Entry, FactLog
from cockpit.stream.fix_batch import FixBatch
from cockpit.stream.lane import millis_of, position_key
from cockpit.stream.positions import FixEntry, PositionLane

log = structlog.get_logger(__name__)

GROUP = "archive"
#: a consumer that never reads
_ONLOOKER = "onlooker"
#: longer ids do not fit into PostgreSQL's index; no source needs them
_LONGEST_ID_BYTES = 1_000
_FACTS_A_STEP = 1_000
_BATCHES_A_STEP = 200
_BLOCK_MS = 200
_TIDY_EVERY_S = 15.0
#: the stream keeps fixes safe meanwhile; a commit for each request would cost as much as taking them in
_FIXES_EVERY_S = 1.0
#: more than the slowest commit; an archiver silent for so long is dead
_STALE_MS = 60_000
_LONGEST_PAUSE_S = 5.0
_DRAIN_WITHIN_S = 5.0


class Beside(Protocol):
    """What is written in the transaction that archives facts: records, notices. Repeating must be harmless."""

    def note(self, connection: Connection, facts: Iterable[Fact]) -> None: ...


class Archiver:
    """One consumer of the group `archive` on facts and positions.

    The facts stream keeps at least `facts_kept`, the positions stream `fixes_kept`.
    """

    def __init__(
        self,
        *,
        facts: FactLog,
        positions: PositionLane,
        journal: Journal,
        fixes: FixArchive,
        checkpoints: Checkpoints,
        recorder: Beside,
        consumer: str,
        beside: Sequence[Beside] = (),
        facts_kept: timedelta = timedelta(hours=24),
        fixes_kept: timedelta = timedelta(minutes=10),
        stale_ms: int = _STALE_MS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._facts, self._positions = facts, positions
        self._journal, self._fixes, self._checkpoints = journal, fixes, checkpoints
        self._beside = [recorder, *beside]
        self._fact_group = facts.group(GROUP, consumer)
        self._fix_group = positions.group(GROUP, consumer)
        self._facts_kept, self._fixes_kept, self._stale_ms = facts_kept, fixes_kept, stale_ms
        self._last_fixes, self._has_caught_up = LastFixes(fixes), False
        self._clock = clock

    def run(self, stop: threading.Event) -> None:
        """Archive until `stop`, and then what is still waiting. While the database or Redis is away it waits, and says
        so once.
        """
        pause_s, tidied, fixes_due = 0.0, -_TIDY_EVERY_S, 0.0
        while not stop.is_set():
            try:
                if not self._has_caught_up:
                    self._last_fixes.catch_up()
                    self._has_caught_up = True
                if time.monotonic() - tidied >= _TIDY_EVERY_S:
                    self.tidy()
                    tidied = time.monotonic()
                with_fixes = time.monotonic() >= fixes_due
                if self.step(with_fixes=with_fixes, with_last=self._last_fixes.is_due) < _BATCHES_A_STEP and with_fixes:
                    fixes_due = time.monotonic() + _FIXES_EVERY_S
                if pause_s:
                    log.info("archiver goes on")
                pause_s = 0.0
            except (*DATABASE_AWAY, *STREAM_AWAY) as error:
                if not pause_s:
                    log.warning("archiver waits: database or stream is away", error=str(error))
                pause_s = min(max(0.2, pause_s * 2), _LONGEST_PAUSE_S)
                stop.wait(pause_s)
        self.drain()

    def drain(self) -> None:
        """Archive what is still waiting, for a moment at most: the stream keeps what is left."""
        deadline = time.monotonic() + _DRAIN_WITHIN_S
        with contextlib.suppress(*DATABASE_AWAY, *STREAM_AWAY):
            while self.step(block_ms=0) and time.monotonic() < deadline:
                pass

    def step(self, *, block_ms: int = _BLOCK_MS, with_fixes: bool = True, with_last: bool = True) -> int:
        """Archive what is waiting, at most one batch of each kind; the number of stream entries dealt with."""
        batches = self._fix_group.read(_BATCHES_A_STEP, 0) if with_fixes else []
        self._archive_fixes(batches)
        if with_last:
            self._last_fixes.write()
        entries = self._fact_group.read(_FACTS_A_STEP, 0 if batches else block_ms)
        self._archive_facts(entries)
        return len(entries) + len(batches)

    def tidy(self) -> None:
        """Take over what dead archivers left, trim the streams behind what is archived and old enough, and forget
        the ids of months long gone.

        The facts stream also keeps what no checkpoint holds yet, so that a start never needs the journal.
        """
        self._fact_group.claim_stale(self._stale_ms)
        self._fix_group.claim_stale(self._stale_ms)
        now = self._clock()
        self._positions.trim(millis_of(now - self._fixes_kept))
        checkpoint = self._checkpoints.find_newest_position()
        if checkpoint is not None:
            old = f"{millis_of(now - self._facts_kept)}-0"
            self._facts.trim(min(old, checkpoint, key=position_key))
        # only what the journal has may be forgotten: from then on a second delivery is known by it alone
        if self._fact_group.lag() == 0:
            self._facts.forget_seen(now - IDS_KEPT)

    def lag(self) -> int:
        """Stream entries that the group has not archived yet."""
        return self._fact_group.lag() + self._fix_group.lag()

    def _archive_facts(self, entries: Sequence[Entry]) -> None:
        readable = []
        for entry in entries:
            if entry.fact is None:
                self._set_aside_fact(entry, entry.error)
            elif len(entry.fact.fact_id.encode()) > _LONGEST_ID_BYTES:
                self._set_aside_fact(entry, f"fact_id is longer than {_LONGEST_ID_BYTES} bytes")
            else:
                readable.append((entry, _row_of(entry, entry.fact)))
        self._keep_facts(readable)

    def _keep_facts(self, pairs: Sequence[tuple[Entry, JournalEntry]]) -> None:
        """Record and acknowledge; what the database refuses is looked for by halves and set aside alone."""
        if not pairs:
            return
        facts = [entry.fact for entry, _ in pairs if entry.fact is not None]
        try:
            # the records of events follow in the same transaction: whoever reads one knows what the journal knows
            self._journal.record([row for _, row in pairs], beside=lambda connection: self._note(connection, facts))
        except REFUSED as error:
            if len(pairs) == 1:
                self._set_aside_fact(pairs[0][0], f"the journal refuses it: {error}")
                return
            half = len(pairs) // 2
            self._keep_facts(pairs[:half])
            self._keep_facts(pairs[half:])
            return
        self._fact_group.ack([entry.position for entry, _ in pairs])

    def _note(self, connection: Connection, facts: Sequence[Fact]) -> None:
        for beside in self._beside:
            beside.note(connection, facts)

    def _set_aside_fact(self, entry: Entry, reason: str) -> None:
        log.error("fact set aside", position=entry.position, type=entry.type_name, reason=reason)
        self._fact_group.set_aside(entry, reason)

    def _archive_fixes(self, entries: Sequence[FixEntry]) -> None:
        readable = []
        for entry in entries:
            if entry.batch is None:
                self._set_aside_batch(entry, entry.error)
            else:
                readable.append((entry, entry.batch))
        self._keep_fixes(readable)

    def _keep_fixes(self, pairs: Sequence[tuple[FixEntry, FixBatch]]) -> None:
        if not pairs:
            return
        rows = [_stored(entry, batch) for entry, batch in pairs]
        try:
            self._fixes.record(rows, [])
        except REFUSED as error:
            if len(pairs) == 1:
                self._set_aside_batch(pairs[0][0], f"the archive refuses it: {error}")
                return
            half = len(pairs) // 2
            self._keep_fixes(pairs[:half])
            self._keep_fixes(pairs[half:])
            return
        self._last_fixes.note([batch for _, batch in pairs])
        self._fix_group.ack([entry.position for entry, _ in pairs])

    def _set_aside_batch(self, entry: FixEntry, reason: str) -> None:
        log.error("batch of fixes set aside", position=entry.position, reason=reason)
        self._fix_group.set_aside(entry, reason)


def behind_s(facts: FactLog, positions: PositionLane) -> Callable[[], float]:
    """How long the oldest fact or fix that is not archived yet has been waiting, in seconds; for who looks on."""
    waiting = (facts.group(GROUP, _ONLOOKER), positions.group(GROUP, _ONLOOKER))
    return lambda: max(group.waiting_s() for group in waiting)


def _stored(entry: FixEntry, batch: FixBatch) -> StoredBatch:
    if not len(batch):
        return StoredBatch(entry.position, 0, 0, 0, entry.body)
    return StoredBatch(entry.position, int(batch.at_ms.min()), int(batch.at_ms.max()), len(batch), entry.body)


def _row_of(entry: Entry, fact: Fact) -> JournalEntry:
    told = getattr(fact, "report", None) or getattr(fact, "order", None) or fact
    place = getattr(told, "place", None)
    return JournalEntry(
        position=entry.position,
        fact_id=fact.fact_id,
        type=entry.type_name,
        at=fact.at,
        received_at=fact.received_at,
        code=place.code if place is not None else getattr(fact, "code", ""),
        body=entry.body.decode(),
    )
