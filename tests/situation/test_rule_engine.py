"""规则引擎: each kind of rule, and what must not ring."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from cockpit.domain.alarm_rule import AlarmRule, RuleError, RuleKind, rule_of
from cockpit.domain.device import Device, Limits, Window
from cockpit.domain.reading import Reading
from cockpit.domain.severity import Severity
from cockpit.situation import sightings
from cockpit.situation.rule_decision import Decision
from cockpit.situation.rule_engine import RuleEngine
from tests.stories import NOON, place


def rule(**given: Any) -> AlarmRule:
    defaults: dict[str, Any] = {
        "name": "high", "when": RuleKind.THRESHOLD, "alarm": "water_level", "severity": Severity.III,
        "quantity": "level", "above": 3.5, "hysteresis": 0.2, "dedupe_s": 0,
    }  # fmt: skip
    return AlarmRule(**{**defaults, **given})


def at(second: float, value: float, device: str = "d1", **given: Any) -> Reading:
    when = NOON + timedelta(seconds=second)
    return Reading(device, "level", value, when, when)._replace(**given)


def engine(*rules: AlarmRule, devices: Iterable[Device] = ()) -> RuleEngine:
    known = {d.device_id: d for d in devices}
    return RuleEngine(rules, lambda: known)


def told(decisions: Iterable[Decision]) -> list[tuple[float, bool]]:
    return [((d.at - NOON).total_seconds(), d.is_raised) for d in decisions]


def test_a_threshold_rings_once_and_ends_only_on_the_good_side_of_its_hysteresis() -> None:
    readings = [at(n, v) for n, v in enumerate((3.0, 3.6, 3.7, 3.45, 3.4, 3.2, 3.6))]
    assert told(engine(rule()).take(readings)) == [(1, True), (5, False), (6, True)]


def test_a_devices_own_limits_come_first() -> None:
    device = Device(device_id="d1", kind="water_level", limits={"level": Limits(None, 5.0, "m")})
    made = engine(rule(limits_of_device=True), devices=[device])
    assert told(made.take([at(1, 4.0), at(2, 5.1), at(3, 4.0, device="other")])) == [(2, True), (3, True)]


def test_a_rule_waits_as_long_as_it_says() -> None:
    made = engine(rule(for_s=60))
    assert not made.take([at(0, 4), at(30, 3), at(40, 4), at(90, 4)])
    assert told(made.take([at(100, 4)])) == [(100, True)]


def test_a_rate_is_measured_over_its_window() -> None:
    made = engine(rule(when=RuleKind.RATE, above=0.5, per_s=600, window_s=900, hysteresis=0))
    assert not made.take([at(0, 3.0), at(300, 3.1), at(1, 9.0)])
    assert told(made.take([at(600, 3.7)])) == [(600, True)]


def test_silence_is_heard_after_ten_intervals_and_ends_with_a_word() -> None:
    device = Device(device_id="d1", interval_s=60)
    silent = rule(name="silent", when=RuleKind.NO_DATA, intervals=10, alarm="no_data")
    made = engine(silent, devices=[device])
    made.take([at(0, 1), at(0, 1, device="unknown")])
    assert not made.tick(NOON + timedelta(seconds=600))
    assert [d.device_id for d in made.tick(NOON + timedelta(seconds=601))] == ["d1"]
    assert not made.tick(NOON + timedelta(seconds=700))
    assert told(made.take([at(800, 1)])) == [(800, False)]


def test_two_alarms_near_each_other_are_a_fire_and_two_far_apart_are_not() -> None:
    fire = rule(name="fire", when=RuleKind.TOGETHER, alarms=("smoke",), within_m=50, within_s=180, alarm="fire")
    made = engine(fire)
    assert not made.note("smoke", "a", NOON, 120.0, 30.3)
    assert not made.note("smoke", "far", NOON, 120.1, 30.3)
    assert not made.note("smoke", "a", NOON + timedelta(seconds=9), 120.0, 30.3)
    [found] = made.note("smoke", "b", NOON + timedelta(seconds=20), 120.0001, 30.3)
    assert (found.device_id, found.rule.alarm) == ("a", "fire")
    assert not made.note("smoke", "c", NOON + timedelta(seconds=30), 120.0001, 30.3)
    assert not made.note("smoke", "d", NOON + timedelta(hours=1), 120.0, 30.3)


def test_an_alarm_that_flaps_stays_one_until_its_device_is_quiet() -> None:
    made = engine(rule(flap_times=3, flap_s=600))
    flapping = [at(10 * n, 4.0 if n % 2 == 0 else 3.0) for n in range(40)]
    decisions = made.take(flapping)
    assert sum(d.is_raised for d in decisions) == 3
    assert decisions[-1].is_raised
    assert not made.take([at(500, 3.0)])
    assert told(made.take([at(1_200, 3.0)])) == [(1_200, False)]


def test_within_the_deduplication_window_nothing_rings_twice() -> None:
    made = engine(rule(dedupe_s=60))
    assert told(made.take([at(0, 4), at(10, 3), at(20, 4), at(61, 4)])) == [(0, True), (10, False), (61, True)]


def test_what_says_nothing_about_now_rings_nothing() -> None:
    maintained = Device(device_id="m", maintenance=(Window(NOON, NOON + timedelta(hours=1)),))
    made = engine(rule(unit="m"), devices=[maintained])
    late = at(0, 9.0)._replace(received_at=NOON + timedelta(hours=2))
    assert not made.take(
        [late, at(5, 9.0, device="m"), at(6, 900.0, device="u", unit="cm"), at(7, 1), at(6, 9.0, device="m")]
    )
    assert (made.counts.stale, made.counts.in_maintenance, made.counts.wrong_unit) == (1, 2, 1)
    made.take([at(100, 1, device="z"), at(99, 9, device="z")])
    assert made.counts.late == 1


def test_a_restart_neither_repeats_nor_forgets_what_is_raised() -> None:
    made = engine(rule())
    made.begin_with([("d1", "high", NOON)])
    assert told(made.take([at(1, 4.0), at(2, 3.0)])) == [(2, False)]


def test_a_rule_for_some_kinds_leaves_other_devices_alone() -> None:
    devices = [Device(device_id="a", kind="x", place=place()), Device(device_id="b", kind="y")]
    made = engine(rule(kinds=("x",)), devices=devices)
    [found] = made.take([at(1, 9, device="a"), at(1, 9, device="b"), at(1, 9, device="unknown")])
    assert (found.device_id, found.lon) == ("a", 120.0)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"when": "sometimes"}, "when must be one of"), ({"above": "3"}, "above must be a number"),
        ({"quantity": ""}, "quantity is missing"), ({"above": None}, "above must be a number"),
        ({"window_s": 0}, "window_s must be more than 0"), ({"colour": 1}, "colour is no field"),
        ({"message": "{nonsense}"}, "message"), ({"message": "{value:d}"}, "message"),
        ({"below": 9}, "below must be less"),
        ({"above": float("nan")}, "above must be a number"), ({"kinds": "smoke"}, "kinds must be a list"),
    ],
)  # fmt: skip
def test_a_wrong_rule_says_what_is_wrong(wrong: dict[str, Any], says: str) -> None:
    good = {"name": "r", "when": "threshold", "alarm": "a", "severity": "III", "quantity": "q", "above": 1}
    assert rule_of(good).above == 1.0
    with pytest.raises(RuleError, match=says):
        rule_of({**good, **wrong})


def test_a_rule_that_fails_at_a_value_is_disabled_and_the_others_go_on() -> None:
    # sound with what it is tried with when it is read, wrong with what it meets at work
    bad = rule(name="bad", message="{limit[4]}")
    made = engine(bad, rule())
    assert told(made.take([at(0, 4.0), at(1, 3.0), at(2, 4.0)])) == [(0, True), (1, False), (2, True)]
    assert list(made.failed) == ["bad"]
    assert "IndexError" in made.failed["bad"]


@pytest.mark.parametrize("when", [RuleKind.NO_DATA, RuleKind.TOGETHER])
def test_a_rule_of_silence_or_of_several_that_fails_is_disabled_too(when: RuleKind) -> None:
    bad = rule(name="bad", when=when, message="{limit[0]}", alarms=("water_level",), at_least=1, intervals=1)
    device = Device(device_id="d1", kind="water_level", interval_s=60)
    made = engine(bad, rule(), devices=[device])
    assert told(made.take([at(0, 4.0, lon=120.0, lat=30.3)])) == [(0, True)]
    made.tick(NOON + timedelta(hours=1))
    assert list(made.failed) == ["bad"]
    assert made.tick(NOON + timedelta(hours=2)) == []


def test_a_hundred_thousand_devices_cost_a_look_at_those_that_are_due_only() -> None:
    devices = [Device(device_id=f"d{n}", kind="water_level", interval_s=60) for n in range(100_000)]
    made = engine(rule(), rule(name="silent", when=RuleKind.NO_DATA, intervals=10), devices=devices)
    made.take([at(0, 3.0, device=d.device_id) for d in devices])
    made.tick(NOON + timedelta(seconds=1))
    assert made.looked == 100_000  # once, to learn when each is due
    for second in range(2, 600, 2):
        assert made.tick(NOON + timedelta(seconds=second)) == []
    assert made.looked == 100_000
    made.take([at(590, 3.0, device=d.device_id) for d in devices[1:]])
    [silent] = made.tick(NOON + timedelta(seconds=601))
    assert (silent.device_id, silent.is_raised) == ("d0", True)
    assert made.looked == 200_000
    assert not made.tick(NOON + timedelta(seconds=1_100))
    assert made.looked == 200_000


def test_a_storm_of_alarms_is_compared_with_neighbours_and_not_with_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    exact = sightings.distance_m

    def counted(*given: float) -> float:
        nonlocal compared
        compared += 1
        return float(exact(*given))

    monkeypatch.setattr(sightings, "distance_m", counted)
    together = rule(name="several", when=RuleKind.TOGETHER, alarms=("smoke",), at_least=2, within_m=50, within_s=300)
    made = engine(together)
    found = []
    for n in range(2_000):  # a lattice of 100 m: nobody is near anybody
        found += made.note("smoke", f"s{n}", NOON, 120.0 + n % 50 * 0.00104, 30.3 + n // 50 * 0.0009)
    found += made.note("smoke", "next door", NOON, 120.0, 30.30001)
    assert [(d.device_id, d.is_raised) for d in found] == [("next door", True)]
    assert compared < 2_000 * 150
