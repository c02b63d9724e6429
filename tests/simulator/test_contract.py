"""契约 — everything that the simulator says is something that the ingest API takes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from pydantic import TypeAdapter

from cockpit.api.messages import AlarmMessage, EventMessage, Message, PositionMessage, TransitionMessage
from cockpit.simulator.ground import Ground
from cockpit.simulator.patrol import Patrol
from cockpit.simulator.timeline import DayPlan, messages_after

from .conftest import DAY, SEED

MODELS: dict[str, type[Message]] = {
    "events": EventMessage,
    "transitions": TransitionMessage,
    "alarms": AlarmMessage,
}


@pytest.mark.parametrize("feed", sorted(MODELS))
def test_every_message_of_a_day_is_well_formed(plan: DayPlan, ground: Ground, feed: str) -> None:
    start = datetime.combine(DAY, datetime.min.time(), ground.tz) - timedelta(seconds=1)
    bodies = [m.body for m in messages_after(plan, start) if m.feed == feed]
    TypeAdapter(list[MODELS[feed]]).validate_json(json.dumps(bodies))


def test_every_position_is_well_formed(ground: Ground) -> None:
    now = datetime.combine(DAY, datetime.min.time(), ground.tz) + timedelta(hours=16)
    patrol = Patrol(ground, SEED)
    bodies = [p for slot in range(patrol.slots) for p in patrol.report(now, slot)]
    assert {p["kind"] for p in bodies} == {"gridworker", "vehicle"}
    TypeAdapter(list[PositionMessage]).validate_json(json.dumps(bodies))
