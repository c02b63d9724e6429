"""一天 — all events of one day with their whole course; the same day every time the seed asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cockpit.simulator.course import Course, Move, masked
from cockpit.simulator.findings import SOURCE, judged, told_of
from cockpit.simulator.ground import Ground, Spot
from cockpit.simulator.kinds import PROFILE, SOURCE_SHARE, Kind
from cockpit.simulator.weather import rain_of, rng_of

#: 1.32 million events a year
EVENTS_PER_DAY = 3600
_DETAILS = {
    "gridworker": "网格员巡查发现{title}，位于{address}。",
    "hotline_12345": "来电人反映{address}{title}，要求尽快处理。",
    "citizen": "市民随手拍上传：{address}{title}。",
    "video_ai": "视频巡查识别到{title}，点位{address}，待人工核实。",
    "iot": "感知设备上报{title}，点位{address}。",
    "department": "部门移交：{address}{title}。",
    "higher_level": "上级交办：{address}{title}，请核实处置并反馈。",
    "drone": "无人机巡飞发现{title}，位于{address}附近。",
}


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """An event as its source will tell it, and everything that will happen to it."""

    body: dict[str, Any]
    reported_at: datetime
    moves: tuple[Move, ...]

    def is_open(self, now: datetime) -> bool:
        ends = ("closed", "rejected", "voided")
        return self.reported_at <= now and not any(m.stage in ends and m.at <= now for m in self.moves)


def midnight_of(day: date, ground: Ground) -> datetime:
    return datetime.combine(day, time(), ground.tz)


def draw_spot(ground: Ground, rng: np.random.Generator) -> Spot:
    """Grids are small where people live, so drawing a grid evenly follows the people; then a road in it."""
    return ground.spot_in(int(rng.integers(len(ground.grid_codes))), rng)


def _frequencies(kinds: list[Kind], rain: NDArray[np.float64]) -> NDArray[np.float64]:
    """(hour, kind): expected shares of a dry day, raised or lowered by the rain; a dry day sums to one."""
    by_hour = np.array([np.array(PROFILE[k.when]) / sum(PROFILE[k.when]) * k.weight for k in kinds]).T
    factor = 1 + (np.array([k.rain for k in kinds])[None, :] - 1) * rain[:, None]
    shares: NDArray[np.float64] = by_hour / by_hour.sum() * factor
    return shares


def make_event(
    *, event_id: str, kind: Kind, source: str, title: str, spot: Spot, at: datetime, rng: np.random.Generator,
    handling_s: float | None = None, **more: Any,
) -> PlannedEvent:  # fmt: skip
    body: dict[str, Any] = {
        "event_id": event_id,
        "source": source,
        "category": kind.code,
        "title": title,
        "description": _DETAILS[source].format(title=title, address=spot.address),
        "lon": spot.lon,
        "lat": spot.lat,
        "crs": "wgs84",
        "reported_at": at.isoformat(),
        "due_at": (at + timedelta(hours=kind.limit_h)).isoformat(),
        "address": spot.address,
        **more,
    }
    if source in ("gridworker", "hotline_12345", "citizen"):
        body["reporter"] = masked(rng)
    if source == "gridworker":
        body["grid_code"] = spot.grid_code
    if source == SOURCE:
        body["confidence"] = round(float(rng.uniform(0.72, 0.99)), 2)
        body |= told_of(kind.code, spot.grid_code, event_id)
    moves = Course(kind, source, spot, at, rng).run(handling_s)
    if source == SOURCE:
        moves = judged(moves, kind=body["finding_kind"], confidence=body["confidence"], event_id=event_id)
    return PlannedEvent(body, at, tuple(moves))


def plan_events(
    ground: Ground, kinds: list[Kind], day: date, seed: int, per_day: float = EVENTS_PER_DAY
) -> list[PlannedEvent]:
    """The ordinary events of a local day in the order of their reports (the incident is planned apart)."""
    rng = rng_of(seed, day, "events")
    start = midnight_of(day, ground)
    share = _frequencies(kinds, rain_of(seed, day))
    noticed = np.array([[k.sources.get(s, 0.0) / sum(k.sources.values()) for k in kinds] for s in SOURCE_SHARE])
    sources = list(SOURCE_SHARE)
    chance = np.array(list(SOURCE_SHARE.values())) / sum(SOURCE_SHARE.values())
    out: list[PlannedEvent] = []
    for hour in range(24):
        n = int(rng.poisson(per_day * share[hour].sum()))
        seconds = np.sort(rng.uniform(0, 3600, n))
        who = rng.choice(len(sources), n, p=chance)
        what = [rng.choice(len(kinds), n, p=w / w.sum()) for w in noticed * share[hour]]
        for i in range(n):
            kind = kinds[int(what[who[i]][i])]
            at = start + timedelta(hours=hour, seconds=int(seconds[i]))
            title = kind.titles[int(rng.integers(len(kind.titles)))]
            number = f"YH-{day:%Y%m%d}-{len(out) + 1:04d}"
            severity: dict[str, Any] = (
                {"severity": "IV"} if kind.code.startswith("event.05") and rng.random() < 0.3 else {}
            )
            spot = draw_spot(ground, rng)
            out.append(
                make_event(
                    event_id=number, kind=kind, source=sources[int(who[i])], title=title,
                    spot=spot, at=at, rng=rng, **severity,
                )
            )  # fmt: skip
    return out
