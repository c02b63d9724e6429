"""人口: how many live in each of some divisions, by the book of 人口底数; who they are is nobody's to list here."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from cockpit.domain.division_change import DivisionChanges
from cockpit.domain.scope import Scope
from cockpit.services.houses.dwellings import Dwellings
from cockpit.situation.period import child_of


class Homes(Protocol):
    """Every building with who lives there (`services.houses.book`)."""

    def dwellings(self) -> Dwellings: ...


class Inhabitants:
    """Counts people as the book has them now. Safe from any thread."""

    def __init__(self, homes: Homes) -> None:
        self._homes = homes

    def are_told(self) -> bool:
        """False without a book: then a count of nobody says nothing."""
        return len(self._homes.dwellings()) > 0

    def of(self, scope: Scope, codes: Sequence[str], changes: DivisionChanges) -> list[int]:
        """Inhabitants of the scope in each division, and last of those in none of them."""
        homes = self._homes.dwellings()
        number = changes.current_numbers(homes.number) if changes.told else homes.number
        low, high = scope.span
        inside = np.ones(len(homes), dtype=bool) if not scope.code else (number >= low) & (number < high)
        people = homes.people[inside]
        if not codes:
            return [int(people.sum())]
        counted = np.bincount(child_of(number[inside], codes), weights=people, minlength=len(codes) + 1)
        return [int(n) for n in counted]
