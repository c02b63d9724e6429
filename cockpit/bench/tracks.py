"""轨迹: a day of 17,000 points from its bytes in the browser to its picture, and a day found in everybody's fixes.

Beside our page stand a plain `dl.Polyline` and a plotly line of the same points, fed in the page as ours is; beside the
windows, the archive of fixes asked without them.
"""

import json
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from cockpit.bench.browser import Window, open_window
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure
from cockpit.bench.systems import installed
from cockpit.bench.track_rivals import DRAW_PLOTLY, DRAW_POLYLINE, rival_pages
from cockpit.services.tracks.reading import heard_of
from cockpit.services.tracks.sealing import Sealer
from cockpit.services.tracks.windows import TrackWindows
from cockpit.store.database import migrate, open_engine
from cockpit.store.fixes import FixArchive, StoredBatch
from cockpit.stream.fix_batch import FixBatch, pack
from cockpit.stream.lane import millis_of

CASE = "tracks: a day on the map"
_WHO, _POINTS, _EVERY_S = "gw-00001", 17_000, 2.0
_DRAWN_MS, _FOUND_MS = 300.0, 500.0
_METRE = 1 / 111_195
#: from the answer's bytes to the frame after the one that shows it
_DRAW_OURS = """([id, words]) => new Promise((done) => {
  cockpit.tracks.take(id, words);
  cockpit.tracks.draw();
  (function look() {
    const { shown_ms, points } = cockpit.tracks.stats();
    shown_ms ? done([shown_ms, points]) : requestAnimationFrame(look);
  })();
})"""
_FETCH = """([path]) => fetch(path, { credentials: 'same-origin' }).then((answer) => answer.text())"""


def run(report: Report, *, quick: bool) -> None:
    """The browser, then the archive."""
    times = 5 if quick else 15
    report.rows += _drawn(times)
    report.rows += _found(hours=1 if quick else 3, times=3 if quick else 7)


