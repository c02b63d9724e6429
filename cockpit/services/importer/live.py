"""Facts of imported events that are not over: into the stream of a cockpit that runs, else into the journal.

What lies in the journal alone comes into the stream at the next start, as after a restore (`services.rebuild`).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from cockpit.domain.facts import Fact
from cockpit.store.journal import Journal, JournalEntry
from cockpit.stream.codec import encode
from cockpit.stream.facts import FactLog
from cockpit.stream.lane import millis_of, position_key

_FACTS_AT_ONCE = 2_000


class StreamedFacts:
    """For a cockpit that runs: its archiver and every fold take them from the stream."""

    def __init__(self, facts: FactLog) -> None:
        self._facts = facts

    def write(self, connection: Connection, facts: Sequence[Fact]) -> None:
        """Nothing: what is in the stream comes into the journal by itself."""

    def append(self, facts: Sequence[Fact]) -> None:
        """A rerun appends again what a killed run may have left out; the stream knows the ids."""
        for start in range(0, len(facts), _FACTS_AT_ONCE):
            self._facts.append(facts[start : start + _FACTS_AT_ONCE])


class JournalledFacts:
    """For an installation at rest. Positions go on behind everything that was ever taken."""

    def __init__(self, journal: Journal, *, now: datetime) -> None:
        self._journal = journal
        self._ms = max(millis_of(now), position_key(journal.tail())[0] + 1)
        self._n = 0

    def write(self, connection: Connection, facts: Sequence[Fact]) -> None:
        """With the records or not at all."""
        self._journal.write(connection, [self._entry(fact) for fact in facts])

    def append(self, facts: Sequence[Fact]) -> None:
        """Nothing is left to do."""

    def _entry(self, fact: Fact) -> JournalEntry:
        kind, body = encode(fact)
        self._n += 1
        place = getattr(getattr(fact, "report", None), "place", None)
        return JournalEntry(
            position=f"{self._ms}-{self._n}",
            fact_id=fact.fact_id,
            type=kind,
            at=fact.at,
            received_at=fact.received_at,
            code=place.code if place is not None else "",
            body=body.decode(),
        )
