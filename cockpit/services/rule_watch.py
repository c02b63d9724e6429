"""规则值守: reads the readings lane, lets the rules decide, and raises what they decide like any other alarm.

Ids follow from device, rule and the reading's own time: a batch that is read twice after a crash raises nothing twice.
A second one of these would share the lane, and each would know only half of the readings: one runs for a city.
"""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog

from cockpit.domain.alarm import Alarm
from cockpit.domain.alarm_moves import AlarmMoveName
from cockpit.domain.commands import ActOnAlarm
from cockpit.domain.event import Place
from cockpit.domain.facts import AlarmCleared, AlarmRaised
from cockpit.domain.scope import Scope
from cockpit.services.alarm_kinds import AlarmKinds
from cockpit.services.alarm_nearest import NearestOf
from cockpit.services.alarm_rules import FILE, AlarmRules, load_alarm_rules
from cockpit.services.devices import DeviceBook
from cockpit.services.intake import Intake
from cockpit.services.projector import Projector
from cockpit.services.rule_assigner import CommandAppender
from cockpit.services.watching import watch
from cockpit.situation.rule_decision import Decision
from cockpit.situation.rule_engine import RuleEngine
from cockpit.stream.lane import millis_of
from cockpit.stream.readings import ReadingGroup
from cockpit.stream.rule_failures import RuleFailures

log = structlog.get_logger(__name__)

_STALE_MS = 30_000
_CLAIM_EVERY_S = 5.0
_BATCHES = 100
_BLOCK_MS = 500
_TICK_S = 2.0
_RELOAD_S = 5.0
_GROUPS_REMEMBERED = 1_000
#: who a rule's promotion is by
RULE_NAME = "规则"


