"""受理入口 over HTTP: good items are taken, bad ones refused by field, nothing counted twice."""

import gzip
import json
from datetime import datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import prcoords
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.exceptions import ConnectionError as RedisConnectionError

from cockpit.domain.facts import AlarmCleared, AlarmRaised, EventReported, StageEntered
from cockpit.services.coordinates import bd09_to_gcj02, gcj02_to_wgs84, to_wgs84
from cockpit.services.intake import Intake
from cockpit.store.accounts import Role
from cockpit.stream.fix_batch import FLAG_BITS
from tests.api.town import ELSEWHERE, HERE, HERE_STREET, NOON, Caller, Town, alarm, event, position, transition

KINDS = {"events": event, "transitions": transition, "alarms": alarm, "positions": position}


@pytest.fixture
def feed(town: Town) -> Caller:
    return town.caller(Role.FEED)


def facts_of(town: Town) -> list[Any]:
    return [entry.fact for entry in town.facts.read("0", count=10_000, block_ms=0)]


def outcome(answer: Any) -> tuple[int, int, list[tuple[int, str]]]:
    assert answer.status_code == 202, answer.text
    return (
        answer.json["accepted"],
        answer.json["duplicate"],
        [(r["index"], r["field"]) for r in answer.json["rejected"]],
    )


@pytest.mark.parametrize("kind", KINDS)
def test_one_object_an_array_and_lines_are_all_understood(feed: Caller, kind: str) -> None:
    one, two, three = (KINDS[kind](str(n)) if kind == "positions" else KINDS[kind](n) for n in (1, 2, 3))
    assert outcome(feed.post(f"feeds/{kind}", one)) == (1, 0, [])
    assert outcome(feed.post(f"feeds/{kind}", [one, two])) == (1, 1, [])
    lines = b"\n".join(json.dumps(m).encode() for m in (two, three, three))
    assert outcome(feed.post(f"feeds/{kind}", lines, content_type="application/x-ndjson")) == (1, 2, [])
    assert outcome(feed.post(f"feeds/{kind}", lines)) == (0, 3, [])


@pytest.mark.parametrize("kind", KINDS)
def test_a_packed_body_is_unpacked(feed: Caller, kind: str) -> None:
    body = gzip.compress(json.dumps([KINDS[kind]()]).encode())
    assert outcome(feed.post(f"feeds/{kind}", body, headers={"Content-Encoding": "gzip"})) == (1, 0, [])


def test_an_event_becomes_a_fact_with_its_grid_and_public_id(town: Town, feed: Caller) -> None:
    feed.post("feeds/events", event(7, nested={"a": [1]}, severity="II", attachments=["http://x/1.jpg"]))
    (fact,) = facts_of(town)
    assert isinstance(fact, EventReported)
    assert fact.fact_id == "event:citizen:7"
    assert fact.report.event_id == "citizen:7"
    assert fact.report.place.code.startswith(HERE_STREET)
    assert len(fact.report.place.code) == 15
    assert fact.report.extra == {"nested": {"a": [1]}}
    assert fact.received_at == NOON


@pytest.mark.parametrize(
    ("given_", "flags", "code_length"),
    [
        ({"lon": None, "lat": None}, ("no_place",), 6),
        ({"lon": 0.0, "lat": 0.0}, ("null_island",), 6),
        ({"lon": 100.0, "lat": 30.0}, ("outside_city",), 6),
        ({"reported_at": (NOON + timedelta(hours=1)).isoformat(), "due_at": None}, ("future",), 15),
        ({"reported_at": (NOON + timedelta(minutes=4)).isoformat(), "due_at": None}, (), 15),
    ],
)
def test_what_is_doubtful_about_a_place_is_flagged_and_kept(
    town: Town, feed: Caller, given_: dict[str, Any], flags: tuple[str, ...], code_length: int
) -> None:
    assert outcome(feed.post("feeds/events", event(**given_))) == (1, 0, [])
    place = facts_of(town)[0].report.place
    assert (place.flags, len(place.code)) == (flags, code_length)


def test_a_grid_code_counts_where_there_are_no_coordinates(town: Town, feed: Caller) -> None:
    grid = next(code for code in town.city.divisions if len(code) == 15)
    feed.post("feeds/events", [event(1, lon=None, lat=None, grid_code=grid), event(2, grid_code=grid)])
    first, second = (f.report.place.code for f in facts_of(town))
    assert first == grid
    assert second == town.city.locate(*HERE)


