"""A picture of each shipped thematic layer for the documents: its things from near, its legend, one of them open."""

import csv
import io
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from cockpit.domain.thematic_layer import LayerGeometry, ThematicLayer
from cockpit.services.thematic.definitions import LayerCatalogue, shipped_layers

WIDE, HIGH = 800, 500
#: the contact sheet: how many beside each other, and how wide
COLUMNS, THUMB = 6, 320
_QUALITY = 84
#: where the city has most of everything: 仓前街道
_PLACE = (30.285, 119.995)
#: so many things in view, and it is near enough
_ENOUGH = 9
_NEAREST, _STEP = 17.5, 0.5
#: of the desk's page: the map without its instruments, where the thing that is open stands in it
_CLIP = {"x": 368, "y": 128, "width": WIDE, "height": HIGH}
_OPEN_AT = (470, 306)
_HIDDEN = ".layer-line, .map-views, .plot-open, .map-draw, .legend, .people-block, .map-notes"
_THERE = "window.cockpit?.thematic?.items.filter((layer) => layer.version).length >= 30"
_QUIET = (
    """for (const name of ['event', 'gridworker', 'iot', 'grid', 'plot']) cockpit.emit('layer', { name, on: false });"""
)
_DRAWN = (
    "() => cockpit.thematic.seen.drawn > 0 && cockpit.thematic.shown().every((one) => !cockpit.thematic.why(one.name))"
)
_TURN = "(name) => { cockpit.thematic.clear(); cockpit.thematic.turn(name, true); }"
_LOOK = """([lat, lon, zoom, x, y]) => {
  const map = cockpit.map.leaflet, middle = map.getSize().divideBy(2);
  const centre = map.project([lat, lon], zoom).add(middle).subtract([x, y]);
  map.setView(map.unproject(centre, zoom), zoom, { animate: false });
}"""
_ITEMS = """async ([name, asked]) => {
  const answer = await fetch('/api/v1/layers/' + name + '/items?' + new URLSearchParams(asked));
  return (await answer.json()).items;
}"""
_COUNT = """async ([name, bbox]) => {
  const answer = await fetch('/api/v1/layers/' + name + '/count?' + new URLSearchParams({ bbox }));
  return (await answer.json()).total;
}"""
_OPEN = "([name, item]) => cockpit.emit('thing-open', { layer: cockpit.thematic.find(name), ...item })"


def take_layers(browser: Browser, url: str, link: str, data_dir: Path, folder: Path) -> None:
    """One file a layer in `folder`, and all of them on a contact sheet beside it."""
    page = browser.new_page(viewport={"width": 1640, "height": 900}, locale="zh-CN")
    page.goto(link)
    page.goto(f"{url}/duty?layers=")
    page.wait_for_function("window.cockpit?.thematic?.loaded", timeout=120_000)
    _survey(page, data_dir)
    page.wait_for_function(_THERE, timeout=120_000)
    page.evaluate(_QUIET)
    page.add_style_tag(content=f"{_HIDDEN} {{ visibility: hidden !important }}")
    folder.mkdir(exist_ok=True)
    layers = LayerCatalogue(shipped_layers()).now().layers
    taken = {name: _take(page, layer) for name, layer in sorted(layers.items())}
    page.close()
    for name, picture in taken.items():
        picture.save(folder / f"{name}.webp", quality=_QUALITY, method=6)
    _sheet(list(taken.values())).save(folder.with_suffix(".webp"), quality=_QUALITY, method=6)


