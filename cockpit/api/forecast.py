"""`GET forecast/…`: which open events become overtime, and how many reports a day brings."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request

from cockpit.api.asked import Instants, answer, limit_asked, scope_asked
from cockpit.api.language import language
from cockpit.api.problem import ProblemError
from cockpit.catalogue import Texts, texts
from cockpit.domain.event import Event
from cockpit.domain.scope import Scope
from cockpit.services.forecast.demand import Demand, DemandDesk, DemandLine
from cockpit.services.forecast.open_events import Forecast, Forecasts, OpenEvents
from cockpit.services.forecast.wording import reason_of

_FEW = 20


class ForecastAnswers:
    """Answers about what is to come."""

    def __init__(self, instants: Instants, open_events: OpenEvents, demand: DemandDesk) -> None:
        self._instants, self._open, self._demand = instants, open_events, demand

    def events(self) -> Response:
        """最可能超时: open events whose deadline is ahead, the likeliest first."""
        scope, limit, past, words = scope_asked(), limit_asked(_FEW), self._instants.past(), texts(language(request))
        found = self._open.listed(scope, past, self._instants.clock())
        shown = found.items[:limit]
        with self._instants.asked(facts_alone=True) as (situation, _):
            events = {f.event_id: situation.events.get(f.event_id) for f in shown}
        items = [{**_about(events[f.event_id]), **forecast_item(f, words)} for f in shown]
        return answer(
            {
                "as_of": found.at, "scope": scope.code, "total": len(found.items), "likely": found.likely,
                "why": found.why, "model": _model(found), "items": items,
            }
        )  # fmt: skip

    def demand(self) -> Response:
        """明日需求: reports expected by hour, for the divisions below; tomorrow without a date."""
        scope = scope_asked()
        now = self._instants.past() or self._instants.clock()
        found = self._demand.of(scope, _day_asked() or self._demand.tomorrow(now))
        return answer({"as_of": now, "scope": scope.code, **_demand(found, scope)})


def forecast_item(forecast: Forecast, words: Texts) -> dict[str, Any]:
    """One forecast as JSON, its reason in words."""
    return {
        "event_id": forecast.event_id, "probability": forecast.probability, "basis": forecast.basis,
        "why": forecast.why, "at_risk": forecast.at_risk, "used": forecast.used, "due_at": forecast.due_at,
        "left_s": forecast.left_s, "similar": forecast.similar, "longer": forecast.longer,
        "alike": forecast.kindship if forecast.similar else None, "push_by": forecast.push_at,
        "reason": reason_of(forecast, words),
    }  # fmt: skip


def _about(event: Event | None) -> dict[str, Any]:
    if event is None:  # it left between two looks
        return {"title": "", "stage": None, "unit": "", "code": ""}
    return {"title": event.report.title, "stage": event.stage, "unit": event.unit, "code": event.report.place.code}


def _model(found: Forecasts) -> dict[str, Any] | None:
    trial = found.trial
    if trial is None:
        return None
    return {
        "number": found.number, "trained_at": found.trained_at, "cases": found.cases,
        "trial": {
            "questions": trial.questions, "unanswered": trial.unanswered, "late": trial.late,
            "brier": trial.brier, "brier_rule": trial.brier_rule, "brier_used": trial.brier_used,
            "brier_tenths": trial.brier_tenths, "is_better": trial.is_better,
            "from": datetime.fromtimestamp(trial.since, UTC), "to": datetime.fromtimestamp(trial.until, UTC),
        },
        "reliability": [{"count": b.count, "said": b.said, "came": b.came} for b in trial.bins],
    }  # fmt: skip


def _demand(found: Demand, scope: Scope) -> dict[str, Any]:
    trial = found.trial
    return {
        "date": found.day.isoformat(), "is_workday": found.is_workday, "why": found.why,
        "whole": _line(found.whole), "items": [_line(line) for line in found.children], "rest": _line(found.rest),
        "model": None if trial is None else {
            "number": found.number, "trained_at": found.trained_at, "is_better": trial.is_better, "days": trial.days,
            "reports": trial.reports, "error_grid_hour": trial.cells, "error_grid_hour_naive": trial.cells_naive,
            "error_street_shift": trial.shifts, "error_street_shift_naive": trial.shifts_naive,
        },
        "scope": scope.code,
    }  # fmt: skip


def _line(line: DemandLine | None) -> dict[str, Any] | None:
    if line is None:
        return None
    return {
        "code": line.code,
        "total": line.total,
        "hours": line.hours,
        "shifts": line.shifts,
        "last_week": line.last_week,
    }


def _day_asked() -> date | None:
    text = request.args.get("date")
    if not text:
        return None
    try:
        day = date.fromisoformat(text[:20])
    except ValueError:
        raise ProblemError(400, "date must be a day, like 2026-11-22", field="date") from None
    if not date.min + timedelta(days=9) < day < date.max - timedelta(days=9):
        raise ProblemError(400, "date is out of reach", field="date")
    return day


def forecast_blueprint(answers: ForecastAnswers) -> Blueprint:
    """`/api/v1/forecast/…`."""
    blueprint = Blueprint("forecast", __name__, url_prefix="/api/v1/forecast")
    blueprint.add_url_rule("/events", "events", answers.events, methods=["GET"])
    blueprint.add_url_rule("/demand", "demand", answers.demand, methods=["GET"])
    return blueprint
