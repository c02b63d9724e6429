"""区划变更: a division that was renamed or merged into another one, and what its old code means since.

Codes of facts are never rewritten. Whoever asks by division reads an old code as what it has become, so figures of the
past stand under the new code at every instant, and are found by the old one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.scope import Scope, number_of


class ChangeKind(StrEnum):
    """`renamed`: what lay below lies below the new code with the same end; `merged`: it lies in the new one itself."""

    RENAMED = "renamed"
    MERGED = "merged"


@dataclass(frozen=True, kw_only=True, slots=True)
class DivisionChange:
    """One change, on a local day. ValueError if it makes no sense."""

    old: str
    new: str
    on: date
    kind: ChangeKind

    def __post_init__(self) -> None:
        Scope(self.old), Scope(self.new)
        if len(self.old) != len(self.new) or len(self.old) < 6 or self.old == self.new:
            raise ValueError(f"{self.old} cannot have become {self.new}: both must be codes of one level")

    def after(self, code: str) -> str:
        """What a code of before means afterwards."""
        if not code.startswith(self.old):
            return code
        return self.new + code[len(self.old) :] if self.kind is ChangeKind.RENAMED else self.new


@dataclass(frozen=True, slots=True)
class DivisionChanges:
    """All changes of a city, the oldest first; of one day the smaller division first."""

    told: tuple[DivisionChange, ...] = ()

    @classmethod
    def of(cls, changes: list[DivisionChange]) -> "DivisionChanges":
        """In the order in which they are applied. ValueError for a code that comes back to itself."""
        ordered = cls(tuple(sorted(changes, key=lambda c: (c.on, -len(c.old), c.old))))
        for change in ordered.told:
            if ordered.current(change.new) == change.old or change.new.startswith(change.old):
                raise ValueError(f"{change.old} comes back to itself")
        return ordered

    def current(self, code: str) -> str:
        """What a code means today; itself if nothing changed."""
        for change in self.told:
            code = change.after(code)
        return code

    def formerly(self, scope: Scope) -> list[Scope]:
        """Divisions outside a scope of which something lies in it today."""
        if not scope.code:
            return []
        found: list[str] = []
        waiting = [scope.code]
        while waiting:
            for code in self._before(waiting.pop()):
                if code not in found and not scope.covers(code):
                    found.append(code)
                    waiting.append(code)
        return [Scope(code) for code in found if not any(code != c and code.startswith(c) for c in found)]

    def _before(self, code: str) -> Iterator[str]:
        for change in self.told:
            if change.new.startswith(code):
                yield change.old
            elif change.kind is ChangeKind.RENAMED and code.startswith(change.new):
                yield change.old + code[len(change.new) :]

    def into(self, scope: Scope) -> list[DivisionChange]:
        """The changes that made the division what it is; empty for one that never changed and for the city above."""
        return [change for change in self.told if scope.code and self.current(change.new) == scope.code]

    def current_numbers(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """`scope.number_of` places as they were told → as they are called today."""
        for change in self.told:
            low, high = Scope(change.old).span
            inside = (numbers >= low) & (numbers < high)
            if inside.any():
                new = number_of(change.new)
                moved = numbers - low + new if change.kind is ChangeKind.RENAMED else new
                numbers = np.where(inside, moved, numbers)
        return numbers


#: a city whose codes are what they were
UNCHANGED = DivisionChanges()
