"""往日报警: the alarms of past days, from the journal: what was over before today is in no fold."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

from cockpit.domain.alarm import Alarm
from cockpit.domain.facts import AlarmActed, AlarmCleared, AlarmRaised
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Rules, Situation
from cockpit.store.journal import JournalEntry
from cockpit.stream.codec import UnreadableEntryError, decode_fact

_TYPES = tuple(fact.__name__ for fact in (AlarmRaised, AlarmCleared, AlarmActed))
#: a device's clock may be so far from ours; so long after a raising its end and what was done are looked for
_SKEW, _FOLLOWED_FOR = timedelta(days=1), timedelta(days=7)


class AlarmFacts(Protocol):
    """Where they are kept (`store.journal`)."""

    def received_between(self, types: tuple[str, ...], start: datetime, end: datetime) -> Iterator[JournalEntry]: ...


class PastAlarms:
    """Reads the journal anew for every question: few ask, and a day of alarms is read in a moment."""

    def __init__(self, journal: AlarmFacts, rules: Rules) -> None:
        self._journal, self._rules = journal, rules

    def raised_between(self, start: datetime, end: datetime, known_at: datetime) -> list[Alarm]:
        """Every raising in [start, end) as it was known at `known_at`: a device that rang twice is there twice."""
        situation = Situation(rules=self._rules)
        earlier: list[Alarm] = []
        until = min(end + _SKEW + _FOLLOWED_FOR, known_at)
        for entry in self._journal.received_between(_TYPES, start - _SKEW, until):
            try:
                fact = decode_fact(entry.type, entry.body.encode())
            except UnreadableEntryError:
                continue
            if not isinstance(fact, AlarmRaised | AlarmActed):
                continue
            before = situation.alarms.get(fact.alarm_id)
            evolve(situation, fact, entry.position)
            after = situation.alarms.get(fact.alarm_id)
            if before is not None and after is not None and before.raised_at != after.raised_at:
                earlier.append(before)
        found = [*earlier, *situation.alarms.values()]
        return [alarm for alarm in found if alarm.raised_at is not None and start <= alarm.raised_at < end]
