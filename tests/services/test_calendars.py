"""日历来源: China's working calendar, checked day by day against another library."""

from datetime import date

import chinese_calendar as other
import pytest

from cockpit.domain.working_calendar import WorkingCalendar
from cockpit.services.calendars import chinese_calendar, days_of, years_missing
from cockpit.situation.situation import CalendarDay
from tests.stories import NOON

CHINA = chinese_calendar("Asia/Shanghai")
KNOWN_TO_BOTH = range(2007, 2027)


@pytest.mark.parametrize("year", KNOWN_TO_BOTH)
def test_every_day_is_what_another_library_says(year: int) -> None:
    differing = [day for day in days_of(year) if CHINA.is_workday(day) != other.is_workday(day)]
    assert differing == []


def test_the_years_with_a_plan_are_known_and_no_others() -> None:
    assert set(KNOWN_TO_BOTH) <= CHINA.known_years
    assert max(CHINA.known_years) < 2100
    assert 2099 not in CHINA.known_years


def test_a_year_without_a_plan_still_has_its_statutory_holidays() -> None:
    assert not CHINA.is_workday(date(2099, 10, 1))
    assert CHINA.is_workday(date(2099, 10, 8))


def decided(year: int, is_workday: bool) -> CalendarDay:
    return CalendarDay(date(year, 2, 8), is_workday, "春节", "duty", NOON)


@pytest.mark.parametrize(
    ("today", "edits", "missing"),
    [
        (date(2026, 11, 30), [], []),
        (date(2026, 12, 1), [], [2027]),
        (date(2026, 12, 1), [decided(2027, True)], [2027]),
        (date(2026, 12, 1), [decided(2027, False)], []),
        (date(2027, 3, 1), [], [2027]),
        (date(2027, 12, 31), [], [2027, 2028]),
    ],
)
def test_a_missing_plan_is_told_from_december_on_until_somebody_enters_it(
    today: date, edits: list[CalendarDay], missing: list[int]
) -> None:
    calendar = WorkingCalendar(known_years=frozenset(range(2007, 2027)))
    assert years_missing(calendar, edits, today) == missing
