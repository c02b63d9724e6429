"""重建: what Redis lost comes back from the journal, in its places, and is counted."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from redis import Redis
from sqlalchemy import Engine

from cockpit.services.archiver import Archiver, Beside
from cockpit.services.rebuild import Rebuilt, is_behind, rebuild
from cockpit.store.checkpoints import Checkpoints
from cockpit.store.fixes import FixArchive
from cockpit.store.journal import Journal, JournalEntry
from cockpit.stream.facts import FactLog, MemoryFactLog, RedisFactLog
from cockpit.stream.keys import Keys
from cockpit.stream.lane import position_key
from cockpit.stream.positions import MemoryPositionLane
from tests.stories import recorder_of
from tests.stream.messages import facts_named

_NAMES = [f"f{i}" for i in range(5_000)]


def archive(engine: Engine, facts: FactLog, *, beside: Sequence[Beside] = ()) -> Journal:
    archiver = Archiver(
        facts=facts, positions=MemoryPositionLane(), journal=Journal(engine), fixes=FixArchive(engine),
        checkpoints=Checkpoints(engine), recorder=recorder_of(engine), consumer="one", beside=beside,
    )  # fmt: skip
    while archiver.step(block_ms=0):
        pass
    return Journal(engine)


def empty(client: Redis, keys: Keys) -> None:
    """As if the data directory had been emptied, for this district alone."""
    client.delete(*client.keys(keys.key("*")))


@pytest.fixture
def facts(redis_client: Redis, keys: Keys) -> FactLog:
    log = RedisFactLog(redis_client, keys)
    log.append(facts_named(*_NAMES))
    return log


def entries_of(facts: FactLog) -> list[tuple[str, str]]:
    return [(e.position, e.fact.fact_id) for e in facts.read("0", count=100_000, block_ms=0) if e.fact]


def test_a_stream_that_lost_nothing_is_left_alone(engine: Engine, facts: FactLog) -> None:
    journal = archive(engine, facts)
    assert rebuild(facts, journal, checkpoint=None) == Rebuilt()
    facts.append(facts_named("not archived yet"))
    facts.trim(facts.tail())
    assert not is_behind(facts, journal)


def test_an_emptied_stream_is_as_it_was(engine: Engine, facts: FactLog, redis_client: Redis, keys: Keys) -> None:
    journal, before = archive(engine, facts), entries_of(facts)
    empty(redis_client, keys)
    assert rebuild(facts, journal, checkpoint=None) == Rebuilt(restored=5_000)
    assert entries_of(facts) == before
    assert rebuild(facts, journal, checkpoint=None) == Rebuilt()
    assert facts.append(facts_named("f0", "f4999", "new")) == [False, False, True]
    assert position_key(facts.tail()) > position_key(before[-1][0])


def test_behind_a_checkpoint_only_ids_come_back(
    engine: Engine, facts: FactLog, redis_client: Redis, keys: Keys
) -> None:
    journal, before = archive(engine, facts), entries_of(facts)
    checkpoint = before[2_999][0]
    empty(redis_client, keys)
    assert rebuild(facts, journal, checkpoint=checkpoint) == Rebuilt(restored=2_000, remembered=3_000)
    assert entries_of(facts) == before[3_000:]
    assert (facts.reaches_back_to("0"), facts.reaches_back_to(checkpoint)) == (False, True)
    assert not any(facts.append(facts_named(*_NAMES)))
    assert not is_behind(facts, journal)


def test_facts_that_came_before_the_rebuild_are_not_lost(
    engine: Engine, facts: FactLog, redis_client: Redis, keys: Keys
) -> None:
    journal, before = archive(engine, facts), entries_of(facts)
    empty(redis_client, keys)
    facts.append(facts_named("early", "f7"))
    assert rebuild(facts, journal, checkpoint=None) == Rebuilt(restored=4_999)
    after = [fact_id for _, fact_id in entries_of(facts)]
    assert after == ["early", "f7", *(fact_id for _, fact_id in before if fact_id != "f7")]


def test_a_lost_end_comes_back_even_if_the_checkpoint_had_it(
    engine: Engine, facts: FactLog, redis_client: Redis, keys: Keys
) -> None:
    journal, before = archive(engine, facts), entries_of(facts)
    empty(redis_client, keys)
    shorter = MemoryFactLog()
    for log in (facts, shorter):
        rebuild(log, _Until(engine, before[3_999][0]), checkpoint=None)
        assert rebuild(log, journal, checkpoint=before[4_499][0]).restored == 1_000
        assert entries_of(log) == before


class _Until(Journal):
    """The journal as it was at a position: what a stream with a lost end still has."""

    def __init__(self, engine: Engine, last: str) -> None:
        super().__init__(engine)
        self._last = position_key(last)

    def read(self, after: str, until_received: datetime | None, count: int) -> list[JournalEntry]:
        page = super().read(after, until_received, count)
        return [e for e in page if position_key(e.position) <= self._last]
