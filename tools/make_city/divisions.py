"""区划 — names, codes and label points for the cells; grids numbered within their community W→E, then N→S."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from . import plane
from .cells import Cells

COUNTY = "330110"


@dataclass(frozen=True, kw_only=True)
class Place:
    code: str
    name: str
    name_en: str
    level: str
    parent: str
    geometry: BaseGeometry
    label: tuple[float, float]


def read_names(file: Path, parent_column: str) -> list[tuple[str, str, str]]:
    """Rows of the county as (code, name, parent code)."""
    with file.open(encoding="utf-8") as f:
        rows = [r for r in csv.DictReader(f) if r["areaCode"] == COUNTY]
    return [(r["code"], r["name"].removesuffix("委会"), r[parent_column]) for r in rows]


def label_of(shape: BaseGeometry) -> tuple[float, float]:
    """The point deepest inside, so that a name never sits on a border."""
    part = max(getattr(shape, "geoms", [shape]), key=lambda p: p.area)
    point = shapely.maximum_inscribed_circle(part, tolerance=0.0005).coords[0]
    lon, lat = round(point[0], 5), round(point[1], 5)
    if not shapely.contains_xy(shape, lon, lat):
        spot = shape.representative_point()
        lon, lat = round(spot.x, 5), round(spot.y, 5)
    return lon, lat


def make_places(cells: Cells, streets: Path, communities: Path) -> list[Place]:
    """County, streets, communities, grids; communities called 社区 take the places where people live densest."""
    parts: dict[int, list[int]] = defaultdict(list)
    for g, c in enumerate(cells.community_of):
        parts[c].append(g)
    shapes = {c: shapely.coverage_union_all([cells.grids[g] for g in gs]) for c, gs in parts.items()}
    density = {c: float(plane.density_of(plane.to_plane(s.centroid.coords[0]))[0]) for c, s in shapes.items()}
    named: dict[int, tuple[str, str, str]] = {}
    rows = read_names(communities, "streetCode")
    for street in dict.fromkeys(cells.street_of):
        here = sorted((c for c in shapes if cells.street_of[c] == street), key=lambda c: -density[c])
        names = sorted((r for r in rows if r[2] == street), key=lambda r: ("社区" not in r[1], r[0]))
        named.update(zip(here, names, strict=True))
    english = _english()
    out = [_county(cells)]

    def place(code: str, name: str, name_en: str, level: str, parent: str, shape: BaseGeometry) -> None:
        label = label_of(shape)
        out.append(
            Place(code=code, name=name, name_en=name_en, level=level, parent=parent, geometry=shape, label=label)
        )

    for code, name, parent in read_names(streets, "areaCode"):
        shape = shapely.coverage_union_all([shapes[c] for c in shapes if named[c][2] == code])
        place(code, name, english[code], "street", parent, shape)
    in_order = sorted(named.items(), key=lambda item: item[1][0])
    for c, (code, name, parent) in in_order:
        place(code, name, english[code], "community", parent, shapes[c])
    for c, (code, _, _) in in_order:
        labels = {g: label_of(cells.grids[g]) for g in parts[c]}
        for n, g in enumerate(sorted(parts[c], key=lambda g: (labels[g][0], -labels[g][1])), 1):
            place(f"{code}{n:03d}", f"第{n:02d}网格", f"Grid {n:02d}", "grid", code, cells.grids[g])
    return out


def _english() -> dict[str, str]:
    with (Path(__file__).parent / "english.csv").open(encoding="utf-8") as f:
        return {row["code"]: row["name_en"] for row in csv.DictReader(f)}


def _county(cells: Cells) -> Place:
    shape = shapely.coverage_union_all(np.array(cells.grids, dtype=object))
    names = {"name": "余杭区", "name_en": "Yuhang District"}
    return Place(code=COUNTY, level="county", parent="", geometry=shape, label=label_of(shape), **names)
