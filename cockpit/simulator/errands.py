"""差事 — somebody is sent to a place: the way there along the roads, and where they stand once they are there."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from cockpit.simulator.ground import Floats, Ground, Ints

#: beyond this nobody walks who was called
_BY_BIKE_M = 250.0
_BRISK_MPS, _BIKE_MPS = 2.0, 5.5
_NO_WAY = -9999


class Errands:
    """Where some of the walkers were sent. `onward` answers for each crossing; nodes are those of the road graph."""

    def __init__(self, ground: Ground) -> None:
        a, b, metres = ground.edges[:, 0], ground.edges[:, 1], np.maximum(ground.lengths, 0.1)
        n = len(ground.nodes)
        self._roads = csr_matrix((metres, (a, b)), shape=(n, n))
        self._ground = ground
        self._tree = cKDTree(ground.node_m)
        self._ways: dict[int, Ints] = {}
        self._targets: dict[int, int] = {}
        self._places: dict[int, Floats] = {}

    def __contains__(self, row: int) -> bool:
        return row in self._targets

    @property
    def rows(self) -> list[int]:
        """Who is on an errand."""
        return list(self._targets)

    def send(self, row: int, lon: float, lat: float) -> int:
        """Send walker `row` to the crossing nearest to a place; that crossing."""
        ground = self._ground
        here = (np.array([lon, lat]) - ground.nodes.mean(0)) * (ground.m_per_lon, 110_950.0)
        target = int(self._tree.query(here)[1])
        if target not in self._ways:
            _, before = dijkstra(self._roads, directed=False, indices=[target], return_predecessors=True)
            self._ways[target] = before[0].astype(np.int64)
        self._targets[row], self._places[row] = target, np.array([lon, lat])
        return target

    def release(self, row: int) -> None:
        """The errand is over."""
        target = self._targets.pop(row, None)
        self._places.pop(row, None)
        if target is not None and target not in self._targets.values():
            del self._ways[target]

    def onward(self, row: int, node: int) -> int | None:
        """The next crossing on the way; None at its end, and where no road leads there."""
        target = self._targets[row]
        after = int(self._ways[target][node])
        return None if node == target or after == _NO_WAY else after

    def place_of(self, row: int) -> Floats:
        """Where somebody was sent, in degrees: mostly beside the road."""
        return self._places[row]

    def beside_m(self, row: int) -> float:
        """From the last crossing to the place itself, straight."""
        ground = self._ground
        aside = self._places[row] - ground.nodes[self._targets[row]]
        return float(np.hypot(*(aside * (ground.m_per_lon, 110_950.0))))

    def pace_mps(self, row: int, at: Floats) -> float:
        """How fast somebody goes who was called: on foot when it is near."""
        away = float(np.hypot(*(self._ground.node_m[self._targets[row]] - at)))
        return _BIKE_MPS if away > _BY_BIKE_M else _BRISK_MPS
