"""数字规则: which rules on figures hold: those of a file, and those that people made on the page or by the API."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

import structlog

from cockpit.domain.figure_rule import FigureRule, FigureRuleError, figure_rule_of
from cockpit.domain.source import Source
from cockpit.situation.indicators import BY_NAME
from cockpit.store.figure_rules import KeptFigureRule

log = structlog.get_logger(__name__)

FILE = "figures.toml"
MOST_RULES = 200


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
        return [rule for rule in self.all() if rule.enabled]

    def all(self) -> list[FigureRule]:
        """Those that do not hold because they are switched off as well."""
        try:
            stat = self.file.stat()
            mark = (stat.st_mtime_ns, stat.st_size)
        except OSError:
            mark = (0, 0)
        if mark != self._seen:
            self._seen, self.rules, self.wrong = mark, [], []
            if mark != (0, 0):
                self._read()
        return list(self.rules)

    @property
    def is_unreadable(self) -> bool:
        """Nobody can tell which rules the file has."""
        return any(not bad.name for bad in self.wrong)

    def _read(self) -> None:
        try:
            told = tomllib.loads(self.file.read_text(encoding="utf-8")).get("rule", [])
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
            self.wrong.append(WrongRule("", f"the file cannot be read: {wrong}"))
            return
        tables = told if isinstance(told, list) else [None]
        for number, table in enumerate(tables[:MOST_RULES], 1):
            name = str(table.get("name", "")) if isinstance(table, dict) else ""
            try:
                rule = figure_rule_of(table, BY_NAME, [s.value for s in Source])
                if any(rule.name == other.name for other in self.rules):
                    raise FigureRuleError("another rule has this name")
                self.rules.append(rule)
            except FigureRuleError as wrong:
                self.wrong.append(WrongRule(name or f"rule {number}", str(wrong)))
                log.warning("a rule on figures does not hold", rule=name or number, error=str(wrong))


class Table(Protocol):
    """Where people's rules are kept (`store.figure_rules`)."""

    def list(self) -> Sequence[KeptFigureRule]: ...


class NoTable:
    """For who has the file alone."""

    def list(self) -> Sequence[KeptFigureRule]:
        return []


@dataclass(slots=True)
class RuleBook:
    """All rules. A rule of the file whose name somebody's rule has does not hold, and that is told."""

    file: FigureRules
    table: Table = field(default_factory=NoTable)

    def now(self) -> list[FigureRule]:
        """The rules that hold now, people's own first."""
        made = [kept.rule for kept in self.table.list()]
        taken = {rule.name for rule in made}
        filed = [rule for rule in self.file.all() if rule.name not in taken]
        return [rule for rule in (*made, *filed) if rule.enabled]

    def wrong(self) -> list[WrongRule]:
        """The rules that do not hold because of an error."""
        taken = {kept.rule.name for kept in self.table.list()}
        told = "a rule that was made on the page has this name"
        return [*self.file.wrong, *(WrongRule(rule.name, told) for rule in self.file.all() if rule.name in taken)]
