"""催办 by hand: once a minute, at any rung, and the ladder's own clock goes on as if nothing had been."""

from datetime import timedelta

import pytest

from cockpit.domain.order_ladder import Due, due_of
from cockpit.situation.decide import decide
from cockpit.situation.order_watching import reminded
from cockpit.store.accounts import Role
from tests.api.test_moves import dispatch
from tests.api.test_orders import order, say
from tests.api.test_orders import workers as workers
from tests.api.town import Caller, Town


@pytest.fixture
def desk(town: Town) -> Caller:
    return town.caller(Role.DUTY)


def remind(town: Town, caller: Caller, order_id: str, **body: str) -> tuple[int, str | None]:
    answer = caller.post(f"orders/{order_id}/remind", body)
    dispatch(town)
    return answer.status_code, answer.json.get("rule")


def test_an_officer_reminds_once_a_minute_whoever_has_an_open_order(
    town: Town, desk: Caller, workers: list[str]
) -> None:
    [order_id] = order(town, desk, workers[0]).json["order_ids"]
    assert remind(town, desk, order_id, note="请速到场") == (202, None)
    town.now += timedelta(seconds=59)
    answer = desk.post(f"orders/{order_id}/remind", {})
    assert (answer.status_code, answer.json["rule"]) == (409, "order_reminded_lately")
    assert answer.json["detail"] == "一分钟内已催办过，请稍后再催"
    assert answer.json["again_at"].startswith("2026-11-19T04:01:00")
    say(town, town.caller(Role.GRIDWORKER, subject=workers[0]), order_id, "accept")
    assert remind(town, desk, order_id) == (202, None)
    item = desk.get(f"orders/{order_id}").json
    assert [(r["by"], r["note"]) for r in item["reminders"]] == [("duty", "请速到场"), ("duty", "")]
    assert item["reminded_at"] == item["reminders"][-1]["at"]
    town.now += timedelta(minutes=2)
    say(town, desk, order_id, "finish")
    assert remind(town, desk, order_id) == (409, "order_is_finished")
    assert remind(town, desk, "none") == (404, "unknown_order")
    assert town.caller(Role.GRIDWORKER, subject=workers[0]).post(f"orders/{order_id}/remind", {}).status_code == 403


def test_a_reminder_by_hand_moves_nothing_of_the_ladder(town: Town, desk: Caller, workers: list[str]) -> None:
    [order_id] = order(town, desk, workers[0]).json["order_ids"]
    town.now += timedelta(seconds=100)
    remind(town, desk, order_id)
    late = town.fold.situation.orders[order_id]
    assert due_of(late, town.now) is None
    assert due_of(late, town.now + timedelta(seconds=21)) is Due.REMIND
    town.now += timedelta(seconds=21)
    town.facts.append([reminded(late, town.now)])
    town.fold.follow()
    both = town.fold.situation.orders[order_id]
    assert due_of(both, town.now + timedelta(seconds=60)) is None
    assert due_of(both, town.now + timedelta(seconds=61)) is Due.SUBSTITUTE
    assert remind(town, desk, order_id) == (409, "order_reminded_lately"), "the watch has reminded just now"


def test_a_reminder_that_is_decided_again_reminds_nobody_twice(town: Town, desk: Caller, workers: list[str]) -> None:
    [order_id] = order(town, desk, workers[0]).json["order_ids"]
    assert desk.post(f"orders/{order_id}/remind", {}).status_code == 202
    [entry] = town.commands.group("again", "one").read(count=100, block_ms=0)[-1:]
    dispatch(town)
    assert entry.command is not None
    assert decide(town.fold.situation, entry.command) == []
    assert len(town.fold.situation.orders[order_id].reminders) == 1
