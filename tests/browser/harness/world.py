"""What the harness pretends is going on: events, alarms and movers that a test changes at will."""

import threading
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cockpit.situation.wire import Positions, pack

#: about the middle of the demo city
CENTRE = (119.95, 30.35)


def now_ms() -> int:
    return round(time.time() * 1000)


def event_row(
    lon: float | None, lat: float | None, state: str = "open", *, at_risk_in_s: float | None = None,
    overtime_in_s: float | None = None, title: str = "路面破损", late: bool = False, code: str = "330110005001001",
    source: str = "gridworker", category: str = "event.01.13", severity: str | None = None, reported_s_ago: float = 600,
    stage: str = "handling", level: str = "street", unit: str = "区城管局",
) -> list[Any]:  # fmt: skip
    """A row as `cockpit.situation.view.event_row` makes it, with instants counted from now."""
    at_risk, overtime = (None if s is None else now_ms() + round(s * 1000) for s in (at_risk_in_s, overtime_in_s))
    reported_at = now_ms() - round(reported_s_ago * 1000)
    return [
        lon, lat, state, at_risk, overtime, title, late, code,
        source, category, severity, reported_at, stage, level, unit,
    ]  # fmt: skip


class World:
    """Thread-safe: a test writes, the server's pump reads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seq = 1
        self.frame = 1
        self.events: dict[str, list[Any]] = {}
        self.alarms: dict[str, list[Any]] = {}
        self.orders: dict[str, list[Any]] = {}
        self.evacuations: dict[str, list[Any]] = {}
        self.plan_runs: dict[str, list[Any]] = {}
        self.plots: dict[str, list[Any]] = {}
        self.mode: dict[str, Any] = {"mode": "peacetime", "event_id": None, "at": None}
        self._changed: dict[tuple[str, str], int] = {}
        self._mode_changed = 0
        self.at_ms = now_ms()
        self.lon: NDArray[np.float64] = np.zeros(0)
        self.lat: NDArray[np.float64] = np.zeros(0)
        self.age_s: NDArray[np.uint32] = np.zeros(0, np.uint32)
        self.moved: NDArray[np.int64] = np.zeros(0, np.int64)
        self.gone: set[int] = set()

    def put(self, event_id: str, row: list[Any] | None) -> None:
        """An event as it is from now on; None takes it away."""
        self.put_all({event_id: row})

    def put_all(self, rows: dict[str, list[Any] | None]) -> None:
        with self.lock:
            self.seq += 1
            self.at_ms = now_ms()
            for event_id, row in rows.items():
                if row is None:
                    self.events.pop(event_id, None)
                else:
                    self.events[event_id] = row
                self._changed["events", event_id] = self.seq

    def ring(self, alarm_id: str, row: list[Any] | None) -> None:
        with self.lock:
            self.seq += 1
            if row is None:
                self.alarms.pop(alarm_id, None)
            else:
                self.alarms[alarm_id] = row
            self._changed["alarms", alarm_id] = self.seq

    def say(self, table: str, rows: dict[str, list[Any] | None]) -> None:
        """Rows of another table of the view (`orders`, `evacuations`) as they are from now on; None takes one away."""
        with self.lock:
            self.seq += 1
            held = getattr(self, table)
            for key, row in rows.items():
                if row is None:
                    held.pop(key, None)
                else:
                    held[key] = row
                self._changed[table, key] = self.seq

    def set_mode(self, mode: str, event_id: str | None = None) -> None:
        with self.lock:
            self.seq += 1
            self.mode = {"mode": mode, "event_id": event_id, "at": now_ms()}
            self._mode_changed = self.seq

    def place(self, lon: NDArray[np.float64], lat: NDArray[np.float64], age_s: int = 0) -> None:
        """Everybody anew: row n is at lon[n], lat[n]."""
        with self.lock:
            self.frame += 1
            self.lon, self.lat = np.array(lon, float), np.array(lat, float)
            self.age_s = np.full(len(self.lon), age_s, np.uint32)
            self.moved = np.full(len(self.lon), self.frame)

    def move(self, rows: Any, lon: Any, lat: Any) -> None:
        with self.lock:
            self.frame += 1
            self.at_ms = now_ms()
            self.lon[rows], self.lat[rows] = lon, lat
            self.age_s[rows] = 0
            self.moved[rows] = self.frame

    def leave(self, row: int) -> None:
        """A mover leaves the scope: its next position is one that is none."""
        with self.lock:
            self.frame += 1
            self.gone.add(row)
            self.moved[row] = self.frame

    def snapshot(self, instance: str) -> dict[str, Any]:
        with self.lock:
            return {
                "instance": instance, "seq": self.seq, "at_ms": now_ms(), "day_ms": 0,
                "events": dict(self.events), "alarms": dict(self.alarms), "orders": dict(self.orders),
                "evacuations": dict(self.evacuations), "plan_runs": dict(self.plan_runs), "mode": self.mode,
                "plots": dict(self.plots),
            }  # fmt: skip

    def movers(self, instance: str) -> tuple[dict[str, Any], bytes]:
        with self.lock:
            rows = [[n, f"gw-{n:05d}", 0] for n in range(len(self.lon))]
            return {"instance": instance, "frame": self.frame, "kinds": ["gridworker"], "rows": rows}, self._packed(
                np.arange(len(self.lon))
            )

    def delta(self, since: int) -> dict[str, Any] | None:
        with self.lock:
            if since >= self.seq:
                return None
            delta: dict[str, Any] = {
                "since": since, "seq": self.seq, "at_ms": self.at_ms, "day_ms": 0, "events": {}, "alarms": {},
                "orders": {}, "evacuations": {}, "plan_runs": {}, "plots": {},
            }  # fmt: skip
            for (kind, key), seq in self._changed.items():
                if seq > since:
                    delta[kind][key] = getattr(self, kind).get(key)
            if self._mode_changed > since:
                delta["mode"] = self.mode
            return delta

    def frame_since(self, since: int) -> dict[str, Any] | None:
        with self.lock:
            if since >= self.frame:
                return None
            buf = self._packed(np.flatnonzero(self.moved > since))
            return {"since": since, "frame": self.frame, "at_ms": self.at_ms, "roster": [], "buf": buf}

    def _packed(self, rows: NDArray[np.int64]) -> bytes:
        lon = np.where(np.isin(rows, list(self.gone)), np.nan, self.lon[rows])
        return pack(Positions(rows, self.age_s[rows].astype(np.int64), lon, self.lat[rows]))
