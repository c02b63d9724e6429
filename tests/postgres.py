"""A private PostgreSQL cluster for the run, and an empty migrated database of either kind for each test."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from cockpit.store.database import migrate, open_engine


def _find_programs() -> Path | None:
    """The directory of initdb and pg_ctl: Debian keeps them off the PATH."""
    for directory in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (directory / "initdb").exists() and (directory / "pg_ctl").exists():
            return directory
    found = shutil.which("pg_ctl")
    return Path(found).parent if found else None


def _run(*command: str | Path) -> None:
    """Run a program of PostgreSQL, which refuses to work for root, as the user postgres."""
    user = "postgres" if os.geteuid() == 0 else None
    kwargs = {"user": user, "group": user, "extra_groups": []} if user else {}
    subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL, cwd="/", **kwargs)  # type: ignore[call-overload]  # optional arguments


class Cluster:
    """A PostgreSQL of this run alone, reached through a socket in `directory`."""

    def __init__(self, programs: Path, directory: Path) -> None:
        self.directory, self._programs, self._data = directory, programs, directory / "data"

    def make(self) -> None:
        _run(self._programs / "initdb", "-D", self._data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.directory} -c fsync=off"
        control, log = self._programs / "pg_ctl", self.directory / "log"
        _run(control, "-D", self._data, "-l", log, "-w", "-o", options, "start")

    def stop(self) -> None:
        """At once, as if it had crashed."""
        _run(self._programs / "pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """The cluster of the run. Who stops it starts it again."""
    programs = _find_programs()
    if programs is None:
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL is missing: initdb and pg_ctl are neither on PATH nor in /usr/lib/postgresql/*/bin")
        pytest.skip("PostgreSQL is not installed")
    directory = Path(tempfile.mkdtemp(prefix="cockpit-pg-"))
    if os.geteuid() == 0:
        shutil.chown(directory, "postgres", "postgres")
    cluster = Cluster(programs, directory)
    try:
        cluster.make()
        cluster.start()
        yield cluster
        cluster.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """The URL of an empty database."""
    name = f"t{uuid.uuid4().hex}"
    _command(postgres_cluster, f"CREATE DATABASE {name}")
    yield f"postgresql://postgres@/{name}?host={postgres_cluster.directory}"
    _command(postgres_cluster, f"DROP DATABASE {name} WITH (FORCE)")


def _command(cluster: Cluster, command: str) -> None:
    host = str(cluster.directory)
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(command)  # type: ignore[call-overload]  # no literal: the name is made here


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'cockpit.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated database of either kind."""
    opened = open_engine(database_url)
    migrate(opened)
    yield opened
    opened.dispose()
