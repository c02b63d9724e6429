"""The positions lane: one stream entry per batch of fixes, so 20,000 fixes a second are forty entries."""

from collections.abc import Sequence
from typing import NamedTuple

from redis import Redis

from cockpit.stream.codec import UnreadableEntryError
from cockpit.stream.fix_batch import EMPTY, FixBatch, pack, unpack
from cockpit.stream.keys import Keys
from cockpit.stream.lane import DeadEntry, Lane, LaneGroup, Raw
from cockpit.stream.memory_lane import MemoryLane
from cockpit.stream.redis_lane import RedisLane

_TYPE = "fixes"


class FixEntry(NamedTuple):
    """One entry of the positions stream: the batch, or why it cannot be read."""

    position: str
    batch: FixBatch | None
    error: str
    body: bytes


class FixGroup:
    """One consumer of a group; each batch comes again until it is acknowledged or set aside."""

    def __init__(self, group: LaneGroup) -> None:
        self._group = group

    def read(self, count: int, block_ms: int) -> list[FixEntry]:
        """First what this consumer has read before and not acknowledged, then new batches."""
        return [_entry_of(raw) for raw in self._group.read(count=count, block_ms=block_ms)]

    def ack(self, positions: Sequence[str]) -> None:
        """These are dealt with."""
        self._group.ack(positions)

    def claim_stale(self, min_idle_ms: int) -> int:
        """Take over what dead consumers left; it comes with the next `read`."""
        return self._group.claim_stale(min_idle_ms)

    def set_aside(self, entry: FixEntry, reason: str) -> None:
        """Move a batch that cannot be taken to the dead letters and acknowledge it."""
        self._group.set_aside(Raw(entry.position, _TYPE, entry.body), reason)

    def lag(self) -> int:
        """Batches that this group has not acknowledged yet."""
        return self._group.lag()

    def waiting_s(self) -> float:
        """Seconds since the stream took the oldest of the batches that this group has not acknowledged; 0 if none."""
        return self._group.waiting_s()


class PositionLane:
    """The positions stream over any lane."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def append(self, batch: FixBatch) -> str:
        """Append one batch; its position. A repeat after a lost answer gives a second entry: newest wins anyway."""
        return self._lane.add(_TYPE, pack(batch))

    def read(self, after: str, *, count: int, block_ms: int) -> list[tuple[str, FixBatch]]:
        """Up to `count` batches after a position; one that cannot be read comes empty, so the reader moves on."""
        entries = map(_entry_of, self._lane.read(after, count=count, block_ms=block_ms))
        return [(entry.position, entry.batch or EMPTY) for entry in entries]

    def tail(self) -> str:
        """The position of the newest batch; `0-0` when there was never one."""
        return self._lane.tail()

    def length(self) -> int:
        """How many batches the stream holds."""
        return self._lane.length()

    def group(self, name: str, consumer: str) -> FixGroup:
        """One consumer of the group `name`, which starts with the oldest batch when it is new."""
        return FixGroup(self._lane.group(name, consumer))

    def trim(self, before_ms: int) -> int:
        """Drop batches that the stream took before `before_ms`, never one that a group has not acknowledged."""
        return self._lane.trim(f"{before_ms}-0")

    def list_dead(self, limit: int) -> list[DeadEntry]:
        """The newest batches that were set aside, newest first."""
        return self._lane.list_dead(limit)

    def count_dead(self) -> int:
        """How many batches were set aside."""
        return self._lane.count_dead()


class RedisPositionLane(PositionLane):
    """The positions stream in Redis."""

    def __init__(self, client: Redis, keys: Keys, *, replicas: int = 0) -> None:
        super().__init__(RedisLane(client, keys.positions, replicas=replicas))


class MemoryPositionLane(PositionLane):
    """The positions stream in this process, for tests and tools."""

    def __init__(self) -> None:
        super().__init__(MemoryLane())


def _entry_of(raw: Raw) -> FixEntry:
    try:
        return FixEntry(raw.position, unpack(raw.body), "", raw.body)
    except UnreadableEntryError as error:
        return FixEntry(raw.position, None, str(error), raw.body)
