"""金字塔: for squares of the plane how many features of each trait are in it and where their mean lies, level by level.

A tile that holds few features is counted from its rows; these levels are for those that hold many. A level is worth its
place while it is much shorter than the rows, and needed while tiles of its size hold more rows than are quickly read.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cockpit.store.layer_columns import quadrant
from cockpit.store.layer_columns.sizes import Sizes

#: squares along the side of a tile, as halvings
CELL_HALVINGS = 5
_ROWS_AT_ONCE = 1 << 20
#: mean places within a square in this many steps
STEPS = 1 << 16
_SHALLOWEST, _DEEPEST = 6, 23
_COLUMNS = ("squares", "starts", "trait", "count", "x", "y")


@dataclass(frozen=True, slots=True)
class Level:
    """Squares of one size. Square number i has the groups `starts[i]` … `starts[i + 1]`, one for each trait in it."""

    depth: int
    squares: NDArray[np.uint64]
    starts: NDArray[np.uint32]
    trait: NDArray[Any]
    count: NDArray[np.uint32]
    #: mean place of a group within its square
    x: NDArray[np.uint16]
    y: NDArray[np.uint16]


def load_level(folder: Path, depth: int) -> Level:
    """A level, mapped."""
    columns: list[Any] = [
        np.load(folder / f"level-{depth}-{name}.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)
        for name in _COLUMNS
    ]
    return Level(depth, *columns)


def write_pyramid(folder: Path, of_row: NDArray[Any], traits: int, sizes: Sizes) -> list[int]:
    """Write the levels of the sorted columns in the folder; their depths, shallowest first."""
    if len(of_row) <= sizes.rows_read:
        return []
    keys = np.load(folder / "key.npy", mmap_mode="r").view(np.ndarray)
    x, y = (np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray) for name in ("x", "y"))
    depths = []
    for depth in range(_SHALLOWEST, _DEEPEST + 1):
        last = depth == _DEEPEST or not _is_needed(keys, depth + 1, sizes.rows_read)
        if not last and _squares(keys, depth) < sizes.least_squares:
            continue
        groups = _write_level(folder, depth, keys, x, y, of_row, traits)
        depths.append(depth)
        if last or groups > len(of_row) * 2 // 3:
            break
    return depths


def _squares(keys: NDArray[np.uint64], depth: int) -> int:
    shift = np.uint64(2 * (quadrant.DEPTH - depth))
    found, last = 0, -1
    for start in range(0, len(keys), _ROWS_AT_ONCE):
        cells = keys[start : start + _ROWS_AT_ONCE] >> shift
        found += int((cells[1:] != cells[:-1]).sum()) + (int(cells[0]) != last)
        last = int(cells[-1])
    return found


def _is_needed(keys: NDArray[np.uint64], depth: int, rows_read: int) -> bool:
    """True if a tile whose squares have this depth holds more rows than are read."""
    shift = np.uint64(2 * (quadrant.DEPTH - depth + CELL_HALVINGS))
    return bool((keys[rows_read:] >> shift == keys[:-rows_read] >> shift).any())


def _write_level(
    folder: Path,
    depth: int,
    keys: NDArray[np.uint64],
    x: NDArray[Any],
    y: NDArray[Any],
    of_row: NDArray[Any],
    traits: int,
) -> int:
    """One level, some whole squares at a time; the number of its groups."""
    shift = np.uint64(2 * (quadrant.DEPTH - depth))
    parts: list[tuple[NDArray[Any], ...]] = []
    start = 0
    while start < len(keys):
        stop = min(start + _ROWS_AT_ONCE, len(keys))
        if stop < len(keys):  # up to the end of the last square
            stop = int(np.searchsorted(keys, ((keys[stop - 1] >> shift) + np.uint64(1)) << shift))
        parts.append(
            _groups(keys[start:stop] >> shift, x[start:stop], y[start:stop], of_row[start:stop], traits, depth)
        )
        start = stop
    squares = np.concatenate([part[0] for part in parts])
    first = np.flatnonzero(np.concatenate(([True], squares[1:] != squares[:-1])))
    columns = {
        "squares": squares[first],
        "starts": np.concatenate((first, [len(squares)])).astype(np.uint32),
        **{name: np.concatenate([part[i] for part in parts]) for i, name in enumerate(_COLUMNS[2:], 1)},
    }
    for name, values in columns.items():
        np.save(folder / f"level-{depth}-{name}.npy", values, allow_pickle=False)
    return len(squares)


def _groups(
    squares: NDArray[np.uint64], x: NDArray[Any], y: NDArray[Any], trait: NDArray[Any], traits: int, depth: int
) -> tuple[NDArray[Any], ...]:
    """Square, trait, count and mean place of each group, in that order."""
    new = np.concatenate(([0], np.cumsum(squares[1:] != squares[:-1])))
    group = new * traits + trait
    order = np.argsort(group, kind="stable")
    group = group[order]
    first = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1])))
    count = np.diff(np.concatenate((first, [len(group)])))
    side = float(1 << quadrant.DEPTH - depth)
    means = [
        np.minimum(np.add.reduceat((steps[order] % side), first) / count / side * STEPS, STEPS - 1).astype(np.uint16)
        for steps in (x.astype(np.float64), y.astype(np.float64))
    ]
    rows = order[first]
    return squares[rows], trait[rows], count.astype(np.uint32), *means
