"""定位 archive: all batches as they came, what was newest of everybody in each minute, and the newest fix of each
subject for a quick start."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, select

from cockpit.store.database import count_inserted, insert_of, writing
from cockpit.store.schema.journal import fix_batches, fix_minutes, last_fixes

MINUTE_MS = 60_000
#: PostgreSQL takes 65,535 values a statement
_ROWS_A_STATEMENT = 2_000


class LastFix(NamedTuple):
    """The newest fix of one subject; the order is that of the stream's rows. None where the device did not say."""

    subject_id: str
    kind: str
    lon: float
    lat: float
    at_ms: int
    received_ms: int
    accuracy_m: float | None
    speed_mps: float | None
    heading_deg: float | None
    battery: float | None
    flags: int


class StoredBatch(NamedTuple):
    """One batch as the stream packed it; `from_ms` and `to_ms` are its oldest and newest `at_ms`."""

    position: str
    from_ms: int
    to_ms: int
    n: int
    body: bytes


class StoredMinute(NamedTuple):
    """What was newest of everybody among the batches that the stream took in a minute, and how many those were."""

    minute_ms: int
    batches: int
    body: bytes


class FixArchive:
    """The tables `fix_batches`, `fix_minutes` and `last_fixes`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, batches: Sequence[StoredBatch], last: Iterable[LastFix]) -> int:
        """Keep batches not kept yet and what is newest of each subject, all or nothing; how many batches were new."""
        rows = [
            dict(zip(("stream_ms", "stream_n"), _numbers(b.position), strict=True))
            | {"from_ms": b.from_ms, "to_ms": b.to_ms, "n": b.n, "body": zlib.compress(b.body, 1)}
            for b in batches
        ]
        with writing(self._engine).begin() as connection:
            self._keep_newest(connection, last)
            if not rows:
                return 0
            insert = insert_of(fix_batches, connection.dialect).on_conflict_do_nothing()
            return count_inserted(connection, insert, rows, fix_batches.c.n)

    def _keep_newest(self, connection: Connection, last: Iterable[LastFix]) -> None:
        newest: dict[str, LastFix] = {}
        for fix in last:
            known = newest.get(fix.subject_id)
            if known is None or fix.at_ms >= known.at_ms:
                newest[fix.subject_id] = fix
        # in one order, so that two archivers never wait for each other's rows crosswise
        rows = [newest[subject_id]._asdict() for subject_id in sorted(newest)]
        insert = insert_of(last_fixes, connection.dialect)
        changed = {c.name: insert.excluded[c.name] for c in last_fixes.c if c.name != "subject_id"}
        newer = insert.excluded.at_ms > last_fixes.c.at_ms
        upsert = insert.on_conflict_do_update(index_elements=["subject_id"], set_=changed, where=newer)
        for start in range(0, len(rows), _ROWS_A_STATEMENT):
            connection.execute(upsert, rows[start : start + _ROWS_A_STATEMENT])

    def read_last(self) -> list[LastFix]:
        """The newest fix of each subject, by subject."""
        with self._engine.connect() as connection:
            return sorted(LastFix(*row) for row in connection.execute(select(last_fixes)))

    def newest_arrival_ms(self) -> int | None:
        """When the stream took the newest batch that is kept; None if there is none."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(fix_batches.c.stream_ms))).scalar()

    def oldest_arrival_ms(self) -> int | None:
        """When the stream took the oldest batch that is kept; None if there is none."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.min(fix_batches.c.stream_ms))).scalar()

    def count_arrived(self, from_ms: int, until_ms: int) -> int:
        """How many batches the stream took between two times (both included)."""
        query = select(func.count()).select_from(fix_batches)
        with self._engine.connect() as connection:
            return connection.execute(query.where(fix_batches.c.stream_ms.between(from_ms, until_ms))).scalar() or 0

    def count_by_minute(self, from_ms: int, until_ms: int) -> dict[int, int]:
        """How many batches the stream took in each minute between two times (both included), by when it begins."""
        minute = fix_batches.c.stream_ms // MINUTE_MS
        query = select(minute, func.count()).where(fix_batches.c.stream_ms.between(from_ms, until_ms)).group_by(minute)
        with self._engine.connect() as connection:
            return {int(number) * MINUTE_MS: n for number, n in connection.execute(query)}

    def keep_minute(self, minute: StoredMinute) -> None:
        """Keep what was newest in a minute, in place of what was kept of it before."""
        row = minute._asdict() | {"body": zlib.compress(minute.body, 1)}
        insert = insert_of(fix_minutes, self._engine.dialect)
        changed = {name: insert.excluded[name] for name in ("batches", "body")}
        with writing(self._engine).begin() as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=["minute_ms"], set_=changed), row)

    def list_minutes(self, from_ms: int, until_ms: int) -> dict[int, StoredMinute]:
        """The minutes kept that begin between two times (both included), by when they begin."""
        query = select(fix_minutes).where(fix_minutes.c.minute_ms.between(from_ms, until_ms))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(fix_minutes.c.minute_ms)).all()
        return {row.minute_ms: StoredMinute(row.minute_ms, row.batches, zlib.decompress(row.body)) for row in rows}

    def count_minutes(self, from_ms: int, until_ms: int) -> dict[int, int]:
        """Of how many batches each minute was made that is kept and begins between two times (both included)."""
        query = select(fix_minutes.c.minute_ms, fix_minutes.c.batches)
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(fix_minutes.c.minute_ms.between(from_ms, until_ms)))
            return {row.minute_ms: row.batches for row in rows}

    def list_between(self, from_ms: int, to_ms: int, arrived: tuple[int, int] | None = None) -> Iterator[StoredBatch]:
        """Whole batches with a fix between two times (both included), in stream order.

        `arrived`: only such as the stream took between these two times (both included).
        """
        within = () if arrived is None else (fix_batches.c.stream_ms.between(*arrived),)
        return self._list(fix_batches.c.to_ms >= from_ms, fix_batches.c.from_ms <= to_ms, *within)

    def list_arrived(self, from_ms: int, until_ms: int) -> Iterator[StoredBatch]:
        """Whole batches that the stream took between two times (both included), in stream order."""
        return self._list(fix_batches.c.stream_ms.between(from_ms, until_ms))

    def _list(self, *conditions: ColumnElement[bool]) -> Iterator[StoredBatch]:
        query = select(fix_batches).where(*conditions)
        query = query.order_by(fix_batches.c.stream_ms, fix_batches.c.stream_n)
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=200).execute(query):
                position = f"{row.stream_ms}-{row.stream_n}"
                yield StoredBatch(position, row.from_ms, row.to_ms, row.n, zlib.decompress(row.body))

    def delete_before(self, to_ms: int) -> int:
        """Drop batches whose newest fix is older than `to_ms` (retention); how many. Last fixes stay."""
        with writing(self._engine).begin() as connection:
            connection.execute(delete(fix_minutes).where(fix_minutes.c.minute_ms < to_ms - MINUTE_MS))
            return int(connection.execute(delete(fix_batches).where(fix_batches.c.to_ms < to_ms)).rowcount)


def _numbers(position: str) -> tuple[int, int]:
    ms, _, n = position.partition("-")
    return int(ms), int(n or 0)
