"""出勤 — the simulated crew: most answer, some are silent, all walk; and a real phone is left alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from cockpit.simulator.crew import Crew, temper_of
from cockpit.simulator.doors import Doors
from cockpit.simulator.ground import Ground
from cockpit.simulator.patrol import Patrol

from .conftest import DAY, SEED

NOON = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
RUNG = {"deliver": "delivered", "read": "read", "accept": "accepted", "decline": "declined", "depart": "departed",
        "arrive": "arrived", "finish": "finished"}  # fmt: skip


@dataclass
class Cockpit:
    """A cockpit of orders and one board, as far as the crew sees it."""

    now: datetime = NOON
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    board: dict[str, Any] | None = None
    said: list[tuple[str, str]] = field(default_factory=list)

    def order(self, order_id: str, who: str, lon: float, lat: float, within_s: float = 120) -> None:
        self.orders[order_id] = {
            "order_id": order_id, "recipient": {"id": who, "kind": "gridworker"}, "state": "issued",
            "accept_within_s": within_s, "place": {"lon": lon, "lat": lat},
            "rungs": [{"rung": "issued", "at": self.now.isoformat(), "by": "desk", "how": "person"}],
        }  # fmt: skip

    def step(self, order_id: str, rung: str, by: str) -> None:
        self.orders[order_id]["state"] = rung
        step = {"rung": rung, "at": self.now.isoformat(), "by": by, "how": "person"}
        self.orders[order_id]["rungs"].append(step)

    def get(self, path: str) -> Any:
        if path == "me":
            return {"name": "crew"}
        if path.startswith("orders"):
            open_ones = [o for o in self.orders.values() if o["state"] not in ("finished", "declined", "cancelled")]
            return {"items": open_ones}
        if path.startswith("evacuations?"):
            return {"items": [{"evacuation_id": self.board["evacuation_id"]}] if self.board else []}
        return self.board

    def post(self, path: str, body: Any, *, key: str = "") -> Any:
        _, name, verb = path.split("/")
        if verb == "taps":
            assert self.board is not None
            for building in self.board["buildings"]:
                for household in building["households"]:
                    for tap in body:
                        if tap["household_id"] == household[0]:
                            household[1] = tap["state"]
        else:
            assert key
            self.step(name, RUNG[verb], "crew")
        self.said.append((name, verb))
        return {}


@dataclass
class Standing:
    """Everybody works and is there at once."""

    called: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)

    def works(self, _subject_id: str, _now: datetime) -> bool:
        return True

    def send(self, subject_id: str, _lon: float, _lat: float) -> None:
        self.called.append(subject_id)

    def release(self, subject_id: str) -> None:
        self.released.append(subject_id)

    def away_m(self, *_where: object) -> float:
        return 0.0


def play(cockpit: Cockpit, *what: Any, seconds: int) -> None:
    for _ in range(seconds):
        cockpit.now += timedelta(seconds=1)
        for actor in what:
            actor.step(cockpit.now)


def test_about_one_in_ten_is_silent_and_the_others_answer_in_time_and_finish() -> None:
    cockpit, standing = Cockpit(), Standing()
    for n in range(200):
        cockpit.order(f"o{n}", f"gw-{n}", 120.0, 30.0)
    play(cockpit, Crew(cockpit, standing, seed=SEED), seconds=600)
    states = [o["state"] for o in cockpit.orders.values()]
    silent = [o for o in cockpit.orders.values() if o["state"] == "delivered"]
    assert 8 <= len(silent) <= 36
    assert states.count("finished") > 130
    assert set(states) <= {"delivered", "finished", "declined"}
    for order in cockpit.orders.values():
        at = {r["rung"]: datetime.fromisoformat(r["at"]) for r in order["rungs"]}
        assert "accepted" not in at or (at["accepted"] - at["issued"]).total_seconds() < 60
        assert list(at.values()) == sorted(at.values())
    assert sorted(standing.called) == sorted(standing.released)


def test_a_short_limit_is_kept() -> None:
    for n in range(300):
        temper = temper_of(SEED, f"o{n}", 30)
        assert temper.accept_s < 30


def test_whoever_holds_a_real_phone_is_left_alone() -> None:
    cockpit = Cockpit()
    cockpit.order("theirs", "gw-7", 120.0, 30.0)
    cockpit.order("first", "gw-1", 120.0, 30.0)
    cockpit.step("theirs", "delivered", "a person")
    play(cockpit, Crew(cockpit, Standing(), seed=SEED, leave_alone=frozenset({"gw-1"})), seconds=120)
    assert cockpit.said == []


def test_a_restarted_crew_goes_on_where_it_was() -> None:
    cockpit = Cockpit()
    for n in range(40):
        cockpit.order(f"o{n}", f"gw-{n}", 120.0, 30.0)
    play(cockpit, Crew(cockpit, Standing(), seed=SEED), seconds=20)
    play(cockpit, Crew(cockpit, Standing(), seed=SEED), seconds=600)
    assert sum(o["state"] == "finished" for o in cockpit.orders.values()) > 25


def test_a_called_gridworker_goes_there_by_road_stays_and_comes_back(ground: Ground) -> None:
    ten = datetime.combine(DAY, datetime.min.time(), ground.tz) + timedelta(hours=10)
    patrol = Patrol(ground, SEED)
    row = next(i for i, on in enumerate(patrol.on_duty(ten)) if on)
    who = ground.roster[row]["subject_id"]
    for tick in range(30):
        patrol.report(ten + timedelta(seconds=tick * 0.2), tick)
    start = ground.nodes[ground.edges[0, 0]]
    lon, lat = float(start[0]) + 0.0008, float(start[1])  # the place lies beside the road
    began_m = patrol.away_m(who, lon, lat)
    patrol.send(who, lon, lat)
    assert patrol.works(who, ten)
    seconds, slot = 0.0, int(patrol._phase[row])
    while patrol.away_m(who, lon, lat) > 5 and seconds < 3 * began_m:
        seconds += 5
        patrol.report(ten + timedelta(seconds=6 + seconds), slot)
    assert patrol.away_m(who, lon, lat) < 5
    assert began_m / 6 <= seconds <= began_m * 1.5 + 60
    for _ in range(20):
        seconds += 5
        told = [p for p in patrol.report(ten + timedelta(seconds=6 + seconds), slot) if p["subject_id"] == who]
        assert told[0]["speed_mps"] == 0
    patrol.release(who)
    for _ in range(60):
        seconds += 5
        patrol.report(ten + timedelta(seconds=6 + seconds), slot)
    assert patrol.away_m(who, lon, lat) > 5


def test_sending_one_changes_nobody_elses_way_much(ground: Ground) -> None:
    ten = datetime.combine(DAY, datetime.min.time(), ground.tz) + timedelta(hours=10)
    patrol = Patrol(ground, SEED)
    row = int(np.flatnonzero(patrol.on_duty(ten))[5])
    patrol.send(ground.roster[row]["subject_id"], 119.95, 30.30)
    told = [p for tick in range(25) for p in patrol.report(ten + timedelta(seconds=tick * 0.2), tick)]
    assert len(told) == patrol.on_duty(ten).sum()


@pytest.mark.parametrize("helpers", [1, 40])
def test_doors_are_knocked_at_the_pace_of_people_and_all_are_reached(helpers: int) -> None:
    cockpit = Cockpit()
    doors = [[f"h{n}", "not_reached"] for n in range(80)]
    cockpit.board = {
        "evacuation_id": "e", "started_at": NOON.isoformat(), "helpers": [{"id": f"gw-{n}"} for n in range(helpers)],
        "buildings": [{"households": doors}], "carry": [{"household_id": "h3"}],
    }  # fmt: skip
    play(cockpit, Doors(cockpit, seed=SEED), seconds=100)
    reached = sum(state != "not_reached" for _, state in doors)
    assert reached <= helpers * 100 / 14 + 1
    if helpers == 40:
        play(cockpit, Doors(cockpit, seed=SEED), seconds=900)
        assert all(state != "not_reached" for _, state in doors)
        assert sum(state == "moved" for _, state in doors) > 50
