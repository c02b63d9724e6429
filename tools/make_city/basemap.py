"""底图 — water, parks, highways and rails from the hand drawing; lanes and streets from the network, cut into tiles."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, Polygon, box
from shapely.geometry.base import BaseGeometry

from . import places, plane
from .outline import outline_of
from .roads import Lattice, Network

TILE_DEGREES = 0.04
Feature = dict[str, Any]


def _line(points: places.Line) -> LineString:
    return LineString(plane.smooth(plane.to_plane(points)))


def _winding(name: str, points: places.Line) -> LineString:
    """A river wanders a little around its drawn course."""
    line = shapely.get_coordinates(shapely.segmentize(_line(points), 120))
    k = sum(map(ord, name)) % 7
    x, y = line[:, 0], line[:, 1]
    fade = np.minimum(1, np.minimum(np.arange(len(line)), np.arange(len(line))[::-1]) / 6)
    dx = fade * (70 * np.sin(y / 420 + k) + 25 * np.sin(y / 150 + x / 260))
    dy = fade * (60 * np.sin(x / 450 + k) + 25 * np.sin(x / 160 - y / 270))
    return LineString(np.column_stack([x + dx, y + dy]))


def _blob(points: places.Line) -> Polygon:
    ring = plane.to_plane([*points, points[0]])
    start = (ring[0] + ring[1]) / 2
    shape = Polygon(plane.smooth(np.vstack([start, ring[1:], start]), 3)).buffer(0)
    edge = shapely.get_coordinates(shapely.segmentize(shape.exterior, 60))
    wave = plane.warp_bounds(edge) - edge
    return Polygon(edge + (wave - wave.mean(0)) * 0.35).buffer(0)


def rivers() -> list[tuple[str, str, float, LineString]]:
    """(class, name, width in metres, course in the plane)."""
    out = [("river", n, w, _winding(n, pts)) for n, w, pts in places.RIVERS]
    return out + [("canal", n, w, _line(pts)) for n, w, pts in places.CANALS]


def waters() -> list[tuple[str, Polygon]]:
    """Named areas of water in the plane: lakes, and rivers wide enough to be drawn as areas."""
    out = [(n, _blob(pts)) for n, pts in places.LAKES]
    out += [(n, _line(pts).buffer(w / 2)) for n, w, pts in places.ESTUARIES]
    return out + [(n, line.buffer(w / 2)) for _, n, w, line in rivers()]


def named_parks() -> list[tuple[str, Polygon]]:
    return [(n, _blob(pts)) for n, pts in places.PARKS]


def lattice_parks(
    lattice: Lattice, land: BaseGeometry, wet: BaseGeometry, rng: np.random.Generator
) -> list[tuple[int, int]]:
    """Blocks of the lattice that are green: one in fourteen, and those that touch water more often."""
    out = []
    shapely.prepare(land)
    for i in range(len(lattice.xs) - 1):
        for j in range(len(lattice.ys) - 1):
            mid = plane.warp_roads([(lattice.xs[i : i + 2].mean(), lattice.ys[j : j + 2].mean())])
            if plane.density_of(mid)[0] > 0.25 and shapely.contains_xy(land, *mid[0]):
                near = shapely.dwithin(shapely.points(mid[0]), wet, 130)
                if rng.random() < (0.30 if near else 0.03):
                    out.append((i, j))
    return out


def block(lattice: Lattice, i: int, j: int, inset: float) -> Polygon:
    x0, x1 = lattice.xs[i] + inset, lattice.xs[i + 1] - inset
    y0, y1 = lattice.ys[j] + inset, lattice.ys[j + 1] - inset
    return Polygon(plane.warp_roads(shapely.get_coordinates(shapely.segmentize(box(x0, y0, x1, y1), 90))))


def _degrees(shape: BaseGeometry) -> BaseGeometry:
    return shapely.transform(shape, plane.to_lonlat)


def _feature(kind: str, shape: BaseGeometry, name: str = "", **more: Any) -> Feature:
    properties: dict[str, Any] = {"class": kind, **more}
    if name:
        properties["name"] = name
    return {"type": "Feature", "properties": properties, "geometry": shape}


def _tiled(kind: str, lines: list[LineString]) -> list[Feature]:
    """One feature a tile, so that a client draws only what it sees."""
    tiles: dict[tuple[int, int], list[LineString]] = defaultdict(list)
    for line in lines:
        mid = line.interpolate(0.5, normalized=True)
        tiles[int(mid.x // TILE_DEGREES), int(mid.y // TILE_DEGREES)].append(line)
    merged = (shapely.line_merge(MultiLineString(part)) for _, part in sorted(tiles.items()))
    return [_feature(kind, shape) for shape in merged]


def _surroundings(county: str) -> list[Feature]:
    """Outlines of the districts around as lines, each common border once and the county's own not at all."""
    own = outline_of(county)
    drawn: BaseGeometry = own.boundary if own else Polygon()
    out = []
    for code in places.NEIGHBOURS:
        if (shape := outline_of(code)) is not None:
            line = shape.simplify(0.0008).boundary
            fresh = shapely.line_merge(line.difference(drawn.buffer(0.003)))
            drawn = drawn.union(line)
            out.append(_feature("neighbour", fresh, code=code))
    return [f for f in out if not f["geometry"].is_empty]


def make_basemap(net: Network, parks: list[Polygon], county: str) -> list[Feature]:
    out = _surroundings(county)
    out += [_feature("park", _degrees(area), name) for name, area in named_parks()]
    out += [_feature("park", _degrees(p)) for p in parks]
    areas = waters()[: len(places.LAKES) + len(places.ESTUARIES)]
    out += [_feature("water_area", _degrees(area.simplify(4)), name) for name, area in areas]
    out += [_feature(kind, _degrees(line.simplify(4)), name, width_m=w) for kind, name, w, line in rivers()]
    at = plane.to_lonlat(net.nodes)
    by_name: dict[tuple[str, str], list[LineString]] = defaultdict(list)
    lanes = []
    for (a, b), kind, name in zip(net.edges, net.classes, net.names, strict=True):
        line = LineString(at[[a, b]])
        if kind == "street" and name:
            by_name[kind, name].append(line)
        elif kind != "arterial":
            lanes.append(line)
    for (kind, name), parts in sorted(by_name.items()):
        merged = shapely.line_merge(MultiLineString(parts))
        out += [_feature(kind, part, name) for part in getattr(merged, "geoms", [merged])]
    out += _tiled("lane", lanes)
    out += _tiled("street", [_degrees(line) for kind, line in net.outside if kind == "street"])
    out += [_feature("arterial", _degrees(_line(pts).simplify(2)), name) for name, pts in places.ARTERIALS]
    out += [_feature("highway", _degrees(_line(pts).simplify(2)), name) for name, pts in places.HIGHWAYS]
    out += [_feature("rail", _degrees(_line(pts).simplify(2)), name) for name, pts in places.RAILS]
    return out
