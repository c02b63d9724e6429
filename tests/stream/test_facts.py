"""The facts lane: what `FactLog` promises, whether in Redis or in memory."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from cockpit.stream.connection import UNAVAILABLE, connect
from cockpit.stream.embedded import EmbeddedServer
from cockpit.stream.facts import FactLog, KeptFact, MemoryFactLog, RedisFactLog
from cockpit.stream.keys import Keys
from cockpit.stream.lane import position_key
from cockpit.stream.redis_lane import RedisLane
from tests.stream.messages import NOW, facts_named


@pytest.fixture(params=["memory", "redis", "cluster"])
def facts(request: pytest.FixtureRequest) -> FactLog:
    if request.param == "memory":
        return MemoryFactLog()
    return RedisFactLog(request.getfixturevalue(f"{request.param}_client"), request.getfixturevalue("keys"))


def ids_in(facts: FactLog, after: str = "0") -> list[str]:
    return [e.fact.fact_id if e.fact else e.error for e in facts.read(after, count=10_000, block_ms=0)]


def test_a_fact_is_in_the_log_once_however_often_it_is_appended(facts: FactLog) -> None:
    assert facts.append(facts_named("a", "b", "a")) == [True, True, False]
    assert facts.append(facts_named("b", "c")) == [False, True]
    assert ids_in(facts) == ["a", "b", "c"]


def test_nothing_appended_is_nothing(facts: FactLog) -> None:
    assert facts.append([]) == []
    assert (facts.tail(), facts.length(), facts.reaches_back_to("0")) == ("0-0", 0, True)


def test_a_batch_of_any_size_keeps_its_order(facts: FactLog) -> None:
    names = [f"f{i}" for i in range(1_234)]
    assert all(facts.append(facts_named(*names)))
    assert ids_in(facts) == names
    assert facts.length() == len(names)


@pytest.mark.parametrize("years", [0, -1, -5, -56, 74])
def test_a_source_that_corrects_the_time_of_a_fact_reports_no_second_one(facts: FactLog, years: int) -> None:
    facts.append(facts_named("a"))
    assert facts.append(facts_named("a", at=NOW + timedelta(days=365 * years))) == [False]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), max_size=6))
def test_the_log_is_the_facts_in_the_order_of_their_first_arrival(facts: FactLog, batches: list[list[str]]) -> None:
    start = facts.tail()
    salt = start.replace("-", ".")
    new = [facts.append(facts_named(*(f"{salt}{name}" for name in batch))) for batch in batches]
    expected = list(dict.fromkeys(name for batch in batches for name in batch))
    assert [i.removeprefix(salt) for i in ids_in(facts, start)] == expected
    assert sum(flag for flags in new for flag in flags) == len(expected)


def test_reading_goes_on_behind_a_position(facts: FactLog) -> None:
    facts.append(facts_named("a", "b", "c"))
    first = facts.read("0", count=2, block_ms=0)
    assert ids_in(facts, first[-1].position) == ["c"]
    assert facts.read(facts.tail(), count=5, block_ms=10) == []


def test_a_waiting_reader_gets_the_next_fact(facts: FactLog) -> None:
    got: list[str] = []
    reader = Thread(target=lambda: got.extend(e.position for e in facts.read("0", count=5, block_ms=9_000)))
    reader.start()
    facts.append(facts_named("a"))
    reader.join(10)
    assert got == [facts.tail()]


def test_each_fact_goes_to_one_consumer_of_a_group(facts: FactLog) -> None:
    facts.append(facts_named("a", "b", "c"))
    one, two = facts.group("archive", "one"), facts.group("archive", "two")
    assert [len(one.read(2, 0)), len(two.read(5, 0))] == [2, 1]
    assert facts.group("other", "one").lag() == 3


def test_a_group_tells_how_long_its_oldest_fact_has_been_waiting(facts: FactLog) -> None:
    group = facts.group("archive", "one")
    assert group.waiting_s() == 0
    facts.append(facts_named("a"))
    while not (before := group.waiting_s()):
        pass
    (entry,) = group.read(5, 0)
    facts.append(facts_named("b"))
    assert group.waiting_s() >= before, "a is read and not acknowledged"
    group.ack([entry.position])
    (entry,) = group.read(5, 0)
    group.ack([entry.position])
    assert (group.waiting_s(), facts.group("archive", "another").waiting_s()) == (0, 0)


def test_an_unacknowledged_fact_comes_again_until_it_is_acknowledged(facts: FactLog) -> None:
    facts.append(facts_named("a", "b"))
    first = facts.group("archive", "one").read(1, 0)
    again = facts.group("archive", "one")  # as after a restart
    assert again.read(5, 0) == first
    again.ack([first[0].position])
    assert [e.fact and e.fact.fact_id for e in again.read(5, 0)] == ["b"]
    assert again.lag() == 1


def test_what_a_dead_consumer_left_is_taken_over(facts: FactLog) -> None:
    facts.append(facts_named("a", "b"))
    left = facts.group("archive", "dead").read(5, 0)
    alive = facts.group("archive", "alive")
    assert alive.claim_stale(3_600_000) == 0
    assert alive.read(5, 0) == []
    assert alive.claim_stale(0) == 2
    assert alive.read(5, 0) == left


def test_a_fact_set_aside_is_told_with_its_reason_and_comes_no_more(facts: FactLog) -> None:
    facts.append(facts_named("a", "b"))
    group = facts.group("archive", "one")
    entry = group.read(1, 0)[0]
    group.set_aside(entry, "不可读")
    group.set_aside(entry, "twice, after a lost answer")
    assert [e.fact and e.fact.fact_id for e in group.read(5, 0)] == ["b"]
    (dead,) = facts.list_dead(10)
    assert (dead.position, dead.type_name, dead.body) == (entry.position, entry.type_name, entry.body)
    assert (dead.reason, dead.group, dead.consumer) == ("不可读", "archive", "one")
    assert abs(dead.at - datetime.now(UTC)) < timedelta(minutes=5)
    assert facts.count_dead() == 1


def test_trimming_never_passes_a_lagging_group(facts: FactLog) -> None:
    facts.append(facts_named("a", "b", "c", "d"))
    group = facts.group("archive", "one")
    entries = group.read(2, 0)
    assert facts.trim("9999999999999-0") == 0
    group.ack([entries[0].position])
    assert facts.trim("9999999999999-0") == 1
    assert ids_in(facts) == ["b", "c", "d"]
    group.ack([entries[1].position])
    assert facts.trim(entries[1].position) == 0
    assert facts.trim("9999999999999-0") == 1
    assert facts.append(facts_named("a")) == [False]


def test_a_reader_from_before_what_was_trimmed_has_to_join_again(facts: FactLog) -> None:
    facts.append(facts_named("a", "b", "c"))
    places = [e.position for e in facts.read("0", count=5, block_ms=0)]
    facts.trim(places[2])
    assert [facts.reaches_back_to(p) for p in ("0", *places)] == [False, False, True, True]
    assert not facts.reaches_back_to("9999999999999-0")


def test_restored_facts_lie_where_they_lay_and_new_ones_come_behind(facts: FactLog) -> None:
    kept = [KeptFact(f"{i}-7", "EventBecameAtRisk", b"{}", f"f{i}", NOW, NOW) for i in (1, 2, 3)]
    facts.begin_after("1-7")
    facts.remember(kept[:1])
    assert facts.restore(kept[1:]) == [True, True]
    assert facts.restore(kept) == [False, False, False]
    assert [e.position for e in facts.read("0", count=9, block_ms=0)] == ["2-7", "3-7"]
    assert (facts.reaches_back_to("0"), facts.reaches_back_to("1-7")) == (False, True)
    assert facts.append(facts_named("f1", "f3", "new")) == [False, False, True]
    assert position_key(facts.tail()) > (3, 7)


def test_a_fact_restored_too_late_for_its_place_comes_at_the_end(facts: FactLog) -> None:
    facts.append(facts_named("new"))
    facts.restore([KeptFact("1-0", "EventBecameAtRisk", b"{}", "old", NOW, NOW)])
    assert facts.length() == 2


def test_forgetting_old_months_gives_their_memory_back(facts: FactLog) -> None:
    facts.append(facts_named("old", at=datetime(2026, 1, 5, tzinfo=UTC)) + facts_named("new"))
    assert facts.forget_seen(NOW) == 1
    assert facts.append(facts_named("old", "new")) == [True, False]


def test_a_fact_dated_ahead_is_never_forgotten(facts: FactLog) -> None:
    long_ago = datetime(2024, 1, 5, tzinfo=UTC)
    (fact,) = facts_named("from a clock that was ahead", at=NOW)
    facts.append([replace(fact, received_at=long_ago)])
    assert facts.forget_seen(NOW) == 0
    assert facts.append([fact]) == [False]


def test_an_entry_that_cannot_be_read_tells_why(redis_client: Redis, keys: Keys) -> None:
    RedisLane(redis_client, keys.facts).add("Nonsense", b"\xff")
    (entry,) = RedisFactLog(redis_client, keys).read("0", count=1, block_ms=0)
    assert (entry.fact, entry.body) == (None, b"\xff")
    assert "Nonsense" in entry.error


def test_an_entry_that_is_gone_before_its_group_read_it_again_is_told(redis_client: Redis, keys: Keys) -> None:
    facts = RedisFactLog(redis_client, keys)
    facts.append(facts_named("a"))
    group = facts.group("archive", "one")
    group.read(1, 0)
    redis_client.xtrim(keys.facts.stream, maxlen=0, approximate=False)
    (entry,) = group.read(1, 0)
    assert (entry.fact, "trimmed" in entry.error) == (None, True)


def test_a_group_outlives_the_emptying_of_its_stream(redis_client: Redis, keys: Keys) -> None:
    facts = RedisFactLog(redis_client, keys)
    group = facts.group("archive", "one")
    assert group.read(1, 0) == []
    redis_client.delete(keys.facts.stream)
    assert (group.lag(), group.claim_stale(0)) == (0, 0)
    facts.append(facts_named("a"))
    assert len(group.read(1, 0)) == 1


@pytest.mark.faults
def test_a_full_server_takes_nothing_and_marks_nothing_as_seen(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path)
    with connect(server.start()) as client:
        facts = RedisFactLog(client, Keys("330110"))
        facts.append(facts_named("a"))
        client.config_set("maxmemory", 1)
        with pytest.raises(UNAVAILABLE):
            facts.append(facts_named("a", "b"))
        client.config_set("maxmemory", 0)
        assert facts.append(facts_named("a", "b")) == [False, True]
    server.stop()


def test_all_keys_of_a_district_share_one_slot() -> None:
    keys = Keys("330110")
    names = [keys.feeds, keys.heartbeats, keys.fixes]
    for lane in (keys.facts, keys.commands, keys.positions):
        names += [lane.stream, lane.dead, lane.seen, lane.floor]
    assert all(name.startswith("cockpit:{330110}:") for name in names)
    assert len(set(names)) == len(names)


def test_what_goes_together_is_appended_as_one_or_not_at_all(facts: FactLog) -> None:
    assert facts.append_together(facts_named("a", "b")) == [True, True]
    assert facts.append_together(facts_named("c", "b", "d")) == [True, False, True]
    assert ids_in(facts) == ["a", "b"]
    assert facts.append_together(facts_named("c", "d")) == [True, True]
    assert facts.append_together([]) == []
    names = [f"n{i}" for i in range(1_000)]
    assert all(facts.append_together(facts_named(*names)))
    assert ids_in(facts) == ["a", "b", "c", "d", *names]


def test_trimming_goes_on_when_what_was_pending_is_acknowledged_meanwhile(
    redis_client: Redis, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = RedisFactLog(redis_client, keys)
    facts.append(facts_named("a", "b", "c"))
    group = facts.group("archive", "one")
    entries, told = group.read(2, 0), redis_client.xinfo_groups

    def told_and_acknowledged(stream: str) -> object:
        groups = told(stream)
        group.ack([entry.position for entry in entries])
        return groups

    monkeypatch.setattr(redis_client, "xinfo_groups", told_and_acknowledged)
    assert facts.trim("9999999999999-0") == 2
    assert ids_in(facts) == ["c"]
