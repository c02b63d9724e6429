"""导出 on the drill-down page: each list is taken away with what the page looks at."""

from typing import Any

from layouts.leader.view import LeaderView
from layouts.reports.links import export_links


def taken_away(view: LeaderView, name: str, **also: str) -> Any:
    """Links to a list as a table: the scope, period, filters and instant of the page, and what is `also` asked."""
    address, question = view.address, view.drilled.question
    until = "" if question.period.is_open else question.period.until.isoformat()
    asked = {
        "scope": question.scope.code, "from": question.period.since.isoformat(), "to": until,
        "source": address.source, "category": address.category, "weekday": address.weekday, "hour": address.hour,
        "as_of": address.as_of,
    }  # fmt: skip
    return export_links(name, {**also, **asked}, view.texts)
