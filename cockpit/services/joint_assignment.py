"""联合推荐: who goes where, decided for all events at once: nobody else could be sent for less, all things counted.

Sending the nearest to one event after the other lets the first take whom the second needs. Here every need of every
event is a column, everybody free a row, and the linear assignment problem (Kuhn 1955, Crouse 2016 in scipy) is solved
exactly. What is spared elsewhere is in it too: each street has columns that only its own people fill by staying, worth
less with every one who stays, so that an emptied street has a price in seconds.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: what it costs to leave a need of weight one unmet: more than any way to any place
UNMET_S = 1e6
#: half of a street's people should stay, and two of them by all means
_KEEP_SHARE, _KEEP_LAST = 0.5, 2


class Problem(NamedTuple):
    """`eta_s[p, n]` seconds of person p to need n, infinite where p is not fit for it; `counts[n]` people are needed,
    and leaving one out weighs `weights[n]` (the graver, the more). `street[p]` numbers the streets from 0, −1 for none;
    `load[p]` is how many orders p has had today. `free[s]` people are free in street s, also those in no row of p.
    """

    eta_s: Floats
    counts: Ints
    weights: Floats
    street: Ints
    load: Ints
    free: Ints


class Prices(NamedTuple):
    """What an option minds besides the way, in seconds: a street below half, below two, and each order of today."""

    name: str
    half_s: float = 0.0
    last_s: float = 0.0
    order_s: float = 0.0


#: 最快到场 · 保留街道力量 · 均摊任务
OPTIONS = (
    Prices("fastest"),
    Prices("keep_streets", half_s=300.0, last_s=1_800.0),
    Prices("share_load", half_s=60.0, order_s=600.0),
)


class Assignment(NamedTuple):
    """(person, need) pairs."""

    pairs: tuple[tuple[int, int], ...]


def assign(problem: Problem, prices: Prices) -> Assignment:
    """The assignment of least `cost_of`. People × needs × streets below some thousands: a fraction of a second."""
    slots = np.repeat(np.arange(len(problem.counts)), problem.counts)
    people, needed = len(problem.street), len(slots)
    if not people or not needed:
        return Assignment(())
    stay_street, stay_worth = _staying(problem, prices)
    # a row of nobody for each need and each staying that is left out
    cost = np.zeros((people + needed + len(stay_worth), needed + len(stay_worth)))
    going = problem.eta_s[:, slots] + prices.order_s * problem.load[:, None] - UNMET_S * problem.weights[slots][None, :]
    cost[:people, :needed] = np.where(np.isfinite(going), going, UNMET_S)
    here = problem.street[:, None] == stay_street[None, :]
    cost[:people, needed:] = np.where(here, -stay_worth[None, :], 0.0)
    rows, columns = linear_sum_assignment(cost)
    went = [(int(r), int(slots[c])) for r, c in zip(rows, columns, strict=True) if r < people and c < needed]
    return Assignment(tuple(sorted((p, n) for p, n in went if np.isfinite(problem.eta_s[p, n]))))


def greedy(problem: Problem) -> Assignment:
    """What a hurried person does: the gravest need first, the nearest who is left. To compare with."""
    taken, pairs = set[int](), []
    for need in np.argsort(-problem.weights, kind="stable").tolist():
        order = np.argsort(problem.eta_s[:, need], kind="stable").tolist()
        fit = (p for p in order if p not in taken and np.isfinite(problem.eta_s[p, need]))
        for _ in range(int(problem.counts[need])):
            person = next(fit, None)
            if person is None:
                break
            taken.add(person)
            pairs.append((person, need))
    return Assignment(tuple(sorted(pairs)))


def cost_of(problem: Problem, prices: Prices, assignment: Assignment) -> float:
    """What an assignment costs by the prices of an option, in seconds, unmet needs included."""
    total = sum(problem.eta_s[p, n] + prices.order_s * problem.load[p] for p, n in assignment.pairs)
    total += UNMET_S * float(unmet_of(problem, assignment) @ problem.weights)
    left = left_of(problem, assignment)
    for street, free in enumerate(problem.free.tolist()):
        half, last = _floors(free)
        total += prices.half_s * max(0, half - int(left[street])) + prices.last_s * max(0, last - int(left[street]))
    return float(total)


def unmet_of(problem: Problem, assignment: Assignment) -> Ints:
    """How many people each need still lacks."""
    met = np.bincount([need for _, need in assignment.pairs], minlength=len(problem.counts))
    return np.asarray(problem.counts - met, dtype=np.int64)


def left_of(problem: Problem, assignment: Assignment) -> Ints:
    """How many stay free in each street."""
    streets = [int(problem.street[p]) for p, _ in assignment.pairs if problem.street[p] >= 0]
    return np.asarray(problem.free - np.bincount(streets, minlength=len(problem.free)), dtype=np.int64)


def options_of(problem: Problem, options: Sequence[Prices] = OPTIONS) -> list[tuple[Prices, Assignment]]:
    """Two or three ways that differ; the fastest first."""
    found: list[tuple[Prices, Assignment]] = []
    for prices in options:
        assignment = assign(problem, prices)
        if all(assignment != other for _, other in found):
            found.append((prices, assignment))
    return found


def _floors(free: int) -> tuple[int, int]:
    """How many of a street's free people should stay, and how many must."""
    return int(np.ceil(free * _KEEP_SHARE)), min(free, _KEEP_LAST)


def _staying(problem: Problem, prices: Prices) -> tuple[Ints, Floats]:
    """The street of each column of staying, and what it is worth if somebody stays.

    People of the street who are in no row stay anyway: they fill the dearest places first.
    """
    if not prices.half_s and not prices.last_s:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    streets, worth = list[int](), list[float]()
    asked = np.bincount(problem.street[problem.street >= 0], minlength=len(problem.free))
    for street, free in enumerate(problem.free.tolist()):
        half, last = _floors(free)
        for place in range(free - int(asked[street]), max(half, last)):
            streets.append(street)
            worth.append(prices.half_s * (place < half) + prices.last_s * (place < last))
    return np.array(streets, dtype=np.int64), np.array(worth)
