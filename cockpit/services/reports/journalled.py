"""记录在案: what only the journal tells of a span: cards that were given, and who clocked in."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cockpit.domain.act import ActKind, Degree
from cockpit.domain.facts import AttendanceMarked, EventActed, Fact
from cockpit.domain.scope import Scope
from cockpit.store.journal import JournalEntry
from cockpit.stream.codec import UnreadableEntryError, decode_fact

#: an act may be told later than it was done
_LATE = timedelta(days=1)


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


@dataclass(frozen=True, slots=True)
class Told:
    """What the journal has of a span and scope."""

    cards: list[Card]
    #: how many people said that they are on duty
    clocked_in: int


@dataclass(frozen=True, slots=True)
class Journalled:
    """Reads the journal for a report. `place_of` tells where events lie; one that it does not know is in no scope."""

    journal: Facts
    place_of: Callable[[Collection[str]], Mapping[str, str]]

    def told(self, scope: Scope, since: datetime, until: datetime, now: datetime) -> Told:
        """What happened in [since, until), as it is known `now`."""
        cards = self._cards(since, until, now)
        places = self.place_of({card.event_id for card in cards})
        clocked = {
            fact.subject_id
            for fact in self._facts("AttendanceMarked", since, until, now)
            if isinstance(fact, AttendanceMarked)
            and fact.on_duty
            and since <= fact.at < until
            and scope.covers(fact.code)
        }
        mine = [card for card in cards if (code := places.get(card.event_id)) is not None and scope.covers(code)]
        return Told(mine, len(clocked))

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
