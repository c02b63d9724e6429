"""无定位: who is on duty and has not been located of late, so that nobody takes an empty map for an empty street."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from cockpit.domain.scope import Scope
from cockpit.services.city import City, RosterEntry
from cockpit.services.roster import Roster
from cockpit.situation.movers import Movers
from cockpit.situation.situation import Situation

_EVERY_S = 5.0


class UnplacedPerson(NamedTuple):
    """Somebody on duty; `located_at` is when they last were anywhere, None for never."""

    entry: RosterEntry
    located_at: datetime | None


class Fold(Protocol):
    """Where who said what and who is where are known: the projector."""

    @property
    def lock(self) -> AbstractContextManager[Any]: ...
    @property
    def situation(self) -> Situation: ...
    @property
    def movers(self) -> Movers: ...


class Unplaced:
    """Asks the fold who is on duty and the movers where they are. Safe from any thread."""

    def __init__(
        self,
        *,
        fold: Fold,
        city: City,
        roster: Roster,
        within_s: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`within_s`: whoever was located so lately has a position."""
        self.within_s = within_s
        self._fold, self._city, self._roster, self._monotonic = fold, city, roster, monotonic
        self._lock = threading.Lock()
        self._counted: dict[str, tuple[float, int]] = {}

    def people(self, scope: Scope, now: datetime) -> list[UnplacedPerson]:
        """Who is on duty in `scope` by what they said, else by the plan, without a position; never located first."""
        by_plan: dict[str, bool] = {}
        found: list[UnplacedPerson] = []
        oldest_ms = (now.timestamp() - self.within_s) * 1000
        with self._fold.lock:
            attendance, movers = self._fold.situation.attendance, self._fold.movers
            for entry in self._city.roster.values():
                if not scope.covers(entry.grid_code):
                    continue
                mark = attendance.get(entry.subject_id)
                on_duty = mark.is_on_duty(now) if mark is not None else None
                if on_duty is None:
                    if entry.shift not in by_plan:
                        by_plan[entry.shift] = self._roster.duty_by_plan(entry.shift, now).on
                    on_duty = by_plan[entry.shift]
                if not on_duty:
                    continue
                row = movers.find_row(entry.subject_id)
                at_ms = int(movers.rows["at_ms"][row]) if row is not None and movers.rows["drawn"][row] else 0
                if at_ms < oldest_ms:
                    at = datetime.fromtimestamp(at_ms / 1000, UTC) if at_ms else None
                    found.append(UnplacedPerson(entry, at))
        never = datetime.min.replace(tzinfo=UTC)
        return sorted(found, key=lambda person: (person.located_at or never, person.entry.subject_id))

    def count(self, scope: Scope, now: datetime) -> int:
        """How many they are; at most some seconds old."""
        with self._lock:
            counted_at, n = self._counted.get(scope.code, (float("-inf"), 0))
            if self._monotonic() - counted_at < _EVERY_S:
                return n
            n = len(self.people(scope, now))
            self._counted[scope.code] = (self._monotonic(), n)
            return n
