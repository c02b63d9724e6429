"""事件台账: one record for each event that was ever known, told live or brought by a table.

Written in the transaction that journals the facts, and in bulk by an import. Whoever writes holds `claim` first: then
revisions grow in the order of the commits, and a reader that asks for what came after a revision misses nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection, Engine, and_, bindparam, func, or_, select, update
from sqlalchemy.exc import DBAPIError

from cockpit.store.schema.events import event_records

#: any number, as long as everybody who writes records takes the same
_WRITERS_LOCK = 330_111
#: PostgreSQL takes 65,535 values a statement
_IDS_A_STATEMENT = 5_000
_ROWS_A_READ = 50_000
#: whole records, bodies and all
_ROWS_A_PIECE = 500


class EventRecord(NamedTuple):
    """One row; times are milliseconds since 1970. `record_id` is 0 for one that is not kept yet."""

    record_id: int
    event_id: str
    revision: int
    reported_ms: int | None
    due_ms: int | None
    at_risk_ms: int | None
    overtime_ms: int | None
    accepted_ms: int | None
    assigned_ms: int | None
    handled_ms: int | None
    closed_ms: int | None
    evaluated_ms: int | None
    ended_ms: int | None
    settled_ms: int | None
    imported_ms: int | None
    live_from_ms: int | None
    stage: str
    level: str
    unit: str
    source: str
    severity: str
    category: str
    category_text: str
    title: str
    description: str
    address: str
    code: str
    code_number: int
    lon: float | None
    lat: float | None
    flags: str
    body: str


#: the columns that a new row brings
NEW_COLUMNS: tuple[str, ...] = tuple(name for name in EventRecord._fields if name != "record_id")


class EventRecords:
    """The table `event_records`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # -- writing: in a transaction of the caller's ---------------------------------------------------------------

    def claim(self, connection: Connection) -> int:
        """The right to write until the end of the transaction, and the revision that its rows get.

        SQLite has one writer anyway. Of two processes that fold facts of one event into its record, the second waits
        and reads what the first has written: no update is lost.
        """
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
        return self.newest_revision(connection) + 1

    def newest_revision(self, connection: Connection) -> int:
        """The revision of the last transaction that wrote; 0 for an empty table."""
        return int(connection.execute(select(func.coalesce(func.max(event_records.c.revision), 0))).scalar_one())

    def read(self, connection: Connection, event_ids: Sequence[str]) -> dict[str, EventRecord]:
        """The records of these events, as far as there are any."""
        found: dict[str, EventRecord] = {}
        for start in range(0, len(event_ids), _IDS_A_STATEMENT):
            query = select(event_records).where(
                event_records.c.event_id.in_(event_ids[start : start + _IDS_A_STATEMENT])
            )
            found.update((row.event_id, EventRecord(*row)) for row in connection.execute(query))
        return found

    def insert(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> None:
        """Keep new records; each row has the values of `NEW_COLUMNS`, which go to the driver as they are.

        IntegrityError for an event that has a record.
        """
        if not rows:
            return
        names = ", ".join(NEW_COLUMNS)
        if connection.dialect.name == "postgresql":
            _copy(connection.connection.cursor(), f"COPY event_records ({names}) FROM STDIN", rows)
        else:
            marks = ", ".join("?" * len(NEW_COLUMNS))
            connection.exec_driver_sql(f"INSERT INTO event_records ({names}) VALUES ({marks})", list(map(tuple, rows)))

    def update(self, connection: Connection, records: Sequence[EventRecord]) -> None:
        """Write changed records in place of the old ones."""
        if not records:
            return
        names = [name for name in NEW_COLUMNS if name != "event_id"]
        statement = update(event_records).where(event_records.c.record_id == bindparam("its_id"))
        statement = statement.values({name: bindparam(f"new_{name}") for name in names})
        connection.execute(
            statement,
            [{"its_id": r.record_id} | {f"new_{name}": getattr(r, name) for name in names} for r in records],
        )

    # -- reading ---------------------------------------------------------------------------------------------------

    def find(self, event_id: str) -> EventRecord | None:
        """The record of an event."""
        with self._engine.connect() as connection:
            return self.read(connection, [event_id]).get(event_id)

    def find_many(self, event_ids: Sequence[str]) -> dict[str, EventRecord]:
        """The records of these events, as far as there are any."""
        with self._engine.connect() as connection:
            return self.read(connection, event_ids)

    def list_by_number(self, record_ids: Sequence[int]) -> list[EventRecord]:
        """The records of these numbers, in any order."""
        found: list[EventRecord] = []
        with self._engine.connect() as connection:
            for start in range(0, len(record_ids), _IDS_A_STATEMENT):
                some = record_ids[start : start + _IDS_A_STATEMENT]
                rows = connection.execute(select(event_records).where(event_records.c.record_id.in_(some)))
                found += [EventRecord(*row) for row in rows]
        return found

    def list_past_since(
        self, revision: int, columns: Sequence[str], *, until: int | None = None
    ) -> Iterator[Sequence[Any]]:
        """`columns` of the records written after `revision`, those that say something about the past: imported ones,
        and ones whose event has ended. In large pieces, so that a million do not lie in memory twice.
        """
        c = event_records.c
        query = select(*(c[name] for name in columns)).where(
            c.revision > revision, or_(c.settled_ms.is_not(None), c.imported_ms.is_not(None))
        )
        if until is not None:
            query = query.where(c.revision <= until)
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=_ROWS_A_READ).execute(query)
            yield from rows.partitions()

    def list_past_in(
        self, spans: Sequence[tuple[int, int]], columns: Sequence[str], *, until: int
    ) -> Iterator[Sequence[Any]]:
        """As `list_past_since` from the beginning, of places in half-open ranges of codes. Reads the whole table."""
        c = event_records.c
        query = select(*(c[name] for name in columns)).where(
            c.revision <= until,
            or_(c.settled_ms.is_not(None), c.imported_ms.is_not(None)),
            or_(*(and_(c.code_number >= low, c.code_number < high) for low, high in spans)),
        )
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=_ROWS_A_READ).execute(query)
            yield from rows.partitions()

    def list_of_sources(
        self, sources: Sequence[str], *, span: tuple[int, int], since_ms: int, until_ms: int
    ) -> Iterator[EventRecord]:
        """Live records of these sources, reported before `until_ms` and not ended before `since_ms`, whose places lie
        in a half-open range of codes; in the order of writing, read in pieces so that a year lies in no memory."""
        c = event_records.c
        query = select(event_records).where(
            c.source.in_(sources),
            c.imported_ms.is_(None),
            c.code_number >= span[0],
            c.code_number < span[1],
            c.reported_ms < until_ms,
            or_(c.ended_ms.is_(None), c.ended_ms >= since_ms),
        )
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=_ROWS_A_PIECE).execute(query.order_by(c.record_id)):
                yield EventRecord(*row)

    def numbers_since(self, revision: int, *, until: int) -> list[int]:
        """Which records were written after `revision`, whatever they say now."""
        c = event_records.c
        with self._engine.connect() as connection:
            written = select(c.record_id).where(c.revision > revision, c.revision <= until)
            return list(connection.execute(written).scalars())

    def ids_of(self, record_ids: Sequence[int]) -> dict[int, str]:
        """Which events these records are about."""
        c = event_records.c
        with self._engine.connect() as connection:
            rows = connection.execute(select(c.record_id, c.event_id).where(c.record_id.in_(record_ids)))
            return {row.record_id: row.event_id for row in rows}

    def numbers_of(self, event_ids: Sequence[str]) -> list[int]:
        """The numbers of the records of these events."""
        found: list[int] = []
        c = event_records.c
        with self._engine.connect() as connection:
            for start in range(0, len(event_ids), _IDS_A_STATEMENT):
                some = event_ids[start : start + _IDS_A_STATEMENT]
                found += connection.execute(select(c.record_id).where(c.event_id.in_(some))).scalars()
        return found

    def revision(self) -> int:
        """The revision of the last transaction that wrote. Everything about the past asks it first."""
        with self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                # one statement needs no BEGIN and no ROLLBACK, each of which would be a way to the server and back
                connection.execution_options(isolation_level="AUTOCOMMIT")
            return self.newest_revision(connection)

    def known_among(self, event_ids: Iterable[str]) -> set[str]:
        """Which of these events were over before a table brought them: they are in no stream."""
        wanted, found = list(event_ids), set[str]()
        c = event_records.c
        with self._engine.connect() as connection:
            for start in range(0, len(wanted), _IDS_A_STATEMENT):
                query = select(c.event_id).where(
                    c.event_id.in_(wanted[start : start + _IDS_A_STATEMENT]),
                    c.imported_ms.is_not(None),
                    c.live_from_ms.is_(None),
                )
                found.update(connection.execute(query).scalars())
        return found

    def has_imported(self) -> bool:
        """True if a table was ever imported."""
        c = event_records.c
        with self._engine.connect() as connection:
            return (
                connection.execute(select(c.record_id).where(c.imported_ms.is_not(None)).limit(1)).first() is not None
            )

    def count(self) -> int:
        """How many records there are."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(event_records)).scalar_one())


def _copy(cursor: Any, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    try:
        with cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as refused:  # as SQLAlchemy would tell it, so that callers know one kind of error
        raise DBAPIError.instance(statement, None, refused, psycopg.Error) from refused
