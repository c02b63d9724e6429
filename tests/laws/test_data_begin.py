"""数据起点: what lies before anything was known is unknown, and one clock that is wrong by years moves no beginning."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.services.data_begin import earliest, first_of
from cockpit.services.drill_down import DrillDown
from cockpit.services.drill_figures import Drilled, Question, Why, period_of
from cockpit.situation.indicators import BY_NAME
from cockpit.situation.period import Filters
from cockpit.situation.situation import Situation
from tests.laws.test_drill_down import YUHANG, ZONE, Fold
from tests.services.test_past_events import House, record
from tests.stories import NOON, RULES, minutes, reported

_DAY_S = 86_400.0
_instants = st.lists(st.floats(0, 60 * _DAY_S), min_size=1, max_size=40)
REPORTED = BY_NAME["reported_today"]


@given(_instants)
def test_a_small_table_begins_with_its_first_report(reported_at: list[float]) -> None:
    known = np.array(reported_at)
    assert first_of(earliest(known), len(known)) == min(reported_at)


@given(_instants, st.lists(st.floats(200 * _DAY_S, 9_000 * _DAY_S), min_size=1, max_size=3))
def test_of_thousands_the_few_that_lie_months_before_all_others_move_no_beginning(
    first_days: list[float], too_early: list[float]
) -> None:
    right = np.concatenate([first_days, np.linspace(60 * _DAY_S, 90 * _DAY_S, 5_000)])
    wrong = np.concatenate([right, -np.array(too_early)])
    assert first_of(earliest(right), len(right)) == min(first_days)
    assert first_of(earliest(wrong), len(wrong)) == min(first_days)


def test_nothing_known_begins_nowhere() -> None:
    nothing = earliest(np.array([np.nan, np.nan]))
    assert len(nothing) == 0
    assert first_of(nothing, 0) is None


def told(house: House, kept_since: datetime, at: datetime) -> tuple[datetime | None, float | None, Why | None]:
    """Since when anything is known at an instant of the past, and how many reports of its day are."""
    still = Fold(reported(1, reported_at=NOON - minutes(200)), reported(2, reported_at=NOON - minutes(60)))

    def folded(past: datetime) -> Situation:
        return still.situation if past >= kept_since else Situation(rules=RULES)

    drill = DrillDown(still, folded, house.past, YUHANG, kept_since=lambda: kept_since)
    known = drill.known(at, NOON)
    question = Question(Scope(""), period_of(at, ZONE, None, None), Filters())
    drilled = Drilled.of(drill, known, question)
    figure = drilled.figures((REPORTED,))[REPORTED.name].whole
    why = drilled.why(figure, of=REPORTED)
    return known.begins_at, None if why else figure.value, why


def test_before_the_first_fact_that_was_kept_nothing_is_known_and_no_zero_is_told() -> None:
    kept_since = NOON - minutes(30)
    assert told(House(), kept_since, NOON - minutes(31)) == (kept_since, None, Why.BEFORE_DATA)
    begins, reports, why = told(House(), kept_since, kept_since)
    assert (reports, why) == (2, None)
    assert begins == NOON - minutes(200)


@pytest.mark.parametrize(("asked", "why"), [(-1, Why.BEFORE_DATA), (1, None)])
def test_a_table_tells_its_cases_at_instants_before_anything_was_kept(asked: int, why: Why | None) -> None:
    house, first = House(), datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
    row = {
        "reported_at": first, "due": None, "closed": 30, "source": Source.HOTLINE_12345, "title": "井盖缺失",
        "category": "", "category_text": "", "code": YUHANG.code, "lon": None,
    }  # fmt: skip
    house.bring([record(1001, row)])
    begins, reports, told_why = told(house, NOON, first + minutes(asked))
    assert begins == first
    assert (reports, told_why) == (None if why else 1, why)
