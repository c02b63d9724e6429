"""What ends by itself at a known time: kept in Redis, so that whoever raised it may be long gone by then."""

from typing import Any, Protocol, cast

from redis import Redis

from cockpit.stream.keys import Keys


class Expiries(Protocol):
    """Names, each with a time (ms since 1970) and what to say then."""

    def keep(self, name: str, at_ms: int, body: bytes) -> None:
        """Say `body` at `at_ms`; a later word for the same name counts instead."""

    def forget(self, *names: str) -> None:
        """It has ended otherwise."""

    def list_due(self, now_ms: int, limit: int) -> list[tuple[str, bytes]]:
        """Whose time has come, the earliest first; they stay until they are forgotten."""


class RedisExpiries:
    """`Expiries` in a sorted set and a hash."""

    def __init__(self, client: Redis, keys: Keys) -> None:
        self._client = cast("Any", client)  # redis-py types answers as sync-or-async
        self._times, self._bodies = keys.key("expiries"), keys.key("expiries:said")

    def keep(self, name: str, at_ms: int, body: bytes) -> None:
        with self._client.pipeline(transaction=True) as pipeline:
            pipeline.hset(self._bodies, name, body)
            pipeline.zadd(self._times, {name: at_ms})
            pipeline.execute()

    def forget(self, *names: str) -> None:
        if names:
            with self._client.pipeline(transaction=True) as pipeline:
                pipeline.zrem(self._times, *names)
                pipeline.hdel(self._bodies, *names)
                pipeline.execute()

    def list_due(self, now_ms: int, limit: int) -> list[tuple[str, bytes]]:
        names = self._client.zrangebyscore(self._times, "-inf", now_ms, start=0, num=limit)
        bodies = self._client.hmget(self._bodies, names) if names else []
        return [(name.decode(), body) for name, body in zip(names, bodies, strict=True) if body is not None]


class MemoryExpiries:
    """`Expiries` in this process."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, bytes]] = {}

    def keep(self, name: str, at_ms: int, body: bytes) -> None:
        self._kept[name] = (at_ms, body)

    def forget(self, *names: str) -> None:
        for name in names:
            self._kept.pop(name, None)

    def list_due(self, now_ms: int, limit: int) -> list[tuple[str, bytes]]:
        due = sorted((at_ms, name, body) for name, (at_ms, body) in self._kept.items() if at_ms <= now_ms)
        return [(name, body) for _, name, body in due[:limit]]
