"""The commands lane: each command is decided once."""

import pytest
from redis import Redis

from cockpit.domain.commands import SwitchMode
from cockpit.domain.mode import Mode
from cockpit.stream.commands import CommandLog, MemoryCommandLog, RedisCommandLog
from cockpit.stream.keys import Keys
from cockpit.stream.redis_lane import RedisLane
from tests.stream.messages import NOW


@pytest.fixture(params=["memory", "redis", "cluster"])
def commands(request: pytest.FixtureRequest) -> CommandLog:
    if request.param == "memory":
        return MemoryCommandLog()
    return RedisCommandLog(request.getfixturevalue(f"{request.param}_client"), request.getfixturevalue("keys"))


def switch(command_id: str) -> SwitchMode:
    return SwitchMode(command_id=command_id, by="duty", scope="330110", at=NOW, mode=Mode.WARTIME, event_id="x:1")


def test_a_double_click_asks_once(commands: CommandLog) -> None:
    assert commands.append([switch("a")]) == [True]
    assert commands.append([switch("a"), switch("b")]) == [False, True]
    assert commands.length() == 2


def test_a_command_comes_again_until_it_is_decided(commands: CommandLog) -> None:
    commands.append([switch("a")])
    first = commands.group("dispatch", "one").read(5, 0)
    group = commands.group("dispatch", "two")
    assert group.read(5, 0) == []
    assert group.claim_stale(0) == 1
    assert group.read(5, 0) == first
    assert first[0].command == switch("a")
    group.ack([first[0].position])
    assert (group.lag(), commands.trim("9999999999999-0")) == (0, 1)


def test_a_command_that_cannot_be_decided_is_set_aside(commands: CommandLog) -> None:
    commands.append([switch("a")])
    group = commands.group("dispatch", "one")
    group.set_aside(group.read(1, 0)[0], "why")
    assert (commands.count_dead(), commands.list_dead(1)[0].reason, group.read(1, 0)) == (1, "why", [])


def test_a_command_that_cannot_be_read_tells_why(redis_client: Redis, keys: Keys) -> None:
    RedisLane(redis_client, keys.commands).add("SwitchMode", b"{")
    group = RedisCommandLog(redis_client, keys).group("dispatch", "one")
    assert "SwitchMode" in group.read(1, 0)[0].error
    redis_client.xtrim(keys.commands.stream, maxlen=0, approximate=False)
    assert "trimmed" in group.read(1, 0)[0].error
