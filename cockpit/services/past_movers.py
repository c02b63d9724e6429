"""动态 of the past: who was where at an instant, from the archive of fixes.

It is what a process that had started a minute before that instant would have shown: the newest fix of everybody
who was heard of in the time before, then every batch of the last minute as it came, with the same judgement of
jumps and late fixes. Somebody who was silent for longer than `heard_within` is not shown.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

import structlog

from cockpit.services.city import City
from cockpit.situation.movers import Movers
from cockpit.store.fixes import FixArchive, StoredBatch
from cockpit.stream.codec import UnreadableEntryError
from cockpit.stream.fix_batch import EMPTY, FixBatch, newest, unpack
from cockpit.stream.lane import millis_of

log = structlog.get_logger(__name__)

_JUDGED_MS = 60_000
_BATCHES_AT_ONCE = 64
_KEPT = 8


class PastMovers:
    """Reads the archive of fixes. Safe from any thread; the movers it gives are shared: read only."""

    def __init__(self, *, city: City, archive: FixArchive, heard_within: timedelta) -> None:
        self._city, self._archive, self._heard_within = city, archive, heard_within
        self._lock = threading.Lock()
        self._known: OrderedDict[datetime, Movers] = OrderedDict()

    def at(self, as_of: datetime) -> Movers:
        """Everybody's place as it was known at `as_of`, to the second; empty before the archive begins."""
        as_of = as_of.astimezone(UTC).replace(microsecond=0)
        with self._lock:  # who asks for the same instant meanwhile gets the same
            if as_of not in self._known:
                self._known[as_of] = self._read(as_of)
            self._known.move_to_end(as_of)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            return self._known[as_of]

    def _read(self, as_of: datetime) -> Movers:
        until_ms = millis_of(as_of)
        judged_from_ms = until_ms - _JUDGED_MS
        movers, before = Movers(), EMPTY
        stored = self._archive.list_arrived(millis_of(as_of - self._heard_within), judged_from_ms - 1)
        while some := [_batch_of(one) for one in islice(stored, _BATCHES_AT_ONCE)]:
            before = newest([before, *some])
        self._take(movers, before)
        for batch in self._judged(judged_from_ms, until_ms):
            self._take(movers, batch)
        return movers

    def _judged(self, from_ms: int, until_ms: int) -> Iterator[FixBatch]:
        return map(_batch_of, self._archive.list_arrived(from_ms, until_ms))

    def _take(self, movers: Movers, batch: FixBatch) -> None:
        codes = self._city.locate_many(batch.lon, batch.lat)
        movers.take(
            batch.subjects, batch.kinds, batch.subject, batch.kind,
            batch.lon, batch.lat, batch.at_ms, batch.received_ms, codes,
        )  # fmt: skip


def _batch_of(stored: StoredBatch) -> FixBatch:
    try:
        return unpack(stored.body)
    except UnreadableEntryError as error:
        log.error("archived batch of fixes cannot be read", position=stored.position, reason=str(error))
        return EMPTY
