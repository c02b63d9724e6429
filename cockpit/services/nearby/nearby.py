"""附近: the nearest right people and things, how soon they are there, and why each is named or left out.

Exact: whoever fits and is nearer than somebody named is named too. People come from the live columns of
movers, things from the registry; the way by road is asked only for those who are named.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from cockpit.domain.geo import distance_m
from cockpit.domain.resource import KINDS, kind_of
from cockpit.domain.travel import Travel
from cockpit.services.city import City
from cockpit.services.fold import Fold
from cockpit.services.nearby.hits import Hit, People, ThingsNear, Way, reason_of
from cockpit.services.nearby.people import Traits, around
from cockpit.services.nearby.query import Candidate, Found, LeftOut, LonLat, NearbyQuery
from cockpit.services.nearby.reasons import why_left_out, why_named
from cockpit.services.nearby.registry import Things
from cockpit.services.nearby.roads import RoadGraph
from cockpit.services.roster import Attended, Roster
from cockpit.situation.movers import Movers
from cockpit.situation.situation import Situation

#: ranked by time, at least this many of the nearest are compared
_COMPARED = 400
#: whoever is just outside the circle is looked for this many times as far out
_BEYOND = 3.0

PeopleWithin = Callable[[float], People]


class Nearby:
    """Safe from any thread: the live movers are copied under the fold's lock, everything after is on copies."""

    def __init__(
        self,
        *,
        fold: Fold,
        city: City,
        things: Things,
        roads: RoadGraph,
        roster: Roster,
        stale_after_s: float,
        busy_of: Callable[[Situation], Mapping[str, str]] = lambda _situation: {},
        attendance_of: Callable[[Situation], Mapping[str, Attended]] = lambda _situation: {},
    ) -> None:
        """`busy_of`: person → open order. `attendance_of`: who said on the phone that they are on duty, or not."""
        self._fold, self._city, self._things, self._roads, self._roster = fold, city, things, roads, roster
        self._stale_after_s = stale_after_s
        self._busy_of, self._attendance_of = busy_of, attendance_of
        self._traits = Traits(roster)

    @property
    def roads(self) -> RoadGraph:
        """The streets that its ways follow."""
        return self._roads

    def find(self, query: NearbyQuery) -> Found:
        """Who and what is near now."""

        def within(radius_m: float) -> People:
            with self._fold.lock:
                return self._people(query, radius_m, self._fold.situation, self._fold.movers, self._traits)

        return self._found(query, within)

    def find_then(self, query: NearbyQuery, situation: Situation, movers: Movers) -> Found:
        """Who was near at a past instant (`query.now`); things are those that are registered today."""
        traits = Traits(self._roster)
        return self._found(query, lambda radius_m: self._people(query, radius_m, situation, movers, traits))

    def candidates(self, query: NearbyQuery, exclude: Iterable[str] = ()) -> list[Candidate]:
        """Who could be asked instead of those in `exclude`, the soonest there first; only who comes when asked."""
        comes = frozenset(name for name, kind in KINDS.items() if kind.comes)
        kinds = query.kinds & comes if query.kinds else comes
        asked = replace(
            query, kinds=kinds, exclude=query.exclude | frozenset(exclude), soonest=True, with_left_out=False
        )
        return self.find(asked).items if kinds else []

    def travel(
        self, from_points: Sequence[LonLat], to_points: Sequence[LonLat], by: Travel = Travel.EBIKE
    ) -> NDArray[np.float64]:
        """Seconds between each of some places and each of others, (n, m), for one way of moving."""
        here = np.asarray(from_points, dtype=np.float64).reshape(-1, 2)
        there = np.asarray(to_points, dtype=np.float64).reshape(-1, 2)
        return self._roads.matrix_s(here[:, 0], here[:, 1], there[:, 0], there[:, 1], by)

    def _people(
        self, query: NearbyQuery, radius_m: float, situation: Situation, movers: Movers, traits: Traits
    ) -> People:
        busy, attendance = self._busy_of(situation), self._attendance_of(situation)
        seen = around(
            movers, traits, query, radius_m=radius_m, stale_after_s=self._stale_after_s, busy=busy,
            attendance=attendance,
        )  # fmt: skip
        return People(
            seen=seen, subjects=movers.subjects, kinds=list(movers.kinds), busy=busy, attendance=attendance,
            roster=self._roster, city=self._city,
        )  # fmt: skip

    def _found(self, query: NearbyQuery, people_within: PeopleWithin) -> Found:
        query, area = _bounded(query)
        people, things = people_within(query.radius_m), ThingsNear(self._things.now(), query, area)
        wanted = max(query.limit, _COMPARED) if query.soonest else query.limit
        fitting = people.fitting(query, area)
        hits = [*people.nearest(fitting, query.radius_m, wanted), *things.nearest(query.radius_m, wanted)]
        reached = self._reached(query, _first(hits, wanted))
        if query.soonest:
            reached.sort(key=lambda pair: (pair[1].eta_s, pair[0].metres, pair[0].id))
        items = []
        things.look_up([hit for hit, _ in reached[: query.limit]])
        for rank, (hit, way) in enumerate(reached[: query.limit], 1):
            candidate = hit.told(way)
            items.append(
                replace(candidate, why=why_named(candidate, rank, query, people.duty_of(candidate, query.now)))
            )
        return Found(
            as_of=query.now,
            items=items,
            left_out=self._left_out(query, area, people, things, people_within, len(items)),
            total=people.count(query, fitting) + things.count(),
        )

    def _left_out(
        self,
        query: NearbyQuery,
        area: Any,
        people: People,
        things: ThingsNear,
        people_within: PeopleWithin,
        named: int,
    ) -> list[Candidate]:
        if not query.with_left_out:
            return []
        hits = people.unfit(query, area, query.radius_m, query.limit)
        hits += things.nearest(query.radius_m, query.limit, broken=True)
        found: list[tuple[Hit, LeftOut | None]] = [(hit, None) for hit in _first(hits, query.limit)]
        lacking = query.limit - named
        if lacking > 0 and area is None:
            far_m = query.radius_m * _BEYOND
            wider = people_within(far_m)
            beyond = wider.nearest(wider.fitting(query, None), far_m, query.limit)
            beyond += things.nearest(far_m, query.limit)
            outside = _first([hit for hit in beyond if hit.metres > query.radius_m], lacking)
            found += [(hit, LeftOut.TOO_FAR) for hit in outside]
        told = []
        things.look_up([hit for hit, _ in found])
        for (hit, known), (_, way) in zip(found, self._reached(query, [hit for hit, _ in found]), strict=True):
            candidate = hit.told(way)
            candidate = replace(candidate, reason=known or reason_of(candidate, query))
            why = why_left_out(candidate, query, people.duty_of(candidate, query.now))
            told.append(replace(candidate, why=why))
        return told

    def _reached(self, query: NearbyQuery, hits: list[Hit]) -> list[tuple[Hit, Way]]:
        """Each with its way to the place, in the same order."""
        ways: list[Way | None] = [None] * len(hits)
        by_travel: dict[Travel, list[int]] = {}
        for place, hit in enumerate(hits):
            by_travel.setdefault(kind_of(hit.kind).travel, []).append(place)
        for travel, places in by_travel.items():
            lons, lats = np.array([hits[p].lon for p in places]), np.array([hits[p].lat for p in places])
            reach = self._roads.reach(query.lon, query.lat, lons, lats, travel)
            told = zip(places, reach.road_m.tolist(), reach.eta_s.tolist(), reach.by_road.tolist(), strict=True)
            for place, road_m, eta_s, by_road in told:
                ways[place] = Way(road_m, eta_s, by_road)
        return [(hit, way) for hit, way in zip(hits, ways, strict=True) if way is not None]


def _bounded(query: NearbyQuery) -> tuple[NearbyQuery, Any]:
    """The polygon prepared, if there is one, and the query with a radius that holds all of it."""
    if not query.polygon:
        return query, None
    area = shapely.Polygon(query.polygon)
    shapely.prepare(area)
    corners = np.asarray(query.polygon, dtype=np.float64)
    farthest_m = float(np.max(distance_m(query.lon, query.lat, corners[:, 0], corners[:, 1])))
    # an edge between two corners on a globe may bow out a little
    return replace(query, radius_m=farthest_m * 1.001 + 1.0), area


def _first(hits: list[Hit], k: int) -> list[Hit]:
    return sorted(hits, key=lambda hit: (hit.metres, hit.id))[:k]
