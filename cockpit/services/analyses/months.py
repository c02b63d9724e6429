"""投诉月度: what citizens brought by month and quarter, beside the same month of the year before."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cockpit.situation.period import Period

_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Month:
    """One local month: how many, and how many a year before; None where that lies before the data."""

    first: date
    period: Period
    count: int
    year_before: int | None

    @property
    def quarter(self) -> str:
        return f"{self.first.year}Q{(self.first.month + 2) // 3}"


def months_between(at: datetime, zone: ZoneInfo, *, n: int = _MONTHS) -> list[Period]:
    """The last `n` local months, the running one last and open."""
    today = at.astimezone(zone)
    number = today.year * 12 + today.month - 1
    borders = [datetime(m // 12, m % 12 + 1, 1, tzinfo=zone) for m in range(number - n + 1, number + 1)]
    closed = [Period(a, b, is_open=False) for a, b in pairwise(borders)]
    return [*closed, Period(borders[-1], at, is_open=True)]


def months_of(reported: NDArray[np.float64], periods: list[Period], begins_at: datetime | None) -> list[Month]:
    """Counts by month; each is what the figure of that month says (上报量)."""
    counts = [int(((reported >= p.moment.day) & (reported <= p.moment.now)).sum()) for p in periods]
    found = []
    for i, period in enumerate(periods):
        if begins_at is not None and period.until < begins_at:
            continue
        known = i >= 12 and (begins_at is None or periods[i - 12].since >= begins_at)
        found.append(Month(period.since.date(), period, counts[i], counts[i - 12] if known else None))
    return found
