"""立案标准 in use: those of the city's directory and every imported version, looked up for each report and assignment.

Processes read the table anew a few seconds after somebody imported a version; nobody has to start again.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

from cockpit.domain.assignment import GivenLimit
from cockpit.domain.event import Report
from cockpit.domain.standard import Standard, Standards
from cockpit.services.reread import Reread
from cockpit.services.sheets import UnreadableFileError, read_sheet_rows
from cockpit.services.standards_sheet import StandardRow, StandardsSheet, UnreadableRow, read_standards

#: a version of the city's own directory holds before any that was imported
CITY_VERSION_FROM = datetime(1970, 1, 1, tzinfo=UTC)


class VersionTable(Protocol):
    """Where imported versions are kept (`store.standards`)."""

    def add_version(self, rows: Sequence[Standard], *, imported_at: datetime) -> None: ...
    def list_all(self) -> list[Standard]: ...
    def newest(self) -> int: ...


class VersionTakenError(ValueError):
    """A version of that name is there and says something else."""


class StandardsBook:
    """The standards as they are now: `now()` is cheap enough to be asked for every report."""

    def __init__(
        self, table: VersionTable, *, city: Sequence[Standard] = (), monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._held = Reread(
            "standards",
            mark=table.newest,
            read=lambda: Standards([*city, *table.list_all()]),
            first=Standards(city),
            monotonic=monotonic,
        )

    def now(self) -> Standards:
        """Every version; at most some seconds old."""
        return self._held.now()

    def find_limit(self, category: str, condition: str, at: datetime) -> GivenLimit | None:
        """The limit that a category and condition have at `at`; without a condition that of the first."""
        found = self.now().find(category, condition, at)
        return GivenLimit(limit=found.limit, condition=found.condition, version=found.version) if found else None


def limit_of_assignment(
    report: Report, find_limit: Callable[[str, str, datetime], GivenLimit | None], at: datetime
) -> GivenLimit | None:
    """The limit that an assignment gives where nobody chose a condition: none if the report's source set a time,
    else that of its category now, else the one that it came with."""
    return None if report.due_at is not None else find_limit(report.category, "", at) or report.given


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardsImport:
    """What came of an import. `is_new` is False for a version that is there with these very rows."""

    version: str
    valid_from: datetime
    is_new: bool
    conditions: int
    subclasses: int
    unreadable: tuple[UnreadableRow, ...]


def import_standards(
    table: VersionTable,
    file: Path,
    *,
    version: str = "",
    valid_from: datetime | None,
    now: datetime,
    dry_run: bool = False,
) -> StandardsImport:
    """Read a table and keep it as one version. The same file again is the same version and changes nothing.

    Without a name the version is called after the file and its content; without `valid_from` it holds from `now`.
    Raises UnreadableFileError, also if no row can be read, and VersionTakenError.
    """
    sheet = read_standards(read_sheet_rows(file))
    if not sheet.rows:
        first = f"; {sheet.unreadable[0].place}: {sheet.unreadable[0].reason}" if sheet.unreadable else ""
        raise UnreadableFileError(f"no row of {file.name} can be read{first}")
    name = version or f"{file.stem}-{_digest(sheet.rows)}"
    known = [row for row in table.list_all() if row.version == name]
    since = (known[0].valid_from if known else now) if valid_from is None else valid_from
    rows = standards_of(sheet, version=name, valid_from=since)
    if known and known != rows:
        raise VersionTakenError(
            f"version {name!r} is there already, from {known[0].valid_from:%Y-%m-%d}, and says something else: "
            "give this one another --version"
        )
    if not known and not dry_run:
        table.add_version(rows, imported_at=now)
    return StandardsImport(
        version=name,
        valid_from=since,
        is_new=not known,
        conditions=len(rows),
        subclasses=len({row.category for row in rows}),
        unreadable=tuple(sheet.unreadable),
    )


def standards_of_city(directory: Path, code: str) -> list[Standard]:
    """The standards that a city's directory brings, `standards.csv`. ValueError if any row cannot be read."""
    file = directory / "standards.csv"
    if not file.is_file():
        return []
    sheet = read_standards(read_sheet_rows(file))
    if sheet.unreadable:
        raise ValueError(f"{file}, {sheet.unreadable[0].place}: {sheet.unreadable[0].reason}")
    return standards_of(sheet, version=f"city-{code}", valid_from=CITY_VERSION_FROM)


def standards_of(sheet: StandardsSheet, *, version: str, valid_from: datetime) -> list[Standard]:
    """The rows of a sheet as one version."""
    return [
        Standard(
            category=row.category,
            name=row.name,
            class_name=row.class_name,
            condition=row.condition,
            limit=row.limit,
            unit=row.unit,
            version=version,
            valid_from=valid_from,
        )
        for row in sheet.rows
    ]


def _digest(rows: Sequence[StandardRow]) -> str:
    told = blake2b(digest_size=4)
    for row in rows:
        cells = (row.category, row.name, row.class_name, row.condition, str(row.limit), row.unit)
        told.update("\0".join(cells).encode() + b"\n")
    return told.hexdigest()
