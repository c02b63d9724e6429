"""城市: the divisions, grids, roster and feeds of the city that this installation serves.

A city is a directory of plain files (docs/demo-city.md); the demo city is one like any other. An empty city
has no geometry: every place is then "in the city", because there is no boundary to be outside of.
"""

import csv
import json
import tomllib
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import shape

from cockpit.domain.division_change import UNCHANGED, ChangeKind, DivisionChange, DivisionChanges
from cockpit.domain.scope import number_of
from cockpit.domain.source import Patience
from cockpit.services.place_index import PlaceIndex

#: digits of a county, a street, a community, a grid
CODE_LENGTHS = (6, 9, 12, 15)


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
    #: seconds of silence; None: so many periods as the settings say
    stale_after_s: float | None = None
    lost_after_s: float | None = None
    #: what on the screens depends on it, beside what has its own name
    sources: tuple[str, ...] = ()

    @property
    def patience(self) -> Patience:
        """How long it may be silent."""
        return Patience.of(self.period_s, stale_after_s=self.stale_after_s, lost_after_s=self.lost_after_s)

    def waited_for(self, stale_periods: float, lost_periods: float) -> "FeedInfo":
        """The same with seconds for what it leaves to the settings."""
        patience = Patience.of(
            self.period_s,
            stale_after_s=self.stale_after_s,
            lost_after_s=self.lost_after_s,
            stale_periods=stale_periods,
            lost_periods=lost_periods,
        )
        return replace(self, stale_after_s=patience.stale_after_s, lost_after_s=patience.lost_after_s)


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One gridworker as the personnel list has it; names are shown masked."""

    subject_id: str
    name: str
    grid_code: str
    shift: str
    phone: str = ""
    skills: tuple[str, ...] = ()


def _feed_of(told: dict[str, Any]) -> FeedInfo:
    """A `[[feeds]]` table of a city.toml."""
    stale, lost = (float(told[name]) if name in told else None for name in ("stale_after_s", "lost_after_s"))
    return FeedInfo(told["name"], told["title_zh"], told["title_en"], float(told["period_s"]), stale, lost)


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
    #: 区划变更: what codes that are no longer used mean today
    changes: DivisionChanges = UNCHANGED
    _children: dict[str, list[str]] = field(default_factory=dict)
    _index: "_Index | None" = None

    @classmethod
    def load(cls, name_or_dir: str, *, tz: str = "Asia/Shanghai") -> "City":
        """Read a city directory; `tz` is for one that names no time zone.

        Raises UnknownCityError, or ValueError naming the file that is wrong.
        """
        directory = city_directory(name_or_dir)
        config = tomllib.loads((directory / "city.toml").read_text(encoding="utf-8"))
        city = cls(
            code=config["code"],
            name=config["name_zh"],
            name_en=config.get("name_en", config["name_zh"]),
            tz=config.get("tz", tz),
            demo=bool(config.get("demo", False)),
            bounds=tuple(config["bounds"]),
            centre=tuple(config["centre"]),
            notice=config.get("notice_zh", ""),
            notice_en=config.get("notice_en", ""),
            feeds=[_feed_of(f) for f in config["feeds"]],
            directory=directory,
            config=config,
        )
        city._read_divisions(directory)
        city._read_roster(directory / "gridworkers.csv")
        city._read_changes(directory / "division_changes.csv")
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

    def codes_at(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[str]:
        """The grid (or finest division) of each place; the city's own code outside."""
        return [self.code_of(n) if n else self.code for n in self.locate_many(lon, lat).tolist()]

    def met_by(self, geometry: Any) -> list[str]:
        """Codes of the divisions and grids of every size that a shapely geometry meets; an empty city's own."""
        if self._index is None:
            return [self.code]
        return [self._index.codes[row] for row in self._index.rows_met_by(geometry)]

    def code_of(self, number: int) -> str:
        """The division or grid whose 15-digit number it is; the city's own code when there is none."""
        text = f"{number:015d}"
        codes = (text[:n] for n in reversed(CODE_LENGTHS) if not text[n:].strip("0"))
        return next((c for c in codes if c in self.divisions), self.code)

    def knows(self, code: str) -> bool:
        """True for a division or grid of the city; in a city without any, for every code that could be one."""
        if self.divisions:
            return code in self.divisions
        return len(code) in CODE_LENGTHS and code.isascii() and code.isdigit()

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
            self._children.setdefault(self._parent_of(code), []).append(code)
        if cells:
            self._index = _Index(cells)

    def _parent_of(self, code: str) -> str:
        """The nearest division above that the city has; its own code for those on top."""
        above = (code[:n] for n in reversed(CODE_LENGTHS) if n < len(code))
        return next((c for c in above if c in self.divisions), self.code if code != self.code else "")

    def _read_changes(self, path: Path) -> None:
        self.changes = _changes_of(path)
        for change in self.changes.told:
            if self.divisions and self.changes.current(change.new) not in self.divisions:
                raise ValueError(f"{path}: {change.old} has become {change.new}, which is no division of the city")

    def _read_roster(self, path: Path) -> None:
        if not path.is_file():
            return
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                skills = tuple(s for s in (row.get("skills") or "").split(";") if s)
                told = (row["subject_id"], row["name"], row["grid_code"], row.get("shift") or "")
                entry = RosterEntry(*told, phone=row.get("phone") or "", skills=skills)
                self.roster[entry.subject_id] = entry


def _changes_of(path: Path) -> DivisionChanges:
    """Columns `old new on kind`; none without the file. ValueError naming the line that is wrong."""
    if not path.is_file():
        return UNCHANGED
    changes = []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), 2):
            try:
                on, kind = date.fromisoformat(row["on"]), ChangeKind(row["kind"])
                changes.append(DivisionChange(old=row["old"], new=row["new"], on=on, kind=kind))
            except (KeyError, TypeError, ValueError) as wrong:
                raise ValueError(f"{path}, line {number}: {wrong}") from wrong
    return DivisionChanges.of(changes)


class _Index(PlaceIndex):
    """`PlaceIndex` of a city's divisions and grids, with their codes by row."""

    def __init__(self, cells: list[tuple[str, Any]]) -> None:
        ordered = sorted(cells, key=lambda cell: (-len(cell[0]), cell[0]))
        self.codes = [code for code, _ in ordered]
        #: one more than there are cells: row −1 is "outside"
        self.numbers = np.array([number_of(code) for code in self.codes] + [0], dtype=np.int64)
        lengths = sorted({len(code) for code in self.codes}, reverse=True)
        super().__init__([[g for code, g in ordered if len(code) == length] for length in lengths])
