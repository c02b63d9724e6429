"""设备台账 in use: every device within reach by its id, and the table that devices are entered from."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Protocol

import numpy as np

from cockpit.domain.device import Device, Limits, Window
from cockpit.domain.event import Place
from cockpit.services.coordinates import are_degrees, to_wgs84
from cockpit.services.intake import Places
from cockpit.services.reread import Reread
from cockpit.services.sheets import SheetRow, UnreadableFileError, read_sheet_rows
from cockpit.services.standards_sheet import UnreadableRow

_COLUMNS = {
    "device_id": ("device_id", "id", "设备编号", "设备编码", "设备id"),
    "kind": ("kind", "类型", "设备类型"),
    "name": ("name", "名称", "设备名称"),
    "lon": ("lon", "longitude", "经度"),
    "lat": ("lat", "latitude", "纬度"),
    "address": ("address", "地址", "安装位置"),
    "owner": ("owner", "权属单位", "责任单位"),
    "interval_s": ("interval_s", "上报周期", "上报周期秒"),
    "limits": ("limits", "阈值"),
    "maintenance": ("maintenance", "检修"),
}
_COLUMN_OF = {alias: name for name, aliases in _COLUMNS.items() for alias in aliases}
_LONGEST = 200
_MOST_LIMITS = 20


class DeviceTable(Protocol):
    """Where devices are kept (`store.devices`)."""

    def put(self, entered: Sequence[Device], *, now: datetime) -> None: ...
    def list_all(self) -> list[Device]: ...
    def mark(self) -> object: ...


class DeviceBook:
    """Every device by its id; at most some seconds old. Safe from any thread."""

    def __init__(
        self,
        table: DeviceTable,
        *,
        city: Sequence[Device] = (),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`city`: the devices of the city's own directory; what was entered here comes before them."""
        own = {device.device_id: device for device in city}

        def read() -> Mapping[str, Device]:
            entered = {d.device_id: d for d in table.list_all() if d.is_known or d.device_id not in own}
            return {**own, **entered}

        self._held: Reread[Mapping[str, Device]] = Reread(
            "devices", mark=table.mark, read=read, first=own, monotonic=monotonic
        )

    def now(self) -> Mapping[str, Device]:
        """By id; never changed, a later one is another mapping."""
        return self._held.now()


def devices_of_city(city: Places, directory: Path) -> list[Device]:
    """The devices that a city directory brings along; none without a `devices.csv`."""
    file = directory / "devices.csv"
    if not file.is_file():
        return []
    return located([found for _, found in _rows(file) if isinstance(found, Device)], city)


