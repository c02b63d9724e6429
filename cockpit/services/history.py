"""历史: the situation of any instant = the checkpoint before it + the journal up to it."""

import math
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog

from cockpit.domain.facts import CalendarDaySet
from cockpit.services.past_events import PastEvents
from cockpit.services.projector import Projector
from cockpit.situation.checkpoint import VERSION, StaleCheckpointError, pieces_of, restored
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import CalendarDay, Rules, Situation
from cockpit.store.checkpoints import FACTS_BETWEEN, Checkpoint, Checkpoints
from cockpit.store.database import UNAVAILABLE
from cockpit.store.journal import Journal
from cockpit.stream.codec import UnreadableEntryError, decode_fact
from cockpit.stream.facts import Entry
from cockpit.stream.lane import position_key

log = structlog.get_logger(__name__)

K = TypeVar("K", bound=Hashable)

#: of checkpoints that hold a whole fold
KIND = "situation"
_BATCH = 5_000
_REWOUND_KEPT = 5
#: a start, and who looks at an instant, folds what came after a checkpoint, some 15,000 facts a second: in a burst
#: checkpoints come closer together, whatever they cost
_MOST_BETWEEN = 20_000
#: or after `FACTS_BETWEEN` already, as long as saving takes less than one part in so many of the time
_SAVING_SHARE = 20
_LOOK_EVERY_S = 1.0
_JUST_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Refolded:
    """A fold as a checkpoint kept it, and as the journal tells it by folding `told` facts again."""

    kept: Situation
    anew: Situation
    at: datetime
    told: int


