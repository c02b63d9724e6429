"""计时: one limit at work, on either clock, with pauses."""

import random
from datetime import UTC, date, datetime, timedelta

import businesstimedelta
import chinese_calendar
import numpy as np
import pytest
import pytz

from cockpit.domain.running_clock import ClockKind, RunningClock, turning_columns
from cockpit.domain.working_calendar import WorkingCalendar
from tests.domain.test_working_calendar import CALENDAR, CITY, HOUR, at


def clock(started_at: datetime, allowed_s: float, **given: object) -> RunningClock:
    return RunningClock(kind=ClockKind.HANDLING, started_at=started_at, allowed_s=allowed_s, **given)  # type: ignore[arg-type]


def test_a_continuous_limit_runs_through_the_night() -> None:
    urgent = clock(at(11, 19, 23), 2 * HOUR)
    assert urgent.overtime_at(CALENDAR) == at(11, 20, 1)
    assert urgent.at_risk_at(CALENDAR, 0.5) == at(11, 20, 0)
    assert urgent.used_s(at(11, 20, 0), CALENDAR) == HOUR


def test_an_office_limit_waits_for_the_morning() -> None:
    working = clock(at(11, 19, 17), 4 * HOUR, office=True)
    assert working.overtime_at(CALENDAR) == at(11, 20, 11)
    assert working.at_risk_at(CALENDAR, 0.75) == at(11, 20, 10)
    assert working.used_s(at(11, 20, 3), CALENDAR) == HOUR


def test_without_a_calendar_every_clock_is_continuous() -> None:
    assert clock(at(11, 19, 17), 4 * HOUR, office=True).overtime_at() == at(11, 19, 21)


def test_a_pause_moves_the_deadline_by_the_office_hours_in_it() -> None:
    pause = ((at(11, 19, 11), at(11, 20, 9)),)
    working = clock(at(11, 19, 10), 2 * HOUR, office=True, pauses=pause)
    assert working.overtime_at(CALENDAR) == at(11, 20, 10)
    assert working.used_s(at(11, 19, 15), CALENDAR) == HOUR
    assert working.used_s(at(11, 20, 9, 30), CALENDAR) == 1.5 * HOUR


def test_a_running_pause_has_no_turning_points_but_keeps_what_was_used() -> None:
    paused = clock(at(11, 19, 10), 2 * HOUR, office=True, pauses=((at(11, 19, 11), None),))
    assert paused.is_paused
    assert paused.at_risk_at(CALENDAR) is None
    assert paused.overtime_at(CALENDAR) is None
    assert paused.used_s(at(12, 24, 11), CALENDAR) == HOUR


def test_a_pause_after_the_deadline_does_not_move_it() -> None:
    late = clock(at(11, 19, 8), HOUR, office=True, pauses=((at(11, 19, 10), at(11, 19, 11)),))
    assert late.overtime_at(CALENDAR) == at(11, 19, 9)


def test_a_limit_used_up_as_a_pause_begins_is_due_at_that_instant() -> None:
    edge = clock(at(11, 19, 8), 2 * HOUR, office=True, pauses=((at(11, 19, 10), at(11, 19, 16)),))
    assert edge.overtime_at(CALENDAR) == at(11, 19, 10)


@pytest.mark.parametrize("office", [True, False])
def test_a_pause_before_the_beginning_or_of_no_length_changes_nothing(office: bool) -> None:
    plain = clock(at(11, 19, 9), HOUR, office=office)
    odd = clock(
        at(11, 19, 9),
        HOUR,
        office=office,
        pauses=((at(11, 18, 9), at(11, 18, 17)), (at(11, 19, 9, 30), at(11, 19, 9, 30))),
    )
    assert odd.overtime_at(CALENDAR) == plain.overtime_at(CALENDAR) == at(11, 19, 10)
    assert odd.used_s(at(11, 19, 9, 45), CALENDAR) == plain.used_s(at(11, 19, 9, 45), CALENDAR)


def test_a_clock_that_ended_keeps_its_deadline_and_uses_no_more() -> None:
    ended = clock(at(11, 19, 8), HOUR, office=True, ended_at=at(11, 19, 8, 30))
    assert ended.overtime_at(CALENDAR) == at(11, 19, 9)
    assert ended.used_s(at(11, 20, 17), CALENDAR) == HOUR / 2


def test_a_pause_that_lasted_to_the_end_ended_with_it() -> None:
    ended = clock(at(11, 19, 8), 2 * HOUR, pauses=((at(11, 19, 9), None),), ended_at=at(11, 19, 11))
    assert not ended.is_paused
    assert ended.overtime_at() == at(11, 19, 12)
    assert ended.used_s(at(11, 19, 17)) == HOUR


def test_a_deadline_before_the_report_is_at_risk_and_overtime_from_the_deadline_on() -> None:
    before = clock(at(11, 19, 8), -HOUR)
    assert before.at_risk_at() == before.overtime_at() == at(11, 19, 7)


def test_a_time_that_no_calendar_reaches_is_none() -> None:
    far = clock(datetime(9999, 12, 31, 23, tzinfo=UTC), 2 * HOUR)
    assert far.overtime_at() is None
    assert clock(far.started_at, HOUR, office=True).overtime_at(CALENDAR) is None


