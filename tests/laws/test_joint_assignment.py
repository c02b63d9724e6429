"""Laws of the joint assignment: nothing costs less, greed among it, and nobody goes twice or where they are not fit."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.services.joint_assignment import (
    OPTIONS,
    Assignment,
    Prices,
    Problem,
    assign,
    cost_of,
    greedy,
    left_of,
    options_of,
    unmet_of,
)


@st.composite
def problems(draw: st.DrawFn, people: int = 12, needs: int = 5, most: int = 3) -> Problem:
    p, n = draw(st.integers(0, people)), draw(st.integers(1, needs))
    seconds = st.integers(0, 3_000).map(float) | st.just(np.inf)
    eta = np.array(draw(st.lists(st.lists(seconds, min_size=n, max_size=n), min_size=p, max_size=p))).reshape(p, n)
    street = np.array(draw(st.lists(st.integers(-1, 2), min_size=p, max_size=p)), dtype=np.int64)
    others = np.array(draw(st.lists(st.integers(0, 4), min_size=3, max_size=3)))
    return Problem(
        eta_s=eta,
        counts=np.array(draw(st.lists(st.integers(1, most), min_size=n, max_size=n)), dtype=np.int64),
        weights=np.array(draw(st.lists(st.sampled_from((1.0, 2.0, 4.0)), min_size=n, max_size=n))),
        street=street,
        load=np.array(draw(st.lists(st.integers(0, 5), min_size=p, max_size=p)), dtype=np.int64),
        free=others + np.bincount(street[street >= 0], minlength=3),
    )


@settings(max_examples=200)
@given(problems(), st.sampled_from(OPTIONS))
def test_the_joint_assignment_is_never_worse_than_the_greedy_one(problem: Problem, prices: Prices) -> None:
    ours, theirs = assign(problem, prices), greedy(problem)
    assert cost_of(problem, prices, ours) <= cost_of(problem, prices, theirs) + 1e-3


@settings(max_examples=200)
@given(problems())
def test_the_fastest_way_leaves_no_graver_need_unmet_and_arrives_no_later_in_total_than_greed(
    problem: Problem,
) -> None:
    ours, theirs = assign(problem, OPTIONS[0]), greedy(problem)
    lacking = [float(unmet_of(problem, a) @ problem.weights) for a in (ours, theirs)]
    assert lacking[0] <= lacking[1]
    if lacking[0] == lacking[1]:
        total = [sum(problem.eta_s[p, n] for p, n in a.pairs) for a in (ours, theirs)]
        assert total[0] <= total[1] + 1e-3


@settings(max_examples=60)
@given(problems(people=4, needs=2, most=2), st.sampled_from(OPTIONS))
def test_no_other_assignment_at_all_costs_less(problem: Problem, prices: Prices) -> None:
    slots = [need for need, count in enumerate(problem.counts.tolist()) for _ in range(count)]
    people = range(len(problem.street))
    least = min(
        cost_of(problem, prices, Assignment(tuple(zip(who, where, strict=True))))
        for k in range(min(len(people), len(slots)) + 1)
        for where in set(combinations(slots, k))
        for who in permutations(people, k)
        if all(np.isfinite(problem.eta_s[p, n]) for p, n in zip(who, where, strict=True))
    )
    assert cost_of(problem, prices, assign(problem, prices)) == pytest.approx(least, abs=1e-3)


@settings(max_examples=100)
@given(problems())
def test_nobody_goes_twice_and_only_where_they_are_fit(problem: Problem) -> None:
    for _, assignment in options_of(problem):
        people = [p for p, _ in assignment.pairs]
        assert len(set(people)) == len(people)
        assert all(np.isfinite(problem.eta_s[p, n]) for p, n in assignment.pairs)
        assert (unmet_of(problem, assignment) >= 0).all()
        assert (left_of(problem, assignment) >= 0).all()


def _two_streets(load: tuple[int, ...] = (0, 0, 0, 0)) -> Problem:
    """A need for one; street 0 is nearer and has one person only, street 1 has three."""
    return Problem(
        eta_s=np.array([[60.0], [120.0], [130.0], [140.0]]), counts=np.array([1]), weights=np.array([1.0]),
        street=np.array([0, 1, 1, 1]), load=np.array(load), free=np.array([1, 3]),
    )  # fmt: skip


def test_options_differ_in_what_they_spare() -> None:
    fastest, keep, *_ = options_of(_two_streets())
    assert (fastest[0].name, fastest[1].pairs) == ("fastest", ((0, 0),))
    assert (keep[0].name, keep[1].pairs) == ("keep_streets", ((1, 0),))
    tired = {prices.name: a.pairs for prices, a in options_of(_two_streets(load=(4, 4, 0, 4)))}
    assert tired["share_load"] == ((2, 0),)


def test_ways_that_are_the_same_are_told_once() -> None:
    alone = Problem(
        eta_s=np.array([[60.0]]), counts=np.array([1]), weights=np.array([1.0]), street=np.array([0]),
        load=np.array([0]), free=np.array([1]),
    )  # fmt: skip
    assert [prices.name for prices, _ in options_of(alone)] == ["fastest"]
