"""处警命令: what somebody asks for about alarms."""

from dataclasses import dataclass

from cockpit.domain.alarm_moves import AlarmMoveName
from cockpit.domain.command import Command
from cockpit.domain.severity import Severity


@dataclass(frozen=True, kw_only=True, slots=True)
class ActOnAlarm(Command):
    """Do something about one alarm, or about those of a group; what a move has no use for is left as it is."""

    alarm_ids: tuple[str, ...]
    move: AlarmMoveName
    account: str = ""
    unit: str = ""
    note: str = ""
    #: of the event that it is promoted to
    category: str = ""
    title: str = ""
    severity: Severity | None = None
    #: the nearest cameras and gridworkers, looked up when it was asked
    attached: tuple[dict[str, object], ...] = ()
