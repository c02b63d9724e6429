"""报警就近: the cameras and gridworkers nearest to a place: what a promoted alarm takes along."""

from collections.abc import Callable
from datetime import datetime

from cockpit.domain.event import Place
from cockpit.domain.scope import Scope
from cockpit.services.nearby.nearby import Nearby
from cockpit.services.nearby.query import NearbyQuery

#: kind → how many are attached
_WANTED = {"camera": 2, "gridworker": 2}
_WITHIN_M = 2_000.0


#: what a place has near it: `[{"kind", "id", "name", "distance_m"}]`, at most a handful
NearestOf = Callable[[Place], tuple[dict[str, object], ...]]


def nearest_of(nearby: Nearby, scope: Scope, clock: Callable[[], datetime]) -> NearestOf:
    """What asks for a place; nothing for an alarm that nobody knows the place of."""

    def nearest(place: Place) -> tuple[dict[str, object], ...]:
        if place.lon is None or place.lat is None:
            return ()
        found: list[dict[str, object]] = []
        for kind, most in _WANTED.items():
            query = NearbyQuery(
                lon=place.lon, lat=place.lat, scope=scope, now=clock(), radius_m=_WITHIN_M, kinds=frozenset({kind}),
                limit=most,
            )  # fmt: skip
            found += [
                {"kind": kind, "id": c.id, "name": c.name, "distance_m": round(c.distance_m)}
                for c in nearby.find(query).items[:most]
            ]
        return tuple(found)

    return nearest
