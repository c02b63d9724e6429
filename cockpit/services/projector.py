"""投影: each process folds the facts stream with its own cursor and answers from memory.

Start = newest checkpoint + what came after it, from the stream if it reaches back that far, else from the
journal. Positions run beside it in a lane of their own. Nothing is written here.
"""

import gc
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import takewhile
from typing import Protocol

import structlog
from sqlalchemy.exc import DBAPIError

from cockpit.domain.facts import Fact
from cockpit.services.city import City
from cockpit.situation.checkpoint import StaleCheckpointError, restored
from cockpit.situation.evolve import evolve
from cockpit.situation.movers import Movers, Taken
from cockpit.situation.situation import Changed, Rules, Situation
from cockpit.stream.connection import UNAVAILABLE
from cockpit.stream.facts import Entry, FactLog
from cockpit.stream.fix_batch import FixBatch
from cockpit.stream.lane import position_key
from cockpit.stream.positions import PositionLane

log = structlog.get_logger(__name__)

#: the stream or the database is away and may come back
_AWAY: tuple[type[Exception], ...] = (*UNAVAILABLE, DBAPIError, OSError)
#: facts folded while the lock is held: much at the start, little while browsers wait for the next frame
_BATCH_AT_START = 2_000
_BATCH = 200
_CHANGES_KEPT = 200_000
_BLOCK_MS = 500
#: so long facts are folded before whoever waits for the lock gets it
_HELD_S = 0.01
_REST_S = 0.001
#: requests of fixes in one read
_FIX_BATCHES = 64
_RETRY_S = 0.5


class SavedSituations(Protocol):
    """Where checkpoints come from (`store.checkpoints`)."""

    def latest_body(self) -> bytes | None: ...


class FactsBefore(Protocol):
    """Where facts come from that the stream no longer has (`store.journal`)."""

    def read_all(self, after: str) -> Iterator[Entry]: ...


