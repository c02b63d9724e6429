"""经过 — the stages of one event, with times: most are done in good time, a few linger, a few run over."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from cockpit.simulator.ground import Spot
from cockpit.simulator.kinds import LEVELS, Kind, centre_name, unit_name

#: shares, chosen so that about 98.5 % of all events are handled in time
LATE = 0.014
REJECTED, VOIDED, RETURNED, ESCALATED, REWORKED, SUSPENDED = 0.010, 0.002, 0.018, 0.022, 0.016, 0.004
_SURNAMES = "王李张陈沈徐俞金陆周吴朱胡方何姚钱孙赵郑"
_RETURN_NOTES = ("不属本单位职责，退回重新分拨", "点位不在辖区内，退回", "需产权单位处置，退回")
_REJECT_NOTES = ("重复上报，不予受理", "现场核实无此情况，不予受理", "不属受理范围，已答复来电人")
_DONE_NOTES = (
    "现场已处置完毕，照片已回传",
    "已整改到位",
    "已清理，现场恢复正常",
    "已教育劝导，当事人自行整改",
    "已修复",
)
_ACCEPT_S, _ASSIGN_S, _CLOSE_S = 140.0, 170.0, 560.0


@dataclass(frozen=True, slots=True)
class Move:
    """One transition to tell: stage on the wire, when, who."""

    stage: str
    at: datetime
    unit: str
    by: str
    level: str
    note: str = ""


def masked(rng: np.random.Generator) -> str:
    """A name as it may be shown: surname and stars."""
    return f"{_SURNAMES[int(rng.integers(len(_SURNAMES)))]}**"


def _spread(rng: np.random.Generator, median_s: float, sigma: float, most_s: float) -> float:
    return min(most_s, median_s * math.exp(sigma * rng.standard_normal()))


def _handling_s(kind: Kind, rng: np.random.Generator) -> float:
    """Seconds from the report to the feedback."""
    limit_s = kind.limit_h * 3600
    lot = rng.random()
    if lot < LATE:
        return limit_s + min(4 * 3600.0, 120 + rng.exponential(2700))
    linger = 0.042 if kind.limit_h <= 4 else 0.014
    if lot < LATE + linger:
        return limit_s * rng.uniform(0.80, 0.985)
    return _spread(rng, 600 + 850 * math.sqrt(kind.limit_h), 0.55, 0.79 * limit_s)


def _levels(source: str, rng: np.random.Generator) -> tuple[str, str]:
    """Where the event is received, and where it is handled: mostly near the place."""
    first = {"hotline_12345": "county", "department": "county", "higher_level": "city"}.get(source, "community")
    chance = {"community": (0.62, 0.34, 0.04, 0.0), "county": (0.20, 0.56, 0.23, 0.01), "city": (0.1, 0.45, 0.35, 0.1)}
    return first, LEVELS[int(rng.choice(4, p=chance[first]))]


class Course:
    """Builds the moves of one event in order; every stage ends the one before it."""

    def __init__(self, kind: Kind, source: str, spot: Spot, at: datetime, rng: np.random.Generator) -> None:
        self.moves: list[Move] = []
        self._kind, self._spot, self._rng, self._at = kind, spot, rng, at
        self._names = {"street": spot.street, "community": spot.community}
        self._first, self._level = _levels(source, rng)
        self._reported = at

    def _then(self, stage: str, after_s: float, level: str, *, unit: str = "", by: str = "", note: str = "") -> None:
        self._at += timedelta(seconds=max(1.0, round(after_s)))
        unit = unit or centre_name(level, **self._names)
        self.moves.append(Move(stage, self._at, unit, by or masked(self._rng), level, note))

    def _until(self, moment: datetime) -> float:
        return (moment - self._at).total_seconds()

    def _unit(self, level: str) -> str:
        return unit_name(self._kind.unit, level, **self._names)

    def run(self, handling_s: float | None = None) -> list[Move]:
        """All moves up to the evaluation; `handling_s` fixes when the handling ends (else drawn)."""
        rng = self._rng
        done = self._reported + timedelta(seconds=_handling_s(self._kind, rng) if handling_s is None else handling_s)
        centre = centre_name(self._first, **self._names)
        self.moves.append(Move("registered", self._at, centre, masked(rng), self._first))
        accept_s = _spread(rng, _ACCEPT_S, 0.7, 1100)
        lot = rng.random()
        if lot < REJECTED + VOIDED:
            stage, note = (
                ("rejected", str(rng.choice(_REJECT_NOTES))) if lot < REJECTED else ("voided", "测试工单，作废")
            )
            self._then(stage, accept_s, self._first, note=note)
            return self.moves
        self._then("accepted", accept_s, self._first)
        self._assign(rng)
        room = max(60.0, self._until(done))
        self._then("handling", min(_spread(rng, 420, 0.6, 2400), room * 0.4), self._level, unit=self._unit(self._level))
        if rng.random() < SUSPENDED:
            done += self._suspend(rng)
        if rng.random() < REWORKED and self._until(done) > 600:
            self._fed_back(self._until(done) * 0.55)
            self._then("rework", self._until(done) * 0.3, self._level, note="现场核查未整改到位，返工")
        self._fed_back(self._until(done))
        self._then("closed", _spread(rng, _CLOSE_S, 0.6, 5400), self._first, note="核查通过，予以结案")
        if rng.random() < 0.7:
            note = str(rng.choice(["满意", "满意", "满意", "基本满意", "不满意"]))
            self._then("evaluated", _spread(rng, 2400, 0.9, 6 * 3600), self._first, note=note)
        return self.moves

    def _assign(self, rng: np.random.Generator) -> None:
        self._then("assigned", _spread(rng, _ASSIGN_S, 0.6, 1000), self._first, unit=self._unit(self._first))
        lot = rng.random()
        if lot < ESCALATED and self._first == "community":
            above = "street" if self._level == "community" else self._level
            self._then("escalated", _spread(rng, 300, 0.5, 900), above, note="超出本级处置能力，上报上级")
            self._level = above
        elif lot < ESCALATED + RETURNED:
            self._then("returned", _spread(rng, 360, 0.5, 900), self._first, note=str(rng.choice(_RETURN_NOTES)))
        elif self._level == self._first:
            return
        self._then("assigned", _spread(rng, 100, 0.5, 600), self._level, unit=self._unit(self._level))

    def _suspend(self, rng: np.random.Generator) -> timedelta:
        """挂账: the clock stands still, for hours or days; returns the pause."""
        pause = timedelta(seconds=round(_spread(rng, 9 * 3600, 0.9, 60 * 3600)))
        self._then("suspended", 120, self._level, unit=self._unit(self._level), note="需产权单位配合施工，挂账处理")
        self._then("resumed", pause.total_seconds(), self._level, note="条件具备，恢复处置")
        return pause

    def _fed_back(self, after_s: float) -> None:
        note = str(self._rng.choice(_DONE_NOTES))
        self._then("fed_back", after_s, self._level, unit=self._unit(self._level), note=note)
