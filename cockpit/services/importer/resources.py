"""资源导入: a table of registered things row by row; each is taken whole or refused with its line, field and reason."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from cockpit.catalogue import LANGS, texts
from cockpit.domain.camera_stream import wrong_with_stream
from cockpit.domain.plausibility import is_null_island
from cockpit.domain.resource import Resource, ResourceState, is_kind
from cockpit.services.city import City
from cockpit.services.coordinates import are_degrees, to_wgs84
from cockpit.services.importer.profile import NOTHING, TextField
from cockpit.services.importer.resource_profile import ResourceFields, ResourceProfile
from cockpit.services.importer.rows import Piece, Refusal, Table, TableError
from cockpit.store.resources import Written

_ROWS_A_PIECE = 5_000
_LONGEST = {"id": 200, "kind": 40, "name": 500, "phone": 50, "stream_url": 500}
_LONGEST_SKILL, _MOST_SKILLS, _MOST_CAPACITY = 40, 20, 10_000_000
_BETWEEN_SKILLS = re.compile(r"[;,、|，；]")
_STATES = {
    "": ResourceState.IN_SERVICE,
    **dict.fromkeys(("in_service", "正常", "可用", "在用", "启用", "完好", "active", "ok"), ResourceState.IN_SERVICE),
    **dict.fromkeys(
        ("out_of_service", "停用", "故障", "维修", "损坏", "禁用", "inactive", "broken"), ResourceState.OUT_OF_SERVICE
    ),
    "withdrawn": ResourceState.WITHDRAWN,
}


class _RefusedError(ValueError):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name


class ResourceTable(Protocol):
    """Where things are kept (`store.resources`)."""

    def put(self, things: list[Resource], *, dry_run: bool = False) -> Written: ...
    def withdraw(self, kinds: list[str], kept: set[str], *, dry_run: bool = False) -> int: ...


@dataclass(slots=True)
class ResourceReport:
    """What became of a table."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    outside: int = 0
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return self.new + self.changed + self.unchanged


class ResourceImport:
    """One run. Without a `table` nothing is known yet: a dry run where no database is.

    `whole`: the file is all there is of its kinds; what it does not name any more is withdrawn.
    """

    def __init__(
        self,
        *,
        table: ResourceTable | None,
        city: City,
        dry_run: bool = False,
        whole: bool = False,
        listed: int = 1_000,
        on_refusal: Callable[[Refusal], None] = lambda _refusal: None,
    ) -> None:
        self._table, self._city, self._dry_run, self._whole = table, city, dry_run, whole
        self._listed, self._on_refusal = listed, on_refusal
        self._line_of: dict[str, int] = {}
        self._kinds: set[str] = set()
        self.report = ResourceReport()

    def run(self, table: Table, profile: ResourceProfile, *, crs: str, progress: Callable[[int, int], None]) -> None:
        """Take the whole table. TableError when it cannot be read or lacks a column; UnknownCrsError for a wrong `crs`.

        `progress` hears how much of `table.size` is done and how many rows that were.
        """
        fields = profile.resources
        missing = [f"{column!r} ({name})" for name, column in fields.columns.items() if column not in table.columns]
        if missing:
            raise TableError(f"{table.path} has no column {missing[0]}; it has: {', '.join(table.columns)}")
        for piece in table.pieces(sorted(set(fields.columns.values())), _ROWS_A_PIECE):
            self._take(piece, fields, crs)
            progress(piece.done, self.report.rows)
        if self._whole and self._table is not None and self._kinds:
            kept = set(self._line_of)
            self.report.withdrawn = self._table.withdraw(sorted(self._kinds), kept, dry_run=self._dry_run)

    def _take(self, piece: Piece, fields: ResourceFields, crs: str) -> None:
        report, taken = self.report, []
        report.rows += len(piece) + len(piece.refused)
        refused = list(piece.refused)
        lon, lat = _degrees(piece, fields.lon), _degrees(piece, fields.lat)
        with np.errstate(invalid="ignore"):
            lon, lat = to_wgs84(crs, lon, lat)
            on_earth = are_degrees(lon, lat)
        told = zip(piece.lines, _rows(piece, fields), lon.tolist(), lat.tolist(), on_earth.tolist(), strict=True)
        for line, row, x, y, good in told:
            try:
                taken.append(self._thing(line, row, x, y, good))
            except _RefusedError as wrong:
                refused.append(Refusal(line, wrong.name, str(wrong)))
        self._keep(self._placed(taken))
        report.refused += len(refused)
        for refusal in sorted(refused):
            self._on_refusal(refusal)
            if len(report.refusals) < self._listed:
                report.refusals.append(refusal)

    def _thing(self, line: int, row: dict[str, str], lon: float, lat: float, on_earth: bool) -> Resource:
        for name, longest in _LONGEST.items():
            _check(name, row[name], longest)
        resource_id, kind = row["id"], _KIND_OF.get(row["kind"], row["kind"].lower())
        if not resource_id:
            raise _RefusedError("id", "is missing")
        if not is_kind(kind):
            reason = f"{kind!r} is no kind: lower case letters, digits and _" if kind else "is missing"
            raise _RefusedError("kind", reason)
        if not on_earth:
            raise _RefusedError("lon", "lon and lat are no place on earth")
        if is_null_island(lon, lat):
            raise _RefusedError("lon", "0/0 is no place: where a form or device without one claims to be")
        state = _STATES.get(row["status"].lower())
        if state is None:
            raise _RefusedError("status", f"{row['status'][:40]!r} is neither in_service nor out_of_service")
        capacity, skills = _capacity(row["capacity"]), _skills(row["skills"])
        if row["stream_url"] and (wrong := wrong_with_stream(row["stream_url"])):
            raise _RefusedError("stream_url", wrong)
        if resource_id in self._line_of:
            raise _RefusedError("id", f"stands in line {self._line_of[resource_id]} already")
        self._line_of[resource_id] = line
        self._kinds.add(kind)
        return Resource(
            resource_id=resource_id, kind=kind, name=row["name"] or resource_id, lon=lon, lat=lat,
            code=self._city.code, phone=row["phone"], capacity=capacity, skills=skills, state=state,
            stream_url=row["stream_url"],
        )  # fmt: skip

    def _placed(self, things: list[Resource]) -> list[Resource]:
        """The same with the grid that each lies in; what lies on no division stays under the whole city."""
        if not things or not self._city.divisions:
            return things
        lon = np.array([thing.lon for thing in things])
        lat = np.array([thing.lat for thing in things])
        numbers = self._city.locate_many(lon, lat)
        self.report.outside += int((numbers == 0).sum())
        codes = {n: self._city.code_of(n) if n else self._city.code for n in set(numbers.tolist())}
        return [replace(thing, code=codes[n]) for thing, n in zip(things, numbers.tolist(), strict=True)]

    def _keep(self, things: list[Resource]) -> None:
        report = self.report
        written = Written(len(things), 0, 0)
        if self._table is not None:
            written = self._table.put(things, dry_run=self._dry_run)
        report.new += written.new
        report.changed += written.changed
        report.unchanged += written.unchanged


