"""立案标准 as imported: whole versions, added and never changed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, func, insert, select

from cockpit.domain.limit import Limit, LimitUnit
from cockpit.domain.standard import Standard
from cockpit.store.database import writing
from cockpit.store.schema.events import standards


class StandardsTable:
    """The table `standards`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_version(self, rows: Sequence[Standard], *, imported_at: datetime) -> None:
        """Add one version, all or nothing. IntegrityError if something of that name is there."""
        with writing(self._engine).begin() as connection:
            connection.execute(insert(standards), [_row_of(row, imported_at) for row in rows])

    def list_all(self) -> list[Standard]:
        """Every row of every version, each version in the order in which it was published."""
        with self._engine.connect() as connection:
            return [
                Standard(
                    category=row.category,
                    name=row.name,
                    class_name=row.class_name,
                    condition=row.condition,
                    limit=Limit(row.limit_amount, LimitUnit(row.limit_unit)),
                    unit=row.unit,
                    version=row.version,
                    valid_from=row.valid_from,
                )
                for row in connection.execute(select(standards).order_by(standards.c.id))
            ]

    def newest(self) -> int:
        """Changes whenever something was added; 0 for an empty table."""
        with self._engine.connect() as connection:
            return int(connection.scalar(select(func.max(standards.c.id))) or 0)


def _row_of(row: Standard, imported_at: datetime) -> dict[str, object]:
    return {
        "version": row.version,
        "valid_from": row.valid_from,
        "imported_at": imported_at,
        "category": row.category,
        "class_name": row.class_name,
        "name": row.name,
        "condition": row.condition,
        "limit_amount": row.limit.amount,
        "limit_unit": row.limit.unit.value,
        "unit": row.unit,
    }
