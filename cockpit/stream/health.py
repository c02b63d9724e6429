"""How the feeds and the processes are: counts and signs of life that every process may write and read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Protocol, cast

import msgspec
from redis import Redis

from cockpit.stream.keys import Keys

#: reasons kept for each feed; the rarest go first
MOST_REASONS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCounts:
    """What one feed has brought since the beginning, and when it last spoke (ms since 1970, our clock)."""

    received_ms: int
    accepted: int = 0
    flagged: int = 0
    rejected: int = 0
    duplicate: int = 0
    #: the newest time that a message told of itself: how far the feed's own story has come
    event_ms: int = 0
    #: how late messages were of late: median, 90th and 99th percentile in ms; empty when nobody measured it
    lag_ms: tuple[int, ...] = ()
    #: the most frequent reasons for refusing, each with its count
    reasons: Mapping[str, int] = field(default_factory=dict)
    #: since when the way to it is known to be interrupted; holds until it is heard of again
    down_ms: int = 0

    @property
    def since_ms(self) -> int:
        """Since when it is silent: last heard of, or for one never heard of, interrupted."""
        return self.received_ms or self.down_ms

    def silent_s(self, now_ms: float) -> float:
        """For how long it has been silent."""
        return max(0.0, (now_ms - self.since_ms) / 1000)

    def interrupted_s(self, now_ms: float) -> float | None:
        """For how long its way has been interrupted; None while nobody says that it is."""
        return (now_ms - self.down_ms) / 1000 if self.down_ms > self.received_ms else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """A process's last sign of life (ms since 1970, its clock) and what it said of itself."""

    process: str
    pid: int
    at_ms: int
    status: str


class Health(Protocol):
    """Signs of life of feeds and processes."""

    def touch_feed(self, name: str, received_ms: int, accepted: int, flagged: int, rejected: int) -> None:
        """Add to the counts of a feed. One round trip: sum up and call about once a second, not per message."""

    def note_feed(
        self, name: str, *, duplicate: int = 0, event_ms: int = 0, lag_ms: Sequence[int] = (),
        reasons: Mapping[str, int] | None = None, down_ms: int = 0,
    ) -> None:  # fmt: skip
        """What else is known of a feed: repeats, how far its own time has come, how late it is, why it was refused,
        since when its way is interrupted."""

    def feeds(self) -> dict[str, FeedCounts]:
        """The counts of each feed that ever spoke."""

    def beat(self, process: str, pid: int, status: str, at_ms: int) -> None:
        """Say that a process lives."""

    def leave(self, process: str, pid: int) -> None:
        """Say that a process ended on purpose; it is listed no more."""

    def heartbeats(self) -> list[Heartbeat]:
        """The last sign of life of each process that did not leave, killed ones too."""


