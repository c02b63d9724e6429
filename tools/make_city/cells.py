"""划分 — streets, communities and grids as one coverage: every boundary exists once and is shared by its neighbours.

Communities are Voronoi cells around seeds drawn where people live; grids are Voronoi cells inside their community. All
cell edges are noded together, bent by one warp, noded with the district outline on the 5-decimal lattice, and only then
polygonised, so that grids dissolve into communities and streets without slivers.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import MultiPoint, Point, Polygon, box

from . import places, plane

STEP_DEGREES = 1e-5


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Faces in degrees with their community index; communities know their street code."""

    grids: list[Polygon]
    community_of: list[int]
    street_of: list[str]  # per community


def _sample(area: Polygon, n: int, base: float, rng: np.random.Generator) -> np.ndarray:
    w, s, e, t = area.bounds
    found: list[np.ndarray] = []
    while len(found) < n:
        xy = rng.uniform((w, s), (e, t), (max(64, 8 * n), 2))
        keep = (rng.random(len(xy)) * 2 < base + plane.density_of(plane.warp_bounds(xy))) & shapely.contains_xy(
            area, xy
        )
        found.extend(xy[keep])
    return np.array(found[:n])


def _voronoi(seeds: np.ndarray, inside: Polygon) -> list[Polygon]:
    """Cells in the order of their seeds, clipped to `inside`."""
    if len(seeds) == 1:
        return [inside]
    raw = shapely.voronoi_polygons(MultiPoint(seeds), extend_to=inside, ordered=True)
    return [cell.intersection(inside) for cell in raw.geoms]


def _relaxed(seeds: np.ndarray, inside: Polygon, rounds: int, pull: float) -> np.ndarray:
    for _ in range(rounds):
        centres = np.array([cell.centroid.coords[0] for cell in _voronoi(seeds, inside)])
        ok = shapely.contains_xy(inside, centres)
        seeds = np.where(ok[:, None], seeds * (1 - pull) + centres * pull, seeds)
    return seeds


def _community_seeds(land: Polygon, counts: dict[str, int], rng: np.random.Generator) -> tuple[np.ndarray, list[str]]:
    codes = list(counts)
    at = plane.unwarp_bounds(plane.to_plane([places.STREETS[c] for c in codes]))
    home = _voronoi(at, box(*land.buffer(20_000).bounds))
    seeds: list[np.ndarray] = []
    street_of: list[str] = []
    for code, cell in zip(codes, home, strict=True):
        part = cell.intersection(land)
        part = max(getattr(part, "geoms", [part]), key=lambda p: p.area)
        seeds.append(_relaxed(_sample(part, counts[code], 0.22, rng), part, 2, 0.8))
        street_of += [code] * counts[code]
    return np.vstack(seeds), street_of


def _quota(weights: np.ndarray, total: int, least: int) -> np.ndarray:
    share = weights / weights.sum() * (total - least * len(weights))
    n = np.floor(share).astype(int)
    n[np.argsort(n - share)[: total - least * len(weights) - n.sum()]] += 1
    return n + least


def _edges(polygons: list[Polygon], step_m: float) -> list[np.ndarray]:
    """Every noded edge once, cut into short pieces: the same points whichever side asks."""
    noded = shapely.unary_union([p.exterior for p in polygons], grid_size=0.01)
    out = []
    for line in noded.geoms:
        c = shapely.get_coordinates(line)
        for a, b in itertools.pairwise(c):
            a, b = (a, b) if tuple(a) < tuple(b) else (b, a)
            n = max(1, int(np.hypot(*(b - a)) // step_m))
            out.append(a + (b - a) * np.linspace(0, 1, n + 1)[:, None])
    return out


def make_cells(outline: Polygon, counts: dict[str, int], total: int, rng: np.random.Generator) -> Cells:
    """`counts`: communities per street code; `total`: grids altogether."""
    frame = outline.simplify(0.00012)
    land = Polygon(plane.unwarp_bounds(plane.to_plane(shapely.get_coordinates(frame.exterior)))).buffer(0)
    land = max(getattr(land, "geoms", [land]), key=lambda p: p.area)
    seeds, street_of = _community_seeds(land, counts, rng)
    wide = box(*land.buffer(3000).bounds)
    communities = _voronoi(seeds, wide)
    inner = []
    for cell, seed in zip(communities, seeds, strict=True):
        part = cell.intersection(land)
        parts = list(getattr(part, "geoms", [part]))
        inner.append(next((p for p in parts if p.contains(Point(seed))), max(parts, key=lambda p: p.area)))
    people = np.array(
        [(0.05 + plane.density_of(plane.warp_bounds(_sample(p, 60, 2, rng))).mean()) * p.area**0.75 for p in inner]
    )
    quota = _quota(people, total, 3)
    cells: list[Polygon] = []
    owner: list[int] = []
    for i, (cell, part, n) in enumerate(zip(communities, inner, quota, strict=True)):
        own = _relaxed(_sample(part, int(n), 0.3, rng), part, 3, 0.8)
        cells += _voronoi(own, cell)
        owner += [i] * int(n)
    warped = [shapely.linestrings(plane.to_lonlat(plane.warp_bounds(e))) for e in _edges(cells, 70)]
    noded = shapely.unary_union([*warped, frame.exterior], grid_size=STEP_DEGREES)
    faces = [f for f in shapely.polygonize([noded]).geoms if frame.buffer(2e-5).contains(f.representative_point())]
    faces = [f for f in faces if frame.intersection(f).area > 0.5 * f.area]
    middles = plane.unwarp_bounds(plane.to_plane([f.representative_point().coords[0] for f in faces]))
    hit = shapely.STRtree(cells).nearest(shapely.points(middles))
    return _whole(faces, [int(h) for h in hit], owner, street_of, len(cells))


def _whole(faces: list[Polygon], cell_of: list[int], owner: list[int], street_of: list[str], n: int) -> Cells:
    """One face per cell: pieces that the outline cut off go to the neighbour with the longest common border."""
    main: dict[int, int] = {}
    for f, c in enumerate(cell_of):
        if c not in main or faces[f].area > faces[main[c]].area:
            main[c] = f
    missing = set(range(n)) - set(main)
    if missing:
        raise ValueError(f"cells lost at the outline: {sorted(missing)}; take another seed")
    groups: dict[int, list[int]] = defaultdict(list)
    for c, f in main.items():
        groups[c].append(f)
    group_of = {f: c for c, f in main.items()}
    tree = shapely.STRtree(faces)
    rest = [f for f in range(len(faces)) if f not in group_of]
    while rest:
        later = []
        for f in rest:
            near = [int(g) for g in tree.query(faces[f]) if int(g) in group_of]
            shared = [faces[f].intersection(faces[g]).length for g in near]
            if not shared or max(shared) == 0:
                later.append(f)
                continue
            group_of[f] = group_of[near[int(np.argmax(shared))]]
            groups[group_of[f]].append(f)
        if len(later) == len(rest):
            break
        rest = later
    grids = [shapely.coverage_union_all([faces[f] for f in groups[c]]) for c in range(n)]
    for i, g in enumerate(grids):
        if g.geom_type != "Polygon":
            g = g.geoms[0] if len(g.geoms) == 1 else g
        grids[i] = Polygon(g.exterior) if g.geom_type == "Polygon" else g
    grids = [Polygon(g.exterior) for g in shapely.coverage_simplify(grids, 6e-5, simplify_boundary=True)]
    return Cells(grids=grids, community_of=owner, street_of=street_of)
