"""部件 in a browser: ours, and the same points clustered in the page by `dl.GeoJSON`; opened, zoomed, dragged."""

import contextlib
import math
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from playwright.sync_api import Error

from cockpit.bench.browser import Window, open_window
from cockpit.bench.children import Child
from cockpit.bench.parts_hand import dragged, look_at, settle
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure
from cockpit.bench.systems import Installation, wait_for
from cockpit.bench.view import VIEW
from cockpit.store.layer_columns import LayerColumns

#: so long a page may take to show anything, or to come one step closer
_PATIENCE_S = 120.0
_ZOOM = 12
_STEPS = 3
_DRAG_S = 4.0
_THEIRS = "dl.GeoJSON, clustered in the page"
#: markers of clusters, and which they are: another step shows others
_MARKS = "() => [...document.querySelectorAll('.leaflet-marker-icon')].map((m) => m.innerText).join()"
_JOINED = (
    "() => window.cockpit && cockpit.map && cockpit.map.leaflet && cockpit.link && cockpit.link().state === 'live'"
)


@dataclass(slots=True)
class Page:
    """What one page told; NaN for what did not come to an end."""

    opened_s: float = math.nan
    step_ms: float = math.nan
    fps: float = math.nan
    memory_mb: float = math.nan
    why: str = ""


def rows(case: str, workload: str, work: Path, report: Report, *, clustered: bool) -> Iterator[Row]:
    """The installation whose data lie in `work`/data, and with `clustered` the same points as one GeoJSON."""
    ours = _watched(lambda window: _ours(window, work))
    others: dict[str, Page] = {}
    if clustered:
        file = work / "points.json"
        _write(next((work / "data" / "layers" / "parts").iterdir()), file)
        others[_THEIRS] = _watched(lambda window: _theirs(window, file))
    for name, page in (("cockpit", ours), *others.items()):
        if page.why:
            report.remarks.append(f"parts, {workload}, {name} in a browser: {page.why}")

    def row(measure: str, unit: str, of: Callable[[Page], float], *, smaller: bool = True) -> Row:
        told = {name: Figure.of([of(page)]) for name, page in others.items() if not math.isnan(of(page))}
        note = "; ".join(f"{name} {page.why}" for name, page in others.items() if math.isnan(of(page)))
        return Row(
            case=case, workload=workload, measure=measure, unit=unit, ours=Figure.of([of(ours)]), others=told,
            smaller_is_better=smaller, note=note,
        )  # fmt: skip

    opened = row("page opened until its parts show", "s", lambda page: page.opened_s)
    yield replace(opened, note=f"ours is a wall with all its panels, theirs a map alone; {opened.note}".strip("; "))
    yield row("one step closer until drawn", "ms", lambda page: page.step_ms)
    yield row("page dragged", "frames/s", lambda page: page.fps, smaller=False)
    yield row("the browser's memory", "MB", lambda page: page.memory_mb)


def _watched(look: Callable[[Window], Iterator[tuple[str, float]]]) -> Page:
    """What a page tells until it is done or does not answer any more."""
    page = Page()
    with open_window() as window:
        window.page.set_default_timeout(_PATIENCE_S * 1000)
        try:
            for name, value in look(window):
                setattr(page, name, value)
        except Error as failure:
            page.why = f"did not finish in {_PATIENCE_S:.0f} s ({str(failure).splitlines()[0][:80]})"
        page.memory_mb = window.memory_mb()
    return page


def _ours(window: Window, work: Path) -> Iterator[tuple[str, float]]:
    installation = Installation(work / "data")
    try:
        installation.start()
        page = window.page
        page.goto(f"{installation.url}/signin?token={installation.token('duty')}")
        start = time.perf_counter()
        page.goto(f"{installation.url}/screen?layers=parts")
        page.wait_for_function(_JOINED)
        look_at(page, VIEW.lon, VIEW.lat, _ZOOM)
        settle(page, _PATIENCE_S)
        yield "opened_s", time.perf_counter() - start
        start = time.perf_counter()
        for step in range(_STEPS):
            look_at(page, VIEW.lon, VIEW.lat, _ZOOM + 1 + step)
            settle(page, _PATIENCE_S)
        yield "step_ms", 1e3 * (time.perf_counter() - start) / _STEPS
        yield "fps", dragged(page, "#situation-map", seconds=_DRAG_S).fps
    finally:
        installation.stop()


def _theirs(window: Window, file: Path) -> Iterator[tuple[str, float]]:
    with _clusters(file) as url:
        page = window.page
        start = time.perf_counter()
        page.goto(url)
        page.wait_for_selector(".leaflet-marker-icon", state="attached")
        yield "opened_s", time.perf_counter() - start
        start = time.perf_counter()
        for _ in range(_STEPS):
            before = page.evaluate(_MARKS)
            page.locator(".leaflet-control-zoom-in").click()
            page.wait_for_function(
                f"(before) => {{ const now = ({_MARKS})(); return now && now !== before; }}", arg=before
            )
        yield "step_ms", 1e3 * (time.perf_counter() - start) / _STEPS
        yield "fps", dragged(page, ".leaflet-container", seconds=_DRAG_S).fps


@contextlib.contextmanager
def _clusters(file: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = f"cockpit.bench.parts_clusters:page({str(file)!r}, {_ZOOM})"
    server = ["gunicorn", "-k", "gthread", "--threads", "8", "--keep-alive", "60", "--log-level", "error"]
    child = Child([sys.executable, "-m", *server, "-b", f"127.0.0.1:{port}", app])
    try:
        wait_for(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        child.end()


def _write(folder: Path, file: Path) -> None:
    """The points with no more than a cluster needs: as little text as can be."""
    columns = LayerColumns.open(folder)
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [lon, lat]}}
        for lon, lat in zip(columns.lon.round(6).tolist(), columns.lat.round(6).tolist(), strict=True)
    ]
    file.write_bytes(msgspec.json.encode({"type": "FeatureCollection", "features": features}))