class RuleWatch:
    """One consumer of the readings lane. Used by one thread."""

    def __init__(
        self,
        *,
        projector: Projector,
        group: ReadingGroup,
        intake: Intake,
        commands: CommandAppender,
        devices: DeviceBook,
        kinds: AlarmKinds,
        nearest: NearestOf,
        scope: Scope,
        own_rules: Path | None = None,
        failures: RuleFailures | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._projector, self._group, self._intake, self._commands = projector, group, intake, commands
        self._devices, self._kinds, self._nearest, self._scope = devices, kinds, nearest, scope
        self._own, self._clock = own_rules, clock
        self._mark: object = None
        self._seq: int | None = None
        #: groups that a promotion was asked for, the oldest first
        self._promoted: dict[str, None] = {}
        self._failures = failures
        #: what was told of rules that failed; None: nothing yet, or too long ago
        self._told_failed: dict[str, str] | None = None
        self._ticked_at = self._looked_at = self._claimed_at = float("-inf")
        self.rules, self.engine = AlarmRules(), RuleEngine([], devices.now)

    def run(self, stop: threading.Event) -> None:
        """Watch until `stop`; while Redis is away the lane holds what comes."""
        self._projector.wait_ready(600)
        watch(self.step, stop, name="alarm rules")

    def step(self, *, block_ms: int = _BLOCK_MS) -> list[Decision]:
        """Judge what is waiting; what was decided."""
        self._reload()
        if time.monotonic() - self._claimed_at >= _CLAIM_EVERY_S:
            self._group.claim_stale(_STALE_MS)
            self._claimed_at = time.monotonic()
        decisions = self._heard_alarms()
        entries = self._group.read(_BATCHES, block_ms)
        for entry in entries:
            if entry.error:
                self._group.set_aside(entry)
            else:
                decisions += self.engine.take(entry.readings)
        if time.monotonic() - self._ticked_at >= _TICK_S:
            self._ticked_at = time.monotonic()
            decisions += self.engine.tick(self._clock())
        self.tell(decisions)
        self._tell_failed()
        self._group.ack([entry.position for entry in entries if not entry.error])
        return decisions

    def tell(self, decisions: Sequence[Decision]) -> None:
        """Raise and clear what was decided, as any device would."""
        if not decisions:
            return
        now = self._clock()
        self._intake.take_alarms([(n, fact_of(d, now)) for n, d in enumerate(decisions)], self._scope)

    def _tell_failed(self) -> None:
        """Say which rules failed and are disabled, as soon as it changes."""
        failed = self.engine.failed
        if failed == self._told_failed:
            return
        for name in failed.keys() - (self._told_failed or {}).keys():
            log.error("alarm rule failed and is disabled", rule=name, error=failed[name])
        if self._failures is not None:
            self._failures.tell(failed)
        self._told_failed = dict(failed)

    def _reload(self) -> None:
        """Take rules that were edited; what is raised stays raised."""
        if time.monotonic() - self._looked_at < _RELOAD_S:
            return
        self._looked_at = time.monotonic()
        path = self._own / FILE if self._own else None
        mark = path.stat().st_mtime_ns if path is not None and path.is_file() else 0
        if mark == self._mark:
            return
        self._mark = mark
        self.rules = load_alarm_rules(self._own)
        self.engine = RuleEngine(list(self.rules.rules.values()), self._devices.now)
        with self._projector.lock:
            alarms = list(self._projector.situation.alarms.values())
        self.engine.begin_with(
            (a.device_id, a.rule, a.raised_at) for a in alarms if a.rule and a.is_open and a.raised_at
        )
        self._told_failed = None
        log.info("alarm rules", rules=len(self.rules.rules), wrong=len(self.rules.wrong))

    def _heard_alarms(self) -> list[Decision]:
        """What devices raised by themselves counts in combinations; what rules say so is made an event."""
        with self._projector.lock:
            situation = self._projector.situation
            changed = None if self._seq is None else self._projector.changed_since(self._seq)
            if changed is None:
                alarms = list(situation.alarms.values()) if self._seq is None else []
            else:
                alarms = [a for kind, key in changed if kind == "alarm" and (a := situation.alarms.get(key))]
            self._seq = situation.seq
            # one event for a group: a storm of alarms is no storm of events
            with_event = {a.group_id for a in situation.alarms.values() if a.event_id} if alarms else set()
            with_event |= self._promoted.keys()
        decisions: list[Decision] = []
        promotions: list[ActOnAlarm] = []
        for alarm in alarms:
            if not alarm.is_open or alarm.raised_at is None:
                continue
            if not alarm.rule:
                place = alarm.place
                decisions += self.engine.note(alarm.kind, alarm.device_id, alarm.raised_at, place.lon, place.lat)
            rule = self.rules.rules.get(alarm.rule)
            if rule is None or not rule.promote or alarm.current_acts or alarm.group_id in with_event:
                continue
            with_event.add(alarm.group_id)
            self._promoted[alarm.group_id] = None
            promotions.append(self._promotion(alarm))
        if promotions:
            self._commands.append(promotions)
        while len(self._promoted) > _GROUPS_REMEMBERED:
            del self._promoted[next(iter(self._promoted))]
        return decisions

    def _promotion(self, alarm: Alarm) -> ActOnAlarm:
        category, title = self._kinds.event_of(alarm.kind)
        return ActOnAlarm(
            command_id=f"rule:promote:{alarm.alarm_id}:{millis_of(alarm.raised_at) if alarm.raised_at else 0}",
            by=RULE_NAME,
            scope=self._scope.code,
            at=self._clock(),
            alarm_ids=(alarm.alarm_id,),
            move=AlarmMoveName.PROMOTE,
            category=category,
            title=title,
            attached=self._nearest(alarm.place),
        )


def fact_of(decision: Decision, now: datetime) -> AlarmRaised:
    """The fact of a decision; intake fills in the place's code."""
    state = "raised" if decision.is_raised else "cleared"
    kind = AlarmRaised if decision.is_raised else AlarmCleared
    return kind(
        fact_id=f"alarm:{decision.alarm_id}:{state}:{millis_of(decision.at)}",
        at=decision.at,
        received_at=now,
        alarm_id=decision.alarm_id,
        device_id=decision.device_id,
        kind=decision.rule.alarm,
        severity=decision.rule.severity,
        place=Place(lon=decision.lon, lat=decision.lat),
        value=decision.value,
        unit=decision.unit,
        message=decision.message,
        extra={"rule": decision.rule.name},
    )
