"""地址库 as imported: one row a household; a later file adds and corrects, it never takes away by itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine, and_, select

from cockpit.domain.instant import millis_of
from cockpit.store.database import insert_of, writing
from cockpit.store.household_checks import count_up, keep_checks
from cockpit.store.schema.houses import households

#: ids in one question: SQLite takes 32,766 parameters
_ASKED = 10_000


class HouseholdRow(NamedTuple):
    """One household, WGS-84 degrees."""

    household_id: str
    building_code: str
    building_name: str
    people: int
    needs_help: bool
    lon: float
    lat: float
    #: the grid that it lies in; empty where nobody looked
    code: str = ""


class Put(NamedTuple):
    """What became, or would become, of rows that are put."""

    new: int
    changed: int
    unchanged: int


_COLUMNS = [households.c[name] for name in HouseholdRow._fields]


class HouseholdTable:
    """The table `households`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_empty(self) -> bool:
        """True until the first import."""
        with self._engine.connect() as connection:
            return connection.execute(select(households.c.household_id).limit(1)).first() is None

    def within(self, west: float, south: float, east: float, north: float) -> list[HouseholdRow]:
        """The households of a box."""
        box = and_(households.c.lat.between(south, north), households.c.lon.between(west, east))
        with self._engine.connect() as connection:
            return [HouseholdRow(*row) for row in connection.execute(select(*_COLUMNS).where(box))]

    def put(self, rows: Sequence[HouseholdRow], *, imported_at: datetime, dry_run: bool = False) -> Put:
        """Add these or correct what is there; all or nothing. Of two with one id the last counts."""
        wanted = {row.household_id: row for row in rows}
        if dry_run:
            with self._engine.connect() as connection:
                return _compared(wanted, _known(connection, list(wanted)))
        with writing(self._engine).begin() as connection:
            known = _known(connection, list(wanted))
            changed = [row for key, row in wanted.items() if known.get(key) != row]
            if changed:
                version = count_up(connection)
                _write(connection, changed, imported_at, version)
                # a file that says something else than before is a check; the first one is when the door came in
                checks = [(row.household_id, imported_at, imported_at) for row in changed if row.household_id in known]
                keep_checks(connection, version, checks)
        return _compared(wanted, known)


def _write(connection: Connection, rows: Sequence[HouseholdRow], imported_at: datetime, version: int) -> None:
    """Rows that are new or say something else than before; when a door came into the book stays as it was."""
    more = {"imported_at": imported_at, "added_ms": millis_of(imported_at), "version": version}
    statement = insert_of(households, connection.dialect)
    kept = {"household_id", "added_ms"}
    given = {c.name: statement.excluded[c.name] for c in households.c if c.name not in kept}
    statement = statement.on_conflict_do_update(index_elements=["household_id"], set_=given)
    connection.execute(statement, [row._asdict() | more for row in rows])


def _known(connection: Connection, ids: list[str]) -> dict[str, HouseholdRow]:
    known: dict[str, HouseholdRow] = {}
    for first in range(0, len(ids), _ASKED):
        asked = select(*_COLUMNS).where(households.c.household_id.in_(ids[first : first + _ASKED]))
        known.update((row.household_id, HouseholdRow(*row)) for row in connection.execute(asked))
    return known


def _compared(wanted: dict[str, HouseholdRow], known: dict[str, HouseholdRow]) -> Put:
    unchanged = sum(known.get(key) == row for key, row in wanted.items())
    return Put(len(wanted) - len(known), len(known) - unchanged, unchanged)
