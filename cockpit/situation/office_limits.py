"""工作时限: limits that run by office hours, kept so that a day of the calendar can change under all of them."""

from typing import NamedTuple

import numpy as np

from cockpit.domain.overtime import JUDGED, Clocked
from cockpit.domain.running_clock import RunningClock
from cockpit.domain.timing import Timing
from cockpit.domain.wall_time import micros_of
from cockpit.domain.working_calendar import WorkingCalendar
from cockpit.situation.table import Column

_MICRO = 1_000_000


class _Limit(NamedTuple):
    """One office clock in µs, and the earliest instants of all other clocks in seconds, infinite if there is none."""

    start: float
    need: float
    need_at_risk: float
    other_deadline: float
    other_at_risk: float
    other_overtime: float


class OfficeLimits:
    """Events with exactly one office clock that runs and was never paused; the others are counted one by one."""

    def __init__(self) -> None:
        self._simple: dict[str, _Limit] = {}
        self._others: set[str] = set()

    def put(self, event_id: str, told: Clocked, timing: Timing) -> None:
        """Take over the clocks of a new or changed event."""
        self.drop(event_id)
        office = [clock for clock in told.running if clock.office]
        if len(office) == 1 and not office[0].pauses and office[0].kind in JUDGED and office[0].allowed_s > 0:
            self._simple[event_id] = _limit_of(office[0], told, timing)
        elif office:
            self._others.add(event_id)

    def drop(self, event_id: str) -> None:
        self._simple.pop(event_id, None)
        self._others.discard(event_id)

    def others(self) -> list[str]:
        """The events that have to be counted one by one."""
        return sorted(self._others)

    def count(self, calendar: WorkingCalendar) -> tuple[list[str], Column, Column, Column]:
        """Ids, deadlines, and when they become at risk and overtime by this calendar, in seconds since 1970."""
        ids = list(self._simple)
        limits = np.array(list(self._simple.values()), dtype=np.float64).reshape(-1, len(_Limit._fields))
        start, need, need_at_risk, other_deadline, other_at_risk, other_overtime = limits.T
        begins = start.astype(np.int64)
        over = calendar.add_columns(begins, need.astype(np.int64))
        risk = calendar.add_columns(begins, need_at_risk.astype(np.int64))
        # where the calendar ends there is no instant; fmin takes the other clocks'
        return (
            ids,
            _finite(np.fmin(over, other_deadline)),
            _finite(np.fmin(risk, other_at_risk)),
            _finite(np.fmin(over, other_overtime)),
        )


def _limit_of(clock: RunningClock, told: Clocked, timing: Timing) -> _Limit:
    others = [other for other in told.running if other is not clock]
    at_risk = [at.timestamp() for c in others if (at := c.at_risk_at(timing.calendar, timing.at_risk_share))]
    overtime = [(c, at.timestamp()) for c in others if (at := c.overtime_at(timing.calendar))]
    need_s = clock.allowed_s
    return _Limit(
        start=micros_of(clock.started_at),
        need=round(need_s * _MICRO),
        need_at_risk=round(need_s * timing.at_risk_share * _MICRO),
        other_deadline=min((at for c, at in overtime if c.kind in JUDGED), default=np.inf),
        other_at_risk=min(at_risk, default=np.inf),
        other_overtime=min((at for _, at in overtime), default=np.inf),
    )


def _finite(column: Column) -> Column:
    return np.where(np.isinf(column), np.nan, column)
