"""误报台账: how often each device and rule was right: for who gets up when it rings, and for the rule's owner."""

from datetime import datetime
from typing import NamedTuple

from cockpit.domain.alarm import Alarm, AlarmState


class LedgerLine(NamedTuple):
    """Counts of one device and rule (or kind, where the device decides itself) since the beginning."""

    raised: int = 0
    judged_false: int = 0
    promoted: int = 0
    last_raised_at: datetime | None = None
    last_false_at: datetime | None = None
    code: str = ""

    @property
    def false_share(self) -> float | None:
        """Judged false per raised; None when it was never raised."""
        return self.judged_false / self.raised if self.raised else None


Ledger = dict[tuple[str, str], LedgerLine]


def key_of(alarm: Alarm) -> tuple[str, str]:
    """(device, rule or kind)."""
    return alarm.device_id, alarm.rule or alarm.kind


def counted(ledger: Ledger, before: Alarm | None, after: Alarm) -> None:
    """Count what a fact made of an alarm."""
    line = ledger.get(key_of(after), LedgerLine())
    was = before.raised_at if before else None
    is_new = after.raised_at is not None and (was is None or after.raised_at > was)
    if is_new:
        line = line._replace(raised=line.raised + 1, last_raised_at=after.raised_at, code=after.place.code)
    was_false = before is not None and before.state is AlarmState.FALSE and not is_new
    if after.state is AlarmState.FALSE and not was_false:
        line = line._replace(judged_false=line.judged_false + 1, last_false_at=after.ended_at)
    had_event = "" if before is None or is_new else before.event_id
    if after.event_id and not had_event:
        line = line._replace(promoted=line.promoted + 1)
    if line != LedgerLine():
        ledger[key_of(after)] = line
