"""One consumer of a Redis consumer group, which makes its group anew when Redis was emptied."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from redis.exceptions import ResponseError

from cockpit.stream.connection import LONGEST_BLOCK_MS, is_missing
from cockpit.stream.keys import LaneKeys
from cockpit.stream.lane import Raw, position_key

# KEYS: stream, dead letters. ARGV: group, consumer, position, type, body, reason.
_SET_ASIDE = """
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[3]) == 1 then
  redis.call('XADD', KEYS[2], '*', 'g', ARGV[1], 'c', ARGV[2], 'p', ARGV[3], 't', ARGV[4], 'b', ARGV[5], 'r', ARGV[6])
end
return 1
"""


class RedisGroup:
    """`LaneGroup` over a Redis consumer group."""

    def __init__(self, client: Any, keys: LaneKeys, name: str, consumer: str) -> None:
        self._client, self._keys, self._name, self._consumer = client, keys, name, consumer
        self._set_aside = client.register_script(_SET_ASIDE)

    def read(self, *, count: int, block_ms: int) -> list[Raw]:
        # An answer that was lost on the way leaves its entries pending, so own ones always come first.
        return self._read("0", count, None) or self._read(">", count, block_of(block_ms))

    def ack(self, positions: Sequence[str]) -> None:
        if positions:
            self._client.xack(self._keys.stream, self._name, *positions)

    def claim_stale(self, min_idle_ms: int) -> int:
        claimed, cursor = 0, "-"
        while idle := self._made(partial(self._idle, cursor, min_idle_ms)):
            ids = [entry["message_id"] for entry in idle if entry["consumer"].decode() != self._consumer]
            if ids:
                stream, name, consumer = self._keys.stream, self._name, self._consumer
                claimed += len(self._client.xclaim(stream, name, consumer, min_idle_ms, ids, justid=True))
            cursor = f"({idle[-1]['message_id'].decode()}"
        return claimed

    def set_aside(self, raw: Raw, reason: str) -> None:
        arguments = [self._name, self._consumer, raw.position, raw.type_name, raw.body, reason]
        self._set_aside(keys=[self._keys.stream, self._keys.dead], args=arguments)

    def lag(self) -> int:
        groups = self._made(lambda: self._client.xinfo_groups(self._keys.stream))
        mine = next((g for g in groups if g["name"].decode() == self._name), None)
        if mine is None:
            return int(self._client.xlen(self._keys.stream))
        if mine["lag"] is not None:
            return int(mine["pending"]) + int(mine["lag"])
        after = f"({mine['last-delivered-id'].decode()}"
        return int(mine["pending"]) + len(self._client.xrange(self._keys.stream, min=after))

    def waiting_s(self) -> float:
        groups = self._made(lambda: self._client.xinfo_groups(self._keys.stream))
        mine = next((g for g in groups if g["name"].decode() == self._name), None)
        if mine is not None and mine["pending"]:
            first = self._client.xpending(self._keys.stream, self._name)["min"]
        else:
            after = f"({mine['last-delivered-id'].decode()}" if mine else "-"
            first = next((p for p, _ in self._client.xrange(self._keys.stream, min=after, count=1)), None)
        if first is None:
            return 0.0
        seconds, micros = self._client.time()
        return max(0.0, float(seconds) + int(micros) / 1e6 - position_key(first.decode())[0] / 1000)

    def _read(self, after: str, count: int, block: int | None) -> list[Raw]:
        def once() -> Any:
            streams = {self._keys.stream: after}
            return self._client.xreadgroup(self._name, self._consumer, streams, count=count, block=block)

        return raws_of(self._made(once))

    def _idle(self, cursor: str, min_idle_ms: int) -> Any:
        return self._client.xpending_range(self._keys.stream, self._name, cursor, "+", 500, idle=min_idle_ms)

    def _made(self, once: Callable[[], Any]) -> Any:
        try:
            return once()
        except ResponseError as error:
            if not is_missing(error):
                raise
        try:
            self._client.xgroup_create(self._keys.stream, self._name, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):  # another consumer was quicker
                raise
        return once()


def block_of(block_ms: int) -> int | None:
    """What to tell Redis: 0 means forever to Redis and not at all to us."""
    return min(block_ms, LONGEST_BLOCK_MS) if block_ms > 0 else None


def raws_of(answer: Any) -> list[Raw]:
    """The entries of an answer to XREAD or XREADGROUP."""
    return [_raw(p.decode(), fields or {}) for _, entries in answer or () for p, fields in entries]


def _raw(position: str, fields: dict[bytes, bytes]) -> Raw:
    return Raw(position, fields.get(b"t", b"").decode(errors="replace"), fields.get(b"b", b""))
