"""网格叠加: gaps, double ownership and what lies outside, with their sizes."""

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from cockpit.services.grid_overlay import PatchKind, overlay

#: a square of about 1 km at the equator, where a degree of WGS-84 is 111,320 m wide and 110,574 m high
SIDE = 0.009
KM2 = SIDE * 111_319.49 * SIDE * 110_574.28


def square(east: float, north: float, wide: float = 1.0) -> shapely.Polygon:
    return shapely.box(east * SIDE, north * SIDE, (east + wide) * SIDE, (north + 1) * SIDE)


def test_a_grid_that_nobody_took_over_is_a_gap_and_one_that_two_claim_is_double() -> None:
    ours = {"a": square(0, 0), "b": square(1, 0), "c": square(2, 0)}
    theirs = {"one": square(0, 0, 1.5), "two": square(1, 0), "three": square(3, 0)}
    found = overlay(ours, theirs)
    told = [(patch.kind, patch.ids) for patch in found.patches]
    assert sorted(told) == [
        (PatchKind.DOUBLE, ("one", "two")), (PatchKind.GAP, ("c",)), (PatchKind.OUTSIDE, ("three",)),
    ]  # fmt: skip
    assert found.total_m2(PatchKind.DOUBLE) == approx(KM2 / 2, rel=1e-3)
    assert found.total_m2(PatchKind.GAP) == approx(KM2, rel=1e-3)
    assert found.ours_m2 == approx(3 * KM2, rel=1e-3)
    assert found.shared_m2 == approx(2 * KM2, rel=1e-3)
    gap = next(patch for patch in found.patches if patch.kind is PatchKind.GAP)
    assert gap.shape.symmetric_difference(ours["c"]).area < 1e-12


def test_a_system_over_itself_has_no_gap_and_no_second_owner() -> None:
    same = {str(n): square(n % 4, n // 4) for n in range(12)}
    found = overlay(same, same)
    assert (found.patches, found.slivers) == ([], 0)
    assert overlay(same, {}).total_m2(PatchKind.GAP) == approx(12 * KM2, rel=1e-3)
    assert overlay({}, {}).patches == []


def test_what_is_smaller_than_a_room_is_counted_and_not_listed() -> None:
    found = overlay({"a": square(0, 0)}, {"one": square(0, 0, 0.99999)})
    assert (found.patches, found.slivers) == ([], 1)
    assert found.slivers_m2 < 100


def test_an_outline_that_crosses_itself_is_repaired() -> None:
    bow = shapely.Polygon([(0, 0), (SIDE, SIDE), (SIDE, 0), (0, SIDE)])
    assert overlay({"a": square(0, 0)}, {"bow": bow}).total_m2(PatchKind.GAP) == approx(KM2 / 2, rel=1e-3)


_squares = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8)


@settings(max_examples=40)
@given(_squares, _squares)
def test_what_both_have_and_the_gaps_make_up_the_first_system(
    ours: list[tuple[int, int]], theirs: list[tuple[int, int]]
) -> None:
    one = {str(n): square(*at) for n, at in enumerate(ours)}
    other = {str(n): square(*at, 1.5) for n, at in enumerate(theirs)}
    found = overlay(one, other, least_m2=0)
    assert found.shared_m2 + found.total_m2(PatchKind.GAP) == approx(found.ours_m2, abs=1)
    assert found.shared_m2 + found.total_m2(PatchKind.OUTSIDE) == approx(found.theirs_m2, abs=1)
