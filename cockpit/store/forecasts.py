"""What forecasts learn from, and what they learned, as opaque bytes: the newest is used, the one before it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, func, insert, or_, select

from cockpit.store.database import writing
from cockpit.store.schema.events import event_records
from cockpit.store.schema.learned import forecasts

_KEPT = 2
#: the instants that are read of a case, and what it is
CASE = (
    "reported_ms", "accepted_ms", "assigned_ms", "handled_ms", "ended_ms", "overtime_ms", "due_ms", "category", "level",
)  # fmt: skip
_ROWS_A_READ = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredForecast:
    """One model; `cases` is how many records there were when it was made."""

    trained_at: datetime
    cases: int
    body: bytes


class Forecasts:
    """The table `forecasts`, one kind of model."""

    def __init__(self, engine: Engine, kind: str) -> None:
        self._engine, self._kind = engine, kind

    def save(self, model: StoredForecast) -> None:
        """Keep one more."""
        row = {"kind": self._kind, "trained_at": model.trained_at, "cases": model.cases, "body": model.body}
        mine = forecasts.c.kind == self._kind
        with writing(self._engine).begin() as connection:
            connection.execute(insert(forecasts), row)
            newest = select(forecasts.c.id).where(mine).order_by(forecasts.c.id.desc()).limit(_KEPT)
            ids = connection.scalars(newest).all()
            connection.execute(delete(forecasts).where(mine, forecasts.c.id < min(ids)))

    def find_newest(self) -> StoredForecast | None:
        """The newest model; None if nothing was learned yet."""
        query = select(forecasts).where(forecasts.c.kind == self._kind).order_by(forecasts.c.id.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return StoredForecast(trained_at=row.trained_at, cases=row.cases, body=row.body) if row else None

    def newest_id(self) -> int:
        """Changes whenever a model was saved; 0 when there is none."""
        query = select(func.max(forecasts.c.id)).where(forecasts.c.kind == self._kind)
        with self._engine.connect() as connection:
            return int(connection.scalar(query) or 0)


class ForecastCases:
    """Reads `event_records`: events told live and imported history alike, without those that were dismissed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count(self) -> int:
        """How many there are."""
        query = select(func.count()).select_from(event_records).where(*_TAUGHT)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def newest(self, most: int) -> list[Sequence[Any]]:
        """The columns of `CASE` of those that were reported last."""
        c = event_records.c
        query = select(*(c[name] for name in CASE)).where(*_TAUGHT).order_by(c.reported_ms.desc()).limit(most)
        with self._engine.connect() as connection:
            return list(connection.execute(query).fetchall())

    def reported_since(self, since_ms: int) -> list[Sequence[Any]]:
        """Place (15-digit number) and instant (ms) of every report since then."""
        c = event_records.c
        query = select(c.code_number, c.reported_ms).where(c.reported_ms >= since_ms)
        found: list[Sequence[Any]] = []
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=_ROWS_A_READ).execute(query)
            for piece in rows.partitions():
                found += piece
        return found


#: what ended without being closed was dismissed or merged into another event: nobody's work any more
_TAUGHT = (
    event_records.c.reported_ms.is_not(None),
    or_(event_records.c.ended_ms.is_(None), event_records.c.closed_ms.is_not(None)),
)
