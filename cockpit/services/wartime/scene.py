"""现场: what is known around the incident at one instant. Data only; None stands for unknown, never for 0."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cockpit.domain.event import Event
from cockpit.domain.mode import ModeState

#: (west to east, south to north) degrees of WGS-84
Outline = tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Near:
    """One person, vehicle or registered thing of 就近力量."""

    id: str
    kind: str
    name: str
    lon: float
    lat: float
    #: straight line
    distance_m: float
    #: along the roads; None where no road is known
    road_m: float | None = None
    #: None where its position is too old to promise anything
    eta_s: float | None = None
    by_road: bool = False
    #: free, busy, off_shift, stale or registered
    status: str = "registered"
    #: why it ranks where it does, by language
    why: Mapping[str, str] = field(default_factory=dict)
    position_age_s: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Camera:
    """One camera near the incident. `stream` says how its address is played: hls, whep, jpeg, video; "" not at all."""

    id: str
    name: str
    distance_m: float
    url: str
    stream: str
    #: a recorded clip stands in for it
    is_demo: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ChecklistItem:
    """One line of the plan's checklist. `done_at` None: still to be done."""

    #: by language
    text: Mapping[str, str]
    done_at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Checklist:
    """预案清单 of the plan that runs."""

    #: its title by language
    plan: Mapping[str, str]
    started_at: datetime
    items: tuple[ChecklistItem, ...]

    @property
    def done(self) -> int:
        return sum(item.done_at is not None for item in self.items)


@dataclass(frozen=True, kw_only=True, slots=True)
class EvacuationPace:
    """How quickly an evacuation goes on, and when it will be finished; its counts travel with every tap."""

    evacuation_id: str
    #: households a minute, now; None before there is a rate
    rate_per_min: float | None = None
    #: when it will be finished at the earliest, probably, at the latest
    finish: tuple[datetime, datetime, datetime] | None = None
    #: projected, done, ended, stalled, or too_little to say
    why: str = "too_little"


@dataclass(frozen=True, kw_only=True, slots=True)
class Milestone:
    """One mark of the incident's time line; `key` names its text in the catalogue."""

    at: datetime
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """Everything around the incident of one scope at `as_of`."""

    as_of: datetime
    mode: ModeState
    #: code of the division whose screens show it
    scope: str = ""
    #: None when it has left the fold, or never was known here
    event: Event | None
    #: when the worst of its clocks turns, None without a limit
    overtime_at: datetime | None = None
    #: nearest first; None while they are not known
    near: tuple[Near, ...] | None = None
    #: how many could be sent from within the outermost ring, as the desk lists them; None while they are not known
    comes: int | None = None
    #: things by kind within the outermost ring; None while they are not known
    counts: Mapping[str, int] | None = None
    cameras: tuple[Camera, ...] | None = None
    checklist: Checklist | None = None
    evacuation: EvacuationPace | None = None
    #: the area that people are led out of; empty where none was drawn
    danger: Outline = ()
    #: registered things within the outermost ring, for the map: kind, lon, lat, name
    marks: tuple[tuple[str, float, float, str], ...] = ()
    milestones: tuple[Milestone, ...] = ()

    @property
    def place(self) -> tuple[float, float] | None:
        """Where the incident is, in degrees (lon, lat)."""
        about = self.mode.incident
        return None if about is None or about.lon is None or about.lat is None else (about.lon, about.lat)
