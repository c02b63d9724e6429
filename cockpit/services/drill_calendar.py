"""按周月季走势: an indicator by whole weeks, months or quarters, each beside the same one of the year before.

Each step is the indicator of that period and nothing else, as the drill-down asks it; the running one is not over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from cockpit.services.drill_down import DrillDown
from cockpit.services.drill_figures import Drilled, Question, Step
from cockpit.situation.indicators import BY_NAME, Indicator, Measure
from cockpit.situation.period import Period

_REPORTED = BY_NAME["reported_today"]
#: ten years of months
MOST_STEPS = 120


class StepLength(StrEnum):
    """How long a step of a trend is; `day`, or as many days as fit, is `Drilled.trend`."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


#: steps that a page shows at least
LEAST_STEPS = {StepLength.WEEK: 13, StepLength.MONTH: 13, StepLength.QUARTER: 9}
_MONTHS = {StepLength.MONTH: 1, StepLength.QUARTER: 3}


@dataclass(frozen=True, slots=True)
class CalendarStep:
    """A step, whether it is over, and what the same one of the year before was; None where nobody can tell."""

    step: Step
    is_over: bool
    year_before: Measure | None


def calendar_periods(length: StepLength, period: Period, zone: ZoneInfo, *, least: int = 1) -> list[Period]:
    """The whole weeks (from Monday), months or quarters that a period touches, at least so many, at most 120.

    The last one ends with the period where it is still running then.
    """
    # an end that is a border belongs to the step before it
    end = period.until if period.is_open else period.until - timedelta(microseconds=1)
    borders = [_first_of(length, end.astimezone(zone)), _next(length, _first_of(length, end.astimezone(zone)), 1)]
    while len(borders) <= MOST_STEPS and (len(borders) <= least or borders[0] > period.since):
        borders.insert(0, _next(length, borders[0], -1))
    whole = [Period(a, b, is_open=False) for a, b in pairwise(borders)]
    last = whole[-1]
    return [*whole[:-1], Period(last.since, min(last.until, period.until), is_open=period.is_open)]


def calendar_trend(
    drill: DrillDown, drilled: Drilled, indicator: Indicator, length: StepLength, *, least: int = 1
) -> list[CalendarStep]:
    """The indicator of each of these periods in the question's scope, narrowed down as the question is."""
    zone = drilled.zone
    found = []
    for period in calendar_periods(length, drilled.question.period, zone, least=least):
        its = _drilled(drill, drilled, period)
        told = its.figures((indicator, _REPORTED))
        measure, reported = told[indicator.name].whole, told[_REPORTED.name].whole.numerator
        step = Step(period, measure, reported, its.why(measure, of=indicator))
        is_over = period.until >= _next(length, _first_of(length, period.since.astimezone(zone)), 1)
        found.append(CalendarStep(step, is_over, _year_before(drill, drilled, indicator, length, period)))
    return found


def _year_before(
    drill: DrillDown, drilled: Drilled, indicator: Indicator, length: StepLength, period: Period
) -> Measure | None:
    """The same month or quarter a year before, as long as this one; only of what lies in the data from end to end."""
    months, local = _MONTHS.get(length), period.since.astimezone(drilled.zone)
    if months is None:
        return None
    since = local.replace(year=local.year - 1)
    whole = _next(length, local, 1) <= period.until
    until = _next(length, since, 1) if whole else min(since + (period.until - local), _next(length, since, 1))
    begins = drilled.known.begins_at
    if begins is None or since < begins or until <= since:
        return None
    its = _drilled(drill, drilled, Period(since, until, is_open=False))
    measure = its.figures((indicator,))[indicator.name].whole
    return None if its.why(measure, whole=True, of=indicator) else measure


def _drilled(drill: DrillDown, drilled: Drilled, period: Period) -> Drilled:
    question = drilled.question
    return Drilled.of(drill, drilled.known, Question(question.scope, period, question.filters))


def _first_of(length: StepLength, at: datetime) -> datetime:
    """The local midnight that a step begins with."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if length is StepLength.WEEK:
        return midnight - timedelta(days=midnight.weekday())
    months = _MONTHS[length]
    return midnight.replace(month=(midnight.month - 1) // months * months + 1, day=1)


def _next(length: StepLength, first: datetime, n: int) -> datetime:
    """The beginning of the `n`th step after the one that begins with `first`."""
    if length is StepLength.WEEK:
        return first + timedelta(weeks=n)
    number = first.year * 12 + first.month - 1 + n * _MONTHS[length]
    return first.replace(year=number // 12, month=number % 12 + 1)
