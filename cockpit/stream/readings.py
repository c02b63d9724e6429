"""The readings lane: one stream entry per batch, as positions have; nothing in it is ever a fact."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
from redis import Redis

from cockpit.domain.reading import Reading
from cockpit.stream.keys import Keys
from cockpit.stream.lane import Lane, LaneGroup, Raw, millis_of
from cockpit.stream.memory_lane import MemoryLane
from cockpit.stream.redis_lane import RedisLane

_TYPE = "readings"
#: (device, quantity, value, at_ms, received_ms, unit, lon, lat)
_Row = tuple[str, str, float, int, int, str, float | None, float | None]
_decoder = msgspec.msgpack.Decoder(list[_Row])
_encoder = msgspec.msgpack.Encoder()


class ReadingEntry(NamedTuple):
    """One entry: its readings, or why it cannot be read."""

    position: str
    readings: list[Reading]
    error: str
    body: bytes


class ReadingGroup:
    """One consumer of a group; each batch comes again until it is acknowledged or set aside."""

    def __init__(self, group: LaneGroup) -> None:
        self._group = group

    def read(self, count: int, block_ms: int) -> list[ReadingEntry]:
        """First what this consumer has read before and not acknowledged, then new batches."""
        return [_entry_of(raw) for raw in self._group.read(count=count, block_ms=block_ms)]

    def ack(self, positions: Sequence[str]) -> None:
        """These are dealt with."""
        self._group.ack(positions)

    def claim_stale(self, min_idle_ms: int) -> int:
        """Take over what dead consumers left; it comes with the next `read`."""
        return self._group.claim_stale(min_idle_ms)

    def set_aside(self, entry: ReadingEntry) -> None:
        """Move a batch that cannot be read to the dead letters and acknowledge it."""
        self._group.set_aside(Raw(entry.position, _TYPE, entry.body), entry.error)

    def waiting_s(self) -> float:
        """Seconds since the stream took the oldest batch that this group has not acknowledged; 0 if none."""
        return self._group.waiting_s()


class ReadingLane:
    """The readings stream over any lane."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def append(self, readings: Sequence[Reading]) -> str:
        """Append one batch; its position. A repeat after a lost answer is a second entry: newer wins anyway."""
        return self._lane.add(_TYPE, pack(readings))

    def group(self, name: str, consumer: str) -> ReadingGroup:
        """One consumer of the group `name`, which starts with the oldest batch when it is new."""
        return ReadingGroup(self._lane.group(name, consumer))

    def length(self) -> int:
        """How many batches the stream holds."""
        return self._lane.length()

    def trim(self, before_ms: int) -> int:
        """Drop batches that the stream took before `before_ms`, never one that a group has not acknowledged."""
        return self._lane.trim(f"{before_ms}-0")


class RedisReadingLane(ReadingLane):
    """The readings stream in Redis."""

    def __init__(self, client: Redis, keys: Keys, *, replicas: int = 0) -> None:
        super().__init__(RedisLane(client, keys.readings, replicas=replicas))


class MemoryReadingLane(ReadingLane):
    """The readings stream in this process, for tests and tools."""

    def __init__(self) -> None:
        super().__init__(MemoryLane())


def pack(readings: Sequence[Reading]) -> bytes:
    """The wire form: rows, times as milliseconds."""
    return _encoder.encode(
        [(r.device_id, r.quantity, r.value, millis_of(r.at), millis_of(r.received_at), r.unit, r.lon, r.lat)
         for r in readings]
    )  # fmt: skip


def unpack(body: bytes) -> list[Reading]:
    """What `pack` packed. msgspec.DecodeError for bytes that are none of ours."""
    return [
        Reading(device, quantity, value, _time(at_ms), _time(received_ms), unit, lon, lat)
        for device, quantity, value, at_ms, received_ms, unit, lon, lat in _decoder.decode(body)
    ]


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _entry_of(raw: Raw) -> ReadingEntry:
    try:
        return ReadingEntry(raw.position, unpack(raw.body), "", raw.body)
    except (msgspec.DecodeError, ValueError, OverflowError, OSError) as error:
        return ReadingEntry(raw.position, [], f"{_TYPE}: {error}", raw.body)
