"""受理入口: reports, transitions, alarms and fixes of the outside become facts and batches in the streams.

Nothing is acknowledged before the stream has it. Ids follow from what happened, so a second delivery is the
same fact; what is doubtful about a place is flagged and kept, never dropped.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.assignment import GivenLimit
from cockpit.domain.event import Place, Report, Step
from cockpit.domain.facts import AlarmRaised, EventReported, Fact, StageEntered
from cockpit.domain.plausibility import FUTURE, NO_PLACE, NULL_ISLAND, OUTSIDE, is_future, is_null_island
from cockpit.domain.scope import Scope
from cockpit.services.fixes import Fixes, RecentFixes
from cockpit.stream.facts import IDS_CERTAIN
from cockpit.stream.fix_batch import FixBatch
from cockpit.stream.lane import millis_of

#: a step or an alarm further ahead than any skewed clock would stay the newest for ever
_FUTURE_LIMIT = timedelta(days=1)
_SEEN_FIXES = 200_000


@dataclass(frozen=True, slots=True)
class Refused:
    """One item that was not taken: its place in the request, the field and the reason."""

    index: int
    field: str
    error: str


@dataclass(slots=True)
class Outcome:
    """What became of one request."""

    accepted: int = 0
    duplicate: int = 0
    flagged: int = 0
    rejected: list[Refused] = field(default_factory=list)


class Places(Protocol):
    """What intake needs of the city."""

    @property
    def code(self) -> str: ...
    @property
    def divisions(self) -> Mapping[str, Any]: ...
    def locate_many(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]: ...


#: (category, condition, when) → the limit of the standard that held then; no condition is the first of the category
FindLimit = Callable[[str, str, datetime], GivenLimit | None]


class FactAppender(Protocol):
    def append(self, facts: Sequence[Fact]) -> list[bool]: ...


class FixAppender(Protocol):
    def append(self, batch: FixBatch) -> str: ...


class Intake:
    """Takes what sources post. Safe from any thread; raises what the stream raises when it cannot be reached."""

    def __init__(
        self,
        *,
        city: Places,
        facts: FactAppender,
        positions: FixAppender,
        clock: Callable[[], datetime],
        code_of_event: Callable[[str], str | None] = lambda _event_id: None,
        find_limit: FindLimit = lambda _category, _condition, _at: None,
        archived: Callable[[Sequence[str]], set[str]] = lambda _fact_ids: set(),
        over: Callable[[Sequence[str]], set[str]] = lambda _event_ids: set(),
    ) -> None:
        """`archived` tells which facts the journal has; it is asked for old ones, whose ids the stream may forget.

        `over` tells which events a table brought when they were over already: no stream knows their reports.
        """
        self._city, self._facts, self._positions, self._clock = city, facts, positions, clock
        self._find_limit = find_limit
        self._code_of_event, self._archived, self._over = code_of_event, archived, over
        self._seen = RecentFixes(_SEEN_FIXES)
        self._codes: dict[int, str | None] = {0: None}

    def take_reports(self, reports: Sequence[tuple[int, Report]], scope: Scope) -> Outcome:
        """Append an EventReported for each report whose place `scope` covers. Codes in the reports are grid codes."""
        now = self._clock()
        outcome, facts = Outcome(), []
        places = self._placed([report.place for _, report in reports], scope)
        for (index, report), placed in zip(reports, places, strict=True):
            if placed is None:
                outcome.rejected.append(_outside(index, scope, report.place))
                continue
            if is_future(report.reported_at, now):
                placed = replace(placed, flags=(*placed.flags, FUTURE))
            outcome.flagged += bool(placed.flags)
            fact_id = f"event:{report.event_id}"
            told = replace(report, place=placed, **self._limited(report, now))
            facts.append(EventReported(fact_id=fact_id, at=report.reported_at, received_at=now, report=told))
        if over := self._over([fact.report.event_id for fact in facts]):
            outcome.duplicate = sum(fact.report.event_id in over for fact in facts)
            facts = [fact for fact in facts if fact.report.event_id not in over]
        return self._appended(facts, outcome)

    def _limited(self, report: Report, now: datetime) -> dict[str, Any]:
        """What a standard makes of a report whose source set no time: its limit then, and since when it waits here."""
        given = None if report.due_at else self._find_limit(report.category, "", now)
        return {} if given is None else {"given": given, "arrived_at": now}

    def take_steps(self, steps: Sequence[tuple[int, str, Step]], scope: Scope) -> Outcome:
        """Append a StageEntered for each (index, public event id, step); the event may still be unknown."""
        now = self._clock()
        outcome, facts = Outcome(), []
        for index, event_id, step in steps:
            code = self._code_of_event(event_id) if self._is_limited(scope) else None
            if step.at > now + _FUTURE_LIMIT:
                outcome.rejected.append(Refused(index, "at", "lies more than a day ahead of the server's clock"))
            elif code is not None and not scope.covers(code):
                outcome.rejected.append(Refused(index, "event_id", f"the event lies outside the scope {scope.code}"))
            else:
                fact_id = f"stage:{event_id}:{step.stage.value}:{millis_of(step.at)}"
                told = replace(step, fact_id=fact_id)
                facts.append(StageEntered(fact_id=fact_id, at=step.at, received_at=now, event_id=event_id, step=told))
        return self._appended(facts, outcome)

    def take_alarms(self, alarms: Sequence[tuple[int, AlarmRaised]], scope: Scope) -> Outcome:
        """Append alarm facts. `received_at` and the place are filled in here."""
        now = self._clock()
        outcome, facts = Outcome(), []
        places = self._placed([alarm.place for _, alarm in alarms], scope)
        for (index, alarm), placed in zip(alarms, places, strict=True):
            if alarm.at > now + _FUTURE_LIMIT:
                outcome.rejected.append(Refused(index, "at", "lies more than a day ahead of the server's clock"))
            elif placed is None:
                outcome.rejected.append(_outside(index, scope, alarm.place))
            else:
                outcome.flagged += bool(placed.flags)
                facts.append(replace(alarm, received_at=now, place=placed))
        return self._appended(facts, outcome)

    def take_fixes(self, fixes: Fixes, scope: Scope) -> Outcome:
        """Append one batch with the fixes that are new; about ten microseconds a fix."""
        outcome = Outcome()
        received_ms = millis_of(self._clock())
        codes = self._city.locate_many(fixes.lon, fixes.lat)
        if self._is_limited(scope):
            low, high = scope.span
            within = (codes >= low) & (codes < high)
            outcome.rejected += [_outside(i, scope) for i in fixes.indices[~within].tolist()]
            fixes, codes = fixes.picked(within), codes[within]
        keys = fixes.keys()
        new = self._seen.new_among(keys)
        outcome.duplicate = len(keys) - int(new.sum())
        if outcome.duplicate:
            fixes, codes = fixes.picked(new), codes[new]
        if len(fixes):
            flags = fixes.flags(codes, received_ms)
            self._positions.append(fixes.batch(flags, received_ms))
            self._seen.add(keys)
            outcome.accepted, outcome.flagged = len(fixes), int((flags != 0).sum())
        return outcome

    def _appended(self, facts: list[Any], outcome: Outcome) -> Outcome:
        certain = self._clock() - IDS_CERTAIN
        old = [fact.fact_id for fact in facts if fact.at < certain]
        if old and (archived := self._archived(old)):
            told, facts = len(facts), [fact for fact in facts if fact.fact_id not in archived]
            outcome.duplicate += told - len(facts)
        if facts:
            new = self._facts.append(facts)
            outcome.accepted = sum(new)
            outcome.duplicate += len(new) - outcome.accepted
        return outcome

    def _is_limited(self, scope: Scope) -> bool:
        """True for a scope below the city's own: only that can have something of the city outside."""
        return len(scope.code) > len(self._city.code)

    def _placed(self, places: Sequence[Place], scope: Scope) -> list[Place | None]:
        """The places with the finest code known and their flags; None for one outside `scope`."""
        known = [p.lon is not None and p.lat is not None for p in places]
        numbers = self._city.locate_many(
            np.array([p.lon or 0.0 for p in places], dtype=np.float64),
            np.array([p.lat or 0.0 for p in places], dtype=np.float64),
        )
        codes = [self._code_of(n) if k else None for n, k in zip(numbers.tolist(), known, strict=True)]
        return [self._judged(place, code, scope) for place, code in zip(places, codes, strict=True)]

    def _judged(self, place: Place, code: str | None, scope: Scope) -> Place | None:
        limited = self._is_limited(scope)
        given = place.code if place.code in self._city.divisions else ""
        fallback = given or (scope.code if limited else self._city.code)
        flag = ""
        if place.lon is None or place.lat is None:
            flag, code = NO_PLACE, fallback
        elif is_null_island(place.lon, place.lat):
            flag, code = NULL_ISLAND, fallback
        elif code is None and not limited:
            flag, code = OUTSIDE, fallback
        if code is None or (limited and not scope.covers(code)):
            return None
        return Place(lon=place.lon, lat=place.lat, code=code, address=place.address, flags=(flag,) if flag else ())

    def _code_of(self, number: int) -> str | None:
        """The division or grid whose 15-digit number it is; None for 0, outside."""
        if number not in self._codes:
            text = f"{number:015d}"
            codes = (text[:n] for n in (15, 12, 9, 6) if not text[n:].strip("0"))
            self._codes[number] = next((c for c in codes if c in self._city.divisions), self._city.code)
        return self._codes[number]


def _outside(index: int, scope: Scope, place: Place | None = None) -> Refused:
    name = "grid_code" if place is not None and place.lon is None else "lon"
    return Refused(index, name, f"lies outside the scope {scope.code} of this token")
