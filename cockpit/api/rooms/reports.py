"""报告: daily, weekly and monthly reports, alerts on figures, and lists as files."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint

from cockpit.api.exports import Exports, exports_blueprint
from cockpit.api.figure_alerts import FigureAlertAnswers, figure_alerts_blueprint
from cockpit.api.figure_rules import FigureRuleAnswers, figure_rules_blueprint
from cockpit.api.openapi_reports import REPORT_MODELS, report_paths
from cockpit.api.reports import ReportAnswers, reports_blueprint
from cockpit.api.room import Core, RoomDocument


@dataclass(frozen=True, kw_only=True)
class ReportRoom:
    """`/reports…`, `/figure-alerts`, `/figure-rules…`, `/exports/…`."""

    document: ClassVar[RoomDocument] = RoomDocument(report_paths, REPORT_MODELS)

    reports: ReportAnswers | None = None
    figure_alerts: FigureAlertAnswers | None = None
    figure_rules: FigureRuleAnswers | None = None

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        yield exports_blueprint(Exports(core.city, clock=core.clock))
        if self.reports is not None:
            yield reports_blueprint(self.reports)
        if self.figure_alerts is not None:
            yield figure_alerts_blueprint(self.figure_alerts)
        if self.figure_rules is not None:
            yield figure_rules_blueprint(self.figure_rules)
