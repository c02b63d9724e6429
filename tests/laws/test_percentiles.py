"""分位数: a percentile is what one event of its list took, nine of ten took no longer, and parts make up the whole."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.facts import Fact
from cockpit.domain.scope import Scope
from cockpit.services.drill_down import first_of, mask_of
from cockpit.services.drill_figures import Question, period_of
from cockpit.situation.indicator import rank_of
from cockpit.situation.indicators import BY_NAME, REGISTRY, Part
from cockpit.situation.period import Filters
from tests.laws.test_drill_down import SCOPES, ZONE, drilled, stories
from tests.services.test_past_events import House, record, rows
from tests.stories import NOON, minutes

TIMED = [i for i in REGISTRY if i.is_timed]


@settings(deadline=None, max_examples=40)
@given(st.lists(rows(), max_size=20), stories(), st.integers(1, 60), st.sampled_from(SCOPES))
def test_a_percentile_is_what_one_event_of_its_list_took(
    told: list[dict[str, Any]], live: list[Fact], hours: int, scope: str
) -> None:
    house, at = House(), NOON + minutes(50 * 60)
    house.bring([record(1000 + number, row) for number, row in enumerate(told)])
    question = Question(Scope(scope), period_of(at, ZONE, at - minutes(60 * hours + 1), None), Filters())
    _, its = drilled(house, live, question, at)
    for indicator in TIMED:
        split = its.figures((indicator,))[indicator.name]
        mask = mask_of(its.rows, indicator, Part.NUMERATOR, question.period.moment)
        took = its.took(indicator, first_of(its.known, its.rows, mask, count=99))
        assert len(took) == split.whole.numerator == sum(m.numerator for m in (*split.children, split.rest))
        assert all(seconds >= 0 for seconds in took.values())
        value = split.whole.value
        if not took:
            assert value is None
            continue
        assert value in took.values()
        no_longer = sum(seconds <= value for seconds in took.values())
        assert 100 * no_longer >= indicator.percent * len(took)
        assert 100 * sum(seconds < value for seconds in took.values()) < indicator.percent * len(took)
        known = [m.value for m in (*split.children, split.rest) if m.value is not None]
        assert min(known) <= value <= max(known)
    house.engine.dispose()


@given(st.integers(1, 100), st.lists(st.floats(0, 1e6), min_size=1, max_size=200))
def test_the_rank_is_that_of_numpys_inverted_cdf(percent: int, values: list[float]) -> None:
    mine = sorted(values)[rank_of(percent, len(values))]
    exact = next(v for i, v in enumerate(sorted(values), 1) if 100 * i >= percent * len(values))
    assert mine == exact
    if percent in (25, 50, 75):  # those that a float tells exactly
        assert mine == float(np.percentile(values, percent, method="inverted_cdf"))


def test_every_indicator_says_its_unit_and_why_it_does_not_add_up() -> None:
    assert len(BY_NAME) == len(REGISTRY)
    for indicator in REGISTRY:
        assert indicator.unit == (
            "seconds" if indicator.is_timed else "rate" if indicator.is_rate else indicator.subject
        )
        assert bool(indicator.why_not) is not indicator.adds_up
        assert indicator.version >= 1
    with pytest.raises(TypeError):
        BY_NAME["overtime"].measured(np.zeros(0, dtype=bool), None, None)  # type: ignore[arg-type]  # nothing is read
