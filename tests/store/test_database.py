"""Opening and migrating: the same tables on both databases, however many start at once."""

from datetime import UTC, datetime
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from cockpit.store.audit import AuditTrail
from cockpit.store.database import UNAVAILABLE, migrate, open_engine
from cockpit.store.journal import Journal
from cockpit.store.schema import metadata


def test_the_migrations_make_exactly_the_tables_of_the_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_processes_that_start_at_once_migrate_once(database_url: str) -> None:
    engines = [open_engine(database_url) for _ in range(5)]
    threads = [Thread(target=migrate, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(metadata.tables) <= set(inspect(engines[0]).get_table_names())
    for engine in engines:
        engine.dispose()


def test_many_write_at_once_and_each_waits_its_turn(engine: Engine) -> None:
    trail = AuditTrail(engine)
    failed: list[BaseException] = []

    def write(who: int) -> None:
        try:
            for i in range(20):
                trail.record(at=datetime(2026, 11, 22, tzinfo=UTC), who=f"w{who}", what="写", detail={"i": i})
        except UNAVAILABLE as error:
            failed.append(error)

    threads = [Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(trail.list_latest(1_000)) == 80


def test_sqlite_waits_for_the_disk_before_it_says_done(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL does so by itself")
    with engine.connect() as connection:
        said = [connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous")]
    assert said == ["wal", 2]


def test_a_database_that_is_away_is_told_as_such() -> None:
    engine = open_engine("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(UNAVAILABLE):
        Journal(engine).count()
    engine.dispose()
