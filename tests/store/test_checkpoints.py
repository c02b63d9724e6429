"""Checkpoints: the newest before an instant, many recent ones and few old ones."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from cockpit.store.checkpoints import FACTS_BETWEEN, Checkpoint, Checkpoints

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def checkpoint(hours_ago: float, version: int = 1, seq: int = 2**40) -> Checkpoint:
    at = NOW - timedelta(hours=hours_ago)
    position = f"{int(at.timestamp() * 1000)}-0"
    return Checkpoint(position=position, seq=seq, received_at=at, kind="situation", version=version, body=b"\x00\xff")


@pytest.fixture
def checkpoints(engine: Engine) -> Checkpoints:
    return Checkpoints(engine)


def test_without_checkpoints_there_is_none(checkpoints: Checkpoints) -> None:
    assert checkpoints.find_latest(kind="situation", version=1) is None
    assert checkpoints.find_newest_position() is None


def test_the_latest_before_an_instant_is_found(checkpoints: Checkpoints) -> None:
    for hours_ago in (3, 1, 2):
        checkpoints.save(checkpoint(hours_ago))
    assert checkpoints.find_latest(kind="situation", version=1) == checkpoint(1)
    before = NOW - timedelta(hours=2)
    assert checkpoints.find_latest(kind="situation", version=1, before=before) == checkpoint(2)
    assert checkpoints.find_latest(kind="situation", version=1, before=NOW - timedelta(days=9)) is None
    assert checkpoints.find_newest_position() == checkpoint(1).position


def test_a_program_gets_only_checkpoints_that_it_can_read(checkpoints: Checkpoints) -> None:
    checkpoints.save(checkpoint(2, version=1))
    checkpoints.save(checkpoint(1, version=2))
    assert checkpoints.find_latest(kind="situation", version=1) == checkpoint(2)
    assert checkpoints.find_latest(kind="movers", version=1) is None


def test_of_a_minutely_checkpoint_many_recent_ones_and_few_old_ones_are_kept(checkpoints: Checkpoints) -> None:
    for minutes_ago in range(60 * 8):
        checkpoints.save(checkpoint(minutes_ago / 60))
    assert checkpoints.prune(NOW) == 60 * 8 - checkpoints.count()
    for hours_ago, apart in ((0.2, timedelta(minutes=1)), (5, timedelta(minutes=10)), (7, timedelta(hours=1))):
        instant = NOW - timedelta(hours=hours_ago)
        found = checkpoints.find_latest(kind="situation", version=1, before=instant)
        assert found is not None
        assert instant - found.received_at <= apart, f"{hours_ago} hours ago"
    assert checkpoints.count() <= 16 + 6 * 6 + 3
    assert checkpoints.prune(NOW) == 0


def test_after_a_month_one_checkpoint_a_day_is_kept(checkpoints: Checkpoints) -> None:
    for hours_ago in range(31 * 24 + 1, 34 * 24 + 1):
        checkpoints.save(checkpoint(hours_ago))
    checkpoints.prune(NOW)
    assert checkpoints.count() == 3 + 1, "one of each day, and the newest"


def test_where_much_happened_checkpoints_lie_closer_together(checkpoints: Checkpoints) -> None:
    """A day of 9,000 facts, most of them in one hour: no instant is more than two strides from one that is kept."""
    seqs = [*range(0, 500, 100), *range(500, 8_500, 500), *range(8_500, 9_000, 100)]
    for n, seq in enumerate(seqs):
        checkpoints.save(checkpoint(31 * 24 + 12 - n / 10, seq=seq))
    checkpoints.prune(NOW)
    kept = [
        found.seq
        for n in range(len(seqs))
        if (
            found := checkpoints.find_latest(
                kind="situation", version=1, before=NOW - timedelta(days=31.5, hours=-n / 10)
            )
        )
    ]
    assert sorted(set(kept)) == [0, 2_000, 4_000, 6_000, 8_000, 8_900]
    assert max(seq - before for seq, before in zip(seqs, kept, strict=True)) < 2 * FACTS_BETWEEN


def test_the_newest_checkpoint_stays_however_long_ago_anything_happened(checkpoints: Checkpoints) -> None:
    for minutes_ago in (65, 64, 63):
        checkpoints.save(checkpoint(minutes_ago / 60))
    checkpoints.prune(NOW)
    assert checkpoints.find_latest(kind="situation", version=1) == checkpoint(63 / 60)
