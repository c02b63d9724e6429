"""条件生存: of similar events that were still there after so long, how many needed longer than what is left.

Similar is first the same subclass in the same stage at the same level with about as long a limit, then the class, then
the class at any level, with any limit, then the stage alone. Each is drawn towards the next by its number of examples
(shrinkage): three events of a rare kind say little, and the class that they belong to says the rest.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cockpit.services.forecast.spells import KINDSHIPS, Floats, Ints, Spells, keys_of

#: the newest so many spells of a kind are asked: older ones tell less of how it goes today
_MOST_A_KIND = 800
#: of the whole stage
_MOST_A_STAGE = 3_000
#: with fewer examples than that, nothing is said
FEWEST = 30
#: so many questions are answered at once
_AT_ONCE = 256


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

    def keys(self) -> tuple[Ints, ...]:
        """What each is similar by."""
        return keys_of(self.category, self.stage, self.level, self.elapsed + self.left)


@dataclass(frozen=True, slots=True)
class Answers:
    """By kindship: how many similar events were watched for long enough, and how many of them took longer."""

    similar: NDArray[np.int64]
    longer: NDArray[np.int64]

    def shrunk(self, strength: float) -> Floats:
        """The share that took longer, drawn towards the next coarser kind; NaN where the whole stage says nothing."""
        n, k = self.similar[-1], self.longer[-1]
        share = np.where(n >= FEWEST, (k + 1) / (n + 2), np.nan)
        for n, k in zip(self.similar[-2::-1], self.longer[-2::-1], strict=True):
            share = (k + strength * share) / (n + strength)
        return np.asarray(share)

    def kindship(self) -> Ints:
        """The finest kind with enough examples to be told to a person; the last one where none has."""
        enough = self.similar >= FEWEST
        enough[-1] = True
        return np.asarray(np.argmax(enough, axis=0), dtype=np.int64)


class Survival:
    """Answers questions from spells as they were known at `until`, in seconds since 1970."""

    def __init__(self, spells: Spells, *, until: float) -> None:
        order = np.argsort(-spells.begin, kind="stable")
        self.spells, self.until = spells.picked(order), until

    @cached_property
    def _kinds(self) -> tuple[dict[int, NDArray[np.int64]], ...]:
        """By kindship: the rows of each kind, the newest first."""
        s, found = self.spells, []
        for number, keys in enumerate(keys_of(s.category, s.stage, s.level, s.deadline - s.begin)):
            order = np.argsort(keys, kind="stable")
            distinct, starts = np.unique(keys[order], return_index=True)
            most = _MOST_A_STAGE if number == len(KINDSHIPS) - 1 else _MOST_A_KIND
            pieces = np.split(order, starts[1:])
            found.append({int(key): rows[:most] for key, rows in zip(distinct.tolist(), pieces, strict=True)})
        return tuple(found)

    def asked(self, questions: Questions) -> Answers:
        """How many of what is similar took longer."""
        similar = np.zeros((len(KINDSHIPS), len(questions)), dtype=np.int64)
        longer = np.zeros_like(similar)
        if not len(self.spells):
            return Answers(similar, longer)
        for number, keys in enumerate(questions.keys()):
            order = np.argsort(keys, kind="stable")
            distinct, starts = np.unique(keys[order], return_index=True)
            for key, rows in zip(distinct.tolist(), np.split(order, starts[1:]), strict=True):
                kind = self._kinds[number].get(int(key))
                if kind is None:
                    continue
                for start in range(0, len(rows), _AT_ONCE):
                    some = rows[start : start + _AT_ONCE]
                    similar[number, some], longer[number, some] = self._counted(
                        kind, questions.elapsed[some], questions.left[some]
                    )
        return Answers(similar, longer)

    def _counted(self, kind: NDArray[np.int64], elapsed: Floats, left: Floats) -> tuple[Ints, Ints]:
        s = self.spells
        reach = (elapsed + left)[:, None]
        watched = (s.dwell[kind][None, :] > elapsed[:, None]) & ((self.until - s.begin[kind])[None, :] > reach)
        late = watched & (s.total[kind][None, :] > reach)
        return watched.sum(axis=1), late.sum(axis=1)

    def quickest_s(self, questions: Questions, kindship: Ints, *, share: float = 0.1) -> Floats:
        """Within how many seconds of their stage the quickest `share` of similar events was done; NaN: not known."""
        keys, found = questions.keys(), np.full(len(questions), np.nan)
        for i, number in enumerate(kindship.tolist()):
            kind = self._kinds[number].get(int(keys[number][i])) if len(self.spells) else None
            if kind is not None and len(kind) >= FEWEST:
                place = int(share * (len(kind) - 1))
                took = float(np.partition(self.spells.total[kind], place)[place])
                found[i] = took if np.isfinite(took) else np.nan
        return found
