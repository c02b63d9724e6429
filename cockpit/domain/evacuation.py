"""疏散: the households of an area, who looks after which, and what is known of each.

The board (`situation.evacuations`) counts households, never taps: each has exactly one state, that of the newest tap in
the server's order, so the counts always sum to the households.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

#: one evacuation holds at most this many households; a larger area is several evacuations
MOST_HOUSEHOLDS = 20_000
#: people who share one evacuation
MOST_HELPERS = 500


class HouseholdState(StrEnum):
    """What is known of a household, from the last person who stood at its door."""

    NOT_REACHED = "not_reached"
    TOLD = "told"
    MOVED = "moved"
    NEEDS_HELP = "needs_help"
    NOBODY_HOME = "nobody_home"
    REFUSED = "refused"


#: nothing is left to do at these doors: everybody is out, or nobody was in
DONE_STATES = frozenset({HouseholdState.MOVED, HouseholdState.NOBODY_HOME})


class Household(NamedTuple):
    """One door of the address base. Names are not kept: how many people, and whether somebody must be carried."""

    household_id: str
    people: int
    needs_help: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Building:
    """A building with its households in the order of their doors; WGS-84 degrees."""

    building_code: str
    name: str
    lon: float
    lat: float
    households: tuple[Household, ...]


class Helper(NamedTuple):
    """Somebody who knocks at doors."""

    helper_id: str
    name: str


class Share(NamedTuple):
    """The households that one helper looks after, in walking order."""

    helper_id: str
    household_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tap:
    """One tap on a household. `tap_id` is the sender's own, so that a repeat over a bad line counts once.

    `at` is the server's time; `said_at` the phone's, which may be wrong by hours and decides nothing.
    """

    tap_id: str
    household_id: str
    state: HouseholdState
    at: datetime
    by: str
    #: the person, where the account stands for one; else the account
    subject: str
    said_at: datetime | None = None
    note: str = ""


class DoorsMoved(NamedTuple):
    """改派: doors that nobody had stood at went from one helper to another, in walking order."""

    at: datetime
    by: str
    from_id: str
    to_id: str
    household_ids: tuple[str, ...]
    command_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Evacuation:
    """One evacuation as it was begun, with the helpers it has now."""

    evacuation_id: str
    event_id: str
    #: code of the place of its event: who sees it
    code: str
    started_at: datetime
    by: str
    #: the outline that was drawn or ringed, (lon, lat) in degrees
    outline: tuple[tuple[float, float], ...]
    buildings: tuple[Building, ...]
    helpers: tuple[Helper, ...]
    shares: tuple[Share, ...]
    ended_at: datetime | None = None
    #: households of the area that another running evacuation has: they were left to that one
    left_out: int = 0
    #: what was split anew since the beginning, in that order
    moves: tuple[DoorsMoved, ...] = ()
    #: rises whenever others help or doors go from one to another; what was asked for of an older one is refused
    version: int = 1
    #: whose change that was; empty before the first one
    changed_by: str = ""
    changed_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        return self.ended_at is None

    def has_helper(self, subject: str) -> bool:
        return any(helper.helper_id == subject for helper in self.helpers)


def tap_key(tap: Tap) -> tuple[str, str]:
    """What a tap is known by: two phones may number their taps alike."""
    return tap.subject, tap.tap_id
