"""Everything out into one file, everything in again: the tables of the database, whatever database it is.

The file is a zip: `manifest.json`, per table one file of JSON rows, and the data directory's own files
(`backup_files`). A backup of SQLite goes into PostgreSQL and the other way round. Redis is not in it: it is rebuilt
from the journal at the next start. Tokens are in it as hashes; the data directory's secrets only if asked for.
"""

import base64
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, DateTime, Engine, LargeBinary, Table, func, select
from sqlalchemy.exc import SQLAlchemyError

from cockpit.backup_files import PLAIN, WITH_SECRETS, pack, unpack
from cockpit.exits import TellError
from cockpit.store.database import UtcDateTime, writing
from cockpit.store.household_checks import begin_keeping
from cockpit.store.schema import metadata
from cockpit.store.schema.houses import book_versions

FORMAT = 1
_MANIFEST = "manifest.json"
_SECRETS = "secrets/"
_ROWS_A_STATEMENT = 1_000


def back_up(
    engine: Engine, file: Path, *, city: str, secrets: Path | None, now: datetime, directory: Path | None = None
) -> dict[str, int]:
    """Write all tables as they are at one instant into `file`, and the files of the data directory.

    Rows by table, and how many `files`. An existing file is not overwritten.
    """
    fresh = file.with_name(f".{file.name}.part")
    rows: dict[str, int] = {}
    try:
        with file.open("xb"):  # the name is ours from now on
            pass
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            with _one_instant(engine) as connection:
                for table in metadata.sorted_tables:
                    with archive.open(f"{table.name}.ndjson", "w", force_zip64=True) as out:
                        rows[table.name] = sum(out.write(line) > 0 for line in _lines(connection, table))
            for path in sorted(secrets.iterdir()) if secrets else ():
                archive.writestr(f"{_SECRETS}{path.name}", path.read_bytes())
            # after the tables: whatever photo a row tells of was there before the row
            files = pack(archive, directory, (*PLAIN, *(WITH_SECRETS if secrets else ()))) if directory else 0
            manifest = {
                "format": FORMAT,
                "made_at": now.astimezone(UTC).isoformat(),
                "city": city,
                "rows": rows,
                "files": files,
            }
            archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
        fresh.chmod(0o600)
        fresh.replace(file)
    except FileExistsError as error:
        raise TellError(f"{file} exists already") from error
    except OSError as error:
        fresh.unlink(missing_ok=True)
        file.unlink(missing_ok=True)
        raise TellError(f"{file} cannot be written: {error.strerror or error}") from error
    return {**rows, "files": files} if files else rows


def restore(engine: Engine, file: Path, *, secrets: Path | None, directory: Path | None = None) -> dict[str, int]:
    """Read `file` into empty tables and the data directory, all or nothing; rows by table, and how many `files`.

    TellError when the tables are not empty.
    """
    try:
        with zipfile.ZipFile(file) as archive, writing(engine).begin() as connection:
            manifest = json.loads(archive.read(_MANIFEST))
            if manifest["format"] != FORMAT:
                raise TellError(f"{file} is a backup of format {manifest['format']}, this program reads {FORMAT}")
            _refuse_what_is_used(connection)
            rows = {t.name: _read(connection, t, archive) for t in metadata.sorted_tables}
            if rows != {name: manifest["rows"].get(name, 0) for name in rows}:
                raise TellError(f"{file} is incomplete: its tables hold other numbers of rows than it says")
            if f"{book_versions.name}.ndjson" not in archive.namelist():
                begin_keeping(connection, datetime.now(UTC))
            _go_on_counting(connection)
            _keep_secrets(archive, secrets)
            files = unpack(archive, directory) if directory else 0
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise TellError(f"{file} is not a readable backup: {error}") from error
    except SQLAlchemyError as error:
        raise TellError(f"the database refuses the backup: {str(error).splitlines()[0]}") from error
    return {**rows, "files": files} if files else rows


def _one_instant(engine: Engine) -> Connection:
    """A connection whose reads all see the same instant, while others go on writing."""
    level = "REPEATABLE READ" if engine.dialect.name == "postgresql" else "SERIALIZABLE"
    if engine.dialect.name == "sqlite":
        return engine.connect()  # one transaction of SQLite in WAL mode sees one instant
    return engine.connect().execution_options(isolation_level=level)


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    for row in connection.execution_options(yield_per=_ROWS_A_STATEMENT).execute(select(table)):
        yield msgspec.json.encode(row._asdict()) + b"\n"


def _refuse_what_is_used(connection: Connection) -> None:
    used = [t.name for t in metadata.sorted_tables if connection.scalar(select(func.count()).select_from(t))]
    if used:
        raise TellError(f"restore wants an empty database, and there is something in: {', '.join(used)}")


def _read(connection: Connection, table: Table, archive: zipfile.ZipFile) -> int:
    if f"{table.name}.ndjson" not in archive.namelist():
        return 0  # an older backup: the table came later
    total = 0
    batch: list[dict[str, Any]] = []
    with archive.open(f"{table.name}.ndjson") as lines:
        for line in lines:
            batch.append(_row(table, json.loads(line)))
            total += 1
            if len(batch) == _ROWS_A_STATEMENT:
                connection.execute(table.insert(), batch)
                batch = []
    if batch:
        connection.execute(table.insert(), batch)
    return total


def _row(table: Table, told: dict[str, Any]) -> dict[str, Any]:
    row = {}
    for column in table.columns:
        if column.name not in told and column.server_default is not None:
            continue  # an older backup: the column came later
        value = told.get(column.name)
        if isinstance(value, str) and isinstance(column.type, LargeBinary):
            value = base64.b64decode(value)
        elif isinstance(value, str) and isinstance(column.type, DateTime | UtcDateTime):
            value = datetime.fromisoformat(value)
        row[column.name] = value
    return row


def _go_on_counting(connection: Connection) -> None:
    """PostgreSQL numbers new rows from a counter of its own, which rows that bring their number do not move."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        newest = None if column is None else connection.scalar(select(func.max(column)))
        if column is not None and newest is not None:
            connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, column.name), newest)))


def _keep_secrets(archive: zipfile.ZipFile, secrets: Path | None) -> None:
    for name in archive.namelist():
        plain = name.removeprefix(_SECRETS)
        if secrets is not None and name.startswith(_SECRETS) and plain == Path(plain).name:
            (secrets / plain).write_bytes(archive.read(name))
            (secrets / plain).chmod(0o600)
