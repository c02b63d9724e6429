"""回召: what ended days ago is asked for again, by an officer or by its source, and is an event like any other."""

from datetime import timedelta
from typing import Any

import pytest

from cockpit.domain.facts import DayStarted
from cockpit.services.dispatcher import Dispatcher
from cockpit.services.past_events import PastEvents
from cockpit.services.recall import Recall, RecallWatch
from cockpit.store.accounts import Role
from cockpit.store.database import writing
from cockpit.store.event_records import EventRecords
from tests.api.town import HERE_STREET, NOON, Town, event, transition
from tests.stories import RULES, recorder_of

DAY = timedelta(days=1)
OLD = "citizen:1"


class Following:
    """The town's fold as dispatcher and watch ask for it."""

    def __init__(self, town: Town) -> None:
        self.lock, self._town = town.fold.lock, town

    @property
    def situation(self) -> Any:
        return self._town.fold.situation

    def follow_to(self, _position: str) -> bool:
        self._town.fold.follow()
        return True


def dispatch(town: Town) -> None:
    """A real dispatcher decides what was asked for."""
    dispatcher = Dispatcher(
        projector=Following(town),  # type: ignore[arg-type]  # a fold of the test's own
        facts=town.facts,
        group=town.commands.group("dispatch", "test"),
        recall=Recall(EventRecords(town.engine), clock=town.clock),
    )
    dispatcher.step(block_ms=0)
    town.fold.follow()


def archive(town: Town) -> None:
    """What the archiver does: records follow the facts."""
    facts = [entry.fact for entry in town.facts.read("0", count=1_000, block_ms=0) if entry.fact]
    with writing(town.engine).begin() as connection:
        recorder_of(town.engine).note(connection, facts)


def midnight(town: Town) -> None:
    """The local day of the town's clock begins."""
    day = town.now.astimezone(town.fold.situation.rules.zone()).date()
    town.facts.append([DayStarted(fact_id=f"day:{day}", at=town.now, received_at=town.now, day=day)])
    town.fold.follow()


def listed(town: Town, **query: Any) -> list[str]:
    page = town.caller().get("events", **query).json
    assert page["total"] == len(page["items"])
    return [item["event_id"] for item in page["items"]]


@pytest.fixture
def old_town(bare_town: Town) -> Town:
    """One event that was closed on Thursday and one that is open; now it is Saturday."""
    town = bare_town
    town.build(past=PastEvents(EventRecords(town.engine), RULES))
    feed = town.caller(Role.FEED)
    feed.post("feeds/events", [event(1), event(2)])
    feed.post("feeds/transitions", [transition(1, "assigned"), transition(1, "closed", -10)])
    town.fold.follow()
    archive(town)
    town.now = NOON + 2 * DAY
    midnight(town)
    assert OLD not in town.fold.situation.events
    return town


def test_what_ended_days_ago_is_reopened_and_is_at_work_again(old_town: Town) -> None:
    officer = old_town.caller(Role.DUTY)
    told = officer.get(f"events/{OLD}").json
    assert {a["name"] for a in told["actions"] if a["allowed"]} >= {"reopen", "evaluate", "note"}
    refused = officer.post(f"events/{OLD}/accept", {})
    assert (refused.status_code, refused.json["rule"]) == (409, "wrong_stage")
    assert OLD not in old_town.fold.situation.events, "what is refused brings nothing back"
    assert officer.post(f"events/{OLD}/reopen", {"note": "又坏了"}).status_code == 202
    dispatch(old_town)
    assert old_town.fold.situation.events[OLD].is_open
    assert sorted(listed(old_town)) == [OLD, "citizen:2"], "once, also before its record has followed"
    archive(old_town)
    assert sorted(listed(old_town)) == [OLD, "citizen:2"]
    assert listed(old_town, stage="reopened") == [OLD]
    assert listed(old_town, stage="closed") == []
    told = officer.get(f"events/{OLD}").json
    assert [step["name"] for step in told["process"]] == ["assigned", "closed", "reopened"]
    assert officer.post(f"events/{OLD}/assign", {"unit": "区城管局"}).status_code == 202
    dispatch(old_town)
    old_town.now += DAY
    midnight(old_town)
    assert old_town.fold.situation.events[OLD].unit == "区城管局", "what is open stays"


def test_what_was_evaluated_late_leaves_again_at_midnight_and_may_come_back_once_more(old_town: Town) -> None:
    officer = old_town.caller(Role.DUTY)
    officer.post(f"events/{OLD}/evaluate", {"score": 5})
    dispatch(old_town)
    archive(old_town)
    assert listed(old_town, stage="evaluated") == [OLD]
    old_town.now += DAY
    midnight(old_town)
    assert OLD not in old_town.fold.situation.events
    assert listed(old_town, stage="evaluated") == [OLD]
    assert officer.post(f"events/{OLD}/reopen", {}).status_code == 202
    dispatch(old_town)
    assert old_town.fold.situation.events[OLD].is_open


def test_nobody_brings_back_what_lies_outside_the_scope_or_never_was(old_town: Town) -> None:
    assert old_town.caller(Role.DUTY, "330110113").post(f"events/{OLD}/reopen", {}).status_code == 404
    assert old_town.caller(Role.DUTY).post("events/citizen:9/reopen", {}).status_code == 404
    assert old_town.caller(Role.LEADER).post(f"events/{OLD}/reopen", {}).status_code == 403
    assert old_town.caller(Role.DUTY, HERE_STREET).post(f"events/{OLD}/note", {"note": "回访"}).status_code == 202


def test_what_its_source_reopens_comes_back_by_itself_and_what_it_only_repeats_does_not(old_town: Town) -> None:
    recall = Recall(EventRecords(old_town.engine), clock=old_town.clock)
    watch = RecallWatch(
        recall,
        projector=Following(old_town),  # type: ignore[arg-type]  # a fold of the test's own
        facts=old_town.facts,
        tail=old_town.facts.tail,
    )
    feed = old_town.caller(Role.FEED)
    feed.post("feeds/transitions", [transition(1, "closed", -5), transition(7, "closed", -5)])
    old_town.fold.follow()
    archive(old_town)
    assert watch.look() == []
    feed.post("feeds/transitions", [transition(1, "reopened", 2 * 24 * 60 - 5)])
    old_town.fold.follow()
    archive(old_town)  # its record says that it is open before anybody looks
    [back] = watch.look()
    assert back.report.event_id == OLD
    old_town.fold.follow()
    assert old_town.fold.situation.events[OLD].is_open
    assert OLD in listed(old_town, stage="reopened")
    assert watch.look() == []
