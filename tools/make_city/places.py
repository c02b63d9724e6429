"""手绘 — reads drawn.toml: where streets and towns lie, and the big rivers, lakes and roads."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

LonLat = tuple[float, float]
Line = list[LonLat]

_DRAWN: dict[str, Any] = tomllib.loads((Path(__file__).parent / "drawn.toml").read_text(encoding="utf-8"))


def _course(text: str) -> Line:
    pairs = (point.split() for point in text.split(","))
    return [(float(lon), float(lat)) for lon, lat in pairs]


def _named(kind: str) -> list[tuple[str, Line]]:
    return [(row["name"], _course(row["course"])) for row in _DRAWN[kind]]


def _wide(kind: str) -> list[tuple[str, float, Line]]:
    return [(row["name"], row["width_m"], _course(row["course"])) for row in _DRAWN[kind]]


STREETS: dict[str, LonLat] = {code: _course(at)[0] for code, at in _DRAWN["streets"].items()}
TOWNS: list[list[float]] = _DRAWN["towns"]["at"]
RIVERS, CANALS, ESTUARIES = _wide("rivers"), _wide("canals"), _wide("estuaries")
LAKES, PARKS = _named("lakes"), _named("parks")
HIGHWAYS, ARTERIALS, RAILS = _named("highways"), _named("arterials"), _named("rails")
NEIGHBOURS = [
    "330106",
    "330105",
    "330104",
    "330102",
    "330108",
    "330109",
    "330111",
    "330112",
    "330113",
    "330114",
    "330521",
    "330523",
    "330502",
    "330503",
    "330481",
    "330483",
    "330482",
    "330122",
]
