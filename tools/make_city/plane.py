"""平面 — a local metre plane around the district, its two warps and the density of living in it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from . import places

Floats = npt.NDArray[np.float64]

CENTRE = (119.925, 30.372)
M_PER_LON = 111_320 * float(np.cos(np.radians(CENTRE[1])))
M_PER_LAT = 110_950.0


def to_plane(lonlat: npt.ArrayLike) -> Floats:
    """(n, 2) degrees to metres, x east and y north."""
    at = np.asarray(lonlat, float).reshape(-1, 2)
    return (at - CENTRE) * (M_PER_LON, M_PER_LAT)


def to_lonlat(xy: npt.ArrayLike) -> Floats:
    return np.asarray(xy, float).reshape(-1, 2) / (M_PER_LON, M_PER_LAT) + CENTRE


_TOWNS = np.array([(*to_plane((lon, lat))[0], spread * 10, weight) for lon, lat, spread, weight in places.TOWNS])


def density_of(xy: npt.ArrayLike) -> Floats:
    """How densely people live: about 1.5 in the middle of a new town, 0 in the hills."""
    at = np.asarray(xy, float).reshape(-1, 1, 2)
    far = ((at - _TOWNS[None, :, :2]) ** 2).sum(-1)
    total: Floats = (_TOWNS[:, 3] * np.exp(-far / (2 * _TOWNS[:, 2] ** 2))).sum(-1)
    return total


def warp_bounds(xy: npt.ArrayLike) -> Floats:
    """Bends straight cell edges into the lines that streams, ridges and old lanes would give a boundary."""
    at = np.asarray(xy, float).reshape(-1, 2)
    x, y = at[:, 0], at[:, 1]
    dx = 210 * np.sin(y / 970 + 1.3) + 90 * np.sin(x / 810 + y / 930) + 42 * np.sin(x / 390 - y / 270 + 2)
    dy = 210 * np.sin(x / 1030 + 0.4) + 90 * np.sin(y / 870 - x / 910 + 1) + 42 * np.sin(x / 310 + y / 370)
    dx += 13 * np.sin(x / 130 + y / 170) + 8 * np.sin(y / 71 - x / 160)
    dy += 13 * np.sin(x / 150 - y / 120) + 8 * np.sin(x / 77 + y / 140)
    return np.column_stack([x + dx, y + dy])


def unwarp_bounds(xy: npt.ArrayLike) -> Floats:
    """The inverse of `warp_bounds`, by fixed-point iteration (its strain is below one)."""
    at = np.asarray(xy, float).reshape(-1, 2)
    guess = at.copy()
    for _ in range(40):
        guess = guess + 0.7 * (at - warp_bounds(guess))
    return guess


def warp_roads(xy: npt.ArrayLike) -> Floats:
    """Gentler: city blocks stay blocks, but no road is ruled with a ruler."""
    at = np.asarray(xy, float).reshape(-1, 2)
    x, y = at[:, 0], at[:, 1]
    dx = 760 * np.sin(y / 4100 + 1) + 34 * np.sin(y / 740 + x / 1100) + 190 * np.sin(x / 2600 - y / 1900)
    dy = 820 * np.sin(x / 4500 + 0.15) + 36 * np.sin(x / 810 - y / 1200) + 190 * np.sin(y / 2500 + x / 2100)
    return np.column_stack([x + dx, y + dy])


def unwarp_roads(xy: npt.ArrayLike) -> Floats:
    at = np.asarray(xy, float).reshape(-1, 2)
    guess = at.copy()
    for _ in range(40):
        guess = guess + 0.7 * (at - warp_roads(guess))
    return guess


def smooth(points: npt.ArrayLike, rounds: int = 4) -> Floats:
    """Chaikin: corners of a hand-drawn line become bends; its ends stay."""
    line = np.asarray(points, float)
    for _ in range(rounds):
        a, b = line[:-1], line[1:]
        cut = np.empty((2 * len(a), 2))
        cut[0::2], cut[1::2] = a * 0.75 + b * 0.25, a * 0.25 + b * 0.75
        line = np.vstack([line[:1], cut, line[-1:]])
    return line
