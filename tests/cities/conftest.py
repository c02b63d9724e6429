"""The demo city's files, read once."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

import cockpit

CITY = Path(cockpit.__file__).parent / "cities" / "yuhang"


def read_features(name: str) -> list[tuple[dict[str, Any], BaseGeometry]]:
    features = json.loads((CITY / name).read_text(encoding="utf-8"))["features"]
    return [(f["properties"], shape(f["geometry"])) for f in features]


@pytest.fixture(scope="session")
def city_dir() -> Path:
    return CITY


@pytest.fixture(scope="session")
def manifest() -> dict[str, Any]:
    return tomllib.loads((CITY / "city.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def divisions() -> dict[str, tuple[dict[str, Any], BaseGeometry]]:
    return {p["code"]: (p, g) for p, g in read_features("divisions.geojson")}


@pytest.fixture(scope="session")
def grids() -> dict[str, tuple[dict[str, Any], BaseGeometry]]:
    return {p["code"]: (p, g) for p, g in read_features("grids.geojson")}


@pytest.fixture(scope="session")
def basemap() -> list[tuple[dict[str, Any], BaseGeometry]]:
    return read_features("basemap.geojson")


@pytest.fixture(scope="session")
def roads() -> dict[str, Any]:
    body: dict[str, Any] = json.loads((CITY / "roads.json").read_text(encoding="utf-8"))
    return body


@pytest.fixture(scope="session")
def county(divisions: dict[str, tuple[dict[str, Any], BaseGeometry]]) -> BaseGeometry:
    (outline,) = (g for p, g in divisions.values() if p["level"] == "county")
    shapely.prepare(outline)
    return outline
