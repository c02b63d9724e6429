"""流向: where the work of a period comes from and who carries it, as counts between divisions and units.

Each event counts once: it lies in one child of the scope or in none, and one unit carries it or nobody yet. A unit
that stands in a child is drawn there, so that what a street does itself and what it takes from another are seen; the
units of the scope and above keep their names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cockpit.services.city import City
from cockpit.situation.period import child_of
from cockpit.situation.table import Mask

#: no child of the scope; no unit yet; all units that are not among the largest; any end of a link
REST, NOBODY, OTHERS, ANY = "rest", "nobody", "others", "any"
_UNIT: Final = "unit:"
#: so many units that stand in no child are told by name
MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Carrier:
    """An end of flows: a division that stands for its units, a unit by name, or one of the words above."""

    key: str
    #: how many units it stands for
    units: int
    count: int

    @property
    def unit(self) -> str:
        """The name of the unit; empty for what is no single unit."""
        return self.key.removeprefix(_UNIT) if self.key.startswith(_UNIT) else ""


@dataclass(frozen=True, slots=True)
class Flows:
    """Of each row where it comes from (a place in `origins`) and who carries it (a place in `carriers`)."""

    #: codes of the children, then `REST`
    origins: list[str]
    carriers: list[Carrier]
    origin: NDArray[np.int64]
    carrier: NDArray[np.int64]

    def links(self) -> list[tuple[str, str, int]]:
        """From where, to whom, how many; the most first. They add up to all rows."""
        pairs, counts = np.unique(self.origin * len(self.carriers) + self.carrier, return_counts=True)
        told = [
            (self.origins[pair // len(self.carriers)], self.carriers[pair % len(self.carriers)].key, count)
            for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True)
        ]
        return sorted(told, key=lambda link: (-link[2], link[0], link[1]))

    def counts(self) -> list[int]:
        """Rows of each origin."""
        return [int(n) for n in np.bincount(self.origin, minlength=len(self.origins))]

    def mask(self, link: str) -> Mask | None:
        """The rows of `FROM>TO`; None for a link that names no end of these flows."""
        begin, gap, end = link.partition(">")
        keys = [carrier.key for carrier in self.carriers]
        if not gap or begin not in (*self.origins, ANY) or end not in (*keys, ANY):
            return None
        mask = np.ones(len(self.origin), dtype=bool)
        if begin != ANY:
            mask &= self.origin == self.origins.index(begin)
        if end != ANY:
            mask &= self.carrier == keys.index(end)
        return mask


class UnitPlaces:
    """Which division a unit stands in: as it is registered, else by the division that its name begins with."""

    def __init__(self, city: City, registered: Mapping[str, str]) -> None:
        self._registered = registered
        self._named: dict[str, list[str]] = {}
        for code, division in city.divisions.items():
            if city.code != code and len(code) <= 12 and division.name:
                self._named.setdefault(division.name, []).append(code)
        self._lengths = sorted({len(name) for name in self._named}, reverse=True)

    def of(self, unit: str) -> list[str]:
        """The divisions that it may stand in; several where places share a name, none where nothing is known."""
        if code := self._registered.get(unit):
            return [code]
        for length in self._lengths:
            if found := self._named.get(unit[:length]):
                return found
        return []


def flows_of(codes: NDArray[np.int64], units: Sequence[str], children: Sequence[str], places: UnitPlaces) -> Flows:
    """Flows of rows by where they lie (`codes`) and who carries them. `children`: the divisions below the scope."""
    origin = child_of(codes, children) if children else np.zeros(len(codes), dtype=np.int64)
    keys = [""] * len(units)
    rows_of: dict[str, list[int]] = {}
    for row, unit in enumerate(units):
        rows_of.setdefault(unit, []).append(row)
    for unit, rows in rows_of.items():
        for row, key in zip(rows, _keys(unit, codes[rows], children, places), strict=True):
            keys[row] = key
    distinct, carrier, counts = np.unique(np.array(keys, dtype=str), return_inverse=True, return_counts=True)
    members: dict[str, set[str]] = {}
    for key, unit in set(zip(keys, units, strict=True)):
        members.setdefault(key, set()).add(unit)
    order = np.lexsort((distinct, -counts))
    named = [i for i in order.tolist() if str(distinct[i]).startswith(_UNIT)]
    # one single unit too many is told by its name, not as others
    small = set(named[MOST_NAMED:]) if len(named) > MOST_NAMED + 1 else set()
    carriers = [
        Carrier(str(distinct[i]), 0 if distinct[i] == NOBODY else len(members[str(distinct[i])]), int(counts[i]))
        for i in order.tolist()
        if i not in small
    ]
    place_of = {carrier.key: at for at, carrier in enumerate(carriers)}
    if small:
        carriers.append(Carrier(OTHERS, len(small), int(counts[list(small)].sum())))
    found = np.array([place_of.get(str(key), len(carriers) - 1) for key in distinct], dtype=np.int64)
    of_rows = found[carrier] if len(keys) else np.zeros(0, dtype=np.int64)
    return Flows([*children, REST], carriers, origin, of_rows)


def _keys(unit: str, codes: NDArray[np.int64], children: Sequence[str], places: UnitPlaces) -> list[str]:
    """The end of each row that a unit carries. Of places that share a name, the one that the row lies in is meant."""
    if not unit:
        return [NOBODY] * len(codes)
    may = {place: child for place in places.of(unit) for child in children if place.startswith(child)}
    distinct = sorted(set(may.values()))
    if len(distinct) < 2:
        return [distinct[0] if distinct else _UNIT + unit] * len(codes)
    own = child_of(codes, children)
    return [children[at] if at < len(children) and children[at] in distinct else _UNIT + unit for at in own.tolist()]
