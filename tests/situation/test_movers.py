"""动态: the newest fix wins, doubtful ones move nothing."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.scope import Scope
from cockpit.situation.movers import Movers, Taken
from cockpit.situation.wire import HEAD_BYTES, Positions, pack, unpack

T0 = 1_800_000_000_000
CITY = Scope("330110")
CODE = 330110005001001


def take(
    movers: Movers,
    *fixes: tuple[str, float, float, int],
    kind: str = "gridworker",
    code: int = CODE,
    received: int = T0,
) -> Taken:
    """Fixes are (subject, lon, lat, seconds after T0)."""
    names = list(dict.fromkeys(f[0] for f in fixes))
    return movers.take(
        names, [kind],
        np.array([names.index(f[0]) for f in fixes], dtype=np.uint32), np.zeros(len(fixes), dtype=np.uint16),
        np.array([f[1] for f in fixes]), np.array([f[2] for f in fixes]),
        np.array([T0 + 1000 * f[3] for f in fixes], dtype=np.int64),
        np.full(len(fixes), max([received, *(T0 + 1000 * f[3] for f in fixes if f[3] < 10_000)]), dtype=np.int64),
        np.full(len(fixes), code, dtype=np.int64),
    )  # fmt: skip


def where(movers: Movers, subject: str) -> tuple[float, float]:
    row = movers.rows[movers.find_row(subject)]
    return float(row["lon"]), float(row["lat"])


def test_an_older_position_never_moves_a_marker_back() -> None:
    movers = Movers()
    take(movers, ("gw-1", 120.0, 30.3, 10))
    taken = take(movers, ("gw-1", 120.0001, 30.3, 5))
    assert (taken.moved, taken.late) == (0, 1)
    assert where(movers, "gw-1") == (120.0, 30.3)


def test_of_several_fixes_in_one_batch_the_newest_is_drawn() -> None:
    movers = Movers()
    take(movers, ("gw-1", 120.0002, 30.3, 2), ("gw-1", 120.0003, 30.3, 3), ("gw-1", 120.0001, 30.3, 1))
    assert where(movers, "gw-1") == (120.0003, 30.3)


def test_a_jump_moves_nothing_until_it_is_confirmed() -> None:
    movers = Movers()
    take(movers, ("gw-1", 120.0, 30.3, 0))
    assert take(movers, ("gw-1", 120.3, 30.3, 5)).jumps == 1
    assert where(movers, "gw-1") == (120.0, 30.3)
    assert take(movers, ("gw-1", 120.3001, 30.3, 10)).moved == 1
    assert where(movers, "gw-1") == (120.3001, 30.3)


def test_a_single_wild_fix_is_forgotten() -> None:
    movers = Movers()
    take(movers, ("gw-1", 120.0, 30.3, 0))
    take(movers, ("gw-1", 120.3, 30.3, 5))
    assert take(movers, ("gw-1", 120.00002, 30.3, 10)).moved == 1
    assert take(movers, ("gw-1", 120.3, 30.3, 15)).jumps == 1


def test_fixes_from_the_future_or_outside_the_city_are_not_drawn() -> None:
    movers = Movers()
    assert take(movers, ("gw-1", 120.0, 30.3, 86_400)).future == 1
    assert take(movers, ("gw-2", 0.0, 0.0, 0), code=0).outside == 1
    assert list(movers.since(0, CITY)) == []


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 50)), min_size=1, max_size=40, unique=True),
    st.integers(1, 7),
)
def test_whatever_the_order_and_the_batches_the_newest_fix_is_shown(fixes: list[tuple[str, int]], size: int) -> None:
    movers = Movers()
    told = [(s, 120.0 + at * 1e-5, 30.3, at) for s, at in fixes]
    for i in range(0, len(told), size):
        take(movers, *told[i : i + size])
    for subject in {s for s, _ in fixes}:
        newest = max(at for s, at in fixes if s == subject)
        assert where(movers, subject) == (120.0 + newest * 1e-5, 30.3)


def test_a_position_takes_ten_bytes_on_the_wire() -> None:
    movers = Movers()
    take(movers, ("a", 120.0, 30.3, 0), ("b", 120.1, 30.4, -7))
    packed = movers.packed(movers.since(0, CITY))
    assert len(packed) == HEAD_BYTES + 2 * 10
    told = unpack(packed)
    assert (told.rows.tolist(), told.age_s.tolist()) == ([0, 1], [0, 7])
    assert (told.lon.tolist(), told.lat.tolist()) == ([120.0, 120.1], [30.3, 30.4])


PLACES = st.lists(
    st.tuples(st.integers(0, 2**24 - 1), st.integers(0, 400), st.floats(-180, 180), st.floats(-90, 90), st.booleans())
)


@given(PLACES)
def test_who_is_told_where_is_told_to_a_step_and_who_has_gone_has_no_place(
    told: list[tuple[int, int, float, float, bool]],
) -> None:
    lon = np.array([np.nan if gone else lon for _, _, lon, _, gone in told], dtype=np.float64)
    lat = np.array([lat for *_, lat, _ in told], dtype=np.float64)
    rows, ages = (np.array([one[i] for one in told], dtype=np.int64) for i in (0, 1))
    back = unpack(pack(Positions(rows, ages, lon, lat)))
    here = ~np.isnan(lon)
    assert back.rows.tolist() == rows.tolist()
    assert back.age_s.tolist() == np.minimum(ages, 255).tolist()
    assert np.array_equal(np.isnan(back.lon), ~here)
    spread = max(np.ptp(lon[here]), np.ptp(lat[here])) if here.any() else 0.0
    step = 1e-6 if spread < 16 else spread / 2**23
    assert np.all(np.abs(back.lon[here] - lon[here]) <= step)
    assert np.all(np.abs(back.lat[here] - lat[here]) <= step)


def test_a_browser_gets_what_moved_since_its_frame_in_its_scope() -> None:
    movers = Movers()
    take(movers, ("a", 120.0, 30.3, 0), ("b", 120.1, 30.4, 0))
    frame = movers.frame
    take(movers, ("b", 120.10001, 30.4, 1))
    assert movers.since(frame, CITY).tolist() == [1]
    assert movers.since(frame, Scope("330110009")).tolist() == []
    assert movers.heard_since(T0, CITY, "gridworker") == 2
    assert movers.heard_since(T0 + 1000, CITY, "gridworker") == 1
