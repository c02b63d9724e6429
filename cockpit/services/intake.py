"""受理入口: reports, transitions, alarms and fixes of the outside become facts and batches in the streams.

Nothing is acknowledged before the stream has it. Ids follow from what happened, so a second delivery is the
same fact; what is doubtful about a place is flagged and kept, never dropped.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.event import Place, Report, Step
from cockpit.domain.facts import AlarmRaised, EventReported, Fact, StageEntered
from cockpit.domain.plausibility import CLOCK_SKEW, FUTURE, NO_PLACE, NULL_ISLAND, OUTSIDE, is_future, is_null_island
from cockpit.domain.scope import Scope
from cockpit.stream.fix_batch import FLAG_BITS, FixBatch
from cockpit.stream.lane import millis_of

#: a step or an alarm further ahead than any skewed clock would stay the newest for ever
_FUTURE_LIMIT = timedelta(days=1)
_SKEW_MS = CLOCK_SKEW // timedelta(milliseconds=1)
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


@dataclass(frozen=True, slots=True, eq=False)
class Fixes:
    """Fixes as columns: names as lists, numbers as arrays of the same length; NaN where the device did not say."""

    subjects: list[str]
    kinds: list[str]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    at_ms: NDArray[np.int64]
    accuracy_m: NDArray[np.float32]
    speed_mps: NDArray[np.float32]
    heading_deg: NDArray[np.float32]
    battery: NDArray[np.float32]
    indices: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.subjects)

    def picked(self, keep: NDArray[np.bool_]) -> "Fixes":
        """Only the fixes that `keep` marks."""
        rows = np.flatnonzero(keep).tolist()
        columns = {
            name: getattr(self, name)[keep]
            for name in ("lon", "lat", "at_ms", "accuracy_m", "speed_mps", "heading_deg", "battery", "indices")
        }
        return Fixes(subjects=[self.subjects[i] for i in rows], kinds=[self.kinds[i] for i in rows], **columns)


class Places(Protocol):
    """What intake needs of the city."""

    @property
    def code(self) -> str: ...
    @property
    def divisions(self) -> Mapping[str, Any]: ...
    def locate(self, lon: float, lat: float) -> str | None: ...
    def locate_many(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]: ...


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
    ) -> None:
        self._city, self._facts, self._positions, self._clock = city, facts, positions, clock
        self._code_of_event = code_of_event
        self._seen = _RecentFixes(_SEEN_FIXES)

    def take_reports(self, reports: Sequence[tuple[int, Report]], scope: Scope) -> Outcome:
        """Append an EventReported for each report whose place `scope` covers. Codes in the reports are grid codes."""
        now = self._clock()
        outcome, facts = Outcome(), []
        for index, report in reports:
            placed = self._placed(report.place, scope)
            if placed is None:
                outcome.rejected.append(_outside(index, scope))
                continue
            if is_future(report.reported_at, now):
                placed = replace(placed, flags=(*placed.flags, FUTURE))
            outcome.flagged += bool(placed.flags)
            fact_id = f"event:{report.event_id}"
            facts.append(
                EventReported(
                    fact_id=fact_id, at=report.reported_at, received_at=now, report=replace(report, place=placed)
                )
            )
        return self._appended(facts, outcome)

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
        for index, alarm in alarms:
            placed = self._placed(alarm.place, scope)
            if alarm.at > now + _FUTURE_LIMIT:
                outcome.rejected.append(Refused(index, "at", "lies more than a day ahead of the server's clock"))
            elif placed is None:
                outcome.rejected.append(_outside(index, scope))
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
            outcome.rejected += [_outside(int(i), scope) for i in fixes.indices[~within]]
            fixes, codes = fixes.picked(within), codes[within]
        keys = list(zip(fixes.subjects, fixes.at_ms.tolist(), strict=True))
        new = self._seen.new_among(keys)
        outcome.duplicate = len(keys) - int(new.sum())
        if outcome.duplicate:
            fixes, codes = fixes.picked(new), codes[new]
        if len(fixes):
            flags = _flags_of(fixes, codes, received_ms)
            self._positions.append(_batch_of(fixes, flags, received_ms))
            self._seen.add(keys)
            outcome.accepted, outcome.flagged = len(fixes), int((flags != 0).sum())
        return outcome

    def _appended(self, facts: list[Any], outcome: Outcome) -> Outcome:
        if facts:
            new = self._facts.append(facts)
            outcome.accepted = sum(new)
            outcome.duplicate = len(new) - outcome.accepted
        return outcome

    def _is_limited(self, scope: Scope) -> bool:
        """True for a scope below the city's own: only that can have something of the city outside."""
        return len(scope.code) > len(self._city.code)

    def _placed(self, place: Place, scope: Scope) -> Place | None:
        """`place` with the finest code known and its flags; None if it lies outside `scope`."""
        given = place.code if place.code in self._city.divisions else ""
        fallback = given or (scope.code if self._is_limited(scope) else self._city.code)
        flag, code = "", None
        if place.lon is None or place.lat is None:
            flag, code = NO_PLACE, fallback
        elif is_null_island(place.lon, place.lat):
            flag, code = NULL_ISLAND, fallback
        else:
            code = self._city.locate(place.lon, place.lat)
            if code is None and not self._is_limited(scope):
                flag, code = OUTSIDE, fallback
        if code is None or (self._is_limited(scope) and not scope.covers(code)):
            return None
        return replace(place, code=code, flags=(flag,) if flag else ())


