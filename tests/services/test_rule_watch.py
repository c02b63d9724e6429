"""规则值守: from a reading in the lane to an alarm in the fold, once, whatever is read twice."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cockpit.domain.alarm import AlarmState
from cockpit.domain.event import Place
from cockpit.domain.reading import Reading
from cockpit.domain.scope import Scope
from cockpit.services.alarm_kinds import load_alarm_kinds
from cockpit.services.alarm_rules import AT_WORK, FILE, load_alarm_rules, try_rules, without_failed
from cockpit.services.city import City
from cockpit.services.intake import Intake
from cockpit.services.rule_watch import RuleWatch
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Changed, Rules, Situation
from cockpit.stream.commands import MemoryCommandLog
from cockpit.stream.facts import MemoryFactLog
from cockpit.stream.positions import MemoryPositionLane
from cockpit.stream.readings import MemoryReadingLane
from cockpit.stream.rule_failures import MemoryRuleFailures

NOW = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)


class Nobody:
    def now(self) -> dict[str, Any]:
        return {}


class Watched:
    """A rule watch over parts in memory."""

    def __init__(self, own: Path | None = None) -> None:
        self.facts, self.lane, self.commands = MemoryFactLog(), MemoryReadingLane(), MemoryCommandLog()
        self.lock, self.situation = threading.RLock(), Situation(rules=Rules(city_code=""))
        self.changes: list[tuple[int, Changed]] = []
        self.failures = MemoryRuleFailures()
        intake = Intake(
            city=City.empty(tz="Asia/Shanghai"), facts=self.facts, positions=MemoryPositionLane(), clock=lambda: NOW
        )
        nearest: Callable[[Place], tuple[dict[str, object], ...]] = lambda _place: ()  # noqa: E731
        self.watch = RuleWatch(
            projector=self, group=self.lane.group("rules", "one"), intake=intake, commands=self.commands,  # type: ignore[arg-type]  # the fold's twin
            devices=Nobody(), kinds=load_alarm_kinds(), nearest=nearest, scope=Scope(""),  # type: ignore[arg-type]  # no device is known
            own_rules=own, failures=self.failures, clock=lambda: NOW,
        )  # fmt: skip

    def changed_since(self, seq: int) -> list[Changed]:
        return [changed for at, changed in self.changes if at > seq]

    def follow(self) -> None:
        for entry in self.facts.read(self.situation.position, count=1_000, block_ms=0):
            assert entry.fact is not None
            for changed in evolve(self.situation, entry.fact, entry.position):
                self.changes.append((self.situation.seq, changed))

    def told(self, *readings: Reading) -> None:
        self.lane.append(readings)
        self.watch.step(block_ms=0)
        self.follow()


def level(value: float, second: float = 0, device: str = "w1", quantity: str = "water_level", **at: float) -> Reading:
    when = NOW + timedelta(seconds=second - 60)
    return Reading(device, quantity, value, when, NOW, "", at.get("lon"), at.get("lat"))


def test_a_reading_above_its_threshold_is_an_alarm_and_below_it_the_end_of_one() -> None:
    made = Watched()
    made.told(level(3.0), level(3.9, 1))
    [alarm] = made.situation.alarms.values()
    assert (alarm.alarm_id, alarm.rule, alarm.kind, alarm.state) == (
        "w1:water_level_high", "water_level_high", "water_level", AlarmState.RAISED,
    )  # fmt: skip
    assert alarm.message == "水位 3.9 m，超过 3.5"
    made.told(level(3.2, 30))
    assert made.situation.alarms[alarm.alarm_id].state is AlarmState.CLEARED
    assert made.situation.alarm_ledger["w1", "water_level_high"].raised == 1


def test_two_detectors_side_by_side_become_a_fire_and_the_fire_an_event_by_rule() -> None:
    made = Watched()
    made.told(level(0.3, 0, "s1", "smoke", lon=120.0, lat=30.3), level(0.3, 5, "s2", "smoke", lon=120.0001, lat=30.3))
    assert made.situation.alarms["s1:fire_confirmed"].severity == "I"
    made.watch.step(block_ms=0)
    [entry] = made.commands.group("dispatch", "test").read(10, 0)
    assert entry.command is not None
    assert entry.command.by == "规则"
    made.told(level(0.3, 9, "s3", "smoke", lon=120.002, lat=30.3), level(0.3, 9, "s4", "smoke", lon=120.0021, lat=30.3))
    made.watch.step(block_ms=0)
    assert made.situation.alarms["s3:fire_confirmed"].is_open
    assert len({a.group_id for a in made.situation.alarms.values()}) == 1
    left = made.commands.group("dispatch", "test").read(10, 0)
    assert [e.command for e in left] == [entry.command]  # not acknowledged yet; nothing new was asked for


def test_a_rule_with_an_error_is_disabled_and_shown_and_the_others_go_on(tmp_path: Path) -> None:
    own = '[[rule]]\nname = "water_level_high"\nwhen = "threshold"\nalarm = "x"\nseverity = "V"\nquantity = "w"\n'
    (tmp_path / FILE).write_text(own + '[[rule]]\nname = "mine"\nwhen = "threshold"\nalarm = "flow"\nseverity = "IV"\n'
                                 'quantity = "flow"\nabove = 5\n', encoding="utf-8")  # fmt: skip
    found = load_alarm_rules(tmp_path)
    assert [(bad.name, "severity" in bad.error) for bad in found.wrong] == [("water_level_high", True)]
    assert "water_level_high" not in found.rules
    made = Watched(tmp_path)
    made.told(level(9.9), level(6.0, quantity="flow"))
    assert list(made.situation.alarms) == ["w1:mine"]


def test_a_file_that_is_no_toml_leaves_the_shipped_rules_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("[[rule", encoding="utf-8")
    found = load_alarm_rules(tmp_path)
    assert len(found.wrong) == 1
    assert "water_level_high" in found.rules


def test_rules_are_tried_on_the_past_and_raise_nothing() -> None:
    past = [level(3.0 + n / 10, n) for n in range(10)]
    trial = try_rules(load_alarm_rules().rules.values(), past, dict)
    assert trial.readings == 10
    assert trial.per_rule()["water_level_high"] == (1, 0, 1)


@pytest.mark.parametrize("repeats", [1, 2])
def test_a_batch_that_is_read_twice_raises_nothing_twice(repeats: int) -> None:
    made = Watched()
    for _ in range(repeats):
        made.told(level(3.9))
    assert len(made.facts.read("0", count=10, block_ms=0)) == 1


def test_a_rule_that_fails_at_work_is_told_to_all_and_holds_again_when_it_is_mended(tmp_path: Path) -> None:
    rule = (
        '[[rule]]\nname = "mine"\nwhen = "threshold"\nalarm = "flow"\nseverity = "IV"\nquantity = "flow"\nabove = 5\n'
    )
    (tmp_path / FILE).write_text(rule + 'message = "{limit[3]}"\n', encoding="utf-8")
    assert [bad.name for bad in load_alarm_rules(tmp_path).wrong] == ["mine"]  # found before it works
    (tmp_path / FILE).write_text(rule + 'message = "{unit[0]}"\n', encoding="utf-8")
    made = Watched(tmp_path)
    made.told(level(9, quantity="flow"), level(9.9))
    assert list(made.situation.alarms) == ["w1:water_level_high"]
    assert "IndexError" in made.failures.find_all()["mine"]
    shown = without_failed(load_alarm_rules(tmp_path), made.failures.find_all)
    assert [(bad.name, bad.file) for bad in shown.wrong] == [("mine", AT_WORK)]
    assert "mine" not in shown.rules
    (tmp_path / FILE).write_text(rule, encoding="utf-8")
    made.watch._looked_at = float("-inf")  # seconds later
    made.told(level(9, 5, quantity="flow"))
    assert made.failures.find_all() == {}
    assert "w1:mine" in made.situation.alarms
