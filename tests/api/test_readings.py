"""`POST feeds/readings`: what devices measure is taken as one batch, the unsound ones refused by field."""

from typing import Any

import pytest

from cockpit.store.accounts import Role
from tests.api.town import NOON, Town


def reading(device: str = "w-1", value: Any = 3.2, **given: Any) -> dict[str, Any]:
    return {
        "device_id": device,
        "quantity": "water_level",
        "value": value,
        "unit": "m",
        "at": NOON.isoformat(),
        **given,
    }


def test_readings_go_to_their_own_lane_and_are_no_facts(town: Town) -> None:
    answer = town.caller(Role.FEED).post("feeds/readings", [reading(), reading("w-2", 3.4, lon=120.0, lat=30.3)])
    assert (answer.status_code, answer.json["accepted"]) == (202, 2)
    [entry] = town.readings.group("rules", "test").read(10, 0)
    assert [(r.device_id, r.value, r.at, r.received_at) for r in entry.readings] == [
        ("w-1", 3.2, NOON, NOON), ("w-2", 3.4, NOON, NOON),
    ]  # fmt: skip
    assert town.facts.tail() == "0-0"


def test_what_no_device_can_measure_is_refused_by_its_field(town: Town) -> None:
    bad = [
        reading(value="hot"),
        reading(),
        reading(value=1e300),
        reading(at="2027-01-01T00:00:00Z"),
        reading(device=""),
    ]
    answer = town.caller(Role.FEED).post("feeds/readings", bad).json
    assert answer["accepted"] == 1
    assert [(r["index"], r["field"]) for r in answer["rejected"]] == [
        (0, "value"), (2, "value"), (3, "at"), (4, "device_id"),
    ]  # fmt: skip
    nan = b'{"device_id": "w", "quantity": "x", "value": NaN, "at": "2026-11-19T04:00:00Z"}'
    assert town.caller(Role.FEED).post("feeds/readings", nan).json["rejected"][0]["index"] == 0


def test_a_readings_place_is_converted_like_any_other(town: Town) -> None:
    sent = [
        reading("gcj", lon=119.9547, lat=30.2977, crs="gcj02"), reading("none"),
        reading("wrong", lon=1.0, lat=2.0, crs="EPSG:1"), reading("plain", lon=119.95, lat=30.3),
    ]  # fmt: skip
    answer = town.caller(Role.FEED).post("feeds/readings", sent).json
    assert [(r["index"], r["field"]) for r in answer["rejected"]] == [(2, "crs")]
    [entry] = town.readings.group("rules", "test").read(10, 0)
    found = {r.device_id: (r.lon, r.lat) for r in entry.readings}
    assert found["none"] == (None, None)
    assert found["plain"] == (119.95, 30.3)
    assert found["gcj"] == (pytest.approx(119.95, abs=2e-3), pytest.approx(30.3, abs=2e-3))
    assert found["gcj"] != (119.9547, 30.2977)
