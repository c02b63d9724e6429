"""表格文件: the rows of a CSV or XLSX file as text, each with its place, whatever the encoding.

For tables of some thousand rows that people edit by hand; histories of millions are read as a stream elsewhere.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LARGEST_BYTES = 64 * 1024 * 1024
#: UTF-8 first: text in GB18030 is hardly ever valid UTF-8, but any bytes are nearly valid GB18030
_ENCODINGS = ("utf-8-sig", "gb18030")


class UnreadableFileError(ValueError):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row. `place` is its line, for a workbook of several sheets with the sheet's name."""

    place: str
    sheet: str
    cells: list[str]


def read_sheet_rows(path: Path) -> Iterator[SheetRow]:
    """Every row that has something in it. Raises UnreadableFileError."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise UnreadableFileError(f"{path.name} is larger than {LARGEST_BYTES // 1024**2} MiB")
        yield from (_workbook(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _text(path))
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror or error}") from error


def _text(path: Path) -> Iterator[SheetRow]:
    body = path.read_bytes()
    if body.startswith(b"PK\x03\x04"):
        raise UnreadableFileError(f"{path.name} is a workbook or an archive: name it .xlsx")
    for encoding in _ENCODINGS:
        try:
            text = body.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UnreadableFileError(f"{path.name} is neither UTF-8 nor GB18030 text")
    if "\0" in text:
        raise UnreadableFileError(f"{path.name} is no text")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter_of(text))
    try:
        for cells in lines:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield SheetRow(f"line {lines.line_num}", "", stripped)
    except csv.Error as error:
        raise UnreadableFileError(f"{path.name}, line {lines.line_num}: {error}") from error


def _delimiter_of(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",\t;", key=first.count)


def _workbook(path: Path) -> Iterator[SheetRow]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise UnreadableFileError(f"{path.name} is no readable workbook: {error}") from error
    try:
        many = len(book.worksheets) > 1
        for sheet in book.worksheets:
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                told = [_cell(value) for value in cells]
                if any(told):
                    yield SheetRow(f"{sheet.title} row {number}" if many else f"row {number}", sheet.title, told)
    finally:
        book.close()


def _cell(value: Any) -> str:
    """As a person reads it: a code typed as the number 1 is `1`, not `1.0`."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
