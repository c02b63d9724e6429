"""转色: the instants at which the clocks of an event turned or will turn, each to be recorded once."""

from datetime import datetime
from typing import NamedTuple

from cockpit.domain.event import Event
from cockpit.domain.event_clocks import clocks_of
from cockpit.domain.running_clock import ClockKind
from cockpit.domain.timing import Timing


class Turn(NamedTuple):
    """One clock became at risk, or overtime, at this instant."""

    at: datetime
    is_overtime: bool
    clock: ClockKind


def turns_of(event: Event, timing: Timing) -> list[Turn]:
    """Every turn of every clock, past ones and those to come, by time; none that its clock's end forestalled.

    A clock that ends at its deadline is in time: it is overtime only after it.
    """
    if event.is_dismissed:
        return []
    turns = []
    for clock in clocks_of(event, timing):
        at_risk_at = clock.at_risk_at(timing.calendar, timing.at_risk_share)
        overtime_at = clock.overtime_at(timing.calendar)
        if at_risk_at is not None and (clock.ended_at is None or at_risk_at <= clock.ended_at):
            turns.append(Turn(at_risk_at, False, clock.kind))
        if overtime_at is not None and (clock.ended_at is None or overtime_at < clock.ended_at):
            turns.append(Turn(overtime_at, True, clock.kind))
    return sorted(turns)
