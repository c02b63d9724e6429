"""读数归档: what devices measured, thinned out, for a while; and the newest of each quantity of each device."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, delete, func, select

from cockpit.domain.instant import millis_of
from cockpit.domain.reading import Reading
from cockpit.store.database import insert_of, writing
from cockpit.store.schema.things import last_readings, readings

#: PostgreSQL takes 65,535 values a statement
_ROWS_A_STATEMENT = 5_000


class LastReading(NamedTuple):
    """The newest value of one quantity of one device."""

    device_id: str
    quantity: str
    value: float
    unit: str
    at: datetime


class ReadingArchive:
    """The tables `readings` and `last_readings`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, kept: Sequence[Reading], newest: Iterable[Reading]) -> None:
        """Keep readings and what is newest of each quantity, all or nothing; one that is kept already stays."""
        with writing(self._engine).begin() as connection:
            statement = insert_of(readings, connection.dialect).on_conflict_do_nothing()
            for rows in _batches([_row(r) for r in kept]):
                connection.execute(statement, rows)
            insertion = insert_of(last_readings, connection.dialect)
            told = insertion.excluded
            update = insertion.on_conflict_do_update(
                index_elements=["device_id", "quantity"],
                set_={"value": told.value, "unit": told.unit, "at_ms": told.at_ms},
                where=last_readings.c.at_ms < told.at_ms,
            )
            for rows in _batches([{**_row(r), "unit": r.unit} for r in newest]):
                connection.execute(update, [{k: v for k, v in row.items() if k != "received_ms"} for row in rows])

    def last_of(self, device_ids: Sequence[str]) -> list[LastReading]:
        """The newest of each quantity of these devices."""
        c = last_readings.c
        query = select(c.device_id, c.quantity, c.value, c.unit, c.at_ms).where(c.device_id.in_(device_ids))
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(c.device_id, c.quantity))
            return [LastReading(*row[:4], _time(row.at_ms)) for row in found]

    def heard_at(self) -> dict[str, datetime]:
        """When each device was last heard of by a reading."""
        c = last_readings.c
        query = select(c.device_id, func.max(c.at_ms)).group_by(c.device_id)
        with self._engine.connect() as connection:
            return {device_id: _time(at_ms) for device_id, at_ms in connection.execute(query)}

    def heard_until(self, at: datetime, *, known_at: datetime) -> dict[str, datetime]:
        """When each device was last heard of by a kept reading at an instant, as we had it at another."""
        c, d = readings.c, last_readings.c
        last = (
            select(c.at_ms)
            .where(c.device_id == d.device_id, c.at_ms <= millis_of(at), c.received_ms <= millis_of(known_at))
            .order_by(c.at_ms.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = select(d.device_id, last).group_by(d.device_id)
        with self._engine.connect() as connection:
            return {device_id: _time(ms) for device_id, ms in connection.execute(query) if ms is not None}

    def begins_at(self) -> datetime | None:
        """The oldest reading that is kept; None without any."""
        with self._engine.connect() as connection:
            ms = connection.execute(select(func.min(readings.c.at_ms))).scalar_one()
        return None if ms is None else _time(ms)

    def lags_since(self, start: datetime, *, most: int = 5_000) -> list[tuple[str, int]]:
        """(device, ms from its clock to our receipt) of what was measured since, the newest `most` that are kept."""
        c = readings.c
        query = (
            select(c.device_id, c.received_ms - c.at_ms)
            .where(c.at_ms >= millis_of(start))
            .order_by(c.at_ms.desc())
            .limit(most)
        )
        with self._engine.connect() as connection:
            return [(device_id, max(0, lag_ms)) for device_id, lag_ms in connection.execute(query)]

    def history_of(
        self, device_id: str, start: datetime, end: datetime, *, most: int = 20_000
    ) -> list[tuple[str, int, float]]:
        """(quantity, ms, value) of one device, the oldest first; the newest `most` of them."""
        c = readings.c
        query = (
            select(c.quantity, c.at_ms, c.value)
            .where(c.device_id == device_id, c.at_ms >= millis_of(start), c.at_ms <= millis_of(end))
            .order_by(c.at_ms.desc())
            .limit(most)
        )
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)][::-1]

    def between(self, start: datetime, end: datetime) -> Iterable[Reading]:
        """Everything that is kept of a span, in the order of the devices' clocks: what rules are tried on."""
        c = readings.c
        query = (
            select(c.device_id, c.quantity, c.value, c.at_ms, c.received_ms)
            .where(c.at_ms >= millis_of(start), c.at_ms < millis_of(end))
            .order_by(c.at_ms, c.device_id)
        )
        with self._engine.connect().execution_options(yield_per=5_000) as connection:
            for row in connection.execute(query):
                yield Reading(row.device_id, row.quantity, row.value, _time(row.at_ms), _time(row.received_ms))

    def delete_before(self, to_ms: int) -> int:
        """Forget what is older."""
        with writing(self._engine).begin() as connection:
            return int(connection.execute(delete(readings).where(readings.c.at_ms < to_ms)).rowcount)


def _row(reading: Reading) -> dict[str, Any]:
    return {
        "device_id": reading.device_id,
        "quantity": reading.quantity,
        "at_ms": millis_of(reading.at),
        "value": reading.value,
        "received_ms": millis_of(reading.received_at),
    }


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _batches(rows: list[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    return (rows[n : n + _ROWS_A_STATEMENT] for n in range(0, len(rows), _ROWS_A_STATEMENT))
