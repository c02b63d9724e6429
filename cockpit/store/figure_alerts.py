"""数字预警台账: each breach of a rule once, with what it was, since when and until when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select, update

from cockpit.store.database import count_inserted, insert_of, writing
from cockpit.store.schema.reports import figure_alerts


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureAlert:
    """The `number`th breach of a rule. `ended_at` is None while it lasts."""

    rule: str
    number: int
    indicator: str
    code: str
    source: str
    value: float
    crossed: float
    since: datetime
    ended_at: datetime | None = None


class FigureAlerts:
    """The table `figure_alerts`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest_of(self, rule: str) -> FigureAlert | None:
        c = figure_alerts.c
        with self._engine.connect() as connection:
            query = select(figure_alerts).where(c.rule == rule).order_by(c.number.desc()).limit(1)
            row = connection.execute(query).first()
        return _alert(row) if row else None

    def begin(self, alert: FigureAlert, *, beside: Callable[[Connection], None]) -> bool:
        """Put down a breach and what follows from it; False if another process has put down the same."""
        row = {name: getattr(alert, name) for name in FigureAlert.__slots__}
        with writing(self._engine).begin() as connection:
            insert = insert_of(figure_alerts, connection.dialect)
            insert = insert.on_conflict_do_nothing(index_elements=["rule", "number"])
            if not count_inserted(connection, insert, [row], figure_alerts.c.number):
                return False
            beside(connection)
            return True

    def end(self, alert: FigureAlert, now: datetime) -> bool:
        """The figure is back; False if somebody said so already."""
        c = figure_alerts.c
        mine = update(figure_alerts).where(c.rule == alert.rule, c.number == alert.number, c.ended_at.is_(None))
        with writing(self._engine).begin() as connection:
            return bool(connection.execute(mine.values(ended_at=now)).rowcount)

    def newest(self, *, scope: str, is_open: bool | None, limit: int) -> tuple[int, list[FigureAlert]]:
        """How many there are of a scope, and the newest of them."""
        c = figure_alerts.c
        where: list[Any] = [c.code.startswith(scope, autoescape=True)]
        if is_open is not None:
            where.append(c.ended_at.is_(None) if is_open else c.ended_at.is_not(None))
        query = select(figure_alerts).where(*where).order_by(c.since.desc(), c.rule).limit(limit)
        with self._engine.connect() as connection:
            total = connection.execute(select(func.count()).select_from(figure_alerts).where(*where)).scalar_one()
            return int(total), [_alert(row) for row in connection.execute(query)]


def _alert(row: Row[Any]) -> FigureAlert:
    return FigureAlert(**{name: getattr(row, name) for name in FigureAlert.__slots__})
