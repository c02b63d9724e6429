"""瓦片坐标: how far a tile layer in GCJ-02 or BD-09 lies from WGS-84 around the city.

China's public map tiles are drawn in obfuscated coordinates, half a kilometre off. The map stays WGS-84; the
tiles are asked for and laid where they belong. Between the corners of a mesh the shift is interpolated: within
a city that is right to well under a metre.
"""

import numpy as np

from cockpit.services.coordinates import to_wgs84

_STEPS = 13
#: degrees around a city in which tiles are laid exactly
_MARGIN = 0.2


def tile_shift(bounds: tuple[float, float, float, float], crs: str) -> dict[str, object] | None:
    """`{"bounds", "steps", "lon": […], "lat": […]}`: degrees to add to a WGS-84 place to find it in the tiles.

    Values lie row by row from the south-west. None for WGS-84, where there is nothing to shift.
    """
    if crs.lower() in ("wgs84", "wgs-84", "epsg:4326", "epsg:3857", "epsg:4490"):
        return None
    west, south, east, north = bounds
    lon, lat = (a.ravel() for a in np.meshgrid(np.linspace(west, east, _STEPS), np.linspace(south, north, _STEPS)))
    there_lon, there_lat = lon.copy(), lat.copy()
    # the inverse of the conversion that the intake uses: walk until converting back gives the place
    for _ in range(6):
        back_lon, back_lat = to_wgs84(crs, there_lon, there_lat)
        there_lon += lon - back_lon
        there_lat += lat - back_lat
    return {
        "bounds": list(bounds),
        "steps": _STEPS,
        "lon": np.round(there_lon - lon, 8).tolist(),
        "lat": np.round(there_lat - lat, 8).tolist(),
    }


def tile_shift_around(bounds: tuple[float, float, float, float], crs: str) -> dict[str, object] | None:
    """`tile_shift` for a city's bounds and what lies around them."""
    west, south, east, north = bounds
    return tile_shift((west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN), crs)
