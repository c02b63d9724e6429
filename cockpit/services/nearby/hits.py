"""Who and what fits a query, from the columns of movers and from the registry: distances first, the rest when chosen.

Both give the nearest first and no more than asked for, and nobody who is nearer is missing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from cockpit.domain.resource import ResourceState
from cockpit.domain.shift import Duty
from cockpit.services.city import City
from cockpit.services.nearby.kind_rows import Columns, first_by_distance
from cockpit.services.nearby.people import BUSY, FREE, STATUS, Around
from cockpit.services.nearby.query import Candidate, LeftOut, NearbyQuery, Status
from cockpit.services.nearby.registry import STATES, Registry
from cockpit.services.roster import Attended, Roster

Mask = NDArray[np.bool_]

_BROKEN = STATES.index(ResourceState.OUT_OF_SERVICE)


class Way(NamedTuple):
    """How long and how far the way to the place is, and whether it follows roads."""

    road_m: float
    eta_s: float
    by_road: bool


class Hit(NamedTuple):
    """Somebody or something at a distance; `told` makes a candidate of it, given its way."""

    metres: float
    id: str
    kind: str
    lon: float
    lat: float
    told: Callable[["Hit", Way], Candidate]


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
        return int((self.seen.metres[keep] <= query.radius_m).sum())

    def duty_of(self, candidate: Candidate, now: datetime) -> Duty | None:
        """What is known of the duty of somebody; None for a thing."""
        if candidate.status is Status.REGISTERED:
            return None
        return self.roster.duty_of(candidate.id, now, self.attendance)

    def nearest(self, keep: Mask, radius_m: float, k: int) -> list[Hit]:
        """The `k` nearest of `keep`."""
        seen, picked = self.seen, np.flatnonzero(keep)
        places, metres = first_by_distance(picked, seen.metres[picked], radius_m, k)
        rows, kinds = seen.rows[places].tolist(), seen.kind[places].tolist()
        told = zip(places.tolist(), metres.tolist(), rows, kinds, strict=True)
        return [
            Hit(m, self.subjects[row], self.kinds[kind], float(seen.lon[p]), float(seen.lat[p]), self._teller(p))
            for p, m, row, kind in told
        ]

    def unfit(self, query: NearbyQuery, area: Any, radius_m: float, k: int) -> list[Hit]:
        """The nearest who are there and cannot be called."""
        return self.nearest(~self.fitting(query, area) & self.inside(area), radius_m, k)

    def _teller(self, place: int) -> Callable[[Hit, Way], Candidate]:
        def told(hit: Hit, way: Way) -> Candidate:
            seen, entry = self.seen, self.roster.find(hit.id)
            return Candidate(
                id=hit.id, kind=hit.kind, name=entry.name if entry else hit.id, lon=hit.lon, lat=hit.lat,
                code=self.city.code_of(int(seen.code[place])), distance_m=hit.metres, road_m=way.road_m,
                eta_s=way.eta_s, by_road=way.by_road, status=STATUS[int(seen.status[place])],
                skills=entry.skills if entry else (), phone=entry.phone if entry else "",
                age_s=float(seen.age_s[place]), busy_order_id=self.busy.get(hit.id),
                grid_code=entry.grid_code if entry else "", shift=entry.shift if entry else "",
            )  # fmt: skip

        return told


@dataclass(frozen=True, slots=True, eq=False)
class ThingsNear:
    """Registered things for one query; `area` is the polygon, None for a circle."""

    registry: Registry
    query: NearbyQuery
    area: Any

    def nearest(self, radius_m: float, k: int, *, broken: bool = False) -> list[Hit]:
        """The nearest that can be counted on (or that are out of service), `k` at most."""
        query, registry, found = self.query, self.registry, []
        keep = self._keep(_BROKEN if broken else 0)
        for kind in self._kinds():
            rows, metres = registry.of_kind[kind].nearest(query.lon, query.lat, query.scope, radius_m, k, keep)
            found += [(m, row, kind) for row, m in zip(rows.tolist(), metres.tolist(), strict=True)]
        # rows ascend with ids: of equal distances the lower id comes first
        return [
            Hit(m, registry.ids[row], kind, float(registry.lon[row]), float(registry.lat[row]), self._teller(row))
            for m, row, kind in sorted(found)[:k]
        ]

    def count(self) -> int:
        """How many can be counted on within the radius."""
        query = self.query
        keep = self._keep(0) if query.skills or query.exclude or self.area is not None else None
        return sum(
            self.registry.of_kind[kind].count(query.lon, query.lat, query.scope, query.radius_m, keep)
            for kind in self._kinds()
        )

    def _kinds(self) -> list[str]:
        return [kind for kind in self.registry.kinds if not self.query.kinds or kind in self.query.kinds]

    def _keep(self, state: int) -> Callable[[Columns], Mask]:
        query, area = self.query, self.area
        skilled = self.registry.with_skills(query.skills) if query.skills else None
        gone = self.registry.rows_of(query.exclude)

        def keep(seen: Columns) -> Mask:
            good = seen.state == state
            if skilled is not None:
                good &= skilled[seen.skill_set]
            if gone:
                good &= ~np.isin(seen.rows, gone)
            if area is not None:
                good[good] = shapely.intersects_xy(area, seen.lon[good], seen.lat[good])
            return np.asarray(good)

        return keep

    def _teller(self, row: int) -> Callable[[Hit, Way], Candidate]:
        def told(hit: Hit, way: Way) -> Candidate:
            thing = self.registry.things(np.array([row]))[0]
            return Candidate(
                id=hit.id, kind=hit.kind, name=thing.name, lon=hit.lon, lat=hit.lat, code=thing.code,
                distance_m=hit.metres, road_m=way.road_m, eta_s=way.eta_s, by_road=way.by_road,
                status=Status.REGISTERED, skills=thing.skills, phone=thing.phone, capacity=thing.capacity,
            )  # fmt: skip

        return told


def reason_of(candidate: Candidate, query: NearbyQuery) -> LeftOut:
    """Why somebody within reach is not named: the first reason that applies."""
    match candidate.status:
        case Status.STALE:
            return LeftOut.STALE
        case Status.OFF_SHIFT:
            return LeftOut.OFF_SHIFT
        case Status.REGISTERED:
            return LeftOut.OUT_OF_SERVICE
    return LeftOut.BUSY if query.skills <= set(candidate.skills) else LeftOut.NO_SKILL
