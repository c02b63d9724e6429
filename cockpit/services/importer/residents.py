"""`cockpit import residents`: one row a person; what cannot be taken is refused with its line, never with its words."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cockpit.services.importer.rows import Piece, Refusal, Table, TableError
from cockpit.services.pinyin import name_initials
from cockpit.store.residents import ResidentRow, ResidentTable, Visit

NEEDED = ("resident_id", "household_id", "name")
OPTIONAL = ("relation", "tenure", "birth_year", "id_number", "phone", "need", "checked_at")
_ROWS = 5_000
_LONGEST = 200
_ID_NUMBER = re.compile(r"[0-9A-Za-z]{0,40}")
_PHONE = re.compile(r"[+0-9 \-]{0,30}")
_FIRST_YEAR = 1880

#: household ids → the grid (or division) that each lies in; those that nobody knows are not in it
CodesOf = Callable[[list[str]], dict[str, str]]


@dataclass(slots=True)
class ResidentReport:
    """What became of the rows."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return self.new + self.changed + self.unchanged


def import_residents(
    store: ResidentTable, table: Table, *, codes_of: CodesOf, now: datetime, dry_run: bool = False
) -> ResidentReport:
    """Take a table; a rerun changes nothing. Raises TableError for a file without the columns.

    A person of a household that the address base does not know is refused: nobody would ever find them.
    """
    missing = [name for name in NEEDED if name not in table.columns]
    if missing:
        raise TableError(f"{table.path} has no column {missing[0]}; it has: {', '.join(table.columns)}")
    names = [*NEEDED, *(name for name in OPTIONAL if name in table.columns)]
    report = ResidentReport()
    for piece in table.pieces(names, _ROWS):
        report.rows += len(piece) + len(piece.refused)
        report.refused += piece.refused
        codes = codes_of([str(cell).strip() for cell in piece.columns["household_id"]])
        taken = list(_rows(piece, codes, now, report.refused))
        visits = [visit for _, visit in taken if visit is not None]
        put = store.put([row for row, _ in taken], visits, dry_run=dry_run)
        report.new, report.changed = report.new + put.new, report.changed + put.changed
        report.unchanged += put.unchanged
    return report


def _rows(
    piece: Piece, codes: dict[str, str], now: datetime, refused: list[Refusal]
) -> Iterator[tuple[ResidentRow, Visit | None]]:
    for n, line in enumerate(piece.lines):
        cells = {name: str(column[n] or "").strip() for name, column in piece.columns.items()}
        wrong = _wrong(cells, codes, now)
        if wrong is not None:
            refused.append(Refusal(line, *wrong))
            continue
        told = cells.get("birth_year", "")
        row = ResidentRow(
            cells["resident_id"], cells["household_id"], cells["name"], name_initials(cells["name"])[:_LONGEST],
            cells.get("relation", ""), cells.get("tenure", ""), int(told) if told else None,
            cells.get("id_number", "").upper(), cells.get("phone", ""), cells.get("need", ""),
        )  # fmt: skip
        checked_at = _time(cells.get("checked_at", ""))
        code = codes[row.household_id]
        yield row, Visit(row.household_id, code, checked_at, "import", now) if checked_at else None


def _wrong(cells: dict[str, str], codes: dict[str, str], now: datetime) -> tuple[str, str] | None:
    """The field that is wrong and why, without what it says: these are names and numbers of people."""
    for name, text in cells.items():
        if len(text) > _LONGEST or "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
            return name, f"is longer than {_LONGEST} characters or no text"
        if name in NEEDED and not text:
            return name, "is missing"
    if cells["household_id"] not in codes:
        return "household_id", "is no household of the address base (import households first)"
    year, checked = cells.get("birth_year", ""), cells.get("checked_at", "")
    if year and not (year.isascii() and year.isdigit() and _FIRST_YEAR <= int(year) <= now.year):
        return "birth_year", f"is no year from {_FIRST_YEAR} to {now.year}"
    if not _ID_NUMBER.fullmatch(cells.get("id_number", "")):
        return "id_number", "has other characters than digits and letters"
    if not _PHONE.fullmatch(cells.get("phone", "")):
        return "phone", "has other characters than digits, +, - and spaces"
    at = _time(checked)
    if checked and (at is None or at > now):
        return "checked_at", "is no date (2026-11-03) or lies in the future"
    return None


def _time(text: str) -> datetime | None:
    """An instant; what says no zone is UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
