"""分钟定位: what was newest of everybody in each minute of arrivals, made from the archive of fixes and kept beside it.

A quarter of an hour of a district comes in thousands of batches; as minutes it is fifteen rows. A minute says how many
batches it was made from, so one that is out of date is seen to be and read as it came: whoever reads through minutes
gets what the batches alone tell.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Protocol

import numpy as np
import structlog

from cockpit.store.database import UNAVAILABLE
from cockpit.store.fixes import MINUTE_MS, StoredBatch, StoredMinute
from cockpit.stream.codec import UnreadableEntryError
from cockpit.stream.fix_batch import EMPTY, FixBatch, newest, pack, unpack
from cockpit.stream.lane import millis_of

log = structlog.get_logger(__name__)

_BATCHES_AT_ONCE = 512
#: nearly always everything of a minute is archived by then; what is not makes it anew
_SETTLED_MS = 10_000
#: an archiver that was away may have brought something late
_LOOKED_AT_AGAIN_MS = 60 * MINUTE_MS
_EVERY_S = 20.0
#: somebody may be waiting for the processor
_BREATH_S = 0.02


class Kept(Protocol):
    """`store.fixes.FixArchive`."""

    def newest_arrival_ms(self) -> int | None: ...
    def oldest_arrival_ms(self) -> int | None: ...
    def count_by_minute(self, from_ms: int, until_ms: int) -> dict[int, int]: ...
    def count_minutes(self, from_ms: int, until_ms: int) -> dict[int, int]: ...
    def list_minutes(self, from_ms: int, until_ms: int) -> dict[int, StoredMinute]: ...
    def keep_minute(self, minute: StoredMinute) -> None: ...
    def list_arrived(self, from_ms: int, until_ms: int) -> Iterator[StoredBatch]: ...


class MinuteKeeper:
    """Makes the minutes that are over. One process does this; a second would only do it twice."""

    def __init__(self, archive: Kept, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._archive, self._clock = archive, clock
        self._looked_at_all = False

    def run(self, stop: threading.Event) -> None:
        """Until `stop`; what could not be done now is done next time."""
        while not stop.is_set():
            try:
                self.once(stop)
            except UNAVAILABLE as away:
                log.warning("minutes of fixes wait for the database", error=str(away))
            stop.wait(_EVERY_S)

    def once(self, stop: threading.Event | None = None) -> int:
        """Make what is over and not made of all its batches, the newest first; how many minutes."""
        oldest, newest_ms = self._archive.oldest_arrival_ms(), self._archive.newest_arrival_ms()
        if oldest is None or newest_ms is None:
            return 0
        end = min(millis_of(self._clock()) - _SETTLED_MS, newest_ms + MINUTE_MS) // MINUTE_MS * MINUTE_MS
        begin = oldest // MINUTE_MS * MINUTE_MS
        made = 0
        for until in range(end, begin, -_LOOKED_AT_AGAIN_MS):
            made += self._make_between(max(begin, until - _LOOKED_AT_AGAIN_MS), until - 1, stop)
            if self._looked_at_all or (stop is not None and stop.is_set()):
                return made
        self._looked_at_all = True
        return made

    def _make_between(self, from_ms: int, until_ms: int, stop: threading.Event | None) -> int:
        there, kept = self._archive.count_by_minute(from_ms, until_ms), self._archive.count_minutes(from_ms, until_ms)
        stale = sorted((ms for ms, batches in there.items() if kept.get(ms) != batches), reverse=True)
        for made, minute_ms in enumerate(stale):
            stored = list(self._archive.list_arrived(minute_ms, minute_ms + MINUTE_MS - 1))
            found = newest([batch_of(one) for one in stored])
            self._archive.keep_minute(StoredMinute(minute_ms, len(stored), pack(_of_a_map(found))))
            if stop is not None and stop.wait(_BREATH_S):
                return made + 1
        return len(stale)


def newest_between(archive: Kept, from_ms: int, until_ms: int) -> FixBatch:
    """The newest drawable fix of everybody among what the stream took between two times (both included); speed,
    heading, accuracy and battery are not told."""
    parts: list[FixBatch] = []
    begin = -(-from_ms // MINUTE_MS) * MINUTE_MS
    end = (until_ms + 1) // MINUTE_MS * MINUTE_MS
    if begin < end:
        kept, there = archive.list_minutes(begin, end - 1), archive.count_by_minute(begin, end - 1)
        for minute_ms, batches in sorted(there.items()):
            minute = kept.get(minute_ms)
            if minute is None or minute.batches != batches or (made := _made_of(minute)) is None:
                continue
            parts += [*_raw(archive, from_ms, minute_ms - 1), made]
            from_ms = minute_ms + MINUTE_MS
    return _of_a_map(newest([*parts, *_raw(archive, from_ms, until_ms)]))


def batch_of(stored: StoredBatch) -> FixBatch:
    """What an archived batch holds; nothing, and a line in the log, if it cannot be read."""
    try:
        return unpack(stored.body)
    except UnreadableEntryError as error:
        log.error("archived batch of fixes cannot be read", position=stored.position, reason=str(error))
        return EMPTY


def _raw(archive: Kept, from_ms: int, until_ms: int) -> list[FixBatch]:
    """What is newest of everybody in the batches themselves, as one batch; none where there is no time between."""
    if from_ms > until_ms:
        return []
    stored, found = archive.list_arrived(from_ms, until_ms), EMPTY
    while some := [batch_of(one) for one in islice(stored, _BATCHES_AT_ONCE)]:
        found = newest([found, *some])
    return [found]


def _made_of(minute: StoredMinute) -> FixBatch | None:
    try:
        return unpack(minute.body)
    except UnreadableEntryError as error:
        log.error("minute of fixes cannot be read", minute_ms=minute.minute_ms, reason=str(error))
        return None


def _of_a_map(batch: FixBatch) -> FixBatch:
    """Without what a map does not ask for: a third of the bytes."""
    unsaid = np.full(len(batch), np.nan, dtype=np.float32)
    return replace(batch, accuracy_m=unsaid, speed_mps=unsaid, heading_deg=unsaid, battery=unsaid)
