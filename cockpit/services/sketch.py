"""略图: roads and buildings around a place in metres, small enough for a phone to keep with an order.

A phone in the field may have no map tiles and no connection. What the city's own files know of the few hundred metres
around a place is some kilobytes; it is drawn as lines and outlines, north up.
"""

import json
import threading
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_M_PER_DEGREE = 111_320.0
#: more than anybody can tell apart on a phone
_MOST_ROADS, _MOST_BUILDINGS = 600, 800


class _Ground(NamedTuple):
    """Two ends of every road (degrees, n × 2 × 2), its class and name, and four corners of every building."""

    ends: Floats
    classes: list[str]
    names: list[str]
    corners: Floats


class Sketch:
    """Reads the city's files when it is first asked. Safe from any thread; a city without roads gives an empty one."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._ground: _Ground | None = None

    def around(self, lon: float, lat: float, radius_m: float) -> dict[str, Any]:
        """`{"radius_m", "roads": [[class, name, x1, y1, x2, y2]…], "buildings": [[x1, y1 … x4, y4]…]}`; x is metres
        east of the place, y metres north."""
        ground = self._read()
        here = np.array([lon, lat])
        scale = np.array([_M_PER_DEGREE * np.cos(np.radians(lat)), _M_PER_DEGREE])
        ends, corners = (ground.ends - here) * scale, (ground.corners - here) * scale
        roads = _within(ends, radius_m)[:_MOST_ROADS]
        houses = _within(corners, radius_m)[:_MOST_BUILDINGS]
        return {
            "radius_m": radius_m,
            "roads": [
                [ground.classes[i], ground.names[i], *np.round(ends[i]).astype(int).ravel().tolist()]
                for i in roads.tolist()
            ],
            "buildings": [np.round(corners[i]).astype(int).ravel().tolist() for i in houses.tolist()],
        }

    def _read(self) -> _Ground:
        with self._lock:
            if self._ground is None:
                self._ground = _read_ground(self._directory)
            return self._ground


def _within(points: Floats, radius_m: float) -> NDArray[np.int64]:
    """Rows whose box touches the square around the middle, the nearest first."""
    low, high = points.min(1), points.max(1)
    touches = (low <= radius_m).all(1) & (high >= -radius_m).all(1)
    rows = np.flatnonzero(touches)
    away = np.abs(points[rows]).sum(2).min(1)
    return rows[np.argsort(away, kind="stable")]


def _read_ground(directory: Path | None) -> _Ground:
    ends, classes, names = np.zeros((0, 2, 2)), list[str](), list[str]()
    roads, buildings = (directory or Path()) / "roads.json", (directory or Path()) / "buildings.bin"
    if directory is not None and roads.is_file():
        told = json.loads(roads.read_text(encoding="utf-8"))
        nodes = np.array(told["nodes"], dtype=np.float64).reshape(-1, 2)
        ends = nodes[np.array([edge[:2] for edge in told["edges"]], dtype=np.int64).reshape(-1, 2)]
        classes = [str(edge[3]) for edge in told["edges"]]
        known = [*told["names"], ""]
        names = [known[i] for i in told["edge_names"]]
    corners = np.zeros((0, 4, 2))
    if directory is not None and buildings.is_file():
        corners = np.frombuffer(buildings.read_bytes(), dtype="<i4").reshape(-1, 4, 2) / 1e6
    return _Ground(ends, classes, names, corners)
