"""重建: puts back into Redis what it lost, from the journal, and tells exactly how much that was.

Facts go back to the very places where they lay, so cursors that browsers and processes hold stay good, and
new facts come behind them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import structlog

from cockpit.store.journal import Journal, JournalEntry
from cockpit.stream.facts import FactLog, KeptFact
from cockpit.stream.lane import START, position_key

log = structlog.get_logger(__name__)

_FACTS_A_PAGE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What was done: facts put back into the stream, and older facts whose ids alone were put back."""

    restored: int = 0
    remembered: int = 0


def is_behind(facts: FactLog, journal: Journal) -> bool:
    """True if the stream lacks facts that the journal has: it ends before the journal, or was emptied and begun anew.

    A stream that says it was never trimmed must hold at least as many facts as the journal.
    """
    if position_key(facts.tail()) < position_key(journal.tail()):
        return True
    return facts.reaches_back_to("0") and facts.length() < journal.count()


def rebuild(facts: FactLog, journal: Journal, *, checkpoint: str | None) -> Rebuilt:
    """Put back what the stream lost; nothing happens if it lost nothing, and repeating is harmless.

    Facts up to `checkpoint` (the newest one's position) come back only as ids, so that a second delivery is
    still known; the checkpoint itself has what they said. Run it before anything reads the stream.
    """
    if not is_behind(facts, journal):
        return Rebuilt()
    after, tail = checkpoint or START, facts.tail()
    if tail != START:
        after = min(after, tail, key=position_key)  # only its end was lost, or it was already begun anew
    if facts.reaches_back_to("0"):
        facts.begin_after(after)
    restored = remembered = 0
    for page in _pages(journal):
        old = [fact for fact in page if position_key(fact.position) <= position_key(after)]
        facts.remember(old)
        remembered += len(old)
        restored += sum(facts.restore(page[len(old) :]))
    log.warning("stream rebuilt from the journal", restored=restored, remembered=remembered, after=after)
    return Rebuilt(restored=restored, remembered=remembered)


def _pages(journal: Journal) -> Iterator[list[KeptFact]]:
    after = "0"
    while page := journal.read(after, None, _FACTS_A_PAGE):
        yield [_kept(entry) for entry in page]
        after = page[-1].position


def _kept(entry: JournalEntry) -> KeptFact:
    return KeptFact(entry.position, entry.type, entry.body.encode(), entry.fact_id, entry.at, entry.received_at)
