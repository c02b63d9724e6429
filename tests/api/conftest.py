"""A fresh town for each test; the city's geometry is read once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit.services.city import City
from cockpit.store.database import migrate, open_engine
from tests.api.town import Town


@pytest.fixture(scope="session")
def yuhang() -> City:
    return City.load("yuhang")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def bare_town(yuhang: City, empty_database: Path, tmp_path: Path) -> Iterator[Town]:
    """Not joined yet: `build` it with services of your own."""
    engine = open_engine(f"sqlite:///{shutil.copy(empty_database, tmp_path / 'town.db')}")
    town = Town(yuhang, engine)
    yield town
    town.meter.close()
    engine.dispose()


@pytest.fixture
def town(bare_town: Town) -> Town:
    return bare_town.build()
