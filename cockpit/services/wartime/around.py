"""四周: the nearest forces, what is registered around, and the cameras, from 附近."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from cockpit.catalogue import LANGS, texts
from cockpit.domain.resource import kind_of, masked_name
from cockpit.domain.scope import Scope
from cockpit.services.nearby.query import Candidate, Found, NearbyQuery, Status
from cockpit.services.nearby.reasons import why_text
from cockpit.services.wartime.cameras import CameraAddresses
from cockpit.services.wartime.scene import Camera, Near
from cockpit.services.wartime.scenes import Around

#: the outermost ring
REACH_M = 3_000.0
#: who comes at once, and how many of each are listed
PEOPLE = ("gridworker", "vehicle")
_MOST_PEOPLE = 3
#: of each of these the nearest one is listed
STATIONS = ("fire_station", "hospital", "police", "rescue_team", "repair_team")
#: what the map shows
REGISTERED = (*STATIONS, "clinic", "shelter", "hydrant", "aed", "camera")
_MOST_MARKS = 300
_MOST_CAMERAS = 8
#: the way and its time stand beside them on the wall
_REASONS = 2


class FindNear(Protocol):
    """`services.nearby.Nearby`."""

    def find(self, query: NearbyQuery) -> Found: ...


class NearbyAround:
    """Looks around a place for `Scenes`."""

    def __init__(self, nearby: FindNear, cameras: CameraAddresses) -> None:
        self._nearby, self._cameras = nearby, cameras

    def __call__(self, lon: float, lat: float, scope: Scope, now: datetime) -> Around:
        def find(kinds: Iterable[str], limit: int, *, soonest: bool = False) -> Found:
            return self._nearby.find(
                NearbyQuery(
                    lon=lon, lat=lat, scope=scope, now=now, radius_m=REACH_M, kinds=frozenset(kinds), limit=limit,
                    soonest=soonest,
                )
            )  # fmt: skip

        people = find(PEOPLE, _MOST_PEOPLE, soonest=True)
        things = find(REGISTERED, _MOST_MARKS)
        nearest = {c.kind: c for c in reversed(things.items) if c.kind in STATIONS}
        counts = Counter(c.kind for c in things.items)
        listed = sorted((*people.items, *nearest.values()), key=lambda c: (c.eta_s, c.distance_m, c.id))
        return Around(
            near=tuple(_near(c) for c in listed),
            counts={**dict.fromkeys(REGISTERED, 0), **counts, "people": people.total},
            marks=tuple((c.kind, c.lon, c.lat, c.name) for c in things.items),
            cameras=tuple(self._camera(c) for c in things.items if c.kind == "camera")[:_MOST_CAMERAS],
        )

    def _camera(self, found: Candidate) -> Camera:
        return self._cameras.camera(found.id, found.name, found.distance_m)


def _near(found: Candidate) -> Near:
    stale = found.status is Status.STALE
    return Near(
        id=found.id,
        kind=found.kind,
        # a wall is read by whoever comes into the room
        name=masked_name(found.name) if kind_of(found.kind).is_person else found.name,
        lon=found.lon,
        lat=found.lat,
        distance_m=found.distance_m,
        road_m=found.road_m if found.by_road else None,
        eta_s=None if stale else found.eta_s,
        by_road=found.by_road,
        status=found.status.value,
        why={lang: why_text(texts(lang), found.why[:_REASONS]) for lang in LANGS},
        position_age_s=found.age_s,
    )
