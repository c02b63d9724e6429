"""交叉归因: every cell is the length of its list, all of them add up, and chance alone seldom stands out."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.services.analyses.pivot import ALL, MOST, OTHERS, Dimension, Labelled, pivot_of
from cockpit.services.analyses.pivoting import cell_of, key_of
from cockpit.services.analyses.topics import PivotTopic
from tests.laws.test_analyses import NOW, asked, joined
from tests.laws.test_drill_down import Fold, stories
from tests.services.test_past_events import House, record, rows

TWO = st.tuples(st.sampled_from(list(Dimension)), st.sampled_from(list(Dimension))).filter(lambda two: two[0] != two[1])


@settings(deadline=None, max_examples=40)
@given(stories(), st.lists(rows(), max_size=12), st.sampled_from(["", "330110", "330110012"]), TWO)
def test_every_cell_is_the_length_of_its_list_and_all_add_up(facts, told, scope, two) -> None:  # type: ignore[no-untyped-def]  # as Hypothesis gives them
    house = House()
    house.bring([record(n, row)._replace(unit=["", "局|*", "+"][n % 3]) for n, row in enumerate(told, 100)])
    topics, drilled = joined(Fold(*facts), house, scope)
    about = replace(asked("pivot"), down=two[0], across=two[1])
    topic = topics.of(about, drilled, None, NOW)
    assert isinstance(topic, PivotTopic)
    pivot = topic.pivot
    assert pivot.total == drilled.figures()["on_time_closing_rate"].whole.denominator
    for i, row in enumerate([*pivot.rows.labels, ALL]):
        for j, column in enumerate([*pivot.columns.labels, ALL]):
            n = pivot.counts[slice(i, i + 1) if row != ALL else slice(None), :]
            n = int(n[:, slice(j, j + 1) if column != ALL else slice(None)].sum())
            opened = topics.of(replace(about, pick=key_of(row, column)), drilled, None, NOW)
            assert isinstance(opened, PivotTopic)
            assert opened.picked is not None
            assert opened.picked.total == n == len(opened.picked.events)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=200))
def test_what_is_taken_together_still_adds_up(pairs: list[tuple[int, int]]) -> None:
    down, across = (Labelled.told([f"{p[i]:02d}" for p in pairs]) for i in (0, 1))
    pivot = pivot_of(down, across)
    assert pivot.total == len(pairs)
    assert max(len(pivot.rows.labels), len(pivot.columns.labels)) <= MOST
    assert np.allclose(pivot.expected.sum(axis=0), pivot.counts.sum(axis=0))
    assert np.allclose(pivot.expected.sum(axis=1), pivot.counts.sum(axis=1))
    for side, whole, together in zip((pivot.rows, pivot.columns), (down, across), pivot.together, strict=True):
        assert len(whole.labels) == len(side.labels) + (together - 1 if OTHERS in side.labels else 0)


def test_what_has_nothing_to_do_with_each_other_does_not_stand_out_and_what_has_does() -> None:
    chance = np.random.default_rng(11)
    place, kind = chance.integers(0, 8, 6_000), chance.integers(0, 8, 6_000)
    marked = 0
    for _ in range(200):  # a twentieth of the tables where there is nothing may have a marked cell
        sides = (chance.choice(8, 3_000, p=[0.3, *[0.1] * 7]) for _ in range(2))
        marked += bool(pivot_of(*(Labelled.told([str(n) for n in side.tolist()]) for side in sides)).stands_out())
    assert marked < 24
    kind[(place == 3) & (chance.random(6_000) < 0.15)] = 5
    told = pivot_of(*(Labelled.told([str(n) for n in side.tolist()]) for side in (place, kind)))
    first = told.stands_out()[0]
    assert (told.rows.labels[first[0]], told.columns.labels[first[1]]) == ("3", "5")


def test_the_residual_is_that_of_the_book() -> None:
    """Against the square root of Pearson's χ² of a 2 × 2 table, which it is there."""
    rows = Labelled.told(["a"] * 30 + ["b"] * 70)
    columns = Labelled.told(["x"] * 20 + ["y"] * 10 + ["x"] * 20 + ["y"] * 50)
    pivot = pivot_of(rows, columns)
    i, j = pivot.rows.labels.index("a"), pivot.columns.labels.index("x")
    chi2 = 100 * (20 * 50 - 10 * 20) ** 2 / (30 * 70 * 40 * 60)
    assert pivot.z[i, j] == pytest.approx(chi2**0.5)


@given(st.text(), st.text())
def test_a_cell_is_named_and_found_again_whatever_its_labels_are(row: str, column: str) -> None:
    if not {row, column} & {ALL, OTHERS}:
        assert cell_of(key_of(row, column)) == (row, column)
    assert cell_of("nothing") is None
