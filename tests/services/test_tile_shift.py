"""瓦片坐标: tiles in GCJ-02 and BD-09 are found where they really are."""

import numpy as np
import pytest
from prcoords import wgs_bd, wgs_gcj

from cockpit.services.tile_shift import tile_shift

BOUNDS = (119.67, 30.16, 120.15, 30.57)


@pytest.mark.parametrize(("crs", "convert"), [("gcj02", wgs_gcj), ("bd09", wgs_bd)])
def test_each_corner_of_the_mesh_is_where_the_reference_conversion_says(crs, convert) -> None:
    mesh = tile_shift(BOUNDS, crs)
    assert mesh is not None
    n = int(mesh["steps"])
    lons, lats = np.linspace(BOUNDS[0], BOUNDS[2], n), np.linspace(BOUNDS[1], BOUNDS[3], n)
    for j in range(n):
        for i in range(n):
            lat, lon = convert((lats[j], lons[i]))[:2]
            assert lons[i] + mesh["lon"][j * n + i] == pytest.approx(lon, abs=2e-7)
            assert lats[j] + mesh["lat"][j * n + i] == pytest.approx(lat, abs=2e-7)


def test_between_the_corners_the_error_is_below_a_metre_and_a_half() -> None:
    mesh = tile_shift(BOUNDS, "gcj02")
    assert mesh is not None
    n = int(mesh["steps"])
    i = j = n // 2
    cell = [mesh["lon"][row * n + col] for row in (j, j + 1) for col in (i, i + 1)]
    lon = (np.linspace(BOUNDS[0], BOUNDS[2], n)[i : i + 2]).mean()
    lat = (np.linspace(BOUNDS[1], BOUNDS[3], n)[j : j + 2]).mean()
    there = wgs_gcj((lat, lon))
    assert abs(lon + np.mean(cell) - there[1]) * 96_000 < 1.5


def test_wgs84_tiles_are_not_shifted() -> None:
    assert tile_shift(BOUNDS, "wgs84") is None
