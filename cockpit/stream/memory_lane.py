"""A lane in memory: what tests and a single process use; it keeps every word of the contract but durability."""

import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from threading import Condition

from cockpit.stream.lane import DeadEntry, Raw, Record, position_key, time_of

Key = tuple[int, int]
#: the last entry of a millisecond
_LAST_N = 2**64 - 1


def _wall_clock_ms() -> int:
    return time.time_ns() // 1_000_000


class MemoryLane:
    """`Lane` in this process; threads may share it."""

    def __init__(self, clock_ms: Callable[[], int] = _wall_clock_ms) -> None:
        self._clock_ms = clock_ms
        self.changed = Condition()
        self._keys: list[Key] = []
        self.entries: dict[Key, Raw] = {}
        self._seen: dict[str, set[bytes]] = {}
        self._tail: Key = (0, 0)
        self._trimmed: Key = (0, 0)
        self.groups: dict[str, _Pending] = {}
        self.dead: list[DeadEntry] = []

    def now_ms(self) -> int:
        return self._clock_ms()

    def append(self, records: Sequence[Record]) -> list[bool]:
        with self.changed:
            return [self._append_new(record) for record in records]

    def append_together(self, records: Sequence[Record]) -> list[bool]:
        with self.changed:
            new = [not self._knows(record) for record in records]
            if all(new):
                for record in records:
                    self._append_new(record)
            return new

    def _knows(self, record: Record) -> bool:
        return any(record.digest in digests for digests in self._seen.values())

    def _append_new(self, record: Record) -> bool:
        if self._knows(record):
            return False
        self._put(self._position(record.position), record.type_name, record.body)
        self._seen.setdefault(record.bucket, set()).add(record.digest)
        return True

    def remember(self, seen: Sequence[tuple[str, bytes]]) -> None:
        with self.changed:
            for bucket, digest in seen:
                self._seen.setdefault(bucket, set()).add(digest)

    def forget(self, buckets_before: str) -> int:
        with self.changed:
            old = [bucket for bucket in self._seen if bucket < buckets_before]
            for bucket in old:
                del self._seen[bucket]
            return len(old)

    def add(self, type_name: str, body: bytes) -> str:
        with self.changed:
            return self._put(self._position(""), type_name, body)

    def _position(self, wanted: str) -> Key:
        if wanted and position_key(wanted) > self._tail:
            return position_key(wanted)
        now = (self._clock_ms(), 0)
        return now if now > self._tail else (self._tail[0], self._tail[1] + 1)

    def _put(self, key: Key, type_name: str, body: bytes) -> str:
        position = f"{key[0]}-{key[1]}"
        self._keys.append(key)
        self.entries[key] = Raw(position, type_name, body)
        self._tail = key
        self.changed.notify_all()
        return position

    def read(self, after: str, *, count: int, block_ms: int) -> list[Raw]:
        with self.changed:
            self.changed.wait_for(lambda: self._tail > position_key(after), block_ms / 1000)
            return self.after(position_key(after), count)

    def after(self, key: Key, count: int) -> list[Raw]:
        """Entries behind `key`; hold `changed`."""
        start = bisect_right(self._keys, key)
        return [self.entries[k] for k in self._keys[start : start + count]]

    def tail(self) -> str:
        return f"{self._tail[0]}-{self._tail[1]}"

    def length(self) -> int:
        return len(self._keys)

    def reaches_back_to(self, position: str) -> bool:
        with self.changed:
            return self._trimmed <= position_key(position) <= self._tail

    def begin_after(self, position: str) -> None:
        with self.changed:
            self._trimmed = position_key(position)

    def trim(self, before: str) -> int:
        with self.changed:
            bound = min([position_key(before), *(pending.first_needed() for pending in self.groups.values())])
            old = [key for key in self._keys if key < bound]
            for key in old:
                del self.entries[key]
            self._keys = self._keys[len(old) :]
            if old:
                self._trimmed = _previous(bound)
            return len(old)

    def group(self, name: str, consumer: str) -> "MemoryGroup":
        return MemoryGroup(self, name, consumer)

    def list_dead(self, limit: int) -> list[DeadEntry]:
        with self.changed:
            return self.dead[::-1][:limit]

    def count_dead(self) -> int:
        return len(self.dead)


def _previous(key: Key) -> Key:
    return (key[0], key[1] - 1) if key[1] else (key[0] - 1, _LAST_N)


class _Pending:
    """What one group has delivered (to whom, and when) and not got acknowledged."""

    def __init__(self) -> None:
        self.delivered: Key = (0, 0)
        self.owners: dict[Key, tuple[str, float]] = {}

    def first_needed(self) -> Key:
        return min(self.owners, default=(self.delivered[0], self.delivered[1] + 1))


class MemoryGroup:
    """`LaneGroup` over a `MemoryLane`."""

    def __init__(self, lane: MemoryLane, name: str, consumer: str) -> None:
        self._lane, self._name, self._consumer = lane, name, consumer

    def _pending(self) -> _Pending:
        return self._lane.groups.setdefault(self._name, _Pending())

    def read(self, *, count: int, block_ms: int) -> list[Raw]:
        with self._lane.changed:
            pending = self._pending()
            own = sorted(key for key, (owner, _) in pending.owners.items() if owner == self._consumer)
            if own:
                return [self._lane.entries[key] for key in own[:count]]
            self._lane.changed.wait_for(lambda: bool(self._lane.after(pending.delivered, 1)), block_ms / 1000)
            fresh = self._lane.after(pending.delivered, count)
            for raw in fresh:
                pending.delivered = position_key(raw.position)
                pending.owners[pending.delivered] = (self._consumer, time.monotonic())
            return fresh

    def ack(self, positions: Sequence[str]) -> None:
        with self._lane.changed:
            for position in positions:
                self._pending().owners.pop(position_key(position), None)

    def claim_stale(self, min_idle_ms: int) -> int:
        with self._lane.changed:
            owners, now = self._pending().owners, time.monotonic()
            stale = [key for key, (_, since) in owners.items() if (now - since) * 1000 >= min_idle_ms]
            owners.update(dict.fromkeys(stale, (self._consumer, now)))
            return len(stale)

    def set_aside(self, raw: Raw, reason: str) -> None:
        with self._lane.changed:
            if self._pending().owners.pop(position_key(raw.position), None) is None:
                return
            at = time_of(f"{_wall_clock_ms()}-0")
            dead = DeadEntry(at, raw.position, raw.type_name, raw.body, reason, self._name, self._consumer)
            self._lane.dead.append(dead)

    def lag(self) -> int:
        with self._lane.changed:
            pending = self._pending()
            return len(pending.owners) + len(self._lane.after(pending.delivered, self._lane.length()))

    def waiting_s(self) -> float:
        with self._lane.changed:
            pending = self._pending()
            fresh = (position_key(raw.position) for raw in self._lane.after(pending.delivered, 1))
            first = min((*pending.owners, *fresh), default=None)
            return 0.0 if first is None else max(0.0, (self._lane.now_ms() - first[0]) / 1000)
