"""动态 of the past: who was where at an instant, from the archive of fixes.

It is what a process that had started a minute before that instant would have shown: the newest fix of everybody
who was heard of in the time before, then every batch of the last minute as it came, with the same judgement of
jumps and late fixes. Somebody who was silent for longer than `heard_within` is not shown.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from cockpit.services.city import City
from cockpit.services.fix_minutes import batch_of, newest_between
from cockpit.situation.movers import Movers
from cockpit.store.fixes import FixArchive
from cockpit.stream.fix_batch import FixBatch, joined
from cockpit.stream.lane import millis_of

_JUDGED_MS = 60_000
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
        movers = Movers()
        before = newest_between(self._archive, millis_of(as_of - self._heard_within), judged_from_ms - 1)
        for batches in ([before], list(map(batch_of, self._archive.list_arrived(judged_from_ms, until_ms)))):
            self._take(movers, batches)
        return movers

    def _take(self, movers: Movers, batches: Sequence[FixBatch]) -> None:
        told, number = joined(batches)
        codes = self._city.locate_many(told.lon, told.lat)
        for rows in _turns(told.subject, number):
            movers.take(
                told.subjects, told.kinds, told.subject[rows], told.kind[rows],
                told.lon[rows], told.lat[rows], told.at_ms[rows], told.received_ms[rows], codes[rows],
            )  # fmt: skip


def _turns(subject: NDArray[np.uint32], number: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Rows of fixes, first those of everybody's first batch, then those of everybody's second, and so on.

    Where somebody is believed to be depends on their own fixes alone, so these few batches come to the same end as the
    many that there were. `number`: which batch each fix came with, ascending.
    """
    if not len(subject):
        return
    together = subject.astype(np.int64) * (int(number[-1]) + 1) + number
    each, pair = np.unique(together, return_inverse=True)
    whose = each // (int(number[-1]) + 1)
    turn = (np.arange(len(each)) - np.searchsorted(whose, whose))[pair]
    for n in range(int(turn.max()) + 1):
        yield np.flatnonzero(turn == n)
