"""报警台账: each raising of an alarm, as it was known from one instant to another.

Written in the transaction that journals the facts. Whoever writes holds `claim` first: then revisions grow in the order
of the commits, and a reader that asks for what came after a revision misses nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, bindparam, func, insert, select, update

from cockpit.store.schema.journal import alarm_raisings

#: any number, as long as everybody who writes raisings takes the same
_WRITERS_LOCK = 330_112
_IDS_A_STATEMENT = 5_000
_ROWS_A_READ = 50_000


class RaisingRow(NamedTuple):
    """One row; `record_id` is 0 for one that is not kept yet. Times as `domain.raising.Raising` has them."""

    record_id: int
    revision: int
    alarm_id: str
    known_from_ms: int
    known_until_ms: int | None
    code_number: int
    told_ms: int | None
    raised_ms: int | None
    heard_ms: int | None
    acted_ms: int | None
    false_ms: int | None
    promoted_ms: int | None
    closed_ms: int | None
    cleared_ms: int | None
    cleared_heard_ms: int | None
    newest_of: str | None
    body: str


#: what a reader keeps of each row in memory, in this order
READ = tuple(name for name in RaisingRow._fields if name not in ("revision", "newest_of", "body"))


class AlarmRaisings:
    """The table `alarm_raisings`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, connection: Connection) -> int:
        """The right to write until the end of the transaction, and the revision that its rows get."""
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
        return self._newest_revision(connection) + 1

    def read_newest(self, connection: Connection, alarm_ids: Sequence[str]) -> dict[str, RaisingRow]:
        """The newest raising of each of these alarms, as far as there is one."""
        found: dict[str, RaisingRow] = {}
        c = alarm_raisings.c
        for start in range(0, len(alarm_ids), _IDS_A_STATEMENT):
            query = select(alarm_raisings).where(c.newest_of.in_(alarm_ids[start : start + _IDS_A_STATEMENT]))
            found.update((row.alarm_id, RaisingRow(*row)) for row in connection.execute(query))
        return found

    def write(self, connection: Connection, rows: Sequence[RaisingRow]) -> None:
        """Keep new rows, and changed ones in place of the old."""
        old = [row._asdict() for row in rows if row.record_id]
        if old:  # first, or two rows would for a moment be the newest of one alarm
            names = [name for name in RaisingRow._fields if name != "record_id"]
            statement = update(alarm_raisings).where(alarm_raisings.c.record_id == bindparam("its_id"))
            statement = statement.values({name: bindparam(f"new_{name}") for name in names})
            told = [{"its_id": row["record_id"]} | {f"new_{name}": row[name] for name in names} for row in old]
            # what is newest no more makes room for what is
            connection.execute(statement, sorted(told, key=lambda row: row["new_newest_of"] is not None))
        new = [row._asdict() for row in rows if not row.record_id]
        for row in new:
            del row["record_id"]
        if new:
            connection.execute(insert(alarm_raisings), new)

    def clear(self, connection: Connection) -> None:
        """Forget all, to tell them anew."""
        connection.execute(alarm_raisings.delete())

    def revision(self) -> int:
        """The revision of the last transaction that wrote; 0 for an empty table."""
        with self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="AUTOCOMMIT")
            return self._newest_revision(connection)

    def oldest_revision(self) -> int:
        """The revision of the row that was not written for longest; 0 for an empty table."""
        with self._engine.connect() as connection:
            oldest = select(func.coalesce(func.min(alarm_raisings.c.revision), 0))
            return int(connection.execute(oldest).scalar_one())

    def list_since(self, revision: int, *, until: int) -> Iterator[Sequence[Any]]:
        """`READ` of the rows written after `revision`, by number, in large pieces."""
        c = alarm_raisings.c
        query = select(*(c[name] for name in READ)).where(
            c.revision > revision, c.revision <= until, c.raised_ms.is_not(None)
        )
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=_ROWS_A_READ).execute(query.order_by(c.record_id))
            yield from rows.partitions()

    def bodies(self, record_ids: Sequence[int]) -> dict[int, str]:
        """What was told and done of these raisings."""
        found: dict[int, str] = {}
        c = alarm_raisings.c
        with self._engine.connect() as connection:
            for start in range(0, len(record_ids), _IDS_A_STATEMENT):
                some = record_ids[start : start + _IDS_A_STATEMENT]
                query = select(c.record_id, c.body).where(c.record_id.in_(some))
                found.update({row.record_id: row.body for row in connection.execute(query)})
        return found

    def count(self) -> int:
        """How many rows there are."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(alarm_raisings)).scalar_one())

    def _newest_revision(self, connection: Connection) -> int:
        return int(connection.execute(select(func.coalesce(func.max(alarm_raisings.c.revision), 0))).scalar_one())
