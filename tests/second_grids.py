"""The grids of the police: another grid system over a street of the demo city, with faults whose places are known."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import shapely
from shapely.geometry import mapping, shape

from cockpit.services.city import City

STREET = "330110012"

#: what `<data-dir>/layers.d/police_grid.toml` says
SECOND_GRIDS_TOML = """
title = "警务网格"
title_en = "Police grids"
group = "place"
geometry = "area"
owner = "区公安分局"
source = "警务网格划分"

[[kinds]]
key = "beat"
title = "警务网格"
"""


@dataclass(frozen=True, slots=True)
class SecondGrids:
    """What was done to the grids: one that nobody took over, two that own the same land, a border that moved."""

    ours: dict[str, Any]
    theirs: dict[str, Any]
    left_out: str
    both: tuple[str, str]
    moved: tuple[str, str]

    def table(self) -> Any:
        """As a GeoDataFrame in degrees."""
        rows = {"id": list(self.theirs), "name": [f"警务 {code[-6:]}" for code in self.theirs]}
        return geopandas.GeoDataFrame(rows, geometry=list(self.theirs.values()), crs="EPSG:4326")


def second_grids(file: Path | None = None, *, crs: str = "EPSG:4326") -> SecondGrids:
    """The system, and its file where one is asked for: GeoJSON, or any other that geopandas writes, by its suffix."""
    ours = _grids()
    (one, other), (from_, to) = _pairs(ours)
    taken, moved = _half_of(ours[other]), _half_of(ours[from_])
    theirs = dict(ours)
    theirs[one] = shapely.union(ours[one], taken)
    theirs[from_], theirs[to] = shapely.difference(ours[from_], moved), shapely.union(ours[to], moved)
    left_out = next(code for code in sorted(ours) if code not in (one, other, from_, to))
    del theirs[left_out]
    made = SecondGrids(ours, theirs, left_out, (one, other), (from_, to))
    if file is not None and file.suffix == ".geojson":
        table = [
            {"type": "Feature", "properties": {"id": code, "name": f"警务 {code[-6:]}"}, "geometry": mapping(land)}
            for code, land in theirs.items()
        ]
        file.write_text(json.dumps({"type": "FeatureCollection", "features": table}), encoding="utf-8")
    elif file is not None:
        made.table().to_crs(crs).to_file(file)
    return made


def _grids() -> dict[str, Any]:
    directory = City.load("yuhang").directory
    assert directory is not None
    told = json.loads((directory / "grids.geojson").read_text(encoding="utf-8"))["features"]
    shapes = {one["properties"]["code"]: shape(one["geometry"]) for one in told}
    return {code: land for code, land in shapes.items() if code.startswith(STREET)}


def _pairs(ours: dict[str, Any]) -> list[tuple[str, str]]:
    """Two pairs of neighbours that have nothing to do with each other: the second lies east of the first's middle."""
    found = list[tuple[str, str]]()
    used = set[str]()
    for one in sorted(ours):
        for other in sorted(ours):
            east = ours[other].bounds[0] > ours[one].centroid.x
            if east and not {one, other} & used and ours[one].intersection(ours[other]).length > 1e-3:
                found.append((one, other))
                used |= {one, other}
                break
        if len(found) == 2:
            return [found[0], (found[1][1], found[1][0])]
    raise AssertionError("no neighbours")


def _half_of(land: Any) -> Any:
    """The western half."""
    west, south, _, north = land.bounds
    return shapely.intersection(land, shapely.box(west, south, land.centroid.x, north))
