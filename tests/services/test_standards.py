"""立案标准 in use: imported versions beside the city's own, on both databases."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cockpit.domain.standard import Standard
from cockpit.services.city import city_directory
from cockpit.services.sheets import UnreadableFileError
from cockpit.services.standards import StandardsBook, VersionTakenError, import_standards, standards_of_city
from cockpit.store.standards import StandardsTable

NOW = datetime(2026, 11, 19, 4, tzinfo=UTC)
HEAD = "类型,大类代码,大类名称,小类代码,小类名称,处置时限\n"
GARBAGE = "事件,01,市容环境,10,暴露生活垃圾,{}\n"


@pytest.fixture
def table(engine: Engine) -> StandardsTable:
    return StandardsTable(engine)


@pytest.fixture(scope="module")
def own() -> list[Standard]:
    return standards_of_city(city_directory("yuhang"), "330110")


def sheet(tmp_path: Path, *limits: str) -> Path:
    file = tmp_path / "标准.csv"
    file.write_text(HEAD + "".join(GARBAGE.format(limit) for limit in limits), encoding="utf-8")
    return file


def test_what_is_read_back_is_what_was_imported(table: StandardsTable) -> None:
    file = city_directory("yuhang") / "standards.csv"
    done = import_standards(table, file, version="2026", valid_from=NOW, now=NOW)
    assert (done.conditions, done.subclasses, done.unreadable) == (519, 190, ())
    kept = table.list_all()
    assert [(row.category, row.condition, row.limit) for row in kept] == [
        (row.category, row.condition, row.limit) for row in standards_of_city(file.parent, "330110")
    ]
    assert {(row.version, row.valid_from) for row in kept} == {("2026", NOW)}


def test_the_same_file_again_changes_nothing_on_whatever_day(table: StandardsTable, tmp_path: Path) -> None:
    first = import_standards(table, sheet(tmp_path, "4时"), valid_from=None, now=NOW)
    again = import_standards(table, sheet(tmp_path, "4时"), valid_from=None, now=NOW + timedelta(days=9))
    assert (first.is_new, again.is_new) == (True, False)
    assert (again.version, again.valid_from) == (first.version, NOW)
    assert len(table.list_all()) == 1


def test_a_version_never_changes_what_it_says(table: StandardsTable, tmp_path: Path) -> None:
    import_standards(table, sheet(tmp_path, "4时"), version="v", valid_from=NOW, now=NOW)
    for other in (sheet(tmp_path, "2时"), sheet(tmp_path, "4时")):
        since = NOW + timedelta(days=1) if other.read_text(encoding="utf-8").endswith("4时\n") else NOW
        with pytest.raises(VersionTakenError, match="another --version"):
            import_standards(table, other, version="v", valid_from=since, now=NOW)
    assert [str(row.limit) for row in table.list_all()] == ["4时"]


def test_a_dry_run_keeps_nothing(table: StandardsTable, tmp_path: Path) -> None:
    done = import_standards(table, sheet(tmp_path, "4时", "很快"), valid_from=None, now=NOW, dry_run=True)
    assert (done.is_new, done.conditions, len(done.unreadable)) == (True, 1, 1)
    assert table.list_all() == []


def test_a_file_with_nothing_readable_is_no_version(table: StandardsTable, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="line 2"):
        import_standards(table, sheet(tmp_path, "很快"), valid_from=None, now=NOW)


def test_an_imported_version_replaces_the_citys_own_from_its_day_on(
    table: StandardsTable, tmp_path: Path, own: list[Standard]
) -> None:
    seconds = [0.0]
    book = StandardsBook(table, city=own, monotonic=lambda: seconds[0])
    before = book.now().find("event.01.10", "", NOW)
    assert before is not None
    assert before.version == "city-330110"
    import_standards(table, sheet(tmp_path, "1时"), version="new", valid_from=NOW, now=NOW)
    seconds[0] = 6.0
    yesterday, today = (book.now().find("event.01.10", "", at) for at in (NOW - timedelta(days=1), NOW))
    assert yesterday and today
    assert (str(yesterday.limit), str(today.limit)) == ("4时", "1时")


def test_a_city_without_standards_has_none(tmp_path: Path) -> None:
    assert standards_of_city(tmp_path, "330110") == []


def test_a_city_whose_standards_cannot_be_read_does_not_start(tmp_path: Path) -> None:
    sheet(tmp_path, "4时", "很快").rename(tmp_path / "standards.csv")
    with pytest.raises(ValueError, match=r"standards.csv, line 3"):
        standards_of_city(tmp_path, "330110")
