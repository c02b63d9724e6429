"""日历来源: the working calendar of China from `holidays`, and which years it cannot know yet.

The State Council publishes a year's holidays and make-up workdays (调休) in the November before. `holidays` learns
them with a release; for later years it computes the statutory days and silently knows no make-up workday. Such a year
is *unknown*: the statutory days are taken, and people are told from 1 December until a newer release or somebody's own
`CalendarDaySet` brings the plan.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from cockpit.domain.office_hours import OFFICE_HOURS, OfficeHours
from cockpit.domain.working_calendar import WORKING_DAY_S, WorkingCalendar
from cockpit.situation.situation import CalendarDay

#: what the library computes; the same for every process, whatever day it starts on
YEARS = range(2001, 2101)
#: from this month on next year's plan should be there
_PLAN_DUE_MONTH = 12


def chinese_calendar(
    tz: str,
    years: Iterable[int] = YEARS,
    *,
    office_hours: OfficeHours = OFFICE_HOURS,
    day_s: int = WORKING_DAY_S,
) -> WorkingCalendar:
    """China's holidays and make-up workdays of `years`; `known_years` are those whose plan the library has."""
    import holidays

    wanted = frozenset(years)
    china = holidays.country_holidays("CN", years=sorted(wanted))
    make_up_days = frozenset(day for day in china.weekend_workdays if day.year in wanted)
    return WorkingCalendar(
        tz=tz,
        office_hours=office_hours,
        day_s=day_s,
        days_off=frozenset(day for day in china if day.year in wanted),
        make_up_days=make_up_days,
        # no year's plan has ever been without a make-up workday
        known_years=frozenset(day.year for day in make_up_days),
    )


def years_missing(calendar: WorkingCalendar, decided: Iterable[CalendarDay], today: date) -> list[int]:
    """Years whose plan should be known on `today` and is not: this year, and from 1 December the next.

    A year counts as known by hand as soon as somebody has made a day of it a day off.
    """
    known = calendar.known_years | {d.day.year for d in decided if not d.is_workday}
    due = [today.year, today.year + 1] if today.month >= _PLAN_DUE_MONTH else [today.year]
    return [year for year in due if year not in known]


def days_of(year: int) -> Iterable[date]:
    """Every day of a year."""
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
