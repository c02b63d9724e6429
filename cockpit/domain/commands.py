"""命令: what somebody asks for. Imperative; the answer is a fact, a refusal included."""

from dataclasses import dataclass
from datetime import date, datetime

from cockpit.domain.act import Degree
from cockpit.domain.alarm_commands import ActOnAlarm as ActOnAlarm
from cockpit.domain.assignment import GivenLimit
from cockpit.domain.command import Command as Command
from cockpit.domain.evacuation_commands import EVACUATION_COMMANDS
from cockpit.domain.level import Level
from cockpit.domain.mode import Mode
from cockpit.domain.moves import MoveName
from cockpit.domain.order_commands import ORDER_COMMANDS
from cockpit.domain.plan_commands import PLAN_COMMANDS
from cockpit.domain.plot_commands import PLOT_COMMANDS


@dataclass(frozen=True, kw_only=True, slots=True)
class SwitchMode(Command):
    """Switch the mode of `scope` (平时/战时), around `event_id` in wartime."""

    mode: Mode
    event_id: str | None = None
    #: why, in the words of whoever asks
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SetCalendarDay(Command):
    """Decide whether a day is a workday, whatever the calendar said."""

    day: date
    is_workday: bool
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MoveEvent(Command):
    """Move an event on, or do something about it; what a move has no use for is left as it is."""

    event_id: str
    move: MoveName
    #: who asks: the account, and the level that it decides for
    account: str
    officer_level: Level
    unit: str = ""
    co_units: tuple[str, ...] = ()
    #: the level that the event goes to
    level: Level | None = None
    note: str = ""
    attachments: tuple[str, ...] = ()
    #: the limit of the condition that was chosen, looked up when it was asked
    given: GivenLimit | None = None
    due_at: datetime | None = None
    degree: Degree = Degree.ORDINARY
    score: int | None = None
    #: the event to merge into
    into: str = ""
    #: the parent; empty takes it away
    parent: str = ""
    #: `Event.version` that the officer saw; None does not care
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkAttendance(Command):
    """上岗 or 下岗 of one gridworker; `code` is the grid that the roster has for them."""

    subject_id: str
    on_duty: bool
    code: str
    said_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None


COMMAND_TYPES: dict[str, type[Command]] = {
    kind.__name__: kind
    for kind in (
        SwitchMode, SetCalendarDay, MoveEvent, ActOnAlarm, MarkAttendance, *ORDER_COMMANDS, *EVACUATION_COMMANDS,
        *PLAN_COMMANDS, *PLOT_COMMANDS,
    )
}  # fmt: skip
