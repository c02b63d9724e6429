"""四周: the nearest forces, what is registered around, and the cameras, from 附近."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from cockpit.catalogue import LANGS, texts
from cockpit.domain.resource import KINDS, kind_of, masked_name
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
#: whoever comes when asked: what the desk lists as 就近力量 until somebody chooses a kind
COMES = tuple(sorted(name for name, kind in KINDS.items() if kind.comes))
#: of each of these the nearest one is listed
STATIONS = ("fire_station", "hospital", "police", "rescue_team", "repair_team")
#: what the map shows: so many marks of each group, the counts are exact
REGISTERED = ((*STATIONS, "clinic", "shelter", "aed"), ("hydrant",), ("camera",))
_MOST_MARKS = 80
#: what is registered does not move, and its ways are looked up by road
_REGISTERED_FOR_S = 15.0
_MOST_CAMERAS = 8
#: the way and its time stand beside them on the wall
_REASONS = 2


class FindNear(Protocol):
    """`services.nearby.Nearby`."""

    def find(self, query: NearbyQuery) -> Found: ...


class NearbyAround:
    """Looks around a place for `Scenes`."""

    def __init__(
        self,
        nearby: FindNear,
        cameras: CameraAddresses,
        *,
        own_address: Callable[[str], str] = lambda _camera_id: "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._nearby, self._cameras, self._monotonic = nearby, cameras, monotonic
        self._own_address = own_address
        self._registered: tuple[tuple[str, float, float], float, list[Found]] | None = None

    def __call__(self, lon: float, lat: float, scope: Scope, now: datetime) -> Around:
        people = self._find(lon, lat, scope, now, PEOPLE, _MOST_PEOPLE, soonest=True)
        groups = self._things(lon, lat, scope, now)
        things = [found for group in groups for found in group.items]
        nearest = {c.kind: c for c in reversed(things) if c.kind in STATIONS}
        listed = sorted((*people.items, *nearest.values()), key=lambda c: (c.eta_s, c.distance_m, c.id))
        counts = Counter(c.kind for c in things)
        for kinds, group in zip(REGISTERED, groups, strict=True):
            if len(kinds) == 1:
                counts[kinds[0]] = group.total
            elif group.total > len(group.items):  # more than the map has marks for: asked by kind
                for kind in kinds:
                    counts[kind] = self._find(lon, lat, scope, now, (kind,), 1).total
        return Around(
            near=tuple(_near(c) for c in listed),
            comes=self._find(lon, lat, scope, now, COMES, 1).total,
            counts={**{kind: 0 for kinds in REGISTERED for kind in kinds}, **counts, "people": people.total},
            marks=tuple((c.kind, c.lon, c.lat, c.name) for c in things),
            cameras=tuple(self._camera(c) for c in things if c.kind == "camera")[:_MOST_CAMERAS],
        )

    def _things(self, lon: float, lat: float, scope: Scope, now: datetime) -> list[Found]:
        key, known = (scope.code, lon, lat), self._registered
        if known is not None and known[0] == key and self._monotonic() - known[1] < _REGISTERED_FOR_S:
            return known[2]
        found = [self._find(lon, lat, scope, now, kinds, _MOST_MARKS) for kinds in REGISTERED]
        self._registered = key, self._monotonic(), found
        return found

    def _find(
        self, lon: float, lat: float, scope: Scope, now: datetime, kinds: Iterable[str], limit: int, *,
        soonest: bool = False,
    ) -> Found:  # fmt: skip
        return self._nearby.find(
            NearbyQuery(
                lon=lon, lat=lat, scope=scope, now=now, radius_m=REACH_M, kinds=frozenset(kinds), limit=limit,
                soonest=soonest,
            )
        )  # fmt: skip

    def _camera(self, found: Candidate) -> Camera:
        return self._cameras.camera(found.id, found.name, found.distance_m, own=self._own_address(found.id))


def _near(found: Candidate) -> Near:
    stale = found.status is Status.STALE
    # of a station its place among all stations says nothing
    reasons = found.why[1:_REASONS] if found.status is Status.REGISTERED else found.why[:_REASONS]
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
        why={lang: why_text(texts(lang), reasons) for lang in LANGS},
        position_age_s=found.age_s,
    )
