"""动态: everybody and everything that moves, as numpy columns. The newest fix wins.

A mover gets its row when it is first heard of and keeps it; the row number is its name on the wire.
`frame` counts every change, so that "what moved since frame n" is one comparison, whoever asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.geo import distance_m
from cockpit.domain.plausibility import top_speed_mps
from cockpit.domain.scope import Scope
from cockpit.situation.wire import Positions, pack

ROW = np.dtype(
    [
        ("lon", "f8"), ("lat", "f8"), ("at_ms", "i8"), ("received_ms", "i8"), ("code", "i8"), ("frame", "i8"),
        ("kind", "i2"), ("drawn", "?"), ("suspect_lon", "f8"), ("suspect_lat", "f8"),
    ],
    align=True,  # a column of numbers that lie across words is read ten times as slowly
)  # fmt: skip

#: a fix may be this much older or newer than the server's clock allows before it is flagged
FUTURE_MS = 5 * 60_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch of fixes: rows that moved, and how many did not and why."""

    moved: int
    late: int
    future: int
    jumps: int
    outside: int


class Movers:
    """The columns of one process. Not thread-safe: the position reader writes, others copy under its lock."""

    def __init__(self) -> None:
        self.frame = 0
        self.subjects: list[str] = []
        self.kinds: list[str] = []
        self._row_of: dict[str, int] = {}
        self._kind_of: dict[str, int] = {}
        self._rows: NDArray[Any] = np.zeros(1024, dtype=ROW)

    def __len__(self) -> int:
        return len(self.subjects)

    @property
    def rows(self) -> NDArray[Any]:
        """A view of the rows in use."""
        return self._rows[: len(self.subjects)]

    def find_row(self, subject_id: str) -> int | None:
        return self._row_of.get(subject_id)

    def take(
        self,
        subjects: Sequence[str],
        kinds: Sequence[str],
        subject: NDArray[np.uint32],
        kind: NDArray[np.uint16],
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
        at_ms: NDArray[np.int64],
        received_ms: NDArray[np.int64],
        codes: NDArray[np.int64],
    ) -> Taken:
        """Take over one batch of fixes, all arrays of one length; `codes` are 0 outside the city.

        `subject` and `kind` are places in the tables `subjects` and `kinds`.

        A late, future, jumping or outside fix moves nothing. A second fix that confirms a jump (near the
        first suspect one) is believed: the subject really is there.
        """
        if len(subject) == 0:
            return Taken(moved=0, late=0, future=0, jumps=0, outside=0)
        first = np.zeros(len(subjects), dtype=np.int64)
        first[subject[::-1]] = np.arange(len(subject))[::-1]
        names = (kinds[k] for k in kind[first].tolist())
        table = np.fromiter((self._row(s, k) for s, k in zip(subjects, names, strict=True)), np.int64, len(subjects))
        rows = table[subject]
        outside = codes == 0
        future = at_ms > received_ms + FUTURE_MS
        usable = np.flatnonzero(~outside & ~future)
        # the newest fix of each subject in the batch; earlier ones of the same batch are archived, not drawn
        order = usable[np.lexsort((at_ms[usable], rows[usable]))]
        last = np.ones(len(order), dtype=bool)
        last[:-1] = rows[order][1:] != rows[order][:-1]
        new = order[last]
        target = rows[new]
        known = self._rows[target]
        seen = known["drawn"]
        late = seen & (at_ms[new] <= known["at_ms"])
        jump = seen & ~late & self._jumps(known, lon[new], lat[new], at_ms[new])
        good = ~late & ~jump
        suspect = target[jump]
        self._rows["suspect_lon"][suspect] = lon[new][jump]
        self._rows["suspect_lat"][suspect] = lat[new][jump]
        moved = target[good]
        if len(moved):
            self.frame += 1
            picked = new[good]
            for name, values in (
                ("lon", lon), ("lat", lat), ("at_ms", at_ms), ("received_ms", received_ms), ("code", codes),
            ):  # fmt: skip
                self._rows[name][moved] = values[picked]
            self._rows["frame"][moved] = self.frame
            self._rows["drawn"][moved] = True
            self._rows["suspect_lon"][moved] = np.nan
        superseded = len(usable) - len(new)
        return Taken(
            moved=len(moved), late=int(late.sum()) + superseded, future=int(future.sum()),
            jumps=int(jump.sum()), outside=int((outside & ~future).sum()),
        )  # fmt: skip

    def since(self, frame: int, scope: Scope) -> NDArray[np.int64]:
        """Rows in `scope` that moved after `frame`."""
        low, high = scope.span
        rows = self.rows
        return np.flatnonzero(rows["drawn"] & (rows["frame"] > frame) & (rows["code"] >= low) & (rows["code"] < high))

    def packed(self, picked: NDArray[np.int64], gone: NDArray[np.int64] | None = None) -> bytes:
        """The wire form of rows (`situation.wire`), then of those `gone` from the scope, which have no place."""
        rows = self._rows[picked]
        left = np.zeros(0, dtype=np.int64) if gone is None else gone
        nowhere = np.full(len(left), np.nan)
        return pack(
            Positions(
                rows=np.concatenate([picked, left]),
                age_s=np.concatenate([(rows["received_ms"] - rows["at_ms"]) // 1000, np.zeros_like(left)]),
                lon=np.concatenate([rows["lon"], nowhere]),
                lat=np.concatenate([rows["lat"], nowhere]),
            )
        )

    def heard_since(self, at_ms: int, scope: Scope, kind: str) -> int:
        """How many of `kind` in `scope` have a fix taken at or after `at_ms`."""
        if kind not in self._kind_of:
            return 0
        low, high = scope.span
        rows = self.rows
        mask = rows["drawn"] & (rows["at_ms"] >= at_ms) & (rows["kind"] == self._kind_of[kind])
        return int((mask & (rows["code"] >= low) & (rows["code"] < high)).sum())

    def _jumps(
        self, known: NDArray[Any], lon: NDArray[np.float64], lat: NDArray[np.float64], at_ms: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        elapsed_s = np.maximum((at_ms - known["at_ms"]) / 1000, 1.0)
        limit = np.array([top_speed_mps(kind) for kind in self.kinds] or [0.0])[known["kind"]]
        too_fast = distance_m(known["lon"], known["lat"], lon, lat) > limit * elapsed_s
        confirmed = distance_m(known["suspect_lon"], known["suspect_lat"], lon, lat) < 10 * limit
        return np.asarray(too_fast & ~confirmed)

    def _row(self, subject_id: str, kind: str) -> int:
        row = self._row_of.get(subject_id)
        if row is not None:
            return row
        row = len(self.subjects)
        if row == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros(row, dtype=ROW)])
        if kind not in self._kind_of:
            self._kind_of[kind] = len(self.kinds)
            self.kinds.append(kind)
        self._rows[row]["kind"] = self._kind_of[kind]
        self._rows[row]["suspect_lon"] = np.nan
        self.subjects.append(subject_id)
        self._row_of[subject_id] = row
        return row
