"""`orders`: given, climbed by the people themselves, refused by name, undone, listed with every rung."""

from datetime import timedelta
from typing import Any

import pytest

from cockpit.domain.order import order_id_of
from cockpit.services.roster import Roster
from cockpit.store.accounts import Role
from tests.api.test_moves import dispatch
from tests.api.town import HERE_STREET, NOON, Caller, Town, event, position

EVENT = "citizen:1"


@pytest.fixture
def workers(town: Town) -> list[str]:
    """Three gridworkers of the roster who work at this hour, and one who does not."""
    here = [entry for entry in town.city.roster.values() if entry.grid_code.startswith(HERE_STREET)]
    works = {e.subject_id: Roster(town.city).duty_of(e.subject_id, town.now).on for e in here}
    people = [e for e in here if works[e.subject_id]][:3] + [e for e in here if not works[e.subject_id]][:1]
    feed = town.caller(Role.FEED)
    feed.post("feeds/events", [event(1), event(2)])
    feed.post("feeds/positions", [position(entry.subject_id) for entry in people[:3]])
    town.fold.follow()
    return [entry.subject_id for entry in people]


def order(town: Town, caller: Caller, *who: str, **given: Any) -> Any:
    body = {"event_id": EVENT, "recipient_ids": list(who), "task": "到现场查看", "accept_within_s": 120}
    headers = given.pop("headers", {})
    answer = caller.call("POST", "orders", json={**body, **given}, headers=headers)
    dispatch(town)
    return answer


def say(town: Town, caller: Caller, order_id: str, verb: str, **body: Any) -> Any:
    town.now += timedelta(seconds=5)
    answer = caller.post(f"orders/{order_id}/{verb}", body)
    dispatch(town)
    return answer


def test_an_order_climbs_from_the_desk_to_the_place(town: Town, workers: list[str]) -> None:
    desk, phone = town.caller(Role.DUTY), town.caller(Role.GRIDWORKER, subject=workers[0])
    answer = order(town, desk, *workers[:2])
    assert answer.status_code == 202
    order_id, other_id = answer.json["order_ids"]
    assert order_id == order_id_of(answer.json["command_id"], workers[0])
    for verb in ("deliver", "read", "accept", "depart", "arrive"):
        assert say(town, phone, order_id, verb).status_code == 202
    told = say(town, phone, order_id, "finish", note="已清理", attachments=["a.jpg"], lon=119.95, lat=30.3)
    assert told.status_code == 202
    item = desk.get(f"orders/{order_id}").json
    assert [(r["rung"], r["how"]) for r in item["rungs"]] == [
        ("issued", "person"), ("delivered", "system"), ("read", "person"), ("accepted", "person"),
        ("departed", "person"), ("arrived", "person"), ("finished", "person"),
    ]  # fmt: skip
    assert item["rungs"][-1]["attachments"] == ["a.jpg"]
    assert item["state"] == "finished"
    assert item["place"]["lon"] == pytest.approx(119.95)
    assert desk.get("orders", open="true").json["items"][0]["order_id"] == other_id
    assert desk.get("orders", state="finished").json["total"] == 1
    assert desk.get("orders", event_id="citizen:2").json["total"] == 0
    assert desk.get("orders", recipient_id=workers[1]).json["items"][0]["recipient"]["kind"] == "gridworker"


def test_skipped_rungs_say_so(town: Town, workers: list[str]) -> None:
    desk, phone = town.caller(Role.DUTY), town.caller(Role.GRIDWORKER, subject=workers[0])
    [order_id] = order(town, desk, workers[0]).json["order_ids"]
    say(town, phone, order_id, "arrive")
    rungs = desk.get(f"orders/{order_id}").json["rungs"]
    assert [(r["rung"], r["skipped"], r["at"] is None) for r in rungs] == [
        ("issued", False, False), ("delivered", True, True), ("read", True, True), ("accepted", True, True),
        ("departed", True, True), ("arrived", False, False),
    ]  # fmt: skip


