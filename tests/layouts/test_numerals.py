"""数字: how figures are written on a wall."""

import pytest

from cockpit.catalogue import texts
from layouts.numerals import count_of, percent_of, points_of, short_percent_of, width_class

ZH, EN = texts("zh-CN"), texts("en")


@pytest.mark.parametrize(
    ("n", "zh", "en"),
    [
        (0, "0", "0"),
        (3616, "3,616", "3,616"),
        (99_999, "99,999", "99,999"),
        (123_456, "12.3 万", "123,456"),
        (12_345_678, "1,234.6 万", "12.35 M"),
        (None, "—", "—"),
    ],
)
def test_counts_have_separators_and_large_ones_their_unit(n: int | None, zh: str, en: str) -> None:
    assert (count_of(n, ZH), count_of(n, EN)) == (zh, en)


def test_a_rate_has_two_decimals_and_only_all_is_a_hundred() -> None:
    assert percent_of(530 / 538, ZH) == "98.51"
    assert percent_of(0.99999, ZH) == "99.99"
    assert percent_of(1.0, ZH) == "100.00"
    assert short_percent_of(0.9999, ZH) == "99.9"
    assert (short_percent_of(1.0, ZH), percent_of(None, ZH)) == ("100", "—")


def test_a_change_is_told_in_points() -> None:
    assert (points_of(0.0032), points_of(-0.012)) == ("▲ 0.32", "▼ 1.20")


def test_the_widest_number_sets_the_size_of_its_row() -> None:
    assert (width_class("612", "4"), width_class("3,616", "4"), width_class("12,345")) == ("n-short", "n-mid", "n-long")
