"""时限: how limits are written, and how long they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.limit import Limit, LimitUnit, UnreadableLimitError, parse_limit

URGENT_HOUR, URGENT_DAY, WORKING_HOUR, WORKING_DAY = LimitUnit


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("2急时", Limit(2, URGENT_HOUR)),
        ("2紧急工作时", Limit(2, URGENT_HOUR)),
        ("2个紧急工作时", Limit(2, URGENT_HOUR)),
        ("紧急2小时", Limit(2, URGENT_HOUR)),
        ("1急日", Limit(1, URGENT_DAY)),
        ("1紧急工作日", Limit(1, URGENT_DAY)),
        ("7个自然日", Limit(7, URGENT_DAY)),
        ("4小时", Limit(4, WORKING_HOUR)),
        ("4时", Limit(4, WORKING_HOUR)),
        ("4 工作时", Limit(4, WORKING_HOUR)),
        ("４小时", Limit(4, WORKING_HOUR)),
        ("30分钟", Limit(0.5, WORKING_HOUR)),
        ("半小时", Limit(0.5, WORKING_HOUR)),
        ("5天", Limit(5, WORKING_DAY)),
        ("2日", Limit(2, WORKING_DAY)),
        ("1.5天", Limit(1.5, WORKING_DAY)),
        ("三个工作日", Limit(3, WORKING_DAY)),
        ("15工作日", Limit(15, WORKING_DAY)),
    ],
)
def test_the_odd_notations_of_case_standards_are_read(text: str, limit: Limit) -> None:
    assert parse_limit(text) == limit


@pytest.mark.parametrize(
    "text", ["", "  ", "立即", "2", "小时", "2-4小时", "0天", "-1天", "5周", "紧急2工作时", "99999天", "2急时/4时"]
)
def test_what_is_no_limit_is_refused_and_never_guessed(text: str) -> None:
    with pytest.raises(UnreadableLimitError):
        parse_limit(text)


@given(st.integers(1, 9_999), st.sampled_from(LimitUnit))
def test_a_limit_reads_back_what_it_writes(amount: int, unit: LimitUnit) -> None:
    assert parse_limit(str(Limit(amount, unit))) == Limit(amount, unit)


def test_a_working_day_is_eight_working_hours_and_an_urgent_day_is_a_whole_one() -> None:
    assert Limit(1, WORKING_DAY).allowed_s() == Limit(8, WORKING_HOUR).allowed_s() == 28_800
    assert Limit(1, WORKING_DAY).allowed_s(day_s=25_200) == 25_200
    assert Limit(1, URGENT_DAY).allowed_s() == Limit(24, URGENT_HOUR).allowed_s() == 86_400
    assert [Limit(1, unit).office for unit in LimitUnit] == [False, False, True, True]
