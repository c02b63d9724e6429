"""What is asked of 附近 and what is answered."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cockpit.domain.scope import Scope

LonLat = tuple[float, float]


class Status(StrEnum):
    """How somebody or something stands at the moment."""

    FREE = "free"
    BUSY = "busy"
    OFF_SHIFT = "off_shift"
    STALE = "stale"
    #: it does not move: it is where it was registered
    REGISTERED = "registered"


class LeftOut(StrEnum):
    """Why somebody near is not among the candidates; the first that applies, in this order."""

    STALE = "stale"
    OFF_SHIFT = "off_shift"
    OUT_OF_SERVICE = "out_of_service"
    NO_SKILL = "no_skill"
    BUSY = "busy"
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True)
class Why:
    """One reason: a key of the catalogue (`nearby.why.…`) and what fills it."""

    key: str
    values: dict[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class NearbyQuery:
    """A place (or the inside of a polygon, with its middle as the place) and who is looked for.

    Without `kinds` everything counts. Whoever has all of `skills` fits. Only what lies in `scope` is ever named.
    """

    lon: float
    lat: float
    scope: Scope
    now: datetime
    #: corners in WGS-84, closed by itself; empty for a circle
    polygon: tuple[LonLat, ...] = ()
    radius_m: float = 3_000.0
    kinds: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    limit: int = 20
    #: False: who has an open order is named as well, with the status busy
    only_free: bool = True
    #: ranked by the time to the place instead of the distance
    soonest: bool = False
    #: ids that are not to be named at all, such as who has just been asked
    exclude: frozenset[str] = frozenset()
    #: also tell who was left out, the nearest `limit` of them
    with_left_out: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """Somebody or something near. `road_m` and `eta_s` are of the way by road if `by_road`, else of the straight line
    times `DETOUR`. `age_s` is the position's, None for what does not move."""

    id: str
    kind: str
    name: str
    lon: float
    lat: float
    code: str
    distance_m: float
    status: Status
    road_m: float = 0.0
    eta_s: float = 0.0
    by_road: bool = False
    why: tuple[Why, ...] = ()
    #: None for who is named, else why not
    reason: LeftOut | None = None
    skills: tuple[str, ...] = ()
    phone: str = ""
    age_s: float | None = None
    busy_order_id: str | None = None
    capacity: int | None = None
    #: of who is on the roster
    grid_code: str = ""
    shift: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The answer, of one instant. `total` is everybody in the circle who fits, of whom `items` are the first."""

    as_of: datetime
    items: list[Candidate]
    left_out: list[Candidate]
    total: int
