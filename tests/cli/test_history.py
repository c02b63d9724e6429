"""Imported history through the API of a real cockpit: every count of every instant is what plain pandas says."""

import json
import os
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import shape

from cockpit.services.city import City
from tests.cli.case_tables import PROFILE, write_table
from tests.cli.running import cockpit, running, until

#: what the issue asks for is 100,000; COCKPIT_CASE_ROWS=100000 takes it in a minute
ROWS = int(os.environ.get("COCKPIT_CASE_ROWS", "12000"))
INSTANTS = [
    datetime(2023, 3, 12, 7, 15, tzinfo=UTC), datetime(2023, 11, 5, 6, 0, tzinfo=UTC),
    datetime(2024, 6, 30, 16, 0, 1, tzinfo=UTC), datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC),
]  # fmt: skip


@pytest.fixture(scope="module")
def city():
    return City.load("yuhang")


def counted(cases, at):
    """Open, closed, at risk and overtime as plain pandas has them."""
    opened, due, closed = cases.OPEN_DT, cases.TARGET_DT, cases.CLOSED_DT
    is_open = (opened <= at) & (closed.isna() | (closed > at))
    overtime = is_open & (due < at)
    at_risk = is_open & ~overtime & (opened + 0.8 * (due - opened) <= at)
    return {"open": is_open, "closed": closed <= at, "at_risk": at_risk, "overtime": overtime}


QUERIES = {
    "open": {"stage": "registered"}, "closed": {"stage": "closed"}, "at_risk": {"colour": "at_risk"},
    "overtime": {"overtime": "true"},
}  # fmt: skip


def with_grids(cases, city):
    """The grid of each case, by shapely alone."""
    cells = [(c, shape(f["geometry"])) for c, f in _features(city)]
    points = shapely.points(cases.LONGITUDE.fillna(0), cases.LATITUDE.fillna(0))
    tree = shapely.STRtree([cell for _, cell in cells])
    place, cell = tree.query(points, predicate="intersects")
    codes = np.full(len(cases), "", dtype=object)
    codes[place] = [cells[i][0] for i in cell]
    return cases.assign(grid=codes)


def _features(city):
    told = json.loads((city.directory / "grids.geojson").read_text(encoding="utf-8"))
    return [(f["properties"]["code"], f) for f in told["features"]]


def test_the_counts_of_four_instants_are_what_pandas_says(tmp_path, city):
    table = write_table(tmp_path / "cases.csv", city, ROWS, seed=311)
    (tmp_path / "p.toml").write_text(PROFILE, encoding="utf-8")
    take = ("import", "events", str(tmp_path / "cases.csv"), "--profile", str(tmp_path / "p.toml"))
    done = cockpit(*take, "--data-dir", str(tmp_path / "data"), "--refused", str(tmp_path / "refused.csv"))
    assert done.returncode == 0, done.stderr
    cases = with_grids(table.good, city)
    assert f"taken {len(cases)} = new {len(cases)}" in done.stdout
    assert f"refused {len(table.bad)}" in done.stdout.splitlines()
    refused = pd.read_csv(tmp_path / "refused.csv")
    assert sorted(refused.line) == sorted(int(where.partition(":")[0]) for where in table.bad.values())
    assert f"refused line {refused.line[0]}: {refused.field[0]} {refused.reason[0]}" in done.stdout
    placed = (cases.grid == "") & cases.LONGITUDE.notna() & (cases.LONGITUDE != 0)
    assert f"on no grid or division {int(placed.sum())}" in done.stdout
    with running(tmp_path / "data", "--no-simulate") as up, up.client(up.token("leader")) as leader:
        waiting = int(counted(cases, pd.Timestamp.now("UTC"))["open"].sum())
        until(
            lambda: leader.get("events", params={"stage": "registered", "limit": 1}).json()["total"] == waiting,
            within_s=60, what="the open events are live",
        )  # fmt: skip
        scopes = ["", "330110012", "330110005", cases.grid[cases.grid != ""].mode()[0]]
        for at in [*INSTANTS, None]:
            expected = counted(cases, pd.Timestamp(at or datetime.now(UTC)))
            as_of = {"as_of": at.isoformat()} if at else {}
            for scope in scopes:
                within = cases.grid.str.startswith(scope)
                for name, query in QUERIES.items():
                    told = leader.get("events", params={**as_of, **query, "scope": scope, "limit": 1}).json()
                    assert told["total"] == int((expected[name] & within).sum()), (at, scope, name)
                if at is not None:
                    _check_indicators(leader, expected, within, cases, at, scope)


