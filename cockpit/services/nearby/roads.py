"""路网: the way by road between places, on foot, by e-bike and by car (Dijkstra's algorithm as scipy has it).

A place joins the graph at the nearest point of the nearest road. Where no road is near, or none leads there, the answer
is the straight line times `DETOUR`, and says so. Roads are taken as open to everybody in both directions.
"""

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from cockpit.domain.geo import EARTH_RADIUS_M, distance_m
from cockpit.domain.travel import DETOUR, ROAD_SPEED_MPS, SPEED_MPS, WALKING_MPS, Travel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: a place further from every road than this is reached across country
OFF_ROAD_M = 400.0
#: points on the roads this far apart lead to the nearest road
_SAMPLE_M = 40.0
#: searched this far at first; further only if somebody asked for lies beyond
_FIRST_M = 6_000.0
_FIELDS_KEPT = 128
_DEGREE_M = EARTH_RADIUS_M * np.pi / 180


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """The ways to some places: metres, seconds, and whether they follow roads. Arrays of one length."""

    road_m: Floats
    eta_s: Floats
    by_road: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Joined:
    """Where places join the graph: an edge, how far along it (metres from its first end), and the metres to it."""

    edge: Ints
    along_m: Floats
    off_m: Floats

    def of(self, place: int) -> "_Joined":
        """One of them alone."""
        one = slice(place, place + 1)
        return _Joined(self.edge[one], self.along_m[one], self.off_m[one])


@dataclass(frozen=True, slots=True, eq=False)
class _Field:
    """How far every node is from one place: cost (metres or seconds) and metres of the cheapest way."""

    cost: Floats
    metres: Floats
    whole: bool