@dataclass(slots=True, kw_only=True)
class DeviceImport:
    """What came of an import."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[UnreadableRow] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return self.new + self.changed + self.unchanged


def import_devices(
    table: DeviceTable, city: Places, file: Path, *, now: datetime, crs: str = "wgs84", dry_run: bool = False
) -> DeviceImport:
    """Enter the devices of a CSV or XLSX table; a rerun changes nothing. Raises UnreadableFileError."""
    report = DeviceImport()
    known = {device.device_id: device for device in table.list_all()}
    read: dict[str, Device] = {}
    for row, result in _rows(file):
        if isinstance(result, str):
            report.refused.append(UnreadableRow(row.place, result))
        elif result.device_id in read:
            report.refused.append(UnreadableRow(row.place, f"{result.device_id} is in the table twice"))
        else:
            read[result.device_id] = result
    entered: list[Device] = []
    for device in located(list(read.values()), city, crs=crs):
        before = known.get(device.device_id)
        if before is not None and _same(before, device):
            report.unchanged += 1
            continue
        entered.append(device)
        report.new += before is None
        report.changed += before is not None
    if entered and not dry_run:
        table.put(entered, now=now)
    return report


def located(devices: Sequence[Device], city: Places, *, crs: str = "wgs84") -> list[Device]:
    """With WGS-84 degrees and the grid that each lies in; without a place where the degrees are none."""
    rows = [n for n, d in enumerate(devices) if d.place.lon is not None and d.place.lat is not None]
    lon = np.array([devices[n].place.lon for n in rows], dtype=np.float64)
    lat = np.array([devices[n].place.lat for n in rows], dtype=np.float64)
    if len(rows):
        lon, lat = to_wgs84(crs, lon, lat)
    good = are_degrees(lon, lat)
    numbers = city.locate_many(np.where(good, lon, 0.0), np.where(good, lat, 0.0))
    found = list(devices)
    for place, n in enumerate(rows):
        old = devices[n].place
        code = _code_of(int(numbers[place]), city) if good[place] else ""
        made = Place(lon=float(lon[place]), lat=float(lat[place]), code=code, address=old.address)
        found[n] = replace(devices[n], place=made if good[place] else Place(address=old.address))
    return found


def _code_of(number: int, city: Places) -> str:
    text = f"{number:015d}"
    codes = (text[:n] for n in (15, 12, 9, 6) if not text[n:].strip("0"))
    return next((c for c in codes if c in city.divisions), city.code)


def _same(one: Device, other: Device) -> bool:
    """Whatever was heard of it, it is entered as this."""
    return one.is_known and replace(one, first_heard_at=None) == other


def _rows(file: Path) -> Iterator[tuple[SheetRow, Device | str]]:
    """Each row below the header with its device, or why it has none."""
    header: dict[str, int] = {}
    for row in read_sheet_rows(file):
        if not header:
            named = {
                _COLUMN_OF[c.strip().lower()]: n for n, c in enumerate(row.cells) if c.strip().lower() in _COLUMN_OF
            }
            if {"device_id", "kind"} <= named.keys():
                header = named
            continue
        given = {name: row.cells[n] if n < len(row.cells) else "" for name, n in header.items()}
        try:
            yield row, _parsed(given)
        except ValueError as wrong:
            yield row, str(wrong)
    if not header:
        raise UnreadableFileError(f"{file.name} has no header with device_id and kind")


def _parsed(given: Mapping[str, str]) -> Device:
    """ValueError says which cell is wrong."""
    for name in ("device_id", "kind"):
        if not 0 < len(given[name]) <= _LONGEST:
            raise ValueError(f"{name} must have 1 to {_LONGEST} characters")
    lon, lat = _number(given, "lon"), _number(given, "lat")
    if (lon is None) != (lat is None):
        raise ValueError("lon and lat go together")
    interval_s = _number(given, "interval_s")
    if interval_s is not None and interval_s <= 0:
        raise ValueError("interval_s must be more than 0")
    return Device(
        device_id=given["device_id"],
        kind=given["kind"],
        name=given.get("name", "")[:_LONGEST],
        place=Place(lon=lon, lat=lat, address=given.get("address", "")[:500]),
        owner=given.get("owner", "")[:_LONGEST],
        interval_s=interval_s,
        limits=parse_limits(given.get("limits", "")),
        maintenance=parse_windows(given.get("maintenance", "")),
    )


def parse_limits(text: str) -> dict[str, Limits]:
    """`water_level:0.2..3.5 m; flow:..120` → limits by quantity. ValueError for anything else."""
    found: dict[str, Limits] = {}
    for part in filter(None, (p.strip() for p in text.split(";"))):
        quantity, colon, rest = part.partition(":")
        span, _, unit = rest.strip().partition(" ")
        low, dots, high = span.partition("..")
        if not (colon and dots and quantity.strip()):
            raise ValueError(f"limits: {part[:60]!r} is not like water_level:0.2..3.5 m")
        found[quantity.strip()] = Limits(_float(low, "limits"), _float(high, "limits"), unit.strip())
    if len(found) > _MOST_LIMITS:
        raise ValueError(f"limits: more than {_MOST_LIMITS} quantities")
    return found


def parse_windows(text: str) -> tuple[Window, ...]:
    """`2026-11-22T01:00+08:00/2026-11-22T05:00+08:00; …` → windows. ValueError for anything else."""
    found = []
    for part in filter(None, (p.strip() for p in text.split(";"))):
        start, slash, end = part.partition("/")
        try:
            window = Window(datetime.fromisoformat(start), datetime.fromisoformat(end))
        except ValueError:
            raise ValueError(f"maintenance: {part[:80]!r} is not like START/END") from None
        if not slash or window.start.tzinfo is None or window.end.tzinfo is None or window.end <= window.start:
            raise ValueError("maintenance: START/END with offsets, the end after the start")
        found.append(Window(window.start.astimezone(UTC), window.end.astimezone(UTC)))
    return tuple(found)


def _number(given: Mapping[str, str], name: str) -> float | None:
    return _float(given.get(name, ""), name)


def _float(text: str, name: str) -> float | None:
    if not text.strip():
        return None
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{name}: {text[:40]!r} is no number") from None
    if not isfinite(number):
        raise ValueError(f"{name}: {text[:40]!r} is no number")
    return number
