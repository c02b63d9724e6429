"""The archive of fixes: all batches, and the newest fix of each subject."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from cockpit.store.fixes import FixArchive, LastFix, StoredBatch
from cockpit.store.schema.journal import last_fixes


def fix(subject_id: str, at_ms: int, lon: float = 120.0) -> LastFix:
    return LastFix(subject_id, "gridworker", lon, 30.123456789012, at_ms, at_ms + 5, 3.5, None, None, 0.25, 4)


def batch(number: int, from_ms: int = 0, to_ms: int = 0) -> StoredBatch:
    return StoredBatch(f"{number}-0", from_ms, to_ms, 3, b"packed" * number)


@pytest.fixture
def archive(engine: Engine) -> FixArchive:
    return FixArchive(engine)


def test_a_batch_recorded_twice_is_kept_once(archive: FixArchive) -> None:
    assert archive.record([batch(1), batch(2)], []) == 2
    assert archive.record([batch(2), batch(3)], []) == 1
    assert list(archive.list_between(0, 0)) == [batch(1), batch(2), batch(3)]


def test_batches_are_found_by_the_time_of_their_fixes(archive: FixArchive) -> None:
    batches = [batch(1, 100, 200), batch(2, 150, 300), batch(3, 301, 400)]
    archive.record(batches, [])
    assert list(archive.list_between(201, 300)) == [batches[1]]
    assert list(archive.list_between(200, 301)) == batches
    assert list(archive.list_between(401, 900)) == []


def test_retention_drops_old_batches_and_keeps_the_last_fixes(archive: FixArchive) -> None:
    archive.record([batch(1, 100, 200), batch(2, 150, 300)], [fix("a", 200)])
    assert archive.delete_before(300) == 1
    assert list(archive.list_between(0, 999)) == [batch(2, 150, 300)]
    assert archive.read_last() == [fix("a", 200)]


def test_an_older_fix_never_replaces_a_newer_one(archive: FixArchive) -> None:
    archive.record([], [fix("a", 200), fix("b", 100)])
    archive.record([], [fix("a", 150), fix("b", 300)])
    archive.record([], [fix("b", 300, lon=1.0)])
    assert archive.read_last() == [fix("a", 200), fix("b", 300)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2**40)), max_size=6), max_size=4))
def test_the_newest_fix_wins_in_whatever_order_they_come(engine: Engine, groups: list[list[tuple[str, int]]]) -> None:
    with engine.begin() as connection:
        connection.execute(delete(last_fixes))
    archive, newest = FixArchive(engine), dict[str, int]()
    for group in groups:
        archive.record([], [fix(subject, at_ms) for subject, at_ms in group])
        for subject, at_ms in group:
            newest[subject] = max(at_ms, newest.get(subject, 0))
    assert {f.subject_id: f.at_ms for f in archive.read_last()} == newest
