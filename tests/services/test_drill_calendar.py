"""按月按季: a month is its days and the indicator of its period, the running one is not over."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.scope import Scope
from cockpit.services.drill_calendar import CalendarStep, StepLength, calendar_periods, calendar_trend
from cockpit.services.drill_figures import Drilled, Question
from cockpit.situation.indicators import BY_NAME
from cockpit.situation.period import Filters, Period
from tests.laws.test_drill_down import drilled
from tests.services.test_drill_trend import AT, history

ZONE = ZoneInfo("Asia/Shanghai")
LONG = (StepLength.WEEK, StepLength.MONTH, StepLength.QUARTER)


@given(
    day=st.integers(0, 32_000), second=st.integers(0, 86_399),
    back=st.integers(0, 900), length=st.sampled_from(LONG), least=st.integers(1, 30), is_open=st.booleans(),
)  # fmt: skip
def test_steps_follow_each_other_without_a_gap_and_hold_the_whole_period(
    day: int, second: int, back: int, length: StepLength, least: int, is_open: bool
) -> None:
    at = datetime(2001, 1, 1, tzinfo=UTC) + timedelta(days=day, seconds=second)
    period = Period(at - timedelta(days=back, seconds=1), at, is_open=is_open)
    steps = calendar_periods(length, period, ZONE, least=least)
    assert steps[-1].until == at
    assert steps[-1].since < at or is_open
    assert len(steps) >= least or len(steps) == 120
    assert steps[0].since <= period.since or len(steps) == 120
    assert all(a.until == b.since for a, b in pairwise(steps))
    firsts = [step.since.astimezone(ZONE) for step in steps]
    assert {(f.hour, f.minute, f.second) for f in firsts} == {(0, 0, 0)}
    if length is StepLength.WEEK:
        assert {f.weekday() for f in firsts} == {0}
    else:
        assert {f.day for f in firsts} == {1}
        assert length is StepLength.MONTH or {f.month % 3 for f in firsts} == {1}


def test_a_month_is_the_sum_of_its_days_and_the_figure_of_its_period() -> None:
    house = history(420, burst_at=40)
    question = Question(Scope("330110"), Period(AT - timedelta(days=70), AT, is_open=True), Filters())
    desk, its = drilled(house, [], question, AT)
    for length in LONG:
        for name in ("reported_today", "closed_today", "complaint_rate", "on_time_handling_rate", "whole_time_p90"):
            indicator = BY_NAME[name]
            steps = calendar_trend(desk, its, indicator, length)
            for one in steps:
                alone = Drilled.of(desk, its.known, Question(question.scope, one.step.period, Filters()))
                assert one.step.measure == alone.figures((indicator,))[name].whole
                days = alone.trend(indicator)
                if indicator.adds_up and len(days) == (one.step.period.until - one.step.period.since).days:
                    assert one.step.measure.numerator == sum(day.measure.numerator for day in days)
            assert [one.is_over for one in steps] == [True] * (len(steps) - 1) + [False]
    house.engine.dispose()


@pytest.mark.parametrize("length", [StepLength.MONTH, StepLength.QUARTER])
def test_the_same_month_of_the_year_before_stands_beside_it_where_it_is_known(length: StepLength) -> None:
    house = history(500)
    question = Question(Scope("330110"), Period(AT - timedelta(days=200), AT, is_open=True), Filters())
    desk, its = drilled(house, [], question, AT)
    steps = calendar_trend(desk, its, BY_NAME["reported_today"], length)
    known: list[CalendarStep] = [one for one in steps if one.year_before is not None]
    assert known
    assert known[-1] is steps[-1]
    for one in known[:-1]:
        since = one.step.period.since.astimezone(ZONE)
        until = one.step.period.until.astimezone(ZONE)
        year = Period(since.replace(year=since.year - 1), until.replace(year=until.year - 1), is_open=False)
        alone = Drilled.of(desk, its.known, Question(question.scope, year, Filters()))
        assert one.year_before == alone.figures((BY_NAME["reported_today"],))["reported_today"].whole
    assert steps[0].year_before is None or steps[0].step.period.since - timedelta(days=366) > AT - timedelta(days=500)
    house.engine.dispose()
