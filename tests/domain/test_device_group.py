"""设备组: as fresh as its devices."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.device import Device, Window
from cockpit.domain.device_group import GroupRule, device_group
from cockpit.domain.source import FeedStatus

NOW = datetime(2026, 11, 19, 4, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def device(name: str, interval_s: float | None = 60, **more: object) -> Device:
    return Device(device_id=name, kind="smoke", interval_s=interval_s, **more)  # type: ignore[arg-type]  # a test's shorthand


def test_a_group_names_its_silent_devices_never_heard_of_first() -> None:
    devices = [device(name) for name in "abcd"]
    group = device_group(devices, {"a": ago(30), "b": ago(130), "c": ago(700)}, GroupRule(), NOW)
    assert (group.live, group.stale, group.lost, group.unheard) == (1, 1, 1, 1)
    assert [one.device.device_id for one in group.silent] == ["d", "c", "b"]
    assert group.status is FeedStatus.LOST


def test_nobody_waits_for_who_is_worked_on_or_has_no_interval() -> None:
    working = device("a", maintenance=(Window(ago(60), NOW + timedelta(hours=1)),))
    group = device_group([working, device("b", None)], {}, GroupRule(), NOW)
    assert (group.devices, group.waited, group.in_maintenance, group.status) == (2, 0, 1, FeedStatus.UNKNOWN)
    assert device_group([device("b", None)], {}, GroupRule(interval_s=60), NOW).unheard == 1


@given(st.lists(st.none() | st.floats(0, 5_000), max_size=40))
def test_the_parts_of_a_group_add_up(silences: list[float | None]) -> None:
    heard = {str(n): ago(s) for n, s in enumerate(silences) if s is not None}
    group = device_group([device(str(n)) for n in range(len(silences))], heard, GroupRule(), NOW)
    assert group.waited == group.live + group.stale + group.lost + group.unheard == len(silences)
    assert len(group.silent) == group.waited - group.live
