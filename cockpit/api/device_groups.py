"""设备组 as `GET devices/groups` tells them: how many are heard of in time, how late they are, who is silent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from cockpit.domain.device import Device
from cockpit.domain.device_group import GroupRule, SilentDevice, device_group

_PERCENTILES = {"p50": 50, "p90": 90, "p99": 99}


def lags_by_device(lags: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """(device, ms) → ms of each device."""
    found: dict[str, list[int]] = {}
    for device_id, lag_ms in lags:
        found.setdefault(device_id, []).append(lag_ms)
    return found


def percentiles_of(devices: Iterable[Device], lags: Mapping[str, Sequence[int]]) -> dict[str, int] | None:
    """How late what these devices said arrived, in ms; None if they said nothing of late."""
    late = [lag for device in devices for lag in lags.get(device.device_id, ())]
    if not late:
        return None
    told = np.percentile(late, list(_PERCENTILES.values())).round().astype(int).tolist()
    return dict(zip(_PERCENTILES, told, strict=True))


def group_item(
    devices: Sequence[Device], heard: Mapping[str, datetime], rule: GroupRule, now: datetime, most: int
) -> dict[str, Any]:
    """One group; of the silent the first `most` are named."""
    group = device_group(devices, heard, rule, now)
    return {
        "status": group.status,
        "devices": group.devices,
        "known": sum(device.is_known for device in devices),
        "waited_for": group.waited,
        "live": group.live,
        "stale": group.stale,
        "lost": group.lost,
        "never_heard": group.unheard,
        "in_maintenance": group.in_maintenance,
        "share_live": group.live / group.waited if group.waited else None,
        "newest_at": group.newest_at,
        "silent_total": len(group.silent),
        "silent": [_silent_item(one) for one in group.silent[:most]],
    }


def _silent_item(one: SilentDevice) -> dict[str, Any]:
    device = one.device
    return {
        "device_id": device.device_id,
        "name": device.name,
        "kind": device.kind,
        "code": device.place.code,
        "address": device.place.address,
        "owner": device.owner,
        "status": one.status,
        "heard_at": one.heard_at,
    }
