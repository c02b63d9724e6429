"""分到下级: an indicator over a division and each of its children, and durations in order, for their percentiles."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cockpit.situation.indicator import rank_of
from cockpit.situation.indicators import Columns, Indicator, Measure, Moment, Timed
from cockpit.situation.table import Column


@dataclass(frozen=True, slots=True)
class Split:
    """One indicator over the children of a division: a measure each, and one for what lies in none of them."""

    whole: Measure
    children: tuple[Measure, ...]
    rest: Measure

    def over(self, people: Sequence[int]) -> "Split":
        """The same counts over so many inhabitants: of each child, and of none of them."""
        children = tuple(Measure(m.numerator, n) for m, n in zip(self.children, people[:-1], strict=True))
        rest = Measure(self.rest.numerator, people[-1])
        return Split(Measure(self.whole.numerator, sum(people)), children, rest)


@dataclass(frozen=True, slots=True)
class Durations:
    """Durations of a list: all of them, and by child, each in order."""

    whole: Column
    #: the durations of the first child, of the second …, of none of them; no child, no order
    children: tuple[Column, ...]

    @classmethod
    def of(
        cls, indicator: Indicator, rows: Columns, moment: Moment, child: NDArray[np.int64] | None, children: int
    ) -> "Durations":
        mask = indicator.numerator(rows, moment)
        taken = np.asarray(indicator.taken(rows, moment)[mask]) if indicator.taken else np.zeros(0)
        order = np.argsort(taken)
        whole = taken[order]
        if child is None:
            return cls(whole, (whole,))
        mine = child[mask][order]
        # a stable sort of small whole numbers takes no comparisons
        by_child = whole[np.argsort(mine.astype(np.min_scalar_type(children)), kind="stable")]
        ends = np.cumsum(np.bincount(mine, minlength=children + 1))
        return cls(whole, tuple(np.split(by_child, ends[:-1])))

    def split(self, percent: int) -> Split:
        """The percentile of all and of each child, by nearest rank."""
        whole, *below = (
            Timed(len(taken), None, float(taken[rank_of(percent, len(taken))]) if len(taken) else None)
            for taken in (self.whole, *self.children)
        )
        return Split(whole, tuple(below[:-1]), below[-1])
