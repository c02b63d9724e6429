"""底数: doors of the houses and devices of the registry as columns, and whether each is within its rule (数据鲜活).

The rule of a kind is data: how many days a door may be unchecked stands in `freshness.toml` of the data directory, how
long a device may be silent in `alarms/groups.toml`. A device that nobody waits for, or that is worked on, is no row.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.instant import millis_of
from cockpit.domain.scope import number_of
from cockpit.services.houses.dwellings import Checked
from cockpit.services.subjects.device_records import DeviceRecords, HeardDevice
from cockpit.services.subjects.fresh_rules import FreshRules
from cockpit.services.subjects.rows import Columns, SubjectRows
from cockpit.situation.why import Why

_DAY_S = 86_400.0
#: rows lie in the order of their ids: so much of a second apart, equal times need no ids to be in order
_ROW_S = 2.0**-21
_MOST_APART = 2**21 - 1


class Doors(Protocol):
    """When every door was last checked (`services.houses.book`)."""

    def checked(self, until: datetime, known_at: datetime) -> Checked: ...


@dataclass(frozen=True, slots=True)
class Record:
    """A line of a book: when it was last checked or heard of, and for how long that holds."""

    record_id: str
    #: `household`, or a device's kind
    kind: str
    name: str
    code: str
    checked_at: datetime | None
    fresh_for_s: float
    #: within its rule at the instant that was asked for
    fresh: bool


class RecordRows:
    """Tells the books at any instant. Safe from any thread."""

    def __init__(self, doors: Doors, devices: DeviceRecords, rules: FreshRules) -> None:
        self._doors, self._devices, self._rules = doors, devices, rules

    def told(self, until: datetime, known_at: datetime, *, is_now: bool) -> SubjectRows:
        """A row for each door and each device that is waited for, the longest unchecked first.

        How they stood at `until`, as it was known at `known_at`; `is_now`: both are this moment.
        """
        days = self._rules.household_days()
        doors = self._doors.checked(until, known_at)
        heard = self._devices.now(until) if is_now else self._devices.then(until, known_at)
        devices, n = heard.found, len(doors.number)
        unknown: dict[str, Why] = {}
        if not heard.is_known:
            unknown |= dict.fromkeys(("fresh_record_rate", "fresh_device_rate"), Why.NOT_KEPT)
        if doors.begins_at is not None and until < doors.begins_at:
            unknown |= dict.fromkeys(("fresh_record_rate", "fresh_household_rate"), Why.BEFORE_DATA)
        fresh_since = millis_of(until - timedelta(days=days))
        checked_s = np.concatenate([doors.at_ms // 1000, [_s(one.heard_at) for one in devices]])
        columns = Columns(
            code=np.concatenate([doors.number, _numbers(devices)]),
            fresh=np.concatenate([doors.at_ms >= fresh_since, np.array([d.fresh for d in devices], dtype=np.bool_)]),
            device=np.arange(n + len(devices)) >= n,
        )

        def record_of(row: int) -> Record:
            if row >= n:
                return _record(devices[row - n])
            return Record(
                record_id=doors.id_of(row), kind="household", name="", code=_code_of(int(doors.number[row])),
                checked_at=datetime.fromtimestamp(int(doors.at_ms[row]) / 1000, UTC), fresh_for_s=days * _DAY_S,
                fresh=bool(doors.at_ms[row] >= fresh_since),
            )  # fmt: skip

        def id_of(row: int) -> str:
            return doors.id_of(row) if row < n else devices[row - n].device.device_id

        apart = np.minimum(np.arange(n + len(devices)), _MOST_APART) * _ROW_S
        return SubjectRows(columns, checked_s + apart, id_of, record_of, unknown=unknown)


def _record(one: HeardDevice) -> Record:
    device = one.device
    return Record(
        record_id=device.device_id, kind=device.kind, name=device.name, code=device.place.code,
        checked_at=one.heard_at, fresh_for_s=one.fresh_for_s, fresh=one.fresh,
    )  # fmt: skip


def _numbers(devices: list[HeardDevice]) -> NDArray[np.int64]:
    return np.array([number_of(one.device.place.code) for one in devices], dtype=np.int64)


def _s(at: datetime | None) -> float:
    """Never heard of comes first."""
    return 0.0 if at is None else at.timestamp()


def _code_of(number: int) -> str:
    """The code of a number: what is filled up with zeros is the shorter division."""
    text = f"{number:015d}" if number else ""
    while len(text) > 6 and text.endswith("000"):
        text = text[:-3]
    return text
