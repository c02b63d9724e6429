"""路网: the way by road between places, on foot, by e-bike and by car.

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
from scipy.spatial import cKDTree

from cockpit.domain.geo import EARTH_RADIUS_M, distance_m
from cockpit.domain.travel import DETOUR, ROAD_SPEED_MPS, SPEED_MPS, WALKING_MPS, Travel
from cockpit.services.nearby.road_network import FIRST_M, Field, Floats, Ints, Joined, RoadNetwork

#: a place further from every road than this is reached across country
OFF_ROAD_M = 400.0
#: points on the roads this far apart lead to the nearest road
_SAMPLE_M = 40.0
_FIELDS_KEPT = 128
_DEGREE_M = EARTH_RADIUS_M * np.pi / 180


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """The ways to some places: metres, seconds, and whether they follow roads. Arrays of one length."""

    road_m: Floats
    eta_s: Floats
    by_road: NDArray[np.bool_]


class RoadGraph:
    """The roads of a city. Safe from any thread; fields around a place are remembered, because questions repeat."""

    def __init__(self, nodes: Floats, ends: Ints, length_m: Floats, classes: list[str]) -> None:
        """`nodes` (n, 2) degrees; `ends` (m, 2) nodes of each edge; `length_m` and `classes` of each edge."""
        self._lon0, self._lat0 = (float(v) for v in nodes.mean(axis=0)) if len(nodes) else (0.0, 0.0)
        self._nodes = self._plane(nodes[:, 0], nodes[:, 1]) if len(nodes) else np.zeros((0, 2))
        self._ends, self._length_m = ends, length_m
        speed = np.array([ROAD_SPEED_MPS.get(c, SPEED_MPS[Travel.VEHICLE]) for c in classes], dtype=np.float64)
        vehicle_s = length_m / speed if len(length_m) else length_m
        self._network = RoadNetwork(len(self._nodes), ends, length_m, vehicle_s)
        self._lock = threading.Lock()
        self._fields: OrderedDict[tuple[float, float, bool], Field] = OrderedDict()

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
            assert self._samples and self._network.matrices

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
        cost = self._network.metres_from_nearest(first)
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
        self, lon: float, lat: float, here: Joined, lons: Floats, lats: Floats, there: Joined, travel: Travel
    ) -> Reach:
        straight, timed = self._straight(lon, lat, lons, lats, travel), travel is Travel.VEHICLE
        near = there.off_m <= OFF_ROAD_M
        if here.off_m[0] > OFF_ROAD_M or not near.any():
            return straight
        # who lies beyond the first look is looked for at once
        is_far = bool(straight.road_m[near].max() > FIRST_M)
        for whole in (True,) if is_far else (False, True):
            field = self._field(lon, lat, here, timed=timed, whole=whole)
            cost, metres = self._network.along(field, here, there, timed=timed)
            if field.whole or np.isfinite(cost[near]).all():
                break
        good = near & np.isfinite(cost)
        off_m = here.off_m[0] + there.off_m
        # a road drawn with few corners may be shorter than the ground: no way is shorter than the straight line
        road_m = np.maximum(metres + off_m, straight.road_m / DETOUR)
        eta_s = (cost if timed else cost / SPEED_MPS[travel]) + off_m / WALKING_MPS
        return Reach(np.where(good, road_m, straight.road_m), np.where(good, eta_s, straight.eta_s), good)

    def _seconds(
        self, lon: float, lat: float, here: Joined, lons: Floats, lats: Floats, there: Joined, travel: Travel
    ) -> Floats:
        """The seconds of `_reach` alone: without metres and without remembering anything."""
        straight, timed = self._straight(lon, lat, lons, lats, travel), travel is Travel.VEHICLE
        straight_s, near = straight.eta_s, there.off_m <= OFF_ROAD_M
        if here.off_m[0] > OFF_ROAD_M or not near.any():
            return straight_s
        # as far as the farthest should be, and everywhere only if somebody is farther: most of the graph is elsewhere
        for most_m in (1.5 * float(straight.road_m[near].max()) + 1_000.0, np.inf):
            most = most_m / SPEED_MPS[travel] if timed else most_m
            nodes = self._network.costs(here, timed=timed, most=most)
            cost, _ = self._network.along(Field(nodes, nodes, True), here, there, timed=timed)
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

    def _join(self, lons: Floats, lats: Floats) -> Joined:
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
        return Joined(edge, share[rows, best] * self._length_m[edge], off[rows, best])

    # -- the field around a place --------------------------------------------------------------------------------

    def _field(self, lon: float, lat: float, here: Joined, *, timed: bool, whole: bool) -> Field:
        key = (round(lon, 6), round(lat, 6), timed)
        with self._lock:
            known = self._fields.get(key)
            if known is not None and (known.whole or not whole):
                self._fields.move_to_end(key)
                return known
        field = self._network.search(here, timed=timed, whole=whole)
        with self._lock:
            self._fields[key] = field
            while len(self._fields) > _FIELDS_KEPT:
                self._fields.popitem(last=False)
        return field
