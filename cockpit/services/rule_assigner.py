"""规则分拨: asks for the assignments that the list of responsibilities answers, as an officer would ask for them.

Off unless a setting says otherwise. The id of a command follows from the event and how much was known of it, so that
any number of these ask once; the dispatcher decides by the rules that hold for everybody. What a person does in between
(claims it, notes something) makes the event another one, and it is looked at again.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Protocol

import structlog

from cockpit.domain.commands import Command, MoveEvent
from cockpit.domain.event import Event
from cockpit.domain.moves import MoveName
from cockpit.domain.rule_assignment import RULE, RuleAssignment, rule_assignments
from cockpit.domain.stage import Stage
from cockpit.services.assignment import load_of
from cockpit.services.projector import Projector
from cockpit.services.responsibilities import ResponsibilityBook
from cockpit.services.standards import StandardsBook, limit_of_assignment
from cockpit.services.watching import watch

log = structlog.get_logger(__name__)

#: what a source says of acceptance may be followed by what it says of assignment: a bulk is still arriving
SETTLE_S = 60.0
#: asked for in one look, so that a long queue never keeps an officer's own command waiting
MOST_AT_ONCE = 32
_EVERY_S = 1.0


class CommandAppender(Protocol):
    def append(self, commands: Sequence[Command]) -> list[bool]: ...


class RuleAssigner:
    """Looks at what waits for assignment once a second. Used by one thread."""

    def __init__(
        self,
        *,
        projector: Projector,
        commands: CommandAppender,
        responsibilities: ResponsibilityBook,
        standards: StandardsBook,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        takes: Callable[[Event], bool] = lambda _event: True,
    ) -> None:
        """`takes` leaves out events that it is not to assign."""
        self._projector, self._commands, self._clock, self._takes = projector, commands, clock, takes
        self._responsibilities, self._standards = responsibilities, standards
        self._seq: int | None = None
        #: accepted events → since when this process knows that
        self._waiting: dict[str, float] = {}
        #: event id → the command that was asked for
        self._asked: dict[str, str] = {}

    def run(self, stop: threading.Event) -> None:
        """Look each second until `stop`; while Redis is away nothing is asked and nothing is lost."""
        self._projector.wait_ready(600)
        watch(self.look, stop, name="assignment by rules", rest=lambda: stop.wait(_EVERY_S))

    def look(self) -> list[MoveEvent]:
        """Ask for what the list answers now; the commands that were asked for, by this or another assigner."""
        now, listed, standards = self._clock(), self._responsibilities.now(), self._standards.now()
        events, city_code = self._due(now)
        if not events:
            return []
        found = rule_assignments(
            events,
            listed,
            now=now,
            city_code=city_code,
            is_known=lambda category: bool(standards.conditions_of(category, now)),
            load=self._load,
        )
        commands = list(self._unasked(found, city_code, now))
        if not commands:
            return []
        new = self._commands.append(commands)
        self._asked |= {command.event_id: command.command_id for command in commands}
        for command, is_new in zip(commands, new, strict=True):
            if is_new:
                log.info("asked to assign by rule", event_id=command.event_id, unit=command.unit, entry=command.note)
        return commands

    def _due(self, now: datetime) -> tuple[list[Event], str]:
        """Accepted events whose turn it is, the oldest acceptance first."""
        instant = now.timestamp()
        with self._projector.lock:
            situation = self._projector.situation
            changed = None if self._seq is None else self._projector.changed_since(self._seq)
            if changed is None:
                ids = {*(event.event_id for event in situation.events.whole()), *self._waiting}
            else:
                ids = {key for kind, key in changed if kind == "event"}
            self._seq = situation.seq
            for event_id in ids:
                known = situation.events.get(event_id)
                if known is not None and known.stage is Stage.ACCEPTED and self._takes(known):
                    self._waiting.setdefault(event_id, instant)
                else:
                    self._waiting.pop(event_id, None)
                    self._asked.pop(event_id, None)
            known_since = [(situation.events.get(event_id), since) for event_id, since in self._waiting.items()]
            city_code = situation.rules.city_code
        due = [e for e, since in known_since if e and (_is_accepted_here(e) or instant - since >= SETTLE_S)]
        return sorted(due, key=lambda event: (event.accepted_at or now, event.event_id)), city_code

    def _load(self) -> dict[str, int]:
        with self._projector.lock:
            return load_of(self._projector.situation)

    def _unasked(self, found: Iterator[RuleAssignment], city_code: str, now: datetime) -> Iterator[MoveEvent]:
        count = 0
        for assignment in found:
            command = self._command_of(assignment, city_code, now)
            if self._asked.get(command.event_id) == command.command_id:
                continue
            yield command
            count += 1
            if count == MOST_AT_ONCE:
                return

    def _command_of(self, assignment: RuleAssignment, city_code: str, now: datetime) -> MoveEvent:
        event = assignment.event
        return MoveEvent(
            command_id=f"rule:{event.event_id}:{event.version}",
            by=RULE.name,
            account=RULE.account,
            officer_level=RULE.level,
            scope=city_code,
            at=now,
            event_id=event.event_id,
            move=MoveName.ASSIGN,
            unit=assignment.entry.unit,
            level=assignment.level,
            note=assignment.note,
            given=limit_of_assignment(event.report, self._standards.find_limit, now),
            expected_version=event.version,
        )


def _is_accepted_here(event: Event) -> bool:
    return any(step.stage is Stage.ACCEPTED and step.command_id for step in event.effective_steps)
