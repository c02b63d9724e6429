"""疏散命令: what is asked for in evacuations. What was looked up (households, helpers, the split) travels along."""

from dataclasses import dataclass

from cockpit.domain.command import Command
from cockpit.domain.evacuation import Building, Helper, Share, Tap


@dataclass(frozen=True, kw_only=True, slots=True)
class StartEvacuation(Command):
    """Evacuate these buildings around an event; the command's id becomes the evacuation's."""

    event_id: str
    outline: tuple[tuple[float, float], ...]
    buildings: tuple[Building, ...]
    helpers: tuple[Helper, ...]
    shares: tuple[Share, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TapHouseholds(Command):
    """What one person saw at some doors, in that person's order."""

    evacuation_id: str
    taps: tuple[Tap, ...]
    #: the helper who taps; empty for an officer at a desk, who may tap all
    helper_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeHelpers(Command):
    """These help from now on; `shares` split the doors that are left among them."""

    evacuation_id: str
    helpers: tuple[Helper, ...]
    shares: tuple[Share, ...]
    #: the version of the evacuation that this was made from; None in commands from before there were versions
    version: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SplitDoors(Command):
    """Give untouched doors of `from_ids` to others; `shares` are what each of those would get on top."""

    evacuation_id: str
    from_ids: tuple[str, ...]
    shares: tuple[Share, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EndEvacuation(Command):
    evacuation_id: str
    note: str = ""


EVACUATION_COMMANDS: tuple[type[Command], ...] = (
    StartEvacuation, TapHouseholds, ChangeHelpers, SplitDoors, EndEvacuation,
)  # fmt: skip
