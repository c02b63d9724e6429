"""Queries: filters, pages, scopes and instants; every number equals the length of its list."""

import base64
import gzip
from copy import deepcopy
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from openapi_spec_validator import validate

from cockpit.domain.commands import SwitchMode
from cockpit.situation.decide import decide
from cockpit.situation.wire import unpack
from cockpit.store.accounts import Role
from tests.api.town import ELSEWHERE, HERE, HERE_STREET, NOON, Town, alarm, event, position, transition

OUT = {"lon": ELSEWHERE[0], "lat": ELSEWHERE[1]}


def told(town: Town, kind: str, *messages: dict[str, Any]) -> None:
    answer = town.caller(Role.FEED).post(f"feeds/{kind}", list(messages))
    assert answer.json["rejected"] == []
    town.fold.follow()


@pytest.fixture
def busy(town: Town) -> Town:
    """Five events: blue, at risk, overtime, closed, and one of another street."""
    ago = NOON - timedelta(hours=2)
    told(
        town, "events", event(1), event(2, due_at=(NOON + timedelta(minutes=5)).isoformat(), source="drone"),
        event(3, reported_at=ago.isoformat(), due_at=(NOON - timedelta(minutes=1)).isoformat()),
        event(4, title="<b>井盖</b>", reporter="张三"), event(5, **OUT),
    )  # fmt: skip
    told(town, "transitions", transition(4, "assigned"), transition(4, "closed", -1), transition(1, "handling"))
    return town


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["event_id"] for item in answer.json["items"]]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, "12345"),
        ({"colour": "green"}, "4"),
        ({"colour": "blue"}, "15"),
        ({"colour": "at_risk"}, "2"),
        ({"colour": "overtime"}, "3"),
        ({"colour": "red"}, "23"),
        ({"overtime": "true"}, "3"),
        ({"overtime": "false"}, "1245"),
        ({"stage": "handling"}, "1"),
        ({"source": "drone"}, "2"),
        ({"category": "event.01"}, "12345"),
        ({"category": "event.02"}, ""),
        ({"q": "井盖"}, "4"),
        ({"from": (NOON - timedelta(hours=1)).isoformat()}, "1245"),
        ({"to": (NOON - timedelta(hours=1)).isoformat()}, "3"),
        ({"bbox": f"{HERE[0] - 0.01},{HERE[1] - 0.01},{HERE[0] + 0.01},{HERE[1] + 0.01}"}, "1234"),
        ({"scope": HERE_STREET}, "1234"),
    ],
)
def test_events_are_found_by_every_filter(busy: Town, query: dict[str, str], numbers: str) -> None:
    answer = busy.caller().get("events", **query)
    assert sorted(i.partition(":")[2] for i in ids(answer)) == list(numbers)
    assert answer.json["total"] == len(numbers)


