"""部件: a city's parts from 10⁵ to 1.5·10⁷: import, tiles warm and cold, counts, a change of filter, memory.

Beside it in the same run: a datashader tile over the same points in memory (where it is installed), and the points as
one GeoJSON that a page clusters in the browser. Then all layers at once under a hand (`parts_wall`), and how the work
grows with the number of parts.
"""

import contextlib
import importlib
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import linear_regression
from typing import Any

import msgspec
import numpy as np

from cockpit.bench import parts_pages, parts_wall
from cockpit.bench.children import peak_mb
from cockpit.bench.parts_city import PartsCity
from cockpit.bench.report import Report, Row, tell
from cockpit.bench.samples import Figure, quantile
from cockpit.store.layer_columns import LayerColumns

CASE = "parts: fifteen million on one map"
_SIZES, _QUICK = (100_000, 1_000_000, 15_000_000), (100_000,)
_IMPORT_S, _WARM_MS, _COLD_MS, _CHANGE_MS, _MEMORY_MB = 300.0, 50.0, 150.0, 200.0, 1_500.0
#: points that are written as GeoJSON: more is no text that a browser opens
_MOST_GEOJSON = 1_000_000
_RIVAL_TILES = 30
#: how often the memory of an import is looked at; what the system tells is the most that there ever was
_LOOK_S = 0.02
#: what a larger city could cost more
_GROWING = (
    "import", "import, most memory", "tile warm, p50", "tile warm, p99", "tile cold, p50", "count in a box, p99",
    "a filter on the whole wall, p99", "reading, most memory", "page opened until its parts show",
    "one step closer until drawn", "the browser's memory",
)  # fmt: skip


def run(report: Report, *, quick: bool) -> None:
    """Each size in a directory of its own, the largest last; then the growth over them, then all layers on one wall."""
    city = PartsCity.of()
    for total in _QUICK if quick else _SIZES:
        with _directory() as work:
            report.rows += _size(city, total, work, report, samples=200 if quick else 1_000)
            clustered = total <= _MOST_GEOJSON
            report.rows += _browser(f"{total:,} parts", work, report, clustered=clustered)
    if not quick:
        report.rows += grown(report.rows)
    with _directory() as work:
        report.rows += _wall(work, report, quick=quick)


@contextlib.contextmanager
def _directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cockpit-bench-", ignore_cleanup_errors=True) as directory:
        yield Path(directory)


def _browser(workload: str, work: Path, report: Report, *, clustered: bool) -> list[Row]:
    try:
        return list(parts_pages.rows(CASE, workload, work, report, clustered=clustered))
    except Exception as failure:  # the figures without a browser are worth having all the same
        report.remarks.append(f"parts, {workload}: not seen in a browser: {failure}")
        return []


def _wall(work: Path, report: Report, *, quick: bool) -> list[Row]:
    try:
        return list(parts_wall.rows(CASE, work, quick=quick))
    except Exception as failure:  # as above
        report.remarks.append(f"parts: no wall of all layers: {failure}")
        return []


def grown(rows: Sequence[Row]) -> Iterator[Row]:
    """By which power of the number of parts each measure grows: 0 not at all, 1 as the number does."""
    for measure in _GROWING:
        points = [
            (float(row.workload.partition(" ")[0].replace(",", "")), row.ours.median)
            for row in rows
            if row.case == CASE and row.measure == measure and row.ours is not None
        ]
        sound = [(math.log(n), math.log(value)) for n, value in points if value > 0]
        if len(sound) < 2:
            continue
        power = linear_regression([n for n, _ in sound], [value for _, value in sound]).slope
        steps = ", ".join(f"{n:,.0f}: {tell(value)}" for n, value in points)
        yield _row("growth with the number of parts", measure, "exponent", Figure.of([power]), note=steps)


