"""常态带: what each step of a trend usually is: the same weekday and hours in past weeks, as a robust band.

It is the band by which a rule on figures calls a figure unusual (`domain.figure_rule.usual`), so that the trend and the
notices never disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from cockpit.domain.figure_rule import LEAST_WEEKS, usual
from cockpit.services.drill_figures import Drilled, Step, why_of
from cockpit.situation.indicators import Indicator
from cockpit.situation.period import Period, PeriodRows

#: as a rule on figures has it where it says nothing else
SIGMAS, WEEKS = 4.0, 8
_DAY = timedelta(days=1)
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Usual:
    """What a step usually is, told from `weeks` past ones; fewer than `LEAST_WEEKS` tell nothing."""

    weeks: int
    low: float | None = None
    high: float | None = None

    def is_unusual(self, value: float | None) -> bool:
        """True outside the band; what is not known is never unusual."""
        if value is None or self.low is None or self.high is None:
            return False
        return not self.low <= value <= self.high


def usual_of(drilled: Drilled, indicator: Indicator, steps: Sequence[Step]) -> list[Usual]:
    """A band for each step that is a day or less; longer steps have no weekday and so no band."""
    if not steps or not indicator.is_of_events or max(s.period.until - s.period.since for s in steps) > _DAY:
        return [Usual(0) for _ in steps]
    first, last = steps[0].period.since, steps[-1].period
    whole = Period(first - timedelta(weeks=WEEKS), last.until, is_open=last.is_open)
    question = drilled.question
    wide = drilled.known.rows(question.scope, whole).filtered(question.filters, drilled.zone)
    told: dict[Period, float | None] = {s.period: None if s.why else s.measure.value for s in steps}
    weeks = [[s.period.shifted(timedelta(weeks=n)) for n in range(1, WEEKS + 1)] for s in steps]
    missing = {period for earlier in weeks for period in earlier} - told.keys()
    told |= _values(drilled, wide, indicator, sorted(missing, key=lambda period: (period.since, period.until)))
    return [_band([v for period in earlier if (v := told[period]) is not None], indicator) for earlier in weeks]


def _values(
    drilled: Drilled, wide: PeriodRows, indicator: Indicator, periods: Sequence[Period]
) -> dict[Period, float | None]:
    """The figure of each of these periods, which are in order: only a few at a time look at the rows of all."""
    found: dict[Period, float | None] = {}
    for first in range(0, len(periods), _AT_ONCE):
        some = periods[first : first + _AT_ONCE]
        whole = Period(some[0].since, max(p.until for p in some), is_open=True)
        near = wide.picked(wide.touching(whole.moment))
        found |= {period: _value(drilled, near, indicator, period) for period in some}
    return found


def _value(drilled: Drilled, wide: PeriodRows, indicator: Indicator, period: Period) -> float | None:
    begins = drilled.known.begins_at
    if begins is None or period.since < begins or drilled.lacks_book(indicator):
        return None
    rows = drilled.known.seen(wide, period)
    measure = drilled.split(rows, period.moment, (), (indicator,))[indicator.name].whole
    why = why_of(drilled.known, period, drilled.question.filters, measure, whole=True, only=indicator.only)
    return None if why else measure.value


def _band(values: Sequence[float], indicator: Indicator) -> Usual:
    if len(values) < LEAST_WEEKS:
        return Usual(len(values))
    low, high = usual(values, SIGMAS, is_count=not indicator.is_rate)
    return Usual(len(values), max(low, 0.0), min(high, 1.0) if indicator.is_rate else high)
