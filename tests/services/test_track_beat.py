"""面积覆盖: all of a grid walked through is seen, a way across it is a strip, and elsewhere is nothing."""

import numpy as np
import pytest

from cockpit.domain.track import Track
from cockpit.domain.track_pieces import cut
from cockpit.services.city import City
from cockpit.services.tracks.beat import Beats

WORKER = "gw-00001"


@pytest.fixture(scope="module")
def city() -> City:
    return City.load("yuhang")


def track(lon: np.ndarray, lat: np.ndarray) -> Track:
    n, silent = len(lon), np.full(len(lon), np.nan)
    return Track(
        at_ms=np.arange(n, dtype=np.int64) * 10_000,
        lon=lon,
        lat=lat,
        accuracy_m=silent,
        speed_mps=silent,
        battery=silent,
    )


def seen(city: City, way: Track) -> float | None:
    beats = Beats(city)
    return beats.seen_share(way, cut(way), beats.beat_of(WORKER))


def lanes(city: City, times: int = 1) -> Track:
    """Up and down through the whole grid, so many times over."""
    west, south, east, north = city.bounds_of(city.roster[WORKER].grid_code)
    rows = [np.linspace(west, east, 40)[:: 1 if i % 2 else -1] for i in range(20)]
    lat = np.repeat(np.linspace(south, north, 20), 40)
    return track(np.tile(np.concatenate(rows), times), np.tile(lat, times))


def test_who_goes_through_all_of_it_has_seen_it(city: City) -> None:
    assert seen(city, lanes(city)) == pytest.approx(1.0, abs=0.02)


def test_going_there_again_and_again_shows_no_more(city: City) -> None:
    assert seen(city, lanes(city, times=10)) == seen(city, lanes(city))


def test_who_stood_still_to_the_centimetre_has_seen_what_is_around_them(city: City) -> None:
    west, south, east, north = city.bounds_of(city.roster[WORKER].grid_code)
    share = seen(city, track(np.full(50, (west + east) / 2), np.full(50, (south + north) / 2)))
    assert share is not None
    assert 0.0 < share < 0.5


def test_who_crosses_it_has_seen_a_strip_and_who_stays_away_nothing(city: City) -> None:
    west, south, east, north = city.bounds_of(city.roster[WORKER].grid_code)
    across = track(np.linspace(west, east, 50), np.full(50, (south + north) / 2))
    share = seen(city, across)
    assert share is not None
    assert 0.05 < share < 0.9
    assert seen(city, track(across.lon + 0.1, across.lat)) == 0.0


def test_who_has_no_beat_has_seen_no_share_of_it(city: City) -> None:
    assert Beats(city).seen_share(lanes(city), cut(lanes(city)), []) is None
