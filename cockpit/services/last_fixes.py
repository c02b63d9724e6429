"""最后定位: the newest fix of each subject, written now and then; the batches that it follows from are kept at once.

It serves the start of a process, which then reads the positions stream. That keeps some minutes, so it may lag by some
seconds; written with every batch it cost more than everything else about a fix together.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from cockpit.store.database import REFUSED
from cockpit.store.fixes import FixArchive, LastFix
from cockpit.stream.fix_batch import FixBatch, newest, unpack

log = structlog.get_logger(__name__)

_EVERY_S = 10.0
#: a killed archiver leaves no more than this unwritten
_UNWRITTEN_MS = 60_000


class LastFixes:
    """What one archiver has still to write."""

    def __init__(self, archive: FixArchive, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._archive, self._monotonic = archive, monotonic
        self._waiting: list[FixBatch] = []
        self._written_s = monotonic()

    @property
    def is_due(self) -> bool:
        return self._monotonic() - self._written_s >= _EVERY_S

    def note(self, batches: Sequence[FixBatch]) -> None:
        """These are archived."""
        self._waiting += batches

    def catch_up(self) -> None:
        """Write what an archiver that was killed had archived and not come to."""
        until = self._archive.newest_arrival_ms()
        if until is not None:
            stored = self._archive.list_arrived(until - _UNWRITTEN_MS, until)
            self._waiting = [*(unpack(batch.body) for batch in stored), *self._waiting]
            self.write()

    def write(self) -> None:
        """Write now. What the database is away for waits for the next time."""
        if self._waiting:
            self._write(newest_of(self._waiting))
        self._waiting, self._written_s = [], self._monotonic()

    def _write(self, fixes: Sequence[LastFix]) -> None:
        try:
            self._archive.record([], fixes)
        except REFUSED as error:
            if len(fixes) == 1:
                log.error("last fix not written", subject=fixes[0].subject_id[:100], reason=str(error))
                return
            half = len(fixes) // 2
            self._write(fixes[:half])
            self._write(fixes[half:])


def newest_of(batches: Sequence[FixBatch]) -> list[LastFix]:
    """What the archive keeps as the last of each subject."""
    found = newest(batches)
    columns = [
        [found.subjects[i] for i in found.subject.tolist()],
        [found.kinds[i] for i in found.kind.tolist()],
        *(column.tolist() for column in (found.lon, found.lat, found.at_ms, found.received_ms)),
        *(_told(column) for column in (found.accuracy_m, found.speed_mps, found.heading_deg, found.battery)),
        found.flags.tolist(),
    ]
    return [LastFix(*row) for row in zip(*columns, strict=True)]


def _told(column: Any) -> list[float | None]:
    """None where the device did not say."""
    return [None if value != value else value for value in column.tolist()]
