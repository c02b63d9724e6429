"""一类资源: the things of one kind as columns in the order of their codes, so that a scope is one slice, with a tree.

Places are unit vectors: distances in the tree are chords of the globe, which grow with their arcs, so no projection
makes an answer inexact.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from cockpit.domain.geo import EARTH_RADIUS_M, distance_m
from cockpit.domain.scope import Scope

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: neighbours that the tree is asked for before the slice is looked through as a whole
_MOST_NEIGHBOURS = 1_024
#: a slice this small is looked through at once
_SMALL = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Some of the things: what a filter may look at. Arrays of one length."""

    rows: Ints
    lon: Floats
    lat: Floats
    state: NDArray[np.int8]
    skill_set: NDArray[np.int32]
    unit: Floats

    def __len__(self) -> int:
        return len(self.rows)

    def picked(self, which: Any) -> "Columns":
        """Those of a slice, a mask or places."""
        return Columns(
            self.rows[which], self.lon[which], self.lat[which], self.state[which], self.skill_set[which],
            self.unit[which],
        )  # fmt: skip


Keep = Callable[[Columns], Mask]


class KindRows:
    """All things of one kind. `state` 0 is in service."""

    def __init__(
        self, rows: Ints, number: Ints, lon: Floats, lat: Floats, state: NDArray[np.int8], skill_set: NDArray[np.int32]
    ) -> None:
        order = np.argsort(number, kind="stable")
        self._number = number[order]
        self._all = Columns(rows, lon, lat, state, skill_set, _units(lon, lat)).picked(order)
        self._all_in_service = bool((state == 0).all())
        self._tree = cKDTree(self._all.unit, balanced_tree=False)

    def nearest(self, lon: float, lat: float, scope: Scope, radius_m: float, k: int, keep: Keep) -> tuple[Ints, Floats]:
        """The `k` nearest in a scope within a radius that `keep` lets through: rows and metres, nearest first."""
        part = self._part(scope)
        whole = part.stop - part.start == len(self._all)
        size = part.stop - part.start
        want = min(size, max(2 * k, 16))
        # a tree of everything is no help where a scope holds little of it
        while size > _SMALL and (whole or size > len(self._all) // 8) and 0 < want < min(size, _MOST_NEIGHBOURS):
            chord, place = self._tree.query(_units(lon, lat)[0], k=want, distance_upper_bound=_chord(radius_m))
            places = np.asarray(place)[np.isfinite(chord)]
            seen = self._all.picked(places[(places >= part.start) & (places < part.stop)])
            good = seen.picked(keep(seen))
            if len(good) >= k or len(places) < want:
                return _first(good, lon, lat, radius_m, k)
            want *= 4
        around = self._around(part, lon, lat, radius_m)
        return _first(around.picked(keep(around)), lon, lat, radius_m, k)

    def count(self, lon: float, lat: float, scope: Scope, radius_m: float, keep: Keep | None) -> int:
        """How many in a scope lie within a radius and pass `keep`; None: everything in service."""
        part = self._part(scope)
        if keep is None and self._all_in_service and part == slice(0, len(self._all)):
            # the tree's radius is a hair wider than ours: only who stands on the very edge could make a difference
            return int(self._tree.query_ball_point(_units(lon, lat)[0], _chord(radius_m), return_length=True))
        around = self._around(part, lon, lat, radius_m)
        around = around.picked(around.state == 0 if keep is None else keep(around))
        return int((distance_m(lon, lat, around.lon, around.lat) <= radius_m).sum())

    def _part(self, scope: Scope) -> slice:
        low, high = np.searchsorted(self._number, scope.span).tolist()
        return slice(low, high)

    def _around(self, part: slice, lon: float, lat: float, radius_m: float) -> Columns:
        """Those of a slice within a radius, and perhaps one on its edge."""
        x, y, z = _units(lon, lat)[0].tolist()
        unit = self._all.unit[part]
        square = (unit[:, 0] - x) ** 2 + (unit[:, 1] - y) ** 2 + (unit[:, 2] - z) ** 2
        return self._all.picked(part.start + np.flatnonzero(square <= _chord(radius_m) ** 2))


def first_by_distance(rows: Ints, metres: Floats, radius_m: float, k: int) -> tuple[Ints, Floats]:
    """Of `rows` at these distances the `k` nearest within a radius, nearest first, of equal ones the lower row."""
    inside = np.flatnonzero(metres <= radius_m)
    if len(inside) > k:
        farthest = np.partition(metres[inside], k - 1)[k - 1] if k else -1.0
        inside = inside[metres[inside] <= farthest]
    order = inside[np.lexsort((rows[inside], metres[inside]))][:k]
    return rows[order], metres[order]


def _first(seen: Columns, lon: float, lat: float, radius_m: float, k: int) -> tuple[Ints, Floats]:
    if len(seen) > 4 * k + 64:
        # so many that a rough look pays first: the chord orders as the arc does
        x, y, z = _units(lon, lat)[0].tolist()
        square = (seen.unit[:, 0] - x) ** 2 + (seen.unit[:, 1] - y) ** 2 + (seen.unit[:, 2] - z) ** 2
        farthest = np.partition(square, k - 1)[k - 1] * (1 + 1e-9) + 1e-24
        seen = seen.picked(square <= farthest)
    metres = np.asarray(distance_m(lon, lat, seen.lon, seen.lat), dtype=np.float64)
    return first_by_distance(seen.rows, metres, radius_m, k)


def _units(lon: Any, lat: Any) -> Floats:
    lo, la = np.radians(np.atleast_1d(lon)), np.radians(np.atleast_1d(lat))
    return np.column_stack([np.cos(la) * np.cos(lo), np.cos(la) * np.sin(lo), np.sin(la)])


def _chord(radius_m: float) -> float:
    """A little more than the chord of an arc: what lies at its end counts, and distances are compared again later."""
    return 2.0 * float(np.sin(min(radius_m / EARTH_RADIUS_M, np.pi) / 2)) * (1 + 1e-9) + 1e-12
