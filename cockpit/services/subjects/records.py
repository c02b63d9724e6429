"""底数: doors of the houses and devices of the registry as columns, and whether each is within its rule (数据鲜活).

The rule of a kind is data: how many days a door may be unchecked stands in `freshness.toml` of the data directory, how
long a device may be silent in `alarms/groups.toml`. A device that nobody waits for, or that is worked on, is no row.
"""

import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from cockpit.domain.device import Device
from cockpit.domain.residence import STALE_AFTER_DAYS
from cockpit.domain.scope import number_of
from cockpit.domain.source import FeedStatus
from cockpit.services.alarm_kinds import AlarmKinds
from cockpit.services.group_rules import GroupRules
from cockpit.services.houses.dwellings import Checked
from cockpit.services.subjects.rows import Columns, SubjectRows

log = structlog.get_logger(__name__)

FILE = "freshness.toml"
_DAY_S = 86_400.0
_MOST_DAYS = 3_650
_DOORS_FOR_S = 30.0


class Doors(Protocol):
    """When every door was last checked (`services.houses.book`)."""

    def checked(self, now: datetime, days: int) -> Checked: ...


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


@dataclass(frozen=True, slots=True)
class FreshRules:
    """For how long what a book says of a door holds, read anew at every question."""

    file: Path | None = None

    def household_days(self) -> int:
        """`household_days` of the file; 180 where it says nothing or something wrong."""
        if self.file is None or not self.file.is_file():
            return STALE_AFTER_DAYS
        try:
            days = tomllib.loads(self.file.read_text(encoding="utf-8")).get("household_days", STALE_AFTER_DAYS)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
            log.warning("rules of freshness passed over", file=str(self.file), error=str(wrong))
            return STALE_AFTER_DAYS
        if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= _MOST_DAYS:
            log.warning("household_days is no number of days", file=str(self.file))
            return STALE_AFTER_DAYS
        return days


class RecordRows:
    """Tells the books of now. Safe from any thread."""

    def __init__(
        self, doors: Doors, rules: FreshRules, devices: Callable[[], Mapping[str, Device]],
        heard_at: Callable[[], Mapping[str, datetime]], kinds: AlarmKinds, groups: GroupRules,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._doors, self._rules, self._devices, self._heard_at = doors, rules, devices, heard_at
        self._kinds, self._groups, self._monotonic = kinds, groups, monotonic
        self._held: tuple[float, int, Checked] | None = None

    def told(self, at: datetime) -> SubjectRows:
        """A row for each door and each device that is waited for, the longest unchecked first."""
        days = self._rules.household_days()
        doors, devices = self._checked(at, days), self._waited_for(at)
        n = len(doors.number)
        checked = np.concatenate([doors.at_s, [_s(record.checked_at) for record, _ in devices]])
        columns = Columns(
            code=np.concatenate([doors.number, np.array([number_of(r.code) for r, _ in devices], dtype=np.int64)]),
            fresh=np.concatenate([doors.at_s >= at.timestamp() - days * _DAY_S, _flags([ok for _, ok in devices])]),
            device=np.arange(n + len(devices)) >= n,
        )

        def record_of(row: int) -> Record:
            if row >= n:
                return devices[row - n][0]
            return Record(
                record_id=doors.id_of(row), kind="household", name="", code=_code_of(int(doors.number[row])),
                checked_at=datetime.fromtimestamp(float(doors.at_s[row]), UTC), fresh_for_s=days * _DAY_S,
            )  # fmt: skip

        def id_of(row: int) -> str:
            return doors.id_of(row) if row < n else devices[row - n][0].record_id

        return SubjectRows(columns, checked, id_of, record_of)

    def _checked(self, at: datetime, days: int) -> Checked:
        """The doors, at most some seconds old: there may be a million, and their rule is one of days."""
        held, now = self._held, self._monotonic()
        if held is None or held[1] != days or now - held[0] > _DOORS_FOR_S:
            held = self._held = now, days, self._doors.checked(at, days)
        return held[2]

    def _waited_for(self, at: datetime) -> list[tuple[Record, bool]]:
        heard = self._heard_at()
        found = []
        for device in self._devices().values():
            rule = self._groups.of(self._kinds.of(device.kind).domain)
            patience = rule.patience(device)
            if patience is None or device.is_in_maintenance(at):
                continue
            last = heard.get(device.device_id, device.first_heard_at)
            record = Record(
                record_id=device.device_id, kind=device.kind, name=device.name, code=device.place.code,
                checked_at=last, fresh_for_s=patience.stale_after_s,
            )  # fmt: skip
            found.append((record, rule.status_of(device, last, at) is FeedStatus.LIVE))
        return found


def _s(at: datetime | None) -> float:
    """Never heard of comes first."""
    return 0.0 if at is None else at.timestamp()


def _flags(values: list[bool]) -> NDArray[np.bool_]:
    return np.array(values, dtype=np.bool_)


def _code_of(number: int) -> str:
    """The code of a number: what is filled up with zeros is the shorter division."""
    text = f"{number:015d}" if number else ""
    while len(text) > 6 and text.endswith("000"):
        text = text[:-3]
    return text