def test_a_title_falls_back_to_the_words_of_its_category(town: Town, feed: Caller) -> None:
    feed.post("feeds/events", [event(1, title=None, category_text="暴露垃圾"), event(2, title=" ")])
    assert [f.report.title for f in facts_of(town)] == ["暴露垃圾", "event.01.10"]


def test_transitions_and_alarms_become_facts(town: Town, feed: Caller) -> None:
    feed.post("feeds/transitions", transition(3, "handling", unit="城管", level="street", note="n"))
    feed.post("feeds/alarms", [alarm(1, alarm_id="a"), alarm(2, "cleared", severity=None)])
    stage, raised, cleared = facts_of(town)
    assert isinstance(stage, StageEntered)
    assert stage.event_id == "citizen:3"
    assert stage.fact_id.startswith("stage:citizen:3:handling:")
    assert type(raised) is AlarmRaised
    assert raised.fact_id.startswith("alarm:a:raised:")
    assert isinstance(cleared, AlarmCleared)
    assert cleared.alarm_id == "dev-2:smoke"


def test_a_step_far_ahead_of_the_clock_is_refused(feed: Caller) -> None:
    ahead = [transition(1, minutes=60 * 30), transition(2, minutes=60)]
    assert outcome(feed.post("feeds/transitions", ahead)) == (1, 0, [(0, "at")])


def test_positions_go_to_their_own_lane_as_one_batch(town: Town, feed: Caller) -> None:
    moved = [position("w1"), position("w2", crs="gcj02"), position("w1", 5, battery=0.5), position("w3", lon=0, lat=0)]
    assert outcome(feed.post("feeds/positions", moved)) == (4, 0, [])
    ((_, batch),) = town.positions.read("0", count=10, block_ms=0)
    assert batch.subjects == ("w1", "w2", "w3")
    assert batch.subject.tolist() == [0, 1, 0, 2]
    assert batch.flags.tolist() == [0, 0, 0, FLAG_BITS["null_island"]]
    assert np.isnan(batch.battery[0])
    assert 0.003 < HERE[0] - batch.lon[1] < 0.006
    assert facts_of(town) == []


def test_a_position_already_taken_is_a_duplicate(feed: Caller) -> None:
    assert outcome(feed.post("feeds/positions", [position("w1"), position("w1"), position("w2")])) == (2, 1, [])
    assert outcome(feed.post("feeds/positions", [position("w2"), position("w3")])) == (1, 1, [])


BAD = [
    ("events", {"event_id": 5}, "event_id"),
    ("events", {"event_id": ""}, "event_id"),
    ("events", {"event_id": "a\x00b"}, "event_id"),
    ("events", {"source": "nobody"}, "source"),
    ("events", {"title": "x" * 501}, "title"),
    ("events", {"title": "\ud800"}, "title"),
    ("events", {"title": "a\x00"}, "title"),
    ("events", {"title": ["x"]}, "title"),
    ("events", {"description": "x" * 10_001}, "description"),
    ("events", {"reported_at": "2026-11-19T12:00:00"}, "reported_at"),
    ("events", {"reported_at": 1_700_000_000}, "reported_at"),
    ("events", {"reported_at": "1700000000"}, "reported_at"),
    ("events", {"reported_at": "0001-01-01T00:00:00+14:00"}, "reported_at"),
    ("events", {"reported_at": "9999-12-31T23:59:59-12:00"}, "reported_at"),
    ("events", {"due_at": "2020-01-01T00:00:00Z"}, "due_at"),
    ("events", {"severity": "V"}, "severity"),
    ("events", {"lon": 200.0}, "lon"),
    ("events", {"lat": -91}, "lat"),
    ("events", {"lat": float("nan")}, "lat"),
    ("events", {"lon": float("inf")}, "lon"),
    ("events", {"lon": "120"}, "lon"),
    ("events", {"lon": True}, "lon"),
    ("events", {"lon": None}, "lat"),
    ("events", {"crs": "EPSG:999999"}, "crs"),
    ("events", {"crs": "mars"}, "crs"),
    ("events", {"unknown": "\ud800"}, ""),
    ("events", {"unknown": "a\x00b"}, ""),
    ("events", {"unknown": float("nan")}, ""),
    ("events", {"unknown": 10**30}, ""),
    ("events", {"unknown": [[[[[[[[[[1]]]]]]]]]]}, ""),
    ("events", {"unknown": "x" * 30_000}, ""),
    ("events", {"\ud800": 1}, ""),
    ("events", {"title": None, "category": None}, "title"),
    ("transitions", {"stage": "finished"}, "stage"),
    ("transitions", {"level": "planet"}, "level"),
    ("transitions", {"at": None}, "at"),
    ("alarms", {"state": "ringing"}, "state"),
    ("alarms", {"severity": None}, "severity"),
    ("alarms", {"value": "hot"}, "value"),
    ("alarms", {"value": float("inf")}, "value"),
    ("positions", {"lon": 1e300}, "lon"),
    ("positions", {"lat": float("nan")}, "lat"),
    ("positions", {"subject_id": None}, "subject_id"),
    ("positions", {"speed_mps": -1}, "speed_mps"),
    ("positions", {"at": "yesterday"}, "at"),
]


