"""一键指挥 over a real stream: who dies between key and orders doubles nothing, and of two officers one runs it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

import pytest
from redis import Redis

from cockpit.domain.facts import CommandRefused
from cockpit.domain.order import OrderRecipient
from cockpit.domain.plan_commands import RunPlan
from cockpit.stream.commands import RedisCommandLog
from cockpit.stream.facts import RedisFactLog
from cockpit.stream.keys import Keys
from tests.plans import recipient, run
from tests.services.test_dispatchers import dispatcher
from tests.stories import reported


def told(facts: RedisFactLog) -> Counter[str]:
    return Counter(type(entry.fact).__name__ for entry in facts.read("0", count=1_000, block_ms=0))


def sent(command_id: str, *numbers: int) -> RunPlan:
    command = run(command_id)
    people: tuple[OrderRecipient, ...] = tuple(recipient(n) for n in numbers)
    return replace(command, forces=(replace(command.forces[0], recipients=people, wanted=len(people)),))


class DiedError(Exception):
    """The process was killed at this very instant."""


def test_a_dispatcher_that_dies_after_the_orders_and_before_it_says_so_orders_nobody_twice(
    redis_client: Redis, keys: Keys, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = RedisFactLog(redis_client, keys)
    facts.append([reported()])
    RedisCommandLog(redis_client, keys).append([sent("r1", 1, 2, 3)])

    def die(_positions: Sequence[str]) -> NoReturn:
        raise DiedError

    with dispatcher(valkey_url, keys, "a") as first:
        monkeypatch.setattr(first._group, "ack", die)
        with pytest.raises(DiedError):
            first.step(block_ms=100)
    with dispatcher(valkey_url, keys, "a") as again:
        assert again.step(block_ms=100) == 1, "what was not acknowledged comes again"
        assert again.step(block_ms=100) == 0
    assert told(facts) == {"EventReported": 1, "PlanRun": 1, "PlanTaken": 1, "ModeChanged": 1, "OrderIssued": 3}


def test_a_key_that_is_pressed_again_after_the_web_process_died_is_the_same_command(
    redis_client: Redis, keys: Keys, valkey_url: str
) -> None:
    facts, commands = RedisFactLog(redis_client, keys), RedisCommandLog(redis_client, keys)
    facts.append([reported()])
    assert commands.append([sent("r1", 1, 2)]) == [True]
    # the answer was lost; the repeat found other people, and is known by its id
    assert commands.append([sent("r1", 3, 4)]) == [False]
    with dispatcher(valkey_url, keys, "a") as only:
        only.step(block_ms=100)
    assert told(facts)["OrderIssued"] == 2


def test_of_two_officers_who_press_at_once_one_runs_the_plan(redis_client: Redis, keys: Keys, valkey_url: str) -> None:
    facts, commands = RedisFactLog(redis_client, keys), RedisCommandLog(redis_client, keys)
    facts.append([reported()])
    with dispatcher(valkey_url, keys, "b") as second:
        interrupted: list[bool] = []

        def meanwhile() -> None:
            """The first dispatcher has decided; before its facts are in the log, the second decides the other's."""
            if not interrupted:
                interrupted.append(True)
                commands.append([sent("r2", 3, 4)])
                assert second.step(block_ms=1_000) == 1

        with dispatcher(valkey_url, keys, "a", before_append=meanwhile) as first:
            commands.append([sent("r1", 1, 2)])
            assert first.step(block_ms=1_000) == 1
    refused = [e.fact for e in facts.read("0", count=1_000, block_ms=0) if isinstance(e.fact, CommandRefused)]
    assert [(fact.command_id, fact.rule) for fact in refused] == [("r1", "plan_is_running")]
    assert told(facts)["PlanRun"] == 1
    assert told(facts)["OrderIssued"] == 2
