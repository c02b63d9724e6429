"""建筑 — invented footprints: slabs, towers, offices, sheds in the lattice blocks, houses along village lanes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from . import places, plane
from .roads import Lattice, Network

TILE_ZOOM = 14


def _rect(x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])


def _block(a: float, c: float, b: float, d: float, dense: float, rng: np.random.Generator) -> list[np.ndarray]:
    """One block in road space, metres; what stands there is drawn by lot."""
    out: list[np.ndarray] = []
    lot = rng.random()
    w, h = b - a, d - c
    if dense < 0.3:
        lot = lot * 0.5 + 0.5
    if lot < 0.46:  # rows of slabs facing south
        rows, cols = max(2, int(h / 52)), max(1, int(w / 76))
        depth = rng.choice([12, 14, 16])
        for j in range(rows):
            for i in range(cols):
                if rng.random() > 0.07:
                    x, y = a + i * w / cols + 4, c + j * h / rows + 7 + rng.uniform(-3, 3)
                    out.append(_rect(x, y, a + (i + 1) * w / cols - 6, y + depth))
    elif lot < 0.58:  # towers
        nx, ny = max(1, int(w / 72)), max(1, int(h / 72))
        for j in range(ny):
            for i in range(nx):
                if rng.random() > 0.15:
                    s, x, y = rng.uniform(11, 16), a + (i + 0.5) * w / nx, c + (j + 0.5) * h / ny
                    out.append(_rect(x - s, y - s * 0.8, x + s, y + s * 0.8))
    elif lot < 0.68:  # offices and schools
        for i in range(2):
            for j in range(2):
                if rng.random() > 0.25:
                    x, y = a + i * w / 2 + 5, c + j * h / 2 + 5
                    out.append(_rect(x, y, x + rng.uniform(0.4, 0.8) * w / 2, y + rng.uniform(0.3, 0.75) * h / 2))
    elif lot < 0.76:  # sheds
        n = int(rng.integers(1, 4))
        out += [_rect(a + i * w / n + 4, c + 6, a + (i + 1) * w / n - 5, d - 6 - rng.uniform(0, 50)) for i in range(n)]
    else:  # the houses of an old village
        for x in np.arange(a + 6, b - 16, 24):
            for y in np.arange(c + 6, d - 16, 22):
                if rng.random() < 0.13 + 0.14 * min(dense, 1):
                    x1, y1 = x + rng.uniform(-3, 3), y + rng.uniform(-3, 3)
                    out.append(_rect(x1, y1, x1 + rng.uniform(9, 14), y1 + rng.uniform(8, 12)))
    return out


def _lane_houses(net: Network, rng: np.random.Generator) -> list[np.ndarray]:
    out = []
    for (a, b), kind in zip(net.edges, net.classes, strict=True):
        p, q = net.nodes[a], net.nodes[b]
        far = float(np.hypot(*(q - p)))
        if kind != "lane" or far < 30 or plane.density_of((p + q) / 2)[0] > 0.36:
            continue
        along, aside = (q - p) / far, np.array([-(q - p)[1], (q - p)[0]]) / far
        near = 0.10 + 0.45 * min(1.0, float(plane.density_of((p + q) / 2)[0]) * 3)
        for t in np.arange(14, far - 14, 19):
            for side in (-1, 1):
                if rng.random() < near * 0.36:
                    o = p + along * t + aside * side * rng.uniform(16, 34)
                    u, v = along * rng.uniform(4.5, 7), aside * rng.uniform(4, 6)
                    out.append(np.array([o - u - v, o + u - v, o + u + v, o - u + v]))
    return out


def make_buildings(
    outline: Polygon,
    lattice: Lattice,
    green: set[tuple[int, int]],
    net: Network,
    wet: BaseGeometry,
    rng: np.random.Generator,
) -> np.ndarray:
    """(n, 4, 2) corners in degrees, free of water, parks, highways and every road of the network."""
    quads: list[np.ndarray] = []
    shapely.prepare(outline)
    for i in range(len(lattice.xs) - 1):
        for j in range(len(lattice.ys) - 1):
            if (i, j) in green:
                continue
            a, b, c, d = lattice.xs[i] + 15, lattice.xs[i + 1] - 15, lattice.ys[j] + 15, lattice.ys[j + 1] - 15
            mid = plane.warp_roads([((a + b) / 2, (c + d) / 2)])
            dense = float(plane.density_of(mid)[0])
            if dense > 0.16 and rng.random() < min(0.88, 0.05 + 0.75 * dense) and shapely.contains_xy(outline, *mid[0]):
                quads += [plane.warp_roads(q) for q in _block(a, c, b, d, dense, rng)]
    quads += _lane_houses(net, rng)
    corners = np.array(quads)
    shapes = shapely.polygons(corners)
    roads = shapely.linestrings(net.nodes[net.edges])
    wide = [LineString(plane.smooth(plane.to_plane(p))) for _, p in places.HIGHWAYS + places.RAILS + places.ARTERIALS]
    bad = np.zeros(len(shapes), bool)
    for lines, gap in [
        (roads, 7.0),
        (np.array(wide, dtype=object), 24.0),
        (np.array(getattr(wet, "geoms", [wet]), dtype=object), 9.0),
    ]:
        bad[shapely.STRtree(lines).query(shapes, predicate="dwithin", distance=gap)[0]] = True
    return plane.to_lonlat(corners[~bad].reshape(-1, 2)).reshape(-1, 4, 2)


def _tile_of(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    n = 2**TILE_ZOOM
    y = (1 - np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) / np.pi) / 2
    return (np.floor((lon + 180) / 360 * n)).astype(int), np.floor(y * n).astype(int)


def write_buildings(file: Path, corners: np.ndarray) -> list[list[int]]:
    """Packs the footprints sorted by Web Mercator tile; returns [x, y, first, count] per tile."""
    tx, ty = _tile_of(*corners.mean(1).T)
    order = np.lexsort((corners[:, 0, 0], ty, tx))
    np.round(corners[order] * 1e6).astype("<i4").tofile(file)
    pairs, first, count = np.unique(np.column_stack([tx, ty])[order], axis=0, return_index=True, return_counts=True)
    return [[int(x), int(y), int(f), int(c)] for (x, y), f, c in zip(pairs, first, count, strict=True)]
