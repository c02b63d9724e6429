"""`alarms`: asked for, acted upon, grouped, counted; every query within the scope."""

from typing import Any

import pytest

from cockpit.services.alarm_watch import follow_ups
from cockpit.store.accounts import Role
from tests.api.test_moves import dispatch
from tests.api.town import ELSEWHERE, HERE_STREET, NOON, Caller, Town, alarm


@pytest.fixture
def ringing(town: Town) -> Town:
    """Two alarms side by side, one elsewhere, one that is over."""
    elsewhere = {"lon": ELSEWHERE[0], "lat": ELSEWHERE[1]}
    messages = [alarm(1), alarm(2, minutes=-4), alarm(3, severity="I", **elsewhere), alarm(4, minutes=-9)]
    town.caller(Role.FEED).post("feeds/alarms", [*messages, alarm(4, "cleared", -8)])
    town.fold.follow()
    return town


def act(town: Town, caller: Caller, path: str, **body: Any) -> Any:
    answer = caller.post(f"alarms/{path}", body)
    dispatch(town)
    return answer


def test_an_alarm_tells_its_whole_history_and_what_may_be_done(ringing: Town) -> None:
    officer = ringing.caller(Role.DUTY)
    assert act(ringing, officer, "dev-1:smoke/acknowledge", note="去看看").status_code == 202
    told = officer.get("alarms/dev-1:smoke").json
    assert (told["state"], told["acknowledged_by"]) == ("acknowledged", "duty")
    assert [line["what"] for line in told["history"]] == ["told_raised", "acknowledged"]
    assert [a["name"] for a in told["actions"]] == ["assign", "clear", "false", "promote", "separate"]
    assert told["group"] == ["dev-1:smoke", "dev-2:smoke", "dev-4:smoke"]


def test_the_second_officer_is_told_who_was_first(ringing: Town) -> None:
    officer = ringing.caller(Role.DUTY)
    act(ringing, officer, "dev-1:smoke/acknowledge")
    refused = act(ringing, officer, "dev-1:smoke/acknowledge")
    assert (refused.status_code, refused.json["rule"]) == (409, "alarm_is_acknowledged")
    assert "duty" in refused.json["detail"]


def test_a_whole_group_is_acknowledged_with_one_request(ringing: Town) -> None:
    officer = ringing.caller(Role.DUTY)
    [one, two] = officer.get("alarms/groups").json["items"]
    assert [(g["severity"], g["unacknowledged"]) for g in (one, two)] == [("I", 1), ("II", 2)]
    assert act(ringing, officer, f"groups/{two['group_id']}/acknowledge").status_code == 202
    assert officer.get("alarms", state="acknowledged").json["total"] == 2
    assert officer.get("alarms/groups").json["items"][1]["unacknowledged"] == 0
    assert act(ringing, officer, f"groups/{two['group_id']}/promote").status_code == 400
    assert act(ringing, officer, "groups/nobody/acknowledge").status_code == 404


def test_promoting_an_alarm_names_the_event_that_it_becomes(bare_town: Town) -> None:
    near: tuple[dict[str, object], ...] = ({"kind": "camera", "id": "c7", "name": "文一西路", "distance_m": 40.0},)
    town = bare_town.build(nearest_of_alarm=lambda _place: near, event_of_alarm=lambda _kind: ("event.04.96", "烟感"))
    town.caller(Role.FEED).post("feeds/alarms", alarm(1))
    town.fold.follow()
    officer = town.caller(Role.DUTY)
    answer = act(town, officer, "dev-1:smoke/promote")
    town.facts.append(list(follow_ups(town.fold.situation, town.fold.situation.alarms["dev-1:smoke"], NOON)))
    town.fold.follow()
    event = officer.get(f"events/{answer.json['event_id']}").json
    assert (event["source"], event["category"], event["title"], event["severity"]) == (
        "iot",
        "event.04.96",
        "烟感",
        "II",
    )
    assert event["extra"]["attached"] == list(near)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "open"}, 3), ({"state": "over"}, 1), ({"severity": "I"}, 1), ({"device": "dev-2"}, 1),
        ({"kind": "gas"}, 0), ({"q": "DEV-3"}, 1), ({"from_": "2026-11-19T03:55:30Z"}, 1),
        ({"to": "2026-11-19T03:55:30Z"}, 3), ({"bbox": "119.9,30.2,120.0,30.35"}, 3), ({"scope": HERE_STREET}, 3),
    ],
)  # fmt: skip
def test_alarms_are_filtered(ringing: Town, query: dict[str, str], found: int) -> None:
    assert ringing.caller().get("alarms", **query).json["total"] == found


def test_nobody_sees_or_touches_an_alarm_of_another_street(ringing: Town) -> None:
    officer = ringing.caller(Role.DUTY, HERE_STREET)
    assert officer.get("alarms/dev-3:smoke").status_code == 404
    assert act(ringing, officer, "dev-3:smoke/acknowledge").status_code == 404
    assert officer.get("alarms/groups").json["total"] == 1
    assert officer.get("alarms/ledger").json["total"] == 3
    assert ringing.caller(Role.LEADER).post("alarms/dev-1:smoke/clear", {}).status_code == 403
    assert ringing.caller(Role.GRIDWORKER).post("alarms/dev-1:smoke/clear", {}).status_code == 403


def test_what_is_no_move_or_no_filter_is_named(ringing: Town) -> None:
    officer = ringing.caller(Role.DUTY)
    assert officer.post("alarms/dev-1:smoke/explode", {}).status_code == 404
    assert officer.get("alarms", state="loud").json["field"] == "state"
    assert officer.post("alarms/dev-1:smoke/promote", {"category": "rm -rf"}).json["field"] == "category"
    assert act(ringing, officer, "dev-1:smoke/assign").json["rule"] == "alarm_needs_unit"


def test_the_ledger_tells_how_often_a_device_was_wrong(ringing: Town) -> None:
    officer = ringing.caller(Role.DUTY)
    act(ringing, officer, "dev-1:smoke/false", note="蒸汽")
    first = officer.get("alarms/ledger").json["items"][0]
    assert (first["device_id"], first["raised"], first["judged_false"], first["false_share"]) == ("dev-1", 1, 1, 1.0)
    assert officer.get("alarms/ledger", device="dev-2").json["total"] == 1
