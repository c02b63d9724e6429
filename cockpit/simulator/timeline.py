"""时间线 — plans turned into messages: what has been said by an instant, and what is still to come."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from threading import Lock
from typing import Any

from cockpit.simulator.alarms import PlannedAlarm, plan_alarms
from cockpit.simulator.course import Move
from cockpit.simulator.day import EVENTS_PER_DAY, PlannedEvent, plan_events
from cockpit.simulator.ground import Ground
from cockpit.simulator.incident import plan_incident
from cockpit.simulator.kinds import Kind

#: (feed, bodies) of one POST
Batch = tuple[str, list[dict[str, Any]]]
CHUNK = 200


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell: which feed, when, what."""

    at: datetime
    feed: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DayPlan:
    day: date
    events: list[PlannedEvent]
    alarms: list[PlannedAlarm]


def plan_day(ground: Ground, kinds: list[Kind], day: date, seed: int, per_day: float = EVENTS_PER_DAY) -> DayPlan:
    """Everything that will be told about a local day; the same for the same seed."""
    alarms, grown = plan_alarms(ground, kinds, day, seed)
    events = plan_events(ground, kinds, day, seed, per_day) + plan_incident(ground, kinds, day, seed) + grown
    return DayPlan(day, sorted(events, key=lambda e: e.reported_at), alarms)


def transition_of(event: PlannedEvent, move: Move) -> dict[str, Any]:
    body = {
        "event_id": event.body["event_id"],
        "source": event.body["source"],
        "stage": move.stage,
        "at": move.at.isoformat(),
        "unit": move.unit,
        "by": move.by,
        "level": move.level,
    }
    return body | {"note": move.note} if move.note else body


def messages_after(plan: DayPlan, since: datetime) -> Iterator[Message]:
    """What a day still has to tell after `since`."""
    for event in plan.events:
        if event.reported_at > since:
            yield Message(event.reported_at, "events", event.body)
        for move in event.moves:
            if move.at > since:
                yield Message(move.at, "transitions", transition_of(event, move))
    for alarm in plan.alarms:
        if alarm.at > since:
            yield Message(alarm.at, "alarms", alarm.body)


def told_events(events: Iterable[PlannedEvent], now: datetime) -> Iterator[Batch]:
    """Batches for what has happened by `now`: open events first, then the newest.

    Steps go before their reports, which the contract allows: else every event of the past would be overtime
    for the moment between the two, on every wall.
    """
    known = [e for e in events if e.reported_at <= now]
    known.sort(key=lambda e: (not e.is_open(now), -e.reported_at.timestamp()))
    for i in range(0, len(known), CHUNK):
        chunk = known[i : i + CHUNK]
        steps = [transition_of(e, m) for e in chunk for m in e.moves if m.at <= now]
        for k in range(0, len(steps), 3 * CHUNK):
            yield "transitions", steps[k : k + 3 * CHUNK]
        yield "events", [e.body for e in chunk]


def told_alarms(plan: DayPlan, now: datetime) -> Iterator[Batch]:
    known = [a.body for a in plan.alarms if a.at <= now]
    if known:
        yield "alarms", known[::-1]


class Pending:
    """What is still to come, in the order of time; days may be added from another thread."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Message]] = []
        self._lock = Lock()
        self._ticket = count()

    def add(self, messages: Iterable[Message]) -> None:
        rows = [(m.at, next(self._ticket), m) for m in messages]
        with self._lock:
            for row in rows:
                heapq.heappush(self._heap, row)

    def due(self, now: datetime) -> list[Batch]:
        """Takes what is due, as one batch a feed: events before the steps that speak of them."""
        found: dict[str, list[dict[str, Any]]] = {"events": [], "transitions": [], "alarms": []}
        with self._lock:
            while self._heap and self._heap[0][0] <= now:
                message = heapq.heappop(self._heap)[2]
                found[message.feed].append(message.body)
        return [(feed, bodies) for feed, bodies in found.items() if bodies]

    def __len__(self) -> int:
        return len(self._heap)
