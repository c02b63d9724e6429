"""Spans of reports: local days, weeks from Monday, months, and what each is compared with."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from cockpit.domain.report import Earlier, ReportKind, ReportSpan, last_over

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("kind", "name", "first", "behind"),
    [
        (ReportKind.DAILY, "2026-11-20", date(2026, 11, 20), date(2026, 11, 21)),
        (ReportKind.WEEKLY, "2026-W47", date(2026, 11, 16), date(2026, 11, 23)),
        (ReportKind.MONTHLY, "2026-11", date(2026, 11, 1), date(2026, 12, 1)),
    ],
)
def test_a_span_has_local_borders(kind: ReportKind, name: str, first: date, behind: date) -> None:
    span = ReportSpan.of(kind, date(2026, 11, 20), ZONE, NOW)
    assert (span.name, span.first, span.behind) == (name, first, behind)
    assert span.is_over == (kind is ReportKind.DAILY)
    assert span.until == (span.end if span.is_over else NOW)


def test_a_day_that_has_not_begun_is_no_span() -> None:
    with pytest.raises(ValueError, match="has not begun"):
        ReportSpan.of(ReportKind.DAILY, date(2026, 11, 23), ZONE, NOW)


def test_the_last_ones_that_are_over() -> None:
    assert [last_over(kind, NOW, ZONE).name for kind in ReportKind] == ["2026-11-21", "2026-W46", "2026-10"]


def test_months_of_unlike_length_are_compared_whole() -> None:
    march = ReportSpan.of(ReportKind.MONTHLY, date(2026, 3, 31), ZONE, NOW)
    assert march.earlier(Earlier.MONTH_BEFORE).name == "2026-02"
    assert march.earlier(Earlier.YEAR_BEFORE).name == "2025-03"


def test_a_day_that_is_not_over_is_compared_with_as_much_of_the_one_before() -> None:
    today = ReportSpan.of(ReportKind.DAILY, NOW.date(), ZONE, NOW)
    before = today.earlier(Earlier.DAY_BEFORE)
    assert (before.since, before.until) == (
        datetime(2026, 11, 21, tzinfo=ZONE), datetime(2026, 11, 21, 12, 0, tzinfo=ZONE)
    )  # fmt: skip


def test_the_thirtieth_of_a_month_is_compared_with_all_of_a_shorter_one() -> None:
    now = datetime(2026, 3, 30, 12, 0, tzinfo=ZONE)
    before = ReportSpan.of(ReportKind.MONTHLY, now.date(), ZONE, now).earlier(Earlier.MONTH_BEFORE)
    assert (before.name, before.is_over) == ("2026-02", True)


def test_a_week_begins_in_the_year_that_its_number_is_of() -> None:
    span = ReportSpan.of(ReportKind.WEEKLY, date(2025, 12, 31), ZONE, NOW)
    assert (span.name, span.first) == ("2026-W01", date(2025, 12, 29))
