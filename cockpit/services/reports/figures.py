"""报告数字: one indicator of a report with its numbers, why it has none, and what it was before.

What tells an instant (在岗, 数据鲜活) is asked as it stood at the end of the report's span. Where that was not kept it
is told as it stands when the report is made, and says so by its `at`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cockpit.domain.report import COMPARED, ReportSpan
from cockpit.domain.scope import Scope
from cockpit.services.drill_down import DrillDown, Known
from cockpit.services.drill_figures import Drilled, Question, Why
from cockpit.situation.indicators import Indicator, Measure
from cockpit.situation.period import Filters, Period


@dataclass(frozen=True, slots=True)
class Figure:
    """`at`: the instant that it tells, None where it tells the span. `earlier`: beside `COMPARED`, None for unknown."""

    indicator: Indicator
    measure: Measure
    why: Why | None
    earlier: tuple[Measure | None, ...]
    at: datetime | None = None


def figures_of(span: Drilled, earlier: Sequence[Drilled], indicators: Sequence[Indicator]) -> list[Figure]:
    """Figures of what happened in the span, and of what stood at its end where the columns of events tell it."""
    now, before = span.figures(indicators), [one.figures(indicators) for one in earlier]
    found = []
    for indicator in indicators:
        measure = now[indicator.name].whole
        told = tuple(
            _known(one, figures[indicator.name].whole, indicator) for one, figures in zip(earlier, before, strict=True)
        )
        found.append(Figure(indicator, measure, span.why(measure, of=indicator), told))
    return found


def standing_of(
    drill: DrillDown, known: Known, span: ReportSpan, scope: Scope, indicators: Sequence[Indicator]
) -> list[Figure]:
    """Figures of an instant: at the span's end, and at the ends of those that it is compared with."""
    if not indicators:
        return []
    at_end, *before = (
        _standing(drill, known, one, scope) for one in (span, *(span.earlier(how) for how in COMPARED[span.kind]))
    )
    made = _drilled(drill, known, span, scope, known.at)
    found = []
    for indicator in indicators:
        told, at = at_end or made, span.until if at_end else known.at
        measure, why = _measured(told, indicator)
        if why is Why.NOT_KEPT:
            told, at = made, known.at
            measure, why = _measured(told, indicator)
        earlier = tuple(None if one is None else _known(one, _measured(one, indicator)[0], indicator) for one in before)
        found.append(Figure(indicator, measure, why, earlier, at))
    return found


def _standing(drill: DrillDown, known: Known, span: ReportSpan, scope: Scope) -> Drilled | None:
    """The question as it stood at the span's end; None where the data had not begun."""
    if span.until >= known.at:
        return _drilled(drill, known, span, scope, known.at)
    if known.begins_at is None or span.until < known.begins_at:
        return None
    return _drilled(drill, drill.known(span.until, known.at), span, scope, span.until)


def _drilled(drill: DrillDown, known: Known, span: ReportSpan, scope: Scope, at: datetime) -> Drilled:
    period = Period(min(span.since, at), at, is_open=True)
    return Drilled.of(drill, known, Question(scope, period, Filters()))


def _measured(told: Drilled, indicator: Indicator) -> tuple[Measure, Why | None]:
    measure = told.figures((indicator,))[indicator.name].whole
    return measure, told.why(measure, of=indicator)


def _known(told: Drilled, measure: Measure, indicator: Indicator) -> Measure | None:
    """None where it is not known, or the period does not lie in the data from end to end."""
    return None if told.why(measure, whole=not indicator.is_of_instant, of=indicator) else measure
