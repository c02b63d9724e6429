"""A place with people and things for tests of 附近: movers taken like any fixes, a registry, a small roster."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np

from cockpit.domain.resource import Resource, ResourceState
from cockpit.domain.scope import Scope, number_of
from cockpit.services.city import City, Division, RosterEntry
from cockpit.services.nearby.nearby import Nearby
from cockpit.services.nearby.query import NearbyQuery
from cockpit.services.nearby.registry import Registry
from cockpit.services.nearby.roads import RoadGraph
from cockpit.services.roster import Roster
from cockpit.situation.movers import Movers
from cockpit.situation.situation import Rules, Situation

#: a Thursday noon in Yuhang
NOON = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
NOON_MS = round(NOON.timestamp() * 1000)
GRID = "330110012001001"
OTHER_GRID = "330110013001001"
LON, LAT = 119.95, 30.30
NO_ROADS = RoadGraph(np.zeros((0, 2)), np.zeros((0, 2), dtype=np.int64), np.zeros(0), [])


def thing(number: int, kind: str = "hydrant", lon: float = LON, lat: float = LAT, **given: Any) -> Resource:
    named = {"resource_id": f"r-{number}", "kind": kind, "name": f"{kind} {number}", "lon": lon, "lat": lat}
    return Resource(**{**named, "code": GRID, **given})


def broken(number: int, **given: Any) -> Resource:
    return thing(number, state=ResourceState.OUT_OF_SERVICE, **given)


def gridworker(subject: str, shift: str = "day", skills: tuple[str, ...] = ()) -> RosterEntry:
    return RosterEntry(subject, f"王{subject}", GRID, shift, phone="138****0000", skills=skills)


def take(movers: Movers, fixes: Iterable[tuple[str, float, float]], *, age_s: float = 10, **given: Any) -> None:
    """Fixes (subject, lon, lat) of one age; `kind` and `code` for all."""
    listed = list(fixes)
    n = len(listed)
    at = np.full(n, NOON_MS - round(age_s * 1000), dtype=np.int64)
    movers.take(
        [f[0] for f in listed], [given.get("kind", "gridworker")],
        np.arange(n, dtype=np.uint32), np.zeros(n, dtype=np.uint16),
        np.array([f[1] for f in listed]), np.array([f[2] for f in listed]), at, at,
        np.full(n, number_of(given.get("code", GRID)), dtype=np.int64),
    )  # fmt: skip


@dataclass(eq=False)
class Ground:
    """`nearby` over what a test puts here."""

    things: list[Resource] = field(default_factory=list)
    roster: list[RosterEntry] = field(default_factory=list)
    roads: RoadGraph = NO_ROADS
    busy: dict[str, str] = field(default_factory=dict)
    attendance: dict[str, Any] = field(default_factory=dict)
    movers: Movers = field(default_factory=Movers)

    def nearby(self) -> Nearby:
        city = City.empty(tz="Asia/Shanghai")
        for code in (GRID, OTHER_GRID):
            city.divisions[code] = Division(code, code, code, "grid", (LON, LAT), (LON, LAT, LON, LAT))
        city.roster.update({entry.subject_id: entry for entry in self.roster})
        fold = SimpleNamespace(
            lock=nullcontext(), situation=Situation(rules=Rules(city_code="330110")), movers=self.movers
        )
        registry = Registry(self.things)
        return Nearby(
            fold=fold, city=city, things=SimpleNamespace(now=lambda: registry), roads=self.roads, roster=Roster(city),
            stale_after_s=300, busy_of=lambda _s: self.busy, attendance_of=lambda _s: self.attendance,
        )  # fmt: skip


def asked(**given: Any) -> NearbyQuery:
    """What is near the middle, in the whole district."""
    return NearbyQuery(**{"lon": LON, "lat": LAT, "scope": Scope("330110"), "now": NOON, **given})