class Projector:
    """The situation and the movers of this process, kept up to date by two threads.

    Hold `lock` while reading `situation` or `movers`. `changed_since` tells what a browser at some `seq` lacks.
    """

    def __init__(
        self,
        *,
        city: City,
        rules: Rules,
        facts: FactLog,
        positions: PositionLane,
        checkpoints: SavedSituations,
        journal: FactsBefore,
        last_fixes: Callable[[], FixBatch | None] = lambda: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.instance = uuid.uuid4().hex
        self.lock = threading.RLock()
        self.situation = Situation(rules=rules)
        self.movers = Movers()
        self.fix_counts: dict[str, int] = {"late": 0, "future": 0, "jumps": 0, "outside": 0}
        self.newest_fact_ms = 0
        self.newest_fix_ms = 0
        #: between two reads of fixes: what shows nobody need not wake with every one that a screen shows at once
        self.fix_rest_s = 0.0
        self._city, self._rules = city, rules
        self._facts, self._positions = facts, positions
        self._checkpoints, self._journal, self._last_fixes = checkpoints, journal, last_fixes
        self._clock = clock
        self._changes: deque[tuple[int, Changed]] = deque()
        #: `_changes` has everything after this seq
        self._known_from = 0
        self._wakers: list[Callable[[], None]] = []
        self._stop = threading.Event()
        self._caught_up = threading.Event()
        self._heard_at = 0.0
        self._behind_since: float | None = None
        self._threads: list[threading.Thread] = []

    # -- reading -----------------------------------------------------------------------------------------------

    @property
    def ready(self) -> bool:
        """True once the fold has reached the end of the stream for the first time."""
        return self._caught_up.is_set()

    @property
    def lag_s(self) -> float:
        """Seconds since this process was last at the end of the stream (0 while it is)."""
        since = self._behind_since
        return 0.0 if since is None else time.monotonic() - since

    @property
    def stream_lost_s(self) -> float:
        """Seconds since the stream last answered at all."""
        return time.monotonic() - self._heard_at if self._heard_at else 0.0

    def subscribe(self, wake: Callable[[], None]) -> None:
        """`wake` is called after facts or fixes were folded, from a reader's thread: it must be quick."""
        self._wakers.append(wake)

    def changed_since(self, seq: int) -> list[Changed] | None:
        """What facts after `seq` touched, oldest first, each once; None when that is too long ago to know."""
        with self.lock:
            if seq == self.situation.seq:
                return []
            if seq > self.situation.seq or seq < self._known_from:
                return None
            # newest first, so that a browser which is nearly up to date costs only what it lacks
            lacking = takewhile(lambda pair: pair[0] > seq, reversed(self._changes))
            return list(dict.fromkeys(changed for _, changed in lacking))[::-1]

    def day_started_at(self) -> datetime:
        """Local midnight before now: what was finished earlier is not drawn any more."""
        local = self._clock().astimezone(self._rules.zone())
        return local.replace(hour=0, minute=0, second=0, microsecond=0)

    # -- running -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to fold in the background; `ready` turns true when the end of the stream is reached."""
        for name, target in (("facts", self._follow_facts), ("positions", self._follow_positions)):
            thread = threading.Thread(target=target, name=f"projector-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=5)

    def wait_ready(self, timeout_s: float) -> bool:
        return self._caught_up.wait(timeout_s)

    def follow_to(self, position: str, *, timeout_s: float = 5.0) -> bool:
        """Wait until the fold has reached `position`; False if it has not in time."""
        end = time.monotonic() + timeout_s
        while position_key(self.situation.position) < position_key(position):
            if self._stop.wait(0.005) or time.monotonic() > end:
                return False
        return True

    def _follow_facts(self) -> None:
        self._persist("situation", self._restore)
        while not self._stop.is_set():
            self._persist("facts", self._fold_next)

    def _follow_positions(self) -> None:
        self._persist("fixes", self._restore_fixes)
        cursor = ["0"]

        def take_next() -> None:
            batches = self._positions.read(cursor[0], count=_FIX_BATCHES, block_ms=_BLOCK_MS)
            for position, batch in batches:
                self._take(batch)
                cursor[0] = position
            if batches:
                self._wake()
            if self.fix_rest_s and len(batches) < _FIX_BATCHES:
                self._stop.wait(self.fix_rest_s)

        while not self._stop.is_set():
            self._persist("positions", take_next)

    def _persist(self, what: str, action: Callable[[], None]) -> None:
        """Do `action`, again and again while the stream or the database is away; say so once."""
        told = False
        while not self._stop.is_set():
            try:
                action()
            except _AWAY as away:
                if not told:
                    log.warning("projector cannot read", what=what, error=str(away))
                    told = True
                self._stop.wait(_RETRY_S)
            else:
                if told:
                    log.warning("projector reads again", what=what)
                return

    def _restore(self) -> None:
        body = self._checkpoints.latest_body()
        situation = Situation(rules=self._rules)
        if body is not None:
            try:
                situation = restored(body, self._rules)
            except StaleCheckpointError as stale:
                log.warning("checkpoint passed over, folding from the journal", reason=str(stale))
        if not self._facts.reaches_back_to(situation.position):
            for entry in self._journal.read_all(situation.position):
                if entry.fact is not None:
                    evolve(situation, entry.fact, entry.position)
        with self.lock:
            self.situation = situation
            self._changes.clear()
            self._known_from = situation.seq
        # what a start has read stays for days: the collector need not walk through it again and again
        gc.freeze()

    def _fold_next(self) -> None:
        count = _BATCH if self.ready else _BATCH_AT_START
        entries = self._facts.read(self.situation.position, count=count, block_ms=_BLOCK_MS if self.ready else 0)
        self._heard_at = time.monotonic()
        if not entries:
            self._behind_since = None
            self._caught_up.set()
            return
        waiting = deque(entries)
        while waiting:
            self._fold_some(waiting)
            self._wake()
            if waiting and self.ready:
                self._stop.wait(_REST_S)
        self._behind_since = (self._behind_since or self._heard_at) if len(entries) == count else None

    def _fold_some(self, waiting: deque[Entry]) -> None:
        """Fold from the left until others have waited long enough for the lock."""
        with self.lock:
            end = time.monotonic() + _HELD_S
            while waiting:
                entry = waiting.popleft()
                if entry.fact is not None:
                    self._fold(entry.fact, entry.position)
                self.situation.position = entry.position
                if time.monotonic() >= end:
                    return

    def _fold(self, fact: Fact, position: str) -> None:
        for changed in evolve(self.situation, fact, position):
            self._changes.append((self.situation.seq, changed))
        while len(self._changes) > _CHANGES_KEPT:
            self._known_from = self._changes.popleft()[0]
        self.newest_fact_ms = max(self.newest_fact_ms, round(fact.received_at.timestamp() * 1000))

    def _restore_fixes(self) -> None:
        batch = self._last_fixes()
        if batch is not None:
            self._take(batch)

    def _take(self, batch: FixBatch) -> Taken:
        codes = self._city.locate_many(batch.lon, batch.lat)
        with self.lock:
            taken = self.movers.take(
                batch.subjects, batch.kinds, batch.subject, batch.kind,
                batch.lon, batch.lat, batch.at_ms, batch.received_ms, codes,
            )  # fmt: skip
            for reason in self.fix_counts:
                self.fix_counts[reason] += getattr(taken, reason)
            if len(batch.received_ms):
                self.newest_fix_ms = max(self.newest_fix_ms, int(batch.received_ms[-1]))
        return taken

    def _wake(self) -> None:
        for wake in self._wakers:
            wake()
