"""道路 — a warped block lattice where people live, village lanes elsewhere, the hand-drawn arterials through both."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
import shapely
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, cKDTree
from shapely.geometry import LineString, MultiLineString, Polygon

from . import names, places, plane

RANK = {"arterial": 0, "street": 1, "lane": 2}


@dataclass(frozen=True, kw_only=True)
class Lattice:
    """Block corners in the road space; block (i, j) spans xs[i]…xs[i+1], ys[j]…ys[j+1]."""

    xs: np.ndarray
    ys: np.ndarray


@dataclass(kw_only=True)
class Network:
    """Segments in metres, noded at every crossing; class and name per edge."""

    nodes: np.ndarray
    edges: np.ndarray
    classes: list[str]
    names: list[str]
    outside: list[tuple[str, LineString]] = field(default_factory=list)


def make_lattice(outline: Polygon, rng: np.random.Generator) -> Lattice:
    corners = plane.unwarp_roads(shapely.get_coordinates(outline.envelope.buffer(9000)))
    (w, s), (e, n) = corners.min(0), corners.max(0)
    steps = [rng.choice([150, 175, 190, 215, 240], 600) for _ in range(2)]
    xs, ys = w + np.cumsum(steps[0]), s + np.cumsum(steps[1])
    return Lattice(xs=xs[xs < e], ys=ys[ys < n])


def _lattice_lines(lattice: Lattice, rng: np.random.Generator) -> list[tuple[str, str, np.ndarray]]:
    out = []
    for axis, (along, across) in enumerate([(lattice.xs, lattice.ys), (lattice.ys, lattice.xs)]):
        for k, at in enumerate(across):
            line = np.column_stack([along, np.full(len(along), at)])
            line = plane.warp_roads(line if axis == 0 else line[:, ::-1])
            middle = (line[:-1] + line[1:]) / 2
            dense = plane.density_of(middle)
            major = k % 3 == 0
            chunk = np.arange(len(middle)) // 24
            keep = dense > (0.10 if major else 0.34 + 0.15 * np.sin(k * 1.7))
            luck = rng.random(len(keep))[np.arange(len(keep)) // (6 if major else 2)]  # gaps are whole stretches
            keep &= luck < (0.5 + 1.1 * dense if major else 0.42 + 0.3 * dense)
            for m in np.flatnonzero(keep):
                kind = "street" if major and dense[m] > 0.10 else "lane"
                name = names.street_name(axis, k // 3, int(chunk[m])) if kind == "street" else ""
                out.append((kind, name, line[m : m + 2]))
    return out


def _village_lines(hamlets: np.ndarray, town: np.ndarray) -> list[tuple[str, str, np.ndarray]]:
    """Relative neighbourhood graph over hamlets and the town's edge, drawn as winding lanes."""
    at = np.vstack([hamlets, town])
    tri = Delaunay(at).simplices
    pairs = np.unique(np.sort(np.vstack([tri[:, [0, 1]], tri[:, [1, 2]], tri[:, [0, 2]]]), axis=1), axis=0)
    tree = cKDTree(at)
    out = []
    for a, b in pairs:
        far = float(np.hypot(*(at[a] - at[b])))
        if far > 4200 or min(a, b) >= len(hamlets):
            continue
        between = set(tree.query_ball_point(at[a], far * 0.999)) & set(tree.query_ball_point(at[b], far * 0.999)) - {
            a,
            b,
        }
        if between:
            continue
        n = max(2, int(far // 110) + 1)
        t = np.linspace(0, 1, n)[:, None]
        straight = at[a] + (at[b] - at[a]) * t
        bend = (plane.warp_bounds(straight) - straight) * 0.55
        bend -= bend[0] * (1 - t) + bend[-1] * t
        line = straight + bend
        out += [("lane", "", line[i : i + 2]) for i in range(n - 1)]
    return out


def _arterial_lines() -> list[tuple[str, str, np.ndarray]]:
    out = []
    for name, points in places.ARTERIALS:
        line = shapely.segmentize(LineString(plane.smooth(plane.to_plane(points))), 160)
        c = shapely.get_coordinates(line)
        out += [("arterial", name, c[i : i + 2]) for i in range(len(c) - 1)]
    return out


def make_roads(
    outline: Polygon, water: shapely.Geometry, hamlets: np.ndarray, lattice: Lattice, rng: np.random.Generator
) -> Network:
    """`outline`, `water` and `hamlets` in plane metres; arterials and streets bridge rivers, lanes seldom do."""
    pieces = _lattice_lines(lattice, rng)
    ends = np.array([p[2][0] for p in pieces])
    rural = hamlets[plane.density_of(hamlets) < 0.36]
    rim = ends[plane.density_of(ends) < 0.45]
    pieces += _village_lines(rural, rim[:: max(1, len(rim) // 1500)])
    pieces += _arterial_lines()
    lines = np.array([LineString(p[2]) for p in pieces], dtype=object)
    wet = shapely.intersects(lines, water)
    luck = rng.random(len(lines))
    kinds = np.array([p[0] for p in pieces])
    ok = ~wet | (kinds == "arterial") | ((kinds == "street") & (luck < 0.5)) | (luck < 0.22)
    lakes = shapely.unary_union(
        [g for g in getattr(water, "geoms", [water]) if g.area > 150_000 and g.length**2 / g.area < 60]
    )
    ok &= ~shapely.intersects(lines, lakes)
    inside = shapely.within(lines, outline)
    out = _noded(lines[ok & inside], [p for p, k in zip(pieces, ok & inside, strict=True) if k])
    far = shapely.distance(lines, outline)
    patch = np.floor(shapely.get_coordinates(shapely.centroid(lines)) / 1300) @ (12.9898, 78.233)
    seen = ok & ~inside & (kinds == "street") & (np.sin(patch) * 43758.5453 % 1 < 0.95 - far / 10_000)
    out.outside = [("street", lines[i]) for i in np.flatnonzero(seen)]
    return out


def _noded(lines: np.ndarray, pieces: list[tuple[str, str, np.ndarray]]) -> Network:
    noded = shapely.unary_union(MultiLineString(list(lines)), grid_size=1.0)
    segments = []
    for line in getattr(noded, "geoms", [noded]):
        c = shapely.get_coordinates(line)
        segments += list(zip(map(tuple, c[:-1]), map(tuple, c[1:]), strict=True))
    index: dict[tuple[float, float], int] = {}
    pairs = {tuple(sorted(index.setdefault(end, len(index)) for end in segment)) for segment in segments}
    edges = np.array(sorted(pairs))
    nodes = np.array(list(index))
    middle = (nodes[edges[:, 0]] + nodes[edges[:, 1]]) / 2
    hit, source = shapely.STRtree(lines).query(shapely.points(middle), predicate="dwithin", distance=2.0)
    best: dict[int, int] = {}
    for h, s in zip(hit, source, strict=True):
        if h not in best or RANK[pieces[s][0]] < RANK[pieces[best[h]][0]]:
            best[int(h)] = int(s)
    kinds = [pieces[best[i]][0] if i in best else "lane" for i in range(len(edges))]
    titles = [pieces[best[i]][1] if i in best else "" for i in range(len(edges))]
    return _connected(Network(nodes=nodes, edges=edges, classes=kinds, names=titles))


def _connected(net: Network) -> Network:
    """Bridges every larger piece to the main one by its shortest link and drops crumbs: one can walk anywhere."""
    n = len(net.nodes)
    edges, kinds, titles = net.edges.tolist(), list(net.classes), list(net.names)
    graph = sp.coo_matrix((np.ones(len(edges)), (net.edges[:, 0], net.edges[:, 1])), shape=(n, n))
    count, label = connected_components(graph, directed=False)
    size = np.bincount(label, minlength=count)
    order = np.argsort(-size)
    main = label == order[0]
    for part in order[1:]:
        here = np.flatnonzero(label == part)
        if len(here) < 12:
            continue
        pool = np.flatnonzero(main)
        far, at = cKDTree(net.nodes[pool]).query(net.nodes[here])
        a = int(np.argmin(far))
        edges.append([int(here[a]), int(pool[at[a]])])
        kinds.append("lane")
        titles.append("")
        main |= label == part
    keep = np.flatnonzero(main)
    new = np.full(n, -1)
    new[keep] = np.arange(len(keep))
    kept = [i for i, (a, b) in enumerate(edges) if main[a] and main[b]]
    return Network(
        nodes=net.nodes[keep],
        edges=new[np.array(edges)[kept]],
        classes=[kinds[i] for i in kept],
        names=[titles[i] for i in kept],
    )
