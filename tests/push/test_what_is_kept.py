"""What is kept: some kilobytes for each event of the day, nothing of a day that is over or of a browser that left."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from cockpit.bench.city_day import facts_of_a_day
from cockpit.domain.facts import DayStarted, Fact
from cockpit.domain.scope import Scope
from cockpit.domain.stage import Stage
from cockpit.push.deltas import Deltas
from cockpit.services.city import City
from cockpit.situation.situation import Situation
from cockpit.stream.codec import decode_fact, encode
from tests.api.town import CITY, Fold, Town
from tests.push.wall import Hall
from tests.sizes import bytes_of
from tests.stories import GRIDS, NOON, entered, minutes, place, reported

EVENTS = 300
_WAY = (Stage.ACCEPTED, Stage.ASSIGNED, Stage.HANDLING, Stage.FED_BACK, Stage.CLOSED)
#: what the situation keeps of each event, under its own name or another
_COME_AND_GO = ("events", "orphans", "orphan_acts", "alarms", "orders", "clocked", "table")


def take(fold: Fold, facts: Sequence[Fact]) -> None:
    """As the stream brings them: each with texts of its own."""
    for fact in facts:
        fold.take(decode_fact(*encode(fact)), f"{fold.situation.seq + 1}-0")


def a_day(at: datetime) -> list[Fact]:
    """Events that are reported, handled and closed, one a minute."""
    facts: list[Fact] = []
    for number in range(EVENTS):
        start = at + timedelta(seconds=number)
        facts.append(reported(number, reported_at=start, place=place(GRIDS[number % len(GRIDS)])))
        facts += [entered(number, stage, start + minutes(i + 1), unit="综合执法队") for i, stage in enumerate(_WAY)]
    return facts


def kept_of_events(situation: Situation) -> dict[str, int]:
    """How much a situation holds of what comes and goes with its events."""
    counts = {name: len(getattr(situation, name)) for name in _COME_AND_GO}
    for name in ("handovers", "links"):
        derived = vars(getattr(situation, name))
        counts |= {f"{name}.{slot}": len(value) for slot, value in derived.items() if hasattr(value, "__len__")}
    return counts


def test_an_event_on_its_way_takes_some_four_kilobytes(town: Town, yuhang: City) -> None:
    empty = bytes_of(town.fold.situation, beside=(yuhang,))
    take(town.fold, facts_of_a_day(yuhang, EVENTS, now=NOON))
    situation = town.fold.situation
    assert len(situation.events) == EVENTS
    assert (bytes_of(situation, beside=(yuhang,)) - empty) / EVENTS < 4_000


def test_of_a_day_that_is_over_nothing_is_left_but_its_figures(town: Town) -> None:
    fold = town.fold
    deltas = Deltas(fold)
    deltas.look()
    before = kept_of_events(fold.situation)
    for days in range(3):
        noon = NOON + timedelta(days=days)
        take(fold, a_day(noon))
        deltas.look()
        told: dict[str, Any] = deltas.since(fold.known_from, Scope(CITY)) or {}
        assert len(told["events"]) >= EVENTS
        # what was finished leaves when the next day begins
        turned = noon + timedelta(days=1)
        take(fold, [DayStarted(fact_id=f"day:{days}", at=turned, received_at=turned, day=turned.date())])
        deltas.look()
        assert kept_of_events(fold.situation) == before
        fold.forget()
    assert fold.situation.past_days, "the figures of the days before stay"


def test_a_browser_that_left_leaves_nothing(town: Town) -> None:
    hall = Hall(town.fold)
    hall.open("330110").take()
    for _ in range(3):  # what is kept for each scope and lane is there from now on
        _come_and_go(hall, 3)
    settled = bytes_of(hall.rounds, beside=(town.fold, hall.walls, hall.sent, hall.registry))
    _come_and_go(hall, 40)
    assert len(hall.rounds.clients) == 1
    assert bytes_of(hall.rounds, beside=(town.fold, hall.walls, hall.sent, hall.registry)) <= settled + 1_000


def _come_and_go(hall: Hall, browsers: int) -> None:
    walls = [hall.open("330110") for _ in range(browsers)]
    hall.round()
    for wall in walls:
        wall.take()
        del hall.rounds.clients[wall.client.sid]
    hall.round()
