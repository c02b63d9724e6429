"""Laws of working time: what must hold for any calendar, zone, instant and limit."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.running_clock import ClockKind, RunningClock
from cockpit.domain.working_calendar import WorkingCalendar

FIRST = date(2025, 12, 1)
DAYS = st.integers(0, 500).map(lambda n: FIRST + timedelta(days=n))
#: whole milliseconds within a year and a quarter
INSTANTS = st.integers(0, 450 * 86_400_000).map(
    lambda ms: datetime(2025, 12, 15, tzinfo=UTC) + timedelta(milliseconds=ms)
)
SECONDS = st.integers(0, 60 * 28_800_000).map(lambda ms: ms / 1000)
HOURS = st.sampled_from(
    [
        ((time(8), time(12)), (time(14), time(18))),
        ((time(9), time(17, 30)),),
        ((time(0), time(4)), (time(20), time(0))),
        ((time(1, 30), time(2, 30)), (time(2, 45), time(3, 15)), (time(12), time(13))),
    ]
)
CALENDARS = st.builds(
    lambda tz, hours, off, on: WorkingCalendar(
        tz=tz, office_hours=hours, days_off=frozenset(off), make_up_days=frozenset(on)
    ),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"]),
    HOURS,
    st.lists(DAYS, max_size=30),
    st.lists(DAYS, max_size=10),
)


@given(CALENDARS, INSTANTS, SECONDS)
def test_adding_and_measuring_are_inverse(calendar: WorkingCalendar, start: datetime, seconds: float) -> None:
    end = calendar.add(start, seconds)
    assert end >= start
    assert abs(calendar.between(start, end) - seconds) < 1e-6


@given(CALENDARS, INSTANTS, INSTANTS)
def test_a_deadline_is_the_earliest_instant_that_has_so_many_seconds_before_it(
    calendar: WorkingCalendar, one: datetime, other: datetime
) -> None:
    start, end = min(one, other), max(one, other)
    seconds = calendar.between(start, end)
    due = calendar.add(start, seconds)
    assert start <= due <= end
    if due > start:
        assert calendar.between(start, due - timedelta(microseconds=1)) < seconds


@given(CALENDARS, INSTANTS, SECONDS, SECONDS)
def test_longer_limits_end_later(calendar: WorkingCalendar, start: datetime, one: float, other: float) -> None:
    assert calendar.add(start, min(one, other)) <= calendar.add(start, max(one, other))


@given(CALENDARS, INSTANTS, INSTANTS, SECONDS)
def test_what_begins_later_does_not_end_earlier(
    calendar: WorkingCalendar, one: datetime, other: datetime, seconds: float
) -> None:
    assert calendar.add(min(one, other), seconds) <= calendar.add(max(one, other), seconds)


@given(CALENDARS, INSTANTS, INSTANTS, INSTANTS)
def test_spans_add_up(calendar: WorkingCalendar, a: datetime, b: datetime, c: datetime) -> None:
    assert abs(calendar.between(a, b) + calendar.between(b, c) - calendar.between(a, c)) < 1e-6


@given(CALENDARS, INSTANTS, SECONDS, SECONDS)
def test_two_limits_in_a_row_are_their_sum(
    calendar: WorkingCalendar, start: datetime, one: float, other: float
) -> None:
    # nothing added last would not move from the end of the first, and that is the same instant too
    assert calendar.add(calendar.add(start, one), other) == calendar.add(start, round((one + other) * 1000) / 1000)


@given(CALENDARS, st.integers(0, 400).map(lambda n: date(2026, 1, 1) + timedelta(days=n)))
def test_a_day_has_the_minutes_whose_local_time_is_in_office_hours(calendar: WorkingCalendar, day: date) -> None:
    zone = ZoneInfo(calendar.tz)
    first = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    tomorrow = day + timedelta(days=1)
    last = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone).astimezone(UTC)
    inside, instant = 0, first
    while instant < last:
        wall = instant.astimezone(zone).time()
        inside += any(a <= wall and (wall < b or b == time(0)) for a, b in calendar.office_hours)
        instant += timedelta(minutes=1)
    counted = calendar.between(first, last)
    if last - first == timedelta(days=1):
        assert counted == (inside * 60 if calendar.is_workday(day) else 0)
    else:  # an hour shown twice belongs to office hours once or twice, as the edges fall
        assert counted <= inside * 60 + 3_600


@given(CALENDARS, INSTANTS, SECONDS, st.lists(st.integers(0, 40 * 86_400), max_size=6, unique=True), st.booleans())
def test_pauses_use_nothing_and_shift_what_comes_after(
    calendar: WorkingCalendar, start: datetime, allowed_s: float, edges: list[int], office: bool
) -> None:
    cuts = [start + timedelta(seconds=s) for s in sorted(edges)]
    pauses = tuple(zip(cuts[0::2], cuts[1::2], strict=False))
    plain = RunningClock(kind=ClockKind.HANDLING, started_at=start, allowed_s=allowed_s, office=office)
    paused = RunningClock(kind=ClockKind.HANDLING, started_at=start, allowed_s=allowed_s, office=office, pauses=pauses)
    due, undisturbed = paused.overtime_at(calendar), plain.overtime_at(calendar)
    assert due is not None
    assert undisturbed is not None
    assert due >= undisturbed
    assert abs(paused.used_s(due, calendar) - allowed_s) < 1e-6
    # the oracle: everything used without pauses, less what lies in them
    measure = calendar.between if office else lambda a, b: (b - a).total_seconds()
    within = sum(measure(min(a, due), min(b, due)) for a, b in pauses)
    assert abs(measure(start, due) - within - allowed_s) < 1e-6
    assert not any(a < due <= b for a, b in pauses if allowed_s > 0)
