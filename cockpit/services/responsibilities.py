"""权责清单 in use: the list that was imported last, or the one of the city's directory until then.

A list is one document: an import replaces all of it, and the same file again changes nothing. What was assigned has its
unit in the fact and keeps it.
"""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cockpit.domain.level import Level
from cockpit.domain.responsibility import Responsibilities, Responsibility, level_of_code
from cockpit.domain.scope import Scope, UnknownScopeError
from cockpit.services.reread import Reread
from cockpit.services.sheets import SheetRow, UnreadableFileError, read_sheet_rows
from cockpit.services.standards_sheet import UnreadableRow

_COLUMNS = {
    "category": ("category", "类别", "类别编码", "类别代码", "编码"),
    "code": ("code", "division", "grid_code", "区划", "区划代码", "网格", "网格编码", "网格代码"),
    "unit": ("unit", "责任单位", "处置单位", "单位"),
    "level": ("level", "层级"),
}
_COLUMN_OF = {alias: name for name, aliases in _COLUMNS.items() for alias in aliases}
_LEVELS = {
    **{level.value: level for level in Level},
    "市": Level.CITY, "市级": Level.CITY, "区": Level.COUNTY, "县": Level.COUNTY, "区县": Level.COUNTY,
    "区级": Level.COUNTY, "街道": Level.STREET, "镇街": Level.STREET, "镇": Level.STREET, "乡": Level.STREET,
    "社区": Level.COMMUNITY, "村": Level.COMMUNITY, "网格": Level.COMMUNITY,
}  # fmt: skip
_CATEGORY = re.compile(r"((event|part)(\.\d{2}(\.\d{2})?)?)?")
_LONGEST = 200
_HEADER_WITHIN = 15


class ResponsibilityTable(Protocol):
    """Where the imported list is kept (`store.responsibilities`)."""

    def replace_all(self, entries: Sequence[Responsibility], *, imported_at: datetime) -> None: ...
    def list_all(self) -> list[Responsibility]: ...
    def mark(self) -> object: ...


class ResponsibilityBook:
    """The list as it is now: `now()` is cheap enough to be asked for every report."""

    def __init__(
        self,
        table: ResponsibilityTable,
        *,
        city: Sequence[Responsibility] = (),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        own = Responsibilities(city)

        def read() -> Responsibilities:
            imported = table.list_all()
            return Responsibilities(imported) if imported else own

        self._held = Reread("responsibilities", mark=table.mark, read=read, first=own, monotonic=monotonic)

    def now(self) -> Responsibilities:
        """At most some seconds old."""
        return self._held.now()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityImport:
    """What came of an import. `is_new` is False if the list says exactly this already."""

    is_new: bool
    entries: int
    units: int
    unreadable: tuple[UnreadableRow, ...]


def import_responsibilities(
    table: ResponsibilityTable, file: Path, *, now: datetime, dry_run: bool = False
) -> ResponsibilityImport:
    """Read a list and keep it instead of the one before. Raises UnreadableFileError, also if no row can be read."""
    entries, unreadable = read_responsibilities(read_sheet_rows(file))
    if not entries:
        first = f"; {unreadable[0].place}: {unreadable[0].reason}" if unreadable else ""
        raise UnreadableFileError(f"no row of {file.name} can be read{first}")
    is_new = table.list_all() != entries
    if is_new and not dry_run:
        table.replace_all(entries, imported_at=now)
    return ResponsibilityImport(
        is_new=is_new,
        entries=len(entries),
        units=len({entry.unit for entry in entries}),
        unreadable=tuple(unreadable),
    )


def responsibilities_of_city(directory: Path) -> list[Responsibility]:
    """The list that a city's directory brings, `responsibilities.csv`. ValueError if any row cannot be read."""
    file = directory / "responsibilities.csv"
    if not file.is_file():
        return []
    entries, unreadable = read_responsibilities(read_sheet_rows(file))
    if unreadable:
        raise ValueError(f"{file}, {unreadable[0].place}: {unreadable[0].reason}")
    return entries


def read_responsibilities(lines: Iterable[SheetRow]) -> tuple[list[Responsibility], list[UnreadableRow]]:
    """Entries in file order, and the rows that could not be read. UnreadableFileError without a row of column names."""
    columns: dict[int, str] = {}
    entries: dict[Responsibility, str] = {}
    unreadable: list[UnreadableRow] = []
    for n, line in enumerate(lines):
        if not columns:
            named = {i: _COLUMN_OF[c] for i, cell in enumerate(line.cells) if (c := cell.strip().lower()) in _COLUMN_OF}
            if "unit" in named.values() and len(named) >= 2:
                columns = named
            elif n >= _HEADER_WITHIN:
                break
            continue
        try:
            entry = _entry_of({name: line.cells[i] if i < len(line.cells) else "" for i, name in columns.items()})
        except (ValueError, UnknownScopeError) as why:
            unreadable.append(UnreadableRow(line.place, str(why)))
            continue
        if entry in entries:
            unreadable.append(UnreadableRow(line.place, f"stands in {entries[entry]} already"))
        entries.setdefault(entry, line.place)
    if not columns:
        raise UnreadableFileError("no row of column names with a column of units (责任单位, unit) in the first rows")
    return list(entries), unreadable


def _entry_of(cells: dict[str, str]) -> Responsibility:
    category, code, unit = cells.get("category", "").lower(), cells.get("code", ""), cells.get("unit", "")
    if not _CATEGORY.fullmatch(category):
        raise ValueError(f"{category[:40]!r} is no category: event.01.10, or a beginning of one")
    Scope(code)
    if not unit or len(unit) > _LONGEST:
        raise ValueError(
            "the unit has no name" if not unit else f"the unit's name is longer than {_LONGEST} characters"
        )
    written = cells.get("level", "").lower()
    level = _LEVELS.get(written) if written else level_of_code(code)
    if level is None:
        raise ValueError(f"{written[:40]!r} is no level: city, county, street or community")
    return Responsibility(category=category, code=code, unit=unit, level=level)
