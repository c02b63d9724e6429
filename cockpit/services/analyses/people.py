"""人口与服务: who lives where, what works there, and who can walk to what within so many minutes.

The base is what the books say now (住户底册, 专题图层), also for a page about the past; only the events are of its
period.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.scope import Scope
from cockpit.domain.travel import WALKING_MPS
from cockpit.services.city import City
from cockpit.services.houses.dwellings import Dwellings, Floats, Ints
from cockpit.services.layer_editing import Shelf
from cockpit.services.nearby.roads import RoadGraph
from cockpit.situation.period import child_of

#: what a walk leads to: layers of things that people go to
SERVICES = ("hospital", "school", "elderly_care")
#: layers whose things are companies and other places of business; a city's own register comes first
COMPANIES = (
    "enterprise", "convenience_service", "work_safety_unit", "training_institution", "parcel_outlet",
)  # fmt: skip
#: the lists of a page are this long
_MOST = 40
_COMMUNITY = 12


class Homes(Protocol):
    """Every building with who lives there (`services.houses.book`)."""

    def dwellings(self) -> Dwellings: ...


@dataclass(frozen=True, slots=True)
class PeopleLine:
    """A division (empty code: what lies in none of them) with its base."""

    code: str
    people: int
    households: int
    buildings: int
    companies: int
    reported: int

    @property
    def per_thousand(self) -> float | None:
        """Reports per thousand inhabitants; None where nobody lives."""
        return 1_000 * self.reported / self.people if self.people else None


@dataclass(frozen=True, slots=True)
class People:
    """人口底数 of the divisions below and of all of them; `layers`: which of COMPANIES hold anything."""

    lines: list[PeopleLine]
    whole: PeopleLine
    layers: list[str]


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """A division: how many live there, how many of them within the walk, and the mean walk of all (minutes)."""

    code: str
    people: int
    covered: int
    mean_min: float

    @property
    def missed(self) -> int:
        return self.people - self.covered

    @property
    def value(self) -> float | None:
        return self.covered / self.people if self.people else None


@dataclass(frozen=True, slots=True)
class Coverage:
    """服务覆盖: the divisions below, the communities with the most people beyond the walk, and all of them."""

    service: str
    minutes: int
    #: how many there are of it in the whole city: a walk may lead over a border
    services: int
    lines: list[CoverageLine]
    whole: CoverageLine
    communities: list[CoverageLine]
    beyond: int
    #: share of people whose way follows the street network
    by_road: float


class Ground:
    """Answers from the books; walks are remembered until a book says something else. Safe from any thread."""

    def __init__(self, city: City, homes: Homes, shelf: Shelf, roads: RoadGraph) -> None:
        self._city, self._homes, self._shelf, self._roads = city, homes, shelf, roads
        self._lock = threading.Lock()
        self._walks: dict[str, tuple[Dwellings, str, Floats, NDArray[np.bool_]]] = {}
        self._placed: dict[str, tuple[str, Ints]] = {}

    def people(self, scope: Scope, children: Sequence[str], reported: Sequence[int]) -> People:
        """The base of the divisions below; `reported`: reports of each of them, and of none."""
        homes, codes = self._homes.dwellings(), [*children]
        inside = _inside(homes.number, scope)
        at = child_of(homes.number[inside], codes) if codes else np.zeros(int(inside.sum()), dtype=np.int64)
        size = len(codes) + 1
        people, doors = (
            np.bincount(at, weights=column[inside], minlength=size).astype(np.int64).tolist()
            for column in (homes.people, homes.households)
        )
        buildings = np.bincount(at, minlength=size).tolist()
        companies, layers = np.zeros(size, dtype=np.int64), []
        for name in COMPANIES:
            numbers = self._numbers_of(name)
            its = numbers[_inside(numbers, scope)]
            if len(numbers):
                layers.append(name)
                companies += np.bincount(child_of(its, codes) if codes else its * 0, minlength=size)
        told = zip([*codes, ""], people, doors, buildings, companies.tolist(), reported, strict=True)
        lines = [PeopleLine(*line) for line in told]
        whole = PeopleLine(
            scope.code, sum(x.people for x in lines), sum(x.households for x in lines),
            sum(x.buildings for x in lines), sum(x.companies for x in lines), sum(x.reported for x in lines),
        )  # fmt: skip
        return People([line for line in lines if line.code or line.people or line.reported], whole, layers)

    def coverage(self, scope: Scope, children: Sequence[str], service: str, minutes: int) -> Coverage:
        """Who can walk to the service within so many minutes."""
        homes, metres, by_road = self._walk(service)
        inside = np.flatnonzero(_inside(homes.number, scope))
        number, people = homes.number[inside], homes.people[inside]
        walk_min = metres[inside] / WALKING_MPS / 60
        codes = [*children]
        lines = _lines(codes, child_of(number, codes), people, walk_min, minutes) if codes else []
        below = sorted(c for c in self._city.divisions if len(c) == _COMMUNITY and scope.covers(c))
        if scope.code[:_COMMUNITY] not in below and len(scope.code) > _COMMUNITY:
            below = [scope.code]
        found = _lines(below, child_of(number, below), people, walk_min, minutes) if below else []
        found = [line for line in found if line.missed]
        found.sort(key=lambda line: (-line.missed, line.code))
        whole = _lines([scope.code], np.zeros(len(inside), dtype=np.int64), people, walk_min, minutes)[0]
        lived = max(int(people.sum()), 1)
        return Coverage(
            service, minutes, len(self._numbers_of(service)), lines, whole, found[:_MOST], len(found),
            float((people * by_road[inside]).sum() / lived),
        )  # fmt: skip

    def _walk(self, service: str) -> tuple[Dwellings, Floats, NDArray[np.bool_]]:
        """Metres on foot from every building to the nearest of a layer's things."""
        homes, shelved = self._homes.dwellings(), self._shelf.find(service)
        version = shelved.version if shelved else ""
        with self._lock:
            known = self._walks.get(service)
        if known is None or known[0] is not homes or known[1] != version:
            lon, lat = self._places_of(service)
            known = homes, version, *self._roads.nearest_m(homes.lon, homes.lat, lon, lat)
            with self._lock:
                self._walks[service] = known
        return homes, known[2], known[3]

    def _numbers_of(self, layer: str) -> Ints:
        """The grid of each thing of a layer; none where nothing is there."""
        shelved = self._shelf.find(layer)
        if shelved is None:
            return np.zeros(0, dtype=np.int64)
        with self._lock:
            known = self._placed.get(layer)
        if known is None or known[0] != shelved.version:
            known = shelved.version, self._city.locate_many(*self._places_of(layer))
            with self._lock:
                self._placed[layer] = known
        return known[1]

    def _places_of(self, layer: str) -> tuple[Floats, Floats]:
        shelved = self._shelf.find(layer)
        things = shelved.columns.items(limit=shelved.columns.count().total) if shelved else []
        return np.array([t.lon for t in things], dtype=np.float64), np.array([t.lat for t in things], dtype=np.float64)


def _inside(number: Ints, scope: Scope) -> NDArray[np.bool_]:
    low, high = scope.span
    return (number >= low) & (number < high)


def _lines(codes: list[str], at: Ints, people: Ints, walk_min: Floats, minutes: int) -> list[CoverageLine]:
    """A line a division; what lies in none of them is left out, the whole has it."""
    size = len(codes) + 1
    lived = np.bincount(at, weights=people, minlength=size)
    covered = np.bincount(at, weights=people * (walk_min <= minutes), minlength=size)
    walked = np.bincount(at, weights=people * np.where(np.isfinite(walk_min), walk_min, 0), minlength=size)
    return [
        CoverageLine(code, int(lived[i]), int(covered[i]), float(walked[i] / lived[i]) if lived[i] else 0.0)
        for i, code in enumerate(codes)
    ]
