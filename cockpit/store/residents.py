"""住户 as imported, one row a person, and when somebody last stood at each door; names leave here whole."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Engine, or_, select

from cockpit.domain.residence import Resident
from cockpit.store.database import insert_of, writing
from cockpit.store.household_checks import count_up, keep_checks
from cockpit.store.households import Put
from cockpit.store.schema.houses import household_visits, households, residents

#: ids in one question: SQLite takes 32,766 parameters
_ASKED = 5_000


class ResidentRow(NamedTuple):
    """One person as the table has it."""

    resident_id: str
    household_id: str
    name: str
    initials: str
    relation: str
    tenure: str
    birth_year: int | None
    id_number: str
    phone: str
    need: str

    def resident(self) -> Resident:
        told = self._asdict()
        told.pop("initials")
        return Resident(**told)


class Visit(NamedTuple):
    """走访 of one door."""

    household_id: str
    code: str
    visited_at: datetime
    by: str
    #: when we were told of it; as soon as it was, without
    known_at: datetime | None = None


_COLUMNS = [residents.c[name] for name in ResidentRow._fields]


class ResidentTable:
    """The tables `residents` and `household_visits`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_empty(self) -> bool:
        """True until the first import of people."""
        with self._engine.connect() as connection:
            return connection.execute(select(residents.c.resident_id).limit(1)).first() is None

    def of_household(self, household_id: str) -> list[Resident]:
        """In the order of their ids."""
        asked = select(*_COLUMNS).where(residents.c.household_id == household_id).order_by(residents.c.resident_id)
        with self._engine.connect() as connection:
            return [ResidentRow(*row).resident() for row in connection.execute(asked)]

    def known_as(self, text: str, initials: str, *, scope: str, limit: int) -> list[Resident]:
        """People whose whole name, number or telephone is `text`, or whose initials these are; never a part of one."""
        c = residents.c
        is_theirs = or_(c.name == text, c.id_number == text, c.phone == text)
        if initials:
            is_theirs = or_(is_theirs, c.initials == initials)
        asked = (
            select(*_COLUMNS)
            .join(households, households.c.household_id == c.household_id)
            .where(is_theirs, households.c.code.startswith(scope, autoescape=True))
            .order_by(c.name, c.resident_id)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [ResidentRow(*row).resident() for row in connection.execute(asked)]

    def put(self, rows: Sequence[ResidentRow], visits: Sequence[Visit] = (), *, dry_run: bool = False) -> Put:
        """Add these or correct what is there; all or nothing. Of two with one id the last counts."""
        wanted = {row.resident_id: row for row in rows}
        with self._engine.connect() if dry_run else writing(self._engine).begin() as connection:
            known: dict[str, ResidentRow] = {}
            ids = list(wanted)
            for first in range(0, len(ids), _ASKED):
                asked = select(*_COLUMNS).where(residents.c.resident_id.in_(ids[first : first + _ASKED]))
                known.update((row.resident_id, ResidentRow(*row)) for row in connection.execute(asked))
            written = [row._asdict() for key, row in wanted.items() if known.get(key) != row]
            if written and not dry_run:
                statement = insert_of(residents, connection.dialect)
                given = {c.name: statement.excluded[c.name] for c in residents.c if not c.primary_key}
                connection.execute(statement.on_conflict_do_update(index_elements=["resident_id"], set_=given), written)
            if visits and not dry_run:
                newest: dict[str, Visit] = {}
                for visit in sorted(visits, key=lambda v: v.visited_at):
                    newest[visit.household_id] = visit
                connection.execute(_visited(connection.dialect), [_row(v) for v in newest.values()])
                _keep(connection, visits)
        unchanged = sum(known.get(key) == row for key, row in wanted.items())
        return Put(len(wanted) - len(known), len(known) - unchanged, unchanged)

    def visit(self, visit: Visit) -> None:
        """Somebody was there; an older visit than the one that is known is kept, and changes nothing of now."""
        with writing(self._engine).begin() as connection:
            connection.execute(_visited(connection.dialect), _row(visit))
            _keep(connection, [visit])

    def visits(self, household_ids: Sequence[str]) -> Mapping[str, datetime]:
        """When each was last visited, as far as it was told here."""
        v = household_visits.c
        found: dict[str, datetime] = {}
        with self._engine.connect() as connection:
            for first in range(0, len(household_ids), _ASKED):
                asked = select(v.household_id, v.visited_at)
                some = v.household_id.in_(household_ids[first : first + _ASKED])
                found.update((row.household_id, row.visited_at) for row in connection.execute(asked.where(some)))
        return found

    def visits_within(self, scope: str, since: datetime) -> Mapping[str, datetime]:
        """The doors of a scope that were visited since."""
        v = household_visits.c
        asked = select(v.household_id, v.visited_at).where(
            v.code.startswith(scope, autoescape=True), v.visited_at >= since
        )
        with self._engine.connect() as connection:
            return {row.household_id: row.visited_at for row in connection.execute(asked)}


def _row(visit: Visit) -> dict[str, Any]:
    return {name: told for name, told in visit._asdict().items() if name != "known_at"}


def _keep(connection: Connection, visits: Sequence[Visit]) -> None:
    """Every visit, beside the newest one of each door."""
    checks = [(v.household_id, v.visited_at, v.known_at or v.visited_at) for v in visits]
    keep_checks(connection, count_up(connection), checks)


def _visited(dialect: Dialect) -> Any:
    """One visit a door, the newest."""
    statement = insert_of(household_visits, dialect)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["household_id"],
        set_={"visited_at": new.visited_at, "by": new.by, "code": new.code},
        where=household_visits.c.visited_at < new.visited_at,
    )
