"""立案标准表: tables as cities publish them, CSV and XLSX, and what is refused."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cockpit.services.sheets import UnreadableFileError, read_sheet_rows
from cockpit.services.standards_sheet import StandardsSheet, read_standards

HEAD = "类型,大类代码,大类名称,小类代码,小类名称,立案条件,处置时限,责任单位"


def csv(tmp_path: Path, *lines: str, encoding: str = "utf-8", head: str = HEAD) -> StandardsSheet:
    file = tmp_path / "standards.csv"
    file.write_bytes("\r\n".join((head, *lines)).encode(encoding))
    return read_standards(read_sheet_rows(file))


def xlsx(tmp_path: Path, sheets: dict[str, list[list[Any]]]) -> StandardsSheet:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "standards.xlsx")
    return read_standards(read_sheet_rows(tmp_path / "standards.xlsx"))


def told(sheet: StandardsSheet) -> list[tuple[str, str, str, str]]:
    return [(row.category, row.condition, str(row.limit), row.unit) for row in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_in_whatever_encoding(tmp_path: Path, encoding: str) -> None:
    sheet = csv(tmp_path, "事件,01,市容环境,10,暴露生活垃圾,,4小时,区城管局", encoding=encoding)
    assert told(sheet) == [("event.01.10", "", "4时", "区城管局")]
    assert (sheet.rows[0].class_name, sheet.rows[0].name) == ("市容环境", "暴露生活垃圾")


def test_merged_cells_continue_the_row_above(tmp_path: Path) -> None:
    sheet = csv(
        tmp_path,
        "部件,01,公用设施,02,污水井盖,井盖缺失,2紧急工作时,区住建局",
        ",,,,,井盖破损,4小时,",
        ",,,37,路灯,,1天,供电公司",
        "事件,01,市容环境,10,暴露生活垃圾,,4工作时,",
    )
    assert sheet.unreadable == []
    assert told(sheet) == [
        ("part.01.02", "井盖缺失", "2急时", "区住建局"),
        ("part.01.02", "井盖破损", "4时", "区住建局"),
        ("part.01.37", "", "1日", "供电公司"),
        ("event.01.10", "", "4时", ""),
    ]


def test_one_cell_may_hold_the_limits_of_several_conditions_in_their_order(tmp_path: Path) -> None:
    sheet = csv(
        tmp_path, "部件,1,公用设施,1,上水井盖,,2急时/4时/2日/5日,", "部件,1,公用设施,2,污水井盖,缺失/破损,2急时/4时,"
    )
    assert told(sheet) == [
        ("part.01.01", "情形1", "2急时", ""), ("part.01.01", "情形2", "4时", ""),
        ("part.01.01", "情形3", "2日", ""), ("part.01.01", "情形4", "5日", ""),
        ("part.01.02", "缺失", "2急时", ""), ("part.01.02", "破损", "4时", ""),
    ]  # fmt: skip


def test_rows_of_a_subclass_without_conditions_are_numbered(tmp_path: Path) -> None:
    line = "事件,05,突发事件,01,供水管道破裂,,{},"
    sheet = csv(tmp_path, line.format("1急时"), line.format("5日"))
    assert told(sheet) == [("event.05.01", "情形1", "1急时", ""), ("event.05.01", "情形2", "5日", "")]


def test_codes_may_stand_before_the_names_and_units_of_time_in_a_column(tmp_path: Path) -> None:
    sheet = csv(
        tmp_path, "事件,01 市容环境,10暴露生活垃圾,4,小时", "事件,01 市容环境,20、焚烧垃圾、树叶,2,紧急工作时",
        head="类型,大类,小类,处置时限,时限单位",
    )  # fmt: skip
    assert told(sheet) == [("event.01.10", "", "4时", ""), ("event.01.20", "", "2急时", "")]
    assert sheet.rows[1].name == "焚烧垃圾、树叶"


def test_a_workbook_has_a_sheet_for_parts_and_one_for_events_under_a_title(tmp_path: Path) -> None:
    head = ["大类代码", "大类名称", "小类代码", "小类名称", "处置时限（注）", "责任单位"]
    sheet = xlsx(
        tmp_path,
        {
            "部件": [["城市管理部件立案标准"], [], head, [1, "公用设施", 2, "污水井盖", "2急时", "住建局"]],
            "事件": [["城市管理事件立案标准"], head, ["01", "市容环境", 10.0, "暴露生活垃圾", "4小时", None]],
        },
    )
    assert told(sheet) == [("part.01.02", "", "2急时", "住建局"), ("event.01.10", "", "4时", "")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("事件,01,市容环境,10,暴露生活垃圾,,尽快,", "no limit can be read in '尽快'"),
        ("事件,01,市容环境,10,暴露生活垃圾,,,", "the limit is empty"),
        ("事件,01,市容环境,10,暴露生活垃圾,,4时/尽快,", "no limit can be read in '尽快'"),
        ("事件,01,市容环境,10,,,4时,", "the subclass has no name"),
        ("事件,,市容环境,10,暴露生活垃圾,,4时,", "no code of the class"),
        ("事件,01,市容环境,,暴露生活垃圾,,4时,", "no code of the subclass"),
        ("事件,01,市容环境,100,暴露生活垃圾,,4时,", "'100' is no code"),
        ("问题,01,市容环境,10,暴露生活垃圾,,4时,", "neither 事件 nor 部件"),
        ("事件,01,市容环境,10," + "长" * 501 + ",,4时,", "longer than 500"),
    ],
)
def test_what_cannot_be_read_is_listed_with_line_and_reason_and_the_rest_is_taken(
    tmp_path: Path, line: str, reason: str
) -> None:
    sheet = csv(tmp_path, line, "事件,02,宣传广告,01,非法小广告,,1天,")
    [refused] = sheet.unreadable
    assert refused.place == "line 2"
    assert reason in refused.reason
    assert [row.category for row in sheet.rows] == ["event.02.01"]


def test_the_same_condition_twice_is_refused_the_second_time(tmp_path: Path) -> None:
    line = "事件,01,市容环境,10,暴露生活垃圾,成堆,{},"
    sheet = csv(tmp_path, line.format("4时"), line.format("4时"), line.format("2时"))
    assert told(sheet) == [("event.01.10", "成堆", "4时", "")]
    assert [(row.place, row.reason.rpartition(": ")[2]) for row in sheet.unreadable] == [
        ("line 3", "the same"), ("line 4", "another limit or unit for it"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("a.csv", b"", "no row of column names"),
        ("a.csv", b"a,b\n1,2\n", "no row of column names"),
        ("a.csv", b"PK\x03\x04....", "name it .xlsx"),
        ("a.csv", b"\x81\x00\xff", "GB18030"),
        ("a.csv", b"a\x00b", "no text"),
        ("a.xlsx", b"no workbook", "no readable workbook"),
    ],
)
def test_a_file_that_is_no_table_of_standards_says_so(tmp_path: Path, name: str, body: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(body)
    with pytest.raises(UnreadableFileError, match=why):
        read_standards(read_sheet_rows(tmp_path / name))


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        list(read_sheet_rows(tmp_path / "none.csv"))
