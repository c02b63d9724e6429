"""断流时段: when a source was silent, and how much of a period that covers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cockpit.domain.source import Source


@dataclass(frozen=True, slots=True)
class Outage:
    """A source was lost from `since` on; `until` it spoke again, None while it lasts."""

    source: Source
    since: datetime
    until: datetime | None

    def within(self, since: datetime, until: datetime) -> float:
        """How many seconds of a span it covers; 0 where it lies outside."""
        end = until if self.until is None else min(self.until, until)
        return max(0.0, (end - max(self.since, since)).total_seconds())


def is_unknown(outages: Iterable[Outage], since: datetime, until: datetime, count: int) -> bool:
    """True where what one source told of a span is no figure: it was lost for half of it, or nothing was heard at all.

    The outages are those of that one source. A zero that comes of silence is not a zero.
    """
    lost_s = sum(outage.within(since, until) for outage in outages)
    return lost_s > 0 and (count == 0 or 2 * lost_s >= (until - since).total_seconds())
