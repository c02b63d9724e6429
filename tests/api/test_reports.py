"""`reports` over HTTP: who may ask, what is listed, and the files behind it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cockpit.api.reports import ReportAnswers
from cockpit.services.drill_down import DrillDown
from cockpit.services.past_events import PastEvents
from cockpit.services.reports.chosen import HEADLINE
from cockpit.services.reports.shelf import ReportShelf
from cockpit.store.accounts import Role
from cockpit.store.event_records import EventRecords
from cockpit.store.reports import Reports
from tests.api.town import CITY, HERE_STREET, NOON, Town

YESTERDAY = {"kind": "daily", "date": "2026-11-18"}


@pytest.fixture
def town(bare_town: Town, tmp_path: Path) -> Town:
    past = PastEvents(EventRecords(bare_town.engine), bare_town.fold.situation.rules)
    drill = DrillDown(bare_town.fold, lambda at: bare_town.past[at], past, bare_town.city)
    shelf = ReportShelf(tmp_path / "reports")
    return bare_town.build(reports=ReportAnswers(Reports(bare_town.engine), shelf, drill, clock=bare_town.clock))


def made(town: Town, tmp_path: Path, report_id: str) -> None:
    table, files = Reports(town.engine), {"html": b"<p>page", "pdf": b"%PDF", "json": b"{}"}
    assert table.claim("maker", NOON, NOON + timedelta(minutes=1), most_tries=3)
    ReportShelf(tmp_path / "reports").keep(report_id, files)
    assert table.made(report_id, "maker", as_of=NOON, now=NOON, pages=3)


def test_a_leader_asks_for_a_report_and_reads_it_once_it_is_made(town: Town, tmp_path: Path) -> None:
    leader = town.caller(Role.LEADER)
    asked = leader.post("reports", YESTERDAY)
    assert (asked.status_code, asked.json["state"], asked.json["name"]) == (202, "waiting", "2026-11-18")
    report_id = asked.json["id"]
    assert leader.get(f"reports/{report_id}.pdf").status_code == 409
    made(town, tmp_path, report_id)
    page = leader.get("reports").json
    assert (page["total"], page["items"][0]["pages"], page["items"][0]["asked_by"]) == (1, 3, "leader")
    pdf = leader.get(f"reports/{report_id}.pdf", download="1")
    assert (pdf.data, pdf.mimetype) == (b"%PDF", "application/pdf")
    assert pdf.headers["Content-Disposition"] == f'attachment; filename="report-daily-2026-11-18-{CITY}.pdf"'
    html = leader.get(f"reports/{report_id}.html")
    assert "default-src 'none'" in html.headers["Content-Security-Policy"]
    assert leader.get(f"reports/{report_id}.exe").status_code == 404


def test_the_same_report_is_not_asked_for_twice_while_it_is_made(town: Town) -> None:
    leader = town.caller(Role.LEADER)
    first, second = (leader.post("reports", YESTERDAY).json["id"] for _ in range(2))
    other = leader.post("reports", {**YESTERDAY, "scope": HERE_STREET}).json["id"]
    assert first == second != other


def test_what_is_chosen_is_kept_and_another_choice_is_another_report(town: Town) -> None:
    leader = town.caller(Role.LEADER)
    usual = leader.post("reports", YESTERDAY).json
    assert usual["indicators"] == list(HEADLINE)
    alarms = leader.post("reports", {**YESTERDAY, "indicators": ["alarm_open", "alarm_raised", "alarm_open"]}).json
    assert alarms["indicators"] == ["alarm_raised", "alarm_open"]
    again = leader.post("reports", {**YESTERDAY, "indicators": ["alarm_raised", "alarm_open"]}).json
    assert again["id"] == alarms["id"] != usual["id"]
    strange = leader.post("reports", {**YESTERDAY, "indicators": ["mood"]})
    assert (strange.status_code, strange.json["field"]) == (400, "indicators")
    assert "mood" in strange.json["detail"]


def test_a_street_asks_for_itself_and_sees_nobody_elses(town: Town) -> None:
    town.caller(Role.LEADER).post("reports", YESTERDAY)
    street = town.caller(Role.LEADER, HERE_STREET)
    assert street.get("reports").json["total"] == 0
    assert street.post("reports", {**YESTERDAY, "scope": "330110111"}).status_code == 403
    mine = street.post("reports", YESTERDAY).json
    assert mine["scope"] == HERE_STREET
    whole = town.caller(Role.LEADER).get("reports").json["items"]
    assert street.get(f"reports/{next(r['id'] for r in whole if r['scope'] == CITY)}").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "yearly"}, {"kind": "daily", "date": "2026-13-01"}, {"kind": "daily", "date": "2026-11-20"},
        {"kind": "daily", "date": "9999-12-31"}, {"kind": "daily", "scope": "330110999"}, {},
        {"kind": "daily", "indicators": ["mood"]}, {"kind": "daily", "indicators": []},
        {"kind": "daily", "indicators": "overtime"},
    ],
)  # fmt: skip
def test_a_report_that_cannot_be_is_refused_by_name(town: Town, wrong: dict[str, Any]) -> None:
    answer = town.caller().post("reports", wrong)
    assert answer.status_code == 400
    assert answer.json["field"] in ("kind", "date", "scope", "indicators")


def test_who_reads_no_figures_gets_no_report(town: Town) -> None:
    for role in (Role.SCREEN, Role.GRIDWORKER):
        assert town.caller(role).get("reports").status_code == 403
        assert town.caller(role).post("reports", YESTERDAY).status_code == 403
    assert town.caller(Role.LEADER).call("PUT", "mode", json={"mode": "wartime"}).status_code == 403


def test_files_on_another_machine_are_said_to_be_there(town: Town) -> None:
    leader = town.caller(Role.LEADER)
    report_id = leader.post("reports", YESTERDAY).json["id"]
    table = Reports(town.engine)
    table.claim("maker", NOON, NOON + timedelta(minutes=1), most_tries=3)
    table.made(report_id, "maker", as_of=NOON, now=NOON, pages=3)
    assert leader.get(f"reports/{report_id}.pdf").status_code == 410


def test_a_failed_one_is_tried_again_when_somebody_wants_it(town: Town) -> None:
    leader = town.caller(Role.LEADER)
    report_id = leader.post("reports", YESTERDAY).json["id"]
    assert leader.post(f"reports/{report_id}/retry", {}).status_code == 409
    table = Reports(town.engine)
    table.claim("maker", NOON, NOON + timedelta(minutes=1), most_tries=3)
    table.failed(report_id, "maker", "no ink", again=False)
    assert leader.get(f"reports/{report_id}").json["error"] == "no ink"
    assert leader.post(f"reports/{report_id}/retry", {}).status_code == 202
    assert leader.get(f"reports/{report_id}").json["state"] == "waiting"
