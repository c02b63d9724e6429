"""记录在案: what only the journal tells of a span: cards that were given, who clocked in, what became of alarms."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from cockpit.domain.act import ActKind, Degree
from cockpit.domain.alarm import Alarm, AlarmActKind, AlarmState
from cockpit.domain.facts import AttendanceMarked, EventActed, Fact
from cockpit.domain.scope import Scope
from cockpit.services.past_alarms import PastAlarms
from cockpit.store.journal import JournalEntry
from cockpit.stream.codec import UnreadableEntryError, decode_fact

#: an act may be told later than it was done
_LATE = timedelta(days=1)
_TAKEN_CARE_OF = frozenset({AlarmActKind.ACKNOWLEDGED, AlarmActKind.ASSIGNED, AlarmActKind.PROMOTED})


class Facts(Protocol):
    """Where facts are kept (`store.journal`)."""

    def received_between(self, types: tuple[str, ...], start: datetime, end: datetime) -> Iterator[JournalEntry]: ...


@dataclass(frozen=True, slots=True)
class Card:
    """督办: a supervision of one event, yellow or red, or an ordinary one."""

    degree: Degree
    event_id: str
    unit: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmFunnel:
    """What became of the alarms that were raised in a span; `open` still are."""

    raised: int = 0
    taken_care_of: int = 0
    promoted: int = 0
    judged_false: int = 0
    cleared: int = 0
    open: int = 0
    #: kind → raised, the most first
    kinds: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Told:
    """What the journal has of a span and scope."""

    cards: list[Card]
    alarms: AlarmFunnel
    #: how many people said that they are on duty
    clocked_in: int


@dataclass(frozen=True, slots=True)
class Journalled:
    """Reads the journal for a report. `place_of` tells where events lie; one that it does not know is in no scope."""

    journal: Facts
    alarms: PastAlarms
    place_of: Callable[[Collection[str]], Mapping[str, str]]

    def told(self, scope: Scope, since: datetime, until: datetime, now: datetime) -> Told:
        """What happened in [since, until), as it is known `now`."""
        cards = self._cards(since, until, now)
        places = self.place_of({card.event_id for card in cards})
        alarms = [a for a in self.alarms.raised_between(since, until, now) if scope.covers(a.place.code)]
        clocked = {
            fact.subject_id
            for fact in self._facts("AttendanceMarked", since, until, now)
            if isinstance(fact, AttendanceMarked)
            and fact.on_duty
            and since <= fact.at < until
            and scope.covers(fact.code)
        }
        mine = [card for card in cards if (code := places.get(card.event_id)) is not None and scope.covers(code)]
        return Told(mine, funnel_of(alarms), len(clocked))

    def _cards(self, since: datetime, until: datetime, now: datetime) -> list[Card]:
        found = []
        for fact in self._facts("EventActed", since, until, now):
            if not isinstance(fact, EventActed):
                continue
            act = fact.act
            if act.kind is ActKind.SUPERVISED and since <= act.at < until:
                found.append(Card(act.degree or Degree.ORDINARY, fact.event_id, act.unit, act.at))
        order = {Degree.RED: 0, Degree.YELLOW: 1, Degree.ORDINARY: 2}
        return sorted(found, key=lambda card: (order[card.degree], card.at, card.event_id))

    def _facts(self, kind: str, since: datetime, until: datetime, now: datetime) -> Iterator[Fact]:
        for entry in self.journal.received_between((kind,), since, min(until + _LATE, now)):
            try:
                yield decode_fact(entry.type, entry.body.encode())
            except UnreadableEntryError:
                continue


def funnel_of(alarms: Iterable[Alarm]) -> AlarmFunnel:
    """The counts of some alarms."""
    listed = list(alarms)
    done = [{act.kind for act in alarm.current_acts} for alarm in listed]
    return AlarmFunnel(
        raised=len(listed),
        taken_care_of=sum(bool(kinds & _TAKEN_CARE_OF) for kinds in done),
        promoted=sum(AlarmActKind.PROMOTED in kinds for kinds in done),
        judged_false=sum(alarm.state is AlarmState.FALSE for alarm in listed),
        cleared=sum(alarm.state is AlarmState.CLEARED for alarm in listed),
        open=sum(alarm.is_open for alarm in listed),
        kinds=sorted(Counter(alarm.kind for alarm in listed).items(), key=lambda pair: (-pair[1], pair[0])),
    )
