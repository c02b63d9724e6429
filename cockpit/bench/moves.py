"""流转: from an officer's move to a hundred browsers; colours and clocks of 100,000 open events worked here."""

import itertools
import json
import random
import time
import urllib.request
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.error import HTTPError

from cockpit.bench import systems
from cockpit.bench.children import Child, running
from cockpit.bench.city_day import facts_of_a_day
from cockpit.bench.fold import folded
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure
from cockpit.bench.sinks import HttpSink, now_text
from cockpit.bench.systems import Served
from cockpit.bench.trials import alternated, timed
from cockpit.bench.view import VIEW
from cockpit.domain.assignment import Assignment, GivenLimit
from cockpit.domain.facts import CalendarDaySet, EventReported, Fact, StageEntered
from cockpit.domain.limit import parse_limit
from cockpit.domain.overtime import colour_of
from cockpit.domain.scope import Scope
from cockpit.domain.stage import Stage
from cockpit.services.city import City
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Rules, Situation
from cockpit.situation.table import OPEN, Mask

CASE = "moves: events are worked"
_BROWSERS = 100
_MOVES_PER_S = 5
_LIMITS = [GivenLimit(limit=parse_limit(text)) for text in ("2急时", "4时", "1日", "5日")]


def run(report: Report, *, quick: bool) -> None:
    """In this process first, then through a running cockpit."""
    report.rows += _clock_rows(10_000 if quick else 100_000, 3 if quick else 5)
    report.rows += _move_rows(15.0 if quick else 60.0)


# -- a move reaches every screen ---------------------------------------------------------------------------------


def _move_rows(seconds: float) -> list[Row]:
    with systems.installed() as installation:
        served = Served(
            name="cockpit", url=installation.url, sink="", token=installation.token("feed"),
            screen_token=installation.token("screen"), pid=installation.web_pid(),
        )  # fmt: skip
        officer = installation.token("duty")
        arguments = json.dumps({"url": served.url, "token": served.screen_token, "browsers": _BROWSERS})
        with running("cockpit.bench.crowd", arguments) as crowd:
            crowd.line(120)
            _told(crowd, "report")
            time.sleep(5)  # everybody joins
            _told(crowd, "reset")
            made = _worked(served, officer, seconds)
            time.sleep(2)
            found = _told(crowd, "report")
    workload = f"{_BROWSERS} browsers, {_MOVES_PER_S} moves/s"

    def row(measure: str, unit: str, ours: float, target: float) -> Row:
        return Row(
            case=CASE, workload=workload, measure=measure, unit=unit, ours=Figure.of([ours]), others={}, target=target
        )

    return [
        row("from the request to the browser, p50", "ms", found["p50_ms"], 100),
        row("from the request to the browser, p99", "ms", found["p99_ms"], 300),
        row("moves that did not arrive", f"of {made * _BROWSERS:,}", made * _BROWSERS - found["deliveries"], 0),
    ]


def _worked(served: Served, officer: str, seconds: float) -> int:
    """Assign, return and assign again at a steady rate; how many assignments, each with its instant as the unit."""
    HttpSink(served.url, "/api/v1/feeds/events", served.token, None).send_body(_report())
    made = 0
    while not _asked(served, officer, "accept", {}):
        time.sleep(0.2)
    end, move = time.monotonic() + seconds, "assign"
    while time.monotonic() < end:
        # the row tells the unit: a return names another, so that an instant comes to each browser once
        stamp = f"fan-{time.time_ns() // 1000}"
        body = {"unit": stamp} if move == "assign" else {"unit": "区社会治理中心", "note": "不属本单位职责"}
        if _asked(served, officer, move, body):
            made += move == "assign"
            move = "return" if move == "assign" else "assign"
        time.sleep(1 / _MOVES_PER_S)
    return made


def _report() -> bytes:
    event = {
        "event_id": "bench-move", "source": "gridworker", "title": "占道经营", "lon": VIEW.lon, "lat": VIEW.lat,
        "reported_at": now_text().decode(), "due_at": (datetime.now(UTC) + timedelta(hours=8)).isoformat(),
    }  # fmt: skip
    return json.dumps([event]).encode()


def _asked(served: Served, officer: str, move: str, body: dict[str, str]) -> bool:
    """False while the situation has not come so far that the move is legal."""
    headers = {"Authorization": f"Bearer {officer}", "Content-Type": "application/json"}
    url = f"{served.url}/api/v1/events/gridworker:bench-move/{move}"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
    except HTTPError as refused:
        if refused.code in (404, 409):
            return False
        raise
    return True


def _told(crowd: Child, line: str) -> dict[str, float]:
    crowd.tell(line)
    told: dict[str, float] = json.loads(crowd.line(60))
    return told


# -- colours and clocks ------------------------------------------------------------------------------------------


def _clock_rows(events: int, times: int) -> list[Row]:
    city = City.load("yuhang")
    rules, now = Rules(city_code=city.code, tz=city.tz), datetime(2026, 11, 20, 9, tzinfo=UTC)
    situation = folded([_worked_here(fact) for fact in facts_of_a_day(city, events, now=now)], rules)
    workload = f"{len(situation.events):,} open events, each with a limit of ours"
    colours = alternated(
        {
            "cockpit": lambda: 1e3 * timed(lambda: _red(situation, Scope(city.code), now)),
            "a loop that asks each event": lambda: 1e3 * timed(lambda: _asked_one_by_one(situation, now)),
        },
        times,
    )
    edits = iter(_edits(now))
    calendar = alternated({"cockpit": lambda: 1e3 * timed(lambda: _edited(situation, next(edits)))}, times)

    def row(measure: str, found: dict[str, Figure], target: float | None) -> Row:
        ours, *others = found
        return Row(
            case=CASE, workload=workload, measure=measure, unit="ms", ours=found[ours],
            others={name: found[name] for name in others}, target=target,
        )  # fmt: skip

    return [
        row("colours and clocks at an instant", colours, 150),
        row("a day of the calendar changed under them", calendar, None),
    ]


_chance = random.Random(7)


def _worked_here(fact: Fact) -> Any:
    """The made-up day as if officers had worked it: no limit of the source, steps of ours."""
    if isinstance(fact, EventReported):
        return replace(fact, report=replace(fact.report, due_at=None))
    if not isinstance(fact, StageEntered):
        return fact
    given = Assignment(given=_chance.choice(_LIMITS)) if fact.step.stage is Stage.ASSIGNED else None
    return replace(fact, step=replace(fact.step, command_id=f"c:{fact.fact_id}", assignment=given))


def _red(situation: Situation, scope: Scope, now: datetime) -> tuple[Mask, Mask]:
    """Which events of the scope are overtime and which at risk, as every figure has them."""
    rows, instant = situation.table.rows, now.timestamp()
    running = situation.table.within(scope) & (rows["state"] == OPEN)
    overtime = running & (instant > rows["overtime"])
    return overtime, running & (instant >= rows["at_risk"]) & ~overtime


def _asked_one_by_one(situation: Situation, now: datetime) -> int:
    return len({colour_of(event, now, situation.timing) for event in situation.events.values()})


def _edits(now: datetime) -> Any:
    for n in itertools.count():
        yield CalendarDaySet(
            fact_id=f"edit:{n}", at=now + timedelta(seconds=n), received_at=now, day=date(2026, 11, 23),
            is_workday=n % 2 == 1, note="", by="", command_id=f"edit:{n}",
        )  # fmt: skip


def _edited(situation: Situation, fact: CalendarDaySet) -> int:
    return len(evolve(situation, fact, situation.position))
