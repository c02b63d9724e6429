"""路网搜索: what it costs to reach every crossing from a place on a road (Dijkstra's algorithm as scipy has it)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from cockpit.domain.travel import SPEED_MPS, Travel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: searched this far at first; further only if somebody asked for lies beyond
FIRST_M = 6_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Where places join the graph: an edge, how far along it (metres from its first end), and the metres to it."""

    edge: Ints
    along_m: Floats
    off_m: Floats

    def of(self, place: int) -> "Joined":
        """One of them alone."""
        one = slice(place, place + 1)
        return Joined(self.edge[one], self.along_m[one], self.off_m[one])


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """How far every node is from one place: cost (metres or seconds) and metres of the cheapest way."""

    cost: Floats
    metres: Floats
    whole: bool


class RoadNetwork:
    """Crossings and the roads between them: searches, without knowing where anything lies."""

    def __init__(self, crossings: int, ends: Ints, length_m: Floats, vehicle_s: Floats) -> None:
        """`ends` (m, 2) crossings of each edge; its metres, and the seconds that a vehicle takes."""
        self._n, self._ends, self._length_m, self._vehicle_s = crossings, ends, length_m, vehicle_s

    @cached_property
    def _links(self) -> tuple[Ints, Floats, Floats]:
        """Both directions of every edge as `from * n + to`, ascending; their metres and a vehicle's seconds.

        Of two roads between the same crossings the shorter counts: a matrix would add them up.
        """
        n, (a, b) = self._n, self._ends.T
        keys, which = np.unique(np.concatenate([a * n + b, b * n + a]), return_inverse=True)
        least = []
        for cost in (self._length_m, self._vehicle_s):
            values = np.full(len(keys), np.inf)
            # scipy takes a stored zero for no edge at all
            np.minimum.at(values, which, np.maximum(np.concatenate([cost, cost]), 1e-6))
            least.append(values)
        return keys, least[0], least[1]

    @cached_property
    def matrices(self) -> "tuple[csr_matrix, csr_matrix]":
        """By metres and by a vehicle's seconds."""
        n, (keys, metres, seconds) = self._n, self._links
        by_metres, by_seconds = (csr_matrix((v, (keys // n, keys % n)), shape=(n, n)) for v in (metres, seconds))
        return by_metres, by_seconds

    def costs(self, here: Joined, *, timed: bool, most: float) -> Floats:
        """What it costs to reach every node of the graph; infinite beyond `most`."""
        n, grown = self._n, self._grown(here, timed=timed)
        return np.asarray(dijkstra(grown, directed=True, indices=np.array([n]), limit=most)[0, :n])

    def metres_from_nearest(self, first: Floats) -> Floats:
        """Metres from every crossing to the nearest of some places. `first`: those to the nearest that lies on one of
        its own roads, infinite where there is none."""
        n, matrix, begins = self._n, self.matrices[0], np.flatnonzero(np.isfinite(first))
        # one more node leads to every road that a place lies at: the way from it is the way from the nearest
        grown = csr_matrix(
            (
                np.concatenate([matrix.data, np.maximum(first[begins], 1e-6)]),
                np.concatenate([matrix.indices, begins.astype(matrix.indices.dtype)]),
                np.append(matrix.indptr, matrix.indptr[-1] + len(begins)),
            ),
            shape=(n + 1, n + 1),
        )
        return np.asarray(dijkstra(grown, directed=True, indices=np.array([n])))[0, :n]

    def search(self, here: Joined, *, timed: bool, whole: bool) -> Field:
        n, grown = self._n, self._grown(here, timed=timed)
        most = np.inf if whole else FIRST_M / (SPEED_MPS[Travel.VEHICLE] if timed else 1.0)
        if not timed:
            cost = dijkstra(grown, directed=True, indices=np.array([n]), limit=most)[0, :n]
            return Field(cost, cost, whole)
        costs_s, before = dijkstra(grown, directed=True, indices=np.array([n]), limit=most, return_predecessors=True)
        return Field(costs_s[0, :n], self._metres_along(before[0], here)[:n], whole)

    def _grown(self, here: Joined, *, timed: bool) -> "csr_matrix":
        """The graph with a node of its own for the place, between the two ends of its road."""
        matrix = self.matrices[1 if timed else 0]
        n, edge = self._n, int(here.edge[0])
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

    def _metres_along(self, before: NDArray[np.int32], here: Joined) -> Floats:
        """Metres of each node's cheapest way: everybody looks twice as far back in every round."""
        n, (keys, length_m, _) = self._n, self._links
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

    def along(self, field: Field, here: Joined, there: Joined, *, timed: bool) -> tuple[Floats, Floats]:
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
