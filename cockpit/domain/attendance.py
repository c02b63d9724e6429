"""在岗: who said that they are on duty, since when, and for how long that word holds.

A mark is what a person said with their phone (上岗, 下岗). It is not a position: somebody may be on duty and silent, or
heard of and off duty.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: somebody who forgot to sign off is not on duty for ever: the longest shift there is, with its overtime
HOLDS_FOR = timedelta(hours=16)
#: a phone's clock further off than this is wrong; a tap may have waited so long for a connection
_BELIEVED = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attendance:
    """The newest mark of one gridworker. `code` is the grid that they belong to."""

    subject_id: str
    on_duty: bool
    at: datetime
    by: str = ""
    code: str = ""

    def holds(self, now: datetime) -> bool:
        """False once nobody would rely on it any more."""
        return now - self.at < HOLDS_FOR

    def is_on_duty(self, now: datetime) -> bool | None:
        """What the person said; None when that was too long ago to count, and the shift plan is asked instead."""
        return self.on_duty if self.holds(now) else None


def marked_at(said_at: datetime | None, received_at: datetime, *, after: datetime | None = None) -> datetime:
    """When a mark counts from: the phone's time if believable, never ahead of us, never before the last mark."""
    at = received_at
    if said_at is not None and received_at - _BELIEVED <= said_at <= received_at:
        at = said_at
    return at if after is None else max(at, after)
