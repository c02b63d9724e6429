"""物联总览: the frame that the scripts fill, and the wall's groups of alarms."""

from dataclasses import replace
from datetime import timedelta

from cockpit.catalogue import texts
from cockpit.domain.alarm import Alarm, AlarmState
from cockpit.domain.severity import Severity
from layouts.duty.page import DeskPage
from layouts.iot import DEVICE_GRAPH, iot_page
from layouts.panels.alarms import alarms
from layouts.wall import STANDARD, wall_of
from tests.layouts.sample import AS_OF, a_day, surroundings
from tests.layouts.trees import words
from tests.stories import place


def alarm(number: int, severity: Severity = Severity.III, state: AlarmState = AlarmState.RAISED) -> Alarm:
    return Alarm(
        alarm_id=f"a{number}", device_id=f"d{number}", kind="smoke", severity=severity, place=place(),
        raised_at=AS_OF - timedelta(minutes=number), message=f"{number} 幢烟感", standing=state,
    )  # fmt: skip


def test_a_group_of_alarms_is_one_row_that_names_its_gravest() -> None:
    members = [alarm(1), alarm(2, Severity.I), alarm(3, state=AlarmState.ACKNOWLEDGED)]
    made = replace(a_day(), alarms=members, alarm_groups=[("g", members)])
    told = words(alarms(made, surroundings(), texts("zh-CN"), wall_of(STANDARD.name)))
    assert "烟感×3" in told
    assert "2 幢烟感" in told
    assert "1 幢烟感" not in told
    assert "2 条待确认" in told


def test_the_page_of_devices_has_its_frame_in_both_languages() -> None:
    for lang in ("zh-CN", "en"):
        page = DeskPage(name="iot", scope="330110", city="余杭区", lang=lang, may_switch=False)
        told = str(iot_page(page, texts(lang)).to_plotly_json())
        assert DEVICE_GRAPH in told
        assert texts(lang)["iot.title"] in told
