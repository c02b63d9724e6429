"""疏散事实: what happened in evacuations."""

from dataclasses import dataclass

from cockpit.domain.evacuation import Building, Helper, Share, Tap
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


EVACUATION_FACTS: tuple[type[Fact], ...] = (EvacuationStarted, HouseholdTapped, HelpersChanged, EvacuationEnded)
