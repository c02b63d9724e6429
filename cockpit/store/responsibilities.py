"""权责清单 as imported last: one list, replaced as a whole."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, delete, func, insert, select

from cockpit.domain.level import Level
from cockpit.domain.responsibility import Responsibility
from cockpit.store.database import writing
from cockpit.store.schema.events import responsibilities


class ResponsibilityTable:
    """The table `responsibilities`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def replace_all(self, entries: Sequence[Responsibility], *, imported_at: datetime) -> None:
        """Keep these entries instead of those before, all or nothing."""
        rows = [
            {"category": e.category, "code": e.code, "unit": e.unit, "level": e.level.value, "imported_at": imported_at}
            for e in entries
        ]
        with writing(self._engine).begin() as connection:
            connection.execute(delete(responsibilities))
            connection.execute(insert(responsibilities), rows)

    def list_all(self) -> list[Responsibility]:
        """Every entry, in the order of the file."""
        with self._engine.connect() as connection:
            return [
                Responsibility(category=row.category, code=row.code, unit=row.unit, level=Level(row.level))
                for row in connection.execute(select(responsibilities).order_by(responsibilities.c.id))
            ]

    def mark(self) -> tuple[int, datetime | None]:
        """How many entries, and when they came: another one after every import."""
        query = select(func.count(), func.max(responsibilities.c.imported_at))
        with self._engine.connect() as connection:
            count, imported_at = connection.execute(query).one()
        return count, imported_at
