"""Who and what fits a query, from the columns of movers and from the registry; the way there is not known yet.

Both give the nearest first and no more than asked for, and nobody who is nearer is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from cockpit.domain.geo import distance_m
from cockpit.domain.resource import ResourceState
from cockpit.domain.shift import Duty
from cockpit.services.city import City
from cockpit.services.nearby.people import BUSY, FREE, STATUS, Around
from cockpit.services.nearby.query import Candidate, LeftOut, NearbyQuery, Status
from cockpit.services.nearby.registry import STATES, Registry, first_by_distance
from cockpit.services.roster import Attended, Roster

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

_BROKEN = STATES.index(ResourceState.OUT_OF_SERVICE)


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Movers around a place, with the names that belong to their rows."""

    seen: Around
    subjects: list[str]
    kinds: list[str]
    busy: Mapping[str, str]
    attendance: Mapping[str, Attended]
    roster: Roster
    city: City

    def fitting(self, query: NearbyQuery, area: Any) -> Mask:
        """Who can be called."""
        fits = (self.seen.status == FREE) & self.seen.skilled
        if not query.only_free:
            fits |= (self.seen.status == BUSY) & self.seen.skilled
        return np.asarray(fits & self.inside(area))

    def inside(self, area: Any) -> Mask:
        """Who is in the polygon; everybody without one."""
        if area is None:
            return np.ones(len(self.seen), dtype=bool)
        return np.asarray(shapely.intersects_xy(area, self.seen.lon, self.seen.lat))

    def count(self, query: NearbyQuery, keep: Mask) -> int:
        """How many of `keep` are within the radius."""
        lons, lats = self.seen.lon[keep], self.seen.lat[keep]
        return int((distance_m(query.lon, query.lat, lons, lats) <= query.radius_m).sum())

    def duty_of(self, candidate: Candidate, now: datetime) -> Duty | None:
        """What is known of the duty of somebody; None for a thing."""
        if candidate.status is Status.REGISTERED:
            return None
        return self.roster.duty_of(candidate.id, now, self.attendance)

    def nearest(
        self, query: NearbyQuery, keep: Mask, radius_m: float, k: int, reason: LeftOut | None = None
    ) -> list[Candidate]:
        """The `k` nearest of `keep`; with a `reason` they are left out for that one, whatever their status."""
        picked = np.flatnonzero(keep)
        places, metres = first_by_distance(
            picked, self.seen.lon[picked], self.seen.lat[picked], query.lon, query.lat, radius_m, k
        )
        return [self._candidate(p, m, reason) for p, m in zip(places.tolist(), metres.tolist(), strict=True)]

    def unfit(self, query: NearbyQuery, area: Any, radius_m: float, k: int) -> list[Candidate]:
        """The nearest who are there and cannot be called, each with the first reason that applies."""
        unfit = ~self.fitting(query, area) & self.inside(area)
        return [replace(c, reason=_reason(c, query)) for c in self.nearest(query, unfit, radius_m, k)]

    def _candidate(self, place: int, metres: float, reason: LeftOut | None) -> Candidate:
        seen, subject = self.seen, self.subjects[int(self.seen.rows[place])]
        entry = self.roster.find(subject)
        return Candidate(
            id=subject, kind=self.kinds[int(seen.kind[place])], name=entry.name if entry else subject,
            lon=float(seen.lon[place]), lat=float(seen.lat[place]), code=self.city.code_of(int(seen.code[place])),
            distance_m=metres, status=STATUS[int(seen.status[place])], reason=reason,
            skills=entry.skills if entry else (), phone=entry.phone if entry else "",
            age_s=float(seen.age_s[place]), busy_order_id=self.busy.get(subject),
            grid_code=entry.grid_code if entry else "", shift=entry.shift if entry else "",
        )  # fmt: skip


def things_near(registry: Registry, query: NearbyQuery, area: Any, radius_m: float, k: int) -> list[Candidate]:
    """The nearest registered things that can be counted on, `k` of each kind at most."""
    return _things(registry, query, area, radius_m, k, broken=False)


def broken_things(registry: Registry, query: NearbyQuery, area: Any, k: int) -> list[Candidate]:
    """The nearest registered things that are out of service."""
    return _things(registry, query, area, query.radius_m, k, broken=True)


def count_things(registry: Registry, query: NearbyQuery, area: Any) -> int:
    """How many registered things fit within the radius."""
    keep = _Keep(registry, query, area, broken=False)
    return sum(registry.count(kind, query.lon, query.lat, query.radius_m, keep) for kind in _kinds(registry, query))


def _things(
    registry: Registry, query: NearbyQuery, area: Any, radius_m: float, k: int, *, broken: bool
) -> list[Candidate]:
    keep, found = _Keep(registry, query, area, broken=broken), []
    for kind in _kinds(registry, query):
        rows, metres = registry.nearest(kind, query.lon, query.lat, radius_m, k, keep)
        found += [
            Candidate(
                id=thing.resource_id, kind=kind, name=thing.name, lon=thing.lon, lat=thing.lat, code=thing.code,
                distance_m=away_m, status=Status.REGISTERED, skills=thing.skills, phone=thing.phone,
                capacity=thing.capacity, reason=LeftOut.OUT_OF_SERVICE if broken else None,
            )
            for thing, away_m in zip(registry.things(rows), metres.tolist(), strict=True)
        ]  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class _Keep:
    """Which rows of the registry a query lets through."""

    registry: Registry
    query: NearbyQuery
    area: Any
    broken: bool

    def __call__(self, rows: Ints) -> Mask:
        registry, query = self.registry, self.query
        low, high = query.scope.span
        number = registry.number[rows]
        good = (number >= low) & (number < high) & (registry.state[rows] == (_BROKEN if self.broken else 0))
        if query.skills:
            good &= registry.has_skills(rows, query.skills)
        if self.area is not None:
            good &= shapely.intersects_xy(self.area, registry.lon[rows], registry.lat[rows])
        if query.exclude:
            good &= ~registry.are(rows, query.exclude)
        return np.asarray(good)


def _kinds(registry: Registry, query: NearbyQuery) -> list[str]:
    return [kind for kind in registry.kinds if not query.kinds or kind in query.kinds]


def _reason(candidate: Candidate, query: NearbyQuery) -> LeftOut:
    match candidate.status:
        case Status.STALE:
            return LeftOut.STALE
        case Status.OFF_SHIFT:
            return LeftOut.OFF_SHIFT
    return LeftOut.BUSY if query.skills <= set(candidate.skills) else LeftOut.NO_SKILL
