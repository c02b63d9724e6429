"""报告 and alerts on figures, joined for a web process."""

from cockpit.api.figure_alerts import FigureAlertAnswers
from cockpit.api.figure_rules import FigureRuleAnswers
from cockpit.api.reports import ReportAnswers
from cockpit.api.rooms.reports import ReportRoom
from cockpit.store.audit import AuditTrail
from cockpit.store.figure_rules import FigureRuleTable
from cockpit.store.idempotency import IdempotencyKeys
from cockpit.web_parts import WebParts, now


def report_room(web: WebParts) -> ReportRoom:
    return ReportRoom(
        reports=ReportAnswers(
            web.reports.table,
            web.reports.shelf,
            web.drill,
            clock=now,
            wake=web.reports.wake,
            usual=web.reports.schedule.indicators,
        ),
        figure_alerts=FigureAlertAnswers(web.figures.table, web.figures.rules, tz=web.parts.city.tz, clock=now),
        figure_rules=FigureRuleAnswers(
            FigureRuleTable(web.parts.engine),
            web.figures,
            AuditTrail(web.parts.engine),
            idempotency=IdempotencyKeys(web.parts.engine),
            clock=now,
        ),
    )
