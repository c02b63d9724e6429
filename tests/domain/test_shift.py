"""班次: when a shift runs, and what is known of somebody's duty."""

from datetime import datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from cockpit.domain.shift import SHIFTS, Duty, DutyBy, duty_of, is_within
from cockpit.services.city import City, RosterEntry
from cockpit.services.roster import Roster, shifts_of

ZONE = ZoneInfo("Asia/Shanghai")


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 19, hour, minute, tzinfo=ZONE)


def test_a_shift_begins_with_its_first_minute_and_ends_before_its_last() -> None:
    day = SHIFTS["day"]
    assert [is_within(day, time(*hm)) for hm in ((7, 29), (7, 30), (17, 29), (17, 30))] == [False, True, True, False]


def test_a_night_shift_runs_through_midnight() -> None:
    night = SHIFTS["night"]
    assert [is_within(night, time(h)) for h in (21, 22, 23, 0, 7, 8)] == [False, True, True, True, True, False]


def test_whoever_rests_is_off_and_a_shift_nobody_knows_says_nothing() -> None:
    assert duty_of("rest", at(12)) == Duty(False, DutyBy.SHIFT)
    assert duty_of("", at(12)) == Duty(True, DutyBy.UNPLANNED)


def test_the_roster_knows_local_hours_and_lets_a_mark_of_today_win() -> None:
    city = City.empty(tz="Asia/Shanghai")
    city.roster["gw-1"] = RosterEntry("gw-1", "王", "330110012001001", "day")
    roster = Roster(city)
    assert roster.duty_of("gw-1", at(8)).on and not roster.duty_of("gw-1", at(20)).on
    mark = {"gw-1": SimpleNamespace(is_on_duty=lambda now: now < at(20) + timedelta(hours=1))}
    assert roster.duty_of("gw-1", at(20), mark) == Duty(True, DutyBy.ATTENDANCE)
    assert roster.duty_of("hw-001", at(3)) == Duty(True, DutyBy.UNPLANNED)


def test_a_city_may_bring_its_own_hours() -> None:
    shifts = shifts_of({"shifts": {"day": "08:00-16:00", "off": ""}})
    assert duty_of("day", at(16), shifts).on is False
    assert duty_of("off", at(12), shifts).on is False
    with pytest.raises(ValueError, match="07:30-17:30"):
        shifts_of({"shifts": {"day": "eight"}})
