"""What feeds leave in Redis: messages that could not be looked at, and what ends by itself at a known time."""

import pytest

from cockpit.stream.dead_messages import DeadMessages, MemoryDeadMessages, RedisDeadMessages
from cockpit.stream.expiries import Expiries, MemoryExpiries, RedisExpiries


@pytest.fixture(params=["memory", "redis", "cluster"])
def dead(request: pytest.FixtureRequest) -> DeadMessages:
    if request.param == "memory":
        return MemoryDeadMessages()
    return RedisDeadMessages(request.getfixturevalue(f"{request.param}_client"), request.getfixturevalue("keys"))


@pytest.fixture(params=["memory", "redis", "cluster"])
def expiries(request: pytest.FixtureRequest) -> Expiries:
    if request.param == "memory":
        return MemoryExpiries()
    return RedisExpiries(request.getfixturevalue(f"{request.param}_client"), request.getfixturevalue("keys"))


def test_what_was_set_aside_is_there_with_its_reason_newest_first(dead: DeadMessages) -> None:
    dead.set_aside("fire", topic="a/b", body=b"\xff\x00", reason="why \ud800")
    dead.set_aside("water", topic="", body=b"x" * 100_000, reason="large")
    newest, oldest = dead.list_newest(10)
    assert (dead.count(), newest.feed, len(newest.body)) == (2, "water", 65_536)
    assert (oldest.feed, oldest.topic, oldest.body) == ("fire", "a/b", b"\xff\x00")


def test_what_is_due_stays_until_it_is_forgotten(expiries: Expiries) -> None:
    expiries.keep("b", 2_000, b"second")
    expiries.keep("a", 1_000, b"first")
    expiries.keep("c", 9_000, b"later")
    assert expiries.list_due(999, 10) == []
    assert expiries.list_due(2_000, 10) == [("a", b"first"), ("b", b"second")]
    assert expiries.list_due(2_000, 1) == [("a", b"first")]
    expiries.keep("a", 8_000, b"put off")
    expiries.forget("b", "nobody")
    expiries.forget()
    assert expiries.list_due(8_999, 10) == [("a", b"put off")]
