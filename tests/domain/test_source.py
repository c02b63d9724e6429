"""来源: live, stale, lost by silence, and by a way that is known to be broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.source import FeedStatus, Patience

LIVE, STALE, LOST, UNKNOWN = FeedStatus.LIVE, FeedStatus.STALE, FeedStatus.LOST, FeedStatus.UNKNOWN
_ORDER = [LIVE, STALE, LOST]
_SECONDS = st.floats(min_value=0.1, max_value=1e6)


@pytest.mark.parametrize(("age_s", "status"), [(None, UNKNOWN), (20, LIVE), (20.1, STALE), (100, STALE), (100.1, LOST)])
def test_a_feed_is_live_for_two_of_its_intervals_and_lost_after_ten(age_s: float | None, status: FeedStatus) -> None:
    assert Patience.of(10).status_of(age_s) is status


def test_a_feed_whose_way_is_broken_for_one_interval_is_lost_and_not_before() -> None:
    assert Patience.of(10).status_of(12, interrupted_s=9) is LIVE
    assert Patience.of(10).status_of(12, interrupted_s=10.5) is LOST


def test_what_is_given_in_seconds_counts_before_periods() -> None:
    patience = Patience.of(10, stale_after_s=60, lost_after_s=300)
    assert [patience.status_of(age) for age in (59, 61, 301)] == [LIVE, STALE, LOST]


@given(_SECONDS, st.none() | _SECONDS, st.none() | _SECONDS, _SECONDS, _SECONDS)
def test_nothing_gets_fresher_by_being_silent(
    period_s: float, stale_after_s: float | None, lost_after_s: float | None, one: float, other: float
) -> None:
    patience = Patience.of(period_s, stale_after_s=stale_after_s, lost_after_s=lost_after_s)
    assert patience.period_s <= patience.stale_after_s <= patience.lost_after_s
    younger, older = sorted((one, other))
    assert _ORDER.index(patience.status_of(younger)) <= _ORDER.index(patience.status_of(older))
