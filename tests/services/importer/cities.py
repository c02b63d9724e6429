"""A small city for tests: two streets, the western one with two grids, the eastern one without any."""

import json
from pathlib import Path
from typing import Any

from cockpit.services.city import City

WEST, EAST = "330110001", "330110002"
WEST_GRID, MIDDLE_GRID = "330110001001001", "330110001001002"
#: degrees; everything lies between latitudes 30.0 and 30.1
IN_WEST_GRID, IN_MIDDLE_GRID, IN_WEST_ONLY, IN_EAST, OUTSIDE = (120.01, 120.03, 120.05, 120.07, 121.0)
LAT = 30.05


def _cell(code: str, level: str, west: float, east: float) -> dict[str, Any]:
    ring = [[west, 30.0], [east, 30.0], [east, 30.1], [west, 30.1], [west, 30.0]]
    about = {"code": code, "name": code, "level": level, "label_lon": (west + east) / 2, "label_lat": LAT}
    return {"type": "Feature", "properties": about, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def small_city(directory: Path) -> City:
    """Written as files and loaded like any other."""
    cells = [
        _cell("330110", "county", 120.0, 120.08), _cell(WEST, "street", 120.0, 120.06),
        _cell(EAST, "street", 120.06, 120.08),
    ]  # fmt: skip
    grids = [_cell(WEST_GRID, "grid", 120.0, 120.02), _cell(MIDDLE_GRID, "grid", 120.02, 120.04)]
    directory.mkdir(parents=True, exist_ok=True)
    for name, features in (("divisions", cells), ("grids", grids)):
        body = {"type": "FeatureCollection", "features": features}
        (directory / f"{name}.geojson").write_text(json.dumps(body), encoding="utf-8")
    (directory / "city.toml").write_text(
        'code = "330110"\nname_zh = "小城"\ncentre = [120.04, 30.05]\n'
        "bounds = [120.0, 30.0, 120.08, 30.1]\nfeeds = []\n",
        encoding="utf-8",
    )
    return City.load(str(directory))
