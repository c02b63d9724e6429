"""Fills the outbox of a subscription: what concerns it, in the stream's order, each fact once.

Facts come from the stream; what the stream has let go of meanwhile comes from the journal, which has everything. Only
what this process has folded is read, because the fold knows where a step of an event lies.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from cockpit.domain.facts import Fact
from cockpit.domain.scope import Scope
from cockpit.services.outward.masking import masked
from cockpit.services.outward.placing import code_of
from cockpit.situation.situation import Situation
from cockpit.store.journal import Journal
from cockpit.store.outward import Outward, OutwardFact, Subscription
from cockpit.stream.codec import UnreadableEntryError, decode_fact
from cockpit.stream.facts import Entry, FactLog
from cockpit.stream.lane import position_key

_ENTRIES_A_READ = 500
#: more is not put down for a receiver that does not take it: the journal keeps the rest
MOST_WAITING = 5_000


class Fold(Protocol):
    """What is asked of the projector: hold `lock` while reading `situation`."""

    @property
    def lock(self) -> AbstractContextManager[Any]: ...
    @property
    def situation(self) -> Situation: ...


#: the codes of events that the fold does not hold, as far as they are on record
CodesOf = Callable[[Collection[str]], Mapping[str, str]]


class Filling:
    """Fills for any subscription; safe from any thread."""

    def __init__(self, table: Outward, *, facts: FactLog, journal: Journal, fold: Fold, codes_of: CodesOf) -> None:
        self._table, self._facts, self._journal, self._fold, self._codes_of = table, facts, journal, fold, codes_of

    def fill(self, subscription: Subscription) -> bool:
        """Read on for a subscription; True if there was something to read."""
        if self._table.count_waiting(subscription.id) >= MOST_WAITING:
            return False
        entries = self._read(subscription.filled)
        if not entries:
            return False
        rows = [_row(entry, code, subscription) for entry, code in self._of_its_scope(entries, subscription)]
        return self._table.fill(subscription.id, rows, after=subscription.filled, filled=entries[-1].position)

    def _read(self, after: str) -> list[Entry]:
        with self._fold.lock:
            folded = position_key(self._fold.situation.position)
        if self._facts.reaches_back_to(after):
            found = self._facts.read(after, count=_ENTRIES_A_READ, block_ms=0)
        else:
            kept = self._journal.read(after, None, _ENTRIES_A_READ)
            found = [_entry(one.position, one.type, one.body.encode()) for one in kept]
        return [entry for entry in found if position_key(entry.position) <= folded]

    def _of_its_scope(self, entries: Sequence[Entry], subscription: Subscription) -> list[tuple[Entry, str]]:
        wanted = [e for e in entries if e.fact and (not subscription.kinds or e.type_name in subscription.kinds)]
        with self._fold.lock:
            situation = self._fold.situation
            scope, city_code = Scope(subscription.code).in_city(situation.rules.city_code), situation.rules.city_code
            codes = [code_of(entry.fact, situation) for entry in wanted if entry.fact]
        unknown = {_event_id(e.fact) for e, code in zip(wanted, codes, strict=True) if code is None and e.fact}
        recorded = self._codes_of(unknown) if unknown else {}
        placed = [
            (entry, recorded.get(_event_id(entry.fact), city_code) if code is None and entry.fact else code or "")
            for entry, code in zip(wanted, codes, strict=True)
        ]
        return [(entry, code) for entry, code in placed if scope.covers(code)]


def _row(entry: Entry, code: str, subscription: Subscription) -> OutwardFact:
    assert entry.fact is not None
    told = json.loads(entry.body)
    data = told if subscription.personal else masked(entry.type_name, told)
    body = {
        "kind": entry.type_name, "fact_id": entry.fact.fact_id, "position": entry.position, "code": code, "data": data,
    }  # fmt: skip
    ms, n = position_key(entry.position)
    return OutwardFact(ms, n, entry.fact.fact_id, json.dumps(body, ensure_ascii=False, separators=(",", ":")))


def _event_id(fact: Fact | None) -> str:
    return str(getattr(fact, "event_id", ""))


def _entry(position: str, type_name: str, body: bytes) -> Entry:
    try:
        return Entry(position, decode_fact(type_name, body), "", type_name, body)
    except UnreadableEntryError as error:
        return Entry(position, None, str(error), type_name, body)
