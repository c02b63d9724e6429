"""分钟定位: what is read through minutes is what the batches alone tell, however and whenever they arrived."""

import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from cockpit.domain.fix import Fix
from cockpit.domain.plausibility import NULL_ISLAND
from cockpit.services.city import City
from cockpit.services.fix_minutes import MinuteKeeper, newest_between
from cockpit.services.past_movers import PastMovers
from cockpit.situation.movers import Movers
from cockpit.store.fixes import MINUTE_MS, FixArchive, StoredBatch
from cockpit.stream.fix_batch import FixBatch, newest, pack, unpack
from cockpit.stream.lane import millis_of
from tests.stories import NOON, minutes

CITY = City.empty(tz="Asia/Shanghai")
START = millis_of(NOON)
HEARD_WITHIN_MS = 15 * MINUTE_MS


@pytest.fixture
def archive(engine: Engine) -> FixArchive:
    return FixArchive(engine)


def keep(archive: FixArchive, arrived_ms: int, *fixes: tuple[str, int, float, bool], number: int = 0) -> None:
    """One batch of (who, when in ms from noon, degrees east, whether its place is no place)."""
    told = [
        Fix(subject_id=who, kind="vehicle" if who == "c" else "gridworker", lon=119.9 + east, lat=30.3,
            at=NOON + timedelta(milliseconds=ms), battery=50.0)
        for who, ms, east, _ in fixes
    ]  # fmt: skip
    batch = FixBatch.of(told, arrived_ms, [[NULL_ISLAND] if wrong else [] for *_, wrong in fixes])
    at = batch.at_ms
    archive.record([StoredBatch(f"{arrived_ms}-{number}", int(at.min()), int(at.max()), len(told), pack(batch))], [])


def make(archive: FixArchive) -> int:
    return MinuteKeeper(archive, clock=lambda: NOON + timedelta(days=1)).once()


def shown(movers: Movers) -> dict[str, tuple[str, float, float, int, int]]:
    """Everybody who is drawn: kind, place, and both clocks."""
    rows = movers.rows
    return {
        who: (movers.kinds[rows["kind"][i]], *(rows[name][i].item() for name in ("lon", "lat", "at_ms", "received_ms")))
        for i, who in enumerate(movers.subjects)
        if rows["drawn"][i]
    }


def one_by_one(archive: FixArchive, until_ms: int) -> Movers:
    """What a process shows that had started a minute before and then took each batch as it came."""
    movers, judged_ms = Movers(), until_ms - MINUTE_MS
    told = [
        (int(one.position.split("-")[0]), unpack(one.body))
        for one in archive.list_arrived(until_ms - HEARD_WITHIN_MS, until_ms)
    ]
    for batch in [newest([b for ms, b in told if ms < judged_ms]), *(b for ms, b in told if ms >= judged_ms)]:
        codes = CITY.locate_many(batch.lon, batch.lat)
        movers.take(
            batch.subjects, batch.kinds, batch.subject, batch.kind,
            batch.lon, batch.lat, batch.at_ms, batch.received_ms, codes,
        )  # fmt: skip
    return movers


fixes = st.tuples(
    st.sampled_from("abc"), st.integers(-2, 22).map(lambda m: m * 30_000), st.sampled_from((0.0, 0.001, 0.9)),
    st.booleans(),
)  # fmt: skip
arrivals = st.lists(st.tuples(st.integers(0, 60).map(lambda n: n * 11_000), st.lists(fixes, min_size=1, max_size=4)))


@given(arrivals, st.integers(0, 60), st.integers(0, 75).map(lambda n: n * 13))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_everybody_is_where_the_batches_alone_tell(engine: Engine, told, made_after, until_s) -> None:
    archive = FixArchive(engine)
    archive.delete_before(2**60)
    for n, (arrived, batch) in enumerate(told):
        if n == made_after:
            make(archive)
        keep(archive, START + arrived, *batch, number=n)
    past = PastMovers(city=CITY, archive=archive, heard_within=timedelta(milliseconds=HEARD_WITHIN_MS))
    assert shown(past.at(NOON + timedelta(seconds=until_s))) == shown(one_by_one(archive, START + until_s * 1_000))


def test_minutes_that_are_over_are_made_once_and_the_one_that_runs_is_not(archive: FixArchive) -> None:
    for n in range(5):
        keep(archive, START + n * 30_000, ("a", n, 0.0, False))
    keeper = MinuteKeeper(archive, clock=lambda: NOON + minutes(2) + timedelta(seconds=15))
    assert keeper.once() == 2
    assert keeper.once() == 0
    assert archive.count_minutes(0, 2**60) == {START: 2, START + MINUTE_MS: 2}


def test_whole_minutes_are_read_without_their_batches(archive: FixArchive) -> None:
    for n in range(20):
        keep(archive, START + n * 10_000, ("a", n, 0.0, False))
    make(archive)
    read = []

    class Watched(FixArchive):
        def list_arrived(self, from_ms, until_ms):
            read.append((from_ms - START, until_ms - START))
            return super().list_arrived(from_ms, until_ms)

    found = newest_between(Watched(archive._engine), START - 5, START + 3 * MINUTE_MS + 9)
    assert found.at_ms.tolist() == [START + 18]
    assert read == [(-5, -1), (3 * MINUTE_MS, 3 * MINUTE_MS + 9)]


def test_what_was_brought_late_makes_its_minute_anew(archive: FixArchive) -> None:
    keep(archive, START, ("a", 1, 0.0, False))
    assert make(archive) == 1
    keep(archive, START + 1, ("a", 2, 0.0, False))
    assert newest_between(archive, START, START + MINUTE_MS - 1).at_ms.tolist() == [START + 2]
    assert make(archive) == 1
    assert archive.count_minutes(0, 2**60) == {START: 2}


def test_hours_that_an_older_program_left_are_made_the_newest_first(archive: FixArchive) -> None:
    for hour in range(4):
        keep(archive, START + hour * 60 * MINUTE_MS, ("a", hour, 0.0, False))
    stop = threading.Event()
    stop.set()
    keeper = MinuteKeeper(archive, clock=lambda: NOON + minutes(241))
    assert keeper.once(stop) == 1
    assert list(archive.count_minutes(0, 2**60)) == [START + 180 * MINUTE_MS]
    assert keeper.once() == 3


def test_a_minute_goes_with_its_batches(archive: FixArchive) -> None:
    keep(archive, START, ("a", 0, 0.0, False))
    make(archive)
    archive.delete_before(START + 5 * MINUTE_MS)
    assert archive.count_minutes(0, 2**60) == {}
    assert len(newest_between(archive, START, START + MINUTE_MS)) == 0


def test_a_spoilt_minute_costs_nothing_but_time(archive: FixArchive) -> None:
    keep(archive, START, ("a", 5, 0.0, False))
    make(archive)
    (minute,) = archive.list_minutes(START, START).values()
    archive.keep_minute(minute._replace(body=b"spoilt"))
    assert newest_between(archive, START, START + MINUTE_MS - 1).at_ms.tolist() == [START + 5]
