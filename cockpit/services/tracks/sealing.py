"""封存轨迹窗: makes a window of every ten minutes that are over, and drops those that are kept no longer."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from cockpit.services.tracks.windows import WINDOW_MS, TrackWindows
from cockpit.store.database import UNAVAILABLE
from cockpit.store.fixes import StoredBatch
from cockpit.stream.codec import UnreadableEntryError
from cockpit.stream.fix_batch import FixBatch, unpack
from cockpit.stream.lane import millis_of

log = structlog.get_logger(__name__)

#: what a killed archiver left is taken over within a minute; afterwards nothing of a window is still to come
_SETTLED_MS = 2 * 60_000
#: windows of the last hours are looked at again: an archiver that was away may have brought something late
_LOOKED_AT_AGAIN = 12
_EVERY_S = 60.0
#: somebody may be waiting for the processor
_BREATH_S = 0.05


class Arrived(Protocol):
    """`store.fixes.FixArchive`."""

    def newest_arrival_ms(self) -> int | None: ...
    def oldest_arrival_ms(self) -> int | None: ...
    def count_arrived(self, from_ms: int, until_ms: int) -> int: ...
    def list_arrived(self, from_ms: int, until_ms: int) -> Iterator[StoredBatch]: ...


class Sealer:
    """Keeps the windows of an archive. One process does this; a second would only do it twice."""

    def __init__(
        self,
        archive: Arrived,
        windows: TrackWindows,
        *,
        kept: timedelta,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._archive, self._windows, self._kept, self._clock = archive, windows, kept, clock

    def run(self, stop: threading.Event) -> None:
        """Until `stop`; what could not be done now is done next time."""
        while not stop.is_set():
            try:
                self.once(stop)
            except UNAVAILABLE as away:
                log.warning("windows of tracks wait for the database", error=str(away))
            except OSError as full:
                log.warning("windows of tracks cannot be written, so tracks are read slowly", error=str(full))
            stop.wait(_EVERY_S)

    def once(self, stop: threading.Event | None = None) -> int:
        """Seal what is over, the newest first, because that is what people look at; how many windows."""
        self._windows.drop_before(millis_of(self._clock() - self._kept))
        oldest, newest = self._archive.oldest_arrival_ms(), self._archive.newest_arrival_ms()
        if oldest is None or newest is None:
            return 0
        known = {window.begin_ms: window.batches for window in self._windows.listed()}
        last = (newest - _SETTLED_MS) // WINDOW_MS - 1
        sealed = 0
        for number in range(last, oldest // WINDOW_MS - 1, -1):
            begin_ms = number * WINDOW_MS
            if begin_ms in known and last - number >= _LOOKED_AT_AGAIN:
                continue
            count = self._archive.count_arrived(begin_ms, begin_ms + WINDOW_MS - 1)
            if count and known.get(begin_ms) != count:
                sealed += self._seal(begin_ms)
                if stop is not None and stop.wait(_BREATH_S):
                    break
        return sealed

    def _seal(self, begin_ms: int) -> int:
        stored = list(self._archive.list_arrived(begin_ms, begin_ms + WINDOW_MS - 1))
        batches = [batch for batch in map(_batch_of, stored) if batch is not None and len(batch)]
        if not batches:
            return 0
        self._windows.keep(begin_ms, batches, made_from=len(stored))
        return 1


def _batch_of(stored: StoredBatch) -> FixBatch | None:
    try:
        return unpack(stored.body)
    except UnreadableEntryError as error:
        log.error("archived batch of fixes cannot be read", position=stored.position, reason=str(error))
        return None
