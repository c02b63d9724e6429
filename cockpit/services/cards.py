"""红黄牌: every supervision that was given, read from the journal once and then as it grows."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from cockpit.domain.act import ActKind, Degree
from cockpit.domain.facts import EventActed
from cockpit.store.journal import JournalEntry
from cockpit.stream.codec import UnreadableEntryError, decode_fact

#: an act may be told later than it was done
LATE = timedelta(days=1)
#: what is kept after the newest fact may have been received a little before it
_OUT_OF_ORDER = timedelta(minutes=30)


class Facts(Protocol):
    """Where facts are kept (`store.journal`)."""

    def received_between(self, types: Sequence[str], start: datetime, end: datetime) -> Iterator[JournalEntry]: ...


class Kept(Facts, Protocol):
    """The same with the position of the last fact that is kept, in milliseconds and a number."""

    def tail(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Card:
    """督办: a supervision of one event, yellow or red, or an ordinary one."""

    degree: Degree
    event_id: str
    unit: str
    at: datetime


def cards_between(journal: Facts, since: datetime, until: datetime, known_at: datetime) -> list[Card]:
    """Supervisions of [since, until) as they were known at an instant, red ones first."""
    return _of([card for card, _ in _read(journal, since, min(until + LATE, known_at)).values()], since, until)


class CardBook:
    """Answers again and again about spans that mostly reach until now. Safe from any thread."""

    def __init__(self, journal: Kept) -> None:
        self._journal, self._lock = journal, threading.Lock()
        #: by the id of the fact: the card, and when it was received
        self._cards: dict[str, tuple[Card, datetime]] = {}
        self._read: tuple[datetime, datetime] | None = None

    def between(self, since: datetime, until: datetime, known_at: datetime) -> list[Card]:
        """Supervisions of [since, until) as they were known at an instant, red ones first."""
        end = min(until + LATE, known_at)
        with self._lock:
            self._reach(since, end)
            known = [card for card, received_at in self._cards.values() if received_at <= end]
        return _of(known, since, until)

    def _reach(self, start: datetime, end: datetime) -> None:
        # the archive may be behind: what it keeps later is read later
        until = min(
            end, datetime.fromtimestamp(int(self._journal.tail().partition("-")[0]) / 1000, UTC) - _OUT_OF_ORDER
        )
        if self._read is None:
            self._cards, self._read = _read(self._journal, start, end), (start, until)
            return
        first, last = self._read
        if start < first:
            self._cards |= _read(self._journal, start, first)
        if end > last:
            self._cards |= _read(self._journal, last, end)
        self._read = min(start, first), max(until, last)


def _read(journal: Facts, start: datetime, end: datetime) -> dict[str, tuple[Card, datetime]]:
    found = {}
    for entry in journal.received_between((EventActed.__name__,), start, end):
        try:
            fact = decode_fact(entry.type, entry.body.encode())
        except UnreadableEntryError:
            continue
        if isinstance(fact, EventActed) and fact.act.kind is ActKind.SUPERVISED:
            act = fact.act
            card = Card(act.degree or Degree.ORDINARY, fact.event_id, act.unit, act.at)
            found[entry.fact_id] = card, entry.received_at
    return found


def _of(cards: list[Card], since: datetime, until: datetime) -> list[Card]:
    order = {Degree.RED: 0, Degree.YELLOW: 1, Degree.ORDINARY: 2}
    mine = [card for card in cards if since <= card.at < until]
    return sorted(mine, key=lambda card: (order[card.degree], card.at, card.event_id))
