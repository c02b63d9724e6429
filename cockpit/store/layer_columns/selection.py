"""筛选: the rows that a filter lets through, counted by running counts and found by the cheaper of two ways."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cockpit.store.layer_columns.row_runs import Ints, Runs

_ROWS_AT_ONCE = 1 << 18
#: what one look into a list of rows costs, in rows read
_LOOK = 60


class Selection:
    """The trait of each row, with what was counted beforehand."""

    def __init__(self, folder: Path, block_rows: int) -> None:
        def mapped(name: str) -> Any:
            return np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)

        self._block_rows = block_rows
        self.trait: NDArray[Any] = mapped("trait")
        self._running: NDArray[np.uint32] = mapped("running")
        self._by_trait, self._start = mapped("trait-row"), np.load(folder / "trait-start.npy")

    def counted(self, runs: Runs) -> Ints:
        """How many rows of each trait are in the runs."""
        traits = self._running.shape[1]
        found = np.zeros(traits, dtype=np.int64)
        short = runs.stops - runs.starts < 2 * self._block_rows
        starts, stops = [runs.starts[short]], [runs.stops[short]]
        for start, stop in zip(runs.starts[~short].tolist(), runs.stops[~short].tolist(), strict=True):
            first, last = -(-start // self._block_rows), stop // self._block_rows
            found += self._running[last].astype(np.int64) - self._running[first]
            starts.append(np.array([start, last * self._block_rows]))
            stops.append(np.array([first * self._block_rows, stop]))
        rest = Runs(np.concatenate(starts), np.concatenate(stops))
        if rest.total > 0 and len(self.trait):
            found += np.bincount(self._traits_in(rest), minlength=traits)
        return found

    def rows(self, runs: Runs, allowed: NDArray[np.bool_] | None) -> Ints:
        """All rows of the runs that are let through, ascending."""
        if allowed is None:
            return runs.rows()
        parts = list(self.found(runs, allowed))
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def found(self, runs: Runs, allowed: NDArray[np.bool_] | None) -> Iterator[Ints]:
        """The same piece by piece."""
        if allowed is not None:
            asked = np.flatnonzero(allowed)
            listed = int((self._start[asked + 1] - self._start[asked]).sum())
            if min(listed, runs.total) and listed + _LOOK * len(asked) < runs.total:
                yield self._from_lists(runs, asked)
                return
        for some in _portions(runs):
            if len(some.starts) == 1 and allowed is not None:
                first, last = int(some.starts[0]), int(some.stops[0])
                yield np.flatnonzero(allowed[self.trait[first:last]]) + first
            else:
                rows = some.rows()
                yield rows if allowed is None else rows[allowed[self.trait[rows]]]

    def _from_lists(self, runs: Runs, asked: Ints) -> Ints:
        low, high = int(runs.starts[0]), int(runs.stops[-1])
        parts = []
        for trait in asked.tolist():
            rows = self._by_trait[self._start[trait] : self._start[trait + 1]]
            first, last = np.searchsorted(rows, np.array([low, high], dtype=rows.dtype))
            parts.append(rows[first:last])
        rows = np.sort(np.concatenate(parts)).astype(np.int64)
        return rows[runs.holds(rows)] if len(runs.starts) > 1 else rows

    def _traits_in(self, runs: Runs) -> NDArray[Any]:
        if len(runs.starts) <= 8:
            pieces = zip(runs.starts.tolist(), runs.stops.tolist(), strict=True)
            return np.concatenate([self.trait[a:b] for a, b in pieces])
        return self.trait[runs.rows()]


def _portions(runs: Runs) -> Iterator[Runs]:
    """The runs in order, so many rows at a time: long ones in pieces, short ones together."""
    ends = np.cumsum(runs.stops - runs.starts)
    at = 0
    while at < len(ends):
        before = int(ends[at - 1]) if at else 0
        after = int(np.searchsorted(ends, before + _ROWS_AT_ONCE, side="right"))
        if after > at:
            yield Runs(runs.starts[at:after], runs.stops[at:after])
            at = after
            continue
        start, stop = int(runs.starts[at]), int(runs.stops[at])
        for first in range(start, stop, _ROWS_AT_ONCE):
            yield Runs.of(first, min(first + _ROWS_AT_ONCE, stop))
        at += 1
