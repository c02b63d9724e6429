"""Lists beside the fold: what was over yesterday, and what a table brought, once and in one order."""

from datetime import timedelta
from typing import Any

import pytest

from cockpit.domain.source import Source
from cockpit.services.intake import Intake
from cockpit.services.past_events import PastEvents
from cockpit.store.accounts import Role
from cockpit.store.database import writing
from cockpit.store.event_records import EventRecords
from tests.api.town import HERE_STREET, NOON, Town, event, transition
from tests.services.test_past_events import record
from tests.stories import GRIDS, RULES, recorder_of

DAY = timedelta(days=1)


def row(days_ago: float, *, closed: int | None, **given: Any) -> dict[str, Any]:
    """What a table says: reported so long before noon, closed so many minutes later."""
    told = {"reported_at": NOON - timedelta(days=days_ago), "due": 60, "closed": closed, "code": GRIDS[2], "lon": 119.9}
    return {**told, "source": Source.CITIZEN, "title": "旧案", **given}


@pytest.fixture
def old_town(bare_town: Town) -> Town:
    """Five imported cases, and two of today that were told live."""
    town, records = bare_town, EventRecords(bare_town.engine)
    cases = [row(9, closed=30), row(9, closed=90), row(5, closed=None), row(1, closed=2), row(0.1, closed=1)]
    kept = [record(100 + n, case) for n, case in enumerate(cases)]
    with writing(town.engine).begin() as connection:
        records.insert(connection, [k._replace(revision=records.claim(connection))[1:] for k in kept])
    past = PastEvents(records, RULES)
    town.past = {NOON - 8 * DAY: town.fold.situation}
    intake = Intake(
        city=town.city, facts=town.facts, positions=town.positions, clock=town.clock, over=past.over_among
    )  # fmt: skip
    town.build(intake=intake, past=past, rewind=lambda at: past.beside(town.past.get(at, town.fold.situation), at))
    feed = town.caller(Role.FEED)
    feed.post("feeds/events", [event(1), event(2)])
    feed.post("feeds/transitions", [transition(2, "assigned"), transition(2, "closed", -1)])
    town.fold.follow()
    return town


def numbers(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [int(item["event_id"].partition(":")[2]) for item in answer.json["items"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [1, 2, 104, 103, 102, 100, 101]),
        ({"stage": "closed"}, [2, 104, 103, 100, 101]),
        ({"colour": "green"}, [2, 104, 103, 100, 101]),
        ({"colour": "green", "closed_from": "2026-11-18T16:00:00Z"}, [2, 104]),
        ({"closed_to": "2026-11-18T00:00:00Z"}, [100, 101]),
        ({"overtime": "true"}, [102]),
        ({"q": "旧案"}, [104, 103, 102, 100, 101]),
        ({"scope": HERE_STREET}, [1, 2, 104, 103, 102, 100, 101]),
        ({"stage": "assigned"}, []),
    ],
)
def test_now_has_what_is_live_and_what_was_over_before_today(
    old_town: Town, query: dict[str, str], expected: list[int]
) -> None:
    answer = old_town.caller().get("events", **query)
    assert numbers(answer) == expected
    assert answer.json["total"] == len(expected)


def test_pages_go_through_both_as_through_one(old_town: Town) -> None:
    caller, seen, cursor = old_town.caller(), list[int](), None
    while True:
        answer = caller.get("events", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += numbers(answer)
        assert answer.json["total"] == 7
        cursor = answer.json["next"]
        if cursor is None:
            break
    assert seen == [1, 2, 104, 103, 102, 100, 101]


def test_an_event_of_the_past_is_told_with_its_closing(old_town: Town) -> None:
    caller = old_town.caller(Role.DUTY)
    told = caller.get("events/citizen:101").json
    assert ([s["stage"] for s in told["process"]], told["colour"], told["late"]) == (["closed"], "green", True)
    assert "reopen" in {action["name"] for action in told["actions"] if action["allowed"]}
    assert old_town.caller(scope="330110005").get("events/citizen:101").status_code == 404
    assert caller.get("events/citizen:99").status_code == 404


def test_a_report_of_what_was_over_before_it_was_imported_is_a_duplicate(old_town: Town) -> None:
    answer = old_town.caller(Role.FEED).post("feeds/events", [event(100), event(7)])
    assert answer.json == {"accepted": 1, "duplicate": 1, "rejected": []}
    old_town.fold.follow()
    assert old_town.caller().get("events").json["total"] == 8


def test_what_ended_yesterday_is_counted_once_until_the_fold_lets_it_go(old_town: Town) -> None:
    facts = [entry.fact for entry in old_town.facts.read("0", count=99, block_ms=0) if entry.fact]
    with writing(old_town.engine).begin() as connection:
        recorder_of(old_town.engine).note(connection, facts)
    old_town.now = NOON + DAY
    caller = old_town.caller()
    assert caller.get("events").json["total"] == 7
    assert numbers(caller.get("events", stage="closed", closed_from="2026-11-18T16:00:00Z")) == [2, 104]
    old_town.fold.situation.drop("citizen:2")
    assert numbers(caller.get("events", stage="closed", closed_from="2026-11-18T16:00:00Z")) == [2, 104]
