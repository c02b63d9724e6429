"""数字试算: how often a rule on a figure would have sounded over the past weeks, before anybody sets it.

It is judged as the watch judges it, but looked at every three hours instead of twice a minute: a breach that came and
went between two looks is not seen. What is known now tells how it stood then.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cockpit.domain.figure_rule import LEAST_WEEKS, FigureRule, FigureTest
from cockpit.services.drill_down import DrillDown, Known
from cockpit.services.drill_figures import Drilled, Question, Told, Why
from cockpit.services.reports.figure_watch import filters_of, scope_of
from cockpit.services.subjects.asked import OF_AN_END
from cockpit.situation.indicators import BY_NAME, Measure, Subject
from cockpit.situation.period import Period, PeriodRows

#: the past that is tried, and the local hours at which it is looked at: its first minute, … its end
WEEKS, HOURS = 8, tuple(range(0, 25, 3))
_MINUTE, _DAY, _WEEK = timedelta(minutes=1), timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Sounded:
    """A breach that would have been told: when it would have been seen, and what it was."""

    at: datetime
    value: float
    crossed: float


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would have said. `known_days`: days of which the figure was known at one hour at least."""

    days: int
    known_days: int
    sounded: tuple[Sounded, ...]
    #: the figure of today until now, why there is none, and what it has crossed
    value: float | None
    why: Why | None
    crossed: float | None
    #: an unusual figure cannot be told from so little past
    too_little: bool


@dataclass(frozen=True, slots=True)
class _Look:
    """The figure of a period, as it stood at its end."""

    at: datetime
    measure: Measure
    why: Why | None

    @property
    def value(self) -> float | None:
        return None if self.why else self.measure.value


@dataclass(frozen=True, slots=True)
class _Past:
    """The rows of all that is tried, read once."""

    rule: FigureRule
    drill: DrillDown
    known: Known
    wide: PeriodRows
    #: the columns of a subject that is no event
    told: Told

    @classmethod
    def since(cls, first: datetime, rule: FigureRule, drill: DrillDown, known: Known) -> "_Past":
        question = Question(scope_of(rule, drill), Period(first, known.at, is_open=True), filters_of(rule))
        whole, indicator = Drilled.of(drill, known, question), BY_NAME[rule.indicator]
        # hand-overs are known of today alone: told of all the weeks, today's would be unknown as well
        each = indicator.is_of_events or indicator.subject is Subject.HANDOVERS
        told: Told = {} if each else {(indicator.subject, None): whole.told(indicator)}
        return cls(rule, drill, known, whole.wide, told)

    def day(self, midnight: datetime) -> dict[int, _Look]:
        """The day until each of the hours; what changes by the day stands at each as it did at the day's end."""
        near = self.wide.picked(self.wide.touching(Period(midnight, midnight + _DAY, is_open=False).moment))
        ends = ((hour, midnight + (timedelta(hours=hour) or _MINUTE)) for hour in HOURS)
        if BY_NAME[self.rule.indicator].subject in OF_AN_END:
            last = self._look(near, Period(midnight, midnight + _DAY, is_open=False))
            return {hour: replace(last, at=end) for hour, end in ends}
        return {hour: self._look(near, Period(midnight, end, is_open=False)) for hour, end in ends}

    def look(self, period: Period, *, whole: bool = True) -> _Look:
        return self._look(self.wide, period, whole=whole)

    def _look(self, near: PeriodRows, period: Period, *, whole: bool = True) -> _Look:
        question = Question(scope_of(self.rule, self.drill), period, filters_of(self.rule))
        indicator = BY_NAME[self.rule.indicator]
        rows, subjects = self.known.seen(near, period), self.drill.subjects
        drilled = Drilled(
            self.known, question, self.drill.zone, [], near, rows, subjects, dict(self.told), self.drill.inhabitants
        )
        measure = drilled.figures((indicator,))[indicator.name].whole
        return _Look(period.until, measure, drilled.why(measure, whole=whole, of=indicator))


def preview_of(rule: FigureRule, drill: DrillDown, known: Known) -> Preview:
    """Try a rule over the eight weeks before today, and at the instant of `known`."""
    midnight = known.at.astimezone(drill.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    back = rule.weeks if rule.test is FigureTest.UNUSUAL else 0
    days = [midnight - n * _DAY for n in range(7 * (WEEKS + back), 0, -1)]
    past = _Past.since(days[0], rule, drill, known)
    looks = {day: past.day(day) for day in days}
    tried = days[-7 * WEEKS :]

    def before(day: datetime, hour: int) -> list[float]:
        told = (looks[day - n * _WEEK][hour].value for n in range(1, back + 1))
        return [value for value in told if value is not None]

    today = Period(midnight, known.at, is_open=True)
    now = past.look(today, whole=False)
    told = (past.look(today.shifted(n * _WEEK)).value for n in range(1, back + 1))
    weeks = [value for value in told if value is not None]
    return Preview(
        days=len(tried),
        known_days=sum(any(look.value is not None for look in looks[day].values()) for day in tried),
        sounded=tuple(_sounded(rule, [(looks[day][hour], before(day, hour)) for day in tried for hour in HOURS])),
        value=now.value,
        why=now.why,
        crossed=rule.breach(now.value, now.measure.denominator, weeks),
        too_little=bool(back) and len(weeks) < LEAST_WEEKS,
    )


def _sounded(rule: FigureRule, looks: Sequence[tuple[_Look, list[float]]]) -> Iterator[Sounded]:
    """Each breach once, as it begins. What is not known neither begins nor ends one."""
    lasting = False
    for look, past in looks:
        crossed = rule.breach(look.value, look.measure.denominator, past)
        if crossed is not None and look.value is not None and not lasting:
            yield Sounded(look.at, look.value, crossed)
        if look.value is not None:
            lasting = crossed is not None
