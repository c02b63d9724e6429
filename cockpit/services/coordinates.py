"""坐标: converts what sources and files give (GCJ-02, BD-09, any EPSG code) to WGS-84, whole columns at once.

The GCJ-02 and BD-09 formulas are those of the package `prcoords` (CC0), written for arrays; the tests hold
both to each other within a centimetre.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pyproj import Transformer

Degrees = NDArray[np.float64]

_A = 6_378_245.0
_EE = 0.00669342162296594323
_BD_DLON, _BD_DLAT = 0.0065, 0.0060
_ROUNDS = 5


class UnknownCrsError(ValueError):
    """No such coordinate reference system, or none that leads to degrees."""


def to_wgs84(crs: str, lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """WGS-84 degrees of coordinates in `crs` (wgs84, gcj02, bd09, EPSG:n). Raises UnknownCrsError.

    What a projection cannot place becomes infinite: `are_degrees` finds it.
    """
    name = crs.lower().replace("-", "")
    match name:
        case "wgs84":
            return lon, lat
        case "gcj02":
            return gcj02_to_wgs84(lon, lat)
        case "bd09":
            return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))
    if not name.startswith("epsg:"):
        raise UnknownCrsError(f"{crs} is no known coordinate system")
    x, y = _transformer(int(name[5:])).transform(lon, lat)
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def are_degrees(lon: Degrees, lat: Degrees) -> NDArray[np.bool_]:
    """Which pairs are longitudes and latitudes at all; NaN and infinity are not."""
    return np.asarray((np.abs(lon) <= 180) & (np.abs(lat) <= 90))


@lru_cache(maxsize=64)
def _transformer(code: int) -> "Transformer":
    # loaded with the first report in such coordinates: most cities have none
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        return Transformer.from_crs(code, 4326, always_xy=True)
    except ProjError as error:
        raise UnknownCrsError(f"EPSG:{code} is no known coordinate system") from error


def wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """GCJ-02 of WGS-84 degrees; outside China's bounding box nothing is shifted."""
    x, y = lon - 105, lat - 35
    d_lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    d_lat += (
        2 * _sin(6 * x) + 2 * _sin(2 * x) + 2 * _sin(y) + 4 * _sin(y / 3) + 16 * _sin(y / 12) + 32 * _sin(y / 30)
    ) * (20 / 3)
    d_lon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    d_lon += (
        2 * _sin(6 * x) + 2 * _sin(2 * x) + 2 * _sin(x) + 4 * _sin(x / 3) + 15 * _sin(x / 12) + 30 * _sin(x / 30)
    ) * (20 / 3)
    radians = np.radians(lat)
    magic = 1 - _EE * np.sin(radians) ** 2
    d_lat /= np.radians(_A * (1 - _EE) / magic**1.5)
    d_lon /= np.radians(_A * np.cos(radians) / np.sqrt(magic))
    shifted = (lat >= 0.8293) & (lat <= 55.8271) & (lon >= 72.004) & (lon <= 137.8347)
    return np.where(shifted, lon + d_lon, lon), np.where(shifted, lat + d_lat, lat)


def gcj02_to_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """WGS-84 of GCJ-02 degrees, by going back from where a guess would have been shifted to."""
    with np.errstate(all="ignore"):  # nonsense in stays nonsense; `are_degrees` refuses it
        w_lon, w_lat = lon, lat
        for _ in range(_ROUNDS):
            g_lon, g_lat = wgs84_to_gcj02(w_lon, w_lat)
            w_lon, w_lat = w_lon - (g_lon - lon), w_lat - (g_lat - lat)
        return w_lon, w_lat


def gcj02_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """BD-09 of GCJ-02 degrees."""
    r = np.hypot(lon, lat) + 0.00002 * np.sin(np.radians(lat) * 3000)
    theta = np.arctan2(lat, lon) + 0.000003 * np.cos(np.radians(lon) * 3000)
    return r * np.cos(theta) + _BD_DLON, r * np.sin(theta) + _BD_DLAT


def bd09_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """GCJ-02 of BD-09 degrees, by the same way back."""
    with np.errstate(all="ignore"):
        g_lon, g_lat = lon - _BD_DLON, lat - _BD_DLAT
        for _ in range(_ROUNDS):
            b_lon, b_lat = gcj02_to_bd09(g_lon, g_lat)
            g_lon, g_lat = g_lon - (b_lon - lon), g_lat - (b_lat - lat)
        return g_lon, g_lat


def _sin(half_turns: Degrees) -> Degrees:
    return np.asarray(np.sin(np.pi * half_turns))
