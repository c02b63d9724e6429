"""读数 — what the demo's devices measure between their alarms: a calm day, a little noise, more water when it rains."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import numpy as np

from cockpit.simulator.alarms import DEVICE_KINDS, DEVICES, device_of
from cockpit.simulator.ground import Ground, Spot

#: how often each device reports
INTERVAL_S = 60.0
#: parts that the devices are told in, one after the other
SLOTS = 12
#: kind: (quantity, unit, level, swing of the day, noise); below every shipped rule's limit
_QUANTITIES: dict[str, tuple[str, str, float, float, float]] = {
    "smoke": ("smoke", "dB/m", 0.02, 0.005, 0.004),
    "water_level": ("water_level", "m", 2.4, 0.15, 0.02),
    "gas": ("gas", "%LEL", 2.0, 0.5, 0.3),
    "manhole": ("tilt", "°", 0.8, 0.1, 0.2),
    "dust": ("pm10", "μg/m³", 78.0, 22.0, 5.0),
    "water_quality": ("nh3_n", "mg/L", 0.7, 0.12, 0.05),
}


class Devices:
    """The demo's devices with what they measure; `told` gives one slot's readings."""

    def __init__(self, ground: Ground, seed: int) -> None:
        each = DEVICES // len(DEVICE_KINDS)
        self._devices: list[tuple[str, str, Spot]] = [
            (kind, *device_of(kind, n, ground, seed)) for kind in _QUANTITIES for n in range(1, each + 1)
        ]
        self._rng = np.random.default_rng([abs(seed), 77])

    def told(self, now: datetime, slot: int) -> list[dict[str, Any]]:
        """Readings of the devices of a slot at `now`."""
        hour = (now.hour + now.minute / 60) / 24 * 2 * math.pi
        bodies = []
        for number in range(slot % SLOTS, len(self._devices), SLOTS):
            kind, device_id, spot = self._devices[number]
            quantity, unit, level, swing, noise = _QUANTITIES[kind]
            value = level + swing * math.sin(hour + number) + noise * float(self._rng.standard_normal())
            bodies.append(
                {"device_id": device_id, "quantity": quantity, "value": round(max(value, 0.0), 3), "unit": unit,
                 "lon": spot.lon, "lat": spot.lat, "at": now.isoformat(timespec="milliseconds")}
            )  # fmt: skip
        return bodies
