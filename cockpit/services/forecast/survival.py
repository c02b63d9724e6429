"""条件生存: of similar events that were still there when as much of their time was used, how many became overtime.

Time is told as a share of what there was from the beginning of the stage to the deadline, because work is done towards
its deadline: four hours mean something else where six are allowed than where five days are. Only spells whose deadline
has passed are asked, so it is known of each what became of it, and one that is still open after it counts as late.

Similar is first the same subclass in the same stage at the same level with about as long a limit, then the class, then
the class at any level, with any limit, then the stage alone. Each is drawn towards the next by its number of examples
(shrinkage): three events of a rare kind say little, and the class that they belong to says the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cockpit.services.forecast.spells import KINDSHIPS, Floats, Ints, Spells, keys_of

#: with fewer examples than that, nothing is said
FEWEST = 30
#: so many are a reason that a person can be told: finer than what the last push is told by, because they weigh more
FEWEST_TOLD = 10
#: what the last push is told by: so many of what is similar was done as quickly
_QUICKEST = 0.1


@dataclass(frozen=True, slots=True)
class Questions:
    """Open events: how long each has been in its stage, and how long is left until its deadline, in seconds."""

    elapsed: Floats
    left: Floats
    category: Ints
    stage: Ints
    level: Ints

    def __len__(self) -> int:
        return len(self.elapsed)

    @property
    def used(self) -> Floats:
        """The share of its time from the beginning of the stage to the deadline that is used, 0…1."""
        return np.asarray(self.elapsed / np.maximum(self.elapsed + self.left, 1e-9))

    def keys(self) -> tuple[Ints, ...]:
        """What each is similar by."""
        return keys_of(self.category, self.stage, self.level, self.elapsed + self.left)


@dataclass(frozen=True, slots=True)
class Answers:
    """By kindship: how many similar events were there with as much of their time used, and how many became overtime."""

    similar: NDArray[np.int64]
    longer: NDArray[np.int64]

    def shrunk(self, strength: float) -> Floats:
        """The share that became overtime, drawn towards the next coarser kind; NaN where the stage says nothing."""
        n, k = self.similar[-1], self.longer[-1]
        share = np.where(n >= FEWEST, (k + 1) / (n + 2), np.nan)
        for n, k in zip(self.similar[-2::-1], self.longer[-2::-1], strict=True):
            share = (k + strength * share) / (n + strength)
        return np.asarray(share)

    def kindship(self, fewest: int = FEWEST) -> Ints:
        """The finest kind with so many examples at least; the last one where none has."""
        enough = self.similar >= fewest
        enough[-1] = True
        return np.asarray(np.argmax(enough, axis=0), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Kind:
    """The spells of one kind."""

    #: the share of its time after which each left the stage, ascending
    left_after: Floats
    #: how many of those before each place became overtime; one more than there are spells
    late_before: Ints
    #: how long the quickest took to the end of their handling, in seconds; infinity where they have not ended
    quickest_s: float

    @classmethod
    def of(cls, dwell: Floats, total: Floats, limit: Floats) -> "_Kind":
        shares = dwell / limit
        order = np.argsort(shares, kind="stable")
        place = int(_QUICKEST * (len(total) - 1))
        return cls(
            shares[order],
            np.concatenate(([0], np.cumsum((total > limit)[order]))),
            float(np.partition(total, place)[place]) if len(total) >= FEWEST else np.inf,
        )

    def counted(self, used: Floats) -> tuple[Ints, Ints]:
        """How many were still there, and how many of those became overtime."""
        place = np.searchsorted(self.left_after, used, side="right")
        return len(self.left_after) - place, self.late_before[-1] - self.late_before[place]


class Survival:
    """Answers questions from spells as they were known at `until`, in seconds since 1970."""

    def __init__(self, spells: Spells, *, until: float) -> None:
        # one that began after its deadline was late before: nobody asks about such
        self.spells, self.until = spells.picked((spells.deadline <= until) & (spells.deadline > spells.begin)), until

    @cached_property
    def _kinds(self) -> tuple[dict[int, _Kind], ...]:
        """By kindship."""
        s = self.spells
        limit = s.deadline - s.begin
        return tuple(
            {int(keys[rows[0]]): _Kind.of(s.dwell[rows], s.total[rows], limit[rows]) for rows in _alike(keys)}
            for keys in keys_of(s.category, s.stage, s.level, limit)
        )

    def asked(self, questions: Questions) -> Answers:
        """How many of what is similar became overtime."""
        similar = np.zeros((len(KINDSHIPS), len(questions)), dtype=np.int64)
        longer = np.zeros_like(similar)
        used = questions.used
        for number, keys in enumerate(questions.keys()):
            for rows in _alike(keys):
                kind = self._kinds[number].get(int(keys[rows[0]]))
                if kind is not None:
                    similar[number, rows], longer[number, rows] = kind.counted(used[rows])
        return Answers(similar, longer)

    def quickest_s(self, questions: Questions, kindship: Ints) -> Floats:
        """Within how many seconds of their stage the quickest tenth of similar events was done; NaN: not known."""
        keys, found = questions.keys(), np.full(len(questions), np.nan)
        for i, number in enumerate(kindship.tolist()):
            kind = self._kinds[number].get(int(keys[number][i]))
            if kind is not None and np.isfinite(kind.quickest_s):
                found[i] = kind.quickest_s
        return found


def _alike(keys: Ints) -> Iterator[Ints]:
    """The row numbers of each distinct key."""
    order = np.argsort(keys, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(keys[order])) + 1):
        if len(rows):
            yield rows
