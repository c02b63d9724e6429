"""折叠: facts folded a second, figures of 50,000 open events, a snapshot, a checkpoint and back; a city's day."""

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from cockpit.bench.city_day import facts_of_a_day
from cockpit.bench.fold_memory import memory_rows
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure
from cockpit.bench.trials import alternated, timed
from cockpit.domain.event import Event
from cockpit.domain.facts import Fact
from cockpit.domain.overtime import colour_of
from cockpit.domain.scope import Scope
from cockpit.services.city import City
from cockpit.situation.checkpoint import checkpoint_of, restored
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Rules, Situation
from cockpit.situation.tally import figures_of
from cockpit.situation.view import view_of

CASE = "fold: one process's memory"


def run(report: Report, *, quick: bool) -> None:
    """All measurements on one situation, in this process."""
    events, times = (10_000, 3) if quick else (50_000, 5)
    city = City.load("yuhang")
    rules = Rules(city_code=city.code, tz=city.tz)
    facts = facts_of_a_day(city, events)
    situation = folded(facts, rules)
    report.rows += _rows(situation, facts, city, rules, times)
    report.rows += memory_rows(CASE, rules, quick=quick)


def folded(facts: Sequence[Fact], rules: Rules) -> Situation:
    """A situation after these facts."""
    situation = Situation(rules=rules)
    for number, fact in enumerate(facts):
        evolve(situation, fact, f"{number + 1}-0")
    return situation


def _rows(situation: Situation, facts: Sequence[Fact], city: City, rules: Rules, times: int) -> list[Row]:
    scope, now = Scope(city.code), datetime.now(UTC)
    workload = f"{len(situation.events):,} open events, {len(facts):,} facts"
    children = city.children_of(city.code)

    def row(measure: str, unit: str, found: dict[str, Figure], target: float | None = None, **more: Any) -> Row:
        ours, *others = found
        return Row(
            case=CASE, workload=workload, measure=measure, unit=unit, ours=found[ours],
            others={name: found[name] for name in others}, target=target, **more,
        )  # fmt: skip

    n = len(facts)
    folding = alternated(
        {
            "cockpit": lambda: n / timed(lambda: folded(facts, rules)),
            "a dict of the facts by id": lambda: n / timed(lambda: _kept_by_id(facts)),
        },
        times,
    )
    figures = alternated(
        {
            "cockpit": lambda: 1e3 * timed(lambda: figures_of(situation, scope, now, divisions=children)),
            "a loop for the colours alone": lambda: 1e3 * timed(lambda: _colours(list(situation.events.values()), now)),
        },
        times,
    )
    view = view_of(situation, scope)
    snapshot = alternated(
        {
            "cockpit": lambda: 1e3 * timed(lambda: _snapshot(situation, scope)),
            "the same rows, JSON and gzip alone": lambda: 1e3 * timed(lambda: _packed(view)),
        },
        times,
    )
    body = checkpoint_of(situation)
    back = alternated(
        {
            "cockpit": lambda: 1e3 * timed(lambda: restored(body, rules)),
            "fold everything again": lambda: 1e3 * timed(lambda: folded(facts, rules)),
        },
        times,
    )
    saving = alternated({"cockpit": lambda: 1e3 * timed(lambda: checkpoint_of(situation))}, times)
    size = Figure.of([len(_packed(view)) / 1024])
    plain = Figure.of([len(msgspec.json.encode(view)) / 1024])
    return [
        row("facts folded", "1/s", folding, 50_000, smaller_is_better=False),
        row("all figures of a wall", "ms", figures, 50),
        row("snapshot made", "ms", snapshot, 1_000),
        row("snapshot, on the wire", "KiB", {"cockpit": size, "not packed": plain}, 2_048),
        row("checkpoint made, all of it", "ms", saving, 500),
        row("checkpoint read", "ms", back, 2_000),
    ]


def _kept_by_id(facts: Sequence[Fact]) -> dict[str, Fact]:
    kept: dict[str, Fact] = {}
    for fact in facts:
        kept[fact.fact_id] = fact
    return kept


def _colours(events: Sequence[Event], now: datetime) -> int:
    return len({colour_of(event, now) for event in events})


def _snapshot(situation: Situation, scope: Scope) -> bytes:
    return _packed(view_of(situation, scope))


def _packed(view: dict[str, Any]) -> bytes:
    return gzip.compress(msgspec.json.encode(view), compresslevel=3, mtime=0)
