"""专题图层: twenty-six on at once, 60,000 symbols in view: how smooth a drag is, how soon a layer shows.

The layers are made up for it, each with a definition of its own: a definition and columns are all that a layer takes.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from cockpit.bench.browser import Window, open_window
from cockpit.bench.parts_hand import dragged, evaluated, look_at, settle, turned_on_ms
from cockpit.bench.report import Row
from cockpit.bench.samples import Figure, quantile
from cockpit.bench.systems import Installation
from cockpit.bench.view import VIEW
from cockpit.store.database import open_engine
from cockpit.store.layer_columns import Coded, FeatureBatch, LayerWriter
from cockpit.store.layer_versions import LayerVersion, LayerVersions

LAYERS, SYMBOLS = 26, 60_000
_FPS, _TOGGLE_MS = 40.0, 100.0
_SHAPES = ("round", "square", "hexagon", "pentagon", "cross", "drop", "house", "flag", "ring")
_COLOURS = ("#62c6e6", "#8fa9ff", "#e9c46a", "#7fcfa8", "#c79bd8", "#e58f6a")
#: things lie over so many views, so that a drag finds as many everywhere
_VIEWS = 9
#: of the canvas that no panel covers on the wall: as many symbols have to lie in it
_SEEN = """() => {
  const { things, cells, sheet } = cockpit.thematic.seen, { x: dx, y: dy } = sheet.pad;
  const inside = ({ x, y }) => x >= dx && y >= dy && x < sheet.w - dx && y < sheet.h - dy;
  return things.filter(inside).length + cells.filter(inside).length;
}"""
_ALL_THERE = "(layers) => cockpit.thematic.shown().filter((layer) => layer.total).length === layers"
_UNCOVERED = """() => {
  const [l, t, r, b] = cockpit.map.covered(), size = cockpit.map.leaflet.getSize();
  return l + r < size.x && t + b < size.y ? ((size.x - l - r) * (size.y - t - b)) / (size.x * size.y) : 1;
}"""


def layer_name(number: int) -> str:
    """Of a made-up layer."""
    return f"bench_{number:02}"


def rows(case: str, work: Path, *, quick: bool) -> Iterator[Row]:
    """An installation in `work`, a wall in a browser, and what a hand finds there."""
    workload = f"{LAYERS} layers, {SYMBOLS:,} symbols in view"
    installation = Installation(work / "data")
    define(installation.data_dir)
    try:
        installation.start()
        with open_window() as window:
            _open(window, installation, "/screen")
            share = evaluated(window.page, _UNCOVERED)
            _bring_in(installation.data_dir, round(SYMBOLS / share * _VIEWS))
            _open(window, installation, "/screen?layers=" + ",".join(map(layer_name, range(LAYERS))))
            _look(window)
            window.page.wait_for_function(_ALL_THERE, arg=LAYERS, timeout=120_000)
            settle(window.page, 120.0)
            seen = int(evaluated(window.page, _SEEN))
            seconds, times = (4, 2) if quick else (8, 5)
            waits = [dragged(window.page, "#situation-map", seconds=seconds) for _ in range(times)]
            painted = evaluated(window.page, "() => cockpit.thematic.paint_ms")
            note = f"{seen:,} symbols; all of them drawn anew in {painted:.0f} ms, when a drag leaves what was drawn"
            yield Row(
                case=case, workload=workload, measure="dragged", unit="frames/s", smaller_is_better=False, target=_FPS,
                ours=Figure.of([one.fps for one in waits]), note=note,
            )  # fmt: skip
            yield Row(
                case=case, workload=workload, measure="between two frames, p99", unit="ms",
                ours=Figure.of([one.p99_ms for one in waits]),
                note=f"longest {max(one.longest_ms for one in waits):.0f} ms",
            )  # fmt: skip
        with open_window() as window:
            first, again = _toggles(window, installation, 8 if quick else LAYERS)
            for measure, values in (("a layer turned on for the first time", first), ("and once more", again)):
                yield Row(
                    case=case, workload=workload, measure=measure, unit="ms", ours=Figure.of(values), target=_TOGGLE_MS,
                    note=f"p90 {quantile(values, 0.9):.0f} ms; no pointer near, {SYMBOLS // LAYERS:,} symbols each",
                )  # fmt: skip
    finally:
        installation.stop()


def _toggles(window: Window, installation: Installation, times: int) -> tuple[list[float], list[float]]:
    """Each layer turned on alone, for the first time and for the second."""
    page = window.page
    _open(window, installation, "/screen?layers=")
    _look(window)
    page.wait_for_function("cockpit.thematic.loaded")
    page.evaluate("cockpit.thematic.toggle()")
    page.wait_for_timeout(3_000)  # as long as a hand takes to the first row
    told: tuple[list[float], list[float]] = ([], [])
    for values in told:
        for number in range(times):
            values.append(turned_on_ms(page, layer_name(number)))
            page.evaluate("(name) => cockpit.thematic.turn(name, false)", layer_name(number))
            page.wait_for_timeout(200)
    return told


def _open(window: Window, installation: Installation, path: str) -> None:
    page = window.page
    page.goto(f"{installation.url}/signin?token={installation.token('screen')}")
    page.goto(installation.url + path)
    page.wait_for_function(
        "() => window.cockpit && cockpit.map && cockpit.map.leaflet && cockpit.link && cockpit.link().state === 'live'",
        timeout=60_000,
    )


def _look(window: Window) -> None:
    look_at(window.page, VIEW.lon, VIEW.lat, VIEW.zoom)


def define(data_dir: Path) -> None:
    """Write the definitions of the made-up layers."""
    folder = data_dir / "layers.d"
    folder.mkdir(parents=True)
    for number in range(LAYERS):
        kinds = "\n".join(
            f'[[kinds]]\nkey = "k{k}"\ntitle = "类{k}"\ncolour = "{_COLOURS[(number + k) % len(_COLOURS)]}"'
            for k in range(3)
        )
        (folder / f"{layer_name(number)}.toml").write_text(
            f'title = "图层{number + 1}"\ntitle_en = "Layer {number + 1}"\ngroup = "thing"\ngeometry = "point"\n'
            f'owner = "测"\nowner_en = "Bench"\nsource = "测"\nsource_en = "Bench"\n\n[symbol]\n'
            f'shape = "{_SHAPES[number % len(_SHAPES)]}"\nmark = "测"\n\n{kinds}\n',
            encoding="utf-8",
        )


def _bring_in(data_dir: Path, total: int) -> None:
    """`total` things over three by three views, an equal share to each layer."""
    chance, each = np.random.default_rng(26), total // LAYERS
    engine = open_engine(f"sqlite:///{data_dir / 'cockpit.db'}")
    for number in range(LAYERS):
        side = _VIEWS**0.5
        x, y = (chance.uniform(-(side - 1) / 2, (side + 1) / 2, each) * size for size in (VIEW.width, VIEW.height))
        lon, lat = VIEW.degrees(x, y)
        kind, name = chance.integers(0, 3, each), layer_name(number)
        folder = data_dir / "layers" / name / "bench"
        with LayerWriter(folder) as writer:
            writer.add(
                FeatureBatch(
                    ids=[f"{name}-{n}" for n in range(each)], names=Coded((name,), np.zeros(each, np.int64)),
                    kinds=Coded(("k0", "k1", "k2"), kind), states=Coded(("",), np.zeros(each, np.int64)),
                    owners=Coded(("测",), np.zeros(each, np.int64)), lon=lon, lat=lat,
                )
            )  # fmt: skip
            writer.publish()
        LayerVersions(engine).add(
            LayerVersion(
                layer=name, version=1, folder=folder.name, digest=name, source_file="bench", crs="wgs84", total=each,
                refused=0, taken_at=datetime.now(UTC),
            )
        )  # fmt: skip
    engine.dispose()