def test_whoever_cannot_be_ordered_is_named_with_the_rule(town: Town, workers: list[str]) -> None:
    desk = town.caller(Role.DUTY)
    order(town, desk, workers[0])
    answer = order(town, desk, workers[0], workers[1], event_id="citizen:2")
    assert (answer.status_code, answer.json["rule"]) == (409, "recipient_busy")
    [busy] = answer.json["recipients"]
    assert (busy["id"], busy["event_id"]) == (workers[0], EVENT)
    assert busy["name"] in answer.json["detail"]
    assert "手上已有未完成的指令" in answer.json["detail"]
    assert desk.get("orders").json["total"] == 1, "nobody of a refused command is ordered"
    off_duty = order(town, desk, workers[3])
    assert (off_duty.status_code, off_duty.json["rule"]) == (409, "recipient_off_duty")
    assert order(town, desk, "nobody").json["rule"] == "recipient_unknown"
    both = order(town, desk, workers[0], workers[3], event_id="citizen:2", despite=["busy", "off_duty"])
    assert both.status_code == 202
    assert desk.get("orders").json["total"] == 3


def test_people_of_another_scope_are_not_ordered_and_events_of_another_are_not_found(
    town: Town, workers: list[str]
) -> None:
    street = town.caller(Role.DUTY, HERE_STREET)
    stranger = next(e.subject_id for e in town.city.roster.values() if not e.grid_code.startswith(HERE_STREET))
    assert order(town, street, stranger).json["rule"] == "recipient_out_of_scope"
    assert order(town, town.caller(Role.DUTY, "330110113"), workers[0]).status_code == 404
    assert order(town, street, workers[0], event_id="citizen:9").status_code == 404


def test_a_repeated_click_orders_once(town: Town, workers: list[str]) -> None:
    desk, key = town.caller(Role.DUTY), {"Idempotency-Key": "click-1"}
    first = order(town, desk, workers[0], headers=key)
    second = order(town, desk, workers[0], headers=key)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json == second.json
    assert desk.get("orders").json["total"] == 1


def test_an_undo_cancels_for_ten_seconds_and_a_cancelled_order_cannot_be_accepted(
    town: Town, workers: list[str]
) -> None:
    desk, phone = town.caller(Role.DUTY), town.caller(Role.GRIDWORKER, subject=workers[0])
    asked = order(town, desk, *workers[:2]).json
    town.now += timedelta(seconds=9)
    assert desk.post("orders/undo", {"command_id": asked["command_id"]}).status_code == 202
    dispatch(town)
    assert desk.get("orders", state="cancelled").json["total"] == 2
    answer = say(town, phone, asked["order_ids"][0], "accept")
    assert (answer.status_code, answer.json["rule"]) == (409, "order_is_cancelled")
    assert answer.json["detail"] == "指令已撤销，无需执行"
    again = order(town, desk, workers[0]).json
    town.now += timedelta(seconds=11)
    late = desk.post("orders/undo", {"command_id": again["command_id"]})
    assert (late.status_code, late.json["rule"]) == (409, "undo_is_over")


def test_an_undo_that_overtakes_its_order_waits_for_it(town: Town, workers: list[str]) -> None:
    """No dispatcher ran in between: the commands are decided in the order in which they were asked."""
    desk = town.caller(Role.DUTY)
    body = {"event_id": EVENT, "recipient_ids": workers[:1], "task": "到现场查看"}
    command_id = desk.post("orders", body).json["command_id"]
    assert desk.post("orders/undo", {"command_id": command_id}).status_code == 202
    dispatch(town)
    assert desk.get("orders", state="cancelled").json["total"] == 1


