"""`cockpit import households`: an address base, one row a household; what cannot be taken is refused with its line."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cockpit.services.coordinates import are_degrees, to_wgs84
from cockpit.services.importer.rows import Piece, Refusal, Table, TableError
from cockpit.store.households import HouseholdRow, HouseholdTable

NEEDED = ("household_id", "building_code", "people", "lon", "lat")
OPTIONAL = ("building_name", "needs_help")
_ROWS = 5_000
#: columns of longitudes and latitudes → the grid (or finest division) of each place
CodesOf = Callable[[NDArray[np.float64], NDArray[np.float64]], list[str]]
_LONGEST = 200
_MOST_PEOPLE = 1_000
_YES = frozenset({"1", "true", "yes", "y", "是", "t"})
_NO = frozenset({"", "0", "false", "no", "n", "否", "f"})


@dataclass(slots=True)
class HouseholdReport:
    """What became of the rows."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return self.new + self.changed + self.unchanged


def import_households(
    store: HouseholdTable,
    table: Table,
    *,
    crs: str,
    now: datetime,
    codes_of: CodesOf = lambda lon, _lat: [""] * len(lon),
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _rows: None,
) -> HouseholdReport:
    """Take a table; a rerun changes nothing. `codes_of` tells the grids that places lie in.

    Raises TableError for a file without the columns, UnknownCrsError.
    """
    missing = [name for name in NEEDED if name not in table.columns]
    if missing:
        raise TableError(f"{table.path} has no column {missing[0]}; it has: {', '.join(table.columns)}")
    names = [*NEEDED, *(name for name in OPTIONAL if name in table.columns)]
    report = HouseholdReport()
    for piece in table.pieces(names, _ROWS):
        report.rows += len(piece) + len(piece.refused)
        report.refused += piece.refused
        put = store.put(
            _with_codes(list(_rows(piece, crs, report.refused)), codes_of), imported_at=now, dry_run=dry_run
        )
        report.new, report.changed = report.new + put.new, report.changed + put.changed
        report.unchanged += put.unchanged
        progress(piece.done, report.rows)
    return report


def _rows(piece: Piece, crs: str, refused: list[Refusal]) -> Iterator[HouseholdRow]:
    columns = piece.columns
    lon, lat = to_wgs84(crs, _numbers(columns["lon"]), _numbers(columns["lat"]))
    placed = are_degrees(lon, lat)
    nothing = [""] * len(piece)
    names, help_told = columns.get("building_name", nothing), columns.get("needs_help", nothing)
    told = zip(
        piece.lines, columns["household_id"], columns["building_code"], names, columns["people"], help_told, strict=True
    )
    for row, (line, household_id, building_code, name, people, needs_help) in enumerate(told):
        people = str(people).strip()
        texts = {"household_id": household_id, "building_code": building_code, "building_name": name}
        wrong = next((field for field, text in texts.items() if not _is_text(text)), "")
        if wrong or not household_id.strip() or not building_code.strip():
            blank = wrong or ("building_code" if household_id.strip() else "household_id")
            refused.append(Refusal(line, blank, f"is missing, longer than {_LONGEST} characters, or no text"))
        elif not (people.isascii() and people.isdigit() and int(people) <= _MOST_PEOPLE):
            refused.append(Refusal(line, "people", f"{people[:20]!r} is no number from 0 to {_MOST_PEOPLE}"))
        elif needs_help.strip().lower() not in _YES | _NO:
            refused.append(Refusal(line, "needs_help", f"{needs_help[:20]!r} is neither yes nor no"))
        elif not placed[row]:
            refused.append(Refusal(line, "lon", "is no place on earth"))
        else:
            yield HouseholdRow(
                household_id.strip(), building_code.strip(), name.strip(), int(people),
                needs_help.strip().lower() in _YES, round(float(lon[row]), 7), round(float(lat[row]), 7),
            )  # fmt: skip


def _with_codes(rows: list[HouseholdRow], codes_of: CodesOf) -> list[HouseholdRow]:
    codes = codes_of(np.array([row.lon for row in rows]), np.array([row.lat for row in rows])) if rows else []
    return [row._replace(code=code) for row, code in zip(rows, codes, strict=True)]


def _numbers(cells: Sequence[Any]) -> Any:
    return np.array([_number(cell) for cell in cells], dtype=np.float64)


def _number(cell: Any) -> float:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return float("nan")


def _is_text(text: Any) -> bool:
    if not isinstance(text, str) or len(text) > _LONGEST or "\x00" in text:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in text)
