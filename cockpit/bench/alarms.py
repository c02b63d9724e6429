"""报警: readings to decisions on one core, through a stream or not, and a storm of alarms folded into groups."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure
from cockpit.domain.device import Device
from cockpit.domain.event import Place
from cockpit.domain.facts import AlarmRaised
from cockpit.domain.reading import Reading
from cockpit.domain.severity import Severity
from cockpit.services.alarm_rules import load_alarm_rules
from cockpit.situation.evolve import evolve
from cockpit.situation.rule_engine import RuleEngine
from cockpit.situation.situation import Rules, Situation
from cockpit.stream.readings import pack, unpack

CASE = "alarms: readings to decisions, storms to groups"
_BATCH = 500
_T0 = datetime(2026, 1, 1, tzinfo=UTC)


def run(report: Report, *, quick: bool) -> None:
    """Everything in this process, on one core."""
    devices, seconds, times = (10_000, 2, 3) if quick else (100_000, 10, 5)
    registry = {f"d{n}": Device(device_id=f"d{n}", kind="water_level", interval_s=60) for n in range(devices)}
    rules = list(load_alarm_rules().rules.values())
    rates, p99s, decided = [], [], 0
    for seed in range(times):
        engine = RuleEngine(rules, lambda: registry)
        took: list[float] = []
        count = 0
        for batch in _batches(devices, 10_000 * seconds, seed):
            packed = pack(batch)
            begun = time.perf_counter()
            decided += len(engine.take(unpack(packed)))
            took.append(time.perf_counter() - begun)
            count += len(batch)
        rates.append(count / sum(took))
        p99s.append(sorted(took)[int(0.99 * len(took))] * 1000)
    workload = f"{devices:,} devices, {len(rules)} rules, batches of {_BATCH}"
    report.rows.append(
        Row(case=CASE, workload=workload, measure="readings unpacked and judged", unit="readings/s",
            ours=Figure.of(rates), smaller_is_better=False, target=10_000)
    )  # fmt: skip
    report.rows.append(
        Row(case=CASE, workload=workload, measure="a batch judged, p99", unit="ms", ours=Figure.of(p99s), 
            target=500)
    )  # fmt: skip
    storms, groups = [], []
    for seed in range(times):
        begun = time.perf_counter()
        situation = Situation(rules=Rules(city_code="330110"))
        for number, fact in enumerate(_storm(5_000, seed)):
            evolve(situation, fact, f"{number + 1}-0")
        storms.append(time.perf_counter() - begun)
        groups.append(float(len({a.group_id for a in situation.alarms.values()})))
    storm = "5,000 alarms all over a district in 10 s"
    report.rows.append(
        Row(case=CASE, workload=storm, measure="folded and grouped", unit="s", ours=Figure.of(storms), 
            target=10)
    )  # fmt: skip
    report.rows.append(
        Row(case=CASE, workload=storm, measure="groups to look at", unit="groups", ours=Figure.of(groups), 
            target=20)
    )  # fmt: skip


def _batches(devices: int, count: int, seed: int) -> Iterator[list[Reading]]:
    chance = Random(seed)
    for first in range(0, count, _BATCH):
        at = _T0 + timedelta(seconds=first / 10_000)
        yield [_reading(chance, devices, at + timedelta(microseconds=n)) for n in range(_BATCH)]


def _reading(chance: Random, devices: int, at: datetime) -> Reading:
    return Reading(f"d{chance.randrange(devices)}", "water_level", chance.gauss(3.0, 0.2), at, at, "m")


def _storm(count: int, seed: int) -> Iterator[AlarmRaised]:
    chance = Random(seed)
    for n in range(count):
        at = _T0 + timedelta(seconds=10 * n / count)
        place = Place(lon=chance.uniform(119.68, 120.2), lat=chance.uniform(30.15, 30.55), code="330110")
        yield AlarmRaised(
            fact_id=f"a{n}", at=at, received_at=at, alarm_id=f"a{n}", device_id=f"d{n}", kind="smoke",
            severity=Severity.III, place=place,
        )  # fmt: skip