def _check_indicators(leader, expected, within, cases, at, scope):
    items = leader.get("indicators", params={"as_of": at.isoformat(), "scope": scope}).json()["items"]
    told = {item["name"]: item["numerator"] for item in items}
    midnight = pd.Timestamp(at).tz_convert("Asia/Shanghai").normalize()
    today = (midnight <= cases.CLOSED_DT) & (at >= cases.CLOSED_DT)
    assert told["at_risk"] == int((expected["at_risk"] & within).sum())
    assert told["overtime"] == int((expected["overtime"] & within).sum())
    assert told["closed_today"] == told["handled_today"] == int((today & within).sum())
    assert told["reported_today"] == int(((midnight <= cases.OPEN_DT) & (at >= cases.OPEN_DT) & within).sum())
    asked = {"as_of": at.isoformat(), "scope": scope, "limit": 1000}
    listed = leader.get("indicators/overtime/records", params=asked).json()
    assert listed["total"] == told["overtime"]
    assert len(listed["items"]) == min(1000, told["overtime"])
    assert all(item["colour"] == "overtime" for item in listed["items"])


def test_the_screen_and_the_pages_of_a_past_instant_agree(tmp_path, city):
    table = write_table(tmp_path / "cases.csv", city, 2_000, seed=12, days=40)
    (tmp_path / "p.toml").write_text(PROFILE, encoding="utf-8")
    take = ("import", "events", str(tmp_path / "cases.csv"), "--profile", str(tmp_path / "p.toml"))
    assert cockpit(*take, "--data-dir", str(tmp_path / "data")).returncode == 0
    at = datetime(2023, 1, 20, 8, 0, tzinfo=UTC)
    cases = table.good
    with running(tmp_path / "data", "--no-simulate") as up, up.client(up.token("admin")) as admin:
        now = {"as_of": at.isoformat()}
        midnight = at.replace(hour=16) - timedelta(days=1)
        shown = admin.get("snapshot", params=now).json()["events"]
        is_open = counted(cases, pd.Timestamp(at))["open"]
        ended_today = (midnight <= cases.CLOSED_DT) & (at >= cases.CLOSED_DT)
        assert len(shown) == int((is_open | ended_today).sum())
        green = admin.get("events", params={**now, "colour": "green", "closed_from": midnight.isoformat()}).json()
        assert green["total"] == sum(row[2] == "closed" for row in shown.values()) == int(ended_today.sum())
        everything, cursor = [], None
        while True:
            page = admin.get("events", params={**now, "limit": 500, **({"cursor": cursor} if cursor else {})}).json()
            everything += [item["event_id"] for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        known = cases[(at >= cases.OPEN_DT) | (at >= cases.CLOSED_DT)]
        assert sorted(everything) == sorted("hotline_12345:" + known.CASE_ID)
        assert page["total"] == len(known)
        finished = known[at - timedelta(days=5) > known.CLOSED_DT].iloc[0]
        told = admin.get(f"events/hotline_12345:{finished.CASE_ID}").json()
        assert [step["stage"] for step in told["process"]] == ["closed"]
        early = {"as_of": (finished.OPEN_DT - pd.Timedelta("1s")).isoformat()}
        assert admin.get(f"events/hotline_12345:{finished.CASE_ID}", params=early).status_code == 404
