"""`figure-alerts` over HTTP: what lasts, within the scope, with the way to its list and the rules that do not hold."""

from datetime import timedelta
from pathlib import Path

from cockpit.api.figure_alerts import FigureAlertAnswers
from cockpit.services.reports.figure_rules import FigureRules, RuleBook
from cockpit.store.accounts import Role
from cockpit.store.figure_alerts import FigureAlert, FigureAlerts
from tests.api.town import CITY, HERE_STREET, NOON, Town


def test_who_reads_figures_sees_what_lasts_in_their_scope(bare_town: Town, tmp_path: Path) -> None:
    table, file = FigureAlerts(bare_town.engine), tmp_path / "figures.toml"
    file.write_text('[[rule]]\nname = "x"\nindicator = "none"\n', encoding="utf-8")
    alerts = FigureAlertAnswers(table, RuleBook(FigureRules(file)), tz="Asia/Shanghai", clock=bare_town.clock)
    town = bare_town.build(figure_alerts=alerts)
    for rule, code in (("全区", CITY), ("街道", HERE_STREET)):
        alert = FigureAlert(
            rule=rule, number=1, indicator="on_time_handling_rate", code=code, source="", value=0.912, crossed=0.95,
            since=NOON,
        )  # fmt: skip
        assert table.begin(alert, beside=lambda _connection: None)
    answer = town.caller(Role.LEADER).get("figure-alerts", open="true").json
    assert {item["rule"] for item in answer["items"]} == {"全区", "街道"}
    assert "indicator must be" in answer["wrong"][0]["error"]
    street = town.caller(Role.LEADER, HERE_STREET).get("figure-alerts").json["items"]
    assert [item["said"] for item in street] == ["街道：12:00 按期处置率 91.20%，界限 95.00%"]
    assert f"scope={HERE_STREET}" in street[0]["link"]
    assert "part=missed" in street[0]["link"]
    assert table.end(alert, NOON + timedelta(minutes=5))
    assert not table.end(alert, NOON + timedelta(minutes=6))
    assert town.caller(Role.LEADER, HERE_STREET).get("figure-alerts", open="true").json["total"] == 0
    assert town.caller(Role.SCREEN).get("figure-alerts").status_code == 403