class RoadGraph:
    """The roads of a city. Safe from any thread; fields around a place are remembered, because questions repeat."""

    def __init__(self, nodes: Floats, ends: Ints, length_m: Floats, classes: list[str]) -> None:
        """`nodes` (n, 2) degrees; `ends` (m, 2) nodes of each edge; `length_m` and `classes` of each edge."""
        self._lon0, self._lat0 = (float(v) for v in nodes.mean(axis=0)) if len(nodes) else (0.0, 0.0)
        self._nodes = self._plane(nodes[:, 0], nodes[:, 1]) if len(nodes) else np.zeros((0, 2))
        self._ends, self._length_m = ends, length_m
        speed = np.array([ROAD_SPEED_MPS.get(c, SPEED_MPS[Travel.VEHICLE]) for c in classes], dtype=np.float64)
        self._vehicle_s = length_m / speed if len(length_m) else length_m
        self._lock = threading.Lock()
        self._fields: OrderedDict[tuple[float, float, bool], _Field] = OrderedDict()

    @classmethod
    def load(cls, file: Path) -> "RoadGraph":
        """The graph of a city's `roads.json`; one without roads if there is no such file."""
        if not file.is_file():
            return cls(np.zeros((0, 2)), np.zeros((0, 2), dtype=np.int64), np.zeros(0), [])
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        edges = told["edges"]
        graph = cls(
            np.array(told["nodes"], dtype=np.float64).reshape(-1, 2),
            np.array([edge[:2] for edge in edges], dtype=np.int64).reshape(-1, 2),
            np.array([edge[2] for edge in edges], dtype=np.float64),
            [str(edge[3]) for edge in edges],
        )
        graph.make_ready()
        return graph

    def make_ready(self) -> None:
        """Make what every search needs, so that no question waits for it."""
        if len(self):
            assert self._samples and self._matrices

    def __len__(self) -> int:
        return len(self._length_m)

    def reach(self, lon: float, lat: float, lons: Floats, lats: Floats, travel: Travel) -> Reach:
        """The ways between one place and many, for one way of moving."""
        if travel is Travel.AIR or not len(self) or not len(lons):
            return self._straight(lon, lat, lons, lats, travel)
        here = self._join(np.array([lon]), np.array([lat]))
        return self._reach(lon, lat, here, lons, lats, self._join(lons, lats), travel)

    def matrix_s(self, lon: Floats, lat: Floats, lons: Floats, lats: Floats, travel: Travel) -> Floats:
        """Seconds between each of some places and each of others, (n, m): by road where there is one."""
        if travel is Travel.AIR or not len(self) or not len(lons) or not len(lon):
            ways = [self._straight(x, y, lons, lats, travel).eta_s for x, y in zip(lon, lat, strict=True)]
            return np.array(ways, dtype=np.float64).reshape(len(lon), len(lons))
        if len(lon) > len(lons):  # a search for each place of the shorter list
            return self.matrix_s(lons, lats, lon, lat, travel).T
        here, there = self._join(lon, lat), self._join(lons, lats)
        places = zip(lon.tolist(), lat.tolist(), range(len(lon)), strict=True)
        return np.array([self._seconds(x, y, here.of(i), lons, lats, there, travel) for x, y, i in places])

    def nearest_m(
        self, lons: Floats, lats: Floats, to_lons: Floats, to_lats: Floats
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Metres on foot from each place to the nearest of others, and whether that way follows roads; otherwise it is
        the straight line times DETOUR. Infinite if there are no others. One search however many there are."""
        if not len(to_lons):
            return np.full(len(lons), np.inf), np.zeros(len(lons), dtype=bool)
        straight = self._nearest_straight(lons, lats, to_lons, to_lats)
        if not len(self) or not len(lons):
            return straight, np.zeros(len(lons), dtype=bool)
        here, there = self._join(lons, lats), self._join(to_lons, to_lats)
        near = there.off_m <= OFF_ROAD_M
        n, ends = len(self._nodes), self._ends[there.edge[near]]
        share = np.column_stack([there.along_m[near], self._length_m[there.edge[near]] - there.along_m[near]])
        first = np.full(n, np.inf)
        np.minimum.at(first, ends.reshape(-1), (share + there.off_m[near, None]).reshape(-1))
        begins = np.flatnonzero(np.isfinite(first))
        matrix = self._matrices[0]
        # one more node leads to every road that a place lies at: the way from it is the way from the nearest
        grown = csr_matrix(
            (
                np.concatenate([matrix.data, np.maximum(first[begins], 1e-6)]),
                np.concatenate([matrix.indices, begins.astype(matrix.indices.dtype)]),
                np.append(matrix.indptr, matrix.indptr[-1] + len(begins)),
            ),
            shape=(n + 1, n + 1),
        )
        cost = np.asarray(dijkstra(grown, directed=True, indices=np.array([n])))[0, :n]
        length = self._length_m[here.edge]
        ways = cost[self._ends[here.edge]] + np.column_stack([here.along_m, length - here.along_m])
        metres = ways.min(axis=1) + here.off_m
        # on one road nobody goes round by a crossing
        for edge in np.unique(there.edge[near]).tolist():
            mine, its = np.flatnonzero(here.edge == edge), near & (there.edge == edge)
            direct = np.abs(here.along_m[mine, None] - there.along_m[its]) + there.off_m[its]
            metres[mine] = np.minimum(metres[mine], direct.min(axis=1) + here.off_m[mine])
        by_road = (here.off_m <= OFF_ROAD_M) & np.isfinite(metres)
        metres = np.where(by_road, np.maximum(metres, straight / DETOUR), straight)
        if near.all():
            return metres, by_road
        across = self._nearest_straight(lons, lats, to_lons[~near], to_lats[~near])
        return np.minimum(metres, across), by_road & (metres <= across)

    def _nearest_straight(self, lons: Floats, lats: Floats, to_lons: Floats, to_lats: Floats) -> Floats:
        """Metres to the nearest of others in a straight line, times DETOUR."""
        tree = cKDTree(self._plane(to_lons, to_lats))
        return np.asarray(tree.query(self._plane(lons, lats))[0], dtype=np.float64) * DETOUR

    def _reach(
        self, lon: float, lat: float, here: "_Joined", lons: Floats, lats: Floats, there: "_Joined", travel: Travel
    ) -> Reach:
        straight, timed = self._straight(lon, lat, lons, lats, travel), travel is Travel.VEHICLE
        near = there.off_m <= OFF_ROAD_M
        if here.off_m[0] > OFF_ROAD_M or not near.any():
            return straight
        # who lies beyond the first look is looked for at once
        is_far = bool(straight.road_m[near].max() > _FIRST_M)
        for whole in (True,) if is_far else (False, True):
            field = self._field(lon, lat, here, timed=timed, whole=whole)
            cost, metres = self._along(field, here, there, timed=timed)
            if field.whole or np.isfinite(cost[near]).all():
                break
        good = near & np.isfinite(cost)
        off_m = here.off_m[0] + there.off_m
        # a road drawn with few corners may be shorter than the ground: no way is shorter than the straight line
        road_m = np.maximum(metres + off_m, straight.road_m / DETOUR)
        eta_s = (cost if timed else cost / SPEED_MPS[travel]) + off_m / WALKING_MPS
        return Reach(np.where(good, road_m, straight.road_m), np.where(good, eta_s, straight.eta_s), good)

    def _seconds(
        self, lon: float, lat: float, here: "_Joined", lons: Floats, lats: Floats, there: "_Joined", travel: Travel
    ) -> Floats:
        """The seconds of `_reach` alone: without metres and without remembering anything."""
        straight, timed = self._straight(lon, lat, lons, lats, travel), travel is Travel.VEHICLE
        straight_s, near = straight.eta_s, there.off_m <= OFF_ROAD_M
        if here.off_m[0] > OFF_ROAD_M or not near.any():
            return straight_s
        # as far as the farthest should be, and everywhere only if somebody is farther: most of the graph is elsewhere
        for most_m in (1.5 * float(straight.road_m[near].max()) + 1_000.0, np.inf):
            most = most_m / SPEED_MPS[travel] if timed else most_m
            nodes = self._costs(here, timed=timed, most=most)
            cost, _ = self._along(_Field(nodes, nodes, True), here, there, timed=timed)
            if (cost[near] <= most).all():
                break
        moving_s = cost if timed else cost / SPEED_MPS[travel]
        good = near & np.isfinite(cost)
        return np.where(good, moving_s + (here.off_m[0] + there.off_m) / WALKING_MPS, straight_s)

    def _straight(self, lon: float, lat: float, lons: Floats, lats: Floats, travel: Travel) -> Reach:
        straight = np.asarray(distance_m(lon, lat, lons, lats), dtype=np.float64)
        metres = straight if travel is Travel.AIR else straight * DETOUR
        return Reach(metres, metres / SPEED_MPS[travel], np.zeros(len(straight), dtype=bool))

    # -- joining a place to the nearest road ---------------------------------------------------------------------

    def _plane(self, lon: Floats, lat: Floats) -> Floats:
        """(n, 2) metres around the middle of the graph; a city is small enough for that."""
        return np.column_stack(
            [
                (np.asarray(lon) - self._lon0) * _DEGREE_M * np.cos(np.radians(self._lat0)),
                (np.asarray(lat) - self._lat0) * _DEGREE_M,
            ]
        )

    @cached_property
    def _samples(self) -> tuple[cKDTree, Ints]:
        """Points along all roads, and the edge that each lies on."""
        steps = np.maximum(1, np.ceil(self._length_m / _SAMPLE_M).astype(np.int64))
        edge = np.repeat(np.arange(len(steps)), steps)
        place = np.arange(len(edge)) - np.repeat(np.cumsum(steps) - steps, steps)
        share = ((place + 0.5) / steps[edge])[:, None]
        first, last = self._nodes[self._ends[edge, 0]], self._nodes[self._ends[edge, 1]]
        return cKDTree(first + (last - first) * share), edge

    def _join(self, lons: Floats, lats: Floats) -> _Joined:
        tree, edge_of = self._samples
        at = self._plane(lons, lats)
        _, sample = tree.query(at, k=min(4, len(edge_of)))
        edges = edge_of[np.asarray(sample).reshape(len(at), -1)]
        first, last = self._nodes[self._ends[edges, 0]], self._nodes[self._ends[edges, 1]]
        along = last - first
        square = np.maximum((along**2).sum(-1), 1e-9)
        share = np.clip(((at[:, None, :] - first) * along).sum(-1) / square, 0.0, 1.0)
        off = np.hypot(*np.moveaxis(at[:, None, :] - (first + along * share[..., None]), -1, 0))
        best = off.argmin(axis=1)
        rows = np.arange(len(at))
        edge = edges[rows, best]
        return _Joined(edge, share[rows, best] * self._length_m[edge], off[rows, best])

    # -- the field around a place --------------------------------------------------------------------------------

    def _field(self, lon: float, lat: float, here: _Joined, *, timed: bool, whole: bool) -> _Field:
        key = (round(lon, 6), round(lat, 6), timed)
        with self._lock:
            known = self._fields.get(key)
            if known is not None and (known.whole or not whole):
                self._fields.move_to_end(key)
                return known
        field = self._search(here, timed=timed, whole=whole)
        with self._lock:
            self._fields[key] = field
            while len(self._fields) > _FIELDS_KEPT:
                self._fields.popitem(last=False)
        return field

    @cached_property
    def _links(self) -> tuple[Ints, Floats, Floats]:
        """Both directions of every edge as `from * n + to`, ascending; their metres and a vehicle's seconds.

        Of two roads between the same crossings the shorter counts: a matrix would add them up.
        """
        n, (a, b) = len(self._nodes), self._ends.T
        keys, which = np.unique(np.concatenate([a * n + b, b * n + a]), return_inverse=True)
        least = []
        for cost in (self._length_m, self._vehicle_s):
            values = np.full(len(keys), np.inf)
            # scipy takes a stored zero for no edge at all
            np.minimum.at(values, which, np.maximum(np.concatenate([cost, cost]), 1e-6))
            least.append(values)
        return keys, least[0], least[1]

    @cached_property
    def _matrices(self) -> "tuple[csr_matrix, csr_matrix]":
        """By metres and by a vehicle's seconds."""
        n, (keys, metres, seconds) = len(self._nodes), self._links
        by_metres, by_seconds = (csr_matrix((v, (keys // n, keys % n)), shape=(n, n)) for v in (metres, seconds))
        return by_metres, by_seconds

    def _costs(self, here: _Joined, *, timed: bool, most: float) -> Floats:
        """What it costs to reach every node of the graph; infinite beyond `most`."""
        n, grown = len(self._nodes), self._grown(here, timed=timed)
        return np.asarray(dijkstra(grown, directed=True, indices=np.array([n]), limit=most)[0, :n])

    def _search(self, here: _Joined, *, timed: bool, whole: bool) -> _Field:
        n, grown = len(self._nodes), self._grown(here, timed=timed)
        most = np.inf if whole else _FIRST_M / (SPEED_MPS[Travel.VEHICLE] if timed else 1.0)
        if not timed:
            cost = dijkstra(grown, directed=True, indices=np.array([n]), limit=most)[0, :n]
            return _Field(cost, cost, whole)
        costs_s, before = dijkstra(grown, directed=True, indices=np.array([n]), limit=most, return_predecessors=True)
        return _Field(costs_s[0, :n], self._metres_along(before[0], here)[:n], whole)

    def _grown(self, here: _Joined, *, timed: bool) -> "csr_matrix":
        """The graph with a node of its own for the place, between the two ends of its road."""
        matrix = self._matrices[1 if timed else 0]
        n, edge = len(self._nodes), int(here.edge[0])
        costs, length = (self._vehicle_s if timed else self._length_m), float(self._length_m[edge])
        share = float(here.along_m[0]) / length if length else 0.0
        out = np.maximum(np.array([share, 1 - share]) * costs[edge], 1e-6)
        return csr_matrix(
            (
                np.concatenate([matrix.data, out]),
                np.concatenate([matrix.indices, self._ends[edge].astype(matrix.indices.dtype)]),
                np.append(matrix.indptr, matrix.indptr[-1] + 2),
            ),
            shape=(n + 1, n + 1),
        )

    def _metres_along(self, before: NDArray[np.int32], here: _Joined) -> Floats:
        """Metres of each node's cheapest way: everybody looks twice as far back in every round."""
        n, (keys, length_m, _) = len(self._nodes), self._links
        back = np.where(before < 0, np.arange(n + 1), before).astype(np.int64)
        metres = np.zeros(n + 1)
        inner = np.flatnonzero((before >= 0) & (before < n))
        metres[inner] = length_m[np.searchsorted(keys, back[inner] * n + inner)]
        edge = int(here.edge[0])
        along_m = float(here.along_m[0])
        for end, share_m in zip(self._ends[edge], (along_m, self._length_m[edge] - along_m), strict=True):
            if before[end] == n:
                metres[end] = share_m
        while (back != back[back]).any():
            metres += metres[back]
            back = back[back]
        return metres

    def _along(self, field: _Field, here: _Joined, there: _Joined, *, timed: bool) -> tuple[Floats, Floats]:
        """Cost and metres from the place to where each of `there` joins, over the better end of its edge."""
        ends, length = self._ends[there.edge], self._length_m[there.edge]
        full = self._vehicle_s[there.edge] if timed else length
        share = np.divide(there.along_m, length, out=np.zeros_like(length), where=length > 0)
        costs = field.cost[ends] + np.column_stack([share, 1 - share]) * full[:, None]
        metres = field.metres[ends] + np.column_stack([share, 1 - share]) * length[:, None]
        best = costs.argmin(axis=1)
        rows = np.arange(len(ends))
        cost, way = costs[rows, best], metres[rows, best]
        # on the very road of the place nobody goes round by a crossing
        same = there.edge == here.edge[0]
        direct_m = np.abs(there.along_m - here.along_m[0])
        direct = direct_m * np.divide(full, length, out=np.ones_like(length), where=length > 0)
        shorter = same & (direct < cost)
        return np.where(shorter, direct, cost), np.where(shorter, direct_m, way)
