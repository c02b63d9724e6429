"""场地 — what the simulator knows of the city: its directory of plain files, nothing of the program behind the API."""

from __future__ import annotations

import csv
import json
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely.geometry import shape

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
M_PER_LAT = 110_950.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place by a road: degrees, the grid it lies in, the names above it and a written address."""

    lon: float
    lat: float
    grid_code: str
    street: str
    community: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Grids, names, roster and the road graph; `nodes` in degrees, `node_m` in metres around the centre."""

    tz: ZoneInfo
    grid_codes: list[str]
    names: dict[str, str]
    labels: Floats
    nodes: Floats
    edges: Ints
    lengths: Floats
    classes: NDArray[np.str_]
    edge_names: list[str]
    grid_of_edge: Ints
    roster: list[dict[str, str]]

    @classmethod
    def load(cls, city_dir: Path) -> Ground:
        """Reads a city directory of docs/demo-city.md; OSError or KeyError if a file is missing or bare."""
        config = tomllib.loads((city_dir / "city.toml").read_text(encoding="utf-8"))
        divisions = _features(city_dir / "divisions.geojson")
        grids = _features(city_dir / "grids.geojson")
        roads = json.loads((city_dir / "roads.json").read_text(encoding="utf-8"))
        nodes = np.array(roads["nodes"], float)
        edges = np.array([e[:2] for e in roads["edges"]], np.int64)
        tree = shapely.STRtree([shape(f["geometry"]) for f in grids])
        middles = nodes[edges].mean(1)
        hits = tree.query(shapely.points(middles), predicate="intersects")
        grid_of_edge = np.full(len(edges), -1, np.int64)
        grid_of_edge[hits[0]] = hits[1]
        road_names = [*roads["names"], ""]
        with (city_dir / "gridworkers.csv").open(encoding="utf-8") as f:
            roster = list(csv.DictReader(f))
        return cls(
            tz=ZoneInfo(config["tz"]),
            grid_codes=[f["properties"]["code"] for f in grids],
            names={f["properties"]["code"]: f["properties"]["name"] for f in divisions},
            labels=np.array([(f["properties"]["label_lon"], f["properties"]["label_lat"]) for f in grids]),
            nodes=nodes,
            edges=edges,
            lengths=np.array([e[2] for e in roads["edges"]], float),
            classes=np.array([e[3] for e in roads["edges"]]),
            edge_names=[road_names[i] for i in roads["edge_names"]],
            grid_of_edge=grid_of_edge,
            roster=roster,
        )

    @cached_property
    def m_per_lon(self) -> float:
        return float(111_320 * np.cos(np.radians(self.nodes[:, 1].mean())))

    @cached_property
    def node_m(self) -> Floats:
        metres: Floats = (self.nodes - self.nodes.mean(0)) * (self.m_per_lon, M_PER_LAT)
        return metres

    @cached_property
    def _edges_by_grid(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.grid_of_edge, kind="stable")
        starts = np.searchsorted(self.grid_of_edge[order], np.arange(len(self.grid_codes) + 1))
        return order, starts

    @cached_property
    def _named(self) -> tuple[cKDTree, Ints]:
        rows = np.array([i for i, name in enumerate(self.edge_names) if name], np.int64)
        return cKDTree(self.node_m[self.edges[rows]].mean(1)), rows

    def edges_in(self, grid: int) -> Ints:
        """Road edges whose middle lies in the grid; may be none."""
        order, starts = self._edges_by_grid
        return order[starts[grid] : starts[grid + 1]]

    def road_near(self, edge: int) -> str:
        """The name of the road, or of the nearest one that has a name."""
        if self.edge_names[edge]:
            return self.edge_names[edge]
        tree, rows = self._named
        return self.edge_names[int(rows[tree.query(self.node_m[self.edges[edge]].mean(0))[1]])]

    def spot_in(self, grid: int, rng: np.random.Generator) -> Spot:
        """A place beside a road of the grid; the label point of a grid without roads."""
        code = self.grid_codes[grid]
        street, community = self.names[code[:9]], self.names[code[:12]]
        here = self.edges_in(grid)
        if not len(here):
            lon, lat = self.labels[grid]
            return Spot(float(lon), float(lat), code, street, community, f"{street}{community}")
        edge = int(here[int(rng.integers(len(here)))])
        a, b = self.nodes[self.edges[edge]]
        along = 0.5 + (rng.random() - 0.5) * min(0.4, 30 / max(self.lengths[edge], 1))
        aside = rng.normal(0, 3, 2) / (self.m_per_lon, M_PER_LAT)
        lon, lat = a + (b - a) * along + aside
        address = f"{street}{community}{self.road_near(edge)}{int(rng.integers(1, 480))}号"
        return Spot(round(float(lon), 6), round(float(lat), 6), code, street, community, address)


def _features(file: Path) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["features"]
    return features
