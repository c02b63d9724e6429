"""`GET figure-alerts`: figures that have crossed a limit or are unusual, each with the list behind it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from cockpit.api.asked import flag_of, limit_asked, page_of, scope_asked
from cockpit.api.identity import require
from cockpit.api.language import language
from cockpit.catalogue import Texts, texts
from cockpit.services.reports.figure_rules import RuleBook
from cockpit.situation.indicators import BY_NAME
from cockpit.store.accounts import Role
from cockpit.store.figure_alerts import FigureAlert, FigureAlerts


class FigureAlertAnswers:
    """For whoever reads figures."""

    def __init__(self, table: FigureAlerts, rules: RuleBook, *, tz: str, clock: Callable[[], datetime]) -> None:
        self._table, self._rules, self._zone, self._clock = table, rules, ZoneInfo(tz), clock

    def listed(self) -> Response:
        """The newest first; `open=true`: those that last."""
        require(Role.LEADER, Role.DUTY, Role.ADMIN)
        scope, words = scope_asked(), texts(language(request))
        total, found = self._table.newest(scope=scope.code, is_open=flag_of("open"), limit=limit_asked())
        items: list[object] = [_item(alert, words, self._zone) for alert in found]
        rules = [
            {"name": r.name, "indicator": r.indicator, "test": r.test, "scope": r.scope} for r in self._rules.now()
        ]
        wrong = [bad._asdict() for bad in self._rules.wrong()]
        return page_of(self._clock(), items, total=total, scope=scope.code, rules=rules, wrong=wrong)


def shown(indicator: str, value: float, words: Texts) -> str:
    """`96.20%`, `12.5 /万件`, `31.5 分`, or `1,204`."""
    its = BY_NAME[indicator]
    if its.is_timed:
        return f"{value / 60:,.1f} {words['indicator_unit.minutes']}"
    if its.is_rate:
        unit = words["indicator_unit.per_10000_people" if its.per_people else "indicator_unit.per_10000"]
        return f"{100 * value:.2f}%" if its.per == 100 else f"{its.per * value:,.{2 if its.per_people else 1}f} {unit}"
    return f"{value:,.0f}"


def link_of(alert: FigureAlert) -> str:
    """The list behind the figure, as it is now."""
    return list_link(alert.indicator, alert.code, alert.source)


def list_link(indicator: str, code: str, source: str) -> str:
    """The list behind an indicator's figure of today."""
    part = BY_NAME[indicator].worth_a_look.value
    asked = {"scope": code, "range": "today", "indicator": indicator, "part": part, "source": source}
    return f"/leader?{urlencode({key: value for key, value in asked.items() if value})}"


def _item(alert: FigureAlert, words: Texts, zone: ZoneInfo) -> dict[str, Any]:
    title = words[f"indicator.{alert.indicator}.title"]
    return {
        "rule": alert.rule,
        "number": alert.number,
        "indicator": alert.indicator,
        "title": title,
        "scope": alert.code,
        "value": alert.value,
        "crossed": alert.crossed,
        "said": words.format(
            "figure_alert.said", rule=alert.rule, title=title, value=shown(alert.indicator, alert.value, words),
            crossed=shown(alert.indicator, alert.crossed, words), time=alert.since.astimezone(zone).strftime("%H:%M"),
        ),
        "since": alert.since,
        "ended_at": alert.ended_at,
        "link": link_of(alert),
    }  # fmt: skip


def figure_alerts_blueprint(alerts: FigureAlertAnswers) -> Blueprint:
    """`/api/v1/figure-alerts`."""
    blueprint = Blueprint("figure_alerts", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/figure-alerts", "list", alerts.listed, methods=["GET"])
    return blueprint
