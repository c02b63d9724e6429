"""数字守望: asks every rule's figure of the day, and puts down a breach with its notices once, and its end."""

import threading
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from cockpit.domain.figure_rule import FigureRule, FigureRuleError, FigureTest, figure_rule_of
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.services.drill_down import DrillDown, Known
from cockpit.services.drill_figures import Drilled, Question, why_of
from cockpit.situation.indicators import BY_NAME, Measure
from cockpit.situation.period import Filters, Period
from cockpit.store.database import UNAVAILABLE
from cockpit.store.figure_alerts import FigureAlert, FigureAlerts

log = structlog.get_logger(__name__)

FILE = "figures.toml"
_MOST_RULES = 200
_LOOK_EVERY_S = 30.0


class WrongRule(NamedTuple):
    """A rule that does not hold because of an error."""

    name: str
    error: str


@dataclass(slots=True)
class FigureRules:
    """The rules of `figures.toml` in the data directory, read anew when the file changes."""

    file: Path
    rules: list[FigureRule] = field(default_factory=list)
    wrong: list[WrongRule] = field(default_factory=list)
    _seen: tuple[int, int] | None = None

    def now(self) -> list[FigureRule]:
        """The rules that hold now."""
        try:
            stat = self.file.stat()
            mark = (stat.st_mtime_ns, stat.st_size)
        except OSError:
            mark = (0, 0)
        if mark != self._seen:
            self._seen, self.rules, self.wrong = mark, [], []
            if mark != (0, 0):
                self._read()
        return [rule for rule in self.rules if rule.enabled]

    def _read(self) -> None:
        try:
            told = tomllib.loads(self.file.read_text(encoding="utf-8")).get("rule", [])
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
            self.wrong.append(WrongRule("", f"the file cannot be read: {wrong}"))
            return
        tables = told if isinstance(told, list) else [None]
        for number, table in enumerate(tables[:_MOST_RULES], 1):
            name = str(table.get("name", "")) if isinstance(table, dict) else ""
            try:
                rule = figure_rule_of(table, BY_NAME, [s.value for s in Source])
                if any(rule.name == other.name for other in self.rules):
                    raise FigureRuleError("another rule has this name")
                self.rules.append(rule)
            except FigureRuleError as wrong:
                self.wrong.append(WrongRule(name or f"rule {number}", str(wrong)))
                log.warning("a rule on figures does not hold", rule=name or number, error=str(wrong))


#: puts down the notices of a breach, in its transaction
Tell = Callable[[Connection, FigureAlert], None]


@dataclass(frozen=True, slots=True)
class FigureWatch:
    """Runs beside the pages, because the columns of the past are there."""

    rules: FigureRules
    drill: DrillDown
    table: FigureAlerts
    tell: Tell
    clock: Callable[[], datetime]

    def run(self, stop: threading.Event) -> None:
        """Look again and again until `stop`; a database that is away is asked again."""
        while not stop.is_set():
            try:
                self.look()
            except UNAVAILABLE as away:
                log.warning("alerts on figures wait for the database", error=type(away).__name__)
            stop.wait(_LOOK_EVERY_S)

    def look(self) -> list[FigureAlert]:
        """The breaches that began with this look, in this process."""
        rules = self.rules.now()
        if not rules:
            return []
        now = self.clock()
        known = self.drill.known(None, now)
        return [begun for rule in rules if (begun := self._judge(rule, known, now)) is not None]

    def _judge(self, rule: FigureRule, known: Known, now: datetime) -> FigureAlert | None:
        measure, past = self._figure(rule, known, now)
        value = None if measure is None else measure.value
        crossed = None if measure is None else rule.breach(value, measure.denominator, past)
        last = self.table.newest_of(rule.name)
        lasting = last if last is not None and last.ended_at is None else None
        if crossed is None or value is None:
            if lasting is not None and value is not None:
                self.table.end(lasting, now)
            return None
        if lasting is not None:
            return None
        code = rule.scope or self.drill.city.code
        alert = FigureAlert(
            rule=rule.name, number=1 if last is None else last.number + 1, indicator=rule.indicator, code=code,
            source=rule.source, value=value, crossed=crossed, since=now,
        )  # fmt: skip
        return alert if self.table.begin(alert, beside=lambda connection: self.tell(connection, alert)) else None

    def _figure(self, rule: FigureRule, known: Known, now: datetime) -> tuple[Measure | None, list[float]]:
        """Today's figure, None where it is not known, and the same weekday's until the same hour in past weeks."""
        midnight = now.astimezone(self.drill.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        today = Period(midnight, now, is_open=True)
        measure = self._measure(rule, known, today, whole=False)
        if rule.test is not FigureTest.UNUSUAL:
            return measure, []
        weeks = (today.shifted(timedelta(weeks=n)) for n in range(1, rule.weeks + 1))
        past = [self._measure(rule, known, week, whole=True) for week in weeks]
        return measure, [m.value for m in past if m is not None and m.value is not None]

    def _measure(self, rule: FigureRule, known: Known, period: Period, *, whole: bool) -> Measure | None:
        scope = Scope(rule.scope).in_city(self.drill.city.code)
        filters = Filters(source=Source(rule.source) if rule.source else None)
        indicator = BY_NAME[rule.indicator]
        drilled = Drilled.of(self.drill, known, Question(scope, period, filters))
        measure = drilled.figures((indicator,))[indicator.name].whole
        return None if why_of(known, period, filters, measure, whole=whole) else measure
