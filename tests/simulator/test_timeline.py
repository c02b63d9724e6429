"""时间线 — a restart tells the same things again; nothing is told twice or left out between before and after."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from cockpit.simulator.ground import Ground
from cockpit.simulator.kinds import Kind
from cockpit.simulator.timeline import DayPlan, Pending, messages_after, plan_day, told_alarms, told_events

from .conftest import DAY, SEED


@pytest.fixture
def noon(ground: Ground) -> datetime:
    return datetime.combine(DAY, datetime.min.time(), ground.tz) + timedelta(hours=12)


def told(plan: DayPlan, now: datetime) -> list[str]:
    batches = [*told_events(plan.events, now), *told_alarms(plan, now)]
    return [json.dumps(body, sort_keys=True) for _, bodies in batches for body in bodies]


def test_a_restart_tells_the_same_messages(ground: Ground, kinds: list[Kind], plan: DayPlan, noon: datetime) -> None:
    later = told(plan_day(ground, kinds, DAY, SEED), noon + timedelta(hours=1))
    assert set(told(plan, noon)) <= set(later)


def test_before_and_after_together_are_the_whole_day(plan: DayPlan, noon: datetime) -> None:
    before = told(plan, noon)
    after = [json.dumps(m.body, sort_keys=True) for m in messages_after(plan, noon)]
    whole = [json.dumps(m.body, sort_keys=True) for m in messages_after(plan, datetime.min.replace(tzinfo=noon.tzinfo))]
    assert sorted(before + after) == sorted(whole)


def test_open_events_come_first_and_then_the_newest(plan: DayPlan, noon: datetime) -> None:
    still = {e.body["event_id"] for e in plan.events if e.is_open(noon)}
    order = [b for feed, bodies in told_events(plan.events, noon) if feed == "events" for b in bodies]
    assert {b["event_id"] for b in order[: len(still)]} == still
    rest = [b["reported_at"] for b in order[len(still) :]]
    assert rest == sorted(rest, reverse=True)


def test_nothing_is_told_before_its_time(plan: DayPlan, noon: datetime) -> None:
    for feed, bodies in told_events(plan.events, noon):
        key = "reported_at" if feed == "events" else "at"
        assert all(datetime.fromisoformat(b[key]) <= noon for b in bodies)


def test_what_is_due_is_taken_once_and_events_before_their_steps(plan: DayPlan, noon: datetime) -> None:
    pending = Pending()
    pending.add(messages_after(plan, noon))
    size = len(pending)
    first = pending.due(noon + timedelta(minutes=30))
    assert [feed for feed, _ in first][:2] == ["events", "transitions"]
    assert len(pending) == size - sum(len(bodies) for _, bodies in first)
    assert pending.due(noon + timedelta(minutes=30)) == []
