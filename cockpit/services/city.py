"""城市: the divisions, grids, roster and feeds of the city that this installation serves.

A city is a directory of plain files (docs/demo-city.md); the demo city is one like any other. An empty city
has no geometry: every place is then "in the city", because there is no boundary to be outside of.
"""

import csv
import json
import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry import shape

from cockpit.domain.scope import number_of

_PARENT_LENGTH = {6: 0, 9: 6, 12: 9, 15: 12}


class UnknownCityError(LookupError):
    """No shipped city of that name and no directory at that path."""


@dataclass(frozen=True, slots=True)
class Division:
    """区划 or grid: its code, names, and where its label stands (WGS-84)."""

    code: str
    name: str
    name_en: str
    level: str
    label: tuple[float, float]
    #: west, south, east, north
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """A feed that the city expects, and how often it is heard of when all is well."""

    name: str
    title_zh: str
    title_en: str
    period_s: float


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One gridworker as the personnel list has it; names are shown masked."""

    subject_id: str
    name: str
    grid_code: str
    shift: str


def city_directory(name_or_dir: str) -> Path:
    """The directory of a shipped city's name or of a path. Raises UnknownCityError."""
    shipped = Path(str(files("cockpit"))) / "cities" / name_or_dir
    for candidate in (shipped, Path(name_or_dir)):
        if (candidate / "city.toml").is_file():
            return candidate
    raise UnknownCityError(
        f"no city {name_or_dir!r}: neither shipped with the program nor a directory with a city.toml"
    )


@dataclass(slots=True, eq=False)
class City:
    """The city with its geometry indexed; read-only after loading, safe from any thread."""

    code: str
    name: str
    name_en: str
    tz: str
    demo: bool
    bounds: tuple[float, float, float, float]
    centre: tuple[float, float]
    notice: str
    notice_en: str
    feeds: list[FeedInfo]
    directory: Path | None = None
    config: dict[str, Any] = field(default_factory=dict)
    divisions: dict[str, Division] = field(default_factory=dict)
    roster: dict[str, RosterEntry] = field(default_factory=dict)
    _children: dict[str, list[str]] = field(default_factory=dict)
    _index: "_Index | None" = None

    @classmethod
    def load(cls, name_or_dir: str) -> "City":
        """Read a city directory. Raises UnknownCityError, or ValueError naming the file that is wrong."""
        directory = city_directory(name_or_dir)
        config = tomllib.loads((directory / "city.toml").read_text(encoding="utf-8"))
        city = cls(
            code=config["code"],
            name=config["name_zh"],
            name_en=config.get("name_en", config["name_zh"]),
            tz=config.get("tz", "Asia/Shanghai"),
            demo=bool(config.get("demo", False)),
            bounds=tuple(config["bounds"]),
            centre=tuple(config["centre"]),
            notice=config.get("notice_zh", ""),
            notice_en=config.get("notice_en", ""),
            feeds=[FeedInfo(f["name"], f["title_zh"], f["title_en"], float(f["period_s"])) for f in config["feeds"]],
            directory=directory,
            config=config,
        )
        city._read_divisions(directory)
        city._read_roster(directory / "gridworkers.csv")
        return city

    @classmethod
    def empty(cls, *, tz: str) -> "City":
        """A city without divisions: everything posted is in it."""
        return cls(
            code="", name="", name_en="", tz=tz, demo=False, bounds=(73.0, 18.0, 135.5, 53.6),
            centre=(104.0, 35.5), notice="", notice_en="", feeds=[],
        )  # fmt: skip

    def locate(self, lon: float, lat: float) -> str | None:
        """The code of the grid (or the finest division) that contains the place; None outside the city."""
        if self._index is None:
            return self.code
        found = self._index.rows(np.array([lon]), np.array([lat]))[0]
        return None if found < 0 else self._index.codes[found]

    def locate_many(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
        """`scope.number_of` the grid of each place, 0 outside the city. About a microsecond a place."""
        if self._index is None:
            return np.full(len(lon), max(number_of(self.code), 1), dtype=np.int64)
        return self._index.numbers[self._index.rows(lon, lat)]

    def name_of(self, code: str, lang: str = "zh-CN") -> str:
        """A division's or grid's name; the code itself when it is unknown."""
        division = self.divisions.get(code)
        if division is None:
            return code
        return division.name_en if lang == "en" else division.name

    def title_of(self, code: str, lang: str = "zh-CN") -> str:
        """Whose map a page of this scope is: the division's name, else the city's; empty for an empty city."""
        if code in self.divisions:
            return self.name_of(code, lang)
        return self.name_en if lang == "en" else self.name

    def bounds_of(self, code: str) -> tuple[float, float, float, float]:
        """West, south, east, north of a division; of the city when it is unknown."""
        division = self.divisions.get(code)
        return division.bounds if division else self.bounds

    def children_of(self, code: str) -> list[str]:
        """Codes one level below, in official (numeric) order."""
        return self._children.get(code, [])

    def grids_in(self, code: str) -> int:
        return sum(1 for c in self.divisions if len(c) == 15 and c.startswith(code))

    def roster_in(self, code: str) -> int:
        return sum(1 for entry in self.roster.values() if entry.grid_code.startswith(code))

    def _read_divisions(self, directory: Path) -> None:
        cells: list[tuple[str, Any]] = []
        for name, level in (("divisions.geojson", ""), ("grids.geojson", "grid")):
            path = directory / name
            if not path.is_file():
                continue
            for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
                p, geometry = feature["properties"], shape(feature["geometry"])
                try:
                    division = Division(
                        p["code"], p["name"], p.get("name_en") or p["name"], p.get("level", level),
                        (p["label_lon"], p["label_lat"]), geometry.bounds,
                    )  # fmt: skip
                except KeyError as missing:
                    raise ValueError(f"{path}: a feature lacks {missing}") from missing
                self.divisions[division.code] = division
                cells.append((division.code, geometry))
        for code in sorted(self.divisions):
            parent = code[: _PARENT_LENGTH.get(len(code), 0)]
            self._children.setdefault(parent, []).append(code)
        # places are looked up among the finest divisions there are
        finest = max((len(code) for code in self.divisions), default=0)
        cells = [(code, geometry) for code, geometry in cells if len(code) == finest]
        if cells:
            self._index = _Index([c for c, _ in cells], [g for _, g in cells])

    def _read_roster(self, path: Path) -> None:
        if not path.is_file():
            return
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                entry = RosterEntry(row["subject_id"], row["name"], row["grid_code"], row.get("shift", ""))
                self.roster[entry.subject_id] = entry


class _Index:
    """Which cell contains a place: an R-tree over the cells, asked for many places at once."""

    def __init__(self, codes: list[str], cells: list[Any]) -> None:
        self.codes = codes
        #: one more than there are cells: row −1 is "outside"
        self.numbers = np.array([number_of(code) for code in codes] + [0], dtype=np.int64)
        shapely.prepare(cells)
        self._tree = STRtree(cells)

    def rows(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
        """Row of the cell of each place, −1 outside; on a shared edge the lower code."""
        found = np.full(len(lon), -1, dtype=np.int64)
        place, cell = self._tree.query(shapely.points(lon, lat), predicate="intersects")
        order = np.argsort(-cell, kind="stable")
        found[place[order]] = cell[order]
        return found
