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
#: a chord may be wrong by so much (in itself, and of the globe's radius: 6 µm); what is nearer to an edge than that is
#: measured again as an arc
_REL, _ABS = 1e-9, 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Some of the things: what a filter may look at. Arrays of one length."""

    rows: Ints
    lon: Floats
    lat: Floats
    skill_set: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.rows)

    def picked(self, which: Any) -> "Columns":
        """Those of a slice, a mask or places."""
        return Columns(self.rows[which], self.lon[which], self.lat[which], self.skill_set[which])


Keep = Callable[[Columns], Mask]


class KindRows:
    """All things of one kind. `state` 0 is in service."""

    def __init__(
        self, rows: Ints, number: Ints, lon: Floats, lat: Floats, state: NDArray[np.int8], skill_set: NDArray[np.int32]
    ) -> None:
        order = np.argsort(number, kind="stable")
        self._number, self._state = number[order], state[order]
        self.all = Columns(rows, lon, lat, skill_set).picked(order)
        #: x, y and z, each in one piece
        self._unit = np.ascontiguousarray(_units(self.all.lon, self.all.lat).T)
        self._tree = cKDTree(self._unit.T, balanced_tree=False)
        self._in_state = {value: np.flatnonzero(self._state == value) for value in np.unique(state).tolist()}
        #: the sets of skills that anything of this kind has
        self.skill_sets = np.unique(skill_set)

    def look(self, lon: float, lat: float, scope: Scope, *, keep: Keep | None = None, state: int = 0) -> "Look":
        """A look around a place at what lies in a scope, is in a state and passes `keep` (None: everything)."""
        low, high = np.searchsorted(self._number, scope.span).tolist()
        return Look(self, lon, lat, slice(low, high), state, keep)

    def places_in(self, part: slice, state: int) -> Ints | slice:
        """The places of a slice that are in a state; the slice itself where all are."""
        found = self._in_state.get(state)
        if found is None:
            return np.zeros(0, dtype=np.int64)
        if len(found) == len(self.all):
            return part
        low, high = np.searchsorted(found, (part.start, part.stop)).tolist()
        return found[low:high]

    def neighbours(self, lon: float, lat: float, radius_m: float, k: int) -> Ints:
        """The places of the `k` nearest of all within a radius, and perhaps one on its edge; in no order."""
        chord, place = self._tree.query(_units(lon, lat)[0], k=k, distance_upper_bound=_chord(radius_m))
        return np.asarray(place)[np.isfinite(chord)]

    def count_of_all(self, lon: float, lat: float, radius_m: float) -> int:
        """How many of all: the tree's radius is a hair wider than ours, which only the very edge could notice."""
        return int(self._tree.query_ball_point(_units(lon, lat)[0], _chord(radius_m), return_length=True))

    def is_in(self, places: Ints, state: int) -> Mask:
        """Which places are in a state."""
        return np.asarray(self._state[places] == state)

    def squares(self, which: Any, lon: float, lat: float) -> Floats:
        """The squares of the chords from a place to those of a slice or of places."""
        x, y, z = _units(lon, lat)[0].tolist()
        xs, ys, zs = (column[which] for column in self._unit)
        return np.asarray((xs - x) ** 2 + (ys - y) ** 2 + (zs - z) ** 2)


