"""地址库 import: what is taken, corrected and refused, on both databases."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cockpit.services.city import City
from cockpit.services.households import HouseholdBook, ring_of
from cockpit.services.importer.households import HouseholdReport, import_households
from cockpit.services.importer.profile import FileFields
from cockpit.services.importer.rows import Table, TableError
from cockpit.store.households import HouseholdTable

NOON = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
HEAD = "household_id,building_code,building_name,people,needs_help,lon,lat"


def taken(engine: Engine, file: Path, *lines: str, head: str = HEAD, dry_run: bool = False) -> HouseholdReport:
    file.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
    return import_households(HouseholdTable(engine), Table(file, FileFields()), crs="wgs84", now=NOON, dry_run=dry_run)


def test_a_rerun_changes_nothing_and_a_later_file_corrects(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "households.csv"
    lines = ("h1,b1,葛巷 1 幢,3,1,119.95,30.30", "h2,b1,葛巷 1 幢,2,,119.95,30.30")
    assert taken(engine, file, *lines, dry_run=True).new == 2
    assert HouseholdTable(engine).is_empty()
    first, again = taken(engine, file, *lines), taken(engine, file, *lines)
    assert (first.new, again.new, again.unchanged) == (2, 0, 2)
    later = taken(engine, file, "h2,b1,葛巷 1 幢,5,否,119.95,30.30", "h3,b2,葛巷 2 幢,1,是,119.96,30.30")
    assert (later.new, later.changed) == (1, 1)
    (building,) = HouseholdBook(HouseholdTable(engine), city=City.empty(tz="Asia/Shanghai")).in_area(
        ring_of(119.95, 30.30, 100)
    )
    assert building.name == "葛巷 1 幢"
    assert [tuple(h) for h in building.households] == [("h1", 3, True), ("h2", 5, False)]


def test_what_cannot_be_taken_is_refused_with_line_and_field(engine: Engine, tmp_path: Path) -> None:
    report = taken(
        engine, tmp_path / "h.csv",
        ",b1,x,1,0,120,30", "h1,,x,1,0,120,30", "h2,b1,x,-1,0,120,30", "h3,b1,x,1.5,0,120,30", "h4,b1,x,1,maybe,120,30",
        "h5,b1,x,1,0,200,30", "h6,b1,x,1,0,,30", f"{'x' * 201},b1,x,1,0,120,30", "h7,b1", "h8,b1,x,1,0,120,30",
    )  # fmt: skip
    assert report.taken == 1
    assert [(r.line, r.field) for r in sorted(report.refused)] == [
        (2, "household_id"), (3, "building_code"), (4, "people"), (5, "people"), (6, "needs_help"), (7, "lon"),
        (8, "lon"), (9, "household_id"), (10, ""),
    ]  # fmt: skip


def test_a_file_without_a_needed_column_is_told_in_one_line(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="has no column people"):
        taken(engine, tmp_path / "h.csv", "h1,b1,120,30", head="household_id,building_code,lon,lat")
