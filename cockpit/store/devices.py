"""设备台账 in the database: devices that were entered, imported or adopted, and those that were only ever heard of."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, RowMapping, func, select

from cockpit.domain.device import Device, Limits, Window
from cockpit.domain.event import Place
from cockpit.store.database import insert_of, writing
from cockpit.store.schema.things import devices

#: PostgreSQL takes 65,535 values a statement
_ROWS_A_STATEMENT = 2_000


class DeviceTable:
    """The table `devices`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, entered: Sequence[Device], *, now: datetime) -> None:
        """Enter devices, or enter them anew, all or nothing. When one was first heard of, and came here, stays."""
        with writing(self._engine).begin() as connection:
            insertion = insert_of(devices, connection.dialect)
            kept = {name: insertion.excluded[name] for name in _ENTERED}
            statement = insertion.on_conflict_do_update(index_elements=["device_id"], set_=kept)
            for rows in _batches([_row(device, now) for device in entered]):
                connection.execute(statement, rows)

    def hear_of(self, heard: Iterable[Device], *, now: datetime) -> None:
        """Note devices that nobody has entered; those that are there stay as they are."""
        with writing(self._engine).begin() as connection:
            statement = insert_of(devices, connection.dialect).on_conflict_do_nothing()
            for rows in _batches([_row(device, now) for device in heard]):
                connection.execute(statement, rows)

    def list_all(self) -> list[Device]:
        """Every device, by its id."""
        with self._engine.connect() as connection:
            return [_device(row._mapping) for row in connection.execute(select(devices).order_by(devices.c.device_id))]

    def mark(self) -> tuple[int, int, datetime | None]:
        """How many there are, how many are known, and when one was last written: another one after every change."""
        query = select(func.count(), func.coalesce(func.sum(devices.c.is_known), 0), func.max(devices.c.changed_at))
        with self._engine.connect() as connection:
            count, known, changed = connection.execute(query).one()
        return int(count), int(known), changed

    def count(self) -> int:
        """How many devices there are, known or not."""
        return self.mark()[0]


_ENTERED = (
    "kind", "name", "lon", "lat", "code", "address", "owner", "interval_s", "limits", "maintenance", "is_known",
    "changed_at",
)  # fmt: skip
_limits = msgspec.json.Decoder(dict[str, Limits])
_windows = msgspec.json.Decoder(tuple[Window, ...])


def _row(device: Device, now: datetime) -> dict[str, Any]:
    return {
        "device_id": device.device_id,
        "kind": device.kind,
        "name": device.name,
        "lon": device.place.lon,
        "lat": device.place.lat,
        "code": device.place.code,
        "address": device.place.address,
        "owner": device.owner,
        "interval_s": device.interval_s,
        "limits": msgspec.json.encode(dict(device.limits)).decode(),
        "maintenance": msgspec.json.encode(device.maintenance).decode(),
        "is_known": int(device.is_known),
        "first_heard_at": device.first_heard_at,
        "changed_at": now,
        "added_at": now,
    }


def _device(row: RowMapping) -> Device:
    return Device(
        device_id=row["device_id"],
        kind=row["kind"],
        name=row["name"],
        place=Place(lon=row["lon"], lat=row["lat"], code=row["code"], address=row["address"]),
        owner=row["owner"],
        interval_s=row["interval_s"],
        limits=_limits.decode(row["limits"]),
        maintenance=_windows.decode(row["maintenance"]),
        is_known=bool(row["is_known"]),
        first_heard_at=row["first_heard_at"].astimezone(UTC) if row["first_heard_at"] else None,
        added_at=row["added_at"],
    )


def _batches(rows: list[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    return (rows[n : n + _ROWS_A_STATEMENT] for n in range(0, len(rows), _ROWS_A_STATEMENT))
