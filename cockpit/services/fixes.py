"""定位 on their way in: columns of fixes, and the memory of those that were taken a moment ago."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.plausibility import CLOCK_SKEW, FUTURE, NULL_ISLAND, OUTSIDE
from cockpit.stream.fix_batch import FLAG_BITS, FixBatch

_SKEW_MS = CLOCK_SKEW.total_seconds() * 1000
#: of the fixes that are remembered, the share that waits to be sorted
_YOUNG_SHARE = 16
_COLUMNS = ("lon", "lat", "at_ms", "accuracy_m", "speed_mps", "heading_deg", "battery", "indices")


@dataclass(frozen=True, slots=True, eq=False)
class Fixes:
    """Fixes as columns: names as lists, numbers as arrays of the same length; NaN where the device did not say.

    `indices` are the places in the request, for refusals; `extra` the unknown fields of the rows that have any.
    """

    subjects: list[str]
    kinds: list[str]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    at_ms: NDArray[np.int64]
    accuracy_m: NDArray[np.float32]
    speed_mps: NDArray[np.float32]
    heading_deg: NDArray[np.float32]
    battery: NDArray[np.float32]
    indices: NDArray[np.int64]
    extra: Mapping[int, Mapping[str, object]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.subjects)

    def picked(self, keep: NDArray[np.bool_]) -> "Fixes":
        """Only the fixes that `keep` marks."""
        rows = np.flatnonzero(keep).tolist()
        columns = {name: getattr(self, name)[keep] for name in _COLUMNS}
        return Fixes(
            subjects=[self.subjects[i] for i in rows],
            kinds=[self.kinds[i] for i in rows],
            **columns,
            extra={new: self.extra[old] for new, old in enumerate(rows) if old in self.extra} if self.extra else {},
        )

    def keys(self) -> list[tuple[str, int]]:
        """What tells two deliveries of one fix to be the same."""
        return list(zip(self.subjects, self.at_ms.tolist(), strict=True))

    def flags(self, codes: NDArray[np.int64], received_ms: int) -> NDArray[np.uint8]:
        """What is doubtful about each, as bits of `FLAG_BITS`; `codes` are 0 outside the city."""
        null = (np.abs(self.lon) < 0.01) & (np.abs(self.lat) < 0.01)
        flags = np.where(null, FLAG_BITS[NULL_ISLAND], np.where(codes == 0, FLAG_BITS[OUTSIDE], 0))
        future = self.at_ms > received_ms + _SKEW_MS
        return np.asarray(flags | np.where(future, FLAG_BITS[FUTURE], 0), dtype=np.uint8)

    def batch(self, flags: NDArray[np.uint8], received_ms: int) -> FixBatch:
        """The batch as the positions lane takes it."""
        subjects = {name: i for i, name in enumerate(dict.fromkeys(self.subjects))}
        kinds = {name: i for i, name in enumerate(dict.fromkeys(self.kinds))}
        n = len(self)
        return FixBatch(
            subjects=tuple(subjects), kinds=tuple(kinds), lon=self.lon, lat=self.lat, at_ms=self.at_ms,
            received_ms=np.full(n, received_ms, dtype=np.int64),
            subject=np.fromiter((subjects[name] for name in self.subjects), np.uint32, n),
            kind=np.fromiter((kinds[name] for name in self.kinds), np.uint16, n),
            accuracy_m=self.accuracy_m, speed_mps=self.speed_mps, heading_deg=self.heading_deg,
            battery=self.battery, flags=flags, extra=self.extra,
        )  # fmt: skip


class RecentFixes:
    """The newest fixes of this process, between one and two times `size` of them.

    Remembered by their 64-bit hash, most of them in sorted columns of 8 bytes each: a set takes nine times as much.
    That one is taken for another happens once in some 10^13 fixes, and is then one position of one second that is
    not shown.
    """

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, threading.Lock()
        #: what came last; it goes into the columns by the thousand, because each time they are sorted anew
        self._young: set[int] = set()
        self._most_young = max(1, size // _YOUNG_SHARE)
        self._aged = self._old = np.zeros(0, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._young) + len(self._aged) + len(self._old)

    def new_among(self, keys: list[tuple[str, int]]) -> NDArray[np.bool_]:
        """Which keys are neither remembered nor repeated in `keys`."""
        hashes = [hash(key) for key in keys]
        # in the order in which they move on, or one that moves meanwhile would be in none of them
        young, aged, old = self._young, self._aged, self._old
        distinct = set(hashes)
        column = np.array(hashes, dtype=np.int64)
        known = _within(aged, column) | _within(old, column)
        if len(distinct) == len(keys) and young.isdisjoint(distinct):
            return ~known
        unseen = distinct - young - set(column[known].tolist())
        new = np.zeros(len(keys), dtype=bool)
        for i, number in enumerate(hashes):
            if number in unseen:
                new[i] = True
                unseen.discard(number)
        return new

    def add(self, keys: list[tuple[str, int]]) -> None:
        """Remember: these are in the stream."""
        with self._lock:
            self._young.update(map(hash, keys))
            if len(self._young) < self._most_young:
                return
            if len(self._aged) >= self._size:
                self._old, self._aged = self._aged, np.zeros(0, dtype=np.int64)
            fresh = np.fromiter(self._young, np.int64, len(self._young))
            self._aged = np.sort(np.concatenate((self._aged, fresh)))
            self._young = set()


def _within(column: NDArray[np.int64], numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which numbers are in a sorted column."""
    if not len(column):
        return np.zeros(len(numbers), dtype=bool)
    places = np.searchsorted(column, numbers)
    return np.asarray(column[np.minimum(places, len(column) - 1)] == numbers)
