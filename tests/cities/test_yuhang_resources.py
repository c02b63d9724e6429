"""余杭区 — resources.csv: what is registered in the demo city, where it stands, and that it is marked as invented."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from cockpit.domain.resource import KINDS
from cockpit.services.city import City
from cockpit.services.resources import resources_of_city

LEAST = {
    "camera": 4_300, "hydrant": 2_000, "aed": 400, "volunteer": 600, "party_organisation": 223, "shelter": 80,
    "clinic": 100, "police": 24, "fire_station": 12, "hospital": 12, "depot": 24, "rescue_team": 12, "repair_team": 12,
}  # fmt: skip


@pytest.fixture(scope="module")
def yuhang() -> City:
    return City.load("yuhang")


def test_there_are_as_many_of_each_kind_as_a_district_has(yuhang: City) -> None:
    things = resources_of_city(yuhang)
    counts = Counter(thing.kind for thing in things)
    assert set(counts) <= set(KINDS)
    assert all(counts[kind] >= least for kind, least in LEAST.items())
    assert len({thing.resource_id for thing in things}) == len(things)
    assert all(thing.resource_id.startswith("demo-") for thing in things)
    assert all(set(thing.phone) <= set("0123456789-*") and "****" in thing.phone for thing in things if thing.phone)


def test_nearly_everything_lies_in_a_grid_of_the_city(yuhang: City) -> None:
    things = resources_of_city(yuhang)
    assert sum(len(thing.code) == 15 for thing in things) > 0.99 * len(things)


def test_some_gridworkers_can_do_something_special(city_dir: Path) -> None:
    with (city_dir / "gridworkers.csv").open(encoding="utf-8") as file:
        skills = [row["skills"] for row in csv.DictReader(file)]
    share = sum(bool(told) for told in skills) / len(skills)
    assert 0.3 < share < 0.6
    assert sum("first_aid" in told for told in skills) > 100
