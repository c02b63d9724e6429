"""汇集: every figure of one report, from the same columns and masks as the drill-down's, so that both say the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from cockpit.domain.event import Event
from cockpit.domain.report import COMPARED, Earlier, ReportKind, ReportSpan
from cockpit.domain.scope import Scope
from cockpit.services.drill_down import DrillDown, Known, Split, mask_of
from cockpit.services.drill_figures import Breakdown, Drilled, Question, Step, Why, period_of
from cockpit.services.reports.chosen import HEADLINE, indicators_of
from cockpit.services.reports.figures import Figure, figures_of, standing_of
from cockpit.services.reports.funnel import AlarmFunnel, funnel_of
from cockpit.services.reports.journalled import Journalled, Told
from cockpit.situation.indicators import BY_NAME, Indicator, Measure, Part
from cockpit.situation.listing import Place
from cockpit.situation.period import Filters, Period

if TYPE_CHECKING:
    from cockpit.services.reports.wall import WallPicture

#: the longest overtime events that a report names; how many there are in all it says too
MOST_OVERTIME = 20
_REPORTED = BY_NAME["reported_today"]
_ON_TIME = BY_NAME["on_time_handling_rate"]
_ON_DUTY, _ROSTER = BY_NAME["on_duty"], BY_NAME["gridworkers"]
_HEADLINE = indicators_of(HEADLINE)


@dataclass(frozen=True, slots=True)
class Compared:
    """The figures of an earlier span, and why one of them has no value."""

    how: Earlier
    drilled: Drilled
    figures: Mapping[str, Split]

    def measure(self, name: str) -> Measure | None:
        """None where the earlier span does not lie in the data from end to end, or has no sample."""
        whole = self.figures[name].whole
        return None if self.drilled.why(whole, whole=True) else whole


@dataclass(frozen=True, slots=True)
class OvertimeEvent:
    """An event that was open and overtime when the report's span ended."""

    event: Event
    overtime_at: datetime


@dataclass(frozen=True, slots=True)
class OnDutyNow:
    """在岗: the indicators `on_duty` and `gridworkers` of the instant at which the report is made."""

    on: Split
    roster: Split
    #: the day of that instant until then, which their lists are of
    period: Period
    #: why nothing of it is known
    why: Why | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """Everything that a report tells, of one scope and span, as it was known at one instant."""

    span: ReportSpan
    scope: Scope
    known: Known
    drilled: Drilled
    figures: Mapping[str, Split]
    earlier: tuple[Compared, ...]
    steps: list[Step]
    reported_by_step: list[int]
    consists: Breakdown
    consisted: Breakdown | None
    overtime: list[OvertimeEvent]
    overtime_total: int
    told: Told
    alarms: AlarmFunnel
    on_duty: OnDutyNow
    target: float
    #: the indicators that were chosen, in their order
    chosen: tuple[Figure, ...] = ()
    #: of a daily report; None where none is wanted
    wall: "WallPicture | None" = None

    def why(self, name: str) -> Why | None:
        return self.drilled.why(self.figures[name].whole)


@dataclass(frozen=True, slots=True)
class Gathering:
    """Asks what a report needs. Safe from any thread."""

    drill: DrillDown
    journalled: Journalled
    target: float

    def gather(
        self, span: ReportSpan, scope: Scope, now: datetime, chosen: Sequence[Indicator] = _HEADLINE
    ) -> Gathered:
        """All of it as it is known `now`, with the indicators that were chosen."""
        known = self.drill.known(None, now)
        drilled = self._drilled(known, scope, span)
        earlier = tuple(self._compared(known, scope, span, how) for how in COMPARED[span.kind])
        steps, counts = self._steps(drilled, span)
        overtime, total = self._overtime_events(drilled)
        return Gathered(
            span=span,
            scope=scope,
            known=known,
            drilled=drilled,
            figures=drilled.figures(),
            earlier=earlier,
            steps=steps,
            reported_by_step=counts,
            consists=drilled.breakdown(_REPORTED, Part.NUMERATOR),
            consisted=self._consisted(earlier),
            overtime=overtime,
            overtime_total=total,
            told=self.journalled.told(scope, span.since, span.until, now),
            alarms=funnel_of(drilled),
            on_duty=self._duty(known, scope),
            target=self.target,
            chosen=self._chosen(known, scope, span, drilled, earlier, chosen),
        )

    def _chosen(
        self, known: Known, scope: Scope, span: ReportSpan, drilled: Drilled, earlier: Sequence[Compared],
        chosen: Sequence[Indicator],
    ) -> tuple[Figure, ...]:  # fmt: skip
        of_span = figures_of(drilled, [one.drilled for one in earlier], [i for i in chosen if not i.is_of_instant])
        standing = standing_of(self.drill, known, span, scope, [i for i in chosen if i.is_of_instant])
        found = {figure.indicator.name: figure for figure in (*of_span, *standing)}
        return tuple(found[indicator.name] for indicator in chosen)

    def _drilled(self, known: Known, scope: Scope, span: ReportSpan) -> Drilled:
        period = Period(span.since, span.until, is_open=span.until >= known.at)
        return Drilled.of(self.drill, known, Question(scope, period, Filters()))

    def _compared(self, known: Known, scope: Scope, span: ReportSpan, how: Earlier) -> Compared:
        drilled = self._drilled(known, scope, span.earlier(how))
        return Compared(how, drilled, drilled.figures())

    def _consisted(self, earlier: Iterable[Compared]) -> Breakdown | None:
        first = next(iter(earlier))
        return None if first.measure(_REPORTED.name) is None else first.drilled.breakdown(_REPORTED, Part.NUMERATOR)

    def _steps(self, drilled: Drilled, span: ReportSpan) -> tuple[list[Step], list[int]]:
        """The on-time rate by day with the reports of each; of a day the reports of each hour that has begun."""
        if span.kind is not ReportKind.DAILY:
            steps = drilled.trend(_ON_TIME)
            return steps, [step.reported for step in steps]
        hours = drilled.breakdown(_REPORTED, Part.NUMERATOR).hours
        begun = 24 if span.is_over else span.until.astimezone(span.zone).hour + 1
        return [], [sum(row[hour] for row in hours) for hour in range(begun)]

    def _overtime_events(self, drilled: Drilled) -> tuple[list[OvertimeEvent], int]:
        rows, moment = drilled.rows, drilled.question.period.moment
        found = np.flatnonzero(mask_of(rows, BY_NAME["overtime"], Part.NUMERATOR, moment))
        since = rows.rows["overtime"][found]
        first = found[np.argsort(since, kind="stable")[:MOST_OVERTIME]]
        ids = drilled.known.ids_of(rows, first)
        places = [
            (Place(-float(rows.rows["reported"][row]), event_id), int(row))
            for event_id, row in zip(ids, first, strict=True)
        ]
        at = dict(zip(ids, rows.rows["overtime"][first].tolist(), strict=True))
        events = self.drill.events(drilled.known, rows, places, None)
        zone = self.drill.zone
        return [OvertimeEvent(e, datetime.fromtimestamp(at[e.event_id], zone)) for e in events], len(found)

    def _duty(self, known: Known, scope: Scope) -> OnDutyNow:
        period = period_of(known.at, self.drill.zone, None, None)
        told = Drilled.of(self.drill, known, Question(scope, period, Filters()))
        on, roster = (told.figures((indicator,))[indicator.name] for indicator in (_ON_DUTY, _ROSTER))
        return OnDutyNow(on, roster, period, told.why(on.whole, of=_ON_DUTY))
