"""核查记录: every check of every door, and what changed in the address base since a version of it.

Whoever writes counts the book's version up first (`count_up`) and holds that row until the end of the transaction: so
versions grow in the order of the commits, and a reader that asks for what came after one misses nothing.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, func, select

from cockpit.domain.instant import millis_of
from cockpit.store.database import insert_of
from cockpit.store.schema.houses import book_versions, household_checks, household_visits, households

BOOK = "households"
#: PostgreSQL takes 65,535 values a statement
_ROWS_A_STATEMENT = 5_000
_ROWS_A_READ = 50_000


class BookVersion(NamedTuple):
    """How often the book was changed; before `since_ms` (0: never) what it said was not kept."""

    number: int
    since_ms: int


class DoorRow(NamedTuple):
    """A door of the book: its grid or finest division, and when it came in."""

    household_id: str
    code: str
    added_ms: int


class CheckRow(NamedTuple):
    """Somebody checked who lives behind a door, and we were told of it."""

    household_id: str
    checked_ms: int
    known_ms: int


def count_up(connection: Connection) -> int:
    """Another version of the book, for the rows that this transaction writes."""
    insertion = insert_of(book_versions, connection.dialect).values(book=BOOK, version=1)
    counted = insertion.on_conflict_do_update(
        index_elements=["book"], set_={"version": book_versions.c.version + 1}
    ).returning(book_versions.c.version)
    return int(connection.execute(counted).scalar_one())


def keep_checks(connection: Connection, version: int, checks: Iterable[tuple[str, datetime, datetime]]) -> None:
    """Keep these checks (household, when, when we were told); one that is kept already stays as it is."""
    statement = insert_of(household_checks, connection.dialect).on_conflict_do_nothing()
    rows: list[dict[str, Any]] = [
        {"household_id": i, "checked_ms": millis_of(at), "known_ms": millis_of(known_at), "version": version}
        for i, at, known_at in checks
    ]
    for first in range(0, len(rows), _ROWS_A_STATEMENT):
        connection.execute(statement, rows[first : first + _ROWS_A_STATEMENT])


def begin_keeping(connection: Connection, now: datetime) -> None:
    """Of a book that came without its checks the last of each door is known, and from `now` on all of them."""
    visits = connection.execute(select(household_visits.c.household_id, household_visits.c.visited_at)).all()
    if visits or connection.execute(select(households.c.household_id).limit(1)).first():
        keep_checks(connection, 0, ((household_id, at, at) for household_id, at in visits))
        connection.execute(book_versions.insert().values(book=BOOK, version=0, since_ms=millis_of(now)))


class HouseholdChecks:
    """What a reader of the book asks: its version, and the rows that were written after another one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def version(self) -> BookVersion:
        v = book_versions.c
        with self._engine.connect() as connection:
            found = connection.execute(select(v.version, v.since_ms).where(v.book == BOOK)).first()
        return BookVersion(*found) if found else BookVersion(0, 0)

    def count(self, after: int, until: int) -> int:
        """How many doors and checks were written after one version until another."""
        with self._engine.connect() as connection:
            return sum(
                int(connection.execute(select(func.count()).where(_between(c, after, until))).scalar_one())
                for c in (households.c, household_checks.c)
            )

    def doors(self, after: int, until: int) -> Iterator[list[DoorRow]]:
        """Doors that were written after one version (-1: all) until another, piece by piece."""
        h = households.c
        asked = select(h.household_id, h.code, h.added_ms).where(_between(h, after, until))
        with self._engine.connect().execution_options(yield_per=_ROWS_A_READ) as connection:
            for piece in connection.execute(asked).partitions():
                yield [DoorRow(*row) for row in piece]

    def checks(self, after: int, until: int) -> Iterator[list[CheckRow]]:
        """Checks that were written after one version (-1: all) until another, piece by piece."""
        c = household_checks.c
        asked = select(c.household_id, c.checked_ms, c.known_ms).where(_between(c, after, until))
        with self._engine.connect().execution_options(yield_per=_ROWS_A_READ) as connection:
            for piece in connection.execute(asked).partitions():
                yield [CheckRow(*row) for row in piece]


def _between(columns: Any, after: int, until: int) -> Any:
    # without a lower border an index would only be in the way
    return columns.version <= until if after < 0 else columns.version.between(after + 1, until)
