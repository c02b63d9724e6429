"""A lane in Redis Streams: checking and appending is one step in the server, so no kill can part them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from redis import Redis
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from cockpit.stream.connection import is_missing
from cockpit.stream.keys import LaneKeys
from cockpit.stream.lane import START, DeadEntry, Raw, Record, position_key, time_of
from cockpit.stream.redis_group import RedisGroup, block_of, raws_of

#: one script call takes so many records: Lua unpacks at most some 8,000 values, and others want their turn
_RECORDS_A_CALL = 500
#: what must be appended together goes in one call
_MOST_TOGETHER = 1_000
#: the last entry of a millisecond
_LAST_N = 2**64 - 1

# KEYS: stream, index of buckets. ARGV: prefix of buckets, whether all or none, then bucket, digest, type, body,
# position of each record. The entry comes before its id: should Redis stop in between, there is no id without an entry.
_APPEND = """
local n = (#ARGV - 2) / 5
local digests, taken, buckets, answer = {}, {}, {}, {}
for i = 1, n do digests[i] = ARGV[i * 5 - 1] end
for _, bucket in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  buckets[bucket] = true
  local known = redis.call('SMISMEMBER', ARGV[1] .. bucket, unpack(digests))
  for i = 1, n do if known[i] == 1 then taken[digests[i]] = true end end
end
if ARGV[2] == 'all' and next(taken) then
  for i = 1, n do answer[i] = taken[digests[i]] and 0 or 1 end
  return answer
end
for i = 1, n do
  local at = i * 5 - 2
  local bucket, digest, kind, body, position = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  if taken[digest] then
    answer[i] = 0
  else
    local done = false
    if position ~= '' then
      local reply = redis.pcall('XADD', KEYS[1], position, 't', kind, 'b', body)
      done = type(reply) ~= 'table' or not reply.err
    end
    if not done then redis.call('XADD', KEYS[1], '*', 't', kind, 'b', body) end
    if not buckets[bucket] then
      redis.call('SADD', KEYS[2], bucket)
      buckets[bucket] = true
    end
    redis.call('SADD', ARGV[1] .. bucket, digest)
    taken[digest] = true
    answer[i] = 1
  end
end
return answer
"""

# KEYS: stream, floor. ARGV: bound, the last position before it. XTRIM keeps no note of what it dropped, so we do.
_TRIM = """
local dropped = redis.call('XTRIM', KEYS[1], 'MINID', '=', ARGV[1])
if dropped > 0 then redis.call('SET', KEYS[2], ARGV[2]) end
return dropped
"""


#: so long a replica may take for what was appended before whoever brought it is told to bring it again
_REPLICATED_WITHIN_MS = 2_000


class RedisLane:
    """`Lane` over one Redis stream. With `replicas` nothing counts as appended before so many of them have it too."""

    def __init__(self, client: Redis, keys: LaneKeys, *, replicas: int = 0) -> None:
        self._client = cast("Any", client)  # redis-py types answers as sync-or-async
        self._keys, self._replicas = keys, replicas
        self._append = self._client.register_script(_APPEND)
        self._trim = self._client.register_script(_TRIM)

    def append(self, records: Sequence[Record]) -> list[bool]:
        new: list[bool] = []
        for start in range(0, len(records), _RECORDS_A_CALL):
            new += self._appended(records[start : start + _RECORDS_A_CALL], "new")
        return new

    def append_together(self, records: Sequence[Record]) -> list[bool]:
        if len(records) > _MOST_TOGETHER:
            raise ValueError(f"{len(records)} records are more than the {_MOST_TOGETHER} that go together")
        return self._appended(records, "all") if records else []

    def _appended(self, records: Sequence[Record], which: str) -> list[bool]:
        arguments: list[str | bytes] = [f"{self._keys.seen}:", which]
        for r in records:
            arguments += (r.bucket, r.digest, r.type_name, r.body, r.position)
        keys = [self._keys.stream, self._keys.seen]
        answer = self._written(lambda client: self._append(keys=keys, args=arguments, client=client))
        return [flag == 1 for flag in answer]

    def _written(self, write: Callable[[Any], Any]) -> Any:
        """The answer to a write, once as many replicas have it as must. RedisTimeoutError while they have it not.

        Redis waits for what this very connection wrote. The mark is written each time, so that a repeat, which appends
        nothing, waits for what the first try brought.
        """
        if not self._replicas:
            return write(self._client)
        with self._client.pipeline(transaction=False) as pipeline:
            write(pipeline)
            pipeline.set(f"{self._keys.stream}:mark", b"")
            pipeline.execute_command("WAIT", self._replicas, _REPLICATED_WITHIN_MS)
            answer, _, reached = pipeline.execute()
        if reached < self._replicas:
            raise RedisTimeoutError(f"{reached} of {self._replicas} replicas have it")
        return answer

    def remember(self, seen: Sequence[tuple[str, bytes]]) -> None:
        by_bucket: dict[str, list[bytes]] = {}
        for bucket, digest in seen:
            by_bucket.setdefault(bucket, []).append(digest)
        with self._client.pipeline(transaction=True) as pipeline:
            for bucket, digests in by_bucket.items():
                pipeline.sadd(self._keys.seen, bucket)
                pipeline.sadd(f"{self._keys.seen}:{bucket}", *digests)
            pipeline.execute()

    def forget(self, buckets_before: str) -> int:
        old = [b.decode() for b in self._client.smembers(self._keys.seen) if b.decode() < buckets_before]
        with self._client.pipeline(transaction=True) as pipeline:
            for bucket in old:
                pipeline.srem(self._keys.seen, bucket)
                pipeline.unlink(f"{self._keys.seen}:{bucket}")
            pipeline.execute()
        return len(old)

    def add(self, type_name: str, body: bytes) -> str:
        entry = {"t": type_name, "b": body}
        return str(self._written(lambda client: client.xadd(self._keys.stream, entry)).decode())

    def read(self, after: str, *, count: int, block_ms: int) -> list[Raw]:
        return raws_of(self._client.xread({self._keys.stream: after}, count=count, block=block_of(block_ms)))

    def tail(self) -> str:
        try:
            info = self._client.xinfo_stream(self._keys.stream)
        except ResponseError as error:
            if is_missing(error):
                return START
            raise
        return str(info["last-generated-id"].decode())

    def length(self) -> int:
        return int(self._client.xlen(self._keys.stream))

    def reaches_back_to(self, position: str) -> bool:
        floor = (self._client.get(self._keys.floor) or START.encode()).decode()
        return position_key(floor) <= position_key(position) <= position_key(self.tail())

    def begin_after(self, position: str) -> None:
        self._client.set(self._keys.floor, position)

    def trim(self, before: str) -> int:
        bound = before
        for name, delivered, pending in self._groups():
            # what was pending may have been acknowledged since: then all that was delivered before is done
            least = self._client.xpending(self._keys.stream, name)["min"] if pending else None
            bound = min(bound, least.decode() if least else _next(delivered), key=position_key)
        return int(self._trim(keys=[self._keys.stream, self._keys.floor], args=[bound, _previous(bound)]))

    def group(self, name: str, consumer: str) -> RedisGroup:
        return RedisGroup(self._client, self._keys, name, consumer)

    def list_dead(self, limit: int) -> list[DeadEntry]:
        return [_dead(p.decode(), f) for p, f in self._client.xrevrange(self._keys.dead, count=limit)]

    def count_dead(self) -> int:
        return int(self._client.xlen(self._keys.dead))

    def _groups(self) -> Iterator[tuple[str, str, int]]:
        if not self._client.exists(self._keys.stream):
            return
        for group in self._client.xinfo_groups(self._keys.stream):
            yield group["name"].decode(), group["last-delivered-id"].decode(), int(group["pending"])


def _next(position: str) -> str:
    ms, n = position_key(position)
    return f"{ms}-{n + 1}"


def _previous(position: str) -> str:
    ms, n = position_key(position)
    return f"{ms}-{n - 1}" if n else f"{max(ms - 1, 0)}-{_LAST_N if ms else 0}"


def _dead(position: str, f: dict[bytes, bytes]) -> DeadEntry:
    return DeadEntry(
        at=time_of(position),
        position=f[b"p"].decode(),
        type_name=f[b"t"].decode(errors="replace"),
        body=f[b"b"],
        reason=f[b"r"].decode(errors="replace"),
        group=f[b"g"].decode(),
        consumer=f[b"c"].decode(),
    )
