"""在岗: who of the roster is on duty: by what they said on the phone, else by the shift, else by a position of late."""

from datetime import datetime, timedelta
from typing import NamedTuple

from cockpit.domain.scope import Scope
from cockpit.domain.shift import Duty, DutyBy
from cockpit.services.city import City, RosterEntry
from cockpit.services.fold import Fold
from cockpit.services.roster import Roster


class OnDutyPerson(NamedTuple):
    """Somebody on duty, and what says so."""

    entry: RosterEntry
    by: DutyBy


class OnDuty:
    """Asks the fold. Safe from any thread. A city without a roster counts whoever was heard of lately."""

    def __init__(self, *, fold: Fold, city: City, roster: Roster, within_s: float) -> None:
        """`within_s`: who neither said anything nor has a shift is on duty if located so lately."""
        self._fold, self._city, self._roster, self._within_s = fold, city, roster, within_s

    def people(self, scope: Scope, now: datetime) -> list[OnDutyPerson]:
        """Who is on duty in `scope` at `now`, by id."""
        plan: dict[str, Duty] = {}
        found = []
        oldest_ms = (now - timedelta(seconds=self._within_s)).timestamp() * 1000
        with self._fold.lock:
            attendance, movers = self._fold.situation.attendance, self._fold.movers
            for entry in self._city.roster.values():
                if not scope.covers(entry.grid_code):
                    continue
                mark = attendance.get(entry.subject_id)
                said = mark.is_on_duty(now) if mark is not None else None
                duty = Duty(said, DutyBy.ATTENDANCE) if said is not None else self._planned(plan, entry.shift, now)
                is_on = duty.on
                if duty.by is DutyBy.UNPLANNED:
                    row = movers.find_row(entry.subject_id)
                    is_on = row is not None and bool(
                        movers.rows["drawn"][row] and movers.rows["at_ms"][row] >= oldest_ms
                    )
                if is_on:
                    found.append(OnDutyPerson(entry, duty.by))
        return sorted(found, key=lambda person: person.entry.subject_id)

    def count(self, scope: Scope, now: datetime) -> int:
        """How many: as many as `people` names."""
        if self._city.roster:
            return len(self.people(scope, now))
        oldest_ms = round((now.timestamp() - self._within_s) * 1000)
        with self._fold.lock:
            return self._fold.movers.heard_since(oldest_ms, scope, "gridworker")

    def _planned(self, plan: dict[str, Duty], shift: str, now: datetime) -> Duty:
        if shift not in plan:
            plan[shift] = self._roster.duty_by_plan(shift, now)
        return plan[shift]
