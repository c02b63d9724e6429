"""`GET nearby` and `GET resources`: what a client gets, and what is refused."""

from datetime import timedelta

import pytest

from cockpit.domain.resource import Resource, ResourceState
from cockpit.situation.movers import Movers
from cockpit.store.accounts import Role
from cockpit.store.resources import ResourceTable
from tests.api.town import ELSEWHERE, HERE, HERE_STREET, Town, event, position
from tests.services.nearby.ground import take

GRID = "330110012003001"


def aed(number: int, **given) -> Resource:
    named = {"resource_id": f"aed-{number:03d}", "kind": "aed", "name": f"AED {number}", "code": GRID}
    return Resource(**{**named, "lon": HERE[0] + number / 10_000, "lat": HERE[1], **given})


@pytest.fixture
def held(town: Town) -> Town:
    """A gridworker at the place and a few registered things around it."""
    table = ResourceTable(town.engine)
    table.put(
        [
            *(aed(n) for n in range(1, 6)),
            aed(6, state=ResourceState.OUT_OF_SERVICE),
            aed(7, resource_id="v-1", kind="volunteer", name="李小红", phone="13812345678", skills=("first_aid",)),
            aed(8, resource_id="far", lon=ELSEWHERE[0], lat=ELSEWHERE[1], code="330110109001001"),
        ]
    )
    assert town.caller(Role.FEED).post("feeds/positions", [position("gw-00001")]).status_code == 202
    town.fold.follow()
    town.things.now()
    return town


def test_who_is_near_comes_by_distance_with_the_time_to_get_there_and_why(held: Town) -> None:
    answer = held.caller().get("nearby", lon=HERE[0], lat=HERE[1], radius_m=2000, limit=3)
    assert answer.status_code == 200
    items = answer.json["items"]
    assert [i["id"] for i in items] == ["gw-00001", "aed-001", "aed-002"]
    assert [i["distance_m"] for i in items] == sorted(i["distance_m"] for i in items)
    first = items[0]
    assert {"id", "kind", "name", "lon", "lat", "distance_m", "eta_s", "status", "why"} <= set(first)
    assert (first["status"], first["kind_title"], first["position_age_s"]) == ("free", "网格员", 0)
    assert answer.json["total"] == 7
    assert items[1]["by_road"] is True and items[1]["road_m"] >= items[1]["distance_m"]


def test_the_place_may_be_an_event_or_a_polygon(held: Town) -> None:
    caller = held.caller()
    caller.post("feeds/events", [event(1)])
    held.fold.follow()
    by_event = caller.get("nearby", event_id="citizen:1", limit=2).json
    assert by_event["place"] == {"lon": HERE[0], "lat": HERE[1], "event_id": "citizen:1"}
    assert by_event["items"][0]["id"] == "gw-00001"
    west, east = HERE[0] + 0.00015, HERE[0] + 0.00035
    corners = f"{west},30.29;{east},30.29;{east},30.31;{west},30.31"
    assert [i["id"] for i in caller.get("nearby", polygon=corners).json["items"]] == ["aed-002", "aed-003"]


def test_names_and_numbers_of_people_are_masked_for_who_does_not_dispatch(held: Town) -> None:
    query = {"lon": HERE[0], "lat": HERE[1], "kinds": "volunteer"}
    (seen,) = held.caller(Role.SCREEN).get("nearby", **query).json["items"]
    assert (seen["name"], seen["phone"]) == ("李**", "138****5678")
    (known,) = held.caller(Role.DUTY).get("nearby", **query).json["items"]
    assert (known["name"], known["phone"], known["skills"]) == ("李小红", "138****5678", ["first_aid"])


def test_an_account_of_a_street_sees_only_what_lies_there(held: Town) -> None:
    ids = lambda caller: {i["id"] for i in caller.get("resources", limit=100).json["items"]}  # noqa: E731
    assert "far" in ids(held.caller())
    assert ids(held.caller(scope=HERE_STREET)) == {*(f"aed-{n:03d}" for n in range(1, 7)), "v-1"}
    assert held.caller(scope=HERE_STREET).get("resources", scope="330110109").status_code == 403
    assert held.caller(scope=HERE_STREET).get("resources/far").status_code == 404
    near = held.caller(scope=HERE_STREET).get("nearby", lon=ELSEWHERE[0], lat=ELSEWHERE[1], radius_m=5000)
    assert "far" not in {i["id"] for i in near.json["items"]}


