"""Every shipped thematic layer on one sheet for the documents: the desk's map with nothing but that layer on."""

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser

COLUMNS, WIDE, HIGH, LINE = 6, 320, 208, 28
#: where a city has most of everything, and how near single things are told apart
_PLACE, _ZOOM = (30.285, 119.995), 13.5
_FONTS = ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",)
_THERE = "window.cockpit?.thematic?.items.filter((layer) => layer.version).length >= 25"
_QUIET = """for (const name of ['event', 'gridworker', 'iot', 'grid']) cockpit.emit('layer', { name, on: false });"""
_SETTLED = """(name) => {
  const book = cockpit.thematic, layer = book.find(name);
  return book.seen.drawn > 0 || !layer.total || book.why(name) === 'failed';
}"""


def take_layers(browser: Browser, url: str, link: str, file: Path) -> None:
    """Turn each layer on alone, cut the middle of the map out, and lay all of them side by side."""
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page.goto(link)
    page.goto(f"{url}/duty?layers=")
    page.wait_for_function(_THERE, timeout=120_000)
    page.evaluate(_QUIET)
    page.add_style_tag(content=".thematic-shown, .legend, .people-block, .map-notes, .layer-line { display: none }")
    layers = page.evaluate("cockpit.thematic.items.map((one) => [one.name, one.title, one.total, one.geometry])")
    layers = [layer for layer in layers if layer[2]]
    rows = -(-len(layers) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * WIDE, rows * (HIGH + LINE)), (7, 16, 29))
    pen = ImageDraw.Draw(sheet)
    font = next((ImageFont.truetype(path, 17) for path in _FONTS if Path(path).is_file()), ImageFont.load_default())
    for at, (name, title, total, geometry) in enumerate(layers):
        page.evaluate("(name) => { cockpit.thematic.clear(); cockpit.thematic.turn(name, true); }", name)
        zoom = 10.5 if geometry == "area" else 11.5 if total < 300 else _ZOOM
        page.evaluate(
            "([lat, lon, z]) => cockpit.map.leaflet.setView([lat, lon], z, { animate: false })", [*_PLACE, zoom]
        )
        page.wait_for_function(_SETTLED, arg=name, timeout=30_000)
        page.wait_for_timeout(600)
        shot = page.screenshot(clip={"x": 440, "y": 350, "width": 480, "height": 312})
        left, top = at % COLUMNS * WIDE, at // COLUMNS * (HIGH + LINE)
        sheet.paste(Image.open(io.BytesIO(shot)).convert("RGB").resize((WIDE - 8, HIGH - 4)), (left + 4, top + LINE))
        pen.text((left + 8, top + 3), f"{title} {total:,}", fill=(238, 244, 251), font=font)
    page.close()
    sheet.quantize(128).save(file, optimize=True)
