"""推荐 over the API: ways to send people to all incidents together, and what was ordered is not asked again."""

from typing import Any

import pytest

from cockpit.store.accounts import Role
from tests.api.test_plans import obey
from tests.api.town import HERE, Town, event, position


@pytest.fixture
def war(town: Town) -> Town:
    """Two roads that have sunk, a kilometre apart, and ten gridworkers of the street on duty between them."""
    feed = town.caller(Role.FEED)
    sunk: dict[str, Any] = {"title": "路面塌陷", "category": "event.05.05"}
    feed.post("feeds/events", [event(1, severity="II", **sunk), event(2, severity="III", lon=HERE[0] + 0.01, **sunk)])
    on_duty = [e.subject_id for e in town.city.roster.values() if e.shift == "day"][:10]
    feed.post("feeds/positions", [position(s, lon=HERE[0] + 0.001 * n) for n, s in enumerate(on_duty)])
    town.fold.follow()
    return town


def recommended(town: Town, **body: Any) -> Any:
    answer = town.caller(Role.DUTY).post("recommendation", body)
    assert answer.status_code == 200, answer.json
    return answer.json


def test_options_stand_side_by_side_each_with_what_it_costs(war: Town) -> None:
    told = recommended(war, event_ids=["citizen:1", "citizen:2"])
    assert told["options"]
    for option in told["options"]:
        orders = option["orders"]
        people = [order["recipient_id"] for order in orders]
        assert len(set(people)) == len(people) == 10
        assert option["total_arrival_s"] == pytest.approx(sum(o["eta_s"] for o in orders), abs=1)
        assert option["worst_arrival_s"] == max(o["eta_s"] for o in orders)
        assert sum(u["count"] for u in option["unmet"] if u["kind"] == "gridworker") == 2
        assert {u["event_id"] for u in option["unmet"] if u["kind"] == "gridworker"} == {"citizen:2"}, (
            "the graver first"
        )
        assert all(order["why"] and order["name"] for order in orders)
    fastest = told["options"][0]
    assert (fastest["name"], fastest["title"], fastest["workload_max"]) == ("fastest", "最快到场", 1)


def test_without_incidents_named_it_is_about_those_of_wartime(war: Town) -> None:
    assert recommended(war) | {"as_of": 0} == {
        "as_of": 0, "scope": "330110", "events": [], "unplaced": [], "passed": [], "needs": [], "options": [],
    }  # fmt: skip
    duty = war.caller(Role.DUTY)
    assert duty.call("PUT", "mode", json={"mode": "wartime", "event_id": "citizen:2"}).status_code == 202
    obey(war)
    assert recommended(war)["events"] == ["citizen:2"]


def test_what_was_ordered_is_not_needed_again(war: Town) -> None:
    before = recommended(war, event_ids=["citizen:1"])
    chosen = [order["recipient_id"] for order in before["options"][0]["orders"]][:2]
    asked = {"event_id": "citizen:1", "recipient_ids": chosen, "task": "到场"}
    assert war.caller(Role.DUTY).post("orders", asked).status_code == 202
    obey(war)
    after = recommended(war, event_ids=["citizen:1"])
    needed = {need["kind"]: need["count"] for need in after["needs"]}
    assert needed["gridworker"] == 4
    assert not set(chosen) & {order["recipient_id"] for order in after["options"][0]["orders"]}


def test_an_incident_that_no_plan_fits_needs_two_gridworkers(war: Town) -> None:
    war.caller(Role.FEED).post("feeds/events", event(3))
    war.fold.follow()
    (need,) = recommended(war, event_ids=["citizen:3"])["needs"]
    assert (need["kind"], need["count"], need["title"]) == ("gridworker", 2, "网格员")


def test_only_officers_ask_and_only_about_their_own_open_incidents(war: Town) -> None:
    assert war.caller(Role.GRIDWORKER, subject="gw-00001").post("recommendation", {}).status_code == 403
    unknown = war.caller(Role.DUTY).post("recommendation", {"event_ids": ["citizen:9"]})
    assert (unknown.status_code, unknown.json["rule"]) == (404, "unknown_event")
    told = recommended(war, event_ids=["citizen:1", "citizen:9"])
    assert (told["events"], told["passed"]) == (["citizen:1"], ["citizen:9"])
    elsewhere = war.caller(Role.DUTY, scope="330110113").post("recommendation", {"event_ids": ["citizen:1"]})
    assert elsewhere.status_code == 404


def test_many_incidents_at_once_are_decided_by_the_line_and_told_by_the_road(war: Town) -> None:
    feed, many = war.caller(Role.FEED), range(20, 40)
    feed.post("feeds/events", [event(n, lon=HERE[0] + 0.0005 * (n - 20)) for n in many])
    war.fold.follow()
    told = recommended(war, event_ids=[f"citizen:{n}" for n in many])
    assert len(told["needs"]) == 20
    fastest = told["options"][0]
    assert len(fastest["orders"]) == 10
    assert sum(unmet["count"] for unmet in fastest["unmet"]) == 30
    (one,) = recommended(war, event_ids=[fastest["orders"][0]["event_id"]])["options"][:1]
    same = {order["recipient_id"]: order["eta_s"] for order in one["orders"]}
    known = same.get(fastest["orders"][0]["recipient_id"], fastest["orders"][0]["eta_s"])
    assert known == pytest.approx(fastest["orders"][0]["eta_s"], abs=0.2)
