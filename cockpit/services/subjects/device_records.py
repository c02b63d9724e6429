"""设备鲜活: which devices of the registry were heard of in time, now or at a past instant.

A past instant is told from the archive of readings, which keeps one in so many seconds for some days: a device that
measures more often than that was heard of until the end of such a step. Its rule, its place and its maintenance are
those of today; a device that came into the registry later is left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cockpit.domain.device import Device
from cockpit.domain.source import FeedStatus
from cockpit.services.alarm_kinds import AlarmKinds
from cockpit.services.group_rules import GroupRules


class Heard(Protocol):
    """When devices were heard of (`store.readings`)."""

    def heard_at(self) -> Mapping[str, datetime]: ...
    def heard_until(self, at: datetime, *, known_at: datetime) -> Mapping[str, datetime]: ...
    def begins_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class HeardDevice:
    """A device that is waited for, when it was last heard of, and whether that is in time."""

    device: Device
    heard_at: datetime | None
    fresh: bool
    fresh_for_s: float


@dataclass(frozen=True, slots=True)
class HeardDevices:
    """Those that are waited for; `is_known` is False where the archive does not reach back far enough to tell."""

    found: list[HeardDevice]
    is_known: bool = True


class DeviceRecords:
    """Tells the devices that are waited for. Safe from any thread."""

    def __init__(
        self, devices: Callable[[], Mapping[str, Device]], heard: Heard, kinds: AlarmKinds, groups: GroupRules, *,
        kept_every_s: float,
    ) -> None:  # fmt: skip
        """`kept_every_s`: the archive keeps one reading in so many seconds."""
        self._devices, self._heard, self._kinds, self._groups = devices, heard, kinds, groups
        self._kept_every_s = kept_every_s

    def now(self, at: datetime) -> HeardDevices:
        """By the newest reading of each."""
        return HeardDevices(self._waited_for(at, self._heard.heard_at(), slack=False))

    def then(self, at: datetime, known_at: datetime) -> HeardDevices:
        """At a past instant, as it was known at another."""
        found = self._waited_for(at, self._heard.heard_until(at, known_at=known_at), slack=True)
        begins = self._heard.begins_at()
        longest = max((one.fresh_for_s for one in found), default=0.0)
        return HeardDevices(found, not found or (begins is not None and at >= begins + timedelta(seconds=longest)))

    def _waited_for(self, at: datetime, heard: Mapping[str, datetime], *, slack: bool) -> list[HeardDevice]:
        found = []
        for device in self._devices().values():
            rule = self._groups.of(self._kinds.of(device.kind).domain)
            patience = rule.patience(device)
            if patience is None or device.is_in_maintenance(at) or _came_after(device, at):
                continue
            last = heard.get(device.device_id, device.first_heard_at)
            judged = last
            interval_s = device.interval_s or rule.interval_s or 0.0
            if slack and last is not None and interval_s < self._kept_every_s:
                judged = min(at, last + timedelta(seconds=self._kept_every_s))
            fresh = rule.status_of(device, judged, at) is FeedStatus.LIVE
            found.append(HeardDevice(device, last, fresh, patience.stale_after_s))
        return found


def _came_after(device: Device, at: datetime) -> bool:
    """Nobody had entered or heard of it yet."""
    came = min((t for t in (device.added_at, device.first_heard_at) if t is not None), default=at)
    return came > at
