"""报警: every indicator of alarms over half a million raisings of two years, at past instants and over any period.

The facts lie in a journal, from which the rows are told anew; a reader follows them as the web process does. Beside it
is the same question answered from the journal, as it was before there were rows. All of it in process.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from cockpit.bench.postgres import private_postgres
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure
from cockpit.domain.alarm import AlarmAct, AlarmActKind
from cockpit.domain.event import Place
from cockpit.domain.facts import AlarmActed, AlarmCleared, AlarmRaised, Fact
from cockpit.domain.severity import Severity
from cockpit.services.city import City
from cockpit.services.drill_down import split
from cockpit.services.past_alarms import PastAlarms
from cockpit.services.past_raisings import PastRaisings
from cockpit.services.raising_records import RaisingRecorder
from cockpit.services.subjects.alarms import AlarmRows
from cockpit.situation.indicator_alarms import ALARMS
from cockpit.situation.period import Period
from cockpit.situation.situation import Rules, Situation
from cockpit.store.database import migrate, open_engine
from cockpit.store.journal import Journal, JournalEntry
from cockpit.store.raisings import AlarmRaisings
from cockpit.stream.codec import encode

CASE = "raisings: indicators of alarms"
_END = datetime(2026, 6, 1, tzinfo=UTC)
_DAYS = 730
_DEVICES = 20_000
_AT_ONCE = 2_000
_PERIODS = (timedelta(days=1), timedelta(days=30), timedelta(days=365), timedelta(days=_DAYS))
_MS = 300.0


def run(report: Report, *, quick: bool) -> None:
    """Half a million raisings; 20,000 are enough for a look."""
    count, rounds = (20_000, 3) if quick else (500_000, 20)
    city = City.load("yuhang")
    with tempfile.TemporaryDirectory(prefix="cockpit-bench-", ignore_cleanup_errors=True) as directory:
        report.rows += _rows_on("SQLite", f"sqlite:///{Path(directory) / 'cockpit.db'}", city, count, rounds)
    with private_postgres() as url:
        if url is None:
            report.remarks.append("raisings: PostgreSQL is not installed, so only SQLite was measured")
        else:
            report.rows += _rows_on("PostgreSQL", url, city, count, rounds)


def _rows_on(database: str, url: str, city: City, count: int, rounds: int) -> Iterator[Row]:
    engine = open_engine(url)
    try:
        migrate(engine)
        rules = Rules(city_code=city.code, tz=city.tz)
        journal, table = Journal(engine), AlarmRaisings(engine)
        facts = _journalled(journal, city, count)
        told = _seconds(lambda: RaisingRecorder(table, rules.zone()).tell_anew(journal, engine))
        reader = PastRaisings(table)
        read = _seconds(reader.warm)

        @contextmanager
        def empty(_past: datetime | None) -> Iterator[Situation]:
            yield Situation(rules=rules)

        rows = AlarmRows(empty, reader, journal.begins_at, within_s=900)
        children = city.children_of(city.code)
        chance = np.random.default_rng(5)
        ours, naive, differing = list[float](), list[float](), 0
        for turn in range(rounds):
            for long in _PERIODS:
                # at a midnight the fold of the day has nothing to add
                at = _midnight(_END - timedelta(days=float(chance.uniform(0, _DAYS - 60))), rules)
                period = Period(at - long, at, is_open=True)
                start = time.perf_counter()
                found = split(rows.told(period, at, at), period.moment, children, ALARMS)
                ours.append(1e3 * (time.perf_counter() - start))
                if turn < 2 and long <= _PERIODS[1]:
                    start = time.perf_counter()
                    raised = PastAlarms(journal, rules).raised_between(period.since, at, at)
                    naive.append(1e3 * (time.perf_counter() - start))
                    differing += len(raised) != found["alarm_raised"].whole.numerator
        note = f"median {np.median(ours):.0f} ms of {len(ours)}; beside: periods of a day and a month only, "
        note += f"which it counts differently {differing} times"
        workload = f"{count:,} raisings, {facts:,} facts, {database}"
        yield Row(
            case=CASE, workload=workload, measure="all indicators of alarms with children, p99", unit="ms",
            ours=Figure.of([float(np.percentile(ours, 99))]), target=_MS,
            others={"the journal read for each question, median": Figure.of(naive)}, note=note,
        )  # fmt: skip
        for measure, spent in (("all told anew from the journal", told), ("columns read at a start", read)):
            yield Row(case=CASE, workload=workload, measure=measure, unit="s", ours=Figure.of([spent]), rivals=False)
    finally:
        engine.dispose()


def _midnight(at: datetime, rules: Rules) -> datetime:
    return at.astimezone(rules.zone()).replace(hour=0, minute=0, second=0, microsecond=0)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _journalled(journal: Journal, city: City, count: int) -> int:
    """Raisings evenly over two years; two in three are acknowledged, all but the newest cleared; how many facts."""
    chance = np.random.default_rng(3)
    codes = sorted(code for code in city.divisions if len(code) == 15)
    step = timedelta(days=_DAYS) / count
    waiting: list[JournalEntry] = []
    done = 0
    for number in range(count):
        device = int(chance.integers(_DEVICES))
        place = Place(code=codes[device % len(codes)])
        at = _END - step * (count - number)
        for fact in _story(number, device, place, at, float(chance.uniform(1, 120)), is_open=number > count - 50):
            done += 1
            waiting.append(_entry(done, fact))
        if len(waiting) >= _AT_ONCE:
            journal.record(waiting)
            waiting = []
    journal.record(waiting)
    return done


def _story(number: int, device: int, place: Place, at: datetime, minutes: float, *, is_open: bool) -> Iterator[Fact]:
    alarm_id, kind = f"smoke:{device}", AlarmRaised
    for after in (0.0,) if is_open else (0.0, minutes):
        when = at + timedelta(minutes=after)
        if number % 3 and kind is AlarmCleared:
            acted = at + timedelta(minutes=minutes / 2)
            act = AlarmAct(kind=AlarmActKind.ACKNOWLEDGED, at=acted, about=at, by="值班员")
            yield AlarmActed(
                fact_id=f"act:{number}", at=acted, received_at=acted, alarm_id=alarm_id, code=place.code, act=act
            )
        yield kind(
            fact_id=f"alarm:{number}:{kind.__name__}", at=when, received_at=when, alarm_id=alarm_id,
            device_id=f"smoke-{device}", kind="smoke", severity=Severity.III, place=place,
        )  # fmt: skip
        kind = AlarmCleared


def _entry(number: int, fact: Fact) -> JournalEntry:
    name, body = encode(fact)
    return JournalEntry(
        position=f"{int(fact.received_at.timestamp() * 1000)}-{number}", fact_id=fact.fact_id, type=name, at=fact.at,
        received_at=fact.received_at, code="", body=body.decode(),
    )  # fmt: skip
