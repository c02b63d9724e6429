"""余杭区 — base map, roads, buildings, roster and manifest of the demo city."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
import shapely
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

CLASSES = {"water_area", "river", "canal", "park", "highway", "arterial", "street", "lane", "rail", "neighbour"}


def test_the_city_stays_small_enough_to_deliver(city_dir: Path) -> None:
    assert sum(f.stat().st_size for f in city_dir.iterdir()) < 8_500_000


def test_the_manifest_counts_what_is_there(manifest: dict[str, Any], city_dir: Path, county: BaseGeometry) -> None:
    assert manifest["demo"] is True and manifest["tz"] == "Asia/Shanghai"
    assert manifest["counts"] == {"streets": 12, "communities": 223, "grids": 1476, "gridworkers": 1575}
    assert np.allclose(manifest["bounds"], county.bounds, atol=2e-5)
    assert (city_dir / "buildings.bin").stat().st_size == manifest["buildings"]["count"] * 32
    names = [feed["name"] for feed in manifest["feeds"]]
    assert len(set(names)) == 9 and {"gridworker", "iot", "positions"} < set(names)


def test_the_base_map_has_every_class_and_valid_shapes(basemap: list[tuple[dict[str, Any], BaseGeometry]]) -> None:
    assert {p["class"] for p, _ in basemap} == CLASSES
    assert all(not g.is_empty for _, g in basemap)
    assert {"东苕溪", "文一西路", "余杭塘河"} <= {p.get("name") for p, _ in basemap}


def test_one_can_walk_from_anywhere_to_anywhere(roads: dict[str, Any], county: BaseGeometry) -> None:
    nodes, ends = np.array(roads["nodes"]), np.array([e[:2] for e in roads["edges"]])
    graph = sp.coo_matrix((np.ones(len(ends)), ends.T), shape=(len(nodes), len(nodes)))
    assert connected_components(graph, directed=False)[0] == 1
    assert shapely.contains_xy(county, nodes).mean() > 0.999
    assert len(roads["edge_names"]) == len(ends)


def test_the_length_of_a_road_is_its_length_on_the_ground(roads: dict[str, Any]) -> None:
    nodes, ends = np.array(roads["nodes"]), np.array([e[:2] for e in roads["edges"]])
    metres = np.array([e[2] for e in roads["edges"]])
    step = (nodes[ends[:, 0]] - nodes[ends[:, 1]]) * (111_320 * np.cos(np.radians(30.37)), 110_950)
    assert np.abs(np.hypot(*step.T) - metres).max() < 5


def test_most_grids_have_a_road(roads: dict[str, Any], grids: dict[str, tuple[dict[str, Any], BaseGeometry]]) -> None:
    tree = shapely.STRtree(shapely.points(roads["nodes"]))
    hit = tree.query([g for _, g in grids.values()], predicate="contains")[0]
    assert len(set(hit.tolist())) > 0.97 * len(grids)


def test_buildings_are_found_by_tile_and_stand_on_dry_land(
    city_dir: Path, basemap: list[tuple[dict[str, Any], BaseGeometry]], county: BaseGeometry
) -> None:
    corners = np.fromfile(city_dir / "buildings.bin", "<i4").reshape(-1, 4, 2) / 1e6
    index = json.loads((city_dir / "buildings.json").read_text(encoding="utf-8"))
    assert sum(count for *_, count in index["tiles"]) == len(corners) and 40_000 < len(corners) < 60_000
    x, y, first, count = index["tiles"][len(index["tiles"]) // 2]
    lon, lat = corners[first : first + count].mean(1).T
    n = 2 ** index["zoom"]
    assert set(np.floor((lon + 180) / 360 * n)) == {x}
    assert set(np.floor((1 - np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) / np.pi) / 2 * n)) == {y}
    middles = shapely.points(corners.mean(1))
    lakes = shapely.unary_union([g for p, g in basemap if p["class"] == "water_area"])
    assert not shapely.contains(lakes, middles).any()
    assert shapely.contains(county, middles).mean() > 0.99


def test_every_grid_has_a_gridworker(city_dir: Path, grids: dict[str, Any]) -> None:
    with (city_dir / "gridworkers.csv").open(encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    assert len({r["subject_id"] for r in rows}) == len(rows) == 1575
    assert {r["grid_code"] for r in rows} == set(grids)
    shifts = Counter(r["shift"] for r in rows)
    assert set(shifts) == {"day", "evening", "night", "rest"} and 0.7 < shifts["day"] / len(rows) < 0.8
    assert all("****" in r["phone"] for r in rows)


def test_the_terrain_is_an_image_with_bounds(city_dir: Path, manifest: dict[str, Any]) -> None:
    head = (city_dir / manifest["terrain"]["file"]).read_bytes()[:12]
    assert head[:4] == b"RIFF" and head[8:] == b"WEBP"
    west, south, east, north = manifest["terrain"]["bounds"]
    w, s, e, n = manifest["bounds"]
    assert west < w and south < s and east > e and north > n
