"""The facts lane: none lost, none counted twice. `RedisFactLog` is real, `MemoryFactLog` its twin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

from redis import Redis

from cockpit.domain.facts import Fact
from cockpit.stream.codec import UnreadableEntryError, decode_fact, encode
from cockpit.stream.keys import Keys
from cockpit.stream.lane import DeadEntry, Lane, LaneGroup, Raw, Record
from cockpit.stream.memory_lane import MemoryLane
from cockpit.stream.redis_lane import RedisLane

TRIMMED = "the entry was trimmed before this group read it"

#: ids are remembered per month of their fact; what is older lies together, so that a source that makes up
#: years cannot make up buckets
_MONTHS_APART = timedelta(days=730)
_OLD = "000000"
#: what is dated ahead lies together and is never forgotten: nobody could tell later in which month it came
_AHEAD = "999999"
_AHEAD_BY = timedelta(days=1)
#: ids of facts older than this may leave the stream's memory; the journal has them for ever
IDS_KEPT = timedelta(days=100)
#: ids of facts younger than this are certainly in it: so far may clocks and months be apart
IDS_CERTAIN = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the facts stream: the fact, or why it cannot be read."""

    position: str
    fact: Fact | None
    error: str = ""
    type_name: str = ""
    body: bytes = b""


class KeptFact(NamedTuple):
    """A fact as the journal kept it; it goes back as it was, also when this program cannot read it."""

    position: str
    type_name: str
    body: bytes
    fact_id: str
    at: datetime
    received_at: datetime


class FactGroup:
    """One consumer of a group; each fact comes again until it is acknowledged or set aside."""

    def __init__(self, group: LaneGroup) -> None:
        self._group = group

    def read(self, count: int, block_ms: int) -> list[Entry]:
        """First what this consumer has read before and not acknowledged (a restart, a lost answer), then new ones."""
        return [_entry_of(raw) for raw in self._group.read(count=count, block_ms=block_ms)]

    def ack(self, positions: Sequence[str]) -> None:
        """These are dealt with."""
        self._group.ack(positions)

    def claim_stale(self, min_idle_ms: int) -> int:
        """Take over what dead consumers left; it comes with the next `read`. More than the slowest step takes!"""
        return self._group.claim_stale(min_idle_ms)

    def set_aside(self, entry: Entry, reason: str) -> None:
        """Move an entry that cannot be taken to the dead letters and acknowledge it."""
        self._group.set_aside(Raw(entry.position, entry.type_name, entry.body), reason)

    def lag(self) -> int:
        """Facts that this group has not acknowledged yet."""
        return self._group.lag()

    def waiting_s(self) -> float:
        """Seconds since the stream took the oldest of the facts that this group has not acknowledged; 0 if none."""
        return self._group.waiting_s()


class FactLog:
    """The facts stream over any lane."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def append(self, facts: Sequence[Fact]) -> list[bool]:
        """True for each fact that is new, False where the log has its id; all of them are in the log afterwards.

        Repeating is harmless. After a lost answer the repeat tells False for facts that the first try
        brought in. ValueError if a fact cannot be encoded; nothing is appended then.
        """
        return self._lane.append([_record_of(fact) for fact in facts])

    def append_together(self, facts: Sequence[Fact]) -> list[bool]:
        """Append all of them if each is new; otherwise none, and False tells which the log has. 1,000 at most.

        What follows from one command or one instant happens as one: no kill leaves half of it.
        """
        return self._lane.append_together([_record_of(fact) for fact in facts])

    def read(self, after: str, *, count: int, block_ms: int) -> list[Entry]:
        """Up to `count` entries after a position (`"0"`: from the start), waiting up to `block_ms` for the first."""
        return [_entry_of(raw) for raw in self._lane.read(after, count=count, block_ms=block_ms)]

    def tail(self) -> str:
        """The position of the newest entry; `0-0` when there was never one."""
        return self._lane.tail()

    def length(self) -> int:
        """How many entries the stream holds (older ones are in the journal)."""
        return self._lane.length()

    def reaches_back_to(self, position: str) -> bool:
        """False when reading after `position` would miss trimmed facts, or the stream was emptied: join again."""
        return self._lane.reaches_back_to(position)

    def group(self, name: str, consumer: str) -> FactGroup:
        """One consumer of the group `name`, which starts with the oldest entry when it is new."""
        return FactGroup(self._lane.group(name, consumer))

    def trim(self, before: str) -> int:
        """Drop facts before a position, never one that a group has not acknowledged; their ids stay known."""
        return self._lane.trim(before)

    def begin_after(self, position: str) -> None:
        """Say that facts up to `position` are only in the journal; a reader from before it has to join again."""
        self._lane.begin_after(position)

    def restore(self, facts: Sequence[KeptFact]) -> list[bool]:
        """Put facts back where they lay, in order; at the end of the stream if it has gone past that place."""
        return self._lane.append(
            [
                Record(f.type_name, f.body, _digest_of(f.fact_id), _bucket_of(f.at, f.received_at), f.position)
                for f in facts
            ]
        )

    def remember(self, facts: Sequence[KeptFact]) -> None:
        """Know these as already in the log without giving them an entry."""
        self._lane.remember([(_bucket_of(f.at, f.received_at), _digest_of(f.fact_id)) for f in facts])

    def forget_seen(self, before: datetime) -> int:
        """Forget the ids of months before that of `before`, to give memory back; how many months.

        Call it only when the journal has everything: whoever appends an old fact asks there (`IDS_CERTAIN`).
        """
        return self._lane.forget(f"{before:%Y%m}")

    def list_dead(self, limit: int) -> list[DeadEntry]:
        """The newest facts that were set aside, newest first."""
        return self._lane.list_dead(limit)

    def count_dead(self) -> int:
        """How many facts were set aside."""
        return self._lane.count_dead()


class RedisFactLog(FactLog):
    """The facts stream in Redis."""

    def __init__(self, client: Redis, keys: Keys, *, replicas: int = 0) -> None:
        super().__init__(RedisLane(client, keys.facts, replicas=replicas))


class MemoryFactLog(FactLog):
    """The facts stream in this process, for tests and tools."""

    def __init__(self) -> None:
        super().__init__(MemoryLane())


def _digest_of(fact_id: str) -> bytes:
    return blake2b(fact_id.encode(), digest_size=16).digest()


def _bucket_of(at: datetime, received_at: datetime) -> str:
    if at < received_at - _MONTHS_APART:
        return _OLD
    if at > received_at + _AHEAD_BY:
        return _AHEAD
    return f"{min(at, received_at):%Y%m}"


def _record_of(fact: Fact) -> Record:
    type_name, body = encode(fact)
    return Record(type_name, body, _digest_of(fact.fact_id), _bucket_of(fact.at, fact.received_at))


def _entry_of(raw: Raw) -> Entry:
    if not raw.body and not raw.type_name:
        return Entry(raw.position, None, TRIMMED)
    try:
        return Entry(raw.position, decode_fact(raw.type_name, raw.body), "", raw.type_name, raw.body)
    except UnreadableEntryError as error:
        return Entry(raw.position, None, str(error), raw.type_name, raw.body)
