"""疏散 over a real stream: whoever starts or splits at the same moment, no door is ever two people's."""

import threading
from collections import Counter

from redis import Redis

from cockpit.domain.evacuation import Building, Helper, Share
from cockpit.domain.evacuation_commands import ChangeHelpers, SplitDoors, StartEvacuation
from cockpit.domain.evacuation_facts import DoorsSplit, EvacuationStarted, HelpersChanged
from cockpit.domain.facts import CommandRefused, Fact
from cockpit.stream.commands import RedisCommandLog
from cockpit.stream.facts import RedisFactLog
from cockpit.stream.keys import Keys
from tests.evacuations import EVENT, buildings
from tests.services.test_dispatchers import dispatcher
from tests.stories import NOON, reported

ALL = buildings(6, 10)


def start(command_id: str, *which: int) -> StartEvacuation:
    """An officer's ring around some of six buildings."""
    asked: tuple[Building, ...] = tuple(ALL[n] for n in which)
    ids = tuple(h.household_id for building in asked for h in building.households)
    return StartEvacuation(
        command_id=command_id, by=command_id, scope="330110", at=NOON, event_id=EVENT,
        outline=((119.9, 30.2), (120.0, 30.2), (120.0, 30.4)), buildings=asked,
        helpers=(Helper(f"{command_id}-1", "甲"), Helper(f"{command_id}-2", "乙")),
        shares=(Share(f"{command_id}-1", ids[::2]), Share(f"{command_id}-2", ids[1::2])),
    )  # fmt: skip


def told(facts: RedisFactLog) -> list[Fact]:
    return [entry.fact for entry in facts.read("0", count=1_000, block_ms=0) if entry.fact is not None]


def doors(facts: RedisFactLog) -> Counter[str]:
    """How many running evacuations have each door, by building."""
    begun = [fact for fact in told(facts) if isinstance(fact, EvacuationStarted)]
    return Counter(h.household_id for fact in begun for b in fact.buildings for h in b.households)


def test_of_two_officers_who_ring_the_same_block_at_the_same_moment_one_gets_each_door(
    redis_client: Redis, keys: Keys, valkey_url: str
) -> None:
    facts, commands = RedisFactLog(redis_client, keys), RedisCommandLog(redis_client, keys)
    facts.append([reported()])
    with dispatcher(valkey_url, keys, "b") as second:
        interrupted: list[bool] = []

        def meanwhile() -> None:
            """The first dispatcher has decided; before its facts are in the log, the second decides the other's."""
            if not interrupted:
                interrupted.append(True)
                commands.append([start("王", 2, 3, 4)])
                assert second.step(block_ms=1_000) == 1

        with dispatcher(valkey_url, keys, "a", before_append=meanwhile) as first:
            commands.append([start("李", 0, 1, 2)])
            assert first.step(block_ms=1_000) == 1
    begun = {fact.by: fact for fact in told(facts) if isinstance(fact, EvacuationStarted)}
    assert {by: (sum(len(b.households) for b in f.buildings), f.left_out) for by, f in begun.items()} == {
        "王": (30, 0), "李": (20, 10),
    }  # fmt: skip
    assert set(doors(facts).values()) == {1}
    shared = Counter(key for fact in begun.values() for share in fact.shares for key in share.household_ids)
    assert shared == doors(facts)


def test_many_rings_decided_by_two_processes_at_once_share_no_door(
    redis_client: Redis, keys: Keys, valkey_url: str
) -> None:
    """Two groups: each dispatcher gets all commands, as if each had been taken for dead while it still decides."""
    facts = RedisFactLog(redis_client, keys)
    facts.append([reported()])
    wanted = [start(f"{who}{n}", n, (n + 1) % 6) for n in range(6) for who in ("李", "王")]
    RedisCommandLog(redis_client, keys).append(wanted)
    barrier = threading.Barrier(2)

    def decide_all(name: str) -> None:
        with dispatcher(valkey_url, keys, name, group=name) as one:
            barrier.wait(30)
            while one.step(block_ms=0):
                pass

    threads = [threading.Thread(target=decide_all, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert set(doors(facts).values()) == {1}
    assert len(doors(facts)) == 60
    refused = {fact.command_id for fact in told(facts) if isinstance(fact, CommandRefused)}
    begun = {fact.command_id for fact in told(facts) if isinstance(fact, EvacuationStarted)}
    assert refused | begun == {command.command_id for command in wanted}
    assert not refused & begun, "each command has one outcome"


def test_two_officers_who_split_at_the_same_moment_give_each_door_once(
    redis_client: Redis, keys: Keys, valkey_url: str
) -> None:
    facts, commands = RedisFactLog(redis_client, keys), RedisCommandLog(redis_client, keys)
    facts.append([reported()])
    with dispatcher(valkey_url, keys, "b") as second:
        commands.append([start("李", 0, 1)])
        second.step(block_ms=1_000)
        ids = tuple(h.household_id for b in ALL[:2] for h in b.households)[::2]
        interrupted: list[bool] = []

        def split(command_id: str) -> SplitDoors:
            return SplitDoors(
                command_id=command_id, by=command_id, scope="330110", at=NOON, evacuation_id="李", from_ids=("李-1",),
                shares=(Share("李-2", ids),),
            )  # fmt: skip

        def meanwhile() -> None:
            if not interrupted:
                interrupted.append(True)
                commands.append([split("王")])
                assert second.step(block_ms=1_000) == 1

        with dispatcher(valkey_url, keys, "a", before_append=meanwhile) as first:
            commands.append([split("张")])
            assert first.step(block_ms=1_000) == 1
    [only] = [fact for fact in told(facts) if isinstance(fact, DoorsSplit)]
    assert [(m.from_id, m.to_id, len(m.household_ids)) for m in only.moves] == [("李-1", "李-2", 10)]
    [refused] = [fact for fact in told(facts) if isinstance(fact, CommandRefused)]
    assert (refused.command_id, refused.rule) == ("张", "nothing_to_split")


def test_of_two_who_change_the_helpers_at_the_same_moment_at_two_dispatchers_one_is_refused(
    redis_client: Redis, keys: Keys, valkey_url: str
) -> None:
    facts, commands = RedisFactLog(redis_client, keys), RedisCommandLog(redis_client, keys)
    facts.append([reported()])

    def change(by: str, helper_id: str) -> ChangeHelpers:
        ids = tuple(h.household_id for h in ALL[0].households)
        return ChangeHelpers(
            command_id=by, by=by, scope="330110", at=NOON, evacuation_id="e", version=1,
            helpers=(Helper(helper_id, helper_id),), shares=(Share(helper_id, ids),),
        )  # fmt: skip

    with dispatcher(valkey_url, keys, "b") as second:
        commands.append([start("e", 0)])
        assert second.step(block_ms=1_000) == 1
        interrupted: list[bool] = []

        def meanwhile() -> None:
            if not interrupted:
                interrupted.append(True)
                commands.append([change("王", "w9")])
                assert second.step(block_ms=1_000) == 1

        with dispatcher(valkey_url, keys, "a", before_append=meanwhile) as first:
            commands.append([change("李", "w8")])
            assert first.step(block_ms=1_000) == 1
    assert [fact.by for fact in told(facts) if isinstance(fact, HelpersChanged)] == ["王"]
    assert [f.rule for f in told(facts) if isinstance(f, CommandRefused)] == ["evacuation_changed"]
