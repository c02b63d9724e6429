"""部件: how fast tiles, counts and filters of one version are, as JSON, from a process whose memory is measured.

`python -m cockpit.bench.parts_reading FOLDER SAMPLES`. Cold is: the system was told to forget the files' pages, then
the version is opened and the first tile asked for.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from cockpit.bench.children import peak_mb
from cockpit.store.layer_columns import EVERYTHING, Feature, FeatureEdit, LayerColumns, Where
from cockpit.store.layer_columns.edited import EditedColumns

#: tiles of 512 px that a wall of 1920 × 1080 shows
_WALL = (5, 4)
_ZOOMS = range(8, 19)
_EDITS = 1_000

Tile = tuple[int, int, int]


def main(folder: Path, samples: int) -> dict[str, Any]:
    """Milliseconds by name."""
    rng = np.random.default_rng(5)
    columns = LayerColumns.open(folder)
    filters = _filters(columns)
    tiles = _tiles(columns, samples, rng)
    asked = [(tile, filters[n % len(filters)]) for n, tile in enumerate(tiles)]
    cold = [_cold(folder, tile, where) for tile, where in asked[: samples // 5]]
    for tile in tiles:
        columns.tile(*tile)  # what is asked for often lies in memory
    start = time.thread_time()
    warm = [_ms(columns.tile, *tile, where) for tile, where in asked]
    work_ms = 1e3 * (time.thread_time() - start) / len(asked)
    counts = [_ms(columns.count, _box(columns, rng), where) for _, where in asked]
    changes = [_ms(_wall, columns, where) for where in filters for _ in range(4)]
    edited = _edited(columns, rng)
    with_edits = [_ms(edited.tile, *tile, where) for tile, where in asked]
    return {
        "total": columns.total, "work_ms": work_ms, "cold": cold, "warm": warm, "count": counts,
        "filter change": changes, "warm, a thousand edits": with_edits,
        "bytes": [len(columns.tile(*tile)) for tile in tiles[:100]],
        "peak_mb": peak_mb(os.getpid()), "own_mb": _own_mb(),
        "disk_mb": sum(file.stat().st_size for file in folder.iterdir()) / (1 << 20),
    }  # fmt: skip


def _filters(columns: LayerColumns) -> list[Where]:
    kinds = columns.kinds
    return [
        EVERYTHING,
        Where(kinds=frozenset(kinds[:1])),
        Where(kinds=frozenset(kinds[::2])),
        Where(states=frozenset(columns.states[1:2])),
        Where(kinds=frozenset(kinds[::3]), states=frozenset(columns.states[:1]), owners=frozenset(columns.owners[::2])),
    ]


def _tiles(columns: LayerColumns, samples: int, rng: np.random.Generator) -> list[Tile]:
    """Tiles of every zoom where parts are; the denser the likelier."""
    rows = rng.integers(0, columns.total, samples)
    zooms = rng.choice(np.array(_ZOOMS), samples)
    return [
        (int(z), int(columns.x[row]) >> 31 - int(z), int(columns.y[row]) >> 31 - int(z))
        for z, row in zip(zooms, rows, strict=True)
    ]


def _box(columns: LayerColumns, rng: np.random.Generator) -> tuple[float, float, float, float]:
    row = int(rng.integers(0, columns.total))
    lon, lat, half = float(columns.lon[row]), float(columns.lat[row]), float(rng.choice([0.005, 0.03, 0.2]))
    return lon - half, lat - half, lon + half, lat + half


def _wall(columns: LayerColumns, where: Where) -> None:
    """Everything that a screen of the whole city asks for anew when a filter is set."""
    columns.count(None, where)
    row = columns.total // 2
    x, y = int(columns.x[row]) >> 31 - 11, int(columns.y[row]) >> 31 - 11
    for east in range(_WALL[0]):
        for south in range(_WALL[1]):
            columns.tile(11, x - 2 + east, y - 2 + south, where)


def _edited(columns: LayerColumns, rng: np.random.Generator) -> EditedColumns:
    found = [columns.at_row(int(row)) for row in rng.integers(0, columns.total, _EDITS)]
    mended = [Feature(0, f.id, f.name, f.kind, "修好", f.owner, f.lon, f.lat) for f in found]
    return EditedColumns(columns, [FeatureEdit(id=feature.id, feature=feature) for feature in mended])


def _cold(folder: Path, tile: Tile, where: Where) -> float:
    for file in folder.iterdir():
        handle = os.open(file, os.O_RDONLY)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)
    columns = LayerColumns.open(folder)
    return _ms(columns.tile, *tile, where)


def _own_mb() -> float:
    """Memory that is not the files' own pages, which the system takes back when it needs them."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return float(status.partition("RssAnon:")[2].split()[0]) / 1024


def _ms(ask: Callable[..., object], *given: object) -> float:
    start = time.perf_counter()
    ask(*given)
    return 1e3 * (time.perf_counter() - start)


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
