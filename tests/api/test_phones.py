"""Phones and trackers over HTTP: with the credentials that they have, answered with what they expect."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from cockpit.feeding import posted_feeds, taker_maker
from cockpit.services.intake import Intake
from cockpit.services.readings import ReadingIntake
from cockpit.store.accounts import Role
from tests.api.town import CITY, HERE, NOON, Town

LOCATION = {
    "_type": "location", "tid": "zs", "topic": "owntracks/zhangsan/phone", "lon": HERE[0], "lat": HERE[1],
    "tst": int(NOON.timestamp()) - 5, "vel": 36, "batt": 80,
}  # fmt: skip
QUERY = {"id": "t7", "lon": str(HERE[0]), "lat": str(HERE[1]), "timestamp": str(int(NOON.timestamp()) - 5)}


@pytest.fixture
def town(bare_town: Town) -> Town:
    t = bare_town
    intake = Intake(city=t.city, facts=t.facts, positions=t.positions, clock=t.clock)
    return t.build(
        posted_feeds=posted_feeds(
            [],
            taker_maker(intake, t.meter, readings=ReadingIntake(lane=t.readings, clock=t.clock), clock=t.clock),
            lambda *_: None,
        )
    )


def fixes_of(town: Town) -> list[str]:
    return [batch.subjects[n] for _, batch in town.positions.read("0", count=99, block_ms=0) for n in batch.subject]


def basic(token: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"phone:{token}".encode()).decode()}


def test_owntracks_posts_with_its_password_and_reads_an_empty_list(town: Town) -> None:
    token = town.token(Role.FEED)
    answer = town.app.test_client().post("/api/v1/feeds/owntracks", json=LOCATION, headers=basic(token))
    assert (answer.status_code, answer.json) == (200, [])
    assert fixes_of(town) == ["zhangsan"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_tracker_sends_its_token_in_the_address(town: Town, method: str) -> None:
    query = {**QUERY, "token": town.token(Role.FEED)}
    answer = town.app.test_client().open("/api/v1/feeds/osmand", method=method, query_string=query)
    assert (answer.status_code, answer.data) == (200, b"")
    assert fixes_of(town) == ["t7"]


def test_a_bearer_token_does_as_well(town: Town) -> None:
    assert town.caller(Role.FEED).get("feeds/osmand", **QUERY).status_code == 200


@pytest.mark.parametrize("role", [Role.DUTY, Role.SCREEN, Role.ADMIN])
def test_no_other_role_s_token_counts_in_an_address(town: Town, role: Role) -> None:
    query = {**QUERY, "token": town.token(role)}
    assert town.app.test_client().get("/api/v1/feeds/osmand", query_string=query).status_code == 401
    answer = town.app.test_client().get("/api/v1/events", query_string={"token": town.token(Role.FEED)})
    assert answer.status_code == 401


def test_without_a_token_nothing_is_taken(town: Town) -> None:
    client = town.app.test_client()
    for given in ({}, {"token": "x" * 500}, {"token": ""}):
        answer = client.get("/api/v1/feeds/osmand", query_string={**QUERY, **given})
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert client.post("/api/v1/feeds/owntracks", json=LOCATION, headers=basic("wrong")).status_code == 401
    assert fixes_of(town) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [({"lat": 95}, "lat"), ({"lat": None}, "lat"), ({"tst": "soon"}, "tst"), ({"_type": "encrypted"}, "_type")],
)
def test_a_wrong_position_is_a_problem_that_names_the_field(town: Town, given: dict[str, Any], field: str) -> None:
    answer = town.caller(Role.FEED).post("feeds/owntracks", {**LOCATION, **given})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.json["field"] == field


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"NaN",
        b'{"a":' * 9999,
        b"\xff\xfe",
        b'{"_type":"location","lat":1e400,"lon":"\\ud800","tst":1,"tid":"a"}',
    ],
)
@pytest.mark.parametrize("name", ["owntracks", "osmand"])
def test_nonsense_is_never_the_server_s_failure(town: Town, name: str, body: bytes) -> None:
    assert town.caller(Role.FEED).post(f"feeds/{name}", body).status_code == 400


def test_a_last_will_is_understood_and_not_used(town: Town) -> None:
    answer = town.caller(Role.FEED).post("feeds/owntracks", {"_type": "lwt", "tst": LOCATION["tst"]})
    assert (answer.status_code, answer.json) == (200, [])
    assert fixes_of(town) == []


def test_a_token_for_one_person_brings_nobody_else(town: Town) -> None:
    token = town.accounts.create_token(role=Role.FEED, scope=CITY, name="", subject="lisi", now=town.now)
    answer = town.app.test_client().post("/api/v1/feeds/owntracks", json=LOCATION, headers=basic(token))
    assert (answer.status_code, answer.json["field"]) == (400, "subject_id")


def test_a_feed_is_counted_under_its_own_name_and_under_what_it_brings(town: Town) -> None:
    town.caller(Role.FEED).post("feeds/owntracks", LOCATION)
    town.caller(Role.FEED).post("feeds/owntracks", {**LOCATION, "lat": "x"})
    town.meter.flush()
    items = {item["name"]: item for item in town.caller().get("feeds").json["items"]}
    assert (items["owntracks"]["accepted"], items["owntracks"]["rejected"]) == (1, 1)
    assert items["owntracks"]["reasons"] == {"lat: must be a number": 1}
    assert items["owntracks"]["lag_ms"] == {"p50": 5000, "p90": 5000, "p99": 5000}
    assert items["owntracks"]["behind_s"] == 5
    assert items["positions"]["accepted"] == 1


def test_an_unknown_feed_is_not_there_and_a_method_too_many_is_told(town: Town) -> None:
    feed = town.caller(Role.FEED)
    assert feed.post("feeds/nowhere", {}).status_code == 404
    assert feed.get("feeds/owntracks").status_code == 405
    assert feed.get("feeds/events").status_code == 405


def test_a_browser_s_session_sends_no_positions_with_a_link(town: Town) -> None:
    browser = town.browser(Role.ADMIN)
    assert browser.client.get("/api/v1/feeds/osmand", query_string=QUERY).status_code == 403


def test_a_parse_that_breaks_sets_the_message_aside(bare_town: Town) -> None:
    kept: list[tuple[str, bytes, str]] = []
    t = bare_town
    intake = Intake(city=t.city, facts=t.facts, positions=t.positions, clock=t.clock)
    made = posted_feeds(
        [],
        taker_maker(intake, t.meter, readings=ReadingIntake(lane=t.readings, clock=t.clock), clock=t.clock),
        lambda name, raw, why: kept.append((name, raw.body, why)),
    )
    broken = {"owntracks": replace(made["owntracks"], parse=lambda _raw: 1 / 0)}  # type: ignore[arg-type, return-value]  # breaks on purpose
    answer = t.build(posted_feeds=broken).caller(Role.FEED).post("feeds/owntracks", LOCATION)
    assert answer.status_code == 400
    assert [(name, why) for name, _, why in kept] == [("owntracks", "ZeroDivisionError: division by zero")]
