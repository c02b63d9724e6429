"""区划变更: what was told under an old code counts as if it had been told under what that code has become."""

import copy
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.division_change import ChangeKind, DivisionChange, DivisionChanges
from cockpit.domain.scope import Scope, number_of
from cockpit.services.drill_down import DrillDown
from cockpit.services.drill_figures import Drilled, Question
from cockpit.situation.period import Filters, Period
from tests.laws.test_drill_down import YUHANG, Fold, _instants
from tests.services.test_past_events import House, record, rows
from tests.stories import GRIDS, minutes

STREET = GRIDS[2][:9]
#: the street had another code, and another street was merged into the first one's neighbour
CHANGES = DivisionChanges.of(
    [
        DivisionChange(old="330110098", new="330110099", on=date(2023, 1, 1), kind=ChangeKind.RENAMED),
        DivisionChange(old="330110099", new=STREET, on=date(2025, 7, 1), kind=ChangeKind.RENAMED),
        DivisionChange(old="330127001", new="330110005", on=date(2024, 4, 1), kind=ChangeKind.MERGED),
    ]
)
_codes = st.sampled_from(
    [
        GRIDS[2],
        STREET,
        f"330110099{GRIDS[2][9:]}",
        f"330110098{GRIDS[2][9:12]}",
        "330110099",
        "330127001002003",
        "330110",
    ]
)
SCOPES = ("330110", STREET, GRIDS[2][:12], GRIDS[2], "330110005")


def figures(told: list[dict[str, Any]], at: datetime, scope: str, changes: DivisionChanges) -> tuple[Any, Drilled]:
    house, city, still = House(), copy.copy(YUHANG), Fold()
    city.changes = changes
    house.bring([record(1000 + number, row) for number, row in enumerate(told)])
    drill = DrillDown(still, lambda _at: still.situation, house.past, city)
    question = Question(Scope(scope), Period(at - minutes(2000), at, is_open=True), Filters())
    drilled = Drilled.of(drill, drill.known(at, at), question)
    return drilled.figures(), drilled


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(rows(), _codes), max_size=15), _instants, st.sampled_from(SCOPES))
def test_old_codes_count_as_what_they_have_become_at_every_level_and_instant(
    told: list[tuple[dict[str, Any], str]], at: datetime, scope: str
) -> None:
    old = [{**row, "code": code} for row, code in told]
    new = [{**row, "code": CHANGES.current(code)} for row, code in told]
    ours, drilled = figures(old, at, scope, CHANGES)
    assert ours == figures(new, at, scope, DivisionChanges())[0]
    for split in ours.values():
        assert sum(m.numerator for m in split.children) + split.rest.numerator == split.whole.numerator
    assert [c.old for c in drilled.known.changes.into(Scope(scope))] == {
        STREET: ["330110098", "330110099"], "330110005": ["330127001"],
    }.get(scope, [])  # fmt: skip


@given(st.lists(_codes, min_size=1, max_size=9))
def test_one_code_and_a_column_of_codes_mean_the_same(codes: list[str]) -> None:
    numbers = CHANGES.current_numbers(np.array([number_of(code) for code in codes], dtype=np.int64))
    assert numbers.tolist() == [number_of(CHANGES.current(code)) for code in codes]


@pytest.mark.parametrize(
    ("old", "new"), [("330110005", "330110005"), ("330110005", "330110005003"), ("33", "44"), ("x", "y")]
)
def test_a_change_that_makes_no_sense_is_refused(old: str, new: str) -> None:
    with pytest.raises(ValueError, match=r"become|scope"):
        DivisionChange(old=old, new=new, on=date(2025, 1, 1), kind=ChangeKind.MERGED)


def test_a_code_that_comes_back_to_itself_is_refused() -> None:
    there = DivisionChange(old="330110005", new="330110105", on=date(2024, 1, 1), kind=ChangeKind.RENAMED)
    back = DivisionChange(old="330110105", new="330110005", on=date(2025, 1, 1), kind=ChangeKind.RENAMED)
    with pytest.raises(ValueError, match="comes back"):
        DivisionChanges.of([there, back])