def test_a_gridworker_sees_and_moves_only_own_orders(town: Town, workers: list[str]) -> None:
    desk, phone = town.caller(Role.DUTY), town.caller(Role.GRIDWORKER, subject=workers[0])
    mine, other = order(town, desk, *workers[:2]).json["order_ids"]
    assert [item["order_id"] for item in phone.get("orders").json["items"]] == [mine]
    assert phone.get(f"orders/{other}").status_code == 404
    assert say(town, phone, other, "accept").status_code == 404
    assert say(town, phone, mine, "cancel").status_code == 403
    assert order(town, phone, workers[1]).status_code == 403
    assert town.caller(Role.GRIDWORKER).get("orders").status_code == 403
    assert say(town, town.caller(Role.LEADER), mine, "accept").status_code == 403
    assert say(town, phone, mine, "celebrate").status_code == 404


def test_a_phone_with_a_wrong_clock_is_stamped_by_the_server(town: Town, workers: list[str]) -> None:
    desk, phone = town.caller(Role.DUTY), town.caller(Role.GRIDWORKER, subject=workers[0])
    [order_id] = order(town, desk, workers[0]).json["order_ids"]
    said = (NOON - timedelta(hours=1)).isoformat()
    assert say(town, phone, order_id, "accept", said_at=said).status_code == 202
    accepted = desk.get(f"orders/{order_id}").json["rungs"][-1]
    assert accepted["at"] == (NOON + timedelta(seconds=5)).isoformat().replace("+00:00", "Z")
    assert accepted["said_at"] == said.replace("+00:00", "Z")


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipient_ids": []}, {"recipient_ids": ["w"] * 501}, {"task": "  "}, {"accept_within_s": 0},
        {"accept_within_s": "soon"}, {"despite": ["death"]}, {"event_id": ""}, {"task": "x\x00"},
    ],
)  # fmt: skip
def test_a_wrong_request_names_its_field(town: Town, workers: list[str], wrong: dict[str, Any]) -> None:
    answer = order(town, town.caller(Role.DUTY), workers[0], **wrong)
    assert answer.status_code == 400
    assert next(iter(wrong)) in answer.json["field"]


def test_a_page_of_orders_leads_to_the_next(town: Town, workers: list[str]) -> None:
    desk = town.caller(Role.DUTY)
    for who in workers[:3]:
        order(town, desk, who)
        town.now += timedelta(seconds=1)
    page = desk.get("orders", limit=2).json
    assert (page["total"], len(page["items"])) == (3, 2)
    rest = desk.get("orders", limit=2, cursor=page["next"]).json
    assert [item["recipient"]["id"] for item in [*page["items"], *rest["items"]]] == workers[2::-1]
    assert rest["next"] is None


def test_an_instant_of_the_past_shows_how_the_ladder_stood_then(town: Town, workers: list[str]) -> None:
    desk, phone = town.caller(Role.DUTY), town.caller(Role.GRIDWORKER, subject=workers[0])
    [order_id] = order(town, desk, workers[0]).json["order_ids"]
    then = town.now
    town.past[then] = town.fold.situation.frozen()
    say(town, phone, order_id, "accept")
    assert desk.get(f"orders/{order_id}").json["state"] == "accepted"
    assert desk.get(f"orders/{order_id}", as_of=then.isoformat()).json["state"] == "issued"
    assert [item["state"] for item in desk.get("orders", as_of=then.isoformat()).json["items"]] == ["issued"]


def test_of_two_officers_at_the_same_moment_the_second_can_ask_what_became_of_the_click(
    town: Town, workers: list[str]
) -> None:
    one, other = town.caller(Role.DUTY), town.caller(Role.DUTY)
    body = {"event_id": EVENT, "recipient_ids": workers[:1], "task": "到现场查看"}
    clicks = [caller.post("orders", body).json["command_id"] for caller in (one, other)]
    assert one.get(f"commands/{clicks[0]}").json["state"] == "unknown"
    dispatch(town)
    granted, refused = (one.get(f"commands/{command_id}").json for command_id in clicks)
    assert (granted["state"], len(granted["order_ids"])) == ("granted", 1)
    assert (refused["state"], refused["rule"]) == ("refused", "recipient_busy")
    assert one.get("orders").json["total"] == 1
    assert town.caller(Role.GRIDWORKER, subject=workers[0]).get(f"commands/{clicks[0]}").status_code == 403
