"""`GET calendar`: a year's days that are not what their weekday says, and who decided so."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, request

from cockpit.api.asked import Instants, answer
from cockpit.api.problem import ProblemError
from cockpit.domain.office_hours import told_office_hours
from cockpit.services.calendars import days_of, years_missing
from cockpit.situation.situation import Situation

_FIRST_YEAR, _LAST_YEAR = 1970, 2200


class Calendar:
    """The working calendar of one instant, holidays and edits together."""

    def __init__(self, instants: Instants) -> None:
        self._instants = instants

    def get(self) -> Response:
        """`?year=`, this year without it; `known` is false where the holiday plan is not in the calendar yet."""
        with self._instants.asked() as (situation, now):
            today = now.astimezone(situation.rules.zone()).date()
            year = _year_asked(today.year)
            calendar = situation.calendar
            decided = tuple(situation.calendar_days.values())
            items = list(_deviations(situation, year))
        workdays = sum(calendar.is_workday(day) for day in days_of(year))
        return answer(
            {
                "as_of": now,
                "year": year,
                "tz": calendar.tz,
                "office_hours": told_office_hours(calendar.office_hours),
                "working_day_s": calendar.day_s,
                "known": year in calendar.known_years or any(d.day.year == year and not d.is_workday for d in decided),
                "years_missing": years_missing(calendar, decided, today),
                "workdays": workdays,
                "items": items,
            }
        )


def _deviations(situation: Situation, year: int) -> Iterator[dict[str, Any]]:
    calendar, edits = situation.calendar, situation.calendar_days
    for day in days_of(year):
        is_workday, edit = calendar.is_workday(day), edits.get(day)
        if edit is not None:
            told = {"why": "decided", "note": edit.note, "by": edit.by, "at": edit.at}
        elif is_workday is (day.weekday() in calendar.weekend):
            told = {"why": "make_up" if is_workday else "holiday", "note": "", "by": "", "at": None}
        else:
            continue
        yield {"day": day, "is_workday": is_workday, **told}


def _year_asked(this_year: int) -> int:
    text = request.args.get("year", str(this_year))
    if not (text.isascii() and text.isdigit() and len(text) == 4 and _FIRST_YEAR <= int(text) <= _LAST_YEAR):
        raise ProblemError(400, f"year must be a number from {_FIRST_YEAR} to {_LAST_YEAR}", field="year")
    return int(text)


def calendar_blueprint(calendar: Calendar) -> Blueprint:
    """`GET /api/v1/calendar`."""
    blueprint = Blueprint("calendar", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/calendar", "get", calendar.get, methods=["GET"])
    return blueprint
