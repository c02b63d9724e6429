"""The one way to open a database: SQLite in a file by default, PostgreSQL when there is one, the same code for both."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, DateTime, Dialect, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.types import TypeDecorator

#: what to catch to try again later: the database is away, locked or full
UNAVAILABLE: tuple[type[Exception], ...] = (OperationalError, InterfaceError, PoolTimeoutError)
#: what the database will never take, however often it is tried
REFUSED: tuple[type[Exception], ...] = (DataError, IntegrityError)

_BUSY_MS = 30_000
#: any number, as long as everybody who migrates takes the same
_MIGRATION_LOCK = 330_110
_IMMEDIATE = "cockpit_immediate"


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python on both databases; SQLite itself knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone does not go into the database")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the interface
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql://…` (psycopg). Nothing is connected yet; `dispose()` it."""
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def writing(engine: Engine) -> Engine:
    """The same engine for transactions that write: SQLite then takes its lock at once and waits its turn for it.

    A reading transaction that turns into a writing one cannot wait: SQLite refuses it without a pause.
    """
    return engine.execution_options(**{_IMMEDIATE: True})


def insert_of(table: Table, dialect: Dialect) -> Any:
    """`INSERT` that knows `ON CONFLICT`, which both databases spell alike but SQLAlchemy keeps apart."""
    return sqlite.insert(table) if dialect.name == "sqlite" else postgresql.insert(table)


def count_inserted(connection: Connection, insert: Any, rows: Sequence[Mapping[str, Any]], told: Column[Any]) -> int:
    """Insert `rows` and tell how many were new. psycopg counts no rows of a batch, so PostgreSQL returns `told`."""
    if connection.dialect.name == "sqlite":
        return int(connection.execute(insert, rows).rowcount)
    return len(connection.execute(insert.returning(told), rows).all())


def migrate(engine: Engine) -> None:
    """Bring the tables to this version. Several processes may start at once; one migrates, the others wait."""
    # only who migrates pays for loading it: a web process that was killed has to be back soon
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with writing(engine).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # SQLAlchemy's BEGIN below, not one that sqlite3 makes up
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    # The switch to WAL does not wait for a lock. Whoever is in the way is making the same switch,
    # and it holds for the file, so it is found done at the next connection.
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: Any) -> None:
    immediate = connection.get_execution_options().get(_IMMEDIATE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
