"""超时: what colour an event has at an instant, and when it will change.

The seed's rule, one function for map, lists, figures and alarms: green done, blue in progress, red
*possibly* overtime. Used and allowed time run on the clock of the limit; here that is the continuous
clock of a source-given `due_at`, with pauses (挂账) taken out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cockpit.domain.event import Event

#: share of the allowed time from which an event is possibly overtime (a setting; this is its default)
AT_RISK_SHARE = 0.80


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


def clock_of(event: Event, *, at_risk_share: float = AT_RISK_SHARE) -> Clock:
    """When an event becomes at_risk and overtime if nothing more happens to it.

    Pauses that have ended move both instants; during a pause there are none. An event that was handled
    keeps them, so that `handled_at > overtime_at` tells 超期. No `due_at`: no limit, 无时限.
    """
    report = event.report
    if report.due_at is None or event.paused_since is not None:
        return Clock()
    shift = timedelta(seconds=event.paused_s)
    allowed = report.due_at - report.reported_at
    # a source may say that something was due before it was reported: then it is red from the beginning
    at_risk_at = report.reported_at + allowed * at_risk_share if allowed > timedelta(0) else report.due_at
    return Clock(at_risk_at + shift, report.due_at + shift)


def turning_points(event: Event, *, at_risk_share: float = AT_RISK_SHARE) -> Clock:
    """When the colour of an event turns as time passes: `clock_of` where time still runs against it.

    Finished events and those that were handled in time turn no more, somebody only has to check them. One
    that was handled too late stays overtime until it is closed.
    """
    if event.is_finished or event.is_dismissed:
        return Clock()
    clock = clock_of(event, at_risk_share=at_risk_share)
    if event.handled_at is not None and clock.overtime_at is not None and event.handled_at <= clock.overtime_at:
        return Clock()
    return clock


def colour_of(event: Event, now: datetime, *, at_risk_share: float = AT_RISK_SHARE) -> Colour:
    """The colour of `event` at `now`. used/allowed ≥ share is at risk; only > 1 is overtime."""
    if event.is_finished:
        return Colour.GREEN
    if event.paused_since is not None:
        return Colour.PAUSED
    turning = turning_points(event, at_risk_share=at_risk_share)
    if turning.overtime_at is not None and now > turning.overtime_at:
        return Colour.OVERTIME
    if turning.at_risk_at is not None and now >= turning.at_risk_at:
        return Colour.AT_RISK
    return Colour.BLUE


def is_late(event: Event, *, at_risk_share: float = AT_RISK_SHARE) -> bool:
    """True if the handling ended after its deadline (超期); at the deadline is in time."""
    clock = clock_of(event, at_risk_share=at_risk_share)
    return event.handled_at is not None and clock.overtime_at is not None and event.handled_at > clock.overtime_at
