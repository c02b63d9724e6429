"""超时: what colour an event has at an instant, and when it will change.

The seed's rule, one function for map, lists, figures and alarms: green done, blue in progress, red
*possibly* overtime. Used and allowed time run on the clock of the limit, with pauses (挂账) taken out; the worst of
all running clocks counts. What is judged afterwards (按期) is the handling alone: its limit, and a source's `due_at`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from cockpit.domain.event import Event
from cockpit.domain.event_clocks import clocks_of
from cockpit.domain.running_clock import ClockKind, RunningClock
from cockpit.domain.timing import DEFAULT, Timing


class Colour(StrEnum):
    """Status colour; `RED_RISK` and `RED_OVER` are both red, outlined and filled."""

    GREEN = "green"  # 已完成
    BLUE = "blue"  # 进行中
    PAUSED = "paused"  # 挂账: blue hatched
    AT_RISK = "at_risk"  # 可能超时: red outline
    OVERTIME = "overtime"  # 已超时: red filled


@dataclass(frozen=True, slots=True)
class Clock:
    """The turning points of an event's limit: None where it has no limit or stands still."""

    at_risk_at: datetime | None = None
    overtime_at: datetime | None = None


class Clocked(NamedTuple):
    """What the clocks of an event come to: by what it is judged, when its colour turns."""

    judged: Clock
    turning: Clock
    #: the clocks that run, of an event that is timed here
    running: tuple[RunningClock, ...] = ()

    def is_late(self, event: Event) -> bool:
        """True if the handling ended after its deadline (超期)."""
        overtime_at = self.judged.overtime_at
        return event.handled_at is not None and overtime_at is not None and event.handled_at > overtime_at


_NONE = Clock()
_STILL = Clocked(_NONE, _NONE)
#: 按期 is judged by these
JUDGED = frozenset({ClockKind.HANDLING, ClockKind.SOURCE})


def clock_of(event: Event, timing: Timing = DEFAULT) -> Clock:
    """The handling deadline, by which 按期 is judged: when it becomes at_risk and overtime if nothing more happens.

    The limit of the latest assignment or the source's own `due_at`, whichever is over first. Pauses that have ended
    move both instants; during a pause there are none. An event that was handled keeps them, so that
    `handled_at > overtime_at` tells 超期. Neither: no limit, 无时限.
    """
    if event.paused_since is not None:
        return _NONE
    if event.is_timed:
        return _judged(clocks_of(event, timing), timing)
    return _source_clock_of(event, timing)


def turning_points(event: Event, timing: Timing = DEFAULT) -> Clock:
    """When the colour of an event turns as time passes: the worst of all clocks that run against it.

    Finished events and those that were handled in time turn no more, somebody only has to check them. One
    that was handled too late stays overtime until it is closed.
    """
    return clocked(event, timing).turning


def clocked(event: Event, timing: Timing = DEFAULT) -> Clocked:
    """`clock_of` and `turning_points` at the price of one, and the clocks that run: for whoever folds."""
    if event.paused_since is not None:
        return _STILL
    clocks = clocks_of(event, timing) if event.is_timed else ()
    judged = _judged(clocks, timing) if event.is_timed else _source_clock_of(event, timing)
    if event.is_finished or event.is_dismissed:
        return Clocked(judged, _NONE)
    if event.handled_at is not None:
        late = judged.overtime_at is not None and event.handled_at > judged.overtime_at
        return Clocked(judged, judged if late else _NONE)
    if not event.is_timed:
        return Clocked(judged, judged)
    running = tuple(c for c in clocks if c.ended_at is None)
    if len(running) == 1 and sum(c.kind in JUDGED for c in clocks) == 1 and running[0].kind in JUDGED:
        return Clocked(judged, judged, running)  # as it is most of the time
    return Clocked(judged, _first(running, timing), running)


def _judged(clocks: Iterable[RunningClock], timing: Timing) -> Clock:
    """The latest of each kind that 按期 is judged by."""
    return _first({c.kind: c for c in clocks if c.kind in JUDGED}.values(), timing)


def _source_clock_of(event: Event, timing: Timing) -> Clock:
    """The same as the source's clock gives, without building it: most events of a city are told from outside."""
    report = event.report
    if report.due_at is None:
        return _NONE
    allowed = report.due_at - report.reported_at
    # a source may say that something was due before it was reported: then it is red from the beginning
    if allowed <= timedelta(0):
        shift = timedelta(seconds=event.paused_s)
        return Clock(report.due_at + shift, report.due_at + shift)
    start = report.reported_at + timedelta(seconds=event.paused_s)
    allowed *= 1 + event.docket.granted
    return Clock(start + allowed * timing.at_risk_share, start + allowed)


def colour_of(event: Event, now: datetime, timing: Timing = DEFAULT) -> Colour:
    """The colour of `event` at `now`. used/allowed ≥ share is at risk; only > 1 is overtime."""
    if event.is_finished:
        return Colour.GREEN
    if event.paused_since is not None:
        return Colour.PAUSED
    turning = turning_points(event, timing)
    if turning.overtime_at is not None and now > turning.overtime_at:
        return Colour.OVERTIME
    if turning.at_risk_at is not None and now >= turning.at_risk_at:
        return Colour.AT_RISK
    return Colour.BLUE


def is_late(event: Event, timing: Timing = DEFAULT) -> bool:
    """True if the handling ended after its deadline (超期); at the deadline is in time."""
    if event.handled_at is None:
        return False
    overtime_at = clock_of(event, timing).overtime_at
    return overtime_at is not None and event.handled_at > overtime_at


def _first(clocks: Iterable[RunningClock], timing: Timing) -> Clock:
    """The earliest turning points of these clocks."""
    at_risk, overtime = [], []
    for clock in clocks:
        at_risk.append(clock.at_risk_at(timing.calendar, timing.at_risk_share))
        overtime.append(clock.overtime_at(timing.calendar))
    return Clock(
        min((at for at in at_risk if at is not None), default=None),
        min((at for at in overtime if at is not None), default=None),
    )
