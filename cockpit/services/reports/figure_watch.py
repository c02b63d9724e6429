"""数字守望: asks every rule's figure of the day, and puts down a breach with its notices once, and its end."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from cockpit.domain.figure_rule import FigureRule, FigureTest
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.services.drill_down import DrillDown, Known
from cockpit.services.drill_figures import Drilled, Question, Why
from cockpit.services.reports.figure_rules import RuleBook
from cockpit.situation.indicators import BY_NAME, Measure
from cockpit.situation.period import Filters, Period
from cockpit.store.database import UNAVAILABLE
from cockpit.store.figure_alerts import FigureAlert, FigureAlerts

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 30
#: puts down the notices of a breach, in its transaction
Tell = Callable[[Connection, FigureAlert], None]


class Judged(NamedTuple):
    """What the last look at a rule found: its figure, or why there is none, and what it has crossed."""

    rule: FigureRule
    at: datetime
    value: float | None
    why: Why | None
    crossed: float | None


@dataclass(frozen=True, slots=True)
class FigureWatch:
    """Runs beside the pages, because the columns of the past are there."""

    rules: RuleBook
    drill: DrillDown
    table: FigureAlerts
    tell: Tell
    clock: Callable[[], datetime]
    #: by the name of the rule, as this process saw it last
    judged: dict[str, Judged] = field(default_factory=dict)
    _soon: threading.Event = field(default_factory=threading.Event)

    def run(self, stop: threading.Event) -> None:
        """Look again and again until `stop`; a database that is away is asked again."""
        while not stop.is_set():
            self._soon.clear()
            try:
                self.look()
            except UNAVAILABLE as away:
                log.warning("alerts on figures wait for the database", error=type(away).__name__)
            for _ in range(_LOOK_EVERY_S):
                if stop.wait(1.0) or self._soon.is_set():
                    break

    def look_soon(self) -> None:
        """The rules are others now: do not wait for the next turn."""
        self._soon.set()

    def look(self) -> list[FigureAlert]:
        """The breaches that began with this look, in this process."""
        rules, now = self.rules.now(), self.clock()
        self._end_others(rules, now)
        if not rules:
            return []
        known = self.drill.known(None, now)
        return [begun for rule in rules if (begun := self._judge(rule, known, now)) is not None]

    def _end_others(self, rules: list[FigureRule], now: datetime) -> None:
        """What a rule has found ends with the rule; a file that cannot be read just now ends nothing."""
        if self.rules.file.is_unreadable:
            return
        for name in self.judged.keys() - {rule.name for rule in rules}:
            self.judged.pop(name, None)
            last = self.table.newest_of(name)
            if last is not None and last.ended_at is None:
                self.table.end(last, now)

    def _judge(self, rule: FigureRule, known: Known, now: datetime) -> FigureAlert | None:
        found = self._figure(rule, known, now)
        self.judged[rule.name] = found
        value, crossed = found.value, found.crossed
        code = rule.scope or self.drill.city.code
        last = self.table.newest_of(rule.name)
        lasting = last if last is not None and last.ended_at is None else None
        if lasting is not None and (lasting.indicator, lasting.code, lasting.source) != (
            rule.indicator, code, rule.source,
        ):  # fmt: skip
            self.table.end(lasting, now)  # the rule is about something else now
            lasting = None
        if crossed is None or value is None:
            if lasting is not None and value is not None:
                self.table.end(lasting, now)
            return None
        if lasting is not None:
            return None
        alert = FigureAlert(
            rule=rule.name, number=1 if last is None else last.number + 1, indicator=rule.indicator, code=code,
            source=rule.source, value=value, crossed=crossed, since=now,
        )  # fmt: skip
        return alert if self.table.begin(alert, beside=lambda connection: self.tell(connection, alert)) else None

    def _figure(self, rule: FigureRule, known: Known, now: datetime) -> Judged:
        """Today's figure, beside the same weekday's until the same hour in past weeks where the rule asks that."""
        today = self.today(now)
        measure, why = self._measure(rule, known, today, whole=False)
        past: list[float] = []
        if rule.test is FigureTest.UNUSUAL and why is None:
            weeks = (today.shifted(timedelta(weeks=n)) for n in range(1, rule.weeks + 1))
            told = (self._measure(rule, known, week, whole=True) for week in weeks)
            past = [m.value for m, unknown in told if unknown is None and m.value is not None]
        value = None if why else measure.value
        return Judged(rule, now, value, why, rule.breach(value, measure.denominator, past))

    def today(self, now: datetime) -> Period:
        """The local day until now."""
        midnight = now.astimezone(self.drill.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return Period(midnight, now, is_open=True)

    def _measure(self, rule: FigureRule, known: Known, period: Period, *, whole: bool) -> tuple[Measure, Why | None]:
        filters, indicator = filters_of(rule), BY_NAME[rule.indicator]
        drilled = Drilled.of(self.drill, known, Question(scope_of(rule, self.drill), period, filters))
        measure = drilled.figures((indicator,))[indicator.name].whole
        return measure, drilled.why(measure, whole=whole, of=indicator)


def scope_of(rule: FigureRule, drill: DrillDown) -> Scope:
    """Where a rule counts."""
    return Scope(rule.scope).in_city(drill.city.code)


def filters_of(rule: FigureRule) -> Filters:
    """What a rule counts of it."""
    return Filters(source=Source(rule.source) if rule.source else None)
