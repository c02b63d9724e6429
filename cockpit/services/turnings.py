"""转色记录: when events became at risk and overtime, as facts, each once and with the very instant.

Only what has changed is looked at again: an event is put down for the next instant at which one of its clocks
turns. The ids of the facts follow from event, clock and instant, so that any number of these may run, and one that was
away makes up for what it missed.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from heapq import heapify, heappop, heappush

from cockpit.domain.event import Event
from cockpit.domain.facts import EventBecameAtRisk, EventBecameOvertime
from cockpit.domain.running_clock import ClockKind
from cockpit.domain.timing import Timing
from cockpit.domain.turning import Turn, turns_of
from cockpit.services.projector import Projector

#: an event whose clocks had turned when we first saw it may be one of a bulk whose later steps are still arriving
SETTLE_S = 60.0
_MS = 0.001
_Key = tuple[int, bool, ClockKind]


class Turnings:
    """What turned since the last look. Used by one thread."""

    def __init__(self, projector: Projector) -> None:
        self._projector = projector
        self._seq: int | None = None
        self._looked_at: float | None = None
        #: event id → when to look at it next; entries of the heap that say otherwise are old
        self._due: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []
        self._told: dict[str, set[_Key]] = {}

    def passed(self, now: datetime) -> list[EventBecameAtRisk | EventBecameOvertime]:
        """The facts of what has turned by `now` and was not confirmed by `told` yet."""
        instant = now.timestamp()
        events, timing = self._changed()
        for event_id, event in events:
            self._look_at(event_id, event, timing, instant)
        facts: list[EventBecameAtRisk | EventBecameOvertime] = []
        for event in self._come_due(instant):
            turns = turns_of(event, timing)
            facts += [_fact_of(event.event_id, turn, now) for turn in self._new(event.event_id, turns, instant)]
            self._put_down(event.event_id, _next_of(turns, after=instant))
        self._looked_at = instant
        return facts

    def told(self, facts: Iterable[EventBecameAtRisk | EventBecameOvertime]) -> None:
        """These are in the log: they need not be told again."""
        for fact in facts:
            key = (_millis(fact.at), isinstance(fact, EventBecameOvertime), fact.clock)
            self._told.setdefault(fact.event_id, set()).add(key)

    def again(self, facts: Iterable[EventBecameAtRisk | EventBecameOvertime]) -> None:
        """These could not be told: they come again with the next look."""
        for event_id in {fact.event_id for fact in facts}:
            self._put_down(event_id, 0.0)

    def _changed(self) -> tuple[Iterable[tuple[str, Event | None]], Timing]:
        with self._projector.lock:
            situation = self._projector.situation
            changed = None if self._seq is None else self._projector.changed_since(self._seq)
            self._seq = situation.seq
            if changed is None:  # all of them: what is packed is unpacked while nobody waits for the fold
                ids = list(situation.events)
                return zip(ids, situation.events.pick(ids), strict=True), situation.timing
            ids = list({key for kind, key in changed if kind == "event"})
            return [(event_id, situation.events.get(event_id)) for event_id in ids], situation.timing

    def _look_at(self, event_id: str, event: Event | None, timing: Timing, instant: float) -> None:
        if event is None:
            self._due.pop(event_id, None)
            self._told.pop(event_id, None)
            return
        turns = turns_of(event, timing)
        turned = self._new(event_id, turns, instant)
        next_s = _next_of(turns, after=instant)
        if turned:
            # what turned since the last look was seen coming; anything else is older than our knowledge of it
            just_now = self._looked_at is not None and all(_due_s(t) > self._looked_at for t in turned)
            settled_s = instant if just_now else min(self._due.get(event_id, instant + SETTLE_S), instant + SETTLE_S)
            next_s = settled_s if next_s is None else min(settled_s, next_s)
        self._put_down(event_id, next_s)

    def _new(self, event_id: str, turns: list[Turn], instant: float) -> list[Turn]:
        """Those that have passed and were not told."""
        known = self._told.get(event_id, ())
        return [turn for turn in turns if _due_s(turn) <= instant and _key_of(turn) not in known]

    def _put_down(self, event_id: str, due_s: float | None) -> None:
        if due_s is None:
            self._due.pop(event_id, None)
        elif self._due.get(event_id) != due_s:
            self._due[event_id] = due_s
            heappush(self._heap, (due_s, event_id))
        if len(self._heap) > 2 * len(self._due) + 1_000:
            self._heap = [(due, key) for key, due in self._due.items()]
            heapify(self._heap)

    def _come_due(self, instant: float) -> list[Event]:
        found = []
        with self._projector.lock:
            events = self._projector.situation.events
            while self._heap and self._heap[0][0] <= instant:
                due_s, event_id = heappop(self._heap)
                if self._due.get(event_id) == due_s:
                    del self._due[event_id]
                    if event_id in events:
                        found.append(events[event_id])
        return found


def _next_of(turns: list[Turn], *, after: float) -> float | None:
    return next((due_s for turn in turns if (due_s := _due_s(turn)) > after), None)


def _millis(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _key_of(turn: Turn) -> _Key:
    return _millis(turn.at), turn.is_overtime, turn.clock


def _due_s(turn: Turn) -> float:
    """At risk is what has reached its share, overtime what lies behind its deadline."""
    return turn.at.timestamp() + (_MS if turn.is_overtime else 0.0)


def _fact_of(event_id: str, turn: Turn, now: datetime) -> EventBecameAtRisk | EventBecameOvertime:
    kind = EventBecameOvertime if turn.is_overtime else EventBecameAtRisk
    name = "overtime" if turn.is_overtime else "at_risk"
    at_ms = _millis(turn.at)
    # a source's own time had the shorter id before there were other clocks
    which = "" if turn.clock is ClockKind.SOURCE else f"{turn.clock}:"
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return kind(
        fact_id=f"{name}:{event_id}:{which}{at_ms}", at=at, received_at=now, event_id=event_id, clock=turn.clock
    )
