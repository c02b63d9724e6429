"""图层导入: a file's rows into a new version of a thematic layer; each is taken whole or refused with its reason.

Nothing of a version is shown before all of it is there; a run that ends early leaves nothing behind.
"""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from cockpit.domain.thematic_layer import FieldForm, LayerGeometry, ThematicLayer
from cockpit.services.importer.layer_crs import SAMPLE, Ground, check_sample
from cockpit.services.importer.layer_pieces import LayerPiece, LayerSource
from cockpit.services.importer.layer_profile import LayerProfile
from cockpit.services.importer.layer_shapes import Placed, placed
from cockpit.services.importer.layer_table import shapes_of_texts
from cockpit.services.importer.profile import NOTHING, TextField
from cockpit.services.importer.rows import Refusal, TableError
from cockpit.store.layer_columns import FeatureBatch

_ROWS_A_PIECE = 20_000
_LONGEST = {"id": 200, "name": 500, "kind": 60, "state": 60, "owner": 100}
_LONGEST_ATTRIBUTES, _LONGEST_VALUE, _LONGEST_KEY = 65_536, 4_000, 100
#: kinds have two bytes in a tile, states one; a file with more names something else in that column
_MOST_KINDS, _MOST_STATES = 1_000, 250
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class Writer(Protocol):
    """Where taken rows go (`store.layer_columns.LayerWriter`); None in a dry run."""

    def add(self, batch: FeatureBatch) -> object: ...


@dataclass(slots=True)
class LayerReport:
    """What became of a file."""

    rows: int = 0
    taken: int = 0
    repaired: int = 0
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    by_kind: dict[str, int] = field(default_factory=dict)
    #: kinds that the definition does not know
    unknown_kinds: dict[str, int] = field(default_factory=dict)
    #: our field → the column it came from
    columns: dict[str, str] = field(default_factory=dict)
    crs: str = ""
    #: west, south, east, north of what was taken
    box: tuple[float, float, float, float] | None = None


