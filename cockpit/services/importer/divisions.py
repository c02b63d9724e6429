"""Divisions and grids of a city from GeoJSON: they make the city directory of an installation that began empty.

A code is whole (county 6, street 9, community 12, grid 15 digits) or only the last part; then the parent comes before
it, the one that is named or the division that contains the place. A rerun replaces what has the same code.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping, shape

from cockpit.services.coordinates import are_degrees, to_wgs84
from cockpit.services.importer.rows import Refusal, TableError

#: digits of a code by the level's name in city files
LEVELS = {"county": 6, "street": 9, "community": 12, "grid": 15}
#: of label points, about a metre; borders stay as exact as they came
_DECIMALS = 5

Feature = dict[str, Any]


@dataclass(slots=True)
class DivisionReport:
    """What became of a file; `line` of a refusal is the number of the feature, from 1."""

    features: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)


class _RefusedError(ValueError):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionFile:
    """A GeoJSON file and how it is meant."""

    path: Path
    level: str
    code_field: str
    name_field: str
    parent: str = ""
    crs: str = "wgs84"


def import_divisions(source: DivisionFile, city: Path, *, dry_run: bool) -> DivisionReport:
    """Bring the features of a file into the city directory `city`, which is made when there is none.

    TableError when the file cannot be read; UnknownCrsError for a `crs` that is none.
    """
    report, known = DivisionReport(), read_cells(city)
    above = {code: cell for code, cell in known.items() if len(code) < LEVELS[source.level]}
    seen: set[str] = set()
    for number, feature in enumerate(_features(source.path), 1):
        report.features += 1
        try:
            cell = _cell(feature, source, above)
            code = cell["properties"]["code"]
            if code in seen:
                raise _RefusedError(source.code_field, f"the code {code} stands twice in the file")
        except _RefusedError as refused:
            report.refused.append(Refusal(number, refused.name, str(refused)))
            continue
        seen.add(code)
        if code not in known:
            report.new += 1
        elif known[code] == cell:
            report.unchanged += 1
        else:
            report.changed += 1
        known[code] = cell
    if not dry_run and report.new + report.changed:
        _write(city, known)
    return report


def read_cells(city: Path) -> dict[str, Feature]:
    """The divisions and grids of a city directory by code; none if there is no directory."""
    found: dict[str, Feature] = {}
    for name in ("divisions.geojson", "grids.geojson"):
        if (city / name).is_file():
            for feature in json.loads((city / name).read_text(encoding="utf-8"))["features"]:
                found[feature["properties"]["code"]] = feature
    return found


def _features(path: Path) -> Iterator[Feature]:
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
        features = told["features"]
    except OSError as error:
        raise TableError(f"{path}: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError):
        raise TableError(f"{path} is no GeoJSON FeatureCollection") from None
    yield from features


def _cell(feature: Feature, source: DivisionFile, above: dict[str, Feature]) -> Feature:
    told = feature.get("properties") or {}
    for name in (source.code_field, source.name_field):
        if told.get(name) in (None, ""):
            raise _RefusedError(name, "is missing")
    geometry = _geometry(feature, source.crs)
    label = geometry.representative_point()
    code = _code(_as_text(told[source.code_field]), source, above, label)
    return {
        "type": "Feature",
        "properties": {
            "code": code,
            "name": str(told[source.name_field]).strip(),
            "level": source.level,
            "label_lon": round(label.x, _DECIMALS),
            "label_lat": round(label.y, _DECIMALS),
        },
        # once through JSON, so that what was written and read again is the same
        "geometry": json.loads(json.dumps(mapping(geometry))),
    }


def _geometry(feature: Feature, crs: str) -> Any:
    try:
        geometry = shape(feature["geometry"])
    except Exception:  # shapely raises what its readers of coordinates raise
        raise _RefusedError("geometry", "is none") from None
    if geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
        raise _RefusedError("geometry", "is no polygon")

    def converted(places: Any) -> Any:
        return np.column_stack(to_wgs84(crs, places[:, 0], places[:, 1]))

    geometry = shapely.transform(shapely.force_2d(geometry), converted)
    places = shapely.get_coordinates(geometry)
    if not are_degrees(places[:, 0], places[:, 1]).all():
        raise _RefusedError("geometry", "has places that are none on earth; is --crs missing?")
    if not geometry.is_valid:
        parts = shapely.get_parts(shapely.make_valid(geometry))
        geometry = shapely.union_all([p for p in parts if p.geom_type in ("Polygon", "MultiPolygon")])
    if geometry.is_empty:
        raise _RefusedError("geometry", "has no area")
    return geometry


def _code(text: str, source: DivisionFile, above: dict[str, Feature], label: Any) -> str:
    length = LEVELS[source.level]
    if not (text.isascii() and text.isdigit()) or len(text) > length:
        raise _RefusedError(source.code_field, f"{text!r} is no code of at most {length} digits")
    if len(text) == length:
        if not text.startswith(source.parent):
            raise _RefusedError(source.code_field, f"{text} does not begin with the parent's code {source.parent}")
        return text
    parent = source.parent or _containing(above, label)
    if parent is None:
        raise _RefusedError("geometry", "lies in no division above that was imported")
    if len(text.lstrip("0")) > length - len(parent):
        raise _RefusedError(source.code_field, f"{text} is too long to stand behind the parent's code {parent}")
    return parent + text.lstrip("0").zfill(length - len(parent))


def _containing(above: dict[str, Feature], label: Any) -> str | None:
    """The finest division that contains the place; empty if there are none at all."""
    if not above:
        return ""
    for code in sorted(above, key=lambda code: (-len(code), code)):
        if shape(above[code]["geometry"]).contains(label):
            return code
    return None


def _as_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _write(city: Path, cells: dict[str, Feature]) -> None:
    """The files of a city directory (docs/demo-city.md); the description last, because it makes the directory one."""
    city.mkdir(parents=True, exist_ok=True)
    ordered = [cells[code] for code in sorted(cells)]
    for name, of_grids in (("divisions.geojson", False), ("grids.geojson", True)):
        features = [c for c in ordered if (c["properties"]["level"] == "grid") is of_grids]
        _replace(city / name, json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    west, south, east, north = shapely.total_bounds([shape(c["geometry"]) for c in ordered]).tolist()
    top = [c["properties"]["name"] for c in ordered if len(c["properties"]["code"]) == LEVELS["county"]]
    about = {
        # no code: everything is in this city, also what lies on no division
        "code": "",
        "name_zh": top[0] if len(top) == 1 else "",
        "centre": [round((west + east) / 2, _DECIMALS), round((south + north) / 2, _DECIMALS)],
        "bounds": [west, south, east, north],
        "feeds": [],
    }
    _replace(city / "city.toml", "".join(f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in about.items()))


def _replace(path: Path, text: str) -> None:
    """A reader finds the old file or the new one, never half of one."""
    fresh = path.with_name(f".{path.name}.part")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
