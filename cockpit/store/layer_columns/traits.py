"""特征: kind, state and owner of a feature together as one code, so that a filter is one look into a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cockpit.store.layer_columns.feature import Where

#: so many possible traits are told apart by a table instead of sorting
_TABLE = 20_000_000
_WORDS = ("kind", "state", "owner")


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits that occur: codes of the kind, state and owner of each, in that order of rank."""

    kind: NDArray[np.uint16]
    state: NDArray[np.uint16]
    owner: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.kind)

    def save(self, folder: Path) -> None:
        np.save(folder / "traits.npy", np.stack((self.kind, self.state, self.owner)), allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls(*np.load(folder / "traits.npy", allow_pickle=False))

    def totals(self, word: str, count: NDArray[Any], words: Sequence[str]) -> dict[str, int]:
        """How many of each kind, state or owner, when `count` says how many there are of each trait."""
        codes = getattr(self, word)
        sums = np.bincount(codes, weights=count, minlength=len(words)) if len(codes) else np.zeros(len(words))
        return {text: int(n) for text, n in zip(words, sums.tolist(), strict=True) if n}

    def allowed(self, where: Where, words: dict[str, list[str]]) -> NDArray[np.bool_] | None:
        """Which traits a filter lets through; None for all."""
        if not (where.kinds or where.states or where.owners):
            return None
        found = np.ones(len(self), dtype=np.bool_)
        for word, asked in zip(_WORDS, (where.kinds, where.states, where.owners), strict=True):
            if asked:
                table = np.array([text in asked for text in words[word]], dtype=np.bool_)
                found &= table[getattr(self, word)]
        return found


def traits_of(kind: NDArray[Any], state: NDArray[Any], owner: NDArray[Any]) -> tuple[Traits, NDArray[Any]]:
    """The traits that occur, and the number of each row's one (u16 or u32)."""
    if not len(kind):
        none = np.empty(0, np.uint16)
        return Traits(none, none, none), np.empty(0, np.uint16)
    states, owners = int(state.max()) + 1, int(owner.max()) + 1
    whole = (kind.astype(np.int64) * states + state) * owners + owner
    possible = (int(kind.max()) + 1) * states * owners
    if possible <= _TABLE:
        there = np.zeros(possible, dtype=np.bool_)
        there[whole] = True
        distinct = np.flatnonzero(there)
        table = np.cumsum(there, dtype=np.uint32) - np.uint32(1)
        of_row = table[whole]
    else:
        distinct, of_row = np.unique(whole, return_inverse=True)
    rest, owner_of = np.divmod(distinct, owners)
    kind_of, state_of = np.divmod(rest, states)
    traits = Traits(*(codes.astype(np.uint16) for codes in (kind_of, state_of, owner_of)))
    return traits, of_row.astype(np.uint16 if len(traits) <= 1 << 16 else np.uint32)
