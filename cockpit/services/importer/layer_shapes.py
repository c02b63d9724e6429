"""几何核对: brings a piece's shapes to WGS-84, repairs what can be repaired, and refuses the rest row by row."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from cockpit.domain.thematic_layer import LayerGeometry
from cockpit.services.coordinates import are_degrees, to_wgs84
from cockpit.services.importer.layer_crs import Ground

Shapes = NDArray[np.object_]
#: corners of one shape; more than this is a file gone wrong, and no map draws it
MOST_CORNERS = 1_000_000
_DIMENSION = {LayerGeometry.POINT: 0, LayerGeometry.LINE: 1, LayerGeometry.AREA: 2}
_WANTED = {
    LayerGeometry.POINT: "a place",
    LayerGeometry.LINE: "a line",
    LayerGeometry.AREA: "an area",
}


@dataclass(slots=True)
class Placed:
    """Rows with their places (WGS-84). `reason` is empty for what is taken."""

    shapes: Shapes
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    reason: NDArray[np.object_]
    repaired: NDArray[np.bool_]


def placed(shapes: Shapes, *, crs: str, geometry: LayerGeometry, ground: Ground, outside: bool) -> Placed:
    """Shapes (None where there is none) as a layer of this geometry takes them; same order and length."""
    n = len(shapes)
    reason = np.full(n, "", dtype=object)
    reason[shapely.is_missing(shapes)] = "has no geometry that can be read"
    reason[(reason == "") & shapely.is_empty(shapes)] = "has an empty geometry"
    reason[(reason == "") & (shapely.get_num_coordinates(shapes) > MOST_CORNERS)] = f"has over {MOST_CORNERS} corners"
    shapes = shapely.force_2d(shapes)
    shapes[reason != ""] = None
    _to_wgs84(shapes, crs, reason)
    repaired = _repair(shapes, geometry, reason)
    _of_form(shapes, geometry, reason)
    shapes[reason != ""] = None
    places = shapely.point_on_surface(shapes)
    lon, lat = np.asarray(shapely.get_x(places)), np.asarray(shapely.get_y(places))
    good = reason == ""
    if not outside:
        away = good & ~ground.holds(np.nan_to_num(lon, nan=999), np.nan_to_num(lat, nan=999))
        reason[away] = [
            f"lies outside {ground.name or 'the city'} ({x:.5f}, {y:.5f})" for x, y in _pairs(lon, lat, away)
        ]
    reason[good & (np.abs(lon) < 1e-6) & (np.abs(lat) < 1e-6)] = "lies at 0, 0: that is no place but a missing one"
    return Placed(shapes, lon, lat, reason, repaired & (reason == ""))


def _to_wgs84(shapes: Shapes, crs: str, reason: NDArray[np.object_]) -> None:
    rows = np.flatnonzero(reason == "")
    if not len(rows):
        return
    places, of = shapely.get_coordinates(shapes[rows], return_index=True)
    with np.errstate(all="ignore"):
        lon, lat = to_wgs84(crs, places[:, 0].copy(), places[:, 1].copy())
    wrong = np.unique(of[~are_degrees(lon, lat)])
    reason[rows[wrong]] = "has places that are none on earth"
    shapes[rows[wrong]] = None
    right = np.ones(len(rows), dtype=bool)
    right[wrong] = False
    if right.any():
        kept = right[of]
        shapes[rows[right]] = shapely.set_coordinates(
            shapes[rows[right]].copy(), np.column_stack([lon[kept], lat[kept]])
        )


def _repair(shapes: Shapes, geometry: LayerGeometry, reason: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Areas that cross themselves are taken apart where they do; what has no area then is refused."""
    broken = (reason == "") & ~shapely.is_valid(shapes)
    for row in np.flatnonzero(broken):
        found = shapely.make_valid(shapes[row])
        wanted = _DIMENSION[geometry] or shapely.get_dimensions(shapes[row])
        parts = shapely.get_parts(shapely.get_parts(found))
        parts = parts[shapely.get_dimensions(parts) == wanted]
        shapes[row] = shapely.union_all(parts) if len(parts) else None
        if not len(parts):
            reason[row] = "crosses itself and nothing of it is left when it is repaired"
    return np.asarray(broken & (reason == ""))


def _of_form(shapes: Shapes, geometry: LayerGeometry, reason: NDArray[np.object_]) -> None:
    """A layer of places takes anything, at its representative place; lines and areas only their own."""
    dimension = shapely.get_dimensions(shapes)
    if geometry is not LayerGeometry.POINT:
        other = (reason == "") & (dimension != _DIMENSION[geometry])
        names = {0: "a point", 1: "a line", 2: "an area"}
        reason[other] = [
            f"is {names.get(int(d), 'a mixture')} and the layer wants {_WANTED[geometry]}" for d in dimension[other]
        ]
    flat = (reason == "") & (dimension == 2) & (shapely.area(shapes) == 0)
    reason[flat] = "has no area"


def _pairs(lon: NDArray[np.float64], lat: NDArray[np.float64], rows: NDArray[np.bool_]) -> "zip[tuple[float, float]]":
    return zip(lon[rows].tolist(), lat[rows].tolist(), strict=True)