def test_pages_go_through_all_events_once(busy: Town) -> None:
    caller = busy.caller()
    seen: list[str] = []
    cursor = None
    while True:
        answer = caller.get("events", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += ids(answer)
        assert answer.json["total"] == 5
        cursor = answer.json["next"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(set(seen)) == sorted(ids(caller.get("events")))


@pytest.mark.parametrize(
    "query",
    [
        {"colour": "pink"}, {"stage": "x"}, {"source": "x"}, {"overtime": "maybe"}, {"limit": "0"}, {"limit": "1001"},
        {"limit": "ten"}, {"cursor": "%%%"}, {"cursor": "WzFd"}, {"bbox": "1,2,3"}, {"bbox": "a,b,c,d"},
        {"bbox": "nan,nan,nan,nan"}, {"bbox": "3,2,1,0"}, {"from": "today"}, {"as_of": "2026-11-19"},
        {"as_of": "2026-11-19T12:00:00"}, {"as_of": "2100-01-01T00:00:00Z"}, {"scope": "33x"}, {"scope": "3301101"},
    ],
)  # fmt: skip
def test_a_wrong_question_is_told_so(busy: Town, query: dict[str, str]) -> None:
    answer = busy.caller().get("events", **query)
    assert answer.status_code == 400
    assert answer.json["detail"]


def test_one_event_comes_with_its_whole_process(busy: Town) -> None:
    answer = busy.caller(Role.DUTY).get("events/citizen:4").json
    assert [step["stage"] for step in answer["process"]] == ["assigned", "closed"]
    assert (answer["title"], answer["reporter"], answer["colour"]) == ("<b>井盖</b>", "张三", "green")
    assert "reporter" not in busy.caller(Role.SCREEN).get("events/citizen:4").json
    assert busy.caller().get("events/citizen:99").status_code == 404


def test_a_street_sees_its_street_only(busy: Town) -> None:
    told(busy, "alarms", alarm(1), alarm(2, **OUT))
    told(busy, "positions", position("a"), position("b", **OUT))
    street = busy.caller(Role.DUTY, HERE_STREET)
    assert "citizen:5" not in ids(street.get("events"))
    assert street.get("events/citizen:5").status_code == 404
    assert street.get("alarms").json["total"] == 1
    assert [g["subject_id"] for g in street.get("gridworkers").json["items"]] == ["a"]
    assert "citizen:5" not in street.get("snapshot").json["events"]
    assert [row[1] for row in street.get("movers").json["rows"]] == ["a"]
    for path in ("events", "alarms", "gridworkers", "mode", "indicators", "snapshot", "movers"):
        answer = street.get(path, scope="330110")
        assert answer.status_code == 403
        assert answer.json["scope"] == HERE_STREET
    answer = street.call("PUT", "mode", json={"mode": "wartime", "scope": "330110", "event_id": "citizen:1"})
    assert answer.status_code == 403


def test_a_snapshot_is_what_a_browser_joins_with(busy: Town) -> None:
    caller = busy.caller()
    answer = caller.get("snapshot")
    assert answer.headers["Cache-Control"] == "no-store"
    assert (answer.json["instance"], answer.json["seq"]) == ("instance-1", 8)
    assert set(answer.json["events"]) == set(ids(caller.get("events")))
    assert answer.json["mode"]["mode"] == "peacetime"
    assert caller.get("snapshot").json == answer.json
    packed = caller.call("GET", "snapshot", headers={"Accept-Encoding": "gzip"})
    assert msgspec.json.decode(gzip.decompress(packed.data)) == answer.json


def test_movers_are_packed_beside_their_names(busy: Town) -> None:
    told(busy, "positions", position("a"), position("b", kind="vehicle"))
    answer = busy.caller().get("movers").json
    assert [(row, who, answer["kinds"][k]) for row, who, k in answer["rows"]] == [
        (0, "a", "gridworker"),
        (1, "b", "vehicle"),
    ]
    assert unpack(base64.b64decode(answer["buf"])).lon.tolist() == pytest.approx([HERE[0]] * 2)


def test_the_past_is_asked_like_the_present(busy: Town) -> None:
    then = NOON - timedelta(minutes=30)
    busy.past[then] = deepcopy(busy.fold.situation)
    told(busy, "events", event(6))
    caller = busy.caller()
    plus = then.isoformat()
    assert caller.get("events", as_of=plus).json["total"] == 5
    assert caller.get("events", as_of=plus.replace("+", " ")).json["as_of"] == then.isoformat().replace("+00:00", "Z")
    assert "citizen:6" not in caller.get("snapshot", as_of=plus).json["events"]
    assert caller.get("movers", as_of=plus).json["rows"] == []
    assert caller.get("indicators", as_of=plus).status_code == 200
    assert caller.get("gridworkers", as_of=plus).json["total"] == 0


def test_every_number_equals_the_length_of_its_list(busy: Town) -> None:
    caller = busy.caller()
    items = caller.get("indicators", lang="en").json["items"]
    assert {i["name"]: i["numerator"] for i in items}["reported_today"] == 5
    for item in items:
        for part in ("numerator", "denominator"):
            answer = caller.get(f"indicators/{item['name']}/records", part=part)
            if item[part] is None:
                assert answer.status_code == 404
            else:
                assert answer.json["total"] == len(answer.json["items"]) == item[part]
        assert item["title"]
        assert item["definition"]
    assert caller.get("indicators/nothing/records").status_code == 404
    assert caller.get("indicators/overtime/records", part="x").status_code == 400


def test_alarms_are_listed_newest_first(town: Town) -> None:
    told(town, "alarms", alarm(1, minutes=-9), alarm(2, minutes=-1), alarm(3, minutes=-5), alarm(3, "cleared", -4))
    caller = town.caller()
    first = caller.get("alarms", limit=2).json
    second = caller.get("alarms", limit=2, cursor=first["next"]).json
    assert [(a["device_id"], a["state"]) for a in first["items"] + second["items"]] == [
        ("dev-2", "raised"),
        ("dev-3", "cleared"),
        ("dev-1", "raised"),
    ]


def test_feeds_are_listed_with_their_health(busy: Town) -> None:
    busy.meter.flush()
    items = {f["name"]: f for f in busy.caller().get("feeds", lang="en").json["items"]}
    assert (items["citizen"]["status"], items["citizen"]["accepted"]) == ("live", 7)
    assert items["department"]["status"] == "unknown"


@pytest.mark.parametrize("above", ["", "33"])
def test_an_account_for_everything_works_on_the_city(busy: Town, above: str) -> None:
    duty = busy.caller(Role.DUTY, above)
    switch = {"mode": "wartime", "event_id": "citizen:1"}
    assert duty.call("PUT", "mode", json=switch).status_code == 202
    (entry,) = busy.commands.group("g", "c").read(10, 0)
    assert entry.command is not None
    assert entry.command.scope == "330110"
    busy.facts.append(decide(busy.fold.situation, entry.command))
    busy.fold.follow()
    for query in ({}, {"scope": "33"}, {"scope": "330110"}):
        answer = duty.get("mode", **query).json
        assert (answer["mode"], answer["scope"]) == ("wartime", "330110")
        assert duty.get("snapshot", **query).json["mode"]["mode"] == "wartime"
    assert busy.caller().get("mode").json["mode"] == "wartime"


def test_a_mode_is_asked_for_once_however_often_it_is_clicked(busy: Town) -> None:
    caller, wanted = busy.caller(Role.DUTY), {"mode": "wartime", "scope": HERE_STREET, "event_id": "citizen:1"}
    headers = {"Idempotency-Key": "click-1"}
    first = caller.call("PUT", "mode", json=wanted, headers=headers)
    again = caller.call("PUT", "mode", json=wanted, headers=headers)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json == again.json
    (entry,) = busy.commands.group("g", "c").read(10, 0)
    assert isinstance(entry.command, SwitchMode)
    assert (entry.command.scope, entry.command.event_id, entry.command.by) == (HERE_STREET, "citizen:1", "duty")
    other = busy.caller(Role.DUTY).call("PUT", "mode", json=wanted, headers=headers)
    assert other.json != first.json


@pytest.mark.parametrize(
    ("body", "status", "rule"),
    [
        ({"mode": "wartime"}, 409, "wartime_needs_event"),
        ({"mode": "wartime", "event_id": "citizen:99"}, 409, "unknown_event"),
        ({"mode": "peacetime"}, 409, "mode_is_the_same"),
        ({"mode": "party"}, 400, None),
        ({}, 400, None),
        ([], 400, None),
    ],
)
def test_what_a_rule_forbids_is_refused_with_the_rule(busy: Town, body: Any, status: int, rule: str | None) -> None:
    answer = busy.caller(Role.DUTY).call("PUT", "mode", json=body)
    assert (answer.status_code, answer.json.get("rule")) == (status, rule)
    assert busy.commands.length() == 0


def test_unknown_paths_are_not_answered_with_a_page(town: Town) -> None:
    caller = town.caller()
    for path in ("nothing", "events2", "order", "feeds/nothing"):
        answer = caller.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    answer = caller.call("DELETE", "events")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_the_api_describes_itself(town: Town) -> None:
    answer = town.caller().get("openapi.json")
    validate(answer.json)
    assert set(answer.json["paths"]["/feeds/events"]["post"]["responses"]) >= {"202", "413", "503"}
    again = town.caller().call("GET", "openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_long_answers_are_packed(busy: Town) -> None:
    answer = busy.caller().call("GET", "events", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert msgspec.json.decode(gzip.decompress(answer.data))["total"] == 5


def test_the_house_is_measured(busy: Town) -> None:
    text = busy.caller().client.get("/metrics", headers={"Authorization": f"Bearer {busy.token()}"}).text
    assert 'cockpit_http_requests_total{endpoint="ingest.events",status="202"}' in text
