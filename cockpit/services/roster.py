"""花名册: who works on which shift, and who is on duty now. What somebody said on the phone beats the plan."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from cockpit.domain.shift import SHIFTS, Duty, DutyBy, duty_of
from cockpit.services.city import City, RosterEntry

Shifts = Mapping[str, tuple[time, time] | None]


class Attended(Protocol):
    """A mark of attendance (`situation.attendance`): None when it is too old to count."""

    def is_on_duty(self, now: datetime) -> bool | None: ...


class Roster:
    """The people of a city's roster. Safe from any thread; the marks are handed in, they belong to the fold."""

    def __init__(self, city: City) -> None:
        self._entries, self._zone = city.roster, ZoneInfo(city.tz)
        self.shifts = shifts_of(city.config)

    def find(self, subject_id: str) -> RosterEntry | None:
        """The roster's line about somebody; None for who is not on it, such as vehicles."""
        return self._entries.get(subject_id)

    def duty_of(self, subject_id: str, now: datetime, attendance: Mapping[str, Attended] | None = None) -> Duty:
        """Whether somebody is on duty at `now`; who is on no roster is, because nothing says otherwise."""
        mark = (attendance or {}).get(subject_id)
        said = mark.is_on_duty(now) if mark is not None else None
        if said is not None:
            return Duty(said, DutyBy.ATTENDANCE)
        entry = self._entries.get(subject_id)
        return self.duty_by_plan(entry.shift if entry else "", now)

    def duty_by_plan(self, shift: str, now: datetime) -> Duty:
        """Whether a shift runs at `now`."""
        return duty_of(shift, now.astimezone(self._zone), self.shifts)


def shifts_of(config: Mapping[str, Any]) -> Shifts:
    """`[shifts]` of a city.toml, name = "07:30-17:30" or "" for no work; the usual ones where it has none.

    Raises ValueError for a shift that is not written like that.
    """
    told = config.get("shifts")
    if told is None:
        return SHIFTS
    return {str(name): _hours_of(str(name), str(text)) for name, text in told.items()}


def _hours_of(name: str, text: str) -> tuple[time, time] | None:
    if not text:
        return None
    begin, _, end = text.partition("-")
    try:
        return time.fromisoformat(begin.strip()), time.fromisoformat(end.strip())
    except ValueError:
        raise ValueError(f"city.toml: the shift {name} must be written like 07:30-17:30, not {text!r}") from None
