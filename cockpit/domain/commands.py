"""命令: what somebody asks for. Imperative; the answer is a fact, a refusal included."""

from dataclasses import dataclass
from datetime import date, datetime

from cockpit.domain.mode import Mode


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """What all commands have: an id of their own, who asks, within which scope, and when."""

    command_id: str
    by: str
    scope: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SwitchMode(Command):
    """Switch the mode of `scope` (平时/战时), around `event_id` in wartime."""

    mode: Mode
    event_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SetCalendarDay(Command):
    """Decide whether a day is a workday, whatever the calendar said."""

    day: date
    is_workday: bool
    note: str = ""


COMMAND_TYPES: dict[str, type[Command]] = {kind.__name__: kind for kind in (SwitchMode, SetCalendarDay)}
