"""坐标核对: whether a file's numbers can be what they are said to be, and if not, what they likely are.

Nothing is converted on a guess: a file is refused with the coordinate system that it likely has, and a person says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cockpit.services.coordinates import UnknownCrsError, are_degrees, to_wgs84

Numbers = NDArray[np.float64]
#: west, south, east, north in WGS-84 degrees
Box = tuple[float, float, float, float]

#: places that are looked at before anything is written
SAMPLE = 5_000
#: so many of the places must be degrees and within the city, else the file is not what it is said to be
_MOST_WRONG = 0.5
#: how many coordinate systems are named
_NAMED = 3
#: degrees around the city's box in which a thing may still lie
_MARGIN_DEG = 0.05
#: CGCS2000 in zones of 3° (with the zone's number in x, and without), then of 6°, then web maps
_LIKELY_FIRST = (*range(4513, 4555), *range(4491, 4513), 3857)


class WrongCoordinatesError(ValueError):
    """The file's numbers cannot be used; the text is one line that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a file's things should lie: the city's box and its name; without a box, anywhere on earth."""

    box: Box | None = None
    name: str = ""

    def holds(self, lon: Numbers, lat: Numbers) -> NDArray[np.bool_]:
        """Which places lie in the box, or a few kilometres around it."""
        if self.box is None:
            return np.asarray(are_degrees(lon, lat))
        west, south, east, north = self.box
        m = _MARGIN_DEG
        return np.asarray((lon >= west - m) & (lon <= east + m) & (lat >= south - m) & (lat <= north + m))


def check_sample(x: Numbers, y: Numbers, *, crs: str, ground: Ground, outside: bool) -> None:
    """Look at some of a file's places as they stand in it. WrongCoordinatesError if the file is refused whole.

    `outside`: things out of the city are welcome, so only what is no place on earth is wrong.
    """
    told = np.isfinite(x) & np.isfinite(y)
    x, y = x[told], y[told]
    if not len(x):
        return
    with np.errstate(all="ignore"):
        lon, lat = to_wgs84(crs, x, y)
    earthly = are_degrees(lon, lat)
    if np.mean(~earthly) > _MOST_WRONG:
        if _turned(x, y, crs, ground):
            raise WrongCoordinatesError(_TURNED)
        first = f"x {x[0]:.10g}, y {y[0]:.10g}"
        raise WrongCoordinatesError(f"its numbers are no degrees ({first}): {_advice(x, y, ground)}")
    if ground.box is None or outside or np.mean(~ground.holds(lon, lat)) <= _MOST_WRONG:
        return
    if _turned(x, y, crs, ground):
        raise WrongCoordinatesError(_TURNED)
    away = int(np.sum(~ground.holds(lon, lat)))
    raise WrongCoordinatesError(
        f"{away} of {len(x)} places lie outside {ground.name or 'the city'} "
        f"(the first at {lon[0]:.5f}, {lat[0]:.5f}): {_advice(x, y, ground)}, or --outside if they belong there"
    )


_TURNED = "longitude and latitude stand the wrong way round: say --swap"


def _turned(x: Numbers, y: Numbers, crs: str, ground: Ground) -> bool:
    """Whether the places lie where they should once their two numbers change places."""
    with np.errstate(all="ignore"):
        lon, lat = to_wgs84(crs, y, x)
    return bool(np.mean(ground.holds(lon, lat)) > _MOST_WRONG)


def _advice(x: Numbers, y: Numbers, ground: Ground) -> str:
    found = list(likely_crs(x, y, ground))
    if not found:
        return "no coordinate system of this city fits either; ask the sender which one it is and say it with --crs"
    return f"likely {' or '.join(found)}; say it with --crs"


def likely_crs(x: Numbers, y: Numbers, ground: Ground) -> list[str]:
    """Coordinate systems in which most of these places lie in the city, the likeliest first; at most three."""
    if ground.box is None:
        return []
    middle = np.array([np.median(x)]), np.array([np.median(y)])
    found: list[str] = []
    for turned in (False, True):
        place = middle[::-1] if turned else middle
        for code in _candidates(ground.box):
            try:
                with np.errstate(all="ignore"):
                    lon, lat = to_wgs84(f"EPSG:{code}", *place)
            except UnknownCrsError:
                continue
            if ground.holds(lon, lat)[0]:
                found.append(f"EPSG:{code}{' with --swap' if turned else ''}")
            if len(found) == _NAMED:
                return found
        if found:
            return found
    return found


def _candidates(box: Box) -> Iterator[int]:
    """EPSG codes of plane coordinates that are in use where the city is; those of our field first."""
    from pyproj.aoi import AreaOfInterest
    from pyproj.database import query_crs_info
    from pyproj.enums import PJType

    area = AreaOfInterest(*box)
    here = {
        int(info.code)
        for info in query_crs_info("EPSG", PJType.PROJECTED_CRS, area_of_interest=area, contains=False)
        if info.code.isdigit()
    }
    first = [code for code in _LIKELY_FIRST if code in here or code == 3857]
    yield from first
    yield from sorted(here - set(first))
