"""坐标 as people type and paste them, and the three places that the same numbers mean in China's three systems."""

import re
from typing import NamedTuple

import numpy as np

from cockpit.services.coordinates import to_wgs84

SYSTEMS = ("wgs84", "gcj02", "bd09")
_NUMBER = r"(\d{1,3}(?:\.\d{1,12})?)"
_ONE = rf"\s*[EN东北]?\s*[经纬]?\s*{_NUMBER}\s*°?\s*[EN]?\s*"
_DEGREES = re.compile(rf"{_ONE}[,，;；/\s]{_ONE}", re.IGNORECASE)
_SEXAGESIMAL = re.compile(r"(\d{1,3})\s*[°度]\s*(\d{1,2})\s*['′’分]\s*(?:(\d{1,2}(?:\.\d{1,6})?)\s*[\"″”秒]?)?")
_MOST_LAT, _MOST_LON, _SIXTY = 90.0, 180.0, 60.0


class Meant(NamedTuple):
    """One place that typed numbers may mean: WGS-84 degrees if they were told in `system`."""

    system: str
    lon: float
    lat: float


def coordinates_in(text: str) -> tuple[float, float] | None:
    """Longitude and latitude as typed; which is which follows from the numbers, longitude first where both could be."""
    pair = _pair_of(text)
    if pair is None:
        return None
    first, second = pair
    if second > _MOST_LAT >= first:
        first, second = second, first
    return (first, second) if first <= _MOST_LON and second <= _MOST_LAT else None


def meant_by(lon: float, lat: float) -> list[Meant]:
    """The same numbers in each of the three systems, in WGS-84."""
    found = []
    for system in SYSTEMS:
        x, y = to_wgs84(system, np.array([lon]), np.array([lat]))
        if np.isfinite([x[0], y[0]]).all():
            found.append(Meant(system, round(float(x[0]), 6), round(float(y[0]), 6)))
    return found


def _pair_of(text: str) -> tuple[float, float] | None:
    if plain := _DEGREES.fullmatch(text):
        return float(plain[1]), float(plain[2])
    told = _SEXAGESIMAL.findall(text)
    if len(told) != 2 or any(float(m) >= _SIXTY or float(s or 0) >= _SIXTY for _, m, s in told):
        return None
    first, second = (float(d) + float(m) / _SIXTY + float(s or 0) / _SIXTY**2 for d, m, s in told)
    return first, second