class RedisHealth:
    """`Health` in two Redis hashes."""

    def __init__(self, client: Redis, keys: Keys) -> None:
        self._client = cast("Any", client)  # redis-py types answers as sync-or-async
        self._keys = keys

    def touch_feed(self, name: str, received_ms: int, accepted: int, flagged: int, rejected: int) -> None:
        counts = {"accepted": accepted, "flagged": flagged, "rejected": rejected}
        with self._client.pipeline(transaction=False) as pipeline:
            pipeline.hset(self._keys.feeds, f"{name}|received_ms", received_ms)
            for count, n in counts.items():
                if n:
                    pipeline.hincrby(self._keys.feeds, f"{name}|{count}", n)
            pipeline.execute()

    def note_feed(
        self, name: str, *, duplicate: int = 0, event_ms: int = 0, lag_ms: Sequence[int] = (),
        reasons: Mapping[str, int] | None = None, down_ms: int = 0,
    ) -> None:  # fmt: skip
        with self._client.pipeline(transaction=False) as pipeline:
            if duplicate:
                pipeline.hincrby(self._keys.feeds, f"{name}|duplicate", duplicate)
            if event_ms:
                pipeline.hset(self._keys.feeds, f"{name}|event_ms", event_ms)
            if down_ms:
                pipeline.hset(self._keys.feeds, f"{name}|down_ms", down_ms)
            for n, lag in enumerate(lag_ms):
                pipeline.hset(self._keys.feeds, f"{name}|lag{n}", lag)
            for reason, n in (reasons or {}).items():
                pipeline.zincrby(self._keys.feed_reasons(name), n, reason)
            if reasons:
                pipeline.zremrangebyrank(self._keys.feed_reasons(name), 0, -MOST_REASONS - 1)
                pipeline.hset(self._keys.feeds, f"{name}|told_why", 1)
            pipeline.execute()

    def feeds(self) -> dict[str, FeedCounts]:
        found: dict[str, dict[str, Any]] = {}
        for name_count, value in self._client.hgetall(self._keys.feeds).items():
            name, _, count = name_count.decode().rpartition("|")
            found.setdefault(name, {"received_ms": 0})[count] = int(value)
        for name, counts in found.items():
            lags = sorted(count for count in counts if count.startswith("lag"))
            if lags:
                counts["lag_ms"] = tuple(counts.pop(count) for count in lags)
            if counts.pop("told_why", 0):
                told = self._client.zrevrange(self._keys.feed_reasons(name), 0, -1, withscores=True)
                counts["reasons"] = {reason.decode(errors="replace"): int(n) for reason, n in told}
        return {name: FeedCounts(**counts) for name, counts in sorted(found.items())}

    def beat(self, process: str, pid: int, status: str, at_ms: int) -> None:
        beat = Heartbeat(process=process, pid=pid, at_ms=at_ms, status=status)
        self._client.hset(self._keys.heartbeats, f"{process}:{pid}", msgspec.json.encode(beat))

    def leave(self, process: str, pid: int) -> None:
        self._client.hdel(self._keys.heartbeats, f"{process}:{pid}")

    def heartbeats(self) -> list[Heartbeat]:
        beats = self._client.hgetall(self._keys.heartbeats).values()
        return sorted((msgspec.json.decode(b, type=Heartbeat) for b in beats), key=lambda b: (b.process, b.pid))


class MemoryHealth:
    """`Health` in this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._feeds: dict[str, FeedCounts] = {}
        self._beats: dict[tuple[str, int], Heartbeat] = {}

    def touch_feed(self, name: str, received_ms: int, accepted: int, flagged: int, rejected: int) -> None:
        with self._lock:
            known = self._feeds.get(name, FeedCounts(received_ms=received_ms))
            self._feeds[name] = replace(
                known,
                received_ms=received_ms,
                accepted=known.accepted + accepted,
                flagged=known.flagged + flagged,
                rejected=known.rejected + rejected,
            )

    def note_feed(
        self, name: str, *, duplicate: int = 0, event_ms: int = 0, lag_ms: Sequence[int] = (),
        reasons: Mapping[str, int] | None = None, down_ms: int = 0,
    ) -> None:  # fmt: skip
        with self._lock:
            known = self._feeds.get(name, FeedCounts(received_ms=0))
            summed = {why: known.reasons.get(why, 0) + n for why, n in (reasons or {}).items()}
            ranked = sorted({**known.reasons, **summed}.items(), key=lambda told: -told[1])
            self._feeds[name] = replace(
                known,
                duplicate=known.duplicate + duplicate,
                event_ms=event_ms or known.event_ms,
                lag_ms=tuple(lag_ms) or known.lag_ms,
                reasons=dict(ranked[:MOST_REASONS]),
                down_ms=down_ms or known.down_ms,
            )

    def feeds(self) -> dict[str, FeedCounts]:
        return dict(sorted(self._feeds.items()))

    def beat(self, process: str, pid: int, status: str, at_ms: int) -> None:
        self._beats[process, pid] = Heartbeat(process=process, pid=pid, at_ms=at_ms, status=status)

    def leave(self, process: str, pid: int) -> None:
        self._beats.pop((process, pid), None)

    def heartbeats(self) -> list[Heartbeat]:
        return [beat for _, beat in sorted(self._beats.items())]
