"""报告的去处: where a number of a report leads: the list that it counts, of the same scope, span and instant."""

from urllib.parse import urlencode

from cockpit.services.reports.attention import Attention
from cockpit.services.reports.gathering import Gathered
from cockpit.situation.indicators import BY_NAME
from cockpit.situation.period import Period

#: `event.01.10`: a class alone also covers its subclasses, so that its list would be longer than its number
_DOTS_OF_SUBCLASS = 2
#: what a line of 值得关注 counts, where it is no indicator's numerator of the same name
_LOOKED_AT = {
    "below_target": ("on_time_handling_rate", "missed"),
    "divisions_below": ("on_time_handling_rate", "missed"),
    "alarms_open": ("alarm_unsettled", "numerator"),
}


def list_of(
    report: Gathered, name: str, part: str = "numerator", *, scope: str = "", period: Period | None = None,
    source: str = "", category: str = "",
) -> str:  # fmt: skip
    """The list behind an indicator on the page of leaders, as it was known when the report was made.

    `scope`: a division of the report, `period`: an earlier one that it compares with."""
    since, until = (report.span.since, report.span.until) if period is None else (period.since, period.until)
    asked = {
        "scope": scope or report.scope.code, "from": since.isoformat(), "to": until.isoformat(),
        "as_of": report.known.at.isoformat(), "indicator": name,
        "part": part if BY_NAME[name].is_rate else "", "source": source, "category": category,
    }  # fmt: skip
    return f"/leader?{urlencode({key: value for key, value in asked.items() if value})}"


def reported_as(report: Gathered, what: str, key: str, period: Period | None = None) -> str:
    """What was reported of a source or of a category; empty where no list is of just that."""
    if what == "sources":
        return list_of(report, "reported_today", period=period, source=key)
    is_subclass = key.count(".") == _DOTS_OF_SUBCLASS
    return list_of(report, "reported_today", period=period, category=key) if is_subclass else ""


def event_of(report: Gathered, event_id: str) -> str:
    """One event with its whole process, as it was known when the report was made."""
    return f"{list_of(report, 'overtime')}&{urlencode({'event': event_id})}"


def looked_at(report: Gathered, line: Attention) -> str:
    """What a line of 值得关注 tells of; empty for what is no list. Cards stand in the report itself."""
    if line.key in _LOOKED_AT:
        return list_of(report, *_LOOKED_AT[line.key])
    for name in ("overtime", "at_risk"):
        if line.key == name or line.key.startswith(f"{name}_"):
            return list_of(report, name)
    if line.key.endswith("_cards"):
        return "#cards"
    return reported_as(report, "categories", str(line.values["category"])) if line.key == "growing" else ""
