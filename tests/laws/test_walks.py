"""Laws of 巡查: a walk that is told step by step judges as the track of the whole day does, and only what was heard by
then counts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.track import Track, track_of
from cockpit.domain.track_coverage import coverage_of
from cockpit.domain.track_jumps import without_jumps
from cockpit.domain.track_pieces import cut
from cockpit.domain.walk import Walk
from tests.laws.test_tracks import heard, journeys

cells = st.sampled_from([0, 7, 8, 9])


def visited(track: Track, grids: np.ndarray) -> set[int]:
    """As `/tracks` judges a day."""
    believed, jumps = without_jumps(track, "gridworker")
    rows = np.flatnonzero(np.isin(track.at_ms, believed.at_ms))
    names = [f"{n:015d}" if n else "" for n in grids[rows].tolist()]
    pieces = cut(believed, [jump.at_ms for jump in jumps if jump.stays])
    seen = coverage_of(believed, names, pieces, set())
    return {int(visit.code) for visit in seen.visits if visit.code and visit.counts}


@given(journeys, st.data())
def test_a_walk_told_in_any_pieces_visits_what_the_track_of_the_day_visits(journey, data) -> None:
    track = track_of(heard(journey))
    grids = np.array(data.draw(st.lists(cells, min_size=len(track), max_size=len(track))), dtype=np.int64)
    ends = sorted(data.draw(st.lists(st.integers(0, len(track)), max_size=6)))
    walk, begin = Walk("gridworker"), 0
    for end in [*ends, len(track)]:
        walk.take(track.picked(np.arange(begin, end)), grids[begin:end])
        begin = end
        assert set(walk.reached()) == visited(track.picked(np.arange(end)), grids[:end])
    reached = walk.reached()
    assert all(track.at_ms[0] < at <= track.at_ms[-1] for at in reached.values())


@given(st.integers(1, 200), st.integers(2, 40), st.data())
def test_a_device_that_reports_seldom_is_not_silent_for_it(every_s, count, data) -> None:
    extra = data.draw(st.lists(st.integers(0, 500_000), min_size=count, max_size=count))
    at_ms = np.cumsum(np.array([every_s * 1000 + more for more in extra], dtype=np.int64)) + 1_700_000_000_000
    still = {name: np.full(count, 1.0) for name in ("lon", "lat", "accuracy_m", "speed_mps", "battery")}
    track, grids = Track(at_ms=at_ms, **still), np.array([7 + n % 2 for n in range(count)], dtype=np.int64)
    walk = Walk("gridworker")
    for row in range(count):
        walk.take(track.picked(np.array([row])), grids[row : row + 1])
    assert set(walk.reached()) == visited(track, grids)
