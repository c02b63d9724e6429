"""权责清单: which unit is responsible for a class of events or parts at a place.

The pain that every city names: nobody knows whose a point is. A list says `class × division → unit`; the most specific
entry wins: first the one of the longest code (a grid before its community, a street before the county), then the one of
the longest category (a subclass before its class). Entries that are equally specific share the work.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cockpit.domain.level import Level

#: how long codes of divisions and grids are; 0 is everywhere
_CODE_LENGTHS = (15, 12, 9, 6, 4, 2, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Responsibility:
    """One entry. An empty category covers every class, an empty code every place."""

    #: `event.01.10`, or a beginning of one: `event.01`, `event`
    category: str
    #: division or grid code; everything below it is covered
    code: str
    unit: str
    level: Level


class Responsibilities:
    """The whole list, looked up by category and code in a few steps however long it is. Read-only."""

    def __init__(self, entries: Iterable[Responsibility] = ()) -> None:
        self._entries: dict[tuple[str, str], list[Responsibility]] = {}
        for entry in entries:
            known = self._entries.setdefault((entry.code, entry.category), [])
            if all(e.unit != entry.unit for e in known):
                known.append(entry)

    def __len__(self) -> int:
        return sum(map(len, self._entries.values()))

    def __iter__(self) -> Iterator[Responsibility]:
        """Every entry."""
        return (entry for entries in self._entries.values() for entry in entries)

    def most_specific(self, category: str, code: str, level: Level | None = None) -> list[Responsibility]:
        """The entries that hold for a class at a place, equally specific; with `level` among that level's alone.

        Empty if nobody is named. `code` is the longest code known for the place.
        """
        return next(self._matches(category, code, level), [])

    def by_level(self, category: str, code: str) -> dict[Level, list[Responsibility]]:
        """Whom each level would ask, from the community up; levels that name nobody are missing."""
        found = {level: self.most_specific(category, code, level) for level in reversed(Level)}
        return {level: entries for level, entries in found.items() if entries}

    def _matches(self, category: str, code: str, level: Level | None) -> Iterator[list[Responsibility]]:
        """Matching entries, the most specific first."""
        categories = list(_beginnings(category))
        for length in _CODE_LENGTHS:
            if length > len(code):
                continue
            for beginning in categories:
                entries = self._entries.get((code[:length], beginning), ())
                if found := [e for e in entries if level is None or e.level is level]:
                    yield found


def _beginnings(category: str) -> Iterator[str]:
    """`event.01.10`, `event.01`, `event`, and nothing."""
    while category:
        yield category
        category = category.rpartition(".")[0]
    yield ""


def level_of_code(code: str) -> Level:
    """The level of a division's code; that of a grid is its community."""
    return {6: Level.COUNTY, 9: Level.STREET, 12: Level.COMMUNITY, 15: Level.COMMUNITY}.get(len(code), Level.CITY)
