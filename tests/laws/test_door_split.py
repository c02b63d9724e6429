"""Laws of the split: every door has one helper, and all are done at about the same time."""

from math import isnan, nan

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.evacuation import Building, Household
from cockpit.services.door_split import DOOR_S, Post, split_doors, walk_straight

_near = st.floats(-0.01, 0.01)


@st.composite
def houses(draw: st.DrawFn) -> list[Building]:
    sizes = draw(st.lists(st.integers(1, 12), min_size=1, max_size=6))
    return [
        Building(
            building_code=str(b), name=str(b), lon=120 + draw(_near), lat=30 + draw(_near),
            households=tuple(Household(f"{b}-{d}", 1, False) for d in range(size)),
        )
        for b, size in enumerate(sizes)
    ]  # fmt: skip


@st.composite
def posts(draw: st.DrawFn) -> list[Post]:
    places = draw(st.lists(st.tuples(_near, _near, st.booleans()), min_size=1, max_size=8))
    return [Post(str(k), 120 + x if known else nan, 30 + y if known else nan) for k, (x, y, known) in enumerate(places)]


@settings(max_examples=60)
@given(houses(), posts())
def test_every_door_has_exactly_one_helper(buildings: list[Building], helpers: list[Post]) -> None:
    shares = split_doors(buildings, helpers)
    assert [share.helper_id for share in shares] == [post.helper_id for post in helpers]
    given_out = [door for share in shares for door in share.household_ids]
    assert sorted(given_out) == sorted(h.household_id for b in buildings for h in b.households)


@settings(max_examples=60)
@given(houses(), posts())
def test_nobody_is_done_more_than_a_door_later_than_somebody_who_could_take_one_over(
    buildings: list[Building], helpers: list[Post]
) -> None:
    shares = split_doors(buildings, helpers)
    places = np.array([(b.lon, b.lat) for b in buildings])
    reach = [600.0 if isnan(p.lon) else float(walk_straight(np.array([(p.lon, p.lat)]), places).min()) for p in helpers]
    ends = [r + DOOR_S * len(s.household_ids) for r, s in zip(reach, shares, strict=True) if s.household_ids]
    soonest = min(r + DOOR_S * len(s.household_ids) for r, s in zip(reach, shares, strict=True))
    assert max(ends) <= soonest + DOOR_S + 1


def test_a_helper_walks_to_the_near_building_first_and_takes_doors_in_a_row() -> None:
    near, far = (
        Building(
            building_code=code, name=code, lon=120 + east, lat=30,
            households=tuple(Household(f"{code}-{d}", 1, False) for d in range(3)),
        )
        for code, east in (("near", 0.001), ("far", 0.005))
    )  # fmt: skip
    (share,) = split_doors([far, near], [Post("w", 120.0, 30.0)])
    assert share.household_ids == ("near-0", "near-1", "near-2", "far-0", "far-1", "far-2")


def test_a_helper_far_away_gets_fewer_doors() -> None:
    block = Building(
        building_code="b", name="b", lon=120, lat=30, households=tuple(Household(str(d), 1, False) for d in range(60))
    )
    near, far = split_doors([block], [Post("near", 120.0, 30.0), Post("far", 120.009, 30.0)])
    assert len(near.household_ids) > len(far.household_ids) > 0