def test_many_clocks_at_once_turn_when_they_turn_one_by_one() -> None:
    chance = random.Random(5)
    clocks = [_any_clock(chance) for _ in range(2_000)]
    clocks += [clock(at(11, 19, 10), HOUR, pauses=((at(11, 19, 11), None),)), clock(at(11, 19, 10), -HOUR)]
    for calendar in (CALENDAR, None):
        at_risk, overtime = turning_columns(clocks, calendar, share=0.8)
        ones = [(c.at_risk_at(calendar, 0.8), c.overtime_at(calendar)) for c in clocks]
        expected = [[np.nan if t is None else t.timestamp() for t in pair] for pair in ones]
        np.testing.assert_allclose(np.column_stack((at_risk, overtime)), expected, rtol=0, atol=1e-6)
    assert turning_columns([], CALENDAR, share=0.8)[0].tolist() == []


# -- an oracle: 10,000 cases against another library ----------------------------------------------------------------


_DAYS = [date(2024, 12, 20) + timedelta(days=n) for n in range(700)]
#: the days on which nobody works, as `chinese_calendar` (not our source) knows them
_CLOSED = {day for day in _DAYS if not chinese_calendar.is_workday(day)}
_ZONE = pytz.timezone("Asia/Shanghai")
_ALL_DAYS = list(range(7))
ORACLE = businesstimedelta.Rules(
    [
        businesstimedelta.WorkDayRule(at(1, 1, 8).time(), at(1, 1, 18).time(), _ALL_DAYS, tz=_ZONE),
        businesstimedelta.LunchTimeRule(at(1, 1, 12).time(), at(1, 1, 14).time(), _ALL_DAYS, tz=_ZONE),
        businesstimedelta.HolidayRule(_CLOSED, tz=_ZONE),
    ],
    tz=_ZONE,
)
CHINA = WorkingCalendar(
    days_off=frozenset(d for d in _DAYS if d.weekday() < 5 and d in _CLOSED),
    make_up_days=frozenset(d for d in _DAYS if d.weekday() >= 5 and d not in _CLOSED),
)
#: days around which the rules change: New Year, 春节 and its 调休, 清明, 劳动节, 国庆 of two years
_TURNS = [
    date(2024, 12, 31), date(2025, 1, 25), date(2025, 2, 5), date(2025, 4, 4), date(2025, 4, 26), date(2025, 9, 27),
    date(2025, 10, 9), date(2026, 1, 2), date(2026, 2, 13), date(2026, 2, 24), date(2026, 5, 2), date(2026, 9, 18),
]  # fmt: skip
_EDGES = (0, 8 * HOUR, 12 * HOUR, 14 * HOUR, 18 * HOUR)


def _any_time(chance: random.Random) -> datetime:
    near = chance.random() < 0.7
    day = chance.choice(_TURNS) + timedelta(days=chance.randint(-3, 3)) if near else chance.choice(_DAYS[:600])
    if chance.random() < 0.4:
        seconds = chance.choice(_EDGES) + chance.choice((-1, 0, 0, 0, 1))
    else:
        seconds = chance.randrange(86_400)
    return datetime(day.year, day.month, day.day, tzinfo=CITY) + timedelta(seconds=seconds)


def _any_clock(chance: random.Random) -> RunningClock:
    start = _any_time(chance)
    allowed_s = chance.choice((HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, 40 * HOUR, chance.randint(1, 60 * HOUR)))
    pauses, cursor = [], start
    for _ in range(chance.choice((0, 0, 1, 2))):
        begin = cursor + timedelta(seconds=chance.randint(0, 30 * HOUR))
        if chance.random() < 0.5:
            begin = max(cursor, begin.replace(minute=0, second=0, hour=chance.choice((8, 12, 14, 18))))
        cursor = begin + timedelta(seconds=chance.choice((0, 2 * HOUR, chance.randint(1, 90 * HOUR))))
        pauses.append((begin, cursor))
    return clock(start, allowed_s, office=True, pauses=tuple(pauses))


def _seconds(start: datetime, end: datetime) -> int:
    return round(ORACLE.difference(start, end).timedelta.total_seconds())


def _told_by_oracle(told: RunningClock, need_s: int) -> datetime:
    cursor = told.started_at
    for begin, end in told.pauses:
        assert end is not None
        room_s = _seconds(cursor, begin)
        if room_s >= need_s:
            break
        need_s, cursor = need_s - room_s, end
    due: datetime = cursor + businesstimedelta.BusinessTimeDelta(ORACLE, seconds=need_s)
    return due


def test_ten_thousand_deadlines_are_those_of_another_library() -> None:
    """Lunch, weekends, 春节 and 国庆, 调休 Saturdays and Sundays, pauses at every edge."""
    chance = random.Random(20_261_001)
    for _ in range(10_000):
        told = _any_clock(chance)
        due = told.overtime_at(CHINA)
        assert due == _told_by_oracle(told, round(told.allowed_s)), told
        if not told.pauses:
            assert told.used_s(due, CHINA) == _seconds(told.started_at, due) == told.allowed_s
