"""权责范围: what lies in a scope."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.scope import Scope, UnknownScopeError, number_of

codes = st.from_regex(r"[1-9][0-9]{14}", fullmatch=True)


@given(codes, codes, st.sampled_from([6, 9, 12, 15]))
def test_the_range_of_a_scope_holds_exactly_the_codes_below_it(one: str, other: str, length: int) -> None:
    scope = Scope(one[:length])
    low, high = scope.span
    assert (low <= number_of(other) < high) == scope.covers(other)
    assert low <= number_of(one) < high


@pytest.mark.parametrize("code", ["33011", "33011a", "3301100050", "33 110", "３３０１１０"])
def test_a_scope_must_be_a_code(code: str) -> None:
    with pytest.raises(UnknownScopeError):
        Scope(code)


def test_a_screen_may_ask_for_a_part_of_its_scope_and_nothing_else() -> None:
    street = Scope("330110005")
    assert street.narrowed(Scope("330110005001")) == Scope("330110005001")
    assert street.narrowed(Scope("330110")) == street
    assert street.narrowed(Scope("330110009")) is None


def test_what_lies_above_the_city_is_the_whole_city() -> None:
    for above in ("", "33", "3301", "330110"):
        assert Scope(above).in_city("330110") == Scope("330110")
    for within_or_elsewhere in ("330110005", "330111", "44"):
        assert Scope(within_or_elsewhere).in_city("330110") == Scope(within_or_elsewhere)
    assert Scope("33").in_city("") == Scope("33")


def test_a_place_in_no_division_is_only_in_the_empty_scope() -> None:
    assert Scope("").covers(None)
    assert not Scope("330110").covers("")
