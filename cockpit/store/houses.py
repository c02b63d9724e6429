"""地址库 by building and grid: what the table of households says of houses, and how fresh each record is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, bindparam, case, func, or_, select, update

from cockpit.domain.residence import BuildingLine, BuildingName, GridFreshness, House
from cockpit.store.database import writing
from cockpit.store.household_checks import count_up
from cockpit.store.schema.houses import household_visits, households

_H, _V = households.c, household_visits.c
#: a visit freshens a record, and so does a file that says something else than before
_CHECKED_AT = case((_V.visited_at > _H.imported_at, _V.visited_at), else_=_H.imported_at)
_JOINED = households.outerjoin(household_visits, _V.household_id == _H.household_id)
_HOUSE = (
    _H.household_id, _H.building_code, _H.building_name, _H.code, _H.people, _H.needs_help, _H.lon, _H.lat,
    _CHECKED_AT.label("checked_at"),
)  # fmt: skip

Box = tuple[float, float, float, float]


class HouseTable:
    """Questions about the table `households`, each within a scope."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_empty(self) -> bool:
        """True until the first import of households."""
        with self._engine.connect() as connection:
            return connection.execute(select(_H.household_id).limit(1)).first() is None

    def buildings(
        self, *, box: Box | None, words: str, scope: str, stale_before: datetime, limit: int
    ) -> tuple[int, list[BuildingLine]]:
        """How many buildings there are, and up to `limit` of them in the order of their codes."""
        where = [_within(scope)]
        if box is not None:
            west, south, east, north = box
            where.append(and_(_H.lat.between(south, north), _H.lon.between(west, east)))
        if words:
            where.append(
                or_(
                    _H.building_name.contains(words, autoescape=True),
                    _H.building_code.startswith(words, autoescape=True),
                )
            )
        total = select(func.count(_H.building_code.distinct())).where(*where)
        with self._engine.connect() as connection:
            n = int(connection.execute(total).scalar_one())
            page = _lines(stale_before).where(*where).order_by(_H.building_code).limit(limit)
            return n, [_line(row) for row in connection.execute(page)]

    def names(self) -> list[BuildingName]:
        """Every building with its place, in the order of their codes."""
        asked = select(
            _H.building_code, func.max(_H.building_name), func.max(_H.code), func.avg(_H.lon), func.avg(_H.lat)
        ).group_by(_H.building_code)
        with self._engine.connect() as connection:
            found = connection.execute(asked.order_by(_H.building_code))
            return [BuildingName(code, name or code, grid, float(x), float(y)) for code, name, grid, x, y in found]

    def lived_in(self) -> list[tuple[str, float, float, int, int]]:
        """Every building: its grid or division, its place, its doors and people."""
        asked = select(func.max(_H.code), func.avg(_H.lon), func.avg(_H.lat), func.count(), func.sum(_H.people))
        with self._engine.connect() as connection:
            found = connection.execute(asked.group_by(_H.building_code).order_by(_H.building_code))
            return [(code, float(x), float(y), doors, int(people)) for code, x, y, doors, people in found]

    def mark(self) -> object:
        """Another one after every import that changed something."""
        with self._engine.connect() as connection:
            told = connection.execute(select(func.count(), func.max(_H.imported_at))).one()
        return tuple(told)

    def doors_of(self, building_code: str) -> list[House]:
        """The doors of a building in the order of their ids; none for one that nobody knows."""
        return self._houses(select(*_HOUSE).where(_H.building_code == building_code).order_by(_H.household_id))

    def find(self, household_id: str) -> House | None:
        found = self._houses(select(*_HOUSE).where(_H.household_id == household_id))
        return found[0] if found else None

    def freshness(self, scope: str, stale_before: datetime) -> list[GridFreshness]:
        """Each grid (or division, where no grid is known) of a scope, in the order of their codes."""
        stale = func.sum(case((stale_before > _CHECKED_AT, 1), else_=0))
        asked = (
            select(_H.code, func.count(), stale, func.min(_CHECKED_AT))
            .select_from(_JOINED)
            .where(_within(scope))
            .group_by(_H.code)
            .order_by(_H.code)
        )
        with self._engine.connect() as connection:
            return [GridFreshness(code, n, int(old), at) for code, n, old, at in connection.execute(asked)]

    def stale(self, scope: str, stale_before: datetime, limit: int) -> list[House]:
        """The doors that were not checked since, the oldest first."""
        asked = select(*_HOUSE).where(_within(scope), stale_before > _CHECKED_AT)
        return self._houses(asked.order_by(_CHECKED_AT, _H.household_id).limit(limit))

    def without_code(self, limit: int) -> list[tuple[str, float, float]]:
        """Rows of a time before grids were kept: id, longitude, latitude."""
        asked = select(_H.household_id, _H.lon, _H.lat).where(_H.code == "").limit(limit)
        with self._engine.connect() as connection:
            return [(i, lon, lat) for i, lon, lat in connection.execute(asked)]

    def give_codes(self, codes: Mapping[str, str]) -> None:
        """Keep the grid of each household."""
        given = update(households).where(_H.household_id == bindparam("id"))
        given = given.values(code=bindparam("grid"), version=bindparam("written"))
        with writing(self._engine).begin() as connection:
            written = count_up(connection)
            connection.execute(given, [{"id": i, "grid": code, "written": written} for i, code in codes.items()])

    def _houses(self, asked: Select[Any]) -> list[House]:
        with self._engine.connect() as connection:
            return [House(*row) for row in connection.execute(asked.select_from(_JOINED))]


def _within(scope: str) -> ColumnElement[bool]:
    return _H.code.startswith(scope, autoescape=True)


def _lines(stale_before: datetime) -> Select[Any]:
    stale = func.sum(case((stale_before > _CHECKED_AT, 1), else_=0))
    return (
        select(
            _H.building_code, func.max(_H.building_name), func.max(_H.code), func.avg(_H.lon), func.avg(_H.lat),
            func.count(), func.sum(_H.people), func.sum(case((_H.needs_help, 1), else_=0)), stale,
        )
        .select_from(_JOINED)
        .group_by(_H.building_code)
    )  # fmt: skip


def _line(row: Sequence[Any]) -> BuildingLine:
    code, name, grid, lon, lat, *counts = row
    return BuildingLine(code, name or code, grid, float(lon), float(lat), *(int(n) for n in counts))
