"""巡查记录: what is kept of walks is what the tracks of each day say, of what had arrived by each instant."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from cockpit.domain.fix import Fix
from cockpit.domain.scope import Scope, number_of
from cockpit.services.city import City
from cockpit.services.roster import Roster
from cockpit.services.tracks.reading import heard_of
from cockpit.services.tracks.sealing import Sealer
from cockpit.services.tracks.tracks import Tracks
from cockpit.services.tracks.walking import Walking
from cockpit.services.tracks.windows import TrackWindows
from cockpit.store.fixes import FixArchive, StoredBatch
from cockpit.store.schema.journal import fix_batches
from cockpit.store.schema.walks import walked_grids, walks_told
from cockpit.store.walked_grids import WalkedGrids
from cockpit.stream.fix_batch import FixBatch, pack
from cockpit.stream.lane import millis_of
from tests.stories import NOON

YUHANG = City.load("yuhang")
KEPT = timedelta(days=7)
MIDNIGHT = NOON.astimezone(UTC).replace(hour=16, minute=0) - timedelta(days=1)  # in Hangzhou
DAY = date(*(MIDNIGHT + timedelta(hours=12)).timetuple()[:3]).toordinal()
#: places that lie in four grids of two neighbourhoods
PLACES = [(119.9900, 30.2900), (119.9965, 30.2900), (119.9900, 30.2960), (120.0030, 30.2960)]
GRIDS = [number_of(YUHANG.locate(*place) or "") for place in PLACES]


@pytest.fixture
def archive(engine: Engine) -> FixArchive:
    return FixArchive(engine)


def stored(arrived: datetime, n: int, *fixes: Fix) -> StoredBatch:
    batch = FixBatch.of(fixes, millis_of(arrived))
    at = batch.at_ms
    return StoredBatch(f"{millis_of(arrived)}-{n}", int(at.min()), int(at.max()), len(fixes), pack(batch))


def keep(archive: FixArchive, arrived: datetime, n: int, *fixes: Fix) -> None:
    archive.record([stored(arrived, n, *fixes)], [])


def fix(who: str, at: datetime, place: int, kind: str = "gridworker") -> Fix:
    lon, lat = PLACES[place]
    return Fix(subject_id=who, kind=kind, lon=lon, lat=lat, at=at, accuracy_m=5.0)


def walking(archive: FixArchive, engine: Engine, now: datetime, windows: TrackWindows | None = None) -> Walking:
    return Walking(
        city=YUHANG, archive=archive, store=WalkedGrids(engine), kept=KEPT, windows=windows, clock=lambda: now
    )


#: from which archive tracks are read, and what had arrived before when
arrived: dict[str, Any] = {}
#: one for all: the ground of the grids is read once
TRACKS = Tracks(
    city=YUHANG, roster=Roster(YUHANG), attendance=dict, kept=KEPT,
    read=lambda who, a, b: heard_of(arrived["archive"], who, a, b, arrived_before_ms=arrived["before"]),
)  # fmt: skip


def by_tracks(archive: FixArchive, who: Iterable[str], since: datetime, until: datetime, known: datetime) -> set[int]:
    """Grids that the page of tracks shows as visited, of what had arrived before `known`."""
    arrived["archive"], arrived["before"] = archive, millis_of(known)
    found: set[int] = set()
    for subject_id in who:
        visits = TRACKS.of(subject_id, since, until, Scope("")).coverage.visits
        found |= {number_of(visit.code) for visit in visits if visit.counts and len(visit.code) == 15}
    return found


def known(engine: Engine, at: datetime, day: int = DAY) -> set[int]:
    return {grid for _, grid, _ in WalkedGrids(engine).known(day, day, millis_of(at))}


def clean(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in (fix_batches, walked_grids, walks_told):
            connection.execute(delete(table))


def test_the_places_lie_in_grids_of_their_own() -> None:
    assert len(set(GRIDS)) == len(PLACES)


#: minutes after eight at which it arrived, minutes before that at which it was measured, who, where
told_fixes = st.lists(
    st.tuples(st.integers(0, 90), st.sampled_from([0, 0, 0, 1, 5, 40]), st.sampled_from("ab"), st.integers(0, 3)),
    max_size=40,
)  # fmt: skip


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told_fixes, st.lists(st.integers(0, 95), max_size=3))
def test_what_is_kept_is_what_the_tracks_say_of_what_had_arrived_however_often_it_was_begun_anew(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, told, stops
) -> None:
    clean(engine)
    archive, windows = FixArchive(engine), TrackWindows(tmp_path_factory.mktemp("windows"))
    eight, now = MIDNIGHT + timedelta(hours=8), MIDNIGHT + timedelta(hours=12)
    keep(archive, eight - timedelta(minutes=1), 0, fix("v", MIDNIGHT, 0, kind="vehicle"))
    rows = sorted((arrived, n, back, who, place) for n, (arrived, back, who, place) in enumerate(told))
    for stop in [*sorted(stops), 100]:
        now_there = [
            stored(eight + timedelta(minutes=arrived), n,
                   fix(who, eight + timedelta(minutes=arrived - back, seconds=n % 50), place))
            for arrived, n, back, who, place in rows if arrived <= stop
        ]  # fmt: skip
        archive.record(now_there, [])
        rows = [row for row in rows if row[0] > stop]
        keep(archive, eight + timedelta(minutes=stop + 3), 99, fix("v", eight, 1, kind="vehicle"))
        Sealer(archive, windows, kept=KEPT, clock=lambda: now).once()
        walking(archive, engine, now, windows).once()
    for minute in range(0, 101, 9):
        instant = eight + timedelta(minutes=minute)
        day = MIDNIGHT, MIDNIGHT + timedelta(days=1, milliseconds=-1)
        assert known(engine, instant) == by_tracks(archive, "ab", *day, instant)


def morning(archive: FixArchive, begin: datetime, who: str = "a", place: int = 0, minutes: int = 10) -> None:
    times = [begin + timedelta(seconds=10 * n) for n in range(minutes * 6)]
    archive.record([stored(at, 0, fix(who, at, place)) for at in times], [])


def test_it_goes_on_after_a_restart_and_an_archiver_that_repeats_itself_changes_nothing(
    archive: FixArchive, engine: Engine
) -> None:
    eight = MIDNIGHT + timedelta(hours=8)
    morning(archive, eight)
    assert walking(archive, engine, eight + timedelta(hours=1)).once() > 0
    first = WalkedGrids(engine).known(DAY, DAY, 2**60)
    assert [grid for _, grid, _ in first] == [GRIDS[0]]
    morning(archive, eight)  # the archive knows them
    morning(archive, eight + timedelta(minutes=20), place=1)
    assert walking(archive, engine, eight + timedelta(hours=1)).once() > 0
    assert first[0] in WalkedGrids(engine).known(DAY, DAY, 2**60)
    assert known(engine, eight + timedelta(hours=1)) == set(GRIDS[:2])
    with engine.connect() as connection:
        assert len(connection.execute(walked_grids.select()).all()) == 2


def test_who_was_there_for_less_than_a_minute_or_is_no_gridworker_visited_nothing(
    archive: FixArchive, engine: Engine
) -> None:
    eight = MIDNIGHT + timedelta(hours=8)
    for n in range(6):
        at = eight + timedelta(seconds=10 * n)
        keep(archive, at, 0, fix("a", at, 0), fix("car", at, 2, kind="vehicle"))
    keep(archive, eight + timedelta(minutes=8), 0, fix("car", eight + timedelta(minutes=8), 2, kind="vehicle"))
    walking(archive, engine, eight + timedelta(hours=1)).once()
    assert known(engine, eight + timedelta(hours=1)) == set()


def test_what_came_after_midnight_of_the_day_before_counts_for_that_day_from_then_on(
    archive: FixArchive, engine: Engine
) -> None:
    noon, midnight = MIDNIGHT + timedelta(hours=12), MIDNIGHT + timedelta(days=1)
    morning(archive, noon)
    walking(archive, engine, noon + timedelta(hours=1)).once()
    late = [fix("a", noon + timedelta(minutes=30, seconds=10 * n), 1) for n in range(12)]
    keep(archive, midnight + timedelta(hours=1), 0, *late)
    keep(archive, midnight + timedelta(hours=1, minutes=5), 0, fix("v", midnight, 0, kind="vehicle"))
    walking(archive, engine, midnight + timedelta(hours=2)).once()
    assert known(engine, midnight) == {GRIDS[0]}
    assert known(engine, midnight + timedelta(hours=2)) == set(GRIDS[:2])


def test_days_of_which_fixes_are_gone_are_not_told_and_names_go_with_the_fixes(
    archive: FixArchive, engine: Engine
) -> None:
    store = WalkedGrids(engine)
    for back in (9, 3, 0):
        morning(archive, MIDNIGHT + timedelta(hours=8) - timedelta(days=back))
    now = MIDNIGHT + timedelta(hours=12)
    walking(archive, engine, now).once()
    told = store.told()
    assert told is not None and told.from_ms == millis_of(MIDNIGHT - timedelta(days=6))
    assert store.known(DAY - 9, DAY - 9, 2**60) == []
    assert [day for day, _, _ in store.known(DAY - 9, DAY, 2**60)] == [DAY - 3, DAY]
    later = now + timedelta(days=5)
    morning(archive, later - timedelta(hours=1))
    walking(archive, engine, later).once()
    with engine.connect() as connection:
        whose = {row.day: row.subject_id for row in connection.execute(walked_grids.select())}
    assert whose == {DAY - 3: "", DAY: "a", DAY + 5: "a"}
    assert store.told() == store.told()._replace(from_ms=told.from_ms)  # type: ignore[union-attr]  # it is told


def test_who_was_away_for_longer_than_fixes_are_kept_begins_anew(archive: FixArchive, engine: Engine) -> None:
    store, eight = WalkedGrids(engine), MIDNIGHT + timedelta(hours=8)
    morning(archive, eight)
    walking(archive, engine, eight + timedelta(hours=1)).once()
    later = eight + timedelta(days=20)
    archive.delete_before(millis_of(later - KEPT))
    morning(archive, later)
    walking(archive, engine, later + timedelta(hours=1)).once()
    told = store.told()
    assert told is not None and told.from_ms == millis_of(later)
    assert known(engine, later + timedelta(hours=1), DAY + 20) == {GRIDS[0]}
    assert np.all([day >= DAY for day, _, _ in store.known(0, DAY + 99, 2**60)])
