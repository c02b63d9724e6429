"""行段: sets of rows as half-open runs, ascending and apart; what lies in a box or polygon is found as such runs.

The plane is quartered from above: quarters wholly inside are taken as they are, quarters outside are left, those on the
border are quartered again until few rows are left in them, and these are looked at one by one.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from cockpit.store.layer_columns import quadrant
from cockpit.store.layer_columns.feature import Box

Ints = NDArray[np.int64]
Degrees = NDArray[np.float64]
Flags = NDArray[np.bool_]

_DEEPEST = 24
#: rows on the border that may as well be looked at
_FEW_ROWS = 4_096
#: quarters on the border at which to stop all the same
_MANY_QUARTERS = 20_000


class Runs(NamedTuple):
    """Rows `starts[i]` up to but not including `stops[i]`."""

    starts: Ints
    stops: Ints

    @classmethod
    def of(cls, start: int, stop: int) -> "Runs":
        if start >= stop:
            return cls(np.empty(0, np.int64), np.empty(0, np.int64))
        return cls(np.array([start], np.int64), np.array([stop], np.int64))

    @property
    def total(self) -> int:
        return int((self.stops - self.starts).sum())

    def clipped(self, start: int, stop: int) -> "Runs":
        """Those rows that are in `start` … `stop`."""
        first = int(np.searchsorted(self.stops, start, side="right"))
        last = int(np.searchsorted(self.starts, stop, side="left"))
        if first >= last:
            return Runs.of(0, 0)
        return Runs(np.maximum(self.starts[first:last], start), np.minimum(self.stops[first:last], stop))

    def both(self, other: "Runs") -> "Runs":
        """The rows that are in these and in the others."""
        parts = [other.clipped(a, b) for a, b in zip(self.starts.tolist(), self.stops.tolist(), strict=True)]
        if not parts:
            return Runs.of(0, 0)
        return Runs(np.concatenate([p.starts for p in parts]), np.concatenate([p.stops for p in parts]))

    def rows(self) -> Ints:
        """Each row."""
        lengths = self.stops - self.starts
        firsts = np.cumsum(lengths) - lengths
        return np.asarray(np.repeat(self.starts - firsts, lengths) + np.arange(int(lengths.sum())))

    def holds(self, rows: Ints) -> Flags:
        """Which of these rows are in them."""
        place = np.searchsorted(self.starts, rows, side="right") - 1
        return np.asarray((place >= 0) & (rows < self.stops[np.maximum(place, 0)])) if len(self.starts) else rows < 0


class Area:
    """A box or polygon: which rectangles lie wholly inside, which touch it, and which places are in it."""

    def __init__(
        self,
        covers: Callable[[Degrees, Degrees, Degrees, Degrees], Flags],
        touches: Callable[[Degrees, Degrees, Degrees, Degrees], Flags],
        holds: Callable[[Degrees, Degrees], Flags],
    ) -> None:
        self.covers, self.touches, self.holds = covers, touches, holds

    @classmethod
    def of_box(cls, box: Box) -> "Area":
        west, south, east, north = box
        return cls(
            lambda w, s, e, n: (w >= west) & (e <= east) & (s >= south) & (n <= north),
            lambda w, s, e, n: (w <= east) & (e >= west) & (s <= north) & (n >= south),
            lambda lon, lat: (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north),
        )

    @classmethod
    def of_polygon(cls, wkb: bytes) -> "Area":
        polygon: Any = shapely.from_wkb(wkb)
        shapely.prepare(polygon)
        return cls(
            lambda w, s, e, n: np.asarray(shapely.covers(polygon, shapely.box(w, s, e, n))),
            lambda w, s, e, n: np.asarray(shapely.intersects(polygon, shapely.box(w, s, e, n))),
            lambda lon, lat: np.asarray(shapely.intersects_xy(polygon, lon, lat)),
        )


def runs_in(area: Area, keys: NDArray[np.uint64], lon: Degrees, lat: Degrees) -> Runs:
    """The rows of sorted `keys` whose place is in the area, exactly."""
    found: list[Runs] = []
    quarters = np.zeros(1, dtype=np.uint64)
    for depth in range(_DEEPEST + 1):
        shift = np.uint64(2 * (quadrant.DEPTH - depth))
        starts = np.searchsorted(keys, quarters << shift).astype(np.int64)
        stops = np.searchsorted(keys, ((quarters + np.uint64(1)) << shift) - np.uint64(1), side="right").astype(
            np.int64
        )
        rectangle = _rectangle(quarters, depth)
        kept = (stops > starts) & area.touches(*rectangle)
        inside = kept & area.covers(*rectangle)
        found.append(Runs(starts[inside], stops[inside]))
        border = kept & ~inside
        quarters, starts, stops = quarters[border], starts[border], stops[border]
        last = depth == _DEEPEST or len(quarters) > _MANY_QUARTERS
        if last or not len(quarters) or int((stops - starts).sum()) <= _FEW_ROWS:
            rows = Runs(starts, stops).rows()
            rows = rows[area.holds(lon[rows], lat[rows])]
            found.append(Runs(rows, rows + 1))
            break
        quarters = (quarters[:, None] << np.uint64(2) | np.arange(4, dtype=np.uint64)).ravel()
    return _joined(found)


def _rectangle(quarters: NDArray[np.uint64], depth: int) -> tuple[Degrees, Degrees, Degrees, Degrees]:
    """West, south, east, north of quarters, a step wider than they are: more than any rounding."""
    x, y = (steps.astype(np.float64) for steps in quadrant.steps_of_keys(quarters))
    side = float(1 << quadrant.DEPTH - depth)
    west, east = quadrant.lon_of(x * side - 1), quadrant.lon_of((x + 1) * side + 1)
    north, south = quadrant.lat_of(y * side - 1), quadrant.lat_of((y + 1) * side + 1)
    # places beyond the edges of the projection lie on the edge
    south, north = np.where(y >= (1 << depth) - 1, -90.0, south), np.where(y <= 0, 90.0, north)
    return west, south, east, north


def _joined(found: list[Runs]) -> Runs:
    """In order, and what touches made one."""
    starts = np.concatenate([runs.starts for runs in found])
    stops = np.concatenate([runs.stops for runs in found])
    order = np.argsort(starts, kind="stable")
    starts, stops = starts[order], stops[order]
    if not len(starts):
        return Runs(starts, stops)
    begins = np.concatenate(([True], starts[1:] > stops[:-1]))
    ends = np.concatenate((begins[1:], [True]))
    return Runs(starts[begins], stops[ends])
