"""Messages of feeds that could not even be looked at: kept with the reason, bounded, for a person and for replay."""

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, cast

from redis import Redis

from cockpit.stream.keys import Keys

_MOST_KEPT = 10_000
_LARGEST_BODY = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadMessage:
    """One message that was set aside."""

    at: datetime
    feed: str
    topic: str
    body: bytes
    reason: str


class DeadMessages(Protocol):
    """Where they are kept, the newest ten thousand of all feeds."""

    def set_aside(self, feed: str, *, topic: str, body: bytes, reason: str) -> None:
        """Keep one; of a large body its beginning."""

    def list_newest(self, limit: int) -> list[DeadMessage]:
        """The newest, newest first."""

    def count(self) -> int:
        """How many there are."""


class RedisDeadMessages:
    """`DeadMessages` in a Redis stream."""

    def __init__(self, client: Redis, keys: Keys) -> None:
        self._client = cast("Any", client)  # redis-py types answers as sync-or-async
        self._key = keys.dead_messages

    def set_aside(self, feed: str, *, topic: str, body: bytes, reason: str) -> None:
        fields = {
            "f": feed,
            "t": topic.encode("utf-8", "replace"),
            "b": body[:_LARGEST_BODY],
            "r": reason.encode("utf-8", "replace")[:500],
        }
        self._client.xadd(self._key, fields, maxlen=_MOST_KEPT, approximate=True)

    def list_newest(self, limit: int) -> list[DeadMessage]:
        return [
            DeadMessage(
                at=datetime.fromtimestamp(int(position.partition(b"-")[0]) / 1000, tz=UTC),
                feed=told[b"f"].decode(),
                topic=told[b"t"].decode(errors="replace"),
                body=told[b"b"],
                reason=told[b"r"].decode(errors="replace"),
            )
            for position, told in self._client.xrevrange(self._key, count=limit)
        ]

    def count(self) -> int:
        return int(self._client.xlen(self._key))


class MemoryDeadMessages:
    """`DeadMessages` in this process."""

    def __init__(self) -> None:
        self._kept: deque[DeadMessage] = deque(maxlen=_MOST_KEPT)

    def set_aside(self, feed: str, *, topic: str, body: bytes, reason: str) -> None:
        now = datetime.now(UTC)
        self._kept.append(DeadMessage(at=now, feed=feed, topic=topic, body=body[:_LARGEST_BODY], reason=reason[:500]))

    def list_newest(self, limit: int) -> list[DeadMessage]:
        return list(reversed(self._kept))[:limit]

    def count(self) -> int:
        return len(self._kept)
