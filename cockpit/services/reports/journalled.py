"""记录在案: what only the journal tells of a span: cards that were given, and who clocked in."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from cockpit.domain.facts import AttendanceMarked, Fact
from cockpit.domain.scope import Scope
from cockpit.services.cards import LATE, Card, Facts, cards_between
from cockpit.stream.codec import UnreadableEntryError, decode_fact


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
        cards = cards_between(self.journal, since, until, now)
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

    def _facts(self, kind: str, since: datetime, until: datetime, now: datetime) -> Iterator[Fact]:
        for entry in self.journal.received_between((kind,), since, min(until + LATE, now)):
            try:
                yield decode_fact(entry.type, entry.body.encode())
            except UnreadableEntryError:
                continue
