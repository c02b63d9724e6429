"""Who and what fits a query, from the columns of movers and from the registry: distances first, the rest when chosen.

Both give the nearest first and no more than asked for, and nobody who is nearer is missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from cockpit.domain.resource import Resource, ResourceState
from cockpit.domain.shift import Duty
from cockpit.services.city import City
from cockpit.services.nearby.kind_rows import Columns, Keep, Look, first_by_distance
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
    """Somebody or something at a distance; `place` is where its source has it, which makes a candidate of it."""

    metres: float
    id: str
    kind: str
    lon: float
    lat: float
    place: int
    source: "People | ThingsNear"

    def told(self, way: Way) -> Candidate:
        """The candidate, given its way."""
        return self.source.told(self, way)


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
        columns = (places, metres, seen.rows[places], seen.kind[places], seen.lon[places], seen.lat[places])
        return [
            Hit(m, self.subjects[row], self.kinds[kind], lon, lat, place, self)
            for place, m, row, kind, lon, lat in zip(*(column.tolist() for column in columns), strict=True)
        ]

    def unfit(self, query: NearbyQuery, area: Any, radius_m: float, k: int) -> list[Hit]:
        """The nearest who are there and cannot be called."""
        return self.nearest(~self.fitting(query, area) & self.inside(area), radius_m, k)

    def told(self, hit: Hit, way: Way) -> Candidate:
        """One of those here as a candidate."""
        seen, entry, place = self.seen, self.roster.find(hit.id), hit.place
        return Candidate(
            id=hit.id, kind=hit.kind, name=entry.name if entry else hit.id, lon=hit.lon, lat=hit.lat,
            code=self.city.code_of(int(seen.code[place])), distance_m=hit.metres, road_m=way.road_m,
            eta_s=way.eta_s, by_road=way.by_road, status=STATUS[int(seen.status[place])],
            skills=entry.skills if entry else (), phone=entry.phone if entry else "",
            age_s=float(seen.age_s[place]), busy_order_id=self.busy.get(hit.id),
            grid_code=entry.grid_code if entry else "", shift=entry.shift if entry else "",
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class ThingsNear:
    """Registered things for one query; `area` is the polygon, None for a circle. Used by one thread."""

    registry: Registry
    query: NearbyQuery
    area: Any
    _looks: dict[tuple[str, int], Look] = field(default_factory=dict)
    #: what was looked up about rows, many at a time
    _things: dict[int, Resource] = field(default_factory=dict)

    def nearest(self, radius_m: float, k: int, *, broken: bool = False) -> list[Hit]:
        """The nearest that can be counted on (or that are out of service), `k` at most."""
        registry, found = self.registry, []
        for kind in self._kinds():
            rows, metres = self._look(kind, _BROKEN if broken else 0).nearest(radius_m, k)
            found += [(m, row, kind) for row, m in zip(rows.tolist(), metres.tolist(), strict=True)]
        # rows ascend with ids: of equal distances the lower id comes first
        return [
            Hit(m, registry.ids[row], kind, float(registry.lon[row]), float(registry.lat[row]), row, self)
            for m, row, kind in sorted(found)[:k]
        ]

    def count(self) -> int:
        """How many can be counted on within the radius."""
        return sum(self._look(kind, 0).count(self.query.radius_m) for kind in self._kinds())

    def look_up(self, hits: Sequence[Hit]) -> None:
        """Know what is registered of these before each is told: one by one takes ten times as long."""
        rows = [hit.place for hit in hits if hit.source is self and hit.place not in self._things]
        self._things.update(zip(rows, self.registry.things(np.array(rows, dtype=np.int64)), strict=True))

    def told(self, hit: Hit, way: Way) -> Candidate:
        """One of these things as a candidate."""
        self.look_up([hit])
        thing = self._things[hit.place]
        return Candidate(
            id=hit.id, kind=hit.kind, name=thing.name, lon=hit.lon, lat=hit.lat, code=thing.code,
            distance_m=hit.metres, road_m=way.road_m, eta_s=way.eta_s, by_road=way.by_road,
            status=Status.REGISTERED, skills=thing.skills, phone=thing.phone, capacity=thing.capacity,
        )  # fmt: skip

    def _kinds(self) -> list[str]:
        """Those asked for; where skills are, those of which something has them."""
        query = self.query
        kinds = [kind for kind in self.registry.kinds if not query.kinds or kind in query.kinds]
        if not query.skills:
            return kinds
        skilled = self.registry.with_skills(query.skills)
        return [kind for kind in kinds if skilled[self.registry.of_kind[kind].skill_sets].any()]

    def _look(self, kind: str, state: int) -> Look:
        query, key = self.query, (kind, state)
        if key not in self._looks:
            of_kind = self.registry.of_kind[kind]
            self._looks[key] = of_kind.look(query.lon, query.lat, query.scope, keep=self._keep(), state=state)
        return self._looks[key]

    def _keep(self) -> Keep | None:
        query, area = self.query, self.area
        skilled = self.registry.with_skills(query.skills) if query.skills else None
        gone = self.registry.rows_of(query.exclude)
        if skilled is None and not gone and area is None:
            return None

        def keep(seen: Columns) -> Mask:
            good = np.ones(len(seen), dtype=bool)
            if skilled is not None:
                good &= skilled[seen.skill_set]
            if gone:
                good &= ~np.isin(seen.rows, gone)
            if area is not None:
                good[good] = shapely.intersects_xy(area, seen.lon[good], seen.lat[good])
            return np.asarray(good)

        return keep


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