def test_what_is_left_out_is_told_with_its_reason_in_the_language_asked_for(held: Town) -> None:
    held.busy["gw-00001"] = "order-1"
    query = {"lon": HERE[0], "lat": HERE[1], "left_out": "1", "kinds": "gridworker,aed"}
    told = {i["id"]: i for i in held.caller().get("nearby", **query).json["left_out"]}
    assert told["gw-00001"]["reason"] == "busy" and told["gw-00001"]["why"] == "正在执行其他调度单"
    assert told["aed-006"]["why"] == "停用"
    english = held.caller().get("nearby", **query, lang="en").json["left_out"]
    assert english[0]["why"] == "carries out another order"
    items = held.caller().get("nearby", **query, only_free="0").json["items"]
    assert items[0]["status"] == "busy" and items[0]["busy_order_id"] == "order-1"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "lon"),
        ({"lon": "119.95", "lat": "nan"}, "lat"),
        ({"lon": "1e400", "lat": "30"}, "lon"),
        ({"lon": "119.95", "lat": "30.3", "radius_m": "-5"}, "radius_m"),
        ({"lon": "119.95", "lat": "30.3", "radius_m": "inf"}, "radius_m"),
        ({"lon": "119.95", "lat": "30.3", "limit": "0"}, "limit"),
        ({"lon": "119.95", "lat": "30.3", "kinds": "<b>"}, "kinds"),
        ({"lon": "119.95", "lat": "30.3", "sort": "beauty"}, "sort"),
        ({"polygon": "119.9,30.3;119.95,30.3"}, "polygon"),
        ({"polygon": "119.9,30.3;119.95,30.3;nan,30"}, "polygon"),
        ({"polygon": "119.9,30.3;119.95,30.4;119.95,30.3;119.9,30.4"}, "polygon"),
    ],
)
def test_a_question_that_cannot_be_understood_is_refused_by_its_field(town: Town, query, field) -> None:
    answer = town.caller().get("nearby", **query)
    assert (answer.status_code, answer.json["field"]) == (400, field)


def test_an_unknown_event_and_one_without_a_place_are_told_apart(town: Town) -> None:
    caller = town.caller()
    caller.post("feeds/events", [event(2, lon=None, lat=None)])
    town.fold.follow()
    assert caller.get("nearby", event_id="citizen:9").status_code == 404
    answer = caller.get("nearby", event_id="citizen:2")
    assert (answer.status_code, answer.json["rule"]) == (409, "event_has_no_place")


def test_registered_things_are_listed_page_by_page_and_counted_by_kind(held: Town) -> None:
    caller, seen, cursor = held.caller(), [], None
    while True:
        page = caller.get("resources", kinds="aed", limit=4, **({"cursor": cursor} if cursor else {})).json
        assert page["total"] == 7
        seen += [i["id"] for i in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [*(f"aed-{n:03d}" for n in range(1, 7)), "far"]
    assert page["by_kind"] == {"aed": 7, "volunteer": 1} and page["titles"]["volunteer"] == "志愿者"


def test_registered_things_are_found_by_name_box_and_id(held: Town) -> None:
    caller = held.caller()
    assert [i["id"] for i in caller.get("resources", q="aed 3").json["items"]] == ["aed-003"]
    assert [i["id"] for i in caller.get("resources", q="v-1").json["items"]] == ["v-1"]
    box = f"{HERE[0]},30.29,{HERE[0] + 0.00025},30.31"
    assert [i["id"] for i in caller.get("resources", bbox=box).json["items"]] == ["aed-001", "aed-002"]
    assert caller.get("resources/aed-001").json["status"] == "in_service"


def test_what_is_registered_anew_is_known_some_seconds_later(held: Town) -> None:
    ResourceTable(held.engine).put([aed(1, name="新 AED")])
    held.tick_s += 6
    held.caller().get("resources")
    assert held.caller().get("resources/aed-001").json["name"] == "新 AED"


def test_who_was_near_then_is_told_from_the_positions_of_then(bare_town: Town) -> None:
    before = Movers()
    take(before, [("gw-00002", *HERE)], age_s=60)
    town = bare_town.build(movers_at=lambda _at: before)
    then = town.now - timedelta(hours=1)
    town.past[then] = town.fold.situation
    town.caller(Role.FEED).post("feeds/positions", [position("gw-00001")])
    town.fold.follow()
    query = {"lon": HERE[0], "lat": HERE[1], "kinds": "gridworker"}
    assert [i["id"] for i in town.caller().get("nearby", **query).json["items"]] == ["gw-00001"]
    past = town.caller().get("nearby", **query, as_of=then.isoformat()).json
    assert ([i["id"] for i in past["items"]], past["as_of"]) == (["gw-00002"], "2026-11-19T03:00:00Z")
