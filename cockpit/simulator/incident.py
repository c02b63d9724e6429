"""突发 — one bigger incident a day: the first report, then a burst of calls about the same place."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from cockpit.simulator.day import PlannedEvent, draw_spot, make_event, midnight_of
from cockpit.simulator.ground import M_PER_LAT, Ground, Spot
from cockpit.simulator.kinds import Kind
from cockpit.simulator.weather import rain_of, rng_of

_INCIDENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "event.05.05": ("路面塌陷", ("路面塌了一个坑", "路面下沉，车辆无法通行", "路面塌陷没有围挡", "塌陷处有水冒出")),
    "event.05.01": ("供水主管爆裂", ("家里停水", "路面大量冒水", "水管爆了，积水很深", "整个小区停水")),
    "event.05.08": ("架空线缆脱落", ("电线掉在路上", "线缆垂到地面，有人差点绊倒", "路口线缆脱落堵车")),
}
_FLOOD: tuple[str, str, tuple[str, ...]] = (
    "event.05.06",
    "下穿通道积水",
    ("通道积水过不去", "车辆在积水中熄火", "积水漫进商铺", "水位还在上涨"),
)


def _beside(spot: Spot, ground: Ground, rng: np.random.Generator) -> Spot:
    """Callers name a place within some two hundred metres of the incident."""
    d_lon, d_lat = rng.normal(0, 70, 2) / (ground.m_per_lon, M_PER_LAT)
    lon, lat = round(spot.lon + d_lon, 6), round(spot.lat + d_lat, 6)
    return Spot(lon, lat, spot.grid_code, spot.street, spot.community, spot.address)


def plan_incident(ground: Ground, kinds: list[Kind], day: date, seed: int) -> list[PlannedEvent]:
    """The main report first, then the calls; numbered apart from the ordinary events of the day."""
    rng = rng_of(seed, day, "incident")
    by_code = {k.code: k for k in kinds}
    if rain_of(seed, day).max() > 0.6:
        code, title, calls = _FLOOD
        hour = float(np.clip(np.argmax(rain_of(seed, day)), 7, 20))
    else:
        code = str(rng.choice(list(_INCIDENTS)))
        title, calls = _INCIDENTS[code]
        hour = float(rng.choice([rng.uniform(8.5, 11.5), rng.uniform(14, 19.5)]))
    kind, spot = by_code[code], draw_spot(ground, rng)
    at = midnight_of(day, ground) + timedelta(seconds=int(hour * 3600 + rng.uniform(0, 1800)))
    number = f"YH-{day:%Y%m%d}-9{{:03d}}"
    span = kind.limit_h * 3600
    out = [
        make_event(
            event_id=number.format(0), kind=kind, source="gridworker", title=title, spot=spot, at=at, rng=rng,
            handling_s=span * rng.uniform(0.84, 1.08), severity="III",
        )
    ]  # fmt: skip
    for n in range(1, int(rng.integers(14, 28))):
        later = at + timedelta(seconds=int(min(3000, 60 + rng.exponential(700))))
        text = calls[int(rng.integers(len(calls)))]
        out.append(
            make_event(
                event_id=number.format(n), kind=kind, source="hotline_12345", title=text,
                spot=_beside(spot, ground, rng), at=later, rng=rng, handling_s=span * rng.uniform(0.35, 0.74),
                related_event=f"gridworker:{number.format(0)}",
            )
        )  # fmt: skip
    return out
