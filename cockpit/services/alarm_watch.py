"""报警随办: what follows from alarms without anybody asking: the event of a promoted one, its device's later words.

Ids follow from what happened, so any number of these write it once, and a restart makes up for what it missed.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import structlog

from cockpit.catalogue import LANGS, texts
from cockpit.domain.act import Act, ActKind
from cockpit.domain.alarm import Alarm, AlarmAct, AlarmActKind
from cockpit.domain.facts import EventActed, EventReported, Fact
from cockpit.services.projector import Projector
from cockpit.services.watching import watch
from cockpit.situation.situation import Situation
from cockpit.stream.connection import UNAVAILABLE
from cockpit.stream.facts import FactLog

log = structlog.get_logger(__name__)

_EVERY_S = 5.0
#: a process that is asked to end does so within a fraction of a second
_HEARS_S = 0.25


class AlarmWatch:
    """Looks at the alarms that changed, as soon as they have. Used by one thread."""

    def __init__(
        self, *, projector: Projector, facts: FactLog, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._projector, self._facts, self._clock = projector, facts, clock
        self._seq: int | None = None
        self._woken = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Look until `stop`; while Redis is away nothing is written and nothing is lost."""
        self._projector.subscribe(self._woken.set)
        self._projector.wait_ready(600)
        watch(self._look_again, stop, name="what follows from alarms", rest=lambda: self._rest(stop))

    def _rest(self, stop: threading.Event) -> None:
        """Until something has changed, for a while at most; who is asked to stop waits no longer."""
        for _ in range(round(_EVERY_S / _HEARS_S)):
            if stop.is_set() or self._woken.wait(_HEARS_S):
                return

    def _look_again(self) -> None:
        self._woken.clear()
        try:
            self.look()
        except UNAVAILABLE:
            self._seq = None  # everything is looked at again
            raise

    def look(self) -> list[Fact]:
        """Append what follows from the alarms that changed since the last look; what was asked for."""
        now = self._clock()
        with self._projector.lock:
            situation = self._projector.situation
            changed = None if self._seq is None else self._projector.changed_since(self._seq)
            if changed is None:
                alarms = list(situation.alarms.values())
            else:
                alarms = [a for kind, key in changed if kind == "alarm" and (a := situation.alarms.get(key))]
            self._seq = situation.seq
            facts = [fact for alarm in alarms for fact in follow_ups(situation, alarm, now)]
        if facts:
            self._facts.append(facts)
        return facts


def follow_ups(situation: Situation, alarm: Alarm, now: datetime) -> Iterator[Fact]:
    """What an alarm leads to and is not known yet. Pure."""
    for act in alarm.acts:
        if act.kind is not AlarmActKind.PROMOTED or act.report is None:
            continue
        event = situation.events.get(act.report.event_id)
        if event is None:
            yield EventReported(
                fact_id=f"event:{act.report.event_id}", at=act.report.reported_at, received_at=now, report=act.report
            )
        noted = {done.fact_id for done in event.acts} if event else set()
        yield from (note for note in _notes(alarm, act, now) if note.fact_id not in noted)


def _notes(alarm: Alarm, promoted: AlarmAct, now: datetime) -> Iterator[EventActed]:
    """What is told at the event about its alarm: the device is well again, or somebody judged it false."""
    if promoted.report is None:
        return
    words = texts(LANGS[0])
    event_id = promoted.report.event_id
    for telling in alarm.tellings:
        if not telling.is_raised and telling.at >= promoted.about:
            note = words.format("alarm.cleared_note", device=alarm.device_id)
            yield _note(event_id, f"{telling.at.timestamp():.3f}", max(telling.at, promoted.at), note, now)
            break
    for act in alarm.acts:
        if act.kind is AlarmActKind.JUDGED_FALSE and act.about == promoted.about:
            note = "：".join(part for part in (words["alarm.cancelled_note"], act.note) if part)
            yield _note(event_id, act.fact_id, max(act.at, promoted.at), note, now)


def _note(event_id: str, what: str, at: datetime, note: str, now: datetime) -> EventActed:
    fact_id = f"alarm_note:{event_id}:{what}"
    by = texts(LANGS[0])["alarm.cleared_note_by"]
    act = Act(kind=ActKind.NOTED, at=at, by=by, note=note, fact_id=fact_id)
    return EventActed(fact_id=fact_id, at=at, received_at=now, event_id=event_id, act=act)
