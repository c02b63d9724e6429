"""规则文件: the shipped rules and those of an installation over them. A rule with an error is disabled and shown."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import structlog

from cockpit.domain.alarm_rule import AlarmRule, RuleError, rule_of
from cockpit.domain.device import Device
from cockpit.domain.reading import Reading
from cockpit.situation.rule_decision import Decision
from cockpit.situation.rule_engine import Counts, RuleEngine
from cockpit.stream.connection import UNAVAILABLE

log = structlog.get_logger(__name__)

#: where a rule that was sound and failed at a device's values says that it comes from
AT_WORK = "at work"
#: the file's name, shipped and in the directory `alarms` of a data dir
FILE = "rules.toml"


class BadRule(NamedTuple):
    """A rule that is disabled because of an error."""

    name: str
    error: str
    file: str


@dataclass(slots=True)
class AlarmRules:
    """The rules that hold and those that are wrong."""

    rules: dict[str, AlarmRule] = field(default_factory=dict)
    wrong: list[BadRule] = field(default_factory=list)

    def add(self, text: str, file: str) -> None:
        """Rules of one file over those before; a wrong one also ends the one that it was to replace."""
        try:
            tables = tomllib.loads(text).get("rule", [])
        except tomllib.TOMLDecodeError as wrong:
            self.wrong.append(BadRule("", f"the file cannot be read: {wrong}", file))
            return
        if not isinstance(tables, list):
            self.wrong.append(BadRule("", "rules are written as [[rule]]", file))
            return
        for number, given in enumerate(tables, 1):
            name = str(given.get("name", "")) if isinstance(given, dict) else ""
            try:
                rule = rule_of(given)
            except RuleError as wrong:
                self.rules.pop(name, None)
                self.wrong.append(BadRule(name or f"rule {number}", str(wrong), file))
            else:
                self.rules[rule.name] = rule


def load_alarm_rules(own: Path | None = None) -> AlarmRules:
    """Every rule that holds. What is wrong is told in the log, and where rules are listed."""
    found = AlarmRules()
    found.add(files("cockpit").joinpath("alarm_rules", FILE).read_text(encoding="utf-8"), "shipped")
    path = own / FILE if own else None
    if path is not None and path.is_file():
        try:
            found.add(path.read_text(encoding="utf-8"), path.name)
        except (OSError, UnicodeDecodeError) as wrong:
            found.wrong.append(BadRule("", f"the file cannot be read: {wrong}", path.name))
    for bad in found.wrong:
        log.warning("alarm rule disabled", rule=bad.name, error=bad.error, file=bad.file)
    return found


def without_failed(found: AlarmRules, find_failed: Callable[[], Mapping[str, str]]) -> AlarmRules:
    """Without the rules that failed at work, which are among the wrong ones then; Redis away: as it was found."""
    try:
        failed = find_failed()
    except UNAVAILABLE:
        return found
    for name, why in failed.items():
        if found.rules.pop(name, None) is not None:
            found.wrong.append(BadRule(name, why, AT_WORK))
    return found


@dataclass(slots=True, kw_only=True)
class Trial:
    """What rules would have made of a span of the past."""

    readings: int
    decisions: list[Decision]
    counts: Counts
    #: rules that failed at these values, and why
    failed: dict[str, str]

    def per_rule(self) -> dict[str, tuple[int, int, int]]:
        """Rule → (raised, cleared, devices)."""
        devices: dict[str, set[str]] = {}
        counts: dict[str, list[int]] = {}
        for d in self.decisions:
            devices.setdefault(d.rule.name, set()).add(d.device_id)
            counts.setdefault(d.rule.name, [0, 0])[0 if d.is_raised else 1] += 1
        return {name: (raised, cleared, len(devices[name])) for name, (raised, cleared) in sorted(counts.items())}


def try_rules(
    rules: Iterable[AlarmRule], readings: Iterable[Reading], devices: Callable[[], Mapping[str, Device]]
) -> Trial:
    """Run rules over readings of the past, in the order of the devices' clocks. Nothing is raised."""
    engine = RuleEngine(list(rules), devices)
    decisions: list[Decision] = []
    count = 0
    ticked: datetime | None = None
    for reading in readings:
        count += 1
        if ticked is None or (reading.at - ticked).total_seconds() >= 30:
            decisions += engine.tick(reading.at)
            ticked = reading.at
        # the past is judged as if every reading had come at once
        decisions += engine.take([reading._replace(received_at=reading.at)])
    return Trial(readings=count, decisions=decisions, counts=engine.counts, failed=engine.failed)
