"""`devices`: the registry, what devices measured, and adopting what nobody had entered."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cockpit.domain.device import Device
from cockpit.domain.reading import Reading
from cockpit.services.devices import import_devices
from cockpit.services.reading_archive import ReadingRecorder
from cockpit.services.sheets import UnreadableFileError
from cockpit.store.accounts import Role
from cockpit.store.devices import DeviceTable
from cockpit.store.readings import ReadingArchive
from tests.api.town import HERE, HERE_STREET, NOON, Town, alarm

_HEAD = "device_id,kind,name,lon,lat,owner,interval_s,limits,maintenance\n"
_GOOD = f"w-1,water_level,余杭塘河,{HERE[0]},{HERE[1]},区林水局,60,water_level:..3.5 m,\n"


@pytest.fixture
def entered(town: Town, tmp_path: Path) -> Town:
    file = tmp_path / "devices.csv"
    file.write_text(_HEAD + _GOOD + f"s-1,smoke,,{HERE[0]},{HERE[1]},,,,\n", encoding="utf-8")
    import_devices(DeviceTable(town.engine), town.city, file, now=NOON)
    return town


def measured(town: Town, *readings: Reading) -> None:
    town.readings.append(readings)
    table = DeviceTable(town.engine)
    ReadingRecorder(
        lane=town.readings, consumer="test", archive=ReadingArchive(town.engine), heard=table, devices=town.devices,
        every_s=60, kept_for=timedelta(days=7), clock=town.clock,
    ).step(block_ms=0)  # fmt: skip
    town.tick_s += 60


def test_an_import_is_repeated_without_a_change_and_refuses_row_by_row(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "devices.csv"
    bad = "w-2,smoke,,120,,,,,\n,smoke,,,,,,,\nw-1,smoke,,,,,,,\nw-3,gas,,,,,0,,\nw-4,gas,,,,,,level:3,\n"
    file.write_text(_HEAD + _GOOD + bad, encoding="utf-8")
    table = DeviceTable(town.engine)
    first = import_devices(table, town.city, file, now=NOON)
    assert (first.new, len(first.refused)) == (1, 5)
    again = import_devices(table, town.city, file, now=NOON + timedelta(hours=1))
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1)
    file.write_text("name\nx\n", encoding="utf-8")
    with pytest.raises(UnreadableFileError):
        import_devices(table, town.city, file, now=NOON)


def test_a_device_tells_its_limits_its_history_and_its_alarms(entered: Town) -> None:
    town = entered
    measured(
        town, *(Reading("w-1", "water_level", 3 + n / 10, NOON - timedelta(minutes=9 - n), NOON) for n in range(10))
    )
    town.caller(Role.FEED).post("feeds/alarms", alarm(device_id="w-1", kind="water_level"))
    town.fold.follow()
    told = town.caller().get("devices/w-1").json
    assert (told["status"], told["open_alarms"], told["domain"]) == ("live", 1, "water")
    assert told["limits"] == {"water_level": {"low": None, "high": 3.5, "unit": "m"}}
    assert len(told["history"]["quantities"]["water_level"]) == 10
    assert told["values"][0]["value"] == pytest.approx(3.9)
    assert [a["kind"] for a in told["alarms"]] == ["water_level"]
    town.now += timedelta(minutes=11)
    assert town.caller().get("devices/w-1").json["status"] == "lost"


def test_a_device_that_nobody_has_entered_appears_as_such_and_can_be_adopted(entered: Town) -> None:
    town = entered
    measured(town, Reading("new-7", "pm10", 80.0, NOON, NOON))
    town.caller(Role.FEED).post("feeds/alarms", alarm(device_id="bell-9"))
    town.fold.follow()
    officer = town.caller(Role.DUTY)
    assert [d["device_id"] for d in officer.get("devices", known="false").json["items"]] == ["bell-9", "new-7"]
    body = {"kind": "dust", "name": "工地东门", "lon": HERE[0], "lat": HERE[1], "interval_s": 60}
    answer = officer.post("devices/new-7/adopt", body)
    assert (answer.status_code, answer.json["code"][:9]) == (201, HERE_STREET)
    town.tick_s += 60
    assert officer.get("devices/new-7").json["known"] is True
    assert officer.post("devices/new-7/adopt", body).json["rule"] == "device_is_known"
    assert officer.post("devices/never-heard/adopt", body).status_code == 404
    assert town.caller(Role.LEADER).post("devices/bell-9/adopt", body).status_code == 403


def test_devices_are_listed_by_domain_page_and_scope(entered: Town) -> None:
    caller = entered.caller()
    assert caller.get("devices", domain="fire").json["total"] == 1
    first = caller.get("devices", limit=1).json
    assert (first["total"], first["items"][0]["device_id"]) == (2, "s-1")
    assert caller.get("devices", limit=1, cursor=first["next"]).json["items"][0]["device_id"] == "w-1"
    assert caller.get("devices", q="林水").json["total"] == 1
    assert caller.get("devices", bbox="119,30,119.1,30.1").json["total"] == 0
    assert entered.caller(scope="330110113").get("devices").json["total"] == 0
    assert entered.caller(scope="330110113").get("devices/w-1").status_code == 404


def test_a_hundred_thousand_devices_are_entered_and_found(town: Town) -> None:
    table = DeviceTable(town.engine)
    table.put([Device(device_id=f"d{n:06d}", kind="smoke") for n in range(100_000)], now=NOON)
    answer = town.caller().get("devices", q="d099999").json
    assert (answer["total"], table.count()) == (1, 100_000)


def test_a_group_of_devices_tells_how_fresh_it_is_and_names_the_silent(entered: Town, tmp_path: Path) -> None:
    town, file = entered, tmp_path / "more.csv"
    rows = "".join(f"w-{n},water_level,,{HERE[0]},{HERE[1]},,60,,\n" for n in (2, 3, 4, 5))
    file.write_text(_HEAD + rows, encoding="utf-8")
    import_devices(DeviceTable(town.engine), town.city, file, now=NOON)
    town.tick_s += 60
    late = timedelta(seconds=3)
    measured(town, *(Reading(f"w-{n}", "water_level", 1.0, NOON - late, NOON) for n in (1, 2, 3, 4)))
    measured(town, Reading("w-5", "water_level", 1.0, NOON - timedelta(minutes=5), NOON))

    def water() -> dict[str, Any]:
        items = town.caller().get("devices/groups").json["items"]
        return next(dict(item) for item in items if item["domain"] == "water")

    told = water()
    assert (told["status"], told["waited_for"], told["live"], told["stale"], told["share_live"]) == (
        "stale", 5, 4, 1, 0.8,
    )  # fmt: skip
    assert [silent["device_id"] for silent in told["silent"]] == ["w-5"]
    assert told["lag_ms"]["p50"] == 3000
    town.now += timedelta(minutes=11)
    assert (water()["status"], water()["silent_total"]) == ("lost", 5)
    elsewhere = town.caller(scope="330110109").get("devices/groups").json["items"]
    assert sum(item["devices"] for item in elsewhere) == 0
    fire = next(i for i in town.caller().get("devices/groups").json["items"] if i["domain"] == "fire")
    assert (fire["devices"], fire["waited_for"], fire["status"]) == (1, 0, "unknown")
