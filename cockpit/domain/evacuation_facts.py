"""疏散事实: what happened in evacuations."""

from dataclasses import dataclass

from cockpit.domain.evacuation import Building, DoorsMoved, Helper, Share, Tap
from cockpit.domain.fact import Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class EvacuationStarted(Fact):
    evacuation_id: str
    event_id: str
    #: division or grid code of the event's place
    code: str
    outline: tuple[tuple[float, float], ...]
    buildings: tuple[Building, ...]
    helpers: tuple[Helper, ...]
    shares: tuple[Share, ...]
    by: str
    command_id: str
    #: households of the area that another running evacuation has
    left_out: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class DoorsTaken(Fact):
    """Beside whatever says whose doors are whose. Its id is the next turn of all evacuations: of two that are decided
    at the same moment the log lets one in, and the other is decided again by what the first has taken."""

    evacuation_id: str
    turn: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DoorsSplit(Fact):
    """Untouched doors of helpers who are silent or out went to others."""

    evacuation_id: str
    moves: tuple[DoorsMoved, ...]
    by: str
    command_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HouseholdTapped(Fact):
    """Somebody said how it stands at one door; also a tap that the next one contradicts is kept."""

    evacuation_id: str
    tap: Tap
    command_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HelpersChanged(Fact):
    """Others help now, or the doors that are left were split anew among those who do."""

    evacuation_id: str
    helpers: tuple[Helper, ...]
    shares: tuple[Share, ...]
    by: str
    command_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EvacuationEnded(Fact):
    evacuation_id: str
    note: str
    by: str
    command_id: str


EVACUATION_FACTS: tuple[type[Fact], ...] = (
    EvacuationStarted, DoorsTaken, HouseholdTapped, HelpersChanged, DoorsSplit, EvacuationEnded,
)  # fmt: skip
