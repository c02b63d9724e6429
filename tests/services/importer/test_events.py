"""A case table becomes history: every row is taken or refused with its reason, once, however often it is imported."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from cockpit.domain.event import event_of
from cockpit.domain.facts import EventReported, Fact, StageEntered
from cockpit.domain.overtime import clock_of
from cockpit.domain.stage import Stage
from cockpit.services.city import City
from cockpit.services.importer.events import EventImport, ImportReport
from cockpit.services.importer.live import JournalledFacts, StreamedFacts
from cockpit.services.importer.profile import EventsProfile
from cockpit.services.importer.rows import Table, TableError
from cockpit.services.recording import event_of_record
from cockpit.store.event_records import EventRecord, EventRecords
from cockpit.store.journal import Journal
from cockpit.stream.facts import MemoryFactLog
from cockpit.stream.lane import millis_of
from tests.services.importer import cities
from tests.services.importer.cities import small_city
from tests.stories import RULES, recorder_of, step

NOW = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
TZ = "Asia/Shanghai"
COLUMNS = ("id", "opened", "due", "closed", "what", "x", "y", "grid", "who")
PROFILE = EventsProfile.model_validate(
    {
        "events": {
            "event_id": "id", "title": "what", "lon": "x", "lat": "y", "grid_code": "grid", "reporter": "who",
            "source": {"const": "hotline_12345"}, "reported_at": {"column": "opened", "tz": TZ},
            "due_at": {"column": "due", "tz": TZ}, "closed_at": {"column": "closed", "tz": TZ},
        }
    }
)  # fmt: skip


@dataclass
class Told:
    """Live facts that an import told."""

    facts: list[Fact] = field(default_factory=list)

    def write(self, connection: Connection, facts: Sequence[Fact]) -> None: ...

    def append(self, facts: Sequence[Fact]) -> None:
        self.facts += facts


def row(number: int, opened: str = "2024-03-04 08:00", **given: str) -> dict[str, str]:
    return {"id": str(number), "opened": opened, "what": "井盖缺失", **given}


def table_of(directory: Path, rows: Sequence[dict[str, str]]) -> Table:
    path = directory / "cases.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return Table(path, PROFILE.file)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return small_city(tmp_path_factory.mktemp("city"))


class Desk:
    """Imports tables into one database."""

    def __init__(self, engine: Engine, city: City, directory: Path) -> None:
        self.engine, self.city, self.directory = engine, city, directory
        self.records = EventRecords(engine)

    def take(self, *rows: dict[str, str], now: datetime = NOW, **given: Any) -> tuple[ImportReport, list[Fact]]:
        told = Told()
        options: dict[str, Any] = {"engine": self.engine, "facts": told, "city": self.city, "rules": RULES, "now": now}
        run = EventImport(**{**options, **given})
        run.run(table_of(self.directory, rows), PROFILE, crs="wgs84", progress=lambda _done, _rows: None)
        return run.report, told.facts

    def record(self, number: int) -> EventRecord:
        found = self.records.find(f"hotline_12345:{number}")
        assert found is not None
        return found


@pytest.fixture
def desk(engine: Engine, city: City, tmp_path: Path) -> Desk:
    return Desk(engine, city, tmp_path)


def test_a_row_is_an_event_with_its_clock_and_its_closing(desk: Desk) -> None:
    report, facts = desk.take(row(1, due="2024-03-04 10:00", closed="2024-03-05 09:30", who="张三"))
    assert (report.new, report.live, facts) == (1, 0, [])
    record = desk.record(1)
    event = event_of_record(record)
    assert event is not None
    assert (event.stage, event.report.title, event.report.reporter) == (Stage.CLOSED, "井盖缺失", "张三")
    assert event.closed_at == datetime(2024, 3, 5, 1, 30, tzinfo=UTC)
    clock = clock_of(event_of(event.report))
    assert [record.at_risk_ms, record.overtime_ms] == [millis_of(t) for t in (clock.at_risk_at, clock.overtime_at) if t]
    assert record.settled_ms == millis_of(datetime(2024, 3, 5, 16, tzinfo=UTC))


def test_a_second_run_changes_nothing(desk: Desk) -> None:
    rows = [row(1, closed="2024-03-05 09:30"), row(2), row(3, due="x")]
    first, facts = desk.take(*rows)
    kept = [desk.record(n) for n in (1, 2)]
    again, the_same = desk.take(*rows, now=NOW + timedelta(days=1))
    assert (first.new, first.refused, again.new, again.unchanged, again.refused) == (2, 1, 0, 2, 1)
    assert [desk.record(n) for n in (1, 2)] == kept
    assert [f.fact_id for f in the_same] == [f.fact_id for f in facts] == ["event:hotline_12345:2"]


def test_a_newer_table_brings_the_closings(desk: Desk) -> None:
    desk.take(row(1), row(2))
    report, facts = desk.take(
        row(1, closed="2024-06-01 12:00", what="其他"), row(2), row(3), now=NOW + timedelta(days=1)
    )
    assert (report.newly_closed, report.unchanged, report.new) == (1, 1, 1)
    told = [f for f in facts if isinstance(f, StageEntered)]
    assert [(f.event_id, f.step.stage, f.at) for f in told] == [
        ("hotline_12345:1", Stage.CLOSED, datetime(2024, 6, 1, 4, tzinfo=UTC))
    ]
    assert (desk.record(1).stage, desk.record(1).title) == ("closed", "井盖缺失")  # the first word stays
    later, _ = desk.take(row(1, closed="2024-07-01 12:00"), row(2), now=NOW + timedelta(days=2))
    assert (later.differing, later.unchanged) == (1, 1)
    assert desk.record(1).closed_ms == millis_of(datetime(2024, 6, 1, 4, tzinfo=UTC))


def test_open_events_and_those_that_ended_today_are_told_live(desk: Desk) -> None:
    ended_today = row(2, opened="2026-11-18 10:00", closed="2026-11-19 09:00")
    ended_yesterday = row(3, opened="2026-11-18 10:00", closed="2026-11-18 23:59")
    report, facts = desk.take(row(1), ended_today, ended_yesterday)
    assert (report.live, desk.record(3).live_from_ms) == (2, None)
    assert [f.fact_id for f in facts] == [
        "event:hotline_12345:1", "event:hotline_12345:2", f"stage:hotline_12345:2:closed:{desk.record(2).closed_ms}",
    ]  # fmt: skip
    assert all(f.received_at == NOW for f in facts)


def test_what_the_archive_learns_of_an_imported_event_goes_on_from_its_record(desk: Desk) -> None:
    _, facts = desk.take(row(1), row(2, closed="2024-03-05 09:30"))
    for number, stage in ((1, Stage.ASSIGNED), (2, Stage.EVALUATED)):
        event_id = f"hotline_12345:{number}"
        fact = StageEntered(
            fact_id=f"s{number}", at=NOW, received_at=NOW, event_id=event_id, step=step(stage, NOW, unit="良渚")
        )
        with desk.engine.begin() as connection:
            recorder_of(desk.engine).note(connection, [*facts, fact])
    assert (desk.record(1).stage, desk.record(1).unit, desk.record(1).imported_ms) == (
        "assigned",
        "良渚",
        millis_of(NOW),
    )
    assert (desk.record(2).stage, desk.record(2).closed_ms is None) == ("evaluated", False)


def test_an_event_that_was_reported_live_is_not_counted_twice(desk: Desk) -> None:
    _, facts = desk.take(row(1))
    live = next(f for f in facts if isinstance(f, EventReported))
    other = Desk(desk.engine, desk.city, desk.directory)
    with desk.engine.begin() as connection:
        recorder_of(desk.engine).note(connection, [live])
    report, _ = other.take(row(1), row(1, closed="2024-03-05 09:30"))
    assert (report.new, report.unchanged, report.newly_closed, desk.records.count()) == (0, 1, 1, 1)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"id": ""}, "event_id"),
        ({"id": "x" * 201}, "event_id"),
        ({"id": "a\tb\x07"}, "event_id"),
        ({"opened": ""}, "reported_at"),
        ({"opened": "yesterday"}, "reported_at"),
        ({"opened": "2026-11-19 12:30"}, "reported_at"),
        ({"due": "31/12/2024"}, "due_at"),
        ({"closed": "soon"}, "closed_at"),
        ({"closed": "2026-12-01 10:00"}, "closed_at"),
        ({"what": ""}, "title"),
        ({"what": "x" * 501}, "title"),
        ({"what": "a\0b"}, "title"),
    ],
)
def test_what_cannot_be_taken_is_told_with_line_and_field(desk: Desk, wrong: dict[str, str], name: str) -> None:
    report, _ = desk.take(row(1), row(2) | wrong, row(3))
    assert [(r.line, r.field) for r in report.refusals] == [(3, name)]
    assert (report.rows, report.new, report.refused) == (3, 2, 1)
    assert report.refusals[0].reason


def test_what_is_odd_is_taken_and_told(desk: Desk) -> None:
    report, _ = desk.take(
        row(1, due="2024-03-04 07:00"), row(2, closed="2024-03-04 07:59"), row(3, x="far", y="30"),
        row(4, x="1e9", y="3"), row(5, grid="999999"),
    )  # fmt: skip
    assert (report.new, report.refused) == (5, 0)
    assert [(r.line, r.field) for r in report.oddities] == [
        (2, "due_at"), (3, "closed_at"), (4, "lon"), (5, "lon"), (6, "grid_code"),
    ]  # fmt: skip
    assert desk.record(1).at_risk_ms == desk.record(1).due_ms


def test_places_are_the_named_grid_or_the_finest_division_that_contains_them(desk: Desk) -> None:
    y = str(cities.LAT)
    report, _ = desk.take(
        row(1, x=str(cities.IN_WEST_GRID), y=y), row(2, x=str(cities.IN_WEST_GRID), y=y, grid=cities.MIDDLE_GRID),
        row(3, x=str(cities.IN_WEST_ONLY), y=y), row(4, x=str(cities.IN_EAST), y=y), row(5, x=str(cities.OUTSIDE), y=y),
        row(6), row(7, x="0", y="0"), row(8, grid=cities.EAST),
    )  # fmt: skip
    kept = [(desk.record(n).code, desk.record(n).flags) for n in range(1, 9)]
    assert kept == [
        (cities.WEST_GRID, ""), (cities.MIDDLE_GRID, ""), (cities.WEST, ""), (cities.EAST, ""),
        ("330110", "outside_city"), ("330110", "no_place"), ("330110", "null_island"), (cities.EAST, "no_place"),
    ]  # fmt: skip
    assert (report.new, report.outside, report.without_place) == (8, 1, 3)
    assert desk.record(1).code_number == int(cities.WEST_GRID)


def test_a_city_without_divisions_believes_the_named_codes(engine: Engine, tmp_path: Path) -> None:
    desk = Desk(engine, City.empty(tz="America/New_York"), tmp_path)
    report, _ = desk.take(row(1, grid="330110001"), row(2, x="-71.06", y="42.36"), row(3, grid="ward 7"))
    assert [desk.record(n).code for n in (1, 2, 3)] == ["330110001", "", ""]
    assert (report.outside, desk.record(2).flags) == (0, "")


def test_coordinates_of_another_system_are_converted(desk: Desk) -> None:
    run = EventImport(engine=desk.engine, facts=Told(), city=desk.city, rules=RULES, now=NOW)
    told = table_of(desk.directory, [row(1, x="13360000", y="3512000")])
    run.run(told, PROFILE, crs="EPSG:3857", progress=lambda _done, _rows: None)
    assert desk.record(1).lon == pytest.approx(120.01492, abs=1e-5)


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    desk.take(row(1))
    report, facts = desk.take(row(1, closed="2024-03-05 09:30"), row(2), row(3, closed="x"), dry_run=True)
    assert (report.newly_closed, report.new, report.refused, facts, desk.records.count()) == (1, 1, 1, [], 1)
    nowhere, _ = desk.take(row(1), row(2), engine=None)
    assert nowhere.new == 2


def test_a_table_that_lacks_a_column_is_told_what_it_has(desk: Desk) -> None:
    run = EventImport(engine=desk.engine, facts=Told(), city=desk.city, rules=RULES, now=NOW)
    path = desk.directory / "other.csv"
    path.write_text("id,opened,what\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"no column .*it has: id, opened, what"):
        run.run(Table(path, PROFILE.file), PROFILE, crs="wgs84", progress=lambda _done, _rows: None)


def test_live_facts_of_an_installation_at_rest_lie_in_its_journal(desk: Desk) -> None:
    journal = Journal(desk.engine)
    desk.take(row(1), row(2, closed="2024-03-05 09:30"), facts=JournalledFacts(journal, now=NOW))
    desk.take(row(1), row(3), facts=JournalledFacts(journal, now=NOW))
    entries = journal.read("0", None, 9)
    assert [e.fact_id for e in entries] == ["event:hotline_12345:1", "event:hotline_12345:3"]
    assert [e.received_at for e in entries] == [NOW, NOW]


def test_live_facts_of_a_running_cockpit_come_into_its_stream_once(desk: Desk) -> None:
    log = MemoryFactLog()
    for _ in range(2):
        desk.take(row(1), row(2), facts=StreamedFacts(log))
    assert log.length() == 2
