"""住户 import on both databases: what is taken, corrected and refused, and how people and houses are found then."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cockpit.services.city import City
from cockpit.services.households import HouseholdBook
from cockpit.services.houses.book import HouseBook
from cockpit.services.importer.profile import FileFields
from cockpit.services.importer.residents import ResidentReport, import_residents
from cockpit.services.importer.rows import Table, TableError
from cockpit.store.household_checks import HouseholdChecks
from cockpit.store.households import HouseholdRow, HouseholdTable
from cockpit.store.houses import HouseTable
from cockpit.store.residents import ResidentTable

NOON = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
HEAD = "resident_id,household_id,name,relation,birth_year,id_number,phone,need,checked_at"
GRID = "330110012001001"
ROW = "r1,h1,单小明,head,1960,33011019600101123x,138 1234 5678,elderly,2026-11-03T10:00:00+08:00"


def books(engine: Engine) -> HouseBook:
    own = HouseholdBook(HouseholdTable(engine), city=City.empty(tz="Asia/Shanghai"))
    return HouseBook(
        own, HouseTable(engine), ResidentTable(engine), HouseholdChecks(engine), city=City.empty(tz="Asia/Shanghai")
    )


def taken(engine: Engine, file: Path, *lines: str, head: str = HEAD, dry_run: bool = False) -> ResidentReport:
    households = [
        HouseholdRow("h1", "b1", "葛巷 1 幢", 2, False, 119.95, 30.30, GRID),
        HouseholdRow("h2", "b1", "葛巷 1 幢", 1, True, 119.95, 30.30, GRID),
    ]
    HouseholdTable(engine).put(households, imported_at=NOON - timedelta(days=300))
    file.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
    book = books(engine)
    return import_residents(
        ResidentTable(engine), Table(file, FileFields()), now=NOON, dry_run=dry_run,
        codes_of=lambda ids: {h.household_id: h.code for i in ids if (h := book.find(i, NOON))},
    )  # fmt: skip


def test_a_rerun_changes_nothing_and_a_later_file_corrects(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "residents.csv"
    assert taken(engine, file, ROW, dry_run=True).new == 1
    assert ResidentTable(engine).is_empty()
    first, again = taken(engine, file, ROW), taken(engine, file, ROW)
    assert (first.new, again.new, again.unchanged) == (1, 0, 1)
    assert taken(engine, file, ROW.replace("单小明", "单小敏")).changed == 1
    ((person,), is_made_up) = books(engine).residents("h1")
    assert (person.name, person.id_number, is_made_up) == ("单小敏", "33011019600101123X", False)


def test_a_check_at_the_door_freshens_the_household_and_an_older_one_does_not(engine: Engine, tmp_path: Path) -> None:
    file, book = tmp_path / "residents.csv", books(engine)
    taken(engine, file, ROW)
    taken(engine, file, ROW.replace("2026-11-03T10", "2026-10-03T10"))
    house = book.find("h1", NOON)
    assert house is not None
    assert house.checked_at == datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
    (grid,) = book.freshness(GRID[:9], NOON, 180)
    assert (grid.code, grid.households, grid.stale) == (GRID, 2, 1)
    assert grid.oldest_at == NOON - timedelta(days=300)
    assert [h.household_id for h in book.stale("330110", NOON, 180, 10)] == ["h2"]
    total, (line,) = book.buildings(NOON, words="葛巷", scope="330110012", limit=10)
    assert (total, line.households, line.people, line.needs_help, line.stale) == (1, 2, 3, 1, 1)


def test_people_are_found_by_what_is_whole_and_only_within_a_scope(engine: Engine, tmp_path: Path) -> None:
    taken(engine, tmp_path / "residents.csv", ROW)
    book = books(engine)
    for text, initials in (("单小明", ""), ("sxm", "sxm"), ("33011019600101123X", ""), ("138 1234 5678", "")):
        assert [p.resident_id for p in book.known_as(text, initials, scope="330110", limit=5)] == ["r1"]
        assert not book.known_as(text, initials, scope="330110109", limit=5)
    assert not book.known_as("单小", "", scope="330110", limit=5)
    assert not book.known_as("%", "", scope="330110", limit=5)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (ROW.replace("h1", "h9"), "household_id"),
        (ROW.replace("单小明", ""), "name"),
        (ROW.replace("1960,", "3960,"), "birth_year"),
        (ROW.replace("33011019600101123x", "<b>1</b>"), "id_number"),
        (ROW.replace("138 1234 5678", "call me"), "phone"),
        (ROW.replace("2026-11-03", "2027-11-03"), "checked_at"),
        (ROW.replace("2026-11-03T10:00:00+08:00", "yesterday"), "checked_at"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_line_and_never_with_its_words(
    engine: Engine, tmp_path: Path, line: str, field: str
) -> None:
    report = taken(engine, tmp_path / "residents.csv", line, ROW.replace("r1", "r2"))
    (refused,) = report.refused
    assert (refused.line, refused.field, report.new) == (2, field, 1)
    assert "单小明" not in refused.reason


def test_a_file_without_the_columns_is_told_which_is_missing(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="household_id"):
        taken(engine, tmp_path / "residents.csv", "r1,王", head="resident_id,name")


def test_doors_that_were_imported_before_grids_were_kept_get_theirs(engine: Engine) -> None:
    city = City.load("yuhang")
    HouseholdTable(engine).put([HouseholdRow("old", "b9", "", 1, False, 119.95, 30.30)], imported_at=NOON)
    table = HouseTable(engine)
    book = HouseBook(
        HouseholdBook(HouseholdTable(engine), city=city),
        table,
        ResidentTable(engine),
        HouseholdChecks(engine),
        city=city,
    )
    assert book.buildings(NOON, words="b9", scope="330110", limit=5) == (0, [])
    book.warm()
    house = book.find("old", NOON)
    assert house is not None
    assert house.code == city.locate(119.95, 30.30)
