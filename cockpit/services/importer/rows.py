"""Reads a table file (CSV, XLSX, NDJSON, GeoJSON) piece by piece, with the line that each row begins on.

Only the columns that are asked for leave this module. A row that cannot be read as one is a refusal of its own;
nothing is skipped in silence.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

from cockpit.services.importer.geojson_table import NoGeoJsonError, is_geojson, read_geojson
from cockpit.services.importer.profile import FileFields

_BLOCK = 1 << 22
_DELIMITERS = ",;\t|"
_LONGEST_FIELD = 10_000_000
#: bytes of XML up to which a sheet is read whole, which takes about as much memory and a thirtieth of the time
_LARGEST_SHEET = 200_000_000


class TableError(ValueError):
    """The file cannot be read as a table at all; the text is one line that says why."""


class Refusal(NamedTuple):
    """A row that was not taken, or was taken although something is odd: its line, our field, and why."""

    line: int
    field: str
    reason: str


@dataclass(slots=True)
class Piece:
    """Some rows in a row: their lines and the asked columns, and how far the file is read (of `Table.size`)."""

    lines: list[int]
    columns: dict[str, Sequence[Any]]
    done: int
    refused: list[Refusal] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.lines)


class Table:
    """One file with a header. `size` is what `Piece.done` counts up to (bytes; rows of XLSX and GeoJSON)."""

    def __init__(self, path: Path, options: FileFields) -> None:
        if not path.is_file():
            raise TableError(f"there is no file {path}")
        self.path, self._options = path, options
        self.kind = _kind_of(path)
        self.encoding = "" if self.kind == "xlsx" else options.encoding or encoding_of(path)
        self.size = path.stat().st_size
        self.columns = self._read_columns()

    def plain_delimiter(self) -> str | None:
        """What stands between two fields of a CSV file; None for other tables."""
        return (self._options.delimiter or self._delimiter()) if self.kind == "csv" else None

    @property
    def header_line(self) -> int:
        """The line of the header, from 1."""
        return self._options.header

    def pieces(self, names: Sequence[str], rows: int) -> Iterator[Piece]:
        """The columns `names`, at most `rows` rows at a time. Lines count from 1, with the header."""
        match self.kind:
            case "csv":
                yield from self._csv_pieces(names, rows)
            case "ndjson":
                yield from self._ndjson_pieces(names, rows)
            case "geojson":
                yield from self._geojson_pieces(names, rows)
            case _:
                yield from self._xlsx_pieces(names, rows)

    def _read_columns(self) -> list[str]:
        header: Sequence[Any]
        match self.kind:
            case "csv":
                with self._text() as text:
                    self._skip_titles(text)
                    header = next(self._reader(text), [])
            case "ndjson":
                with self._text() as text:
                    first = next((line for line in text if line.strip()), "{}")
                try:
                    header = list(msgspec.json.decode(first, type=dict[str, Any]))
                except msgspec.DecodeError as error:
                    raise TableError(f"{self.path}: its first line is no JSON object: {error}") from None
            case "geojson":
                features = list(self._features())
                header, self.size = list(dict.fromkeys(name for one in features for name in one)), len(features)
            case _:
                header = [_plain(cell) for cell in next(islice(self._sheet_rows(), self._titles, None), ())]
        names = [str(name).strip() for name in header]
        if not any(names):
            raise TableError(f"{self.path} is empty: there is no header")
        return names

    # -- CSV ---------------------------------------------------------------------------------------------------

    def _csv_pieces(self, names: Sequence[str], rows: int) -> Iterator[Piece]:
        places = [self.columns.index(name) for name in names]
        pick, width = itemgetter(*places) if len(places) > 1 else (lambda row: (row[places[0]],)), len(self.columns)
        with self.path.open("rb") as raw, self._text(raw) as text:
            self._skip_titles(text)
            reader = self._reader(text)
            next(reader, None)
            end = self._titles + reader.line_num
            while True:
                lines, picked, refused, read = [], [], [], 0
                try:
                    for row in islice(reader, rows):
                        read += 1
                        line, end = end + 1, self._titles + reader.line_num
                        if len(row) == width:
                            lines.append(line)
                            picked.append(pick(row))
                        elif row and any(cell.strip() for cell in row):
                            refused.append(Refusal(line, "", f"has {len(row)} fields, the header has {width}"))
                except csv.Error as error:
                    raise TableError(f"{self.path}: line {end + 1} cannot be read: {error}") from None
                if not read:
                    return
                yield Piece(lines, _columns(names, picked), raw.tell(), refused)

    @property
    def _titles(self) -> int:
        """Lines above the header."""
        return self._options.header - 1

    def _skip_titles(self, text: Iterator[str]) -> None:
        for _ in islice(text, self._titles):
            pass

    def _reader(self, text: Iterator[str]) -> Any:
        csv.field_size_limit(_LONGEST_FIELD)
        return csv.reader(text, delimiter=self._options.delimiter or self._delimiter())

    def _delimiter(self) -> str:
        """The one of the usual delimiters that the header has most of."""
        with self._text() as text:
            self._skip_titles(text)
            header = text.readline()
        return max(_DELIMITERS, key=header.count)

    def _text(self, raw: BinaryIO | None = None) -> io.TextIOWrapper:
        # a byte that is no text becomes a lone surrogate: the row is refused where its field is looked at
        return io.TextIOWrapper(
            raw or self.path.open("rb"), encoding=_WITH_MARK.get(self.encoding, self.encoding),
            errors="surrogateescape", newline="",
        )  # fmt: skip

    # -- NDJSON ------------------------------------------------------------------------------------------------

    def _ndjson_pieces(self, names: Sequence[str], rows: int) -> Iterator[Piece]:
        decoder = msgspec.json.Decoder(dict[str, Any])
        with self.path.open("rb") as raw, self._text(raw) as text:
            numbered = enumerate(text, 1)
            while some := list(islice(numbered, rows)):
                lines, picked, refused = [], [], []
                for line, told in some:
                    if not told.strip():
                        continue
                    try:
                        row = decoder.decode(told)
                    except (msgspec.DecodeError, UnicodeEncodeError) as error:
                        refused.append(Refusal(line, "", f"is no JSON object: {error}"))
                        continue
                    lines.append(line)
                    picked.append([_plain(row.get(name)) for name in names])
                yield Piece(lines, _columns(names, picked), raw.tell(), refused)

    # -- GeoJSON -----------------------------------------------------------------------------------------------

    def _geojson_pieces(self, names: Sequence[str], rows: int) -> Iterator[Piece]:
        """A line is the number of a feature, from 1."""
        numbered, done = enumerate(self._features(), 1), 0
        while some := list(islice(numbered, rows)):
            done += len(some)
            lines = [number for number, _ in some]
            picked = [[_plain(feature.get(name)) for name in names] for _, feature in some]
            yield Piece(lines, _columns(names, picked), done)

    def _features(self) -> Iterator[dict[str, Any]]:
        try:
            yield from read_geojson(self.path)
        except NoGeoJsonError as error:
            raise TableError(str(error)) from None

    # -- XLSX --------------------------------------------------------------------------------------------------

    def _xlsx_pieces(self, names: Sequence[str], rows: int) -> Iterator[Piece]:
        places = [self.columns.index(name) for name in names]
        numbered = islice(enumerate(self._sheet_rows(), 1), self._options.header, None)
        while some := list(islice(numbered, rows)):
            lines, picked = [], []
            for line, row in some:
                if any(cell not in (None, "") for cell in row):
                    lines.append(line)
                    picked.append([_plain(row[place]) if place < len(row) else "" for place in places])
            yield Piece(lines, _columns(names, picked), min(some[-1][0], self.size))

    def _sheet_rows(self) -> Iterator[Sequence[Any]]:
        try:
            with zipfile.ZipFile(self.path) as parts:
                unpacked = sum(part.file_size for part in parts.infolist())
            yield from self._whole_sheet() if unpacked <= _LARGEST_SHEET else self._streamed_sheet()
        except TableError:
            raise
        except Exception as error:  # what zip, XML and the readers of both raise
            raise TableError(f"{self.path} is no XLSX file: {error}") from None

    def _whole_sheet(self) -> Iterator[Sequence[Any]]:
        """The quick way, with the sheet in memory."""
        from python_calamine import CalamineWorkbook  # only here and below: no other table needs a reader

        with CalamineWorkbook.from_path(str(self.path)) as book:
            sheet = book.get_sheet_by_name(self._sheet_of(book.sheet_names))
            self.size = sheet.total_height
            yield from sheet.iter_rows()

    def _streamed_sheet(self) -> Iterator[Sequence[Any]]:
        """The slow way, with one row in memory."""
        from openpyxl import load_workbook

        book = load_workbook(self.path, read_only=True, data_only=True)
        try:
            sheet = book[self._sheet_of(book.sheetnames)]
            self.size = sheet.max_row or 0
            yield from sheet.iter_rows(values_only=True)
        finally:
            book.close()

    def _sheet_of(self, names: Sequence[str]) -> str:
        wanted = self._options.sheet
        if wanted is not None and wanted not in names:
            raise TableError(f"{self.path} has no sheet {wanted!r}; it has: {', '.join(names)}")
        return wanted or names[0]


#: a mark at the beginning of the file is no part of the first name
_WITH_MARK = {"utf-8": "utf-8-sig"}


def encoding_of(path: Path) -> str:
    """`utf-8` if the whole file is, else `gb18030` if the whole file is that, else `utf-8` with broken places."""
    if _is(path, "utf-8") or not _is(path, "gb18030"):
        return "utf-8"
    return "gb18030"


def _is(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as raw:
        try:
            while block := raw.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return False
    return True


def _kind_of(path: Path) -> str:
    if is_geojson(path):
        return "geojson"
    match path.suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            return "csv"
        case ".ndjson" | ".jsonl" | ".json":
            return "ndjson"
        case ".xlsx" | ".xlsm":
            return "xlsx"
    raise TableError(f"{path}: tables are .csv, .xlsx, .ndjson or .geojson")


def _columns(names: Sequence[str], picked: list[Any]) -> dict[str, Sequence[Any]]:
    if not picked:
        return dict.fromkeys(names, ())
    return dict(zip(names, zip(*picked, strict=True), strict=True))


def _plain(cell: Any) -> Any:
    """A cell as text; times stay what they are, and a number that is whole is written without a point."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime.combine(cell, time.min)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell) if isinstance(cell, int | float | list | dict) else cell
