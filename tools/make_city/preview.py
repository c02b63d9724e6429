"""预览 — draws the built city to a PNG, to judge with the eye whether it reads as a city."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

STYLE: dict[str, tuple[str, str, float]] = {  # fill, line, width in metres
    "neighbour": ("", "#24405e", 0),
    "park": ("#10302c", "", 0),
    "water_area": ("#0c2c44", "#1b4a68", 0),
    "river": ("", "#12405f", 60),
    "canal": ("", "#12405f", 60),
    "lane": ("", "#1a2d45", 7),
    "street": ("", "#223a57", 14),
    "rail": ("", "#35506e", 8),
    "arterial": ("", "#365476", 24),
    "highway": ("", "#4a6d94", 34),
}


def _rings(geometry: dict[str, Any]) -> Iterator[list[list[float]]]:
    kind, c = geometry["type"], geometry["coordinates"]
    if kind == "LineString":
        yield c
    elif kind in ("MultiLineString", "Polygon"):
        yield from c
    elif kind == "MultiPolygon":
        for part in c:
            yield from part


def draw(
    city: Path,
    out: Path,
    bounds: tuple[float, float, float, float],
    width: int,
    terrain: tuple[float, float, float, float],
) -> None:
    """`bounds` w, s, e, n in degrees; `terrain` the bounds of terrain.webp."""
    w, s, e, n = bounds

    def y_of(lat: float) -> float:
        return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))

    scale = width / math.radians(e - w)
    height = round((y_of(n) - y_of(s)) * scale)

    def at(p: list[float]) -> tuple[float, float]:
        return math.radians(p[0] - w) * scale, (y_of(n) - y_of(p[1])) * scale

    image = Image.new("RGB", (width, height), "#0b1626")
    x0, y0 = at([terrain[0], terrain[3]])
    x1, y1 = at([terrain[2], terrain[1]])
    hills = Image.open(city / "terrain.webp")
    image.paste(
        hills.transform(
            (width, height),
            Image.Transform.EXTENT,
            (
                -x0 / (x1 - x0) * hills.width,
                -y0 / (y1 - y0) * hills.height,
                (width - x0) / (x1 - x0) * hills.width,
                (height - y0) / (y1 - y0) * hills.height,
            ),
        )
    )
    pen = ImageDraw.Draw(image)
    px_per_m = width / ((e - w) * 96_000)
    features = json.loads((city / "basemap.geojson").read_text(encoding="utf-8"))["features"]
    for kind, (fill, line, metres) in STYLE.items():
        for f in features:
            if f["properties"]["class"] != kind:
                continue
            wide = max(1, round(f["properties"].get("width_m", metres) * px_per_m))
            for ring in _rings(f["geometry"]):
                pts = [at(p) for p in ring]
                if fill and len(pts) > 2:
                    pen.polygon(pts, fill=fill, outline=line or None)
                elif line:
                    pen.line(pts, fill=line, width=wide)
    if width / (e - w) > 8000 and (city / "buildings.bin").exists():
        for quad in np.fromfile(city / "buildings.bin", "<i4").reshape(-1, 4, 2) / 1e6:
            if w < quad[0, 0] < e and s < quad[0, 1] < n:
                pen.polygon([at(list(p)) for p in quad], fill="#1c3049", outline="#2a4262")
    for name, colour, wide in [("grids", "#2a5673", 1), ("divisions", "#6db6d2", 2)]:
        for f in json.loads((city / f"{name}.geojson").read_text(encoding="utf-8"))["features"]:
            for ring in _rings(f["geometry"]):
                pen.line(
                    [at(p) for p in ring],
                    fill=colour if f["properties"].get("level") != "community" else "#3d7c9c",
                    width=wide if f["properties"].get("level") != "community" else 1,
                )
    font = ImageFont.truetype("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 16)
    for f in json.loads((city / "divisions.geojson").read_text(encoding="utf-8"))["features"]:
        p = f["properties"]
        if p["level"] == "street":
            pen.text(at([p["label_lon"], p["label_lat"]]), p["name"], font=font, fill="#e8f2fb", anchor="mm")
    image.save(out)
