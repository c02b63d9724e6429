"""回召: an event that ended long ago and left the fold comes back when somebody, or its source, has to do with it.

The record of the event has everything that was ever told of it; a fact carries that into the fold, and from then on it
is an event like any other. At midnight it leaves again if it is not open.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

import structlog

from cockpit.domain.command import Command
from cockpit.domain.commands import MoveEvent
from cockpit.domain.event import event_of
from cockpit.domain.facts import EventRecalled, Fact
from cockpit.services.projector import Projector
from cockpit.services.recording import body_of
from cockpit.services.watching import watch
from cockpit.situation.situation import Situation
from cockpit.store.database import UNAVAILABLE as DATABASE_AWAY
from cockpit.store.event_records import EventRecord

log = structlog.get_logger(__name__)

_EVERY_S = 2.0
_MOST_A_LOOK = 200


class Records(Protocol):
    """What is asked of the table (`store.event_records`)."""

    def find_many(self, event_ids: Sequence[str]) -> dict[str, EventRecord]: ...


class FactAppender(Protocol):
    def append(self, facts: Sequence[Fact]) -> list[bool]: ...


class Recall:
    """Finds what has left and makes the fact that brings it back."""

    def __init__(self, records: Records, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._records, self._clock = records, clock

    def for_command(self, situation: Situation, command: Command) -> EventRecalled | None:
        """What has to come back before a command can be decided; None where nothing has to, or can.

        While the records cannot be read this raises what the database raises: the command waits.
        """
        if not isinstance(command, MoveEvent) or command.event_id in situation.events:
            return None
        found = self.of([command.event_id], situation)
        return found[0] if found else None

    def of(self, event_ids: Sequence[str], situation: Situation) -> list[EventRecalled]:
        """The facts for those of the events that were reported and are not in the fold: they have left it.

        One that its source reopened meanwhile is open in its record, and in no fold all the same.
        """
        wanted = [event_id for event_id in event_ids if event_id not in situation.events]
        records = self._records.find_many(wanted) if wanted else {}
        return [self._fact(record, situation) for record in records.values() if record.reported_ms is not None]

    def _fact(self, record: EventRecord, situation: Situation) -> EventRecalled:
        body, now = body_of(record), self._clock()
        assert body.report is not None, "it was reported"
        return EventRecalled(
            fact_id=f"recall:{record.event_id}:{situation.day or 'first'}",
            at=now,
            received_at=now,
            report=body.report,
            steps=body.steps,
            acts=body.acts,
            was_live=record.live_from_ms is not None,
        )


class RecallWatch:
    """What a source tells of an event that has left brings it back, if it changes anything. Used by one thread."""

    def __init__(self, recall: Recall, *, projector: Projector, facts: FactAppender, tail: Callable[[], str]) -> None:
        self._recall, self._projector, self._facts, self._tail = recall, projector, facts, tail
        #: how much was known of an event when it was looked for last
        self._asked: dict[str, int] = {}

    def run(self, stop: threading.Event) -> None:
        """Look until `stop`; while a store is away nothing is written and nothing is lost."""
        self._projector.wait_ready(600)
        watch(self._look, stop, name="what comes back", rest=lambda: stop.wait(_EVERY_S))

    def _look(self) -> None:
        try:
            self.look()
        except DATABASE_AWAY as away:
            log.warning("what has left cannot be looked for", error=type(away).__name__)

    def look(self) -> list[EventRecalled]:
        """Bring back what was told of since the last look; what was brought."""
        with self._projector.lock:
            situation = self._projector.situation
            told = {
                event_id: len(situation.orphans.get(event_id, ())) + len(situation.orphan_acts.get(event_id, ()))
                for event_id in (*situation.orphans, *situation.orphan_acts)
            }
        self._asked = {event_id: n for event_id, n in self._asked.items() if event_id in told}
        new = [event_id for event_id, n in told.items() if self._asked.get(event_id) != n][:_MOST_A_LOOK]
        if not new or not self._projector.follow_to(self._tail()):
            return []
        back = [fact for fact in self._recall.of(new, self._projector.situation) if self._changes(fact)]
        if back:
            self._facts.append(back)
            log.info("events came back", events=len(back))
        self._asked |= {event_id: told[event_id] for event_id in new}
        return back

    def _changes(self, fact: EventRecalled) -> bool:
        """False for words that leave the event as it was: a history that is told again brings nothing back."""
        event_id = fact.report.event_id
        with self._projector.lock:
            situation = self._projector.situation
            steps, acts = situation.orphans.get(event_id, ()), situation.orphan_acts.get(event_id, ())
        came = {step.fact_id for step in steps} | {act.fact_id for act in acts}
        then = event_of(
            fact.report,
            tuple(s for s in fact.steps if s.fact_id not in came),
            tuple(a for a in fact.acts if a.fact_id not in came),
        )
        now = event_of(fact.report, (*then.steps, *steps), (*then.acts, *acts))
        return now.is_open or now.docket != then.docket or now.stage is not then.stage
