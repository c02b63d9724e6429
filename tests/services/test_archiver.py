"""归档: every fact reaches the journal once, whoever is killed and whatever is poison."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from cockpit.domain.facts import Fact
from cockpit.domain.plausibility import FUTURE
from cockpit.services.archiver import Archiver
from cockpit.services.last_fixes import newest_of
from cockpit.store.checkpoints import Checkpoint, Checkpoints
from cockpit.store.fixes import FixArchive
from cockpit.store.journal import Journal
from cockpit.stream.codec import decode_fact
from cockpit.stream.facts import FactLog, MemoryFactLog, RedisFactLog
from cockpit.stream.fix_batch import EMPTY, FLAG_BITS, FixBatch
from cockpit.stream.keys import Keys
from cockpit.stream.lane import millis_of
from cockpit.stream.positions import MemoryPositionLane, PositionLane, RedisPositionLane
from cockpit.stream.redis_lane import RedisLane
from tests.stories import recorder_of, reported
from tests.stream.messages import batch_of, facts_named, with_column


def wait_until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline, "it does not come to pass"
        time.sleep(0.01)


def archiver_of(engine: Engine, facts: FactLog, positions: PositionLane | None = None, **given: Any) -> Archiver:
    settings: dict[str, Any] = {
        "journal": Journal(engine), "fixes": FixArchive(engine), "checkpoints": Checkpoints(engine), "consumer": "one",
        "recorder": recorder_of(engine),
    }  # fmt: skip
    return Archiver(facts=facts, positions=positions or MemoryPositionLane(), **{**settings, **given})


def kept_in(engine: Engine) -> list[Fact]:
    return [decode_fact(e.type, e.body.encode()) for e in Journal(engine).read("0", None, 100_000)]


def test_facts_are_kept_with_their_place_and_acknowledged(engine: Engine) -> None:
    facts = MemoryFactLog()
    told: list[Fact] = [reported(1), *facts_named("a", "b")]
    facts.append(told)
    archiver = archiver_of(engine, facts)
    assert (archiver.step(block_ms=0), archiver.lag(), archiver.step(block_ms=0)) == (3, 0, 0)
    assert kept_in(engine) == told
    entries = Journal(engine).read("0", None, 9)
    assert [e.code for e in entries] == [reported(1).report.place.code, "", ""]
    assert [e.position for e in entries] == [e.position for e in facts.read("0", count=9, block_ms=0)]


def test_a_fact_committed_but_not_acknowledged_is_kept_once(engine: Engine) -> None:
    facts = MemoryFactLog()
    facts.append(facts_named("a"))
    stolen = facts.group("archive", "dead").read(1, 0)
    assert stolen
    archiver_of(engine, facts, stale_ms=3_600_000).tidy()
    taking = archiver_of(engine, facts, stale_ms=0)
    taking.tidy()
    taking.step(block_ms=0)
    again = MemoryFactLog()
    again.append(facts_named("a", "b"))
    archiver_of(engine, again).step(block_ms=0)
    assert [f.fact_id for f in kept_in(engine)] == ["a", "b"]
    assert again.count_dead() == 0


def test_an_unreadable_fact_is_set_aside_and_the_others_are_kept(
    engine: Engine, redis_client: Redis, keys: Keys
) -> None:
    facts = RedisFactLog(redis_client, keys)
    facts.append(facts_named("a"))
    RedisLane(redis_client, keys.facts).add("EventBecameAtRisk", b'{"fact_id": 7}')
    facts.append(facts_named("b"))
    archiver = archiver_of(engine, facts)
    archiver.step(block_ms=0)
    assert ([f.fact_id for f in kept_in(engine)], archiver.lag()) == (["a", "b"], 0)
    (dead,) = facts.list_dead(9)
    assert dead.body == b'{"fact_id": 7}'
    assert dead.reason.startswith("EventBecameAtRisk")


@pytest.mark.parametrize("poison", ["nul \0 in it", "x" * 5_000])
def test_a_fact_that_the_database_refuses_is_set_aside_alone(engine: Engine, poison: str) -> None:
    facts = MemoryFactLog()
    facts.append(facts_named("a", "b", poison, "c", "d"))
    archiver = archiver_of(engine, facts)
    archiver.step(block_ms=0)
    kept = [f.fact_id for f in kept_in(engine)]
    assert [i for i in kept if i != poison] == ["a", "b", "c", "d"]
    assert len(kept) + facts.count_dead() == 5  # SQLite keeps a NUL
    assert archiver.lag() == 0


def test_fixes_are_kept_whole_and_the_newest_of_each_subject_apart(engine: Engine) -> None:
    positions, archive = MemoryPositionLane(), FixArchive(engine)
    batches = [batch_of("a", "b", at_ms=1_000), batch_of("a", at_ms=3_000, lon=121.0), batch_of("a", at_ms=2_000)]
    for batch in batches:
        positions.append(batch)
    archiver = archiver_of(engine, MemoryFactLog(), positions)
    assert archiver.step(block_ms=0) == 3
    assert [(b.from_ms, b.to_ms, b.n) for b in archive.list_between(0, 9_999)] == [
        (1_000, 1_000, 2), (3_000, 3_000, 1), (2_000, 2_000, 1),
    ]  # fmt: skip
    assert FixBatch.from_rows(archive.read_last()) == FixBatch.from_rows(
        ("ab"[i], "gridworker", lon, 30.0, ms, ms, None, None, None, None, 0)
        for i, lon, ms in ((0, 121.0, 3_000), (1, 120.0, 1_000))
    )


def test_the_newest_fixes_that_a_killed_archiver_did_not_come_to_are_written_by_the_next(engine: Engine) -> None:
    positions, archive, stop = MemoryPositionLane(), FixArchive(engine), Event()
    for batch in (batch_of("a", "b", at_ms=1_000), batch_of("a", at_ms=3_000)):
        positions.append(batch)
    killed = archiver_of(engine, MemoryFactLog(), positions)
    assert killed.step(block_ms=0, with_last=False) == 2
    assert (positions.length(), archive.read_last()) == (2, [])
    following = Thread(target=archiver_of(engine, MemoryFactLog(), positions).run, args=(stop,))
    following.start()
    wait_until(lambda: bool(archive.read_last()))
    stop.set()
    following.join(30)
    assert [(f.subject_id, f.at_ms) for f in archive.read_last()] == [("a", 3_000), ("b", 1_000)]


def test_a_fix_from_the_future_is_not_the_newest_for_ever() -> None:
    future = with_column(batch_of("a", at_ms=9_000), "flags", [FLAG_BITS[FUTURE]])
    twice = with_column(batch_of("a", "b", at_ms=5_000), "subject", [0, 0])
    later = with_column(twice, "at_ms", [7_000, 6_000])
    assert [(f.subject_id, f.at_ms) for f in newest_of([batch_of("a", at_ms=1_000), later, future, EMPTY])] == [
        ("a", 7_000)
    ]


def test_a_damaged_batch_is_set_aside(engine: Engine, redis_client: Redis, keys: Keys) -> None:
    RedisLane(redis_client, keys.positions).add("fixes", b"damaged")
    positions = RedisPositionLane(redis_client, keys)
    positions.append(EMPTY)
    positions.append(batch_of("a\0"))
    archiver = archiver_of(engine, MemoryFactLog(), positions)
    archiver.step(block_ms=0)
    assert positions.list_dead(9)[-1].body == b"damaged"
    assert archiver.lag() == 0


def test_while_the_database_is_away_nothing_is_acknowledged_and_it_is_said_once(engine: Engine) -> None:
    facts, journal = MemoryFactLog(), Journal(engine)
    facts.append(facts_named("a"))
    tried, stop = [0], Event()

    class Away(Journal):
        def record(self, entries: Any, **given: Any) -> int:
            tried[0] += 1
            if tried[0] <= 3:
                raise OperationalError("INSERT", {}, Exception("gone"))
            return super().record(entries, **given)

    archiver = archiver_of(engine, facts, journal=Away(engine))
    with capture_logs() as logs:
        thread = Thread(target=archiver.run, args=(stop,))
        thread.start()
        wait_until(lambda: tried[0] >= 2)
        assert archiver.lag() == 1
        wait_until(lambda: archiver.lag() == 0)
        wait_until(lambda: len(logs) >= 2)
        stop.set()
        thread.join(30)
    assert journal.count() == 1
    assert [line["event"].split()[1] for line in logs] == ["waits:", "goes"]


def test_an_archiver_that_is_asked_to_end_archives_what_is_waiting(engine: Engine) -> None:
    facts, positions, stop = MemoryFactLog(), MemoryPositionLane(), Event()
    facts.append(facts_named(*(str(n) for n in range(2_500))))
    positions.append(batch_of("a"))
    stop.set()
    archiver = archiver_of(engine, facts, positions)
    archiver.run(stop)
    assert (Journal(engine).count(), archiver.lag()) == (2_500, 0)


def test_the_stream_keeps_what_is_young_or_in_no_checkpoint(engine: Engine) -> None:
    facts, checkpoints = MemoryFactLog(), Checkpoints(engine)
    facts.append(facts_named("a", "b", "c"))
    places = [e.position for e in facts.read("0", count=9, block_ms=0)]
    now = datetime.now(UTC)
    late = archiver_of(engine, facts, clock=lambda: now + timedelta(hours=25))
    late.step(block_ms=0)
    late.tidy()
    assert facts.length() == 3  # no checkpoint yet
    checkpoints.save(Checkpoint(position=places[1], seq=2, received_at=now, kind="situation", version=1, body=b""))
    archiver_of(engine, facts, clock=lambda: now).tidy()
    assert facts.length() == 3  # too young
    late.tidy()
    assert [e.position for e in facts.read("0", count=9, block_ms=0)] == places[1:]
    assert facts.reaches_back_to(places[1])


def test_ids_are_forgotten_only_once_the_journal_has_their_facts(engine: Engine) -> None:
    facts, now = MemoryFactLog(), datetime.now(UTC)
    old, young = facts_named("old", at=now - timedelta(days=140)), facts_named("young", at=now - timedelta(days=70))
    told = [replace(fact, received_at=now) for fact in (*old, *young)]
    facts.append(told)
    archiver = archiver_of(engine, facts, clock=lambda: now)
    archiver.tidy()
    assert facts.append(told) == [False, False], "not archived yet"
    archiver.step(block_ms=0)
    archiver.tidy()
    assert facts.append(told) == [True, False]
    archiver.step(block_ms=0)
    assert Journal(engine).count() == 2


def test_old_batches_leave_the_positions_stream_once_archived(engine: Engine) -> None:
    positions = MemoryPositionLane()
    positions.append(batch_of("a"))
    now = datetime.now(UTC)
    archiver = archiver_of(engine, MemoryFactLog(), positions, clock=lambda: now + timedelta(minutes=11))
    archiver.tidy()
    assert positions.length() == 1
    archiver.step(block_ms=0)
    archiver.tidy()
    assert positions.length() == 0
    assert millis_of(now) // 1000 == int(now.timestamp())


@pytest.mark.faults
def test_each_fact_is_in_the_journal_once_after_the_archiver_was_killed(
    engine: Engine, database_url: str, redis_client: Redis, valkey_url: str, keys: Keys
) -> None:
    facts, journal = RedisFactLog(redis_client, keys), Journal(engine)
    names: list[str] = []
    command = [sys.executable, "-m", "tests.services.archive_for_ever", valkey_url, keys.district, database_url]
    for round_number in range(4):
        fresh = [f"{round_number}.{i}" for i in range(3_000)]
        facts.append(facts_named(*fresh))
        already = journal.count()
        process = subprocess.Popen(command)
        try:
            wait_until(lambda already=already: journal.count() > already)  # type: ignore[misc]
        finally:
            process.kill()
            process.wait()
        names += fresh
    last = archiver_of(engine, facts)
    while last.step(block_ms=0):
        pass
    assert (last.lag(), facts.count_dead()) == (0, 0)
    kept = Journal(engine).read("0", None, 100_000)
    assert [e.fact_id for e in kept] == names
