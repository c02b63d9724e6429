"""补检查点: makes from the journal the checkpoints that the way back in time lacks, behind everything else.

Nobody can read what an earlier program kept, so after an update the past has no checkpoint before the first of the new
program, and each question about it would fold the journal from its beginning. And where facts come faster than the fold
can be saved, checkpoints lie far apart.
"""

import threading
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Protocol

import structlog

from cockpit.services.history import KIND, packed
from cockpit.situation.checkpoint import VERSION, StaleCheckpointError, pieces_of, restored
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Rules, Situation
from cockpit.store.checkpoints import FACTS_BETWEEN, Checkpoints, Kept
from cockpit.store.database import UNAVAILABLE
from cockpit.stream.facts import Entry
from cockpit.stream.lane import position_key

log = structlog.get_logger(__name__)

_EVERY_S = 60.0
#: of some hundred facts at once: somebody may be waiting for the processor
_BREATH_S = 0.01
_FACTS_A_BREATH = 200
_NOTHING = Kept("0", 0, datetime.min.replace(tzinfo=UTC), FACTS_BETWEEN)


class Told(Protocol):
    """`store.journal.Journal`."""

    def tail(self) -> str: ...


class CheckpointGaps:
    """Closes gaps between checkpoints. One process does this; a second would only do it twice."""

    def __init__(
        self, journal: Told, read_all: Callable[[str], Iterator[Entry]], checkpoints: Checkpoints, rules: Rules
    ) -> None:
        """`read_all`: the journal's facts behind a stream position (`History.read_all`)."""
        self._journal, self._read_all, self._checkpoints, self._rules = journal, read_all, checkpoints, rules
        self._tried: set[tuple[str, str]] = set()

    def run(self, stop: threading.Event) -> None:
        """Until `stop`, one gap after the other."""
        while not stop.wait(_EVERY_S):
            try:
                while self.close_newest(stop):
                    pass
            except UNAVAILABLE as away:
                log.warning("checkpoints of the past wait for the database", error=str(away))

    def close_newest(self, stop: threading.Event) -> int:
        """Make what lacks in the newest gap that can be closed; how many checkpoints. 0: there is no such gap."""
        for begin, end in reversed(self._gaps()):
            if (begin.position, end.position) in self._tried:
                continue
            self._tried.add((begin.position, end.position))
            if made := self._close(begin, end, stop):
                log.info("checkpoints of the past made", count=made, until=end.received_at.isoformat())
                return made
            if stop.is_set():
                break
        return 0

    def _gaps(self) -> list[tuple[Kept, Kept]]:
        """Neighbours that are too far apart, as far as the journal leads; the first follows on nothing."""
        kept = self._checkpoints.list_kept(kind=KIND, version=VERSION)
        tail = position_key(self._journal.tail())
        return [
            (begin, end)
            for begin, end in zip([_NOTHING, *kept], kept, strict=False)
            if end.seq - begin.seq >= 2 * _stride(begin, end) and position_key(end.position) <= tail
        ]

    def _close(self, begin: Kept, end: Kept, stop: threading.Event) -> int:
        found = self._checkpoints.find_latest(kind=KIND, version=VERSION, before=begin.received_at)
        try:
            situation = restored(zlib.decompress(found.body), self._rules) if found else Situation(rules=self._rules)
        except StaleCheckpointError:
            return 0
        received_at, saved_seq, made = begin.received_at, situation.seq, 0
        for n, entry in enumerate(self._read_all(situation.position)):
            if position_key(entry.position) >= position_key(end.position):
                break
            if n % _FACTS_A_BREATH == 0 and stop.wait(_BREATH_S):
                break
            if entry.fact is None:
                continue
            evolve(situation, entry.fact, entry.position)
            received_at = max(received_at, entry.fact.received_at)
            if situation.seq - saved_seq >= _stride(begin, end):
                told = packed(pieces_of(situation), seq=situation.seq, position=entry.position, received_at=received_at)
                self._checkpoints.save(told)
                saved_seq, made = situation.seq, made + 1
        return made


def _stride(begin: Kept, end: Kept) -> int:
    return max(begin.stride, end.stride)
