"""A made-up day as facts: events spread over the demo city's grids, most of them open, each some steps on its way."""

import random
from datetime import UTC, datetime, timedelta

from cockpit.domain.event import Place, Report, Step
from cockpit.domain.facts import EventReported, Fact, StageEntered
from cockpit.domain.level import Level
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.services.city import City

#: how far events have come: all are open, as a backlog is
_WAYS = (
    (Stage.ACCEPTED,),
    (Stage.ACCEPTED, Stage.ASSIGNED),
    (Stage.ACCEPTED, Stage.ASSIGNED, Stage.HANDLING),
)
_DUE = timedelta(hours=4)


def facts_of_a_day(city: City, events: int, *, seed: int = 7, now: datetime | None = None) -> list[Fact]:
    """Reports and steps of so many open events, about three facts each, in the order in which they happened."""
    chance = random.Random(seed)
    end = now or datetime.now(UTC)
    grids = [(code, division.label) for code, division in city.divisions.items() if len(code) == 15]
    facts: list[Fact] = []
    for number in range(events):
        at = end - timedelta(seconds=chance.uniform(600, 8 * 3600))
        code, (lon, lat) = chance.choice(grids)
        event_id = f"gridworker:day-{seed}-{number}"
        place = Place(lon=lon + chance.uniform(-1e-3, 1e-3), lat=lat + chance.uniform(-1e-3, 1e-3), code=code)
        report = Report(
            event_id=event_id, source=Source.GRIDWORKER, title="占道经营", reported_at=at, due_at=at + _DUE,
            place=place, category="event.01.10",
        )  # fmt: skip
        facts.append(EventReported(fact_id=f"event:{event_id}", at=at, received_at=at, report=report))
        for stage in chance.choice(_WAYS):
            at += timedelta(seconds=chance.uniform(5, 180))
            fact_id = f"stage:{event_id}:{stage}"
            step = Step(stage=stage, at=at, unit="综合执法队", level=chance.choice(list(Level)), fact_id=fact_id)
            facts.append(StageEntered(fact_id=fact_id, at=at, received_at=at, event_id=event_id, step=step))
    return sorted(facts, key=lambda fact: fact.at)
