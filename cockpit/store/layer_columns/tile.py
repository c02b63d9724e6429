"""图层瓦片: what a map needs to draw one tile, as bytes: single places, or cells with counts."""

import struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cockpit.store.layer_columns import quadrant
from cockpit.store.layer_columns.pyramid import CELL_HALVINGS

#: steps along the side of a tile
EXTENT = 4096
_EXTENT_HALVINGS = 12
CELLS = 1 << 2 * CELL_HALVINGS
#: tiles of greater scale are not made
DEEPEST_TILE = quadrant.DEPTH - CELL_HALVINGS
_MAGIC, _POINTS, _CELLS = b"LT01", 0, 1
_HEADER = struct.Struct("<4sBBHII")

#: a tile of nothing
EMPTY = _HEADER.pack(_MAGIC, _POINTS, 0, 0, 0, 0)

Ints = NDArray[Any]


class TileFrame(NamedTuple):
    """Where a tile lies among keys and steps."""

    z: int
    x: int
    y: int

    @property
    def first_key(self) -> int:
        return quadrant.first_of(self.z, self.x, self.y)

    @property
    def next_key(self) -> int:
        return self.first_key + (1 << 2 * (quadrant.DEPTH - self.z))

    def place(self, x: Ints, y: Ints) -> tuple[Ints, Ints]:
        """Steps of the plane as steps within the tile, 0 … 4095."""
        side = quadrant.DEPTH - self.z
        return tuple(
            ((steps.astype(np.int64) - (at << side)) * EXTENT >> side).astype(np.uint16)
            for steps, at in ((x, self.x), (y, self.y))
        )  # type: ignore[return-value]  # a generator of two is a tuple of two


class CellSums:
    """Sums over the cells of a tile: how many, where on average, of which kind most."""

    def __init__(self, frame: TileFrame, kinds: int) -> None:
        self._frame, self._kinds = frame, max(kinds, 1)
        self._by_kind = np.zeros(CELLS * self._kinds, dtype=np.int64)
        self._x, self._y = np.zeros(CELLS), np.zeros(CELLS)

    def add(self, cell: Ints, kind: Ints, x: NDArray[np.float64], y: NDArray[np.float64], count: Ints | None) -> None:
        """`count` features each (one without) at steps x and y from the tile's corner; `cell` in Morton order."""
        both = cell * self._kinds + kind
        if count is None:
            self._by_kind += np.bincount(both, minlength=len(self._by_kind))
        else:
            weighted = np.bincount(both, weights=count, minlength=len(self._by_kind))
            self._by_kind += np.rint(weighted).astype(np.int64)
            x, y = x * count, y * count
        self._x += np.bincount(cell, weights=x, minlength=CELLS)
        self._y += np.bincount(cell, weights=y, minlength=CELLS)

    def add_rows(self, keys: NDArray[np.uint64], x: Ints, y: Ints, kind: Ints, sign: int = 1) -> None:
        """Features by their keys and steps of the plane; with −1 they are taken away."""
        frame = self._frame
        shift = quadrant.DEPTH - frame.z
        cell = ((keys - np.uint64(frame.first_key)) >> np.uint64(2 * (shift - CELL_HALVINGS))).astype(np.intp)
        east, south = x - np.float64(frame.x << shift), y - np.float64(frame.y << shift)
        self.add(cell, kind, east, south, None if sign > 0 else np.full(len(cell), sign))

    def told(self) -> bytes:
        """The tile."""
        by_kind = self._by_kind.reshape(CELLS, self._kinds)
        count = by_kind.sum(axis=1)
        there = np.flatnonzero(count > 0)
        count = count[there]
        scale = EXTENT / (1 << quadrant.DEPTH - self._frame.z)
        x, y = (
            np.clip(np.floor(sums[there] / count * scale), 0, EXTENT - 1).astype(np.uint16)
            for sums in (self._x, self._y)
        )
        kind = by_kind[there].argmax(axis=1).astype(np.uint16)
        return _told(_CELLS, self._kinds, int(count.sum()), [x, y, kind], count.astype(np.uint32))


def points_told(frame: TileFrame, kinds: int, x: Ints, y: Ints, kind: Ints, state: Ints, row: Ints) -> bytes:
    """A tile of single places, from steps of the plane."""
    east, south = frame.place(x, y)
    narrow = [east, south, kind.astype(np.uint16), state.astype(np.uint8)]
    return _told(_POINTS, kinds, len(row), narrow, row.astype(np.uint32))


def _told(form: int, kinds: int, total: int, narrow: list[Ints], wide: Ints) -> bytes:
    body = b"".join(column.tobytes() for column in narrow)
    padding = b"\0" * (-(_HEADER.size + len(body)) % 4)
    header = _HEADER.pack(_MAGIC, form, 0, kinds, len(wide), total)
    return header + body + padding + wide.astype("<u4").tobytes()