@pytest.mark.parametrize(("kind", "wrong", "field"), BAD)
def test_a_bad_item_is_refused_by_field_and_costs_no_good_one(
    feed: Caller, kind: str, wrong: dict[str, Any], field: str
) -> None:
    good = KINDS[kind]()
    bad = {**KINDS[kind]("2"), **wrong}
    body = json.dumps([bad, good, 7, None]).encode()
    assert outcome(feed.post(f"feeds/{kind}", body)) == (1, 0, [(0, field), (2, ""), (3, "")])
    assert outcome(feed.post(f"feeds/{kind}", json.dumps(bad).encode())) == (0, 0, [(0, field)])


@pytest.mark.parametrize(
    "body",
    [b"", b" ", b"[", b"{", b'{"a":', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 10_000, b"nonsense", b"[1" * 5000],
)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_json_is_refused_as_a_whole(feed: Caller, kind: str, body: bytes) -> None:
    answer = feed.post(f"feeds/{kind}", body)
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"


def test_a_bad_line_costs_no_good_line(feed: Caller) -> None:
    lines = b"\n".join([json.dumps(event(1)).encode(), b'{"trunc', b"", b"[]", json.dumps(event(2)).encode()])
    answer = feed.post("feeds/events", lines, content_type="application/x-ndjson")
    assert outcome(answer) == (2, 0, [(1, ""), (2, "")])


def test_numbers_beyond_every_float_are_refused(feed: Caller) -> None:
    body = json.dumps(event()).replace(str(HERE[0]), "1e400").encode()
    assert outcome(feed.post("feeds/events", body)) == (0, 0, [(0, "lon")])
    assert feed.post("feeds/events", b'{"lon":' + b"1" * 5000 + b"}").status_code == 400


def test_a_body_that_is_too_large_is_refused_packed_or_not(feed: Caller) -> None:
    large = b"[" + b" " * (17 * 1024 * 1024) + b"]"
    assert feed.post("feeds/events", large).status_code == 413
    bomb = gzip.compress(large)
    assert len(bomb) < 100_000
    assert feed.post("feeds/events", bomb, headers={"Content-Encoding": "gzip"}).status_code == 413
    assert feed.post("feeds/events", json.dumps([0] * 60_000).encode()).status_code == 413


@pytest.mark.parametrize(
    "body", [b"no gzip", gzip.compress(b"[]")[:-4], gzip.compress(b"[]") + b"tail"], ids=["none", "cut", "with a tail"]
)
def test_broken_gzip_is_refused(feed: Caller, body: bytes) -> None:
    assert feed.post("feeds/events", body, headers={"Content-Encoding": "gzip"}).status_code == 400
    assert feed.post("feeds/events", body, headers={"Content-Encoding": "br"}).status_code == 415


_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(codec=None), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)
_FIELDS = (
    "event_id", "source", "category", "title", "description", "lon", "lat", "crs", "reported_at", "due_at", "severity",
    "grid_code", "attachments", "extra", "stage", "at", "unit", "level", "note", "alarm_id", "device_id", "kind",
    "state", "value", "message", "subject_id", "accuracy_m", "battery", "zzz",
)  # fmt: skip
_fields = st.sampled_from(_FIELDS)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(sorted(KINDS)), wrong=st.dictionaries(_fields, _json, max_size=4), cut=st.integers(0, 400))
def test_nothing_that_anybody_sends_breaks_the_door(
    town: Town, feed: Caller, kind: str, wrong: dict[str, Any], cut: int
) -> None:
    whole = json.dumps([{**KINDS[kind]("1"), **wrong}, wrong]).encode()
    answer = feed.post(f"feeds/{kind}", whole)
    assert answer.status_code == 202
    assert answer.json["accepted"] + answer.json["duplicate"] + len(answer.json["rejected"]) == 2
    cut_off = feed.post(f"feeds/{kind}", whole[: min(cut, len(whole) - 1)])
    assert cut_off.status_code == 400
    town.fold.follow()
    assert town.caller().get("events").status_code == 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200))
