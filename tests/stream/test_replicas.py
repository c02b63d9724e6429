"""A replica that has what was acknowledged, or has it not: what one server alone has is not said to be kept."""

import pytest
from redis import Redis
from redis.exceptions import TimeoutError as RedisTimeoutError

from cockpit.stream import redis_lane
from cockpit.stream.connection import UNAVAILABLE, connect
from cockpit.stream.facts import RedisFactLog
from cockpit.stream.fix_batch import FixBatch
from cockpit.stream.keys import Keys
from cockpit.stream.lane import millis_of
from cockpit.stream.positions import RedisPositionLane
from tests.redis_sentinel import Replicated
from tests.redis_server import PASSWORD
from tests.stories import NOON, reported


def test_what_is_appended_is_on_the_replica_when_it_is_acknowledged(
    replicated_redis: Replicated, sentinel_client: Redis, keys: Keys
) -> None:
    log = RedisFactLog(sentinel_client, keys, replicas=1)
    lane = RedisPositionLane(sentinel_client, keys, replicas=1)
    primary = replicated_redis.primary()
    replica = next(server for server in replicated_redis.servers if server is not primary)
    with Redis(port=replica.port, password=PASSWORD) as reading:
        for number in range(1, 51):
            assert log.append([reported(number)]) == [True]
            assert reading.xlen(keys.facts.stream) == number
        lane.append(FixBatch.of([], millis_of(NOON)))
        assert reading.xlen(keys.positions.stream) == 1
    assert log.append_together([reported(51), reported(52)]) == [True, True]


def test_what_no_replica_has_is_not_acknowledged_and_neither_is_its_repeat(
    replicated_redis: Replicated, sentinel_client: Redis, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_lane, "_REPLICATED_WITHIN_MS", 50)
    log = RedisFactLog(sentinel_client, keys, replicas=1)
    assert log.append([reported(1)]) == [True]
    primary = replicated_redis.primary()
    replica = next(server for server in replicated_redis.servers if server is not primary)
    replica.kill()
    for client in (sentinel_client, connect(replicated_redis.url)):  # a repeat comes over whatever connection is free
        with pytest.raises(UNAVAILABLE, match="0 of 1 replicas"):
            RedisFactLog(client, keys, replicas=1).append([reported(2)])
    replica.start()
    replicated_redis.until_replicated()
    monkeypatch.setattr(redis_lane, "_REPLICATED_WITHIN_MS", 10_000)
    assert log.append([reported(2)]) == [False]  # it was kept, and is acknowledged now
    assert issubclass(RedisTimeoutError, UNAVAILABLE)


def test_a_client_of_sentinels_goes_on_with_the_replica_that_took_over(
    replicated_redis: Replicated, sentinel_client: Redis, keys: Keys
) -> None:
    log = RedisFactLog(sentinel_client, keys, replicas=1)
    log.append([reported(1), reported(2)])
    killed = replicated_redis.primary()
    killed.kill()
    replicated_redis.until_taken_over(killed)
    killed.start()
    replicated_redis.until_replicated()
    assert log.append([reported(1), reported(3)]) == [False, True]
    found = [entry.fact.fact_id for entry in log.read("0", count=10, block_ms=0) if entry.fact is not None]
    assert found == [reported(n).fact_id for n in (1, 2, 3)]


@pytest.mark.parametrize("url", ["redis+sentinel://localhost:1", "redis+sentinel://localhost/x"])
def test_a_url_of_sentinels_that_lacks_something_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"HOST:PORT|/NAME"):
        connect(url)
