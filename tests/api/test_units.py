"""部门 over the API: who is responsible first, ordered and stepped by an officer, never substituted."""

from typing import Any

import pytest

from cockpit.domain.order import OrderRecipient, RecipientKind
from cockpit.domain.order_ladder import Due, due_of
from cockpit.domain.resource import Resource
from cockpit.store.accounts import Role
from cockpit.store.resources import ResourceTable
from tests.api.test_moves import dispatch
from tests.api.test_orders import order, say
from tests.api.town import HERE, HERE_STREET, Caller, Town, event
from tests.stories import NOON, minutes

EVENT = "citizen:1"
OFFICE = "office-1"


@pytest.fixture
def desk(town: Town) -> Caller:
    """An event of a street's law enforcement, whose office is registered with a duty phone."""
    office = Resource(
        resource_id=OFFICE, kind="unit", name="仓前街道综合行政执法队", lon=HERE[0], lat=HERE[1],
        code="330110012001001", phone="0571-88625678",
    )  # fmt: skip
    ResourceTable(town.engine).put([office])
    town.tick_s += 10
    town.things.now()
    town.caller(Role.FEED).post("feeds/events", [event(1, category="event.04.06"), event(2)])
    town.fold.follow()
    return town.caller(Role.DUTY)


def listed(caller: Caller, **asked: Any) -> list[dict[str, Any]]:
    answer = caller.get("units", **asked)
    assert answer.status_code == 200, answer.json
    return list(answer.json["items"])


def test_the_unit_that_an_event_belongs_to_comes_first_with_its_duty_phone(town: Town, desk: Caller) -> None:
    first, *others = listed(desk, event_id=EVENT)
    assert (first["id"], first["name"], first["phone"]) == (OFFICE, "仓前街道综合行政执法队", "0571-88625678")
    assert (first["responsible"], first["level"], first["division"]) == (True, "street", "仓前街道")
    assert (first["kind"], first["kind_title"], first["open_orders"], first["order_id"]) == ("unit", "部门", 0, None)
    assert not any(item["responsible"] for item in others)
    here = [item["code"] for item in others if HERE_STREET.startswith(item["code"])]
    assert [item["code"] for item in others][: len(here)] == here, "who works at the place is named before others"
    assert {"330110", HERE_STREET} == set(here)
    [centre] = listed(desk, q="区社会治理中心")
    assert (centre["id"], centre["code"], centre["phone"]) == ("unit:区社会治理中心", "330110", None)
    [masked] = listed(town.caller(Role.LEADER), q="仓前街道综合行政执法队")
    assert masked["phone"] == "057******5678"
    assert desk.get("units", event_id="citizen:9").status_code == 404


def test_a_street_sees_and_orders_its_own_units(town: Town, desk: Caller) -> None:
    street = town.caller(Role.DUTY, HERE_STREET)
    assert {item["code"] for item in listed(street)} == {HERE_STREET}
    assert desk.get("units").json["total"] > len(listed(street)) > 3
    assert order(town, street, "unit:区社会治理中心").json["rule"] == "recipient_out_of_scope"
    assert order(town, desk, "unit:没有这个单位").json["rule"] == "recipient_unknown"


def test_an_officer_climbs_the_ladder_for_a_unit(town: Town, desk: Caller) -> None:
    [order_id] = order(town, desk, OFFICE).json["order_ids"]
    for verb in ("accept", "depart", "arrive", "finish"):
        assert say(town, desk, order_id, verb, note="电话告知王科长").status_code == 202
        if verb == "accept":
            [first] = listed(desk, event_id=EVENT, limit=1)
            assert (first["open_orders"], first["order_id"]) == (1, order_id)
    item = desk.get(f"orders/{order_id}").json
    assert item["recipient"] == {"id": OFFICE, "kind": "unit", "name": "仓前街道综合行政执法队"}
    assert item["state"] == "finished"
    assert [r["note"] for r in item["rungs"] if r["rung"] == "accepted"] == ["电话告知王科长"]


def test_a_unit_works_at_many_events_and_is_asked_about_the_same_one_only_once(town: Town, desk: Caller) -> None:
    assert order(town, desk, OFFICE).status_code == 202
    again = order(town, desk, OFFICE)
    assert (again.status_code, again.json["rule"]) == (409, "recipient_busy")
    assert order(town, desk, OFFICE, event_id="citizen:2").status_code == 202
    assert order(town, desk, OFFICE, despite=["busy"]).status_code == 202
    assert desk.get("orders", recipient_id=OFFICE).json["total"] == 3


def test_nobody_stands_in_for_a_silent_unit_and_an_officer_is_told(town: Town, desk: Caller) -> None:
    [order_id] = order(town, desk, OFFICE).json["order_ids"]
    silent = town.fold.situation.orders[order_id]
    assert silent.issued.recipient == OrderRecipient(
        id=OFFICE, kind=RecipientKind.UNIT, name="仓前街道综合行政执法队", code=HERE_STREET
    )
    assert due_of(silent, NOON + minutes(2.1)) is Due.REMIND
    say(town, desk, order_id, "decline", note="无车可派")
    dispatch(town)
    assert due_of(town.fold.situation.orders[order_id], NOON + minutes(2.1)) is Due.ESCALATE