def _rows(piece: Piece, fields: ResourceFields) -> Iterator[dict[str, str]]:
    """Each row by our names; empty where nothing is told."""
    columns = {name: _texts(piece, getattr(fields, name)) for name in (*_LONGEST, "capacity", "skills", "status")}
    return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def _texts(piece: Piece, told: TextField | None) -> list[str]:
    if told is None or told.column is None:
        return [told.const or "" if told is not None else ""] * len(piece)
    texts_of = [cell.strip() if isinstance(cell, str) else str(cell) for cell in piece.columns[told.column]]
    if not told.map and told.default is None:
        return texts_of
    return [told.map.get(text, text if told.default is None else told.default) for text in texts_of]


def _degrees(piece: Piece, told: TextField) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return np.array([_number(text) for text in _texts(piece, told)], dtype=np.float64)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _check(name: str, text: str, longest: int) -> None:
    """What no database and no UTF-8 can hold, and what is too long."""
    if len(text) > longest:
        raise _RefusedError(name, f"is longer than {longest} characters")
    if text.isprintable():
        return
    if not text.isprintable() and any(c < " " or c == "\x7f" or "\ud800" <= c <= "\udfff" for c in text):
        raise _RefusedError(name, "holds characters that are no text")


def _capacity(text: str) -> int | None:
    if text in NOTHING:
        return None
    value = _number(text)
    if not value.is_integer() or not 0 <= value <= _MOST_CAPACITY:
        raise _RefusedError("capacity", f"{text[:40]!r} is no whole number of people or beds")
    return int(value)


def _skills(text: str) -> tuple[str, ...]:
    if text in NOTHING:
        return ()
    found = {_SKILL_OF.get(word, word) for part in _BETWEEN_SKILLS.split(text) if (word := part.strip())}
    if len(found) > _MOST_SKILLS:
        raise _RefusedError("skills", f"are more than {_MOST_SKILLS}")
    for word in found:
        _check("skills", word, _LONGEST_SKILL)
    return tuple(sorted(found))


def _words_of(prefix: str) -> dict[str, str]:
    """Our word for each title of the catalogue, so that a table may say 消火栓 for hydrant."""
    titled = [(key, text) for lang in LANGS for key, text in texts(lang).items() if key.startswith(prefix)]
    return {text: key.removeprefix(prefix) for key, text in titled}


_KIND_OF, _SKILL_OF = _words_of("resource_kind."), _words_of("skill.")
