"""公开案件表: figures over a real municipality's cases are those of plain pandas, at every level and four instants.

The table knows no places but who is responsible: its departments, their groups and the people in them stand for
streets, communities and grids. A case without a group lies in its department alone. The same is asked of a made-up
table with real places, which needs no network.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import shape
from sqlalchemy import Connection, Engine

from cockpit.bench.case_table import PROFILE as MADE_UP_PROFILE
from cockpit.bench.case_table import write_case_table
from cockpit.domain.facts import Fact
from cockpit.domain.scope import Scope
from cockpit.services.city import City
from cockpit.services.drill_down import DrillDown, Known
from cockpit.services.drill_figures import Drilled, Question
from cockpit.services.importer.divisions import DivisionFile, import_divisions
from cockpit.services.importer.events import EventImport
from cockpit.services.importer.profile import read_profile
from cockpit.services.importer.rows import Table
from cockpit.services.past_events import PastEvents
from cockpit.situation.evolve import evolve
from cockpit.situation.indicators import BY_NAME, Part
from cockpit.situation.period import Filters, Period
from cockpit.situation.situation import Rules, Situation
from cockpit.store.event_records import EventRecords
from tests.public_tables import permit_cases

NOW = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
MUNICIPALITY = "990100"
PROFILE = """
[events]
event_id = "case:concept:name"
reported_at = { column = "case:startdate", tz = "Europe/Amsterdam" }
due_at = { column = "case:deadline", tz = "Europe/Amsterdam" }
closed_at = { column = "case:enddate", tz = "Europe/Amsterdam" }
title = "concept:name"
category_text = "case:group"
grid_code = "area"
source = { column = "case:channel", map = { "Desk" = "hotline_12345", "Intern" = "department" }, default = "citizen" }
"""
#: the last is when the clocks went forward; the data begin in October 2010
PERMIT_INSTANTS = ("2010-11-15T09:30:00+01:00", "2011-03-27T03:00:00+02:00", "2011-07-01T00:00:00+02:00",
                   "2012-01-20T17:45:10+01:00")  # fmt: skip
MADE_UP_INSTANTS = ("2023-03-03T03:03:03Z", "2024-06-01T08:00:00Z", "2025-11-11T11:11:11Z", "2026-05-31T15:59:59Z")


@dataclass
class Live:
    """What an import told live, folded."""

    situation: Situation
    lock: RLock = field(default_factory=RLock)

    def write(self, connection: Connection, facts: Sequence[Fact]) -> None: ...

    def append(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            evolve(self.situation, fact, "0-1")


@dataclass
class House:
    """An imported table, the drill-down over it, and the table as pandas has it: id, opened, due, closed, code."""

    cases: pd.DataFrame
    drill: DrillDown


def imported(engine: Engine, city: City, file: Path, profile: Path, cases: pd.DataFrame) -> House:
    rules = Rules(city_code=city.code, tz=city.tz)
    live, told = Live(Situation(rules=rules)), read_profile(profile)
    run = EventImport(engine=engine, facts=live, city=city, rules=rules, now=NOW)
    run.run(Table(file, told.file), told, crs="wgs84", progress=lambda _done, _rows: None)
    assert (run.report.refused, run.report.taken) == (0, run.report.rows)
    past = PastEvents(EventRecords(engine), rules)
    return House(cases, DrillDown(live, lambda _at: Situation(rules=rules), past, city))


def aware(told: pd.Series, tz: str) -> pd.Series:
    """Local times as instants; what the clocks showed twice is the first of the two, as docs/import.md says."""
    wall = pd.to_datetime(told.replace("", None), format="ISO8601")
    first = np.ones(len(wall), dtype=bool)
    return (
        wall.dt.tz_localize(tz, ambiguous=first, nonexistent=pd.Timedelta("1h")).dt.tz_convert("UTC").dt.as_unit("ns")
    )


# -- the real table ----------------------------------------------------------------------------------------------------


def tree_of(steps: pd.DataFrame) -> dict[tuple[str, ...], str]:
    """(department), (department, group), (department, group, responsible) → code."""
    codes: dict[tuple[str, ...], str] = {(): MUNICIPALITY}
    columns = ["case:department", "case:group", "case:responsible"]
    for depth in (1, 2, 3):
        for path in sorted({tuple(row) for row in steps[columns[:depth]].to_numpy()}):
            if path[1:2] != ("",):
                above = codes[path[:-1]]
                codes[path] = f"{above}{1 + sum(p[:-1] == path[:-1] for p in codes if len(p) == depth):03d}"
    return codes


def squares(codes: dict[tuple[str, ...], str], directory: Path) -> City:
    """The tree as divisions through `cockpit import`: the finest side by side in a row, each other around its own."""
    finest = [code for code in codes.values() if not any(c != code and c.startswith(code) for c in codes.values())]
    place = {code: (5 + 0.01 * n, 5 + 0.01 * (n + 1)) for n, code in enumerate(sorted(finest))}
    for level, digits in (("county", 6), ("street", 9), ("community", 12), ("grid", 15)):
        features = []
        for path, code in codes.items():
            if len(code) == digits:
                below = [span for other, span in place.items() if other.startswith(code)]
                box = shapely.box(min(a for a, _ in below), 52.0, max(b for _, b in below), 52.1)
                name = path[-1] if path else "Gemeente"
                about = {"ID": code, "NAME": name}
                features.append({"type": "Feature", "properties": about, "geometry": shapely.geometry.mapping(box)})
        file = directory / f"{level}.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        source = DivisionFile(path=file, level=level, code_field="ID", name_field="NAME")
        report = import_divisions(source, directory / "city", dry_run=False)
        assert (report.new, report.refused) == (len(features), [])
    return City.load(str(directory / "city"), tz="Europe/Amsterdam")


@pytest.fixture
def permits(engine: Engine, tmp_path: Path) -> House:
    """Every case of the table with every one of its steps as a row, as it is published, and where it lies."""
    steps = permit_cases()
    codes = tree_of(steps)
    paths = steps[["case:department", "case:group", "case:responsible"]].to_numpy()
    steps["area"] = [codes[tuple(path)] if path[1] else codes[(path[0],)] for path in paths]
    steps.to_csv(tmp_path / "receipt.csv", index=False)
    (tmp_path / "receipt.toml").write_text(PROFILE, encoding="utf-8")
    one = steps.drop_duplicates("case:concept:name")
    source = one["case:channel"].map({"Desk": "hotline_12345", "Intern": "department"}).fillna("citizen")
    cases = pd.DataFrame(
        {
            "id": source + ":" + one["case:concept:name"], "code": one.area,
            "opened": aware(one["case:startdate"], "Europe/Amsterdam"),
            "due": aware(one["case:deadline"], "Europe/Amsterdam"),
            "closed": aware(one["case:enddate"], "Europe/Amsterdam"),
        }
    )  # fmt: skip
    city = squares(codes, tmp_path)
    return imported(engine, city, tmp_path / "receipt.csv", tmp_path / "receipt.toml", cases)


# -- the made-up table -------------------------------------------------------------------------------------------------


@pytest.fixture
def made_up(engine: Engine, tmp_path: Path) -> House:
    """Cases at real places; their grids are looked up by shapely alone."""
    city = City.load("yuhang")
    write_case_table(tmp_path / "cases.csv", city, 6_000, until=np.datetime64("2026-06-01T00:00:00"))
    (tmp_path / "p.toml").write_text(MADE_UP_PROFILE, encoding="utf-8")
    rows = pd.read_csv(tmp_path / "cases.csv", dtype={"id": str}, keep_default_na=False)
    assert city.directory is not None
    told = json.loads((city.directory / "grids.geojson").read_text(encoding="utf-8"))["features"]
    tree = shapely.STRtree([shape(f["geometry"]) for f in told])
    place, cell = tree.query(shapely.points(rows.x, rows.y), predicate="intersects")
    codes = np.full(len(rows), city.code, dtype=object)
    codes[place] = [told[i]["properties"]["code"] for i in cell]
    cases = pd.DataFrame({"id": rows.source + ":" + rows.id, "code": codes})
    for name, column in (("opened", "opened"), ("due", "target"), ("closed", "closed")):
        cases[name] = aware(rows[column], "Asia/Shanghai")
    return imported(engine, city, tmp_path / "cases.csv", tmp_path / "p.toml", cases)


# -- the figures -------------------------------------------------------------------------------------------------------


def plain(cases: pd.DataFrame, since: pd.Timestamp, at: pd.Timestamp) -> dict[tuple[str, Part], pd.Series]:
    """Which cases count in each figure of the period, as one would write it down over the table alone."""
    reported = cases.opened.between(since, at)
    closed = cases.closed.between(since, at)
    late = closed & (cases.closed > cases.due)
    is_open = (cases.opened <= at) & ~(cases.closed <= at)
    overtime = is_open & (cases.due < at)
    allowed = cases.due - cases.opened
    risky = (cases.opened + 0.8 * allowed).where(allowed > pd.Timedelta(0), cases.due)
    numerator = {
        "reported_today": reported, "accepted_today": closed & False, "handled_today": closed, "closed_today": closed,
        "handling_rate": closed, "on_time_handling_rate": closed & ~late, "closing_rate": closed,
        "on_time_closing_rate": closed & ~late, "late_closing_rate": late, "overtime": overtime,
        "at_risk": is_open & (risky <= at) & ~overtime,
    }  # fmt: skip
    # a case table tells no assignment and no feedback: what should be handled or closed is what was
    rates = {name: closed for name in numerator if name.endswith("_rate")}
    return {(name, Part.NUMERATOR): mask for name, mask in numerator.items()} | {
        (name, Part.DENOMINATOR): mask for name, mask in rates.items()
    }


def levels_of(city: City) -> Iterator[str]:
    """The city and every division of it that has others below it."""
    waiting = [city.code]
    while waiting:
        code = waiting.pop()
        if below := city.children_of(code):
            yield code
            waiting += below


def counts_of(cases: pd.DataFrame, mask: pd.Series) -> dict[str, int]:
    """How many lie in each division, by its code."""
    lengths = (cases.code[mask].str[:n][cases.code[mask].str.len() >= n].value_counts() for n in (6, 9, 12, 15))
    return {"": int(mask.sum())} | {code: int(n) for found in lengths for code, n in found.items()}


def check(house: House, at: datetime, past: datetime | None) -> int:
    """Every figure of the thirty days before, of every division and each of its children; how many there were."""
    known, period = house.drill.known(past, NOW), Period(at - timedelta(days=30), at, is_open=True)
    expected = plain(house.cases, pd.Timestamp(period.since), pd.Timestamp(at))
    counts = {key: counts_of(house.cases, mask) for key, mask in expected.items()}
    indicators = tuple(BY_NAME[name] for name in dict.fromkeys(name for name, _ in expected))
    seen = 0
    for scope in levels_of(house.drill.city):
        drilled = Drilled.of(house.drill, known, Question(Scope(scope), period, Filters()))
        found = drilled.figures(indicators)
        for (name, part), told in counts.items():
            split = found[name]
            of = "numerator" if part is Part.NUMERATOR else "denominator"
            below = {code: getattr(m, of) for code, m in zip(drilled.children, split.children, strict=True)}
            where = (name, part, scope, at)
            assert getattr(split.whole, of) == told.get(scope, 0), where
            assert below == {code: told.get(code, 0) for code in drilled.children}, where
            assert getattr(split.rest, of) == told.get(scope, 0) - sum(below.values()), where
            seen += 1 + len(below)
        if len(scope) == 6:
            check_lists(house, known, drilled, expected)
    return seen


def check_lists(house: House, known: Known, drilled: Drilled, expected: dict[tuple[str, Part], pd.Series]) -> None:
    moment = drilled.question.period.moment
    for (name, part), mask in expected.items():
        rows = np.flatnonzero(BY_NAME[name].part(part, drilled.rows, moment))
        assert sorted(known.ids_of(drilled.rows, rows)) == sorted(house.cases.id[mask]), (name, part)


def test_figures_over_a_real_municipalitys_cases_are_those_of_pandas_at_every_level_and_four_instants(
    permits: House,
) -> None:
    assert len(permits.cases) == 1434
    levels = {len(code) for code in permits.drill.city.divisions}
    assert levels == {6, 9, 12, 15}
    for at in map(datetime.fromisoformat, PERMIT_INSTANTS):
        assert check(permits, at, past=at) > 500
    check(permits, NOW, past=None)  # what is open still is live


def test_figures_over_a_made_up_table_are_those_of_pandas_for_every_division_at_four_instants(made_up: House) -> None:
    grids = sum(len(code) == 15 for code in made_up.drill.city.divisions)
    for at in map(datetime.fromisoformat, MADE_UP_INSTANTS):
        assert check(made_up, at, past=at) > 16 * grids


def test_a_past_instant_before_the_data_begin_has_no_figure_and_says_why(permits: House) -> None:
    at = datetime(2009, 5, 1, tzinfo=UTC)
    known, period = permits.drill.known(at, NOW), Period(at - timedelta(days=30), at, is_open=True)
    drilled = Drilled.of(permits.drill, known, Question(Scope(MUNICIPALITY), period, Filters()))
    for split in drilled.figures().values():
        assert drilled.why(split.whole) is not None
