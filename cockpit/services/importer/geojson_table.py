"""GeoJSON as a table: one row a feature, its properties as columns, and `lon` `lat` of a point of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely

#: what tells GeoJSON from other JSON, near its beginning
_MARK = '"FeatureCollection"'
_MARK_WITHIN = 4_096


class NoGeoJsonError(ValueError):
    """The file holds no FeatureCollection; the text says why."""


def is_geojson(path: Path) -> bool:
    """By the name, or for `.json` by what the file begins with."""
    suffix = path.suffix.lower()
    if suffix == ".geojson":
        return True
    if suffix != ".json":
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        return _MARK in file.read(_MARK_WITHIN)


def read_geojson(path: Path) -> Iterator[dict[str, Any]]:
    """Properties of each feature, with `lon` and `lat` from its geometry where there is one; `id` is the feature's own
    if no property is called so. NoGeoJsonError."""
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
        features = told["features"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NoGeoJsonError(f"{path} is no GeoJSON FeatureCollection") from None
    if not isinstance(features, list):
        raise NoGeoJsonError(f"{path} is no GeoJSON FeatureCollection")
    for feature in features:
        if not isinstance(feature, dict):
            yield {}
            continue
        properties = feature.get("properties")
        row = dict(properties) if isinstance(properties, dict) else {}
        if "id" not in row and feature.get("id") is not None:
            row["id"] = feature["id"]
        yield row | _place_of(feature.get("geometry"))


def _place_of(geometry: object) -> dict[str, float]:
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
        point = shape if shape.geom_type == "Point" else shape.representative_point()
        lon, lat = shapely.get_coordinates(point)[0].tolist()
        return {"lon": lon, "lat": lat}
    except (shapely.errors.GEOSException, ValueError, TypeError, AttributeError, IndexError):
        return {}  # the row is refused where its place is looked at