class LayerImport:
    """One run over one source."""

    def __init__(
        self,
        layer: ThematicLayer,
        writer: Writer | None,
        *,
        ground: Ground,
        outside: bool = False,
        swap: bool = False,
        listed: int = 1_000,
        on_refusal: Callable[[Refusal], None] = lambda _refusal: None,
    ) -> None:
        self.report = LayerReport()
        self._layer, self._writer, self._ground = layer, writer, ground
        self._outside, self._swap, self._listed, self._on_refusal = outside, swap, listed, on_refusal
        self._ids: set[str] = set()
        self._kinds = _by_word({kind.key: kind.title for kind in layer.kinds})
        self._states = _by_word({state.key: state.title for state in layer.states})
        #: words of a popup's titles → its field, so that a column called 房东 is the popup's landlord
        self._fields = _by_word({told.field: told.title for told in layer.popup})
        self._numbers = {told.field for told in layer.popup if told.form is FieldForm.NUMBER}
        self._seen_states: set[str] = set()

    def run(
        self, source: LayerSource, profile: LayerProfile, *, crs: str, progress: Callable[[int, int], None]
    ) -> None:
        """Take the source. TableError, ProfileError, UnknownCrsError, WrongCoordinatesError; then nothing was taken.

        `crs` is what somebody said; without it the profile's, the file's own, or WGS-84.
        """
        crs = self.report.crs = crs or profile.layer.crs or source.crs or "wgs84"
        looked = False
        for piece in source.pieces(_ROWS_A_PIECE):
            self.report.rows += len(piece) + len(piece.refused)
            for refusal in piece.refused:
                self._refuse(refusal)
            if len(piece):
                told = profile.completed(list(piece.columns))
                shapes = self._shapes(piece, told)
                if not looked:
                    self.report.columns = {n: f.column for n, f in told.items() if f.column is not None}
                    self._look(shapes, crs)
                    looked = True
                self._take(piece, told, shapes, crs)
            progress(piece.done, self.report.rows)
        if not self.report.rows:
            raise TableError(f"{source.path} is empty: there is not one row in it")

    def _shapes(self, piece: LayerPiece, told: dict[str, TextField]) -> NDArray[np.object_]:
        """In the file's coordinates; None where a row has none."""
        if piece.shapes is not None:
            shapes = piece.shapes
        elif "lon" in told and "lat" in told:
            x, y = (np.array([_number_of(v) for v in _texts(piece, told[name])]) for name in ("lon", "lat"))
            shapes = np.full(len(piece), None, dtype=object)
            given = np.isfinite(x) & np.isfinite(y)
            shapes[given] = shapely.points(x[given], y[given])
        elif "geometry" in told and told["geometry"].column is not None:
            shapes = shapes_of_texts(list(piece.columns[told["geometry"].column or ""]))
        else:
            raise TableError(
                "the file tells no places: columns lon and lat, or geometry (WKT) are needed; "
                f"it has: {', '.join(piece.columns)}"
            )
        if self._swap:
            return np.asarray(shapely.transform(shapes, lambda places: places[:, ::-1]))
        return shapes

    def _look(self, shapes: NDArray[np.object_], crs: str) -> None:
        known = shapes[~shapely.is_missing(shapes)]
        if len(known):
            some = known[:: max(1, len(known) // SAMPLE)]
            places, of = shapely.get_coordinates(some, return_index=True)
            _, firsts = np.unique(of, return_index=True)
            x, y = places[firsts].T
            check_sample(x, y, crs=crs, ground=self._ground, outside=self._outside)

    def _take(self, piece: LayerPiece, told: dict[str, TextField], shapes: NDArray[np.object_], crs: str) -> None:
        where = placed(
            shapes, crs=crs, geometry=self._layer.geometry, ground=self._ground, outside=self._outside
        )  # fmt: skip
        text = {name: _texts(piece, f) for name, f in told.items() if name not in ("lon", "lat", "geometry")}
        attributes = self._attributes(piece, told)
        rows: list[int] = []
        told_rows: list[tuple[str, str, str, str, str]] = []
        for row, line in enumerate(piece.lines):
            if where.reason[row]:
                self._refuse(Refusal(line, "geometry", str(where.reason[row])))
                continue
            found = self._row(line, {name: _clean(values[row]) for name, values in text.items()})
            if isinstance(found, Refusal):
                self._refuse(found)
            elif len(json.dumps(attributes[row], ensure_ascii=False)) > _LONGEST_ATTRIBUTES:
                self._refuse(Refusal(line, "", f"has more than {_LONGEST_ATTRIBUTES} characters of other columns"))
            else:
                self._ids.add(found[0])
                rows.append(row)
                told_rows.append(found)
        self._write(rows, told_rows, where, attributes)

    def _row(self, line: int, told: Mapping[str, str]) -> "tuple[str, str, str, str, str] | Refusal":
        """Id, name, kind, state and owner of a row, or why it is refused."""
        for name, longest in _LONGEST.items():
            if len(told.get(name, "")) > longest:
                return Refusal(line, name, f"is longer than {longest} characters")
        found = told.get("id", "")
        if "id" in told and not found:
            return Refusal(line, "id", "is missing")
        found = found or f"{line}"
        if found in self._ids:
            return Refusal(line, "id", f"{found} stands twice in the file; the first is taken")
        kind = _keyed(self._kinds, told.get("kind", "")) or self._layer.kinds[0].key
        if kind not in self._kinds.values() and len(self.report.unknown_kinds) >= _MOST_KINDS:
            return Refusal(
                line, "kind", f"is one of more than {_MOST_KINDS} kinds: is it another column that tells them?"
            )
        usual = self._layer.states[0].key if self._layer.states else ""
        state = _keyed(self._states, told.get("state", "")) or usual
        self._seen_states.add(state)
        if len(self._seen_states) > _MOST_STATES:
            return Refusal(line, "state", f"is one of more than {_MOST_STATES} states")
        owner = told.get("owner", "") or self._layer.owner.zh
        return found, told.get("name", "") or found, kind, state, owner

    def _attributes(self, piece: LayerPiece, told: dict[str, TextField]) -> list[dict[str, object]]:
        """Every other column, under the popup's name for it where it has one."""
        taken = {f.column for f in told.values() if f.column is not None}
        popup = {told.field for told in self._layer.popup}
        names = {
            column: self._fields.get(column.strip().casefold(), column.strip()[:_LONGEST_KEY])
            for column in piece.columns
            if column and (column not in taken or column in popup)
        }
        return [
            {
                name: value
                for column, name in names.items()
                if (value := self._value(name, piece.columns[column][row])) not in (None, "")
            }
            for row in range(len(piece))
        ]

    def _value(self, name: str, cell: Any) -> object:
        """A cell; where the popup wants a number and the text is one, a number."""
        value = _plain(cell)
        if isinstance(value, str) and name in self._numbers and math.isfinite(number := _number_of(value)):
            return int(number) if number.is_integer() else number
        return value

    def _write(
        self,
        rows: Sequence[int],
        told: "Sequence[tuple[str, str, str, str, str]]",
        where: Placed,
        attributes: Sequence[dict[str, object]],
    ) -> None:
        report = self.report
        if not rows:
            return
        at = np.array(rows)
        ids, names, kinds, states, owners = (list(column) for column in zip(*told, strict=True))
        report.taken += len(rows)
        report.repaired += int(where.repaired[at].sum())
        known = set(self._kinds.values())
        for kind in kinds:
            report.by_kind[kind] = report.by_kind.get(kind, 0) + 1
            if kind not in known:
                report.unknown_kinds[kind] = report.unknown_kinds.get(kind, 0) + 1
        lon, lat = where.lon[at], where.lat[at]
        west, south, east, north = float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
        if report.box is not None:
            w, s, e, n = report.box
            west, south, east, north = min(w, west), min(s, south), max(e, east), max(n, north)
        report.box = (west, south, east, north)
        if self._writer is None:
            return
        points = self._layer.geometry is LayerGeometry.POINT
        self._writer.add(
            FeatureBatch(
                ids=ids, names=names, kinds=kinds, states=states, owners=owners, lon=lon, lat=lat,
                shapes=None if points else list(shapely.to_wkb(where.shapes[at])),
                attributes=[attributes[row] for row in rows],
            )
        )  # fmt: skip

    def _refuse(self, refusal: Refusal) -> None:
        self.report.refused += 1
        if len(self.report.refusals) < self._listed:
            self.report.refusals.append(refusal)
        self._on_refusal(refusal)


def _by_word(titles: "Mapping[str, Any]") -> dict[str, str]:
    """Key, Chinese and English title, without case, to the key."""
    found: dict[str, str] = {}
    for key, title in titles.items():
        for word in (title.en, title.zh, key):
            if word:
                found[word.casefold()] = key
    return found


def _keyed(known: Mapping[str, str], word: str) -> str:
    return known.get(word.casefold(), word)


def _texts(piece: LayerPiece, told: TextField) -> list[Any]:
    """The field's text in each row."""
    if told.column is None:
        return [told.const] * len(piece)
    values = [_plain(value) for value in piece.columns[told.column]]
    if not told.map and told.default is None:
        return values
    return [told.map.get(str(v), told.default if told.default is not None else v) for v in values]


def _plain(value: Any) -> Any:
    """A cell as JSON has it: text, number, true or false, or None."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, bool | int):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = _CONTROL.sub("", str(value)).strip()
    return None if text in NOTHING else text[:_LONGEST_VALUE]


def _clean(value: Any) -> str:
    """A value as one line of text. What looks like HTML stays what it is: text."""
    return "" if value is None else " ".join(str(value).split()).encode("utf-8", "replace").decode("utf-8")


def _number_of(value: Any) -> float:
    try:
        return float(str(value).strip())
    except ValueError:
        return math.nan
