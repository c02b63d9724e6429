"""调度: several dispatchers over one real stream decide each command once, and of two officers exactly one wins."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from redis import Redis

from cockpit.domain.commands import MoveEvent
from cockpit.domain.facts import CommandRefused, Fact, StageEntered
from cockpit.domain.level import Level
from cockpit.domain.moves import MoveName
from cockpit.domain.stage import Stage
from cockpit.services.dispatcher import Dispatcher
from cockpit.services.projector import Projector
from cockpit.stream.commands import RedisCommandLog
from cockpit.stream.connection import connect
from cockpit.stream.facts import RedisFactLog
from cockpit.stream.keys import Keys
from cockpit.stream.positions import RedisPositionLane
from tests.services.test_projector import CITY, RULES
from tests.stories import NOON, entered, minutes, reported

EVENTS = 40


class Nothing:
    """No checkpoint and no journal: everything is in the stream."""

    def latest_body(self) -> None:
        return None

    def read_all(self, _after: str) -> Iterator[Any]:
        return iter(())


@contextmanager
def dispatcher(
    url: str, keys: Keys, name: str, *, group: str = "dispatch", before_append: Callable[[], None] = lambda: None
) -> Iterator[Dispatcher]:
    """One dispatcher as its process joins it, with a connection and a fold of its own."""
    client = connect(url)
    facts = _Slow(client, keys, before_append)
    projector = Projector(
        city=CITY, rules=RULES, facts=facts, positions=RedisPositionLane(client, keys), checkpoints=Nothing(),
        journal=Nothing(), clock=lambda: NOON,
    )  # fmt: skip
    projector.start()
    assert projector.wait_ready(20)
    try:
        yield Dispatcher(projector=projector, facts=facts, group=RedisCommandLog(client, keys).group(group, name))
    finally:
        projector.stop()
        client.close()


class _Slow(RedisFactLog):
    """The real log, and a moment between a decision and its entry in which something else may happen."""

    def __init__(self, client: Redis, keys: Keys, before_append: Callable[[], None]) -> None:
        super().__init__(client, keys)
        self._before_append = before_append

    def append_together(self, facts: Sequence[Fact]) -> list[bool]:
        self._before_append()
        return super().append_together(facts)


def assign(number: int, by: str) -> MoveEvent:
    return MoveEvent(
        command_id=f"{by}-{number}", by=by, account=by, scope="330110", at=NOON + minutes(2), move=MoveName.ASSIGN,
        event_id=f"hotline_12345:{number}", officer_level=Level.CITY, unit=f"{by}的单位",
    )  # fmt: skip


def accepted_events(client: Redis, keys: Keys) -> RedisFactLog:
    facts = RedisFactLog(client, keys)
    numbers = range(1, EVENTS + 1)
    facts.append([reported(n) for n in numbers])
    facts.append([entered(n, Stage.ACCEPTED, NOON + minutes(1)) for n in numbers])
    return facts


def outcomes(facts: RedisFactLog) -> tuple[Counter[str], list[CommandRefused]]:
    """How often each event was assigned, and every refusal."""
    told = [entry.fact for entry in facts.read("0", count=10_000, block_ms=0)]
    steps = [f for f in told if isinstance(f, StageEntered) and f.step.stage is Stage.ASSIGNED]
    return Counter(f.event_id for f in steps), [f for f in told if isinstance(f, CommandRefused)]


def test_of_two_officers_who_assign_at_the_same_moment_one_wins(
    redis_client: Redis, keys: Keys, valkey_url: str
) -> None:
    facts = accepted_events(redis_client, keys)
    commands = RedisCommandLog(redis_client, keys)
    with dispatcher(valkey_url, keys, "b") as second:
        interrupted: list[bool] = []

        def meanwhile() -> None:
            """The first dispatcher has decided; before its fact is in the log, the second decides the other's."""
            if not interrupted:
                interrupted.append(True)
                commands.append([assign(1, "王")])
                assert second.step(block_ms=1_000) == 1

        with dispatcher(valkey_url, keys, "a", before_append=meanwhile) as first:
            commands.append([assign(1, "李")])
            assert first.step(block_ms=1_000) == 1
    assigned, refused = outcomes(facts)
    assert assigned == {"hotline_12345:1": 1}
    assert [(r.command_id, r.rule) for r in refused] == [("李-1", "wrong_stage")]


def test_every_command_decided_by_two_dispatchers_at_once_has_one_outcome(
    redis_client: Redis, keys: Keys, valkey_url: str
) -> None:
    """Two groups: each dispatcher gets all commands, as if each had been taken for dead while it still decides."""
    facts = accepted_events(redis_client, keys)
    wanted = [assign(n, by) for n in range(1, EVENTS + 1) for by in ("李", "王")]
    RedisCommandLog(redis_client, keys).append(wanted)
    start = threading.Barrier(2)

    def decide_all(name: str) -> None:
        with dispatcher(valkey_url, keys, name, group=name) as one:
            start.wait(30)
            while one.step(block_ms=0):
                pass

    threads = [threading.Thread(target=decide_all, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assigned, refused = outcomes(facts)
    assert len(assigned) == EVENTS
    assert set(assigned.values()) == {1}
    assert len(refused) == EVENTS
    assert {r.rule for r in refused} == {"wrong_stage"}
    assert len({r.command_id for r in refused}) == EVENTS


def test_dispatchers_that_share_the_work_leave_nothing_out(redis_client: Redis, keys: Keys, valkey_url: str) -> None:
    facts = accepted_events(redis_client, keys)
    RedisCommandLog(redis_client, keys).append([assign(n, by) for n in range(1, EVENTS + 1) for by in ("李", "王")])
    with dispatcher(valkey_url, keys, "a") as one, dispatcher(valkey_url, keys, "b") as other:
        while one.step(block_ms=0) + other.step(block_ms=0):
            pass
    assigned, refused = outcomes(facts)
    assert set(assigned.values()) == {1}
    assert (len(assigned), len(refused)) == (EVENTS, EVENTS)