class Look:
    """One question to one kind; what was looked through is not looked through again. Used by one thread."""

    def __init__(self, kind: KindRows, lon: float, lat: float, part: slice, state: int, keep: Keep | None) -> None:
        self._kind, self._lon, self._lat, self._part = kind, lon, lat, part
        self._state, self._keep = state, keep
        self._places = kind.places_in(part, state)
        self._size = part.stop - part.start if isinstance(self._places, slice) else len(self._places)
        self._seen: dict[float, tuple[Ints, Floats]] = {}

    def nearest(self, radius_m: float, k: int) -> tuple[Ints, Floats]:
        """The `k` nearest within a radius: rows and metres, nearest first."""
        whole, part = len(self._kind.all), self._part
        want = min(self._size, max(2 * k, 16))
        # a tree of everything is no help where little of it is asked for
        by_tree = self._size > _SMALL and self._size > whole // 8 and radius_m not in self._seen
        while by_tree and 0 < want < min(self._size, _MOST_NEIGHBOURS):
            places = self._kind.neighbours(self._lon, self._lat, radius_m, want)
            good = places[(places >= part.start) & (places < part.stop)]
            if not isinstance(self._places, slice):
                good = good[self._kind.is_in(good, self._state)]
            good = self._kept(good)
            if len(good) >= k or len(places) < want:
                return self._first(good, radius_m, k)
            want *= 4
        places, square = self._within(radius_m)
        if len(places) > 4 * k + 64:
            # so many that a rough look pays first: the chord orders as the arc does
            farthest = np.partition(square, k - 1)[k - 1] * (1 + 10 * _REL) + 1e-20 if k else -1.0
            places = places[square <= farthest]
        return self._first(places, radius_m, k)

    def count(self, radius_m: float) -> int:
        """How many within a radius."""
        everything = isinstance(self._places, slice) and self._size == len(self._kind.all)
        if everything and self._keep is None:
            return self._kind.count_of_all(self._lon, self._lat, radius_m)
        places, square = self._within(radius_m)
        surely = max(_arc_chord(radius_m) * (1 - _REL) - _ABS, 0.0) ** 2
        at_edge = places[square >= surely]
        seen = self._kind.all.picked(at_edge)
        inside = distance_m(self._lon, self._lat, seen.lon, seen.lat) <= radius_m
        return len(places) - len(at_edge) + int(inside.sum())

    def _within(self, radius_m: float) -> tuple[Ints, Floats]:
        """Places within a radius that pass, and perhaps some on its edge, with the squares of their chords."""
        if radius_m not in self._seen:
            which = self._places
            square = self._kind.squares(which, self._lon, self._lat)
            near = np.flatnonzero(square <= _chord(radius_m) ** 2)
            places = which.start + near if isinstance(which, slice) else which[near]
            square = square[near]
            if self._keep is not None:
                keep = self._keep(self._kind.all.picked(places))
                places, square = places[keep], square[keep]
            self._seen[radius_m] = places, square
        return self._seen[radius_m]

    def _kept(self, places: Ints) -> Ints:
        return places if self._keep is None else places[self._keep(self._kind.all.picked(places))]

    def _first(self, places: Ints, radius_m: float, k: int) -> tuple[Ints, Floats]:
        seen = self._kind.all.picked(places)
        metres = np.asarray(distance_m(self._lon, self._lat, seen.lon, seen.lat), dtype=np.float64)
        return first_by_distance(seen.rows, metres, radius_m, k)


def first_by_distance(rows: Ints, metres: Floats, radius_m: float, k: int) -> tuple[Ints, Floats]:
    """Of `rows` at these distances the `k` nearest within a radius, nearest first, of equal ones the lower row."""
    inside = np.flatnonzero(metres <= radius_m)
    if len(inside) > k:
        farthest = np.partition(metres[inside], k - 1)[k - 1] if k else -1.0
        inside = inside[metres[inside] <= farthest]
    order = inside[np.lexsort((rows[inside], metres[inside]))][:k]
    return rows[order], metres[order]


def _units(lon: Any, lat: Any) -> Floats:
    lo, la = np.radians(np.atleast_1d(lon)), np.radians(np.atleast_1d(lat))
    return np.column_stack([np.cos(la) * np.cos(lo), np.cos(la) * np.sin(lo), np.sin(la)])


def _arc_chord(radius_m: float) -> float:
    return 2.0 * float(np.sin(min(radius_m / EARTH_RADIUS_M, np.pi) / 2))


def _chord(radius_m: float) -> float:
    """A little more than the chord of an arc: what lies at its end counts, and distances are compared again later."""
    return _arc_chord(radius_m) * (1 + _REL) + _ABS
