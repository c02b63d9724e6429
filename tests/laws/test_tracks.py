"""Laws of a track: nothing is lost or made up by cutting, thinning or hearing it in another order."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.geo import distance_m
from cockpit.domain.plausibility import JUMP, NULL_ISLAND, top_speed_mps
from cockpit.domain.track import Heard, Track, track_of
from cockpit.domain.track_coverage import coverage_of
from cockpit.domain.track_jumps import without_jumps
from cockpit.domain.track_pieces import PieceKind, TrackRules, cut
from cockpit.services.tracks.lines import thinned

RULES = TrackRules()
DEGREE_M = 111_195.0

#: seconds since the fix before, metres east and north, accuracy, whether it is no place
steps = st.tuples(
    st.sampled_from([1, 5, 5, 5, 30, 170, 181, 700, 4000]),
    st.sampled_from([0, 1, 6, 35, 300, 5_000, -6, -300, -5_000]),
    st.sampled_from([0, 1, 6, 35, 300, -6]),
    st.sampled_from([5.0, 250.0, np.nan]),
    st.booleans() | st.just(False),
)
journeys = st.lists(steps, min_size=0, max_size=60)


def heard(journey) -> Heard:
    at, x, y = 1_700_000_000_000, 0.0, 0.0
    rows = []
    for seconds, east, north, accuracy, wrong in journey:
        at, x, y = at + seconds * 1000, x + east, y + north
        rows.append(
            (at, 120.0 + x / DEGREE_M, 30.0 + y / DEGREE_M, accuracy, np.nan, 50.0, NULL_ISLAND if wrong else "")
        )
    columns = list(zip(*rows, strict=True)) or [()] * 7
    at_ms, *numbers = (np.array(c, dtype=t) for c, t in zip(columns[:6], [np.int64] + [np.float64] * 5, strict=True))
    names = ("lon", "lat", "accuracy_m", "speed_mps", "battery")
    return Heard(at_ms=at_ms, **dict(zip(names, numbers, strict=True)), wrong=np.array(columns[6], dtype="U16"))


def picked(some: Heard, rows) -> Heard:
    return Heard(**{name: getattr(some, name)[rows] for name in Heard.__dataclass_fields__})


def same(a: Track, b: Track) -> bool:
    names = ("at_ms", "lon", "lat", "accuracy_m", "battery")
    return a.set_aside == b.set_aside and all(
        np.array_equal(getattr(a, name), getattr(b, name), equal_nan=name != "at_ms") for name in names
    )


def pieces_of(track: Track, jumps) -> list:
    return cut(track, [jump.at_ms for jump in jumps if jump.stays], RULES)


@given(journeys, st.randoms(use_true_random=False))
def test_fixes_in_another_order_and_twice_give_the_same_track(journey, random) -> None:
    some = heard(journey)
    order = list(range(len(some)))
    random.shuffle(order)
    again = [row for row in order if some.wrong[row] == ""]  # what is no place is counted each time it comes
    assert same(track_of(some), track_of(picked(some, np.array(order + again, dtype=np.int64))))


@given(journeys)
def test_the_pieces_follow_each_other_and_their_times_add_up_to_the_whole(journey) -> None:
    track, jumps = without_jumps(track_of(heard(journey)), "gridworker")
    pieces = pieces_of(track, jumps)
    if len(track) < 2:
        assert pieces == []
        return
    rows = [row for piece in pieces for row in range(piece.first, piece.last)] + [pieces[-1].last]
    assert rows == list(range(len(track)))
    assert sum(piece.to_ms - piece.from_ms for piece in pieces) == track.at_ms[-1] - track.at_ms[0]
    assert all(a.to_ms == b.from_ms and a.last == b.first for a, b in pairwise(pieces))


@given(journeys)
def test_every_fix_is_in_the_track_or_counted_with_a_reason(journey) -> None:
    some = heard(journey)
    track, jumps = without_jumps(track_of(some), "gridworker")
    assert len(track) + sum(track.set_aside.values()) == len(some)
    assert track.set_aside.get(JUMP, 0) == sum(not jump.stays for jump in jumps)


@given(journeys)
def test_what_stays_is_no_faster_than_its_kind_except_where_a_jump_is_told(journey) -> None:
    track, jumps = without_jumps(track_of(heard(journey)), "gridworker")
    told = {jump.at_ms for jump in jumps if jump.stays}
    far = distance_m(track.lon[:-1], track.lat[:-1], track.lon[1:], track.lat[1:])
    seconds = np.maximum(np.diff(track.at_ms) / 1000, 1.0)
    too_fast = {int(ms) for ms in track.at_ms[1:][far > top_speed_mps("gridworker") * seconds * (1 + 1e-9)]}
    assert too_fast <= told


@given(journeys)
def test_a_gap_is_silence_and_a_stop_is_a_stay(journey) -> None:
    track, jumps = without_jumps(track_of(heard(journey)), "gridworker")
    for piece in pieces_of(track, jumps):
        if piece.kind is PieceKind.GAP:
            assert piece.last == piece.first + 1
            assert piece.lasts_s > RULES.gap_after_s
        if piece.kind is PieceKind.STOP:
            assert piece.lasts_s >= RULES.stop_after_s


@given(journeys, st.data())
def test_what_is_known_of_the_time_is_shared_out_among_the_grids(journey, data) -> None:
    track, jumps = without_jumps(track_of(heard(journey)), "gridworker")
    pieces = pieces_of(track, jumps)
    codes = data.draw(st.lists(st.sampled_from(["", "a", "b"]), min_size=len(track), max_size=len(track)))
    covered = coverage_of(track, codes, pieces, {"a", "c"})
    known = sum(p.lasts_s for p in pieces if p.kind in (PieceKind.MOVE, PieceKind.STOP))
    assert abs(covered.heard_s - known) < 1e-6
    assert covered.share in (0.0, 0.5)
    assert covered.on_beat_s <= covered.heard_s + 1e-9


@given(journeys, st.sampled_from([0.0, 2.0, 20.0]))
def test_a_thinned_track_keeps_the_ends_of_every_piece_and_the_line(journey, tolerance_m) -> None:
    track, jumps = without_jumps(track_of(heard(journey)), "gridworker")
    pieces = pieces_of(track, jumps)
    rows = thinned(track, pieces, tolerance_m)
    assert set(rows.tolist()) >= {row for piece in pieces for row in (piece.first, piece.last)}
    assert np.all(np.diff(rows) > 0)
    squeeze = np.cos(np.radians(30.0))
    x, y = track.lon * DEGREE_M * squeeze, track.lat * DEGREE_M
    for a, b in pairwise(rows.tolist()):
        for row in range(a + 1, b):
            assert _far(x[row] - x[a], y[row] - y[a], x[b] - x[a], y[b] - y[a]) <= tolerance_m + 0.1


def _far(px: float, py: float, dx: float, dy: float) -> float:
    """Metres from a point to a stretch that begins at 0/0."""
    long = dx * dx + dy * dy
    along = 0.0 if long == 0 else min(1.0, max(0.0, (px * dx + py * dy) / long))
    return float(np.hypot(px - along * dx, py - along * dy))
