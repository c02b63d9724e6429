"""象限码: places as squares of the web-mercator plane, halved 31 times, in Morton order: a tile is a run of numbers.

A place has two whole numbers x (eastward) and y (southward), 0 … 2³¹ − 1. Their bits, interleaved, are its key: all
places of tile z/x/y have keys from `first_of(z, x, y)` up to but not including the next tile's.
The projection is that of EPSG:3857; latitudes beyond its edge lie on the edge.
"""

import math

import numpy as np
from numpy.typing import NDArray

#: halvings of the plane; a step is 19 mm at the equator
DEPTH = 31
SIDE = 1 << DEPTH

_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


def steps_of(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """x and y of places in degrees."""
    x = (lon + 180) / 360
    sine = np.sin(np.radians(np.clip(lat, -89.9, 89.9)))
    y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    return _whole(x), _whole(y)


def _whole(share: NDArray[np.float64]) -> NDArray[np.uint32]:
    return np.clip(np.floor(share * SIDE), 0, SIDE - 1).astype(np.uint32)


def lon_of(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees of steps eastward."""
    return np.asarray(x / SIDE * 360 - 180)


def lat_of(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees of steps southward."""
    return np.asarray(np.degrees(np.arctan(np.sinh(math.pi * (1 - 2 * y / SIDE)))))


def keys_of(x: NDArray[np.uint32], y: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """The Morton key of each place: bits of y before bits of x."""
    return np.asarray(_spread(y) << np.uint64(1) | _spread(x))


def _spread(values: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """A zero before each bit."""
    wide = values.astype(np.uint64)
    for shift, mask in _SPREAD:
        wide = (wide | wide << np.uint64(shift)) & np.uint64(mask)
    return wide


def steps_of_keys(keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """x and y of keys."""
    return _gathered(keys), _gathered(keys >> np.uint64(1))


def _gathered(keys: NDArray[np.uint64]) -> NDArray[np.uint32]:
    wide = keys & np.uint64(_SPREAD[-1][1])
    for (shift, _), mask in zip(reversed(_SPREAD), (*(m for _, m in reversed(_SPREAD[:-1])), 0xFFFFFFFF), strict=True):
        wide = (wide | wide >> np.uint64(shift)) & np.uint64(mask)
    return wide.astype(np.uint32)


def first_of(z: int, x: int, y: int) -> int:
    """The least key of tile z/x/y."""
    key = 0
    for bit in range(z):
        key |= (x >> bit & 1) << 2 * bit | (y >> bit & 1) << 2 * bit + 1
    return key << 2 * (DEPTH - z)