def _take(page: Page, layer: ThematicLayer) -> Image.Image:
    lat, lon = _PLACE
    box = ",".join(f"{degrees:.5f}" for degrees in (lon - 0.12, lat - 0.08, lon + 0.12, lat + 0.08))
    items: list[dict[str, Any]] = page.evaluate(_ITEMS, [layer.name, {"bbox": box, "limit": "500"}])
    told = [item for item in items if all(item["fields"].get(field.field) for field in layer.popup[:2])] or items
    item = min(told, key=lambda one: abs(one["lon"] - lon) + abs(one["lat"] - lat))
    zoom = _zoom(page, layer, item)
    page.evaluate(_TURN, layer.name)
    page.evaluate(_LOOK, [item["lat"], item["lon"], zoom, *_OPEN_AT])
    page.wait_for_function(_DRAWN, timeout=60_000)
    page.evaluate(_OPEN, [layer.name, item])
    page.wait_for_selector(".layer-card .layer-fields", timeout=30_000)
    page.wait_for_timeout(2_500)
    shot = page.screenshot(clip=_CLIP)
    print(f"taken: {layer.name} at zoom {zoom:g}", flush=True)
    return Image.open(io.BytesIO(shot)).convert("RGB")


def _zoom(page: Page, layer: ThematicLayer, item: dict[str, Any]) -> float:
    """The nearest zoom with enough things in view, or the farthest at which single ones are drawn."""
    if layer.geometry is LayerGeometry.AREA:
        return {"grid": 15.0, "weather_warning": 10.2}.get(layer.name, 15.5)
    named = layer.symbol.label_zoom if layer.symbol.label_zoom < _NEAREST else 0
    zoom = 15.5 if layer.geometry is LayerGeometry.LINE else _NEAREST
    while zoom > max(layer.symbol.min_zoom, 13):
        lon, lat = 360 / 256 * WIDE / 2 / 2**zoom, 360 / 256 * HIGH / 2 / 2**zoom * 0.86
        box = (item["lon"] - 1.17 * lon, item["lat"] - lat, item["lon"], item["lat"] + lat)
        if page.evaluate(_COUNT, [layer.name, ",".join(f"{degrees:.6f}" for degrees in box)]) >= _ENOUGH:
            break
        zoom -= _STEP
    return max(zoom, named)


def _survey(page: Page, data_dir: Path) -> None:
    """The demo city has no survey of parts: one of what stands along its roads is imported like any other."""
    lat, lon = _PLACE
    box = ",".join(f"{degrees:.5f}" for degrees in (lon - 0.02, lat - 0.015, lon + 0.02, lat + 0.015))
    rows = []
    beside = {
        "manhole": (("01", "02"), ("01", "03"), ("02", "12")),
        "street_lamp": (("01", "37"), ("04", "02"), ("03", "05")),
    }
    for name, classes in beside.items():
        for item in page.evaluate(_ITEMS, [name, {"bbox": box, "limit": "1000"}]):
            for n, (group, kind) in enumerate(classes):
                aside = n * 0.00012
                code = f"330110{group}{kind}{len(rows):06d}"
                rows.append(
                    [
                        code,
                        group,
                        kind,
                        "",
                        item["owner"],
                        f"{item['lon'] + aside:.6f}",
                        f"{item['lat'] + aside / 2:.6f}",
                    ]
                )
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "parts.csv"
        with file.open("w", encoding="utf-8", newline="") as opened:
            write = csv.writer(opened)
            write.writerow(["part_code", "class", "subclass", "name", "owner", "lon", "lat"])
            write.writerows(rows)
        command = [sys.executable, "-m", "cockpit", "import", "parts", str(file), "--data-dir", str(data_dir)]
        subprocess.run(command, check=True, timeout=120)


def _sheet(pictures: list[Image.Image]) -> Image.Image:
    high = THUMB * HIGH // WIDE
    sheet = Image.new("RGB", (COLUMNS * THUMB, -(-len(pictures) // COLUMNS) * high), (7, 16, 29))
    for at, picture in enumerate(pictures):
        small = picture.resize((THUMB - 6, high - 6), Image.Resampling.LANCZOS)
        sheet.paste(small, (at % COLUMNS * THUMB + 3, at // COLUMNS * high + 3))
    return sheet
