"""告警 — what devices say in a day; most alarms are over within minutes, some become events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from cockpit.simulator.day import PlannedEvent, make_event, midnight_of
from cockpit.simulator.ground import Ground, Spot
from cockpit.simulator.kinds import Kind
from cockpit.simulator.weather import rain_of, rng_of

DEVICES = 640
#: one alarm in twenty does not end by itself
_UNTIL_VISITED = timedelta(hours=7)
#: kind: (share, severity, unit, low, high, minutes until cleared, what happens, event code and title it may become)
_KINDS: dict[str, tuple[float, str, str, float, float, float, str, tuple[str, str]]] = {
    "smoke": (0.20, "III", "dB/m", 0.10, 0.42, 9, "烟感报警", ("event.04.96", "烟感报警核查，消防通道受阻")),
    "water_level": (0.12, "III", "m", 3.2, 4.4, 48, "水位超警戒", ("event.05.06", "水位超警，道路积水")),
    "gas": (0.10, "III", "%LEL", 10, 28, 14, "燃气浓度超限", ("part.01.11", "燃气井盖松动，浓度报警")),
    "elevator": (0.14, "III", "人", 1, 4, 22, "电梯困人", ("event.05.95", "电梯困人")),
    "manhole": (0.12, "IV", "°", 12, 60, 35, "井盖位移", ("part.01.03", "雨水井盖移位")),
    "dust": (0.12, "IV", "μg/m³", 155, 320, 40, "PM10 超标", ("event.03.04", "工地扬尘超标")),
    "water_quality": (0.08, "IV", "mg/L", 1.6, 3.8, 95, "氨氮超标", ("event.01.26", "河道水质异常")),
    "access": (0.12, "IV", "次", 3, 9, 12, "门禁异常开启", ("event.05.95", "门禁异常核查")),
}


#: kinds of the demo's devices
DEVICE_KINDS = tuple(_KINDS)


@dataclass(frozen=True, slots=True)
class PlannedAlarm:
    body: dict[str, Any]
    at: datetime


def device_of(kind: str, number: int, ground: Ground, seed: int) -> tuple[str, Spot]:
    """Devices stay where they are, whatever the day."""
    rng = np.random.default_rng([abs(seed), number, *kind.encode()])
    return f"{kind}-{number:04d}", ground.spot_in(int(rng.integers(len(ground.grid_codes))), rng)


def plan_alarms(
    ground: Ground, kinds: list[Kind], day: date, seed: int
) -> tuple[list[PlannedAlarm], list[PlannedEvent]]:
    """Alarms of a local day in the order of time, raised and cleared; and the events that grew from some."""
    rng = rng_of(seed, day, "alarms")
    rain, start = rain_of(seed, day), midnight_of(day, ground)
    by_code = {k.code: k for k in kinds}
    names = list(_KINDS)
    out: list[PlannedAlarm] = []
    grown: list[PlannedEvent] = []
    for n in range(1, int(rng.integers(76, 112)) + 1):
        second = int((24 * rng.beta(1.9, 1.6)) % 24 * 3600)
        weight = np.array([_KINDS[k][0] for k in names])
        weight[names.index("water_level")] *= 1 + 4 * rain[second // 3600]
        kind = names[int(rng.choice(len(names), p=weight / weight.sum()))]
        _, severity, unit, low, high, minutes, text, (code, title) = _KINDS[kind]
        device, spot = device_of(kind, int(rng.integers(1, DEVICES // len(names) + 1)), ground, seed)
        value = float(rng.uniform(low, high))
        value = round(value, 2) if high < 10 and kind not in ("elevator", "access") else float(round(value))
        at = start + timedelta(seconds=second)
        body = {
            "alarm_id": f"AL-{day:%Y%m%d}-{n:04d}",
            "device_id": device,
            "kind": kind,
            "state": "raised",
            "severity": severity,
            "value": value,
            "unit": unit,
            "lon": spot.lon,
            "lat": spot.lat,
            "crs": "wgs84",
            "at": at.isoformat(),
            "message": f"{spot.address} {text}",
        }
        out.append(PlannedAlarm(body, at))
        cleared = at + timedelta(minutes=minutes * float(np.exp(0.7 * rng.standard_normal())))
        if rng.random() >= 0.95:  # somebody has to go there first
            cleared += _UNTIL_VISITED
        done = body | {"state": "cleared", "at": cleared.isoformat(timespec="seconds"), "message": f"{text}已解除"}
        out.append(PlannedAlarm(done, cleared))
        if rng.random() < 0.10:
            number, later = f"YH-{day:%Y%m%d}-8{n:03d}", at + timedelta(seconds=int(rng.uniform(40, 240)))
            grown.append(
                make_event(
                    event_id=number, kind=by_code[code], source="iot", title=title, spot=spot, at=later, rng=rng,
                    alarm_id=body["alarm_id"],
                )
            )  # fmt: skip
    return sorted(out, key=lambda a: a.at), grown
