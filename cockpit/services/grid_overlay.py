"""网格叠加: two grid systems over each other: where one has gaps, where two own one place, what lies outside.

Areas are in m² on a plane that is true at the middle of the first system: within a city the error is below 0.1 %.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

#: a piece of land, and the grids that it is about where they are known already
_Found = tuple["PatchKind", tuple[str, ...], Any]


class PatchKind(StrEnum):
    GAP = "gap"  # of the first system, and nobody's in the second
    OUTSIDE = "outside"  # of the second, beyond the first
    DOUBLE = "double"  # two of the second system own it


@dataclass(frozen=True, slots=True)
class Patch:
    """One connected piece of land that is nobody's or two's; `ids` are the grids that it is about."""

    kind: PatchKind
    ids: tuple[str, ...]
    area_m2: float
    #: in degrees
    shape: Any


@dataclass(frozen=True, slots=True)
class Overlay:
    """What two systems come to; `slivers_m2` is what was too small to be listed."""

    ours_m2: float
    theirs_m2: float
    #: land that both have
    shared_m2: float
    #: the largest first
    patches: list[Patch]
    slivers: int
    slivers_m2: float

    def total_m2(self, kind: PatchKind) -> float:
        return sum(patch.area_m2 for patch in self.patches if patch.kind is kind)


def overlay(ours: Mapping[str, Any], theirs: Mapping[str, Any], *, least_m2: float = 100.0) -> Overlay:
    """Lay `theirs` over `ours`: shapely polygons in degrees by id. Seconds for thousands of grids."""
    plane = _Plane(ours or theirs)
    first, second = plane.laid(ours), plane.laid(theirs)
    whole, other = shapely.union_all(list(first.values())), shapely.union_all(list(second.values()))
    found: list[_Found] = [(PatchKind.GAP, (), piece) for piece in _pieces(whole.difference(other))]
    found += [(PatchKind.OUTSIDE, (), piece) for piece in _pieces(other.difference(whole))]
    found += _doubles(second)
    tree_of = {PatchKind.GAP: _Lookup(first), PatchKind.OUTSIDE: _Lookup(second)}
    patches, slivers = list[Patch](), list[float]()
    for kind, ids, piece in found:
        if piece.area < least_m2:
            slivers.append(piece.area)
        else:
            named = ids or tree_of[kind].of(piece)
            patches.append(Patch(kind, named, piece.area, plane.back(piece)))
    patches.sort(key=lambda patch: -patch.area_m2)
    return Overlay(whole.area, other.area, whole.intersection(other).area, patches, len(slivers), sum(slivers))


def _doubles(second: Mapping[str, Any]) -> list[_Found]:
    """Land that two grids of one system claim, pair by pair; a shared edge is no land."""
    ids, shapes = list(second), np.array(list(second.values()), dtype=object)
    if len(ids) < 2:
        return []
    one, other = STRtree(shapes).query(shapes, predicate="intersects")
    pairs = one < other
    one, other = one[pairs], other[pairs]
    both = shapely.intersection(shapes[one], shapes[other])
    return [
        (PatchKind.DOUBLE, (ids[i], ids[j]), piece)
        for i, j, shape in zip(one.tolist(), other.tolist(), both, strict=True)
        for piece in _pieces(shape)
    ]


def _pieces(shape: Any) -> Iterable[Any]:
    """The polygons of a geometry; lines and points are no land."""
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > 0]


class _Lookup:
    """Which grids a piece of land lies in, the one with most of it first."""

    def __init__(self, shapes: Mapping[str, Any]) -> None:
        self._ids, self._shapes = list(shapes), np.array(list(shapes.values()), dtype=object)
        self._tree = STRtree(self._shapes)

    def of(self, piece: Any) -> tuple[str, ...]:
        met = self._tree.query(piece, predicate="intersects")
        shares = shapely.area(shapely.intersection(self._shapes[met], piece))
        order = np.argsort(-shares)
        return tuple(self._ids[i] for i, share in zip(met[order], shares[order], strict=True) if share > 0)


class _Plane:
    """Degrees to metres around the middle of some shapes, and back."""

    def __init__(self, shapes: Mapping[str, Any]) -> None:
        bounds = shapely.total_bounds(list(shapes.values())) if shapes else np.zeros(4)
        self._middle = np.array([(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2])
        self._scale = np.array(_metres_a_degree(float(self._middle[1])))

    def laid(self, shapes: Mapping[str, Any]) -> dict[str, Any]:
        """In metres, repaired where an outline crosses itself; what has no land is left out."""
        metres = {key: shapely.transform(shape, self._to_metres) for key, shape in shapes.items()}
        return {
            key: good
            for key, shape in metres.items()
            if (good := shape if shape.is_valid else shapely.make_valid(shape)).area > 0
        }

    def back(self, shape: Any) -> Any:
        return shapely.transform(shape, lambda xy: xy / self._scale + self._middle)

    def _to_metres(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((xy - self._middle) * self._scale, dtype=np.float64)


def _metres_a_degree(lat: float) -> tuple[float, float]:
    """Metres of a degree of longitude and of latitude there, on the ellipsoid of WGS-84 (its usual series)."""
    phi = math.radians(lat)
    east = 111_412.84 * math.cos(phi) - 93.5 * math.cos(3 * phi) + 0.118 * math.cos(5 * phi)
    return east, 111_132.92 - 559.82 * math.cos(2 * phi) + 1.175 * math.cos(4 * phi)
