"""发现规则文件: the shipped thresholds and those of an installation over them. A wrong one is disabled and shown."""

import threading
import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from cockpit.domain.finding_rule import FindingRule, FindingRuleError, finding_rule_of

log = structlog.get_logger(__name__)

#: the file's name, shipped and in the directory `patrol` of a data dir
FILE = "rules.toml"
#: more than any city has kinds; a longer file is a mistake
_MOST_RULES = 500


class BadFindingRule(NamedTuple):
    """A rule that is disabled because of an error."""

    kind: str
    error: str
    file: str


@dataclass(slots=True)
class FindingRules:
    """The thresholds that hold, by kind, and the hosts that pictures are fetched from."""

    rules: dict[str, FindingRule] = field(default_factory=dict)
    picture_hosts: frozenset[str] = frozenset()
    wrong: list[BadFindingRule] = field(default_factory=list)

    def add(self, text: str, file: str) -> None:
        """Rules of one file over those before; a wrong one also ends the one that it was to replace."""
        try:
            told = tomllib.loads(text)
        except tomllib.TOMLDecodeError as wrong:
            self.wrong.append(BadFindingRule("", f"the file cannot be read: {wrong}", file))
            return
        hosts = told.get("picture_hosts", [])
        if isinstance(hosts, list) and all(isinstance(host, str) and host.strip() for host in hosts):
            self.picture_hosts |= {host.strip().lower() for host in hosts}
        else:
            self.wrong.append(BadFindingRule("", "picture_hosts must be a list of hosts", file))
        tables = told.get("rule", [])
        if not isinstance(tables, list) or len(tables) > _MOST_RULES:
            self.wrong.append(BadFindingRule("", f"rules are written as [[rule]], {_MOST_RULES} at most", file))
            return
        for number, given in enumerate(tables, 1):
            self._add_one(given, number, file)

    def _add_one(self, given: Any, number: int, file: str) -> None:
        kind = str(given.get("kind", "")) if isinstance(given, dict) else ""
        try:
            rule = finding_rule_of(given)
        except FindingRuleError as wrong:
            self.rules.pop(kind, None)
            self.wrong.append(BadFindingRule(kind or f"rule {number}", str(wrong), file))
        else:
            self.rules[rule.kind] = rule


def load_finding_rules(own: Path | None = None) -> FindingRules:
    """Every rule that holds. What is wrong is told in the log, and where rules are listed."""
    found = FindingRules()
    found.add(files("cockpit").joinpath("patrol_rules", FILE).read_text(encoding="utf-8"), "shipped")
    path = own / FILE if own else None
    if path is not None and path.is_file():
        try:
            found.add(path.read_text(encoding="utf-8"), path.name)
        except (OSError, UnicodeDecodeError) as wrong:
            found.wrong.append(BadFindingRule("", f"the file cannot be read: {wrong}", path.name))
    for bad in found.wrong:
        log.warning("finding rule disabled", kind=bad.kind, error=bad.error, file=bad.file)
    return found


class FindingRuleBook:
    """The rules as the file has them now; an edit holds without a restart. Safe from any thread."""

    def __init__(self, own: Path | None = None) -> None:
        self._own = own
        self._mark: object = None
        self._rules = FindingRules()
        self._lock = threading.Lock()

    def now(self) -> FindingRules:
        """Read anew only when the file has changed."""
        with self._lock:
            mark = self._marked()
            if mark != self._mark:
                self._mark, self._rules = mark, load_finding_rules(self._own)
            return self._rules

    def _marked(self) -> tuple[int, int]:
        try:
            told = (self._own / FILE).stat() if self._own else None
        except OSError:
            told = None
        return (told.st_mtime_ns, told.st_size) if told else (0, 0)
