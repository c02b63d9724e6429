"""工作日历: office hours, lunch, weekends, holidays, make-up workdays."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from cockpit.domain.wall_time import instant_of, micros_of
from cockpit.domain.working_calendar import NeverUsedUpError, WorkingCalendar

CITY = ZoneInfo("Asia/Shanghai")
HOUR = 3_600
#: 国庆 2026: the 1st to the 7th of October off, Sunday 20 September and Saturday 10 October worked
CALENDAR = WorkingCalendar(
    days_off=frozenset(date(2026, 10, d) for d in range(1, 8)),
    make_up_days=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
)


def at(month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A local time of 2026."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=CITY)


@pytest.mark.parametrize(
    ("start", "working_s", "due"),
    [
        (at(11, 19, 8), 2 * HOUR, at(11, 19, 10)),
        # used up exactly at noon is due at noon
        (at(11, 19, 8), 4 * HOUR, at(11, 19, 12)),
        (at(11, 19, 8), 4 * HOUR + 1, at(11, 19, 14, 0, 1)),
        (at(11, 19, 11), 2 * HOUR, at(11, 19, 15)),
        # from lunch and the evening the office opens first
        (at(11, 19, 12), HOUR, at(11, 19, 15)),
        (at(11, 19, 13, 30), HOUR, at(11, 19, 15)),
        (at(11, 19, 18), HOUR, at(11, 20, 9)),
        (at(11, 19, 23), 8 * HOUR, at(11, 20, 18)),
        # a Friday afternoon and the Monday after
        (at(11, 20, 17), 2 * HOUR, at(11, 23, 9)),
        (at(11, 21, 9), HOUR, at(11, 23, 9)),
        # across 国庆 to Thursday the 8th; the Saturday after is worked
        (at(9, 30, 17), 2 * HOUR, at(10, 8, 9)),
        (at(10, 4, 11), 8 * HOUR, at(10, 8, 18)),
        (at(10, 9, 17), 2 * HOUR, at(10, 10, 9)),
        (at(10, 10, 17), 2 * HOUR, at(10, 12, 9)),
    ],
)
def test_a_limit_counts_office_hours_only(start: datetime, working_s: float, due: datetime) -> None:
    assert CALENDAR.add(start, working_s) == due
    assert CALENDAR.between(start, due) == working_s
    columns = CALENDAR.add_columns(np.array([micros_of(start)]), np.array([working_s * 1_000_000]))
    assert columns.tolist() == [due.timestamp()]


@pytest.mark.parametrize("start", [at(11, 19, 9), at(11, 19, 12), at(11, 19, 13), at(11, 22, 3), at(10, 3, 10)])
def test_nothing_added_is_the_same_instant_wherever_it_lies(start: datetime) -> None:
    assert CALENDAR.add(start, 0) == start


def test_working_time_runs_forward_only() -> None:
    with pytest.raises(ValueError, match="forward"):
        CALENDAR.add(at(11, 19, 9), -1)
    assert CALENDAR.between(at(11, 19, 15), at(11, 19, 11)) == -2 * HOUR


def test_an_edited_day_wins_over_weekends_and_holidays_and_can_be_edited_back() -> None:
    open_on_the_1st = CALENDAR.with_day(date(2026, 10, 1), True)
    assert open_on_the_1st.is_workday(date(2026, 10, 1))
    assert open_on_the_1st.add(at(9, 30, 17), 2 * HOUR) == at(10, 1, 9)
    assert CALENDAR.add(at(9, 30, 17), 2 * HOUR) == at(10, 8, 9)
    assert not CALENDAR.with_day(date(2026, 11, 19), False).is_workday(date(2026, 11, 19))
    assert open_on_the_1st.with_day(date(2026, 10, 1), False) == CALENDAR
    assert CALENDAR.with_day(date(2026, 11, 21), True).with_day(date(2026, 11, 21), False).days_off >= {
        date(2026, 11, 21)
    }


def test_a_calendar_that_has_counted_is_equal_to_one_that_has_not() -> None:
    fresh = replace(CALENDAR)
    CALENDAR.add(at(1, 1, 0), HOUR)
    assert fresh == CALENDAR
    assert hash(fresh) == hash(CALENDAR)


def test_deadlines_are_exact_to_the_microsecond() -> None:
    start = at(11, 19, 11, 59, 59) + timedelta(microseconds=999_999)
    assert CALENDAR.add(start, 0.000001) == at(11, 19, 12)
    assert CALENDAR.add(start, 0.000002) == at(11, 19, 14) + timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("day", "seconds"),
    [(date(2026, 3, 28), 14_400), (date(2026, 3, 29), 10_800), (date(2026, 10, 25), 18_000)],
)
def test_real_seconds_are_counted_on_the_nights_when_the_clocks_change(day: date, seconds: int) -> None:
    berlin = WorkingCalendar(
        tz="Europe/Berlin", office_hours=((time(0), time(4)), (time(9), time(17))), weekend=frozenset()
    )
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/Berlin"))
    four = midnight.replace(hour=4)
    assert berlin.between(midnight, four) == seconds
    assert berlin.add(midnight, seconds) == four
    assert berlin.between(midnight.replace(hour=8), midnight.replace(hour=20)) == 8 * HOUR


def test_an_opening_that_the_clock_leaves_out_is_the_leap() -> None:
    berlin = WorkingCalendar(
        tz="Europe/Berlin", office_hours=((time(1), time(2, 30)), (time(2, 45), time(4))), weekend=frozenset()
    )
    one = datetime(2026, 3, 29, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    # 02:00 to 03:00 does not happen: the first interval ends and the second begins at the leap
    assert berlin.between(one, one.replace(hour=4)) == 2 * HOUR
    assert berlin.add(one, HOUR + 60) == datetime(2026, 3, 29, 1, 1, tzinfo=UTC)


def test_an_office_that_never_shuts_counts_every_second() -> None:
    always = WorkingCalendar(office_hours=((time(0), time(0)),), weekend=frozenset())
    assert always.add(at(10, 3, 3), 100 * HOUR) == at(10, 7, 7)


@pytest.mark.parametrize(
    "hours", [(), ((time(12), time(8)),), ((time(8), time(12)), (time(11), time(18))), ((time(8), time(8)),)]
)
def test_office_hours_that_cannot_be_are_refused(hours: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="office hours"):
        WorkingCalendar(office_hours=hours)


def test_a_calendar_without_workdays_says_so_instead_of_searching_for_ever() -> None:
    never = WorkingCalendar(weekend=frozenset(range(7)))
    with pytest.raises(NeverUsedUpError):
        never.add(at(11, 19, 9), 1)
    assert np.isnan(never.add_columns(np.array([micros_of(at(11, 19, 9))]), np.array([1]))).all()


def test_times_from_broken_clocks_have_no_office_hours() -> None:
    far = datetime(9999, 12, 31, tzinfo=UTC)
    with pytest.raises(NeverUsedUpError):
        CALENDAR.add(far, 1)
    assert CALENDAR.between(datetime(1, 1, 1, tzinfo=UTC), datetime(1969, 1, 1, tzinfo=UTC)) == 0
    assert CALENDAR.between(datetime(3000, 1, 1, tzinfo=UTC), far) == 0
    assert instant_of(micros_of(far)) == far
