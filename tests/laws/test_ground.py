"""人口与服务: the divisions add up to the whole, and nobody's walk to the nearest is another than one search tells."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.scope import Scope
from cockpit.domain.travel import DETOUR, Travel
from tests.grounds import HUNDRED_M, LAT, LON, Layers, ground, street
from tests.laws.test_drill_down import YUHANG
from tests.stories import GRIDS

EAST = st.floats(-20, 70).map(lambda n: LON + n * HUNDRED_M)
NORTH = st.floats(-12, 12).map(lambda n: LAT + n * 100 / 111_195)
HOMES = st.lists(
    st.tuples(
        st.sampled_from([*GRIDS[:3], GRIDS[0][:12], "330110"]), EAST, NORTH, st.integers(1, 9), st.integers(0, 40)
    ),
    max_size=12,
)


@given(HOMES, st.lists(st.tuples(EAST, NORTH), max_size=6), st.sampled_from(["330110", GRIDS[0][:9], GRIDS[0]]))
def test_the_divisions_and_what_lies_in_none_of_them_add_up(homes, places, scope) -> None:  # type: ignore[no-untyped-def]  # as Hypothesis gives them
    about = ground(homes, Layers({"parcel_outlet": places}))
    children = YUHANG.children_of(scope)
    reported = list(range(len(children) + 1))
    found = about.people(Scope(scope), children, reported)
    inside = [home for home in homes if home[0].startswith(scope)]
    assert found.whole.people == sum(line.people for line in found.lines) == sum(home[4] for home in inside)
    assert found.whole.households == sum(home[3] for home in inside)
    assert found.whole.buildings == len(inside)
    assert found.whole.reported == sum(reported)
    everywhere = about.people(Scope(""), [], [0])
    assert everywhere.whole.companies == len(places)
    assert all(line.per_thousand is None for line in found.lines if not line.people)


@given(HOMES, st.lists(st.tuples(EAST, NORTH), max_size=4), st.sampled_from([10, 15, 30]))
def test_who_is_within_a_walk_and_who_is_not_are_everybody(homes, places, minutes) -> None:  # type: ignore[no-untyped-def]  # as Hypothesis gives them
    found = ground(homes, Layers({"school": places})).coverage(
        Scope("330110"), YUHANG.children_of("330110"), "school", minutes
    )
    assert found.whole.people == sum(home[4] for home in homes)
    assert 0 <= found.whole.covered <= found.whole.people
    assert sum(line.people for line in found.lines) <= found.whole.people
    assert sum(line.missed for line in found.communities) <= found.whole.missed
    if not places:
        assert found.whole.covered == 0


@settings(max_examples=60)
@given(
    st.lists(st.tuples(EAST, NORTH), min_size=1, max_size=8), st.lists(st.tuples(EAST, NORTH), min_size=1, max_size=5)
)
def test_the_nearest_of_many_is_the_shortest_of_all_single_ways(homes, places) -> None:  # type: ignore[no-untyped-def]  # as Hypothesis gives them
    roads = street()
    lons, lats = (np.array([home[i] for home in homes]) for i in (0, 1))
    metres, _ = roads.nearest_m(lons, lats, *(np.array([place[i] for place in places]) for i in (0, 1)))
    ways = [roads.reach(lon, lat, lons, lats, Travel.FOOT).road_m for lon, lat in places]
    assert metres == pytest.approx(np.min(ways, axis=0), rel=0.01, abs=5)


def test_a_quarter_of_an_hour_is_walked_along_the_street() -> None:
    """At 1.3 m/s fifteen minutes are 1,170 m: the building eleven crossings on is within, the one at twelve is not."""
    homes = [(GRIDS[0], LON + n * HUNDRED_M, LAT, 1, 10) for n in (0, 11, 12)]
    found = ground(homes).coverage(Scope("330110"), YUHANG.children_of("330110"), "hospital", 15)
    assert (found.whole.covered, found.whole.missed) == (20, 10)
    assert [line.code for line in found.communities] == [GRIDS[0][:12]]
    assert found.by_road == 1.0


def test_without_streets_the_straight_line_with_its_detour_counts_and_is_said() -> None:
    far = LAT + 1_000 / 111_195  # a kilometre from the street
    roads = street()
    metres, by_road = roads.nearest_m(np.array([LON]), np.array([far]), np.array([LON]), np.array([LAT]))
    assert metres[0] == pytest.approx(1_000 * DETOUR, rel=0.01)
    assert not by_road[0]
    assert np.isinf(roads.nearest_m(np.array([LON]), np.array([LAT]), np.zeros(0), np.zeros(0))[0]).all()
