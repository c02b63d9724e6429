"""The registry of devices and their readings, on both databases."""

from datetime import timedelta

from sqlalchemy import Engine

from cockpit.domain.device import Device, Limits, Window
from cockpit.domain.reading import Reading
from cockpit.store.devices import DeviceTable
from cockpit.store.readings import ReadingArchive
from tests.stories import NOON, minutes, place


def device(number: int = 1, **given: object) -> Device:
    return Device(**{"device_id": f"d{number}", "kind": "smoke", "place": place(address=""), **given})  # type: ignore[arg-type]  # tests know what they give


def reading(number: int, minute: float, value: float, quantity: str = "level") -> Reading:
    at = NOON + minutes(minute)
    return Reading(f"d{number}", quantity, value, at, at, "m")


def test_a_device_is_kept_with_its_limits_and_windows(engine: Engine) -> None:
    table = DeviceTable(engine)
    entered = device(limits={"level": Limits(0.2, 3.5, "m")}, maintenance=(Window(NOON, NOON + minutes(60)),))
    table.put([entered, device(2)], now=NOON)
    assert table.list_all() == [entered, device(2)]
    before = table.mark()
    table.put([device(2, owner="区消防")], now=NOON + minutes(1))
    assert table.mark() != before
    assert [d.owner for d in table.list_all()] == ["", "区消防"]


def test_what_was_only_heard_of_never_replaces_what_was_entered(engine: Engine) -> None:
    table = DeviceTable(engine)
    table.put([device(1)], now=NOON)
    table.hear_of([device(1, kind="", is_known=False), device(2, kind="", is_known=False)], now=NOON)
    assert [(d.device_id, d.kind, d.is_known) for d in table.list_all()] == [("d1", "smoke", True), ("d2", "", False)]


def test_the_newest_reading_is_the_newest_by_the_devices_clock(engine: Engine) -> None:
    archive = ReadingArchive(engine)
    archive.record([reading(1, 0, 1.0)], [reading(1, 2, 3.0), reading(2, 0, 5.0)])
    archive.record([reading(1, 0, 1.0)], [reading(1, 1, 2.0)])
    assert [(r.device_id, r.value, r.unit) for r in archive.last_of(["d1", "d2"])] == [
        ("d1", 3.0, "m"),
        ("d2", 5.0, "m"),
    ]


def test_history_is_read_back_in_order_and_forgotten_in_time(engine: Engine) -> None:
    archive = ReadingArchive(engine)
    archive.record([reading(1, n, float(n)) for n in range(10)], [])
    told = archive.history_of("d1", NOON + minutes(2), NOON + minutes(5))
    assert [value for _, _, value in told] == [2.0, 3.0, 4.0, 5.0]
    assert [r.value for r in archive.between(NOON, NOON + minutes(2))] == [0.0, 1.0]
    assert archive.delete_before(round((NOON + minutes(8)).timestamp() * 1000)) == 8
    assert len(archive.history_of("d1", NOON, NOON + timedelta(days=1))) == 2