def day_of(subject_id: str, begin: datetime, place: tuple[float, float]) -> list[dict[str, Any]]:
    """A long day's walk: a wandering course at 1.3 m/s with a stop every half hour, `_POINTS` fixes."""
    chance = np.random.default_rng(7)
    speed = np.where((np.arange(_POINTS) // 150) % 6 == 5, 0.05, 1.3) * _EVERY_S
    heading = np.cumsum(chance.normal(0, 0.12, _POINTS))
    x, y = np.cumsum(speed * np.cos(heading)), np.cumsum(speed * np.sin(heading))
    # who comes to the end of a street turns round: everything stays within 3 km
    x, y = (np.abs((v + 1_500) % 6_000 - 3_000) - 1_500 for v in (x, y))
    x, y = x + chance.normal(0, 1.5, _POINTS), y + chance.normal(0, 1.5, _POINTS)
    lon = place[0] + x * _METRE / np.cos(np.radians(place[1]))
    lat = place[1] + y * _METRE
    return [
        {
            "subject_id": subject_id, "kind": "gridworker", "lon": round(float(a), 7), "lat": round(float(b), 7),
            "at": (begin + timedelta(seconds=_EVERY_S * i)).isoformat(), "battery": 80,
        }
        for i, (a, b) in enumerate(zip(lon, lat, strict=True))
    ]  # fmt: skip


def _drawn(times: int) -> list[Row]:
    begin = datetime.now(UTC) - timedelta(seconds=_POINTS * _EVERY_S + 600)
    with installed() as installation, open_window() as window:
        headers = {"Authorization": f"Bearer {installation.token('admin')}"}
        with httpx.Client(base_url=f"{installation.url}/api/v1", headers=headers, timeout=120, trust_env=False) as api:
            told = day_of(_WHO, begin, (119.99, 30.29))
            for start in range(0, _POINTS, 1_000):
                api.post("feeds/positions", json=told[start : start + 1_000]).raise_for_status()
            span = {"from": begin.isoformat(), "to": datetime.now(UTC).isoformat(), "times": "ms"}
            asked: list[float] = []
            while not asked or api.get(f"tracks/{_WHO}", params=span).json()["heard"] < _POINTS:
                time.sleep(0.5)
                asked.append(0.0)
            asked = [_timed(api, span) for _ in range(times)]
        window.page.goto(f"{installation.url}/signin?token={installation.token('duty')}")
        window.page.goto(f"{installation.url}/tracks?subjects={_WHO}")
        window.page.wait_for_function("() => window.cockpit && cockpit.map.city.ready && cockpit.tracks.focused()")
        window.page.wait_for_timeout(3_000)
        thin, n_thin = _ours(window, span | {"tolerance_m": "2"}, times)
        whole, n_whole = _ours(window, span, times)
        points = json.dumps([[p["lon"], p["lat"]] for p in told])
        lons, lats = [p["lon"] for p in told], [p["lat"] for p in told]
        with rival_pages((min(lons), min(lats), max(lons), max(lats))) as url:
            others = {
                "dl.Polyline": _theirs(window, f"{url}/polyline", ".leaflet-container", DRAW_POLYLINE, points, times),
                "plotly line": _theirs(window, f"{url}/plotly", ".js-plotly-plot", DRAW_PLOTLY, points, times),
            }
    workload = f"{_POINTS:,} fixes of a day"

    def row(measure: str, ours: Figure, **more: Any) -> Row:
        return Row(case=CASE, workload=workload, measure=measure, unit="ms", ours=ours, **more)

    return [
        row(
            f"bytes in the browser to the picture, thinned to {n_thin:,} points", thin, target=_DRAWN_MS, others=others
        ),
        row(f"the same with all {n_whole:,} points", whole, target=_DRAWN_MS, others=others),
        row("asked over HTTP: read, cut, explained, covered, as JSON", Figure.of(asked)),
    ]


def _timed(api: httpx.Client, span: dict[str, str]) -> float:
    begin = time.perf_counter()
    api.get(f"tracks/{_WHO}", params=span | {"tolerance_m": "2"}).raise_for_status()
    return 1e3 * (time.perf_counter() - begin)


def _ours(window: Window, span: dict[str, str], times: int) -> tuple[Figure, int]:
    path = str(httpx.URL(f"/api/v1/tracks/{_WHO}", params=span))
    words = window.page.evaluate(_FETCH, [path])
    found = [window.page.evaluate(_DRAW_OURS, [_WHO, words]) for _ in range(times)]
    return Figure.of([ms for ms, _ in found]), int(found[-1][1])


def _theirs(window: Window, url: str, ready: str, draw: str, points: str, times: int) -> Figure:
    """Each time on a page opened anew: their components draw nothing when they are given the same again."""
    found = []
    for _ in range(times):
        window.page.goto(url)
        window.page.wait_for_selector(ready, timeout=60_000)
        window.page.wait_for_timeout(1_000)
        found.append(float(window.page.evaluate(draw, points)))
    return Figure.of(found)


def _found(hours: int, times: int) -> list[Row]:
    """One person's fixes among those of 1,575 who report every five seconds, as the demo city's do."""
    people, batch, tick_ms = 1_575, 63, 200
    begin = datetime(2026, 1, 5, tzinfo=UTC)
    chance, n = np.random.default_rng(7), hours * 3_600_000 // tick_ms
    with tempfile.TemporaryDirectory(prefix="cockpit-bench-", ignore_cleanup_errors=True) as directory:
        engine = open_engine(f"sqlite:///{Path(directory) / 'fixes.db'}")
        migrate(engine)
        archive, windows, rows = FixArchive(engine), TrackWindows(Path(directory) / "windows"), list[StoredBatch]()
        for i in range(n):
            at = millis_of(begin) + i * tick_ms
            first = i * batch % people
            fixes = ((f"gw-{first + k:05d}", "gridworker", 119.9 + a, 30.2 + b, at, at + 50, 5.0, 1.2, 90.0, 60.0, 0)
                     for k, (a, b) in enumerate(chance.random((batch, 2)) / 10))  # fmt: skip
            rows.append(StoredBatch(f"{at}-0", at, at, batch, pack(FixBatch.from_rows(fixes))))
            if len(rows) == 2_000 or i == n - 1:
                archive.record(rows, [])
                rows = []
        end = begin + timedelta(hours=hours)
        plain = [_read(archive, None, begin, end) for _ in range(times)]
        start = time.perf_counter()
        sealed = Sealer(archive, windows, kept=timedelta(days=7), clock=lambda: end).once()
        seconds = time.perf_counter() - start
        ours = [_read(archive, windows, begin, end) for _ in range(times)]
        engine.dispose()
    workload = f"{hours} h of {people:,} people, a fix every 5 s, SQLite"
    return [
        Row(case=CASE, workload=workload, measure="one person's fixes found", unit="ms", ours=Figure.of(ours),
            others={"the archive without windows": Figure.of(plain)}, target=_FOUND_MS),
        Row(case=CASE, workload=workload, measure="sealing ten minutes of everybody", unit="ms",
            ours=Figure.of([1e3 * seconds / max(1, sealed)])),
    ]  # fmt: skip


def _read(archive: FixArchive, windows: TrackWindows | None, begin: datetime, end: datetime) -> float:
    start = time.perf_counter()
    heard_of(archive, "gw-00007", millis_of(begin), millis_of(end), windows)
    return 1e3 * (time.perf_counter() - start)
