"""权责清单 in use: imported lists beside the city's own, on both databases."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cockpit.domain.level import Level
from cockpit.domain.responsibility import Responsibilities, Responsibility
from cockpit.domain.standard import Standards
from cockpit.services.city import City, city_directory
from cockpit.services.responsibilities import (
    ResponsibilityBook,
    import_responsibilities,
    read_responsibilities,
    responsibilities_of_city,
)
from cockpit.services.sheets import SheetRow, UnreadableFileError
from cockpit.services.standards import CITY_VERSION_FROM, standards_of_city
from cockpit.store.responsibilities import ResponsibilityTable
from tools.make_city.responsibilities import write_responsibilities

NOW = datetime(2026, 11, 19, 4, tzinfo=UTC)
YUHANG = city_directory("yuhang")


@pytest.fixture
def table(engine: Engine) -> ResponsibilityTable:
    return ResponsibilityTable(engine)


def sheet(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "权责.csv"
    file.write_text("\n".join(("类别,区划代码,责任单位,层级", *lines)), encoding="gb18030")
    return file


def test_a_list_is_what_the_last_file_says(table: ResponsibilityTable, tmp_path: Path) -> None:
    first = sheet(tmp_path, "event.01,330110005,环卫站,街道", ",330110,区社会治理中心,", "event.04.06,,市城管局,市")
    done = import_responsibilities(table, first, now=NOW)
    assert (done.is_new, done.entries, done.units, done.unreadable) == (True, 3, 3, ())
    assert table.list_all() == [
        Responsibility(category="event.01", code="330110005", unit="环卫站", level=Level.STREET),
        Responsibility(category="", code="330110", unit="区社会治理中心", level=Level.COUNTY),
        Responsibility(category="event.04.06", code="", unit="市城管局", level=Level.CITY),
    ]
    assert not import_responsibilities(table, first, now=NOW + timedelta(days=1)).is_new
    import_responsibilities(table, sheet(tmp_path, "part,330110,区住建局,"), now=NOW + timedelta(days=2))
    assert [e.unit for e in table.list_all()] == ["区住建局"]


def test_what_cannot_be_read_is_listed_and_a_file_of_nothing_else_changes_nothing(
    table: ResponsibilityTable, tmp_path: Path
) -> None:
    import_responsibilities(table, sheet(tmp_path, "part,330110,区住建局,"), now=NOW)
    wrong = (
        "井盖,330110,区住建局,", "part.1,330110,区住建局,", "part,33011,区住建局,", "part,330110,,",
        "part,330110,区住建局,省",
    )  # fmt: skip
    with pytest.raises(UnreadableFileError, match="line 2"):
        import_responsibilities(table, sheet(tmp_path, *wrong), now=NOW)
    twice = ("event,330110,甲,", "event,330110,甲,")
    done = import_responsibilities(table, sheet(tmp_path, *wrong, *twice), now=NOW, dry_run=True)
    assert [row.place for row in done.unreadable] == [f"line {n}" for n in (2, 3, 4, 5, 6, 8)]
    assert [e.unit for e in table.list_all()] == ["区住建局"]


def test_a_table_without_units_is_no_list() -> None:
    with pytest.raises(UnreadableFileError, match="column of units"):
        read_responsibilities([SheetRow("line 1", "", ["类别", "区划"])])


def test_the_citys_own_list_holds_until_one_is_imported(table: ResponsibilityTable, tmp_path: Path) -> None:
    seconds = [0.0]
    book = ResponsibilityBook(table, city=responsibilities_of_city(YUHANG), monotonic=lambda: seconds[0])
    grid = "330110012001001"
    assert [e.unit for e in book.now().most_specific("event.04.06", grid)] == ["仓前街道综合行政执法队"]
    import_responsibilities(table, sheet(tmp_path, "event.04.06,330110012,大队,"), now=NOW)
    seconds[0] = 6.0
    assert [e.unit for e in book.now().most_specific("event.04.06", grid)] == ["大队"]


def test_the_shipped_list_is_what_its_tool_writes_and_names_a_unit_for_everything_everywhere(tmp_path: Path) -> None:
    write_responsibilities(tmp_path / "r.csv")
    assert (tmp_path / "r.csv").read_bytes() == (YUHANG / "responsibilities.csv").read_bytes()
    listed = Responsibilities(responsibilities_of_city(YUHANG))
    streets = [code for code in City.load("yuhang").divisions if len(code) == 9]
    standards = Standards(standards_of_city(YUHANG, "330110")).rows_at(CITY_VERSION_FROM)
    for street in streets:
        for standard in standards:
            asked = listed.by_level(standard.category, street)
            assert [e.unit for e in asked[Level.COUNTY]] == [standard.unit]
            assert len(asked[Level.STREET]) == 1
