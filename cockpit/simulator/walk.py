"""行走 — people and vehicles moving along the road graph, all at once in numpy, never far from home."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from cockpit.simulator.errands import Errands
from cockpit.simulator.ground import Floats, Ground, Ints

Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Neighbours of every node, padded with -1; metres and degrees of the nodes."""

    near: Ints
    node_m: Floats
    nodes: Floats

    @classmethod
    def of(cls, ground: Ground, classes: tuple[str, ...] = ()) -> Graph:
        """The whole graph, or the largest connected part of some road classes; other nodes have no neighbours."""
        edges, n = ground.edges, len(ground.nodes)
        if classes:
            edges = edges[np.isin(ground.classes, classes)]
            links = coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n))
            label = connected_components(links, directed=False)[1]
            edges = edges[label[edges[:, 0]] == np.bincount(label).argmax()]
        both = np.vstack([edges, edges[:, ::-1]])
        both = both[np.argsort(both[:, 0], kind="stable")]
        place = np.arange(len(both)) - np.searchsorted(both[:, 0], both[:, 0])
        near = np.full((n, int(place.max()) + 1), -1, np.int64)
        near[both[:, 0], place] = both[:, 1]
        return cls(near=near, node_m=ground.node_m, nodes=ground.nodes)

    @property
    def connected(self) -> Ints:
        """Nodes from which one can go anywhere."""
        return np.flatnonzero(self.near[:, 0] >= 0)


#: of the way to a place beside the road: whoever is there stays
_ALMOST = 0.999


class Walkers:
    """`start` nodes, how far from there each may go (metres), and usual speeds (m/s)."""

    def __init__(
        self,
        graph: Graph,
        start: Ints,
        reach_m: Floats,
        speed_mps: Floats,
        stand: float,
        rng: np.random.Generator,
        errands: Errands | None = None,
    ) -> None:
        n = len(start)
        self._errands = errands
        self._there = np.zeros(n, bool)
        self._graph, self._rng, self._stand = graph, rng, stand
        self._home, self._reach = graph.node_m[start], reach_m
        self._usual, self.speed_mps = speed_mps, np.zeros(n)
        self._from = start.copy()
        self._to = start.copy()
        self._along, self._length = np.zeros(n), np.zeros(n)
        self._stands_s = rng.uniform(0, 60, n) * (rng.random(n) < 0.2)
        self._turn(np.arange(n))

    def _turn(self, rows: Ints) -> None:
        """At a crossing: rather onward than back, and homeward when too far out."""
        at, came = self._to[rows], self._from[rows]
        options = self._graph.near[at]
        far = np.hypot(*np.moveaxis(self._graph.node_m[options] - self._home[rows, None, :], -1, 0))
        out = np.maximum(0, far / self._reach[rows, None] - 1)
        score = -6 * np.minimum(out, 50) + self._rng.gumbel(size=options.shape)
        score -= np.where(options == came[:, None], 4.0, 0)
        score[options < 0] = -np.inf
        onward = options[np.arange(len(rows)), score.argmax(1)]
        self._from[rows], self._to[rows] = at, onward
        self._follow_errands(rows)
        at, onward = self._from[rows], self._to[rows]
        self._length[rows] = np.maximum(0.1, np.hypot(*(self._graph.node_m[onward] - self._graph.node_m[at]).T))
        for row in self._on_errands(rows):
            if self._there[row] and self._errands is not None:  # the last metres have no road
                self._along[row], self._length[row] = 0.0, max(0.1, self._errands.beside_m(row))

    def send(self, row: int, lon: float, lat: float) -> None:
        """Somebody is called to a place: they leave what they are doing."""
        if self._errands is not None:
            self._errands.send(row, lon, lat)
            self._there[row], self._stands_s[row] = False, 0.0

    def release(self, row: int) -> None:
        """Back to patrol, homeward."""
        if self._errands is not None:
            self._errands.release(row)
            self._there[row] = False

    def _follow_errands(self, rows: Ints) -> None:
        """At a crossing: whoever was called takes the way there, and stays once there."""
        for row in self._on_errands(rows):
            assert self._errands is not None
            after = self._errands.onward(row, int(self._from[row]))
            self._there[row] = after is None
            self._to[row] = self._from[row] if after is None else after

    def step(self, rows: Ints, elapsed_s: Floats) -> None:
        """Moves some of them by the time since they were last asked; some stop to look at something."""
        rng = self._rng
        self._stands_s[rows] -= elapsed_s
        stops = (self._stands_s[rows] <= 0) & (rng.random(len(rows)) < self._stand * elapsed_s / 5)
        self._stands_s[rows[stops]] = rng.uniform(20, 420, int(stops.sum()))
        walks = self._stands_s[rows] <= 0
        self.speed_mps[rows] = np.where(walks, self._usual[rows] * rng.uniform(0.85, 1.15, len(rows)), 0.0)
        self._hurry(rows)
        self._along[rows] += self.speed_mps[rows] * elapsed_s
        there = rows[self._there[rows]]
        self._along[there] = np.minimum(self._along[there], _ALMOST * self._length[there])
        over = rows[self._along[rows] >= self._length[rows]]
        while len(over):
            self._along[over] -= self._length[over]
            self._turn(over)
            over = over[self._along[over] >= self._length[over]]

    def _hurry(self, rows: Ints) -> None:
        """Whoever was called goes at the pace of somebody who was called, and stands still at the place."""
        for row in self._on_errands(rows):
            assert self._errands is not None
            stands = bool(self._there[row]) and self._along[row] >= _ALMOST * self._length[row]
            self.speed_mps[row] = 0.0 if stands else self._errands.pace_mps(row, self._graph.node_m[self._from[row]])

    def _on_errands(self, rows: Ints) -> list[int]:
        return [] if self._errands is None else [row for row in self._errands.rows if row in rows]

    def lonlat(self, rows: Ints) -> Floats:
        a, b = self._graph.nodes[self._from[rows]], self._graph.nodes[self._to[rows]]
        for i, row in enumerate(rows.tolist()):
            if self._there[row] and self._errands is not None and row in self._errands:
                b[i] = self._errands.place_of(row)
        at: Floats = a + (b - a) * (self._along[rows] / self._length[rows])[:, None]
        return at

    def heading_deg(self, rows: Ints) -> Floats:
        """Clockwise from north, the way they walk."""
        d = self._graph.node_m[self._to[rows]] - self._graph.node_m[self._from[rows]]
        turned: Floats = np.degrees(np.arctan2(d[:, 0], d[:, 1])) % 360
        return turned
