"""标绘 over the API: who may draw, what is refused and why, what was drawn at an instant."""

from datetime import timedelta
from typing import Any

import pytest

from cockpit.store.accounts import Role
from tests.api.town import HERE, HERE_STREET, Town, event

LON, LAT = HERE
LINE: dict[str, Any] = {
    "kind": "line", "symbol": "cordon", "points": [[LON, LAT], [LON + 0.004, LAT]], "label": " 东侧  警戒 ",
}  # fmt: skip


@pytest.fixture
def incident(bare_town: Town) -> Town:
    town = bare_town.build()
    town.caller(Role.FEED).post("feeds/events", event(1, title="路面塌陷"))
    town.fold.follow()
    return town


def drawn(town: Town, **given: Any) -> str:
    answer = town.caller(Role.DUTY).post("plots", {**LINE, **given})
    assert answer.status_code == 202, answer.json
    town.settle()
    return str(answer.json["plot_id"])


def test_what_a_duty_officer_draws_a_leader_and_the_street_see_with_who_and_when(incident: Town) -> None:
    plot_id = drawn(incident, event_id="citizen:1")
    for caller in (
        incident.caller(Role.LEADER), incident.caller(Role.SCREEN), incident.caller(Role.LEADER, scope=HERE_STREET),
    ):  # fmt: skip
        (item,) = caller.get("plots", event_id="citizen:1").json["items"]
        assert (item["plot_id"], item["label"], item["drawn_by"]) == (plot_id, "东侧 警戒", "duty")
        assert item["points"] == LINE["points"]
    elsewhere = incident.caller(Role.LEADER, scope="330110109")
    assert elsewhere.get("plots").json["total"] == 0
    assert elsewhere.get(f"plots/{plot_id}").status_code == 404


def test_only_officers_draw(incident: Town) -> None:
    plot_id = drawn(incident)
    for role in (Role.LEADER, Role.SCREEN, Role.GRIDWORKER):
        caller = incident.caller(role)
        assert caller.post("plots", LINE).status_code == 403
        assert caller.call("PUT", f"plots/{plot_id}", json=LINE).status_code == 403
        assert caller.call("DELETE", f"plots/{plot_id}").status_code == 403
    assert incident.caller(Role.DUTY, scope="330110109").post("plots", LINE).json["rule"] == "plot_out_of_scope"


def test_a_drawing_that_is_none_is_refused_by_name(incident: Town) -> None:
    duty = incident.caller(Role.DUTY)

    def refused(**given: Any) -> tuple[int, str | None, str | None]:
        answer = duty.post("plots", {**LINE, **given})
        return answer.status_code, answer.json.get("field"), answer.json.get("rule")

    assert refused(points=[[LON, LAT]]) == (400, "points", "too_few_points")
    assert refused(points=[[LON, LAT], [LON + 9, LAT]]) == (400, "points", "too_wide")
    assert refused(symbol="hazard") == (400, "symbol", "symbol_not_of_kind")
    assert refused(kind="text", symbol="mark", points=[[LON, LAT]], label=" ") == (400, "label", "label_needed")
    assert refused(label="字" * 61) == (400, "label", "label_too_long")
    bow = [[LON, LAT], [LON + 0.01, LAT + 0.01], [LON + 0.01, LAT], [LON, LAT + 0.01]]
    assert refused(kind="area", points=bow) == (400, "points", "area_crosses_itself")
    assert refused(points=[[LON, LAT]] * 300)[:2] == (400, "points")
    assert refused(points=[["NaN", LAT], [LON, LAT]])[0] == 400
    assert refused(event_id="citizen:9") == (409, None, "unknown_event")
    assert incident.commands.group("dispatch", "one").read(count=10, block_ms=0) == []


def test_a_change_a_removal_and_the_way_back_are_kept_with_who_did_it(incident: Town) -> None:
    plot_id, duty = drawn(incident), incident.caller(Role.DUTY)
    path = f"plots/{plot_id}"

    def put(**given: Any) -> Any:
        answer = duty.call("PUT", path, json={**LINE, **given})
        incident.settle()
        return answer

    assert put(label="西侧", expected_version=1).status_code == 202
    assert put(label="北侧", expected_version=1).json["rule"] == "plot_changed"
    assert duty.call("DELETE", path + "?expected_version=2").status_code == 202
    incident.settle()
    assert duty.get("plots").json["total"] == 0
    assert duty.get("plots", removed="true").json["total"] == 1
    assert put(label="西侧", expected_version=3).status_code == 202
    item = duty.get(f"plots/{plot_id}").json
    assert (item["label"], item["version"]) == ("西侧", 4)
    assert [c["what"] for c in item["changes"]] == ["drawn", "changed", "removed", "restored"]
    assert duty.call("DELETE", "plots/none").status_code == 404


def test_an_instant_of_the_past_shows_what_was_drawn_then(incident: Town) -> None:
    plot_id, duty = drawn(incident, event_id="citizen:1"), incident.caller(Role.DUTY)
    then = incident.now
    incident.past[then] = incident.fold.situation.frozen()
    incident.now += timedelta(minutes=5)
    duty.call("DELETE", f"plots/{plot_id}")
    incident.settle()
    assert duty.get("plots", event_id="citizen:1").json["total"] == 0
    was = duty.get("plots", event_id="citizen:1", as_of=then.isoformat()).json
    assert [item["plot_id"] for item in was["items"]] == [plot_id]
    assert plot_id in duty.get("snapshot", as_of=then.isoformat()).json["plots"]
