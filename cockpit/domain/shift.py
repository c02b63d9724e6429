"""班次: when a gridworker's shift runs, and whether somebody is on duty. What was said on the phone beats the plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

#: local begin and end; a shift that ends before it begins runs through midnight. A city may bring its own
SHIFTS: Mapping[str, tuple[time, time] | None] = {
    "day": (time(7, 30), time(17, 30)),
    "evening": (time(17, 0), time(22, 30)),
    "night": (time(22, 0), time(7, 30)),
    "rest": None,
}


class DutyBy(StrEnum):
    """What somebody's duty is known from."""

    ATTENDANCE = "attendance"
    SHIFT = "shift"
    #: no plan says anything: whoever reports a position is at work
    UNPLANNED = "unplanned"


@dataclass(frozen=True, slots=True)
class Duty:
    """Whether somebody is on duty, and what says so."""

    on: bool
    by: DutyBy


def is_within(shift: tuple[time, time] | None, local: time) -> bool:
    """True while a shift runs; its end is no longer in it."""
    if shift is None:
        return False
    begin, end = shift
    return begin <= local < end if begin <= end else local >= begin or local < end


def duty_of(shift: str, local: datetime, shifts: Mapping[str, tuple[time, time] | None] = SHIFTS) -> Duty:
    """Duty by the plan alone; a shift that the plan does not know says nothing."""
    if shift not in shifts:
        return Duty(True, DutyBy.UNPLANNED)
    return Duty(is_within(shifts[shift], local.time()), DutyBy.SHIFT)
