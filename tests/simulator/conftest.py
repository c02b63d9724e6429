"""The demo city as the simulator reads it, and a day of it, made once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import cockpit
from cockpit.simulator.ground import Ground
from cockpit.simulator.kinds import Kind, read_kinds
from cockpit.simulator.timeline import DayPlan, plan_day

CITY = Path(cockpit.__file__).parent / "cities" / "yuhang"
DAY = date(2026, 11, 19)
SEED = 7


@pytest.fixture(scope="session")
def city_dir() -> Path:
    return CITY


@pytest.fixture(scope="session")
def ground() -> Ground:
    return Ground.load(CITY)


@pytest.fixture(scope="session")
def kinds() -> list[Kind]:
    return read_kinds()


@pytest.fixture(scope="session")
def plan(ground: Ground, kinds: list[Kind]) -> DayPlan:
    return plan_day(ground, kinds, DAY, SEED)