class _RecentFixes:
    """The newest fixes of this process, between one and two times `size` of them."""

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, threading.Lock()
        self._young: set[tuple[str, int]] = set()
        self._old: set[tuple[str, int]] = set()

    def new_among(self, keys: list[tuple[str, int]]) -> NDArray[np.bool_]:
        """Which keys are neither remembered nor repeated in `keys`."""
        distinct = dict.fromkeys(keys)
        if len(distinct) == len(keys) and self._young.isdisjoint(keys) and self._old.isdisjoint(keys):
            return np.ones(len(keys), dtype=bool)
        unseen = {k for k in distinct if k not in self._young and k not in self._old}
        new = np.zeros(len(keys), dtype=bool)
        for i, key in enumerate(keys):
            if key in unseen:
                new[i] = True
                unseen.discard(key)
        return new

    def add(self, keys: list[tuple[str, int]]) -> None:
        with self._lock:
            self._young.update(keys)
            if len(self._young) >= self._size:
                self._old, self._young = self._young, set()


def _outside(index: int, scope: Scope) -> Refused:
    return Refused(index, "lon", f"lies outside the scope {scope.code} of this token")


def _flags_of(fixes: Fixes, codes: NDArray[np.int64], received_ms: int) -> NDArray[np.uint8]:
    null = (np.abs(fixes.lon) < 0.01) & (np.abs(fixes.lat) < 0.01)
    flags = np.where(null, FLAG_BITS[NULL_ISLAND], np.where(codes == 0, FLAG_BITS[OUTSIDE], 0))
    return np.asarray(flags | np.where(fixes.at_ms > received_ms + _SKEW_MS, FLAG_BITS[FUTURE], 0), dtype=np.uint8)


def _batch_of(fixes: Fixes, flags: NDArray[np.uint8], received_ms: int) -> FixBatch:
    subjects = {name: i for i, name in enumerate(dict.fromkeys(fixes.subjects))}
    kinds = {name: i for i, name in enumerate(dict.fromkeys(fixes.kinds))}
    n = len(fixes)
    return FixBatch(
        subjects=tuple(subjects), kinds=tuple(kinds), lon=fixes.lon, lat=fixes.lat, at_ms=fixes.at_ms,
        received_ms=np.full(n, received_ms, dtype=np.int64),
        subject=np.fromiter((subjects[name] for name in fixes.subjects), np.uint32, n),
        kind=np.fromiter((kinds[name] for name in fixes.kinds), np.uint16, n),
        accuracy_m=fixes.accuracy_m, speed_mps=fixes.speed_mps, heading_deg=fixes.heading_deg,
        battery=fixes.battery, flags=flags,
    )  # fmt: skip
