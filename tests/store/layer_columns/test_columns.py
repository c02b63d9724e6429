"""图层列: single answers that the laws do not spell out."""

from pathlib import Path

import numpy as np
import pytest

from cockpit.store.layer_columns import Sizes, quadrant
from tests.store.layer_columns.plain import LAT, LON, Thing, read_tile, written


def test_the_place_of_a_tile_is_that_of_every_web_map() -> None:
    # OSM's own example for tile numbers, and a corner that can be worked out by hand
    x, y = quadrant.steps_of(np.array([0.0, 120.0]), np.array([0.0, 30.0]))
    assert (int(x[0]) >> 30, int(y[0]) >> 30) == (1, 1)
    assert (int(x[1]) >> 31 - 10, int(y[1]) >> 31 - 10) == (853, 422)
    key = int(quadrant.keys_of(x, y)[1])
    assert quadrant.first_of(10, 853, 422) <= key < quadrant.first_of(10, 853, 422) + (1 << 42)
    assert [int(steps[0]) for steps in quadrant.steps_of_keys(quadrant.keys_of(x, y))] == [int(x[0]), int(y[0])]


@pytest.mark.parametrize(("z", "x", "y"), [(-1, 0, 0), (0, 1, 0), (3, 0, 8), (27, 0, 0), (2, -1, 0)])
def test_a_tile_that_is_none_is_refused(tmp_path: Path, z: int, x: int, y: int) -> None:
    columns = written(tmp_path / "v1", [])
    with pytest.raises(ValueError, match="there is no tile"):
        columns.tile(z, x, y)


def test_many_features_at_one_place_are_one_cell_at_every_scale(tmp_path: Path) -> None:
    heap = [Thing(f"p{n}", "", "井盖" if n % 3 else "路灯", "", "", LON, LAT) for n in range(300)]
    columns = written(tmp_path / "v1", heap, sizes=Sizes(rows_read=50, most_points=20, block_rows=64))
    x, y = quadrant.steps_of(np.array([LON]), np.array([LAT]))
    for z in (0, 5, 12, 18, 26):
        tile = read_tile(columns.tile(z, int(x[0]) >> 31 - z, int(y[0]) >> 31 - z))
        assert (tile.form, tile.wide, [columns.kinds[k] for k in tile.kind]) == (1, [300], ["井盖"])


def test_a_row_that_is_none_is_an_index_error(tmp_path: Path) -> None:
    columns = written(tmp_path / "v1", [Thing("a", "", "k", "", "", LON, LAT)])
    assert columns.at_row(0).id == "a"
    for row in (-1, 1):
        with pytest.raises(IndexError):
            columns.at_row(row)
