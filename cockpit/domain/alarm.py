"""报警: a device says that something is wrong, and later that it is over."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cockpit.domain.event import Place
from cockpit.domain.severity import Severity


class AlarmState(StrEnum):
    RAISED = "raised"
    CLEARED = "cleared"


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """One alarm of one device, from raised to cleared."""

    alarm_id: str
    device_id: str
    kind: str
    severity: Severity
    place: Place
    raised_at: datetime | None = None
    cleared_at: datetime | None = None
    value: float | None = None
    unit: str = ""
    message: str = ""

    @property
    def state(self) -> AlarmState:
        """Cleared once a clearing is known that is not older than the raising."""
        if self.cleared_at is None or (self.raised_at is not None and self.cleared_at < self.raised_at):
            return AlarmState.RAISED
        return AlarmState.CLEARED