def _size(city: PartsCity, total: int, work: Path, report: Report, *, samples: int) -> Iterator[Row]:
    workload = f"{total:,} parts"
    table, data = work / "parts.csv", work / "data"
    city.write_csv(table, total)
    seconds, work_s, peak_mb = imported(table, data)
    megabytes = table.stat().st_size / (1 << 20)
    table.unlink()
    note = f"CSV of {megabytes:,.0f} MB; {work_s:,.0f} s of work"
    yield _row(workload, "import", "s", Figure.of([seconds]), target=_IMPORT_S, note=note)
    yield _row(workload, "import, most memory", "MB", Figure.of([peak_mb]), target=_MEMORY_MB)
    folder = next((data / "layers" / "parts").iterdir())
    told = _reading(folder, samples)
    if told["total"] != total:
        report.remarks.append(f"parts: {told['total']} of {total} are there")
    others = _rivals(folder, report)
    for name, target in (("warm", _WARM_MS), ("cold", _COLD_MS), ("warm, a thousand edits", None)):
        values = told[name]
        first = {"others": others, "note": f"{told['work_ms']:.1f} ms of work each"} if name == "warm" else {}
        yield _row(workload, f"tile {name}, p50", "ms", Figure.of(values), **first)
        yield _row(workload, f"tile {name}, p99", "ms", Figure.of([quantile(values, 0.99)]), target=target)
    yield _row(workload, "count in a box, p99", "ms", Figure.of([quantile(told["count"], 0.99)]))
    worst = Figure.of([quantile(told["filter change"], 0.99)])
    yield _row(workload, "a filter on the whole wall, p99", "ms", worst, target=_CHANGE_MS, note="count and 20 tiles")
    yield _row(
        workload, "reading, most memory", "MB", Figure.of([told["peak_mb"]]), target=_MEMORY_MB,
        note=f"{told['own_mb']:,.0f} MB its own, the rest pages of {told['disk_mb']:,.0f} MB of files",
    )  # fmt: skip
    if total <= _MOST_GEOJSON:
        yield from _geojson(folder, workload, told["bytes"])


def imported(table: Path, data: Path) -> tuple[float, float, float]:
    """Seconds of `cockpit import parts`, processor seconds, and the most memory that it had in MB."""
    start = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "cockpit", "import", "parts", str(table), "--data-dir", str(data)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    peak, pid = 0.0, 0
    while not pid:
        peak = max(peak, peak_mb(child.pid))
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        time.sleep(0 if pid else _LOOK_S)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"the import ended with {child.returncode}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, peak


def _reading(folder: Path, samples: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "cockpit.bench.parts_reading", str(folder), str(samples)],
        check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _rivals(folder: Path, report: Report) -> dict[str, Figure]:
    """A tile of the same places by datashader, from a table in memory."""
    try:
        datashader: Any = importlib.import_module("datashader")  # publishes no types, and need not be there
    except ImportError:
        remark = "parts: datashader is not installed, so no tile of it was measured"
        if remark not in report.remarks:
            report.remarks.append(remark)
        return {}
    import pandas as pd

    columns = LayerColumns.open(folder)
    frame = pd.DataFrame({"x": columns.x.astype(np.float32), "y": columns.y.astype(np.float32)})
    rng, values = np.random.default_rng(5), []
    for turn in range(_RIVAL_TILES + 1):
        row, z = int(rng.integers(0, columns.total)), int(rng.integers(8, 19))
        side = 1 << 31 - z
        west, north = int(columns.x[row]) // side * side, int(columns.y[row]) // side * side
        start = time.perf_counter()
        canvas = datashader.Canvas(256, 256, (west, west + side), (north, north + side))
        canvas.points(frame, "x", "y", datashader.count())
        if turn:  # the first one compiles
            values.append(1e3 * (time.perf_counter() - start))
    return {"datashader, one colour, no filter": Figure.of(values)}


def _geojson(folder: Path, workload: str, tiles: list[int]) -> Iterator[Row]:
    """What a browser would get to cluster by itself, beside the tiles of a wall."""
    columns = LayerColumns.open(folder)
    start = time.perf_counter()
    features = [
        {
            "type": "Feature", "geometry": {"type": "Point", "coordinates": [f.lon, f.lat]},
            "properties": {"id": f.id, "name": f.name, "kind": f.kind, "state": f.state},
        }
        for f in columns.items(limit=columns.total)
    ]  # fmt: skip
    text = msgspec.json.encode({"type": "FeatureCollection", "features": features})
    seconds = time.perf_counter() - start
    yield _row(
        workload, "bytes to the browser", "MB", Figure.of([20 * float(np.mean(tiles)) / (1 << 20)]),
        others={"one GeoJSON to cluster": Figure.of([len(text) / (1 << 20)])},
        note=f"20 tiles unpacked; the GeoJSON takes {seconds:.1f} s to write, clustered in a page below",
    )  # fmt: skip


def _row(workload: str, measure: str, unit: str, ours: Figure, **more: Any) -> Row:
    return Row(case=CASE, workload=workload, measure=measure, unit=unit, ours=ours, **more)
