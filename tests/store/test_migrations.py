"""Migrations: one chain, and what a data directory of an earlier version holds is still there afterwards."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from cockpit.domain.instant import millis_of
from cockpit.store import migrations
from cockpit.store.database import migrate, writing
from cockpit.store.household_checks import CheckRow, DoorRow, HouseholdChecks
from cockpit.store.schema import metadata

FOLDER = Path(migrations.__file__).parent
VISITED = datetime(2026, 3, 1, 8, 30, 15, 250_000, tzinfo=UTC)


def test_the_migrations_are_one_chain_and_each_file_is_named_by_its_number() -> None:
    scripts = ScriptDirectory(str(FOLDER))
    assert len(scripts.get_heads()) == 1
    names = {Path(found.path).name.split("_")[0]: found.revision for found in scripts.walk_revisions()}
    assert names == {number: number for number in names}
    assert len(names) == len(list((FOLDER / "versions").glob("0*.py")))


def test_doors_and_visits_of_an_earlier_version_are_the_first_checks(engine: Engine) -> None:
    metadata.drop_all(engine)
    with writing(engine).begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
        config = Config()
        config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0019")
    before = sa.MetaData()
    before.reflect(engine, only=["households", "household_visits"])
    imported = VISITED - timedelta(days=90)
    naive = engine.dialect.name == "sqlite"
    with writing(engine).begin() as connection:
        door = {"household_id": "h1", "building_code": "b", "building_name": "", "people": 2, "needs_help": False}
        place = {"lon": 119.9, "lat": 30.3, "code": "330110001001001"}
        at = imported.replace(tzinfo=None) if naive else imported
        connection.execute(before.tables["households"].insert(), {**door, **place, "imported_at": at})
        visited = VISITED.replace(tzinfo=None) if naive else VISITED
        visit = {"household_id": "h1", "code": "330110001001001", "visited_at": visited, "by": "gw"}
        connection.execute(before.tables["household_visits"].insert(), visit)
    migrate(engine)
    checks = HouseholdChecks(engine)
    version = checks.version()
    assert list(checks.doors(-1, version.number)) == [[DoorRow("h1", "330110001001001", millis_of(imported))]]
    assert list(checks.checks(-1, version.number)) == [[CheckRow("h1", millis_of(VISITED), millis_of(VISITED))]]
    # what was before the last check was not kept: so much is said
    assert version.since_ms > millis_of(VISITED)
