"""地点索引: the raster answers as the cells themselves do, wherever somebody is and however often it is asked."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from cockpit.services.city import City
from cockpit.services.place_index import PlaceIndex

#: four cells that meet in a corner, one with a hole in it, and a gap that only the division below them covers
_CELLS = [
    box(0, 0, 1, 1), box(1, 0, 2, 1), box(0, 1, 1, 2),
    Polygon([(1, 1), (2, 1), (2, 1.5), (1, 2)], [[(1.2, 1.2), (1.4, 1.2), (1.4, 1.4), (1.2, 1.4)]]),
]  # fmt: skip
_DIVISION = [box(0, 0, 2, 2)]
#: many of them on borders and corners
PLACES = st.lists(
    st.tuples(*[st.one_of(st.sampled_from([0.0, 1.0, 1.2, 1.5, 2.0]), st.floats(-0.5, 2.5))] * 2), min_size=1
)


@settings(deadline=None)
@given(PLACES)
def test_the_raster_tells_what_the_cells_tell(places: list[tuple[float, float]]) -> None:
    index = PlaceIndex([_CELLS, _DIVISION])
    lon, lat = np.array(places).T
    wanted = index.rows_one_by_one(lon, lat).tolist()
    assert index.rows(lon, lat).tolist() == wanted
    assert index.rows(lon, lat).tolist() == wanted, "also of squares that are known"


def test_a_place_without_a_number_is_nowhere() -> None:
    index = PlaceIndex([_CELLS])
    nowhere = np.array([np.nan, 0.5, np.inf, 1e300, -0.0])
    assert index.rows(nowhere, np.array([0.5, np.nan, 0.5, 0.5, -0.0])).tolist() == [-1, -1, -1, -1, 0]


@pytest.fixture(scope="module")
def yuhang() -> City:
    return City.load("yuhang")


def test_all_over_a_city_the_raster_tells_what_its_grids_tell(yuhang: City) -> None:
    chance = np.random.default_rng(7)
    west, south, east, north = yuhang.bounds
    lon, lat = chance.uniform(west - 0.01, east + 0.01, 20_000), chance.uniform(south - 0.01, north + 0.01, 20_000)
    index = yuhang._index
    assert index is not None
    for _ in range(2):
        assert (index.rows(lon, lat) == index.rows_one_by_one(lon, lat)).all()