def test_bytes_of_any_kind_are_refused_or_taken(feed: Caller, body: bytes) -> None:
    for kind in KINDS:
        assert feed.post(f"feeds/{kind}", body).status_code in (202, 400)


def test_a_feed_of_one_street_brings_nothing_from_another(town: Town) -> None:
    street = town.caller(Role.FEED, HERE_STREET)
    outside = {"lon": ELSEWHERE[0], "lat": ELSEWHERE[1]}
    assert outcome(street.post("feeds/events", [event(1), event(2, **outside)])) == (1, 0, [(1, "lon")])
    assert outcome(street.post("feeds/alarms", [alarm(1), alarm(2, **outside)])) == (1, 0, [(1, "lon")])
    assert outcome(street.post("feeds/positions", [position("a", **outside), position("b")])) == (1, 0, [(0, "lon")])
    assert outcome(street.post("feeds/events", event(3, lon=None, lat=None))) == (1, 0, [])
    assert facts_of(town)[-1].report.place.code == HERE_STREET
    town.caller(Role.FEED).post("feeds/events", event(9, **outside))
    town.fold.follow()
    steps = [transition(9), transition(1), transition(77)]
    assert outcome(street.post("feeds/transitions", steps)) == (2, 0, [(0, "event_id")])


def test_an_empty_array_is_a_sign_of_life(town: Town, feed: Caller) -> None:
    assert outcome(feed.call("POST", "feeds/events", json=[], query_string={"source": "drone"})) == (0, 0, [])
    assert town.health.feeds()["drone"].received_ms == round(NOON.timestamp() * 1000)


def test_every_item_counts_for_its_feed(town: Town, feed: Caller) -> None:
    feed.post("feeds/events", [event(1), event(1), event(2, lon=0, lat=0), event(3, title="x" * 600)])
    feed.post("feeds/positions", [position(), position("w2", lat=99)])
    town.meter.flush()
    counts = town.health.feeds()
    assert (counts["citizen"].accepted, counts["citizen"].flagged, counts["citizen"].rejected) == (2, 1, 1)
    assert (counts["positions"].accepted, counts["positions"].rejected) == (1, 1)


def test_nothing_is_acknowledged_while_the_stream_is_away(bare_town: Town) -> None:
    class Away:
        def append(self, _: object) -> Any:
            raise RedisConnectionError("no")

    town = bare_town
    town.build(intake=Intake(city=town.city, facts=Away(), positions=Away(), clock=town.clock))
    for kind, message in KINDS.items():
        answer = town.caller(Role.FEED).post(f"feeds/{kind}", message())
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert answer.mimetype == "application/problem+json"


def test_chinese_coordinates_agree_with_the_reference_to_a_centimetre() -> None:
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(75, 134, 200), rng.uniform(5, 52, 200)
    for x, y in zip(lon, lat, strict=True):
        expected = prcoords.gcj_wgs_bored((y, x))
        got = gcj02_to_wgs84(np.array([x]), np.array([y]))
        assert np.allclose((got[1][0], got[0][0]), expected, atol=1e-7)
        expected = prcoords.bd_gcj_bored((y, x))
        got = bd09_to_gcj02(np.array([x]), np.array([y]))
        assert np.allclose((got[1][0], got[0][0]), expected, atol=1e-7)


def test_projected_coordinates_become_degrees() -> None:
    lon, lat = to_wgs84("EPSG:4549", np.array([500_000.0]), np.array([3_350_000.0]))
    assert lon[0] == pytest.approx(120.0)
    assert 30 < lat[0] < 31


def test_the_report_of_an_outcome_is_plain_json(feed: Caller) -> None:
    answer = feed.post("feeds/events", [event(1), {}])
    assert msgspec.json.decode(answer.data)["rejected"] == [{"index": 1, "field": "event_id", "error": "is missing"}]
    assert datetime.fromisoformat(event()["reported_at"]).tzinfo is not None


def test_what_the_contract_does_not_name_is_kept_with_the_fact(town: Town, feed: Caller) -> None:
    feed.post("feeds/transitions", KINDS["transitions"](1) | {"vehicle": "浙A"})
    feed.post("feeds/alarms", KINDS["alarms"](1) | {"firmware": 3})
    told, rung = facts_of(town)
    assert told.step.extra == {"vehicle": "浙A"}
    assert rung.extra == {"firmware": 3}
