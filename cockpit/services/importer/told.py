"""A piece of a table becomes columns of ours: clean texts, times in UTC, places in WGS-84 with their grid."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cockpit.domain.plausibility import CLOCK_SKEW, NO_PLACE, NULL_ISLAND, OUTSIDE
from cockpit.domain.scope import number_of
from cockpit.domain.severity import Severity
from cockpit.domain.source import Source
from cockpit.services.city import City
from cockpit.services.coordinates import are_degrees, to_wgs84
from cockpit.services.importer.profile import NOTHING, EventFields, TextField
from cockpit.services.importer.rows import Piece, Refusal
from cockpit.services.importer.times import NO_TIME, Mask, Millis, parse_times

Texts = NDArray[np.object_]
Degrees = NDArray[np.float64]

_LONGEST = {"event_id": 200, "title": 500, "category": 200, "category_text": 500, "description": 10_000, "address": 500}
_LONGEST_OF_ALL = 10_000
_TEXTS = ("title", "category", "category_text", "description", "address", "unit", "reporter")
#: 0/0, give or take a kilometre: devices and forms without a place claim to be there
_NULL_ISLAND_DEG = 0.01


@dataclass(slots=True)
class Told:
    """The rows of a piece that can be taken, as columns; `event_id` is the public one."""

    lines: NDArray[np.int64]
    event_id: Texts
    reported: Millis
    due: Millis
    closed: Millis
    texts: dict[str, Texts]
    code: Texts
    code_number: NDArray[np.int64]
    lon: Degrees
    lat: Degrees
    flags: Texts

    def __len__(self) -> int:
        return len(self.lines)

    def picked(self, which: Any) -> "Told":
        """The rows of a mask or of row numbers."""
        return Told(
            lines=self.lines[which],
            event_id=self.event_id[which],
            reported=self.reported[which],
            due=self.due[which],
            closed=self.closed[which],
            texts={name: values[which] for name, values in self.texts.items()},
            code=self.code[which],
            code_number=self.code_number[which],
            lon=self.lon[which],
            lat=self.lat[which],
            flags=self.flags[which],
        )


@dataclass(slots=True)
class Judged:
    """What became of a piece: the rows that can be taken, those that cannot, and what is odd about taken ones."""

    told: Told
    refused: list[Refusal] = field(default_factory=list)
    odd: list[Refusal] = field(default_factory=list)


class _Verdicts:
    """Collects what is wrong, one reason a row: the first that was found."""

    def __init__(self, lines: NDArray[np.int64]) -> None:
        self._lines = lines
        self.bad = np.zeros(len(lines), dtype=bool)
        self.refused: list[Refusal] = []
        self.odd: list[Refusal] = []

    def refuse(self, name: str, reason: str, which: Mask) -> None:
        fresh = which & ~self.bad
        self.refused += [Refusal(line, name, reason) for line in self._lines[fresh].tolist()]
        self.bad |= which

    def remark(self, name: str, reason: str, which: Mask) -> None:
        self.odd += [Refusal(line, name, reason) for line in self._lines[which & ~self.bad].tolist()]


def judged(piece: Piece, fields: EventFields, city: City, *, crs: str, now_ms: int) -> Judged:
    """The piece in our terms. UnknownCrsError for a `crs` that is none."""
    n = len(piece)
    lines = np.asarray(piece.lines, dtype=np.int64)
    verdicts = _Verdicts(lines)
    ids = _texts(piece, fields.event_id, n)
    verdicts.refuse("event_id", "is missing", ids == "")
    _refuse_unclean(verdicts, "event_id", ids, controls=True)
    reported, due, closed = (_times(piece, fields, name, verdicts) for name in ("reported_at", "due_at", "closed_at"))
    verdicts.refuse("reported_at", "is missing", reported == NO_TIME)
    latest = now_ms + int(CLOCK_SKEW.total_seconds() * 1000)
    verdicts.refuse("reported_at", "lies in the future", reported > latest)
    verdicts.refuse("closed_at", "lies in the future", closed > latest)
    texts = {name: _texts(piece, getattr(fields, name), n) for name in _TEXTS}
    for name, values in texts.items():
        _refuse_unclean(verdicts, name, values)
    texts["title"] = _first_said(texts["title"], texts["category_text"], texts["category"])
    verdicts.refuse("title", "title, category_text or category is needed", texts["title"] == "")
    for name, kind in (("source", Source), ("severity", Severity)):
        texts[name] = _texts(piece, getattr(fields, name), n)
        known = pd.Series(texts[name]).isin([k.value for k in kind] + ([""] if name == "severity" else []))
        verdicts.refuse(name, f"is none of {', '.join(k.value for k in kind)}", ~known.to_numpy(dtype=bool))
    verdicts.remark("due_at", "is not later than reported_at", (due != NO_TIME) & (due <= reported))
    verdicts.remark("closed_at", "is earlier than reported_at", (closed != NO_TIME) & (closed < reported))
    lon, lat, flags = _places(piece, fields, crs, verdicts, n)
    code, number = _codes(_texts(piece, fields.grid_code, n), lon, lat, flags, city, verdicts)
    told = Told(
        lines=lines,
        event_id=np.array([f"{s}:{i}" for s, i in zip(texts["source"], ids, strict=True)], dtype=object),
        reported=reported, due=due, closed=closed, texts=texts, code=code, code_number=number,
        lon=lon, lat=lat, flags=flags,
    )  # fmt: skip
    return Judged(told.picked(~verdicts.bad), [*piece.refused, *verdicts.refused], verdicts.odd)


def _texts(piece: Piece, field: TextField | None, n: int) -> Texts:
    values = np.full(n, "" if field is None or field.const is None else field.const, dtype=object)
    if field is None or field.column is None:
        return values
    cells: Sequence[Any] = piece.columns[field.column]
    values[:] = [cell.strip() if isinstance(cell, str) else str(cell) for cell in cells]
    if field.map or field.default is not None:
        values[:] = [field.map.get(v, v if field.default is None else field.default) for v in values]
    return values


def _times(piece: Piece, fields: EventFields, name: str, verdicts: _Verdicts) -> Millis:
    time = getattr(fields, name)
    if time is None:
        return np.full(len(piece), NO_TIME, dtype=np.int64)
    cells = piece.columns[time.column]
    every_text = all(isinstance(cell, str) for cell in cells)
    values = pd.Series(list(cells), dtype="str" if every_text else object)
    at, wrong = parse_times(values, time)
    for reason, which in wrong.items():
        verdicts.refuse(name, reason, which)
    return at


def _refuse_unclean(verdicts: _Verdicts, name: str, values: Texts, *, controls: bool = False) -> None:
    """What no database and no UTF-8 can hold, and what is too long."""
    longest = _LONGEST.get(name, _LONGEST_OF_ALL)
    too_long = np.fromiter((len(v) > longest for v in values), dtype=bool, count=len(values))
    verdicts.refuse(name, f"is longer than {longest} characters", too_long)
    together = "".join(values)
    if "\0" in together or not _is_sound(together) or (controls and not together.isprintable()):
        unclean = [
            "\0" in v or not _is_sound(v) or (controls and any(c < " " or c == "\x7f" for c in v)) for v in values
        ]
        verdicts.refuse(name, "holds characters that are no text", np.array(unclean, dtype=bool))


def _is_sound(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # a byte of the file that is no character
        return False
    return True


def _first_said(*choices: Texts) -> Texts:
    said = choices[0]
    for other in choices[1:]:
        said = np.where(said == "", other, said)
    return said


def _places(piece: Piece, fields: EventFields, crs: str, verdicts: _Verdicts, n: int) -> tuple[Degrees, Degrees, Texts]:
    """WGS-84 with NaN where there is none, and what is doubtful. An event is never refused for its place."""
    flags = np.full(n, NO_PLACE, dtype=object)
    if fields.lon is None or fields.lat is None:
        return np.full(n, np.nan), np.full(n, np.nan), flags
    pair, wrong = [], np.zeros(n, dtype=bool)
    for degrees in (fields.lon, fields.lat):
        text = pd.Series(_texts(piece, degrees, n), dtype="str")
        said = ~text.isin(NOTHING)
        values = pd.to_numeric(text.where(said), errors="coerce").to_numpy(dtype=np.float64)
        wrong |= said.to_numpy(dtype=bool) & ~np.isfinite(values)
        pair.append(values)
    with np.errstate(invalid="ignore"):
        lon, lat = to_wgs84(crs, *pair)
        right = are_degrees(lon, lat)
    wrong |= np.isfinite(pair[0]) & np.isfinite(pair[1]) & ~right
    verdicts.remark("lon", "lon and lat are no place on earth: kept without a place", wrong)
    lon, lat = np.where(right, lon, np.nan), np.where(right, lat, np.nan)
    flags[right] = ""
    flags[(np.abs(lon) < _NULL_ISLAND_DEG) & (np.abs(lat) < _NULL_ISLAND_DEG)] = NULL_ISLAND
    return lon, lat, flags


def _codes(
    given: Texts, lon: Degrees, lat: Degrees, flags: Texts, city: City, verdicts: _Verdicts
) -> tuple[Texts, NDArray[np.int64]]:
    """The grid that a row names; for others the finest division that contains them; the city's code for the rest."""
    n = len(given)
    number = np.full(n, number_of(city.code), dtype=np.int64)
    code = np.full(n, city.code, dtype=object)
    named = np.fromiter((city.knows(g) for g in given), dtype=bool, count=n)
    verdicts.remark("grid_code", "is no grid of this city: placed by its coordinates", (given != "") & ~named)
    if city.divisions:
        placed = np.flatnonzero(flags == "")
        found = city.locate_many(lon[placed], lat[placed])
        flags[placed[found == 0]] = OUTSIDE
        number[placed[found != 0]] = found[found != 0]
        distinct, which = np.unique(found, return_inverse=True)
        code[placed] = np.array([city.code_of(one) for one in distinct.tolist()], dtype=object)[which]
    code[named] = given[named]
    number[named] = [number_of(g) for g in given[named]]
    return code, number
