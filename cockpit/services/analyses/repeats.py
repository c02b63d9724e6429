"""重复点位 举一反三: places where the same kind is reported again and again, and how many are like them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cockpit.situation.indicator_places import CELL_DEG
from cockpit.situation.indicator_places import FEWEST as FEWEST

#: so many stand on a page
MOST = 40


@dataclass(frozen=True, slots=True)
class Spot:
    """One place and kind: `key` names it, `rows` are its reports; `alike`: other such places of the same kind."""

    key: str
    kind: int
    lon: float
    lat: float
    rows: NDArray[np.int64]
    alike: int

    @property
    def count(self) -> int:
        return len(self.rows)


def spots(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    kind: NDArray[np.int64],
    rows: NDArray[np.int64],
    *,
    most: int = MOST,
) -> tuple[int, list[Spot]]:
    """How many places there are, and `most` of them, those with the most reports first. `rows`: which rows count."""
    rows = rows[~np.isnan(lon[rows]) & ~np.isnan(lat[rows]) & (kind[rows] > 0)]
    if not len(rows):
        return 0, []
    x = np.floor(lon[rows] / CELL_DEG[0]).astype(np.int64)
    y = np.floor(lat[rows] / CELL_DEG[1]).astype(np.int64)
    cells, cell, counts = np.unique(
        np.column_stack((x, y, kind[rows])), axis=0, return_inverse=True, return_counts=True
    )
    again = np.flatnonzero(counts >= FEWEST)
    kinds, of_kind = np.unique(cells[again, 2], return_counts=True)
    alike = dict(zip(kinds.tolist(), of_kind.tolist(), strict=True))
    order = again[np.lexsort((again, -counts[again]))][:most]
    by_cell = np.argsort(cell.reshape(-1), kind="stable")
    ends = np.cumsum(counts)
    found = []
    for number in order.tolist():
        mine = rows[by_cell[ends[number] - counts[number] : ends[number]]]
        x_, y_, kind_ = cells[number].tolist()
        found.append(
            Spot(f"{x_}.{y_}.{kind_}", kind_, float(lon[mine].mean()), float(lat[mine].mean()), mine, alike[kind_] - 1)
        )
    return len(again), found
