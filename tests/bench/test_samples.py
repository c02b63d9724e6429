"""What is told of repeated trials."""

import math

import pytest

from cockpit.bench.samples import Figure, drift, floors_agree, quantile


def test_a_quantile_is_one_of_the_values() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert quantile(values, 0.5) == 3.0
    assert quantile(values, 0.99) == 5.0
    assert quantile(values, 0.0) == 1.0


def test_the_p99_of_two_hundred_is_the_third_largest() -> None:
    assert quantile([float(n) for n in range(1, 201)], 0.99) == 198.0


def test_nothing_has_no_quantile_and_no_figure() -> None:
    assert math.isnan(quantile([], 0.5))
    assert Figure.of([]).times == 0


def test_a_figure_is_the_median_and_the_range_of_its_repetitions() -> None:
    assert Figure.of([3.0, 1.0, 2.0]) == Figure(2.0, 1.0, 3.0, 3)


def test_a_ratio_is_median_by_median() -> None:
    assert Figure.of([30.0]).over(Figure.of([10.0])) == pytest.approx(3.0)
    assert math.isnan(Figure.of([30.0]).over(Figure.of([0.0])))


def test_floors_more_than_fifteen_per_cent_apart_do_not_agree() -> None:
    assert floors_agree(20.0, 23.0)
    assert floors_agree(23.0, 20.0)
    assert not floors_agree(20.0, 23.1)
    assert drift(0.0, 20.0) == math.inf
