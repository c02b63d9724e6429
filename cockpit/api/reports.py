"""`POST reports`, `GET reports…`: ask for a daily, weekly or monthly report, see how far it is, and read it."""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field

from cockpit.api.asked import choice_of, cursor_after, cursor_asked, limit_asked, page_of, scope_asked
from cockpit.api.commands import parsed
from cockpit.api.identity import require
from cockpit.api.language import language
from cockpit.api.problem import ProblemError, answered, clean
from cockpit.domain.report import ReportKind, ReportSpan
from cockpit.services.drill_down import DrillDown
from cockpit.services.reports.chosen import HEADLINE, UnknownIndicatorError, chosen_names, names_of
from cockpit.services.reports.schedule import asked_of
from cockpit.services.reports.shelf import FORMS, ReportShelf
from cockpit.store.accounts import Role
from cockpit.store.reports import KeptReport, Reports, ReportState

_TYPES = {"html": "text/html; charset=utf-8", "pdf": "application/pdf", "json": "application/json"}
#: a report loads nothing and runs nothing
_NOTHING_ELSE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
#: a field of the request has this name too
Day = date
_READERS = (Role.LEADER, Role.DUTY, Role.ADMIN)


class ReportRequest(BaseModel):
    """What a report is to be about: the day, week or month that `date` lies in."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: ReportKind
    date: Annotated[Day | None, Field(description="a local day; today without it")] = None
    scope: Annotated[str, Field(max_length=15)] = ""
    indicators: Annotated[
        list[Annotated[str, Field(max_length=64)]] | None,
        Field(max_length=100, description="names of `GET indicators`; without it those of the schedule"),
    ] = None


class ReportAnswers:
    """For whoever reads figures: they name no person but may name places and units."""

    def __init__(
        self,
        table: Reports,
        shelf: ReportShelf,
        drill: DrillDown,
        *,
        clock: Callable[[], datetime],
        usual: Sequence[str] = HEADLINE,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """`usual`: the indicators of a report that is asked for without any."""
        self._table, self._shelf, self._drill = table, shelf, drill
        self._clock, self._wake, self._usual = clock, wake, tuple(usual)

    def ask(self) -> Response:
        """202 with the report as it is now; one that is the same and under way is not asked for twice."""
        asking, wanted, lang = require(*_READERS), parsed(ReportRequest), language(request)
        scope = asking.narrowed(wanted.scope).in_city(self._drill.city.code)
        if not self._drill.city.knows(scope.code) and scope.code != self._drill.city.code:
            raise ProblemError(400, f"there is no division {scope.code}", field="scope")
        chosen = self._chosen(wanted.indicators)
        now = self._clock()
        day = wanted.date or now.astimezone(self._drill.zone).date()
        try:
            span = ReportSpan.of(wanted.kind, day, self._drill.zone, now)
        except (ValueError, OverflowError) as wrong:
            raise ProblemError(400, f"date: {wrong}", field="date") from None
        found = self._table.find_under_way(
            kind=wanted.kind.value, name=span.name, code=scope.code, lang=lang, indicators=",".join(chosen)
        )
        if found is None:
            key = f"asked:{secrets.token_hex(12)}"
            made = asked_of(span, scope.code, lang, chosen, by=asking.name, now=now, key=key)
            self._table.ask([made])
            found = self._table.find(made.id)
            assert found is not None
        self._wake()
        return answered(202, _item(found))

    def _chosen(self, names: Sequence[str] | None) -> tuple[str, ...]:
        if names is None:
            return self._usual
        try:
            chosen = chosen_names(names)
        except UnknownIndicatorError as strange:
            raise ProblemError(400, f"indicators: {clean(str(strange))}", field="indicators") from None
        if not chosen:
            raise ProblemError(400, "indicators must name one at least", field="indicators")
        return chosen

    def list(self) -> Response:
        """The newest first."""
        require(*_READERS)
        scope, limit, cursor = scope_asked(), limit_asked(), cursor_asked()
        kind = choice_of("kind", ReportKind)
        after = None if cursor is None else (datetime.fromtimestamp(cursor[0], UTC), cursor[1])
        total, found = self._table.newest(
            scope=scope.code, kind=kind.value if kind else None, after=after, limit=limit + 1
        )
        last = found[limit - 1] if len(found) > limit else None
        behind = None if last is None else cursor_after(last.asked_at.timestamp(), last.id)
        items: list[object] = [_item(report) for report in found[:limit]]
        return page_of(self._clock(), items, total=total, after=behind, scope=scope.code)

    def get(self, report_id: str) -> Response:
        """One report's row, or with `.pdf`, `.html` or `.json` behind its id the report itself."""
        report_id, _, form = report_id.partition(".")
        report = self._find(report_id)
        if not form:
            return answered(200, _item(report))
        if form not in FORMS:
            raise ProblemError(404, f"a report is there as {', '.join(FORMS)}", field="form")
        if report.state is not ReportState.MADE:
            raise ProblemError(409, f"the report is {report.state.value}", rule="report_is_not_made")
        body = self._shelf.find(report.id, form)
        if body is None:
            raise ProblemError(410, "its files do not lie on this machine", rule="report_is_elsewhere")
        response = Response(body, content_type=_TYPES[form])
        kept_as = "attachment" if request.args.get("download") else "inline"
        name = f"report-{report.kind}-{report.name}-{report.code}.{form}"
        response.headers["Content-Disposition"] = f'{kept_as}; filename="{name}"'
        response.headers["Cache-Control"] = "private, max-age=3600"
        if form == "html":
            response.headers["Content-Security-Policy"] = _NOTHING_ELSE
        return response

    def retry(self, report_id: str) -> Response:
        """Try a failed one once more."""
        report = self._find(report_id)
        if not self._table.retry(report.id):
            raise ProblemError(409, f"the report is {report.state.value}", rule="report_has_not_failed")
        self._wake()
        return answered(202, {"id": report.id})

    def _find(self, report_id: str) -> KeptReport:
        asking = require(*_READERS)
        report = self._table.find(report_id[:100]) if report_id.isalnum() else None
        if report is None or not asking.scope.covers(report.code):
            raise ProblemError(404, "there is no such report", rule="unknown_report")
        return report


def _item(report: KeptReport) -> dict[str, Any]:
    is_made = report.state is ReportState.MADE
    return {
        "id": report.id,
        "kind": report.kind,
        "name": report.name,
        "date": report.day,
        "scope": report.code,
        "lang": report.lang,
        "indicators": names_of(report.indicators),
        "state": report.state,
        "step": report.step,
        "asked_by": report.asked_by or None,
        "asked_at": report.asked_at,
        "as_of": report.as_of,
        "made_at": report.made_at,
        "pages": report.pages,
        "error": report.error,
        "pdf": f"/api/v1/reports/{report.id}.pdf" if is_made else None,
        "html": f"/api/v1/reports/{report.id}.html" if is_made else None,
    }


def reports_blueprint(reports: ReportAnswers) -> Blueprint:
    """`/api/v1/reports…`."""
    blueprint = Blueprint("reports", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/reports", "list", reports.list, methods=["GET"])
    blueprint.add_url_rule("/reports", "ask", reports.ask, methods=["POST"])
    blueprint.add_url_rule("/reports/<report_id>", "get", reports.get, methods=["GET"])
    blueprint.add_url_rule("/reports/<report_id>/retry", "retry", reports.retry, methods=["POST"])
    return blueprint
