"""Numbers of repeated trials: median, quantiles, range. Nearest rank, so every figure is one that was measured."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: two floors of one run may differ by this share; beyond it the machine changed under us and the run is thrown away
FLOORS_MAY_DIFFER = 0.15


def quantile(values: Sequence[float], p: float) -> float:
    """The p-quantile by nearest rank, NaN of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(p * len(ordered)) - 1)] if ordered else math.nan


@dataclass(frozen=True, slots=True)
class Figure:
    """What repetitions of one measurement gave: the median, the range and how many there were."""

    median: float
    low: float
    high: float
    times: int

    @classmethod
    def of(cls, values: Sequence[float]) -> "Figure":
        """Of one value for each repetition."""
        if not values:
            return cls(math.nan, math.nan, math.nan, 0)
        return cls(quantile(values, 0.5), min(values), max(values), len(values))

    def over(self, other: "Figure") -> float:
        """How many times the other this is, median by median; NaN where there is no other."""
        return self.median / other.median if other.median else math.nan


def drift(first: float, second: float) -> float:
    """By which share of the smaller two measurements of the same thing differ."""
    low, high = sorted((first, second))
    return (high - low) / low if low > 0 else math.inf


def floors_agree(first: float, second: float) -> bool:
    """Whether the machine was the same at the beginning and at the end of a run."""
    return drift(first, second) <= FLOORS_MAY_DIFFER
