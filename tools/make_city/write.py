"""写出 — the files of a city directory: 5 decimals, compact, the same bytes for the same seed."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from . import plane
from .divisions import Place
from .roads import Network

DECIMALS = 5


def _rounded(c: Any) -> Any:
    return round(float(c), DECIMALS) if isinstance(c, float | int) else [_rounded(x) for x in c]


def geojson(file: Path, features: list[dict[str, Any]]) -> None:
    lines = []
    for f in features:
        shape = mapping(f["geometry"]) if isinstance(f["geometry"], BaseGeometry) else f["geometry"]
        body = {
            "type": "Feature",
            "properties": f["properties"],
            "geometry": {"type": shape["type"], "coordinates": _rounded(shape["coordinates"])},
        }
        lines.append(json.dumps(body, ensure_ascii=False, separators=(",", ":")))
    file.write_text('{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def places_of(all_places: list[Place], *, grids: bool) -> list[dict[str, Any]]:
    out = []
    for p in all_places:
        if (p.level == "grid") == grids:
            properties: dict[str, Any] = {"code": p.code, "name": p.name, "name_en": p.name_en}
            if not grids:
                properties["level"] = p.level
            properties |= {"parent": p.parent, "label_lon": p.label[0], "label_lat": p.label[1]}
            out.append({"properties": properties, "geometry": shapely.normalize(p.geometry)})
    return out


def roads(file: Path, net: Network) -> None:
    at = np.round(plane.to_lonlat(net.nodes), DECIMALS)
    length = np.hypot(*(net.nodes[net.edges[:, 0]] - net.nodes[net.edges[:, 1]]).T)
    names = sorted(set(net.names) - {""})
    index = {n: i for i, n in enumerate(names)} | {"": -1}
    body = {
        "nodes": at.tolist(),
        "edges": [
            [int(a), int(b), round(float(m), 1), k] for (a, b), m, k in zip(net.edges, length, net.classes, strict=True)
        ],
        "names": names,
        "edge_names": [index[n] for n in net.names],
    }
    file.write_text(json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def table(file: Path, head: list[str], rows: list[list[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(head)
        out.writerows(rows)
