"""Tables are read whatever wrote them: encodings, delimiters, line breaks in cells; each row knows its line."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from cockpit.services.importer import rows
from cockpit.services.importer.profile import FileFields
from cockpit.services.importer.rows import Table, TableError, encoding_of

TEXT = "编号,标题,余\n1,占道经营,x\n2,井盖缺失,y\n"


def read(path: Path, *names: str, **options: Any) -> tuple[list[tuple[int, ...]], list[tuple[int, str, str]]]:
    """(line, cells…) of every row, and the refusals; two rows at a time."""
    table = Table(path, FileFields(**options))
    rows, refused = [], []
    for piece in table.pieces(names, 2):
        rows += list(zip(piece.lines, *(piece.columns[name] for name in names), strict=True))
        refused += [tuple(r) for r in piece.refused]
    return rows, refused


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_chinese_tables_are_read_in_their_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert read(path, "编号", "标题")[0] == [(2, "1", "占道经营"), (3, "2", "井盖缺失")]


def test_a_table_that_turns_chinese_late_is_read_in_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n" + b"1,x\n" * 2_000_000 + "2,井盖".encode("gb18030"))
    assert encoding_of(path) == "gb18030"


def test_broken_bytes_do_not_make_the_rest_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(TEXT.encode() + b"3,\xff\xff,z\n")
    assert encoding_of(path) == "utf-8"
    assert [row[1] for row in read(path, "编号", "标题")[0]] == ["1", "2", "3"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_the_header_has(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TEXT.replace(",", delimiter), encoding="utf-8")
    assert len(read(path, "编号", "余")[0]) == 2


def test_lines_count_through_cells_with_line_breaks_and_empty_lines(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('a,b\r\n1,"x\ny\nz"\r\n\r\n2,"w, ""v"""\r\n', encoding="utf-8", newline="")
    assert read(path, "a", "b")[0] == [(2, "1", "x\ny\nz"), (6, "2", 'w, "v"')]


def test_a_row_of_another_length_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n1,2,3\n1\n4,5\n", encoding="utf-8")
    rows, refused = read(path, "a")
    assert [row[0] for row in rows] == [2, 5]
    assert [(r[0], r[2]) for r in refused] == [
        (3, "has 3 fields, the header has 2"),
        (4, "has 1 fields, the header has 2"),
    ]


def test_titles_above_the_header_are_no_rows(tmp_path: Path) -> None:
    path, book = tmp_path / "t.csv", Workbook()
    path.write_text("二〇二四年案件表,,\n;\na;b\n1;2\n", encoding="utf-8")
    assert read(path, "a", "b", header=3)[0] == [(4, "1", "2")]
    sheet = book.worksheets[0]
    for row in ([], ["二〇二四年案件表"], ["a", "b"], [1, 2]):
        sheet.append(row)
    book.save(tmp_path / "t.xlsx")
    assert read(tmp_path / "t.xlsx", "a", "b", header=3)[0] == [(4, "1", "2")]
    with pytest.raises(TableError, match="no header"):
        Table(tmp_path / "t.xlsx", FileFields())


def test_json_lines_are_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.ndjson"
    lines = [json.dumps({"a": 7, "b": "井盖"}, ensure_ascii=False), "", json.dumps({"b": None}), "{", "[1]"]
    path.write_text("\n".join(lines), encoding="utf-8")
    rows, refused = read(path, "a", "b")
    assert rows == [(1, "7", "井盖"), (3, "", "")]
    assert [line for line, _, _ in refused] == [4, 5]


@pytest.mark.parametrize("largest", [0, 10**9])
def test_a_spreadsheet_keeps_its_times_and_whole_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, largest: int
) -> None:
    monkeypatch.setattr(rows, "_LARGEST_SHEET", largest)  # streamed, and read whole
    path, book = tmp_path / "t.xlsx", Workbook()
    sheet = book.create_sheet("案件")
    at = datetime.fromisoformat("2024-03-04T05:06:07")
    for row in (["编号", "上报", "标题"], [101000000001, at, "井盖"], [None, None, None], [2.5, "x", None]):
        sheet.append(row)
    book.save(path)
    assert read(path, "编号", "上报", "标题", sheet="案件")[0] == [(2, "101000000001", at, "井盖"), (4, "2.5", "x", "")]
    with pytest.raises(TableError, match="no sheet"):
        read(path, "编号", sheet="其他")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.csv", b"", "empty"),
        ("t.pdf", b"x", "tables are"),
        ("t.xlsx", b"no zip", "no XLSX"),
        ("t.ndjson", b"{{", "no JSON object"),
    ],
)
def test_what_is_no_table_is_told_so(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableError, match=said):
        Table(tmp_path / name, FileFields())
    with pytest.raises(TableError, match="no file"):
        Table(tmp_path / "nowhere.csv", FileFields())
