"""`exports` over HTTP: a table has what the list has, for the same person, and no cell of it is a formula."""

import csv
import io
from typing import Any

import openpyxl
import pytest

from cockpit.store.accounts import Role
from tests.api.test_queries import told
from tests.api.town import ELSEWHERE, HERE_STREET, Town, alarm, event

FORMULAS = ('=HYPERLINK("http://evil")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1")


@pytest.fixture
def busy(town: Town) -> Town:
    elsewhere = {"lon": ELSEWHERE[0], "lat": ELSEWHERE[1]}
    told(town, "events", *(event(n, title=text) for n, text in enumerate(FORMULAS, 1)), event(9, **elsewhere))
    told(town, "alarms", alarm(1), alarm(2))
    return town


def table_of(answer: Any) -> tuple[list[list[str]], list[dict[str, str]]]:
    """The head and the rows of a CSV."""
    assert answer.status_code == 200, answer.text
    text = answer.data.decode("utf-8")
    assert text.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(text[1:], newline="")))
    gap = lines.index([])
    titles = lines[gap + 1]
    return lines[:gap], [dict(zip(titles, line, strict=True)) for line in lines[gap + 2 :]]


def test_a_table_has_what_the_list_has_under_every_filter(busy: Town) -> None:
    caller = busy.caller()
    for asked in ({}, {"source": "citizen"}, {"scope": HERE_STREET}, {"q": "占道"}, {"overtime": "true"}):
        listed = caller.get("events", **asked).json
        _, rows = table_of(caller.get("exports/events.csv", **asked))
        assert [row["事件编号"] for row in rows] == [item["event_id"] for item in listed["items"]]


def test_no_cell_is_a_formula(busy: Town) -> None:
    _, rows = table_of(busy.caller().get("exports/events.csv"))
    titles = {row["事由"] for row in rows}
    assert all(not title.startswith(("=", "+", "-", "@", "\t", "＝")) for title in titles)
    assert "'+1+1" in titles
    book = openpyxl.load_workbook(io.BytesIO(busy.caller().get("exports/events.xlsx").data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert cells
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_the_head_says_what_where_and_when(busy: Town) -> None:
    head, rows = table_of(
        busy.caller(Role.LEADER).get("exports/records.csv", indicator="reported_today", source="citizen")
    )
    told_of = {line[0]: line[1] for line in head}
    assert told_of["口径"] == "今日上报：今日 00:00 起上报的事件（第 1 版）"
    assert told_of["范围"] == "余杭区（330110）"
    assert told_of["筛选"] == "source=citizen"
    assert told_of["数据截至"] == "2026-11-19 12:00:00 Asia/Shanghai"
    assert told_of["条数"] == f"共 {len(rows)} 条，全部导出"
    book = openpyxl.load_workbook(io.BytesIO(busy.caller().get("exports/alarms.xlsx").data))
    assert book.sheetnames == ["说明", "报警"]
    assert [c.value for c in book["说明"]["A"]][:5] == ["清单", "口径", "范围", "筛选", "数据截至"]
    assert book["报警"].max_row == 3


def test_a_period_has_the_words_of_a_period(busy: Town) -> None:
    asked = {"indicator": "reported_today", "from": "2026-11-18T16:00:00Z"}
    head, _ = table_of(busy.caller(Role.LEADER).get("exports/records.csv", **asked))
    assert {line[0]: line[1] for line in head}["口径"] == "上报量：时段内上报的事件（第 1 版）"


def test_a_street_exports_itself_and_who_may_not_see_a_list_may_not_take_it_away(busy: Town) -> None:
    street = busy.caller(Role.LEADER, HERE_STREET)
    _, rows = table_of(street.get("exports/events.csv"))
    assert len(rows) == len(FORMULAS)
    assert street.get("exports/events.csv", scope="330110111").status_code == 403
    assert street.get("exports/notices.csv").status_code == 403
    assert busy.app.test_client().get("/api/v1/exports/events.csv").status_code == 401


def test_what_cannot_be_exported_is_refused_by_name(busy: Town) -> None:
    caller = busy.caller()
    assert caller.get("exports/secrets.csv").status_code == 404
    assert caller.get("exports/events.doc").status_code == 400
    assert caller.get("exports/records.csv", indicator="../events").status_code == 400
    assert caller.get("exports/events.csv", stage="nowhere").status_code == 400


def test_every_list_can_be_taken_away(busy: Town) -> None:
    caller = busy.caller()
    for name in (
        "events",
        "alarms",
        "orders",
        "findings",
        "devices",
        "notices",
        "on-duty",
        "unplaced",
        "gridworkers",
        "resources",
    ):
        for form in ("csv", "xlsx"):
            answer = caller.get(f"exports/{name}.{form}", lang="en")
            assert answer.status_code == 200, (name, answer.text)


def test_long_lists_come_page_by_page_without_gap_or_double(town: Town) -> None:
    told(town, "events", *(event(n) for n in range(1, 1_101)))
    _, rows = table_of(town.caller().get("exports/events.csv"))
    assert len({row["事件编号"] for row in rows}) == len(rows) == 1_100
