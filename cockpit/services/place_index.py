"""地点索引: which division or grid contains a place, asked for hundreds of places at once, many times a second."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]

#: squares along each side of the city's bounds; in a district they are some 30 m wide
_SIDE = 2048
#: what is not a row: nobody has looked yet, more than one cell touches the square, no cell does
_UNKNOWN, _SEVERAL, _NONE = 0, 1, 2
_FIRST_ROW = 3
#: squares are looked at with this margin (a tenth of a millimetre), more than any rounding
_MARGIN_DEG = 1e-9


class PlaceIndex:
    """R-trees over the cells of each length of code.

    Places are looked up among the finest divisions first, and those that lie in none of them among the next: grids need
    not cover their city. Most squares of a fine raster lie wholly within one cell, and once somebody was there that
    is remembered: then only what is near a border has to be looked up.
    """

    def __init__(self, groups: list[list[Any]]) -> None:
        """Geometries of the finest cells first; rows count on through all groups."""
        self._trees: list[tuple[int, STRtree]] = []
        first = 0
        for geometries in groups:
            shapely.prepare(geometries)
            self._trees.append((first, STRtree(geometries)))
            first += len(geometries)
        west, south, east, north = shapely.total_bounds([g for geometries in groups for g in geometries])
        self._west, self._south = float(west) - _MARGIN_DEG, float(south) - _MARGIN_DEG
        self._wide = (float(east - west) + 3 * _MARGIN_DEG) / _SIDE
        self._high = (float(north - south) + 3 * _MARGIN_DEG) / _SIDE
        self._squares = np.zeros(_SIDE * _SIDE, dtype=np.int16 if first < 2**15 - _FIRST_ROW else np.int32)

    def rows(self, lon: Numbers, lat: Numbers) -> Rows:
        """Row of the cell of each place, −1 outside; on a shared edge the lower row of the finest."""
        x, y = np.floor((lon - self._west) / self._wide), np.floor((lat - self._south) / self._high)
        # where there is no number there is no square either
        within = np.flatnonzero((x >= 0) & (x < _SIDE) & (y >= 0) & (y < _SIDE))
        squares = (y[within] * _SIDE + x[within]).astype(np.int64)
        told = self._squares[squares].astype(np.int64)
        if (told == _UNKNOWN).any():
            self._look(np.unique(squares[told == _UNKNOWN]))
            told = self._squares[squares].astype(np.int64)
        found = np.full(len(lon), _NONE, dtype=np.int64)
        found[within] = told
        unsure = np.flatnonzero(found == _SEVERAL)
        found = np.where(found == _NONE, -1, found - _FIRST_ROW)
        if len(unsure):
            found[unsure] = self.rows_one_by_one(lon[unsure], lat[unsure])
        return found

    def rows_one_by_one(self, lon: Numbers, lat: Numbers) -> Rows:
        """The same without the raster."""
        found = np.full(len(lon), -1, dtype=np.int64)
        for first, tree in self._trees:
            left = np.flatnonzero(found < 0)
            place, cell = tree.query(shapely.points(lon[left], lat[left]), predicate="intersects")
            order = np.argsort(-cell, kind="stable")
            found[left[place[order]]] = first + cell[order]
            if (found >= 0).all():
                break
        return found

    def rows_met_by(self, geometry: Any) -> Rows:
        """Rows of all cells of every size that a geometry meets."""
        met = [first + tree.query(geometry, predicate="intersects") for first, tree in self._trees]
        return np.concatenate([np.zeros(0, dtype=np.int64), *met])

    def _look(self, squares: Rows) -> None:
        """Find out what touches these squares."""
        y, x = np.divmod(squares, _SIDE)
        west, south = self._west + x * self._wide, self._south + y * self._high
        boxes = shapely.box(
            west - _MARGIN_DEG, south - _MARGIN_DEG,
            west + self._wide + _MARGIN_DEG, south + self._high + _MARGIN_DEG,
        )  # fmt: skip
        told = np.full(len(squares), _NONE, dtype=np.int64)
        for first, tree in self._trees:
            left = np.flatnonzero(told == _NONE)
            square, cell = tree.query(boxes[left], predicate="intersects")
            times = np.bincount(square, minlength=len(left))
            alone = times[square] == 1
            whole = shapely.covers(tree.geometries[cell[alone]], boxes[left[square[alone]]])
            told[left[times > 0]] = _SEVERAL
            told[left[square[alone][whole]]] = first + cell[alone][whole] + _FIRST_ROW
        self._squares[squares] = told
