"""交叉归因: events by two of place, hour, weekday, kind, unit and source, and the cells that stand out.

Expected of a cell is its row's total times its column's total over all: what it would hold if the two had nothing to do
with each other. It stands out by the adjusted standardised residual (Haberman 1973, Biometrics 29:205; Agresti,
Categorical Data Analysis, 3.3.1),

    z = (n − e) / √(e · (1 − row/all) · (1 − column/all)),

about standard normal where the two are independent. So many cells are looked at that some would pass 2 by chance: the
limit is that of a one-sided 5 % over all of them together (Bonferroni), and a cell with few events never stands out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

#: rows and columns of a pivot; the smaller ones are taken together
MOST = 12
#: with fewer events a cell does not stand out, nor with fewer expected
FEWEST, FEWEST_EXPECTED = 5, 1.0
_LEVEL = 0.05
#: how an address names all rows (or columns), and those that are taken together
ALL, OTHERS = "*", "+"


class Dimension(StrEnum):
    """What the events are told apart by."""

    PLACE = "place"
    KIND = "kind"
    HOUR = "hour"
    WEEKDAY = "weekday"
    UNIT = "unit"
    SOURCE = "source"


#: those with an order of their own, and never taken together
ORDERED = frozenset({Dimension.HOUR, Dimension.WEEKDAY})


@dataclass(frozen=True, slots=True)
class Labelled:
    """What each event is, along one dimension: its label's place in `labels`; the empty label is what is not known."""

    labels: list[str]
    of: NDArray[np.int64]

    @classmethod
    def told(cls, texts: Sequence[str]) -> "Labelled":
        """From a label an event."""
        if not len(texts):
            return cls([], np.zeros(0, dtype=np.int64))
        labels, of = np.unique(np.array(texts), return_inverse=True)
        return cls(labels.tolist(), of.reshape(-1))

    @classmethod
    def numbered(cls, numbers: NDArray[np.int64], label: Callable[[int], str]) -> "Labelled":
        """From a number an event; numbers with the same label are one."""
        found, of = np.unique(numbers, return_inverse=True)
        names = [label(number) for number in found.tolist()]
        labels = list(dict.fromkeys(names))
        place = np.array([labels.index(name) for name in names], dtype=np.int64)
        return cls(labels, place[of.reshape(-1)] if len(names) else np.zeros(0, dtype=np.int64))

    def cut(self, *, ordered: bool) -> "Labelled":
        """At most MOST labels, the most frequent first; the others together as OTHERS. In order: as they are."""
        counts = np.bincount(self.of, minlength=len(self.labels))
        if ordered:
            return self
        order = np.lexsort((np.arange(len(counts)), -counts))
        kept = order if len(order) <= MOST else order[: MOST - 1]
        new = np.full(len(counts), len(kept), dtype=np.int64)
        new[kept] = np.arange(len(kept))
        names = [self.labels[i] for i in kept.tolist()]
        return Labelled(names if len(order) <= MOST else [*names, OTHERS], new[self.of])


@dataclass(frozen=True, slots=True)
class Pivot:
    """Counts of `rows` × `columns` with what would be expected, z of each cell (NaN where there is none), and where
    they stand out. `together`: how many rows and columns are taken together as OTHERS."""

    rows: Labelled
    columns: Labelled
    counts: NDArray[np.int64]
    expected: NDArray[np.float64]
    z: NDArray[np.float64]
    limit: float
    together: tuple[int, int]

    @property
    def total(self) -> int:
        return int(self.counts.sum())

    def stands_out(self) -> list[tuple[int, int]]:
        """Row and column of the cells with more than chance explains, the farthest from it first."""
        more = (self.z >= self.limit) & (self.counts >= FEWEST) & (self.expected >= FEWEST_EXPECTED)
        cells = [(int(i), int(j)) for i, j in np.argwhere(more)]
        return sorted(cells, key=lambda cell: -float(self.z[cell]))

    def chosen(self, row: str, column: str) -> NDArray[np.bool_] | None:
        """The events of a cell, a row (`column` ALL), a column or all; None for a label that is not here."""
        mask = np.ones(len(self.rows.of), dtype=bool)
        for label, side in ((row, self.rows), (column, self.columns)):
            if label == ALL:
                continue
            if label not in side.labels:
                return None
            mask &= side.of == side.labels.index(label)
        return mask


def pivot_of(rows: Labelled, columns: Labelled, *, ordered: tuple[bool, bool] = (False, False)) -> Pivot:
    """The pivot of two labellings of the same events."""
    cut = rows.cut(ordered=ordered[0]), columns.cut(ordered=ordered[1])
    together = tuple(
        len(whole.labels) - len(side.labels) + 1 if OTHERS in side.labels[-1:] else 0
        for whole, side in zip((rows, columns), cut, strict=True)
    )
    shape = len(cut[0].labels), len(cut[1].labels)
    counts = np.bincount(cut[0].of * shape[1] + cut[1].of, minlength=shape[0] * shape[1]).reshape(shape)
    total = max(int(counts.sum()), 1)
    down, across = counts.sum(axis=1) / total, counts.sum(axis=0) / total
    expected = np.outer(down, across) * total
    spread = np.sqrt(expected * np.outer(1 - down, 1 - across))
    z = np.full(shape, np.nan)
    np.divide(counts - expected, spread, out=z, where=spread > 0)
    limit = NormalDist().inv_cdf(1 - _LEVEL / max(counts.size, 1))
    return Pivot(*cut, counts, expected, z, limit, (together[0], together[1]))
