"""规则确认: confirms the findings that a threshold answers for, as an officer would ask for it.

The id of a command follows from the event and how much was known of it, so any number of these ask once, over restarts
too; the dispatcher decides by the rules that hold for everybody, and an officer who was first wins. Assigning what was
confirmed is `RuleAssigner`'s.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import structlog

from cockpit.domain.commands import MoveEvent
from cockpit.domain.event import Event
from cockpit.domain.finding import Finding, finding_of, is_waiting
from cockpit.domain.finding_rule import FindingRule, find_hold, find_hold_of_rule
from cockpit.domain.moves import MoveName
from cockpit.domain.rule_assignment import RULE
from cockpit.domain.scope import Scope
from cockpit.domain.stage import Stage
from cockpit.services.finding_rules import FindingRules
from cockpit.services.projector import Projector
from cockpit.services.rule_assigner import CommandAppender
from cockpit.services.watching import watch

log = structlog.get_logger(__name__)

#: asked for in one look, so that a long queue never keeps an officer's own command waiting
MOST_AT_ONCE = 32
_EVERY_S = 1.0
_ID = "rule:finding:"


class FindingWatch:
    """Looks at what waits for a verdict once a second. Used by one thread."""

    def __init__(
        self,
        *,
        projector: Projector,
        commands: CommandAppender,
        rules: Callable[[], FindingRules],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._projector, self._commands, self._rules, self._clock = projector, commands, rules, clock
        self._seq: int | None = None
        self._waiting: set[str] = set()
        #: event id → the command that was asked for
        self._asked: dict[str, str] = {}

    def run(self, stop: threading.Event) -> None:
        """Look each second until `stop`; while Redis is away nothing is asked and nothing is lost."""
        self._projector.wait_ready(600)
        watch(self.look, stop, name="confirmation by thresholds", rest=lambda: stop.wait(_EVERY_S))

    def look(self) -> list[MoveEvent]:
        """Ask for what the thresholds answer now; the commands that were asked for, by this or another watch."""
        enabled = {kind: rule for kind, rule in self._rules().rules.items() if rule.enabled}
        now = self._clock()
        with self._projector.lock:
            self._follow()
            if not enabled or not self._waiting:
                return []
            situation = self._projector.situation
            city_code = situation.rules.city_code
            thresholds = {kind: rule.per_cent for kind, rule in enabled.items()}
            counts = situation.findings.above(thresholds, Scope(city_code))
            events = [event for i in sorted(self._waiting) if (event := situation.events.get(i)) is not None]
        acting = {
            kind: rule
            for kind, rule in enabled.items()
            if find_hold_of_rule(rule, confirmed=counts[kind].confirmed, rejected=counts[kind].rejected) is None
        }
        commands = list(self._due(events, acting, city_code, now))
        if not commands:
            return []
        new = self._commands.append(commands)
        self._asked |= {command.event_id: command.command_id for command in commands}
        for command, is_new in zip(commands, new, strict=True):
            if is_new:
                log.info("asked to confirm by rule", event_id=command.event_id, threshold=command.note)
        return commands

    def _follow(self) -> None:
        situation = self._projector.situation
        changed = None if self._seq is None else self._projector.changed_since(self._seq)
        if changed is None:
            ids = {*(event.event_id for event in situation.events.whole()), *self._waiting}
        else:
            ids = {key for kind, key in changed if kind == "event"}
        self._seq = situation.seq
        for event_id in ids:
            event = situation.events.get(event_id)
            if event is not None and is_waiting(event) and finding_of(event.report) is not None:
                self._waiting.add(event_id)
            else:
                self._waiting.discard(event_id)
                self._asked.pop(event_id, None)

    def _due(
        self, events: list[Event], acting: dict[str, FindingRule], city_code: str, now: datetime
    ) -> Iterator[MoveEvent]:
        count = 0
        for event in events:
            finding = finding_of(event.report)
            rule = acting.get(finding.kind) if finding else None
            if finding is None or rule is None or find_hold(rule, event, finding, now, city_code) is not None:
                continue
            command = _command_of(event, finding, rule, city_code, now)
            if self._asked.get(event.event_id) == command.command_id:
                continue
            yield command
            count += 1
            if count == MOST_AT_ONCE:
                return


def is_confirmed_by_rule(event: Event) -> bool:
    """True for what a threshold confirmed: it is assigned by rule too, without a setting that says so."""
    return any(step.stage is Stage.ACCEPTED and step.command_id.startswith(_ID) for step in event.effective_steps)


def _command_of(event: Event, finding: Finding, rule: FindingRule, city_code: str, now: datetime) -> MoveEvent:
    return MoveEvent(
        command_id=f"{_ID}{event.event_id}:{event.version}",
        by=RULE.name,
        account=RULE.account,
        officer_level=RULE.level,
        scope=city_code,
        at=now,
        event_id=event.event_id,
        move=MoveName.ACCEPT,
        # in figures and codes: it is for every language
        note=f"{finding.kind} {finding.per_cent}% ≥ {rule.per_cent}%",
        expected_version=event.version,
    )