class History:
    """Reads journal and checkpoints; what a projector starts from and what the time machine shows."""

    def __init__(
        self, *, journal: Journal, checkpoints: Checkpoints, rules: Rules, past: PastEvents | None = None
    ) -> None:
        self._journal, self._checkpoints, self._rules, self._past = journal, checkpoints, rules, past
        self._folded: OrderedDict[datetime, Situation] = OrderedDict()
        self._rewound: OrderedDict[tuple[datetime, int], Situation] = OrderedDict()
        self._lock = threading.Lock()

    def latest_body(self) -> bytes | None:
        """The newest checkpoint that this program can read."""
        found = self._checkpoints.find_latest(kind=KIND, version=VERSION)
        return zlib.decompress(found.body) if found else None

    def read_all(self, after: str, *, until: datetime | None = None) -> Iterator[Entry]:
        """The journal's facts behind a stream position, those received at `until` at most."""
        while True:
            rows = self._journal.read(after, until, _BATCH)
            for row in rows:
                try:
                    fact = decode_fact(row.type, row.body.encode())
                except UnreadableEntryError as error:
                    log.error("fact in the journal cannot be read", fact_id=row.fact_id, reason=str(error))
                    continue
                yield Entry(row.position, fact, "", row.type, row.body.encode())
            if len(rows) < _BATCH:
                return
            after = rows[-1].position

    def list_calendar_days(self) -> list[CalendarDay]:
        """What people decided about days, oldest first; reads the journal without folding it."""
        days = []
        for row in self._journal.list_of_type(CalendarDaySet.__name__):
            fact = decode_fact(row.type, row.body.encode())
            if isinstance(fact, CalendarDaySet):
                days.append(CalendarDay(fact.day, fact.is_workday, fact.note, fact.by, fact.at))
        return days

    def rewind(self, as_of: datetime) -> Situation:
        """The situation of `as_of`, to the second: as it was known then, and as imported tables tell it where no fact
        does. Read-only: recent ones are shared."""
        as_of = _whole_second(as_of)
        if self._past is None:
            return self.folded(as_of)
        past = self._past
        key = (as_of, past.revision())
        return self._kept(self._rewound, key, lambda: past.beside(self.folded(as_of), as_of))

    def folded(self, as_of: datetime) -> Situation:
        """The situation as facts alone told it by `as_of`, to the second. Read-only as well."""
        as_of = _whole_second(as_of)
        return self._kept(self._folded, as_of, lambda: self._fold_to(as_of))

    def _kept(self, kept: OrderedDict[K, Situation], key: K, make: Callable[[], Situation]) -> Situation:
        with self._lock:
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        situation = make()
        with self._lock:
            kept[key] = situation
            while len(kept) > _REWOUND_KEPT:
                kept.popitem(last=False)
        return situation

    def save(self, projector: Projector, now: datetime) -> bool:
        """Keep the projector's situation as a checkpoint, unless nothing has happened since the last."""
        with projector.lock:
            situation = projector.situation
            if situation.seq == 0 or self._checkpoints.find_newest_position() == situation.position:
                return False
            pieces, seq, position = pieces_of(situation), situation.seq, situation.position
            received_at = datetime.fromtimestamp(projector.newest_fact_ms / 1000, UTC)
        # with the lock given back: other threads get their turn
        self._checkpoints.save(packed(pieces, seq=seq, position=position, received_at=received_at))
        self._checkpoints.prune(now)
        return True

    def refolded(self, *, most: int) -> Refolded | None:
        """The newest checkpoint beside what the journal tells from the one before it on; None where there is none, or
        where more than `most` facts lie between."""
        tail, find = position_key(self._journal.tail()), partial(self._checkpoints.find_latest, kind=KIND)
        kept = find(version=VERSION)
        while kept is not None and position_key(kept.position) > tail:  # the archive has not all of it yet
            kept = find(version=VERSION, before=kept.received_at - _JUST_BEFORE)
        if kept is None:
            return None
        earlier = find(version=VERSION, before=kept.received_at - _JUST_BEFORE)
        try:
            as_kept = restored(zlib.decompress(kept.body), self._rules)
            anew = restored(zlib.decompress(earlier.body), self._rules) if earlier else Situation(rules=self._rules)
        except StaleCheckpointError:
            return None
        told = 0
        for entry in self.read_all(anew.position):
            if position_key(entry.position) > position_key(kept.position):
                break
            if entry.fact is not None:
                evolve(anew, entry.fact, entry.position)
                told += 1
                if told > most:
                    return None
        return Refolded(as_kept, anew, kept.received_at, told)

    def keep_saving(
        self,
        projector: Projector,
        *,
        interval_s: float,
        stop: threading.Event,
        facts_between: int = FACTS_BETWEEN,
        look_every_s: float = _LOOK_EVERY_S,
    ) -> None:
        """Save a checkpoint every `interval_s`, or sooner after `facts_between` facts, and once more at the end; waits
        while the database is away."""
        projector.wait_ready(600)
        saved_seq, saved_s, rest_s = 0, -math.inf, 0.0
        while not stop.is_set():
            stop.wait(look_every_s)
            seq, since_s = projector.situation.seq, time.monotonic() - saved_s
            is_many = seq - saved_seq >= (facts_between if since_s >= rest_s else max(facts_between, _MOST_BETWEEN))
            if not (stop.is_set() or is_many or since_s >= interval_s):
                continue
            begun_s = time.monotonic()
            try:
                self.save(projector, datetime.now(UTC))
            except UNAVAILABLE as away:
                log.warning("checkpoint not saved, trying again", error=str(away))
            saved_seq, saved_s = seq, time.monotonic()
            rest_s = (saved_s - begun_s) * _SAVING_SHARE

    def _fold_to(self, as_of: datetime) -> Situation:
        situation = Situation(rules=self._rules)
        found = self._checkpoints.find_latest(kind=KIND, version=VERSION, before=as_of)
        if found is not None:
            try:
                situation = restored(zlib.decompress(found.body), self._rules)
            except StaleCheckpointError as stale:
                log.warning("checkpoint passed over", reason=str(stale))
        for entry in self.read_all(situation.position, until=as_of):
            if entry.fact is not None:
                evolve(situation, entry.fact, entry.position)
        return situation


def packed(pieces: Iterable[bytes], *, seq: int, position: str, received_at: datetime) -> Checkpoint:
    """The checkpoint of a fold's pieces; the whole is never in memory as it is."""
    press = zlib.compressobj(1)
    body = b"".join([*map(press.compress, pieces), press.flush()])
    return Checkpoint(position=position, seq=seq, received_at=received_at, kind=KIND, version=VERSION, body=body)


def _whole_second(as_of: datetime) -> datetime:
    return as_of.astimezone(UTC).replace(microsecond=0)
