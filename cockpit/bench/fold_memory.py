"""折叠 of a city's day: bytes an event takes, facts folded a second, and a checkpoint of 250,000 events and back."""

import gc
import random
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice
from multiprocessing import get_context

import psutil

from cockpit.bench.report import Row
from cockpit.bench.samples import Figure
from cockpit.domain.event import Place, Report, Step
from cockpit.domain.facts import DayCleared, DayStarted, EventReported, Fact, StageEntered
from cockpit.domain.level import Level
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.services.city import City
from cockpit.situation.checkpoint import pieces_of, restored
from cockpit.situation.evolve import evolve
from cockpit.situation.leaving import day_start, leaving
from cockpit.situation.situation import Rules, Situation
from cockpit.stream.codec import decode_fact, encode

_STEPS = (Stage.ACCEPTED, Stage.ASSIGNED, Stage.HANDLING, Stage.FED_BACK, Stage.CLOSED)
#: four of five events of a city's day are over by its evening
_CITY_WAYS = (5, 5, 5, 5, 3)
_AT_ONCE = 2_000


def memory_rows(case: str, rules: Rules, *, quick: bool) -> list[Row]:
    """One city's day, then bytes an event by how far it has come; in a process that nothing else has grown."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as children:
        return children.submit(_rows, case, rules, quick).result()


def _rows(case: str, rules: Rules, quick: bool) -> list[Row]:
    city = City.load("yuhang")
    events, sample = (20_000, 2_000) if quick else (250_000, 10_000)
    workload = f"{sample:,} events with texts of their own, as they come from the stream"
    day = _city_rows(case, city, rules, events)
    return day + [
        Row(case=case, workload=workload, measure=f"memory of an event, {name}", unit="B",
            ours=Figure.of([_bytes_an_event(city, rules, sample, steps)]), target=target)
        for name, steps, target in (("reported", 0, None), ("three steps", 3, None), ("ended after five", 5, 1_500.0))
    ]  # fmt: skip


def _bytes_an_event(city: City, rules: Rules, events: int, steps: int) -> float:
    situation = Situation(rules=rules)
    gc.collect()
    tracemalloc.start()
    try:
        for number, fact in enumerate(facts_of_texts(city, events, (steps,))):
            evolve(situation, fact, f"{number + 1}-0")
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / events
    finally:
        tracemalloc.stop()


def _city_rows(case: str, city: City, rules: Rules, events: int) -> list[Row]:
    """Processor time throughout: what the fold takes, whoever else uses the machine."""
    situation, process = Situation(rules=rules), psutil.Process()
    gc.collect()
    before, folding_s, facts = process.memory_info().rss, 0.0, 0
    told = facts_of_texts(city, events, _CITY_WAYS)
    while batch := list(islice(told, _AT_ONCE)):
        start = time.process_time()
        for fact in batch:
            facts += 1
            evolve(situation, fact, f"{facts}-0")
        folding_s += time.process_time() - start
    gc.collect()
    taken = process.memory_info().rss - before
    start = time.process_time()
    pieces = pieces_of(situation)
    held_s = time.process_time() - start
    start = time.process_time()
    body = b"".join(pieces)
    made_s = time.process_time() - start
    start = time.process_time()
    back = restored(body, rules)
    read_s = time.process_time() - start
    same = "" if len(back.events) == len(situation.events) else "NOT THE SAME EVENTS"
    del situation
    sliced = _held_at_midnight(back)
    whole = restored(body, rules)
    whole.slice_of_leaving = len(whole.events)
    at_once = _held_at_midnight(whole)
    if back.events != whole.events or back.past_days != whole.past_days:
        same = "NOT THE SAME AFTER MIDNIGHT"
    workload = f"a city's day: {events:,} events, one in five open, {facts:,} facts"

    def row(measure: str, unit: str, value: float, target: float | None = None, *, smaller: bool = True) -> Row:
        return Row(
            case=case, workload=workload, measure=measure, unit=unit, ours=Figure.of([value]), target=target,
            smaller_is_better=smaller, note=same,
        )  # fmt: skip

    return [
        row("the process grew by", "MB", taken / 1e6),
        row("facts folded", "1/s", facts / folding_s, 20_000, smaller=False),
        row("checkpoint: the fold stands still", "ms", 1e3 * held_s, 100),
        row("checkpoint made, all of it", "s", held_s + made_s),
        row("checkpoint", "MB", len(body) / 1e6),
        row("checkpoint read", "s", read_s, 3),
        Row(
            case=case, workload=f"{workload}; {len(sliced)} slices", unit="ms", target=20,
            measure="midnight: the fold stands still at most", ours=Figure.of([1e3 * max(sliced)]),
            others={"all at once": Figure.of([1e3 * max(at_once)])}, note=same,
        ),
        row("midnight: all slices together", "ms", 1e3 * sum(sliced)),
    ]  # fmt: skip


def _held_at_midnight(situation: Situation) -> list[float]:
    """Seconds that each fact of a midnight takes the fold, until nothing of yesterday is left."""
    day = datetime.now(situation.rules.zone()).date() + timedelta(days=1)
    at = day_start(day, situation)
    facts: Iterator[Fact] = iter([DayStarted(fact_id="day", at=at, received_at=at, day=day)])
    held: list[float] = []
    gc.collect()
    while (fact := next(facts, None)) or leaving(situation):
        fact = fact or DayCleared(fact_id=f"cleared:{len(held)}", at=at, received_at=at, day=day)
        start = time.process_time()
        evolve(situation, fact, f"{situation.seq + 1}-0")
        held.append(time.process_time() - start)
    return held


def facts_of_texts(city: City, events: int, ways: Sequence[int], *, seed: int = 29) -> Iterator[Fact]:
    """Reports with texts of their own and so many steps as one of `ways` says, decoded as a process reads them."""
    chance = random.Random(seed)
    begin = datetime.now(UTC) - timedelta(hours=8)
    grids = [(code, division.label) for code, division in city.divisions.items() if len(code) == 15]
    for number in range(events):
        at = begin + timedelta(hours=7) * (number / events)
        code, (lon, lat) = chance.choice(grids)
        event_id = f"hotline_12345:{seed}-20261122{number:08d}"
        report = Report(
            event_id=event_id, source=Source.HOTLINE_12345, title=f"占道经营：{chance.randrange(10**6)}号门口",
            reported_at=at, due_at=at + timedelta(hours=4), reporter="市民",
            place=Place(
                lon=lon + chance.uniform(-1e-3, 1e-3), lat=lat + chance.uniform(-1e-3, 1e-3), code=code,
                address=f"文一西路{chance.randrange(9_999)}号",
            ),
            category=f"event.01.{chance.randrange(1, 20):02d}",
            description=f"市民反映占道经营，现场编号{chance.randrange(10**9)}，请处置",
        )  # fmt: skip
        yield _read(EventReported(fact_id=f"event:{event_id}", at=at, received_at=at, report=report))
        for stage in _STEPS[: chance.choice(ways)]:
            at += timedelta(minutes=1)
            fact_id = f"stage:{event_id}:{stage.value}:{round(at.timestamp() * 1000)}"
            step = Step(stage=stage, at=at, unit="五常街道综合执法队", by="王建国", level=Level.STREET, fact_id=fact_id)
            yield _read(StageEntered(fact_id=fact_id, at=at, received_at=at, event_id=event_id, step=step))


def _read(fact: Fact) -> Fact:
    """The fact with strings of its own, as a process gets it from the stream."""
    return decode_fact(*encode(fact))
