"""动态 of the past: an instant shows everybody where they were known to be then, and nobody where they were not."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from cockpit.domain.fix import Fix
from cockpit.services.city import City
from cockpit.services.past_movers import PastMovers
from cockpit.situation.movers import Movers
from cockpit.store.fixes import FixArchive, StoredBatch
from cockpit.stream.fix_batch import FixBatch, pack
from cockpit.stream.lane import millis_of
from tests.stories import NOON, minutes

CITY = City.empty(tz="Asia/Shanghai")
LON, LAT = 119.99, 30.29


@pytest.fixture
def archive(engine: Engine) -> FixArchive:
    return FixArchive(engine)


def keep(archive: FixArchive, arrived: datetime, *fixes: tuple[str, datetime, float]) -> None:
    """One batch that arrived at an instant: (who, when by their own clock, degrees east of the place)."""
    told = [Fix(subject_id=s, kind="gridworker", lon=LON + east, lat=LAT, at=at) for s, at, east in fixes]
    body = pack(FixBatch.of(told, millis_of(arrived)))
    archive.record([StoredBatch(f"{millis_of(arrived)}-0", 0, 0, len(told), body)], [])


def where(archive: FixArchive, at: datetime) -> dict[str, float]:
    """Degrees east of the place, of each who is shown."""
    movers: Movers = PastMovers(city=CITY, archive=archive, heard_within=minutes(15)).at(at)
    return {s: round(float(movers.rows["lon"][i]) - LON, 6) for i, s in enumerate(movers.subjects)}


def test_everybody_is_where_they_were_last_heard_of(archive: FixArchive) -> None:
    for n in range(30):
        at = NOON + timedelta(seconds=30 * n)
        keep(archive, at, ("a", at, n / 10_000))
    keep(archive, NOON + timedelta(seconds=61), ("b", NOON + minutes(1), 0.5))
    assert where(archive, NOON - minutes(1)) == {}
    assert where(archive, NOON + minutes(10)) == {"a": 0.002, "b": 0.5}
    assert where(archive, NOON + minutes(14) + timedelta(seconds=29.9)) == {"a": 0.0028, "b": 0.5}


def test_who_was_silent_for_too_long_is_not_shown(archive: FixArchive) -> None:
    keep(archive, NOON, ("a", NOON, 0.0))
    assert where(archive, NOON + minutes(15)) == {"a": 0.0}
    assert where(archive, NOON + minutes(16)) == {}


def test_what_arrived_late_was_not_known_before_and_moves_nobody_back(archive: FixArchive) -> None:
    keep(archive, NOON, ("a", NOON, 0.001))
    keep(archive, NOON + minutes(5), ("a", NOON - minutes(1), 0.0), ("b", NOON - minutes(1), 0.0))
    assert where(archive, NOON + minutes(1)) == {"a": 0.001}
    assert where(archive, NOON + minutes(5)) == {"a": 0.001, "b": 0.0}
    assert where(archive, NOON + minutes(9)) == {"a": 0.001, "b": 0.0}


def test_a_jump_is_not_believed_before_it_is_confirmed(archive: FixArchive) -> None:
    keep(archive, NOON, ("a", NOON, 0.0))
    keep(archive, NOON + minutes(5), ("a", NOON + minutes(5), 3.0))
    keep(archive, NOON + minutes(6), ("a", NOON + minutes(6), 3.0))
    assert where(archive, NOON + minutes(5)) == {"a": 0.0}
    assert where(archive, NOON + minutes(6)) == {"a": 3.0}


def test_a_damaged_batch_hides_nobody_else(archive: FixArchive) -> None:
    keep(archive, NOON, ("a", NOON, 0.0))
    archive.record([StoredBatch(f"{millis_of(NOON)}-1", 0, 0, 1, b"damaged")], [])
    with capture_logs() as logs:
        assert where(archive, NOON) == {"a": 0.0}
    assert len(logs) == 1


def test_an_instant_is_read_once(archive: FixArchive) -> None:
    keep(archive, NOON, ("a", NOON, 0.0))
    past = PastMovers(city=CITY, archive=archive, heard_within=minutes(15))
    assert past.at(NOON) is past.at(NOON + timedelta(milliseconds=300))
