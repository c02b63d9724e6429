"""聚集点: where the reports of a period lie close together (DBSCAN), with an outline, and what lies scattered.

Two reports belong together within the radius; a place counts where at least so many lie in one radius. Where nobody
says how many, the least is taken with which no cluster sprawls and there are few enough to look at: in a busy street
one report next to the other would make half a city one.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

_METRES_A_DEGREE: Final = 111_319.49
#: places nearer than this are one: no device knows its own better, and a city of millions stays small
_CELL_DEG: Final = 1e-4
_LADDER = (5, 8, 12, 20, 30, 50, 80, 120, 200, 400, 800)
#: in radii: what is longer than this is no place any more
_LONGEST = 16.0
#: so many places can still be looked at
_MANY = 60
#: metres of land around the outermost reports
_MARGIN_M = 40.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """One place: its rows, the middle of them, and their outline in degrees."""

    rows: NDArray[np.int64]
    lon: float
    lat: float
    across_m: float
    outline: Any

    @property
    def count(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Clusters:
    """The largest first; clusters, scattered and unplaced rows are all rows."""

    fewest: int
    clusters: list[Cluster]
    scattered: NDArray[np.int64]
    unplaced: NDArray[np.int64]


def clusters_of(
    lon: NDArray[np.float64], lat: NDArray[np.float64], *, radius_m: float, fewest: int | None = None
) -> Clusters:
    """Clusters of reports, WGS-84 degrees, NaN where the place is not known. Row numbers are places in the arrays."""
    placed, unplaced = np.flatnonzero(~(np.isnan(lon) | np.isnan(lat))), np.flatnonzero(np.isnan(lon) | np.isnan(lat))
    if not len(placed):
        return Clusters(fewest or _LADDER[0], [], placed, unplaced)
    degrees = np.column_stack((lon[placed], lat[placed]))
    scale = np.array([math.cos(math.radians(float(degrees[:, 1].mean()))), 1.0]) * _METRES_A_DEGREE
    cells, cell, weights = np.unique(
        np.round(degrees / _CELL_DEG).astype(np.int64), axis=0, return_inverse=True, return_counts=True
    )
    metres = cells * _CELL_DEG * scale
    used, labels = _labels(metres, weights, radius_m, fewest)
    label = labels[cell.reshape(-1)]
    found = []
    for number in range(int(label.max()) + 1):
        mine = label == number
        found.append(_cluster(placed[mine], degrees[mine], scale))
    found.sort(key=lambda one: (-one.count, one.lon, one.lat))
    return Clusters(used, found, placed[label < 0], unplaced)


def _labels(
    metres: NDArray[np.float64], weights: NDArray[np.int64], radius_m: float, fewest: int | None
) -> tuple[int, NDArray[np.int64]]:
    """How many make a place, and the number of each cell's cluster, −1 for none."""
    from sklearn.cluster import DBSCAN  # a second of loading that only this map needs

    used, labels = 0, np.full(len(metres), -1)
    for used in _LADDER if fewest is None else (fewest,):
        labels = DBSCAN(eps=radius_m, min_samples=used).fit_predict(metres, sample_weight=weights)
        if labels.max() < _MANY and not _sprawls(metres, labels, _LONGEST * radius_m):
            break
    return used, np.asarray(labels, dtype=np.int64)


def _sprawls(metres: NDArray[np.float64], labels: NDArray[np.int64], longest_m: float) -> bool:
    sizes = (np.ptp(metres[labels == number], axis=0).max() for number in range(int(labels.max()) + 1))
    return any(size > longest_m for size in sizes)


def _cluster(rows: NDArray[np.int64], degrees: NDArray[np.float64], scale: NDArray[np.float64]) -> Cluster:
    middle = degrees.mean(axis=0)
    hull = shapely.MultiPoint((degrees - middle) * scale).convex_hull
    west, south, east, north = hull.bounds
    outline = shapely.transform(hull.buffer(_MARGIN_M, quad_segs=4), lambda xy: xy / scale + middle)
    return Cluster(rows, float(middle[0]), float(middle[1]), math.hypot(east - west, north - south), outline)
