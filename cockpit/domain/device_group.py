"""设备组: how many devices of a group are heard of in time, and which are silent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from cockpit.domain.device import Device
from cockpit.domain.source import LOST_PERIODS, STALE_PERIODS, FeedStatus, Patience

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupRule:
    """When a device of a group, and when the group itself, counts as stale or lost.

    `stale_share`, `lost_share`: of the devices that are waited for, as a part of 1.
    """

    #: of a device whose own interval nobody has entered; None: nobody waits for it
    interval_s: float | None = None
    stale_periods: float = STALE_PERIODS
    lost_periods: float = LOST_PERIODS
    #: the group is stale when so many are not heard of in time
    stale_share: float = 0.2
    #: and lost when so many are lost
    lost_share: float = 0.5

    def patience(self, device: Device) -> Patience | None:
        """How long a device may be silent; None where nobody waits for it."""
        interval_s = device.interval_s or self.interval_s
        if interval_s is None:
            return None
        return Patience.of(interval_s, stale_periods=self.stale_periods, lost_periods=self.lost_periods)

    def status_of(self, device: Device, heard_at: datetime | None, now: datetime) -> FeedStatus:
        """How one device is doing; unknown where nobody waits for it, or it was never heard of."""
        patience = self.patience(device)
        if patience is None or heard_at is None:
            return FeedStatus.UNKNOWN
        return patience.status_of((now - heard_at).total_seconds())

    def status_of_group(self, waited: int, late: int, lost: int) -> FeedStatus:
        """Of `waited` devices `late` are not heard of in time, `lost` of them lost."""
        if not waited:
            return FeedStatus.UNKNOWN
        if lost >= self.lost_share * waited:
            return FeedStatus.LOST
        return FeedStatus.STALE if late >= self.stale_share * waited else FeedStatus.LIVE


class SilentDevice(NamedTuple):
    """A device that should have been heard of; `heard_at` is None if it never was."""

    device: Device
    status: FeedStatus
    heard_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceGroup:
    """A group at an instant. waited = live + stale + lost + unheard."""

    status: FeedStatus
    devices: int
    waited: int
    live: int
    stale: int
    lost: int
    #: waited for and never heard of; of a group they count as lost
    unheard: int
    in_maintenance: int
    newest_at: datetime | None
    #: who is silent, never heard of first, then for the longest
    silent: list[SilentDevice]


def device_group(
    devices: Iterable[Device], heard: Mapping[str, datetime], rule: GroupRule, now: datetime
) -> DeviceGroup:
    """What `rule` makes of devices last heard of at `heard`; who is worked on is not waited for."""
    counts = dict.fromkeys(FeedStatus, 0)
    total = resting = 0
    newest: datetime | None = None
    silent: list[SilentDevice] = []
    for device in devices:
        total += 1
        heard_at = heard.get(device.device_id, device.first_heard_at)
        if heard_at is not None and (newest is None or heard_at > newest):
            newest = heard_at
        if device.is_in_maintenance(now):
            resting += 1
        elif rule.patience(device) is not None:
            status = rule.status_of(device, heard_at, now)
            counts[status] += 1
            if status is not FeedStatus.LIVE:
                silent.append(SilentDevice(device, status, heard_at))
    waited, unheard = sum(counts.values()), counts[FeedStatus.UNKNOWN]
    silent.sort(key=lambda one: (one.heard_at or _NEVER, one.device.device_id))
    return DeviceGroup(
        status=rule.status_of_group(waited, len(silent), counts[FeedStatus.LOST] + unheard),
        devices=total,
        waited=waited,
        live=counts[FeedStatus.LIVE],
        stale=counts[FeedStatus.STALE],
        lost=counts[FeedStatus.LOST],
        unheard=unheard,
        in_maintenance=resting,
        newest_at=newest,
        silent=silent,
    )
