"""巡查 — who is on duty now and where: the roster's gridworkers on their shifts and a few dozen vehicles."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from cockpit.simulator.errands import Errands
from cockpit.simulator.ground import Floats, Ground, Ints
from cockpit.simulator.walk import Bools, Graph, Walkers

#: hours from local midnight; the night shift runs through it
SHIFTS = {"day": (7.5, 17.5), "evening": (17.0, 22.5), "night": (22.0, 31.5), "rest": (0.0, 0.0)}
_FLEET = (("hw", "环卫车", 28, (5.5, 20.5)), ("zf", "执法车", 20, (7.0, 23.5)))
_ON_A_BIKE = 0.12


class Patrol:
    """Everybody who may report a position; `report` gives those whose turn it is."""

    def __init__(self, ground: Ground, seed: int, *, interval_s: float = 5.0, tick_s: float = 0.2) -> None:
        rng = np.random.default_rng([abs(seed), 4242])
        self._tz, self._interval_s = ground.tz, interval_s
        self.slots = max(1, round(interval_s / tick_s))
        self._people, self._vehicles = _gridworkers(ground, rng), _fleet(ground, rng)
        self._row_of = {row["subject_id"]: i for i, row in enumerate(ground.roster)}
        #: the crew calls people while the walk goes on
        self._lock = threading.Lock()
        n = self._n_people = len(ground.roster)
        ids = [row["subject_id"] for row in ground.roster]
        cars = [
            (f"{code}-{i:03d}", f"{name} {i:03d}", hours)
            for code, name, size, hours in _FLEET
            for i in range(1, size + 1)
        ]
        self.ids = ids + [c[0] for c in cars]
        self._labels = [""] * n + [c[1] for c in cars]
        begins = [SHIFTS[row["shift"]] for row in ground.roster] + [c[2] for c in cars]
        late = rng.uniform(-0.4, 0.4, len(begins))
        self._begins, self._ends = np.array([b[0] for b in begins]) + late, np.array([b[1] for b in begins]) + late
        self._phase = rng.integers(0, self.slots, len(begins))
        self._last_s = np.full(len(begins), -np.inf)
        self._battery = rng.uniform(45, 100, len(begins))
        self._accuracy = rng.uniform(3, 14, len(begins))

    def on_duty(self, now: datetime) -> Bools:
        local = now.astimezone(self._tz)
        hour = local.hour + local.minute / 60 + local.second / 3600
        works = self._ends > self._begins + 1
        through = (hour + 24 >= self._begins) & (hour + 24 < self._ends)
        duty: Bools = works & (((hour >= self._begins) & (hour < self._ends)) | through)
        return duty

    def works(self, subject_id: str, now: datetime) -> bool:
        """True for a gridworker of the roster who is on duty, and so walks and answers."""
        row = self._row_of.get(subject_id)
        return row is not None and bool(self.on_duty(now)[row])

    def send(self, subject_id: str, lon: float, lat: float) -> None:
        """Call a gridworker to a place."""
        with self._lock:
            self._people.send(self._row_of[subject_id], lon, lat)

    def release(self, subject_id: str) -> None:
        """Let them go back to their grid."""
        with self._lock:
            self._people.release(self._row_of[subject_id])

    def away_m(self, subject_id: str, lon: float, lat: float) -> float:
        """How far somebody is from a place, straight."""
        with self._lock:
            at = self._people.lonlat(np.array([self._row_of[subject_id]]))[0]
        return float(np.hypot(*((at - (lon, lat)) * (111_320 * np.cos(np.radians(lat)), 110_950.0))))

    def report(self, now: datetime, slot: int) -> list[dict[str, Any]]:
        """Positions of those on duty whose turn `slot` is, moved on to `now`."""
        with self._lock:
            return self._report(now, slot)

    def _report(self, now: datetime, slot: int) -> list[dict[str, Any]]:
        rows = np.flatnonzero(self.on_duty(now) & (self._phase == slot % self.slots))
        clock_s = now.timestamp()
        elapsed = clock_s - self._last_s[rows]
        elapsed = np.where(np.isfinite(elapsed), np.clip(elapsed, 0, 4 * self._interval_s), 0.0)
        self._last_s[rows] = clock_s
        n = self._n_people
        people, cars = rows < n, rows >= n
        at = now.isoformat(timespec="milliseconds")
        out = self._told(self._people, rows[people], rows[people], elapsed[people], "gridworker", at)
        return out + self._told(self._vehicles, rows[cars] - n, rows[cars], elapsed[cars], "vehicle", at)

    def _told(
        self, who: Walkers, rows: Ints, everyone: Ints, elapsed_s: Floats, kind: str, at: str
    ) -> list[dict[str, Any]]:
        if not len(rows):
            return []
        who.step(rows, elapsed_s)
        self._battery[everyone] = np.maximum(8, self._battery[everyone] - elapsed_s / 900)
        out = []
        columns = (who.lonlat(rows).tolist(), who.speed_mps[rows].tolist(), who.heading_deg(rows).tolist())
        for i, (lon, lat), speed, heading in zip(everyone.tolist(), *columns, strict=True):
            body: dict[str, Any] = {
                "subject_id": self.ids[i],
                "kind": kind,
                "lon": round(lon, 6),
                "lat": round(lat, 6),
                "crs": "wgs84",
                "at": at,
                "accuracy_m": round(float(self._accuracy[i]), 1),
                "speed_mps": round(speed, 2),
                "heading_deg": round(heading),
            }
            if kind == "gridworker":
                body["battery"] = round(float(self._battery[i]))
            else:
                body["name"] = self._labels[i]
            out.append(body)
        return out


def _gridworkers(ground: Ground, rng: np.random.Generator) -> Walkers:
    graph = Graph.of(ground)
    index = {code: i for i, code in enumerate(ground.grid_codes)}
    grids = np.array([index[row["grid_code"]] for row in ground.roster])
    middle = (ground.labels - ground.nodes.mean(0)) * (ground.m_per_lon, 110_950.0)
    far = np.asarray(cKDTree(middle).query(middle, k=5)[0])[:, 1:].mean(1)
    nearest = np.asarray(cKDTree(ground.node_m).query(middle)[1])
    start = np.empty(len(grids), np.int64)
    for i, grid in enumerate(grids):
        here = ground.edges_in(int(grid))
        start[i] = ground.edges[int(rng.choice(here)), 0] if len(here) else nearest[grid]
    bike = rng.random(len(grids)) < _ON_A_BIKE
    speed = np.where(bike, rng.uniform(4, 6, len(grids)), rng.uniform(0.9, 1.4, len(grids)))
    reach = np.clip(far[grids] * 0.55, 120, 1500) * np.where(bike, 1.6, 1.0)
    return Walkers(graph, start, reach, speed, 0.025, rng, Errands(ground))


def _fleet(ground: Ground, rng: np.random.Generator) -> Walkers:
    graph = Graph.of(ground, ("arterial",))
    n = sum(size for _, _, size, _ in _FLEET)
    start = rng.choice(graph.connected, n)
    return Walkers(graph, start, np.full(n, 7000.0), rng.uniform(5, 11, n), 0.008, rng)
