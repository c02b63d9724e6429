"""行走 — people stay on roads, in the city, near their grid, and walk at the speed of people."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from cockpit.simulator.ground import Ground
from cockpit.simulator.patrol import Patrol

from .conftest import DAY, SEED


@pytest.fixture(scope="module")
def ten(ground: Ground) -> datetime:
    return datetime.combine(DAY, datetime.min.time(), ground.tz) + timedelta(hours=10)


@pytest.fixture(scope="module")
def walked(ground: Ground, ten: datetime) -> list[dict[str, object]]:
    """Ten minutes of positions."""
    patrol = Patrol(ground, SEED)
    out: list[dict[str, object]] = []
    for tick in range(600 * 5):
        out += patrol.report(ten + timedelta(seconds=tick * 0.2), tick)
    return out


def test_by_day_about_three_quarters_of_the_roster_are_on_duty_and_few_at_night(ground: Ground, ten: datetime) -> None:
    patrol = Patrol(ground, SEED)
    n = len(ground.roster)
    assert 0.73 < patrol.on_duty(ten)[:n].mean() < 0.79
    assert 0.02 < patrol.on_duty(ten + timedelta(hours=17))[:n].mean() < 0.06


def test_everybody_reports_once_an_interval_and_every_tick_carries_its_part(ground: Ground, ten: datetime) -> None:
    patrol = Patrol(ground, SEED)
    ticks = [patrol.report(ten + timedelta(seconds=t * 0.2), t) for t in range(25)]
    ids = [p["subject_id"] for tick in ticks for p in tick]
    assert len(ids) == len(set(ids)) == patrol.on_duty(ten).sum()
    sizes = [len(t) for t in ticks]
    assert min(sizes) > 0.5 * np.mean(sizes) and max(sizes) < 1.6 * np.mean(sizes)


def test_the_same_seed_walks_the_same_way(ground: Ground, ten: datetime) -> None:
    one, two = Patrol(ground, SEED), Patrol(ground, SEED)
    for tick in range(60):
        now = ten + timedelta(seconds=tick * 0.2)
        assert one.report(now, tick) == two.report(now, tick)


def test_walkers_stay_on_roads(ground: Ground, walked: list[dict[str, object]]) -> None:
    at = np.array([(p["lon"], p["lat"]) for p in walked[::97]], float)
    roads = shapely.STRtree(shapely.linestrings(ground.nodes[ground.edges]))
    _, far = roads.query_nearest(shapely.points(at), return_distance=True, all_matches=False)
    assert far.max() < 3e-6


def test_walkers_stay_in_the_city(city_dir: Path, walked: list[dict[str, object]]) -> None:
    features = json.loads((city_dir / "divisions.geojson").read_text(encoding="utf-8"))["features"]
    county = next(shape(f["geometry"]) for f in features if f["properties"]["level"] == "county")
    at = np.array([(p["lon"], p["lat"]) for p in walked[::97]], float)
    assert shapely.contains_xy(county.buffer(2e-4), at).all()


def test_nobody_jumps(ground: Ground, walked: list[dict[str, object]]) -> None:
    last: dict[object, tuple[float, float]] = {}
    steps: dict[str, list[float]] = {"gridworker": [], "vehicle": []}
    for p in walked:
        here = (float(str(p["lon"])) * ground.m_per_lon, float(str(p["lat"])) * 110_950)
        if (before := last.get(p["subject_id"])) is not None:
            steps[str(p["kind"])].append(float(np.hypot(here[0] - before[0], here[1] - before[1])) / 5)
        last[p["subject_id"]] = here
    assert max(steps["gridworker"]) < 7.5 and max(steps["vehicle"]) < 13.5
    assert 0.2 < np.median(steps["gridworker"]) < 1.5


def test_gridworkers_keep_near_their_grid(ground: Ground, walked: list[dict[str, object]]) -> None:
    label = dict(zip(ground.grid_codes, ground.labels, strict=True))
    home = {row["subject_id"]: label[row["grid_code"]] for row in ground.roster}
    far = []
    for p in walked[-1200:]:
        if p["kind"] == "gridworker":
            d = (np.array([p["lon"], p["lat"]], float) - home[str(p["subject_id"])]) * (ground.m_per_lon, 110_950)
            far.append(float(np.hypot(*d)))
    assert np.median(far) < 600 and np.percentile(far, 99) < 4000
