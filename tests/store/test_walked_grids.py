"""走访网格: what is kept of walks, as it was known at any instant."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from cockpit.store.schema.walks import walked_grids, walks_told
from cockpit.store.walked_grids import Told, WalkedGrids

DAY = 739_000
A, B = (DAY, "a"), (DAY, "b")


@pytest.fixture
def walks(engine: Engine) -> WalkedGrids:
    return WalkedGrids(engine)


def test_before_anything_is_told_nothing_is(walks: WalkedGrids) -> None:
    assert walks.told() is None
    assert walks.known(0, DAY, 2**60) == []


def test_a_visit_counts_from_the_instant_at_which_it_was_known(walks: WalkedGrids) -> None:
    walks.keep({A: {7: 50}}, Told(0, 100))
    assert walks.known(DAY, DAY, 99) == []
    assert walks.known(DAY, DAY, 100) == walks.known(DAY, DAY, 2**60) == [(DAY, 7, 50)]
    assert walks.told() == Told(0, 100)


def test_the_first_of_two_who_visited_a_grid_counts(walks: WalkedGrids) -> None:
    walks.keep({A: {7: 50}, B: {7: 30, 8: 60}}, Told(0, 100))
    assert sorted(walks.known(DAY, DAY, 100)) == [(DAY, 7, 30), (DAY, 8, 60)]


def test_telling_the_same_again_changes_nothing_and_who_is_behind_writes_nothing(walks: WalkedGrids) -> None:
    assert walks.keep({A: {7: 50}}, Told(0, 100)) == 1
    assert walks.keep({A: {7: 50}}, Told(0, 100)) == 0
    assert walks.keep({A: {7: 50}}, Told(0, 200)) == 0
    assert walks.keep({A: {8: 40}}, Told(0, 150)) == 0
    assert walks.known(DAY, DAY, 2**60) == [(DAY, 7, 50)]
    assert walks.told() == Told(0, 200)


def test_what_a_late_fix_takes_back_was_known_until_then(walks: WalkedGrids) -> None:
    walks.keep({A: {7: 50, 8: 90}}, Told(0, 100))
    walks.keep({A: {8: 70}}, Told(0, 200))
    assert sorted(walks.known(DAY, DAY, 199)) == [(DAY, 7, 50), (DAY, 8, 90)]
    assert walks.known(DAY, DAY, 200) == [(DAY, 8, 70)]


reached = st.dictionaries(st.sampled_from([7, 8]), st.integers(0, 9), max_size=2)
tellings = st.lists(st.dictionaries(st.sampled_from([A, B, (DAY + 1, "a")]), reached), max_size=6)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tellings)
def test_without_the_names_every_instant_is_told_as_before(engine: Engine, told) -> None:
    with engine.begin() as connection:
        connection.execute(delete(walked_grids))
        connection.execute(delete(walks_told))
    walks = WalkedGrids(engine)
    for n, some in enumerate(told):
        walks.keep(some, Told(0, 10 * n))
    instants = range(0, 10 * len(told) + 5, 5)
    before = [sorted(walks.known(DAY, DAY + 1, at)) for at in instants]
    walks.forget_who(DAY + 1)
    assert [sorted(walks.known(DAY, DAY + 1, at)) for at in instants] == before
    with engine.connect() as connection:
        assert {row.subject_id for row in connection.execute(walked_grids.select()) if row.day == DAY} <= {""}
    assert walks.forget_who(DAY + 1) == 0
