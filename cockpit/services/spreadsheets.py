"""表格: rows as CSV or XLSX for people, in pieces, with what they mean at their head. No cell is ever a formula."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence

#: a spreadsheet takes a text that begins so for a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: what XML 1.0 cannot carry
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ROWS_A_PIECE = 200
_PIECE_BYTES = 256 * 1024
_LONGEST_CELL = 32_000

Cell = str | int | float | None


def told(value: Cell) -> Cell:
    """The cell as it may go into a spreadsheet: a text that looks like a formula begins with an apostrophe."""
    if not isinstance(value, str):
        return value
    text = _NO_XML.sub("", value)[:_LONGEST_CELL]
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_pieces(
    head: Sequence[Sequence[Cell]], titles: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Iterator[bytes]:
    """UTF-8 with a mark that Excel knows it by. The lines of the head come first, then an empty one."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    for line in head:
        writer.writerow([told(cell) for cell in line])
    if head:
        writer.writerow([])
    writer.writerow(titles)
    for number, row in enumerate(rows, 1):
        writer.writerow([told(cell) for cell in row])
        if number % _ROWS_A_PIECE == 0:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def xlsx_pieces(
    head: Sequence[Sequence[Cell]], titles: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheets: tuple[str, str]
) -> Iterator[bytes]:
    """A workbook of two sheets, the head and the rows. It is put together in a file, never in memory."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    about, listed = (book.create_sheet(name) for name in sheets)
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 16, 90
    for line in head:
        about.append([told(cell) for cell in line])
    listed.freeze_panes = "A2"
    listed.append(list(titles))
    for row in rows:
        listed.append([told(cell) for cell in row])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(_PIECE_BYTES):
            yield piece
