"""Figures of a report are those of plain pandas over what was told, whatever its kind, scope and instant."""

from datetime import date, timedelta

import pandas as pd
import pytest

from cockpit.domain.report import Earlier, ReportKind, ReportSpan
from cockpit.domain.scope import Scope
from cockpit.services.reports.gathering import Gathered
from tests.api.town import CITY, ELSEWHERE, HERE_STREET, NOON
from tests.services.reports.press import Press

LAST_SUNDAY, YESTERDAY = date(2026, 11, 15), date(2026, 11, 18)


def plain(table: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> dict[str, tuple[int, int | None]]:
    """The indicators as one would write them down over a table of all that is known."""
    reported = table.reported.between(since, until, inclusive="left")
    handled = table.handled.between(since, until, inclusive="left")
    closed = table.closed.between(since, until, inclusive="left")
    in_time = table.handled <= table.due
    begun = table.reported < until
    unhandled = begun & ~(table.handled < until) & ~(table.closed < until)
    overtime = unhandled & (table.due < until)
    # what was handled late and not closed by then is still open and late
    waits = begun & (table.handled < until) & ~(table.closed < until)
    return {
        "reported_today": (int(reported.sum()), None),
        "handled_today": (int(handled.sum()), None),
        "closed_today": (int(closed.sum()), None),
        "overtime": (int((overtime | (waits & ~in_time)).sum()), None),
        "handling_rate": (int(handled.sum()), int((handled | overtime).sum())),
        "on_time_handling_rate": (int((handled & in_time).sum()), int((handled | overtime).sum())),
        "closing_rate": (int(closed.sum()), int((closed | waits).sum())),
        "on_time_closing_rate": (int((closed & in_time).sum()), int((closed | waits).sum())),
    }


@pytest.mark.parametrize(
    ("kind", "day"),
    [
        (ReportKind.DAILY, YESTERDAY), (ReportKind.DAILY, date(2026, 11, 12)), (ReportKind.DAILY, NOON.date()),
        (ReportKind.WEEKLY, LAST_SUNDAY), (ReportKind.MONTHLY, YESTERDAY),
    ],
)  # fmt: skip
def test_every_figure_of_a_report_is_that_of_plain_pandas_over_the_table(
    press: Press, kind: ReportKind, day: date
) -> None:
    gathering = press.gathering()
    span = ReportSpan.of(kind, day, gathering.drill.zone, NOON)
    in_here = press.table.lon != ELSEWHERE[0]
    for code, table in ((CITY, press.table), (HERE_STREET, press.table[in_here])):
        report = gathering.gather(span, Scope(code), NOON)
        until = pd.Timestamp(span.until) + (pd.Timedelta(0) if span.is_over else pd.Timedelta(seconds=1))
        for name, (numerator, denominator) in plain(table, pd.Timestamp(span.since), until).items():
            whole = report.figures[name].whole
            assert (whole.numerator, whole.denominator) == (numerator, denominator), (name, code)


def gathered(press: Press, kind: ReportKind, day: date) -> Gathered:
    gathering = press.gathering()
    return gathering.gather(ReportSpan.of(kind, day, gathering.drill.zone, NOON), Scope(CITY), NOON)


def test_a_report_is_compared_with_the_day_before_and_the_same_weekday(press: Press) -> None:
    gathering = press.gathering()
    span = ReportSpan.of(ReportKind.DAILY, YESTERDAY, gathering.drill.zone, NOON)
    report = gathering.gather(span, Scope(CITY), NOON)
    assert [c.how for c in report.earlier] == [Earlier.DAY_BEFORE, Earlier.SAME_WEEKDAY]
    for compared, days in zip(report.earlier, (1, 7), strict=True):
        back = timedelta(days=days)
        expected = plain(press.table, pd.Timestamp(span.since - back), pd.Timestamp(span.until - back))
        before = compared.measure("on_time_handling_rate")
        assert before is not None
        assert (before.numerator, before.denominator) == expected["on_time_handling_rate"]


def test_streets_with_what_lies_in_none_add_up_to_the_whole(press: Press) -> None:
    gathering = press.gathering()
    report = gathering.gather(
        ReportSpan.of(ReportKind.WEEKLY, LAST_SUNDAY, gathering.drill.zone, NOON), Scope(CITY), NOON
    )
    for split in report.figures.values():
        assert sum(m.numerator for m in split.children) + split.rest.numerator == split.whole.numerator
    words = press.words(report)
    assert sum(int(row["cells"][1].replace(",", "")) for row in words["board"]["rows"]) == int(
        words["board"]["total"]["cells"][1].replace(",", "")
    )


def test_sources_categories_and_hours_add_up_to_what_was_reported(press: Press) -> None:
    report = gathered(press, ReportKind.DAILY, YESTERDAY)
    reported = report.figures["reported_today"].whole.numerator
    assert sum(n for _, n in report.consists.sources) == reported
    assert sum(n for _, n in report.consists.categories) == reported
    assert sum(report.reported_by_step) == reported


def test_the_overtime_list_names_the_longest_first_and_says_how_many_there_are(press: Press) -> None:
    report = gathered(press, ReportKind.DAILY, YESTERDAY)
    assert report.overtime_total == report.figures["overtime"].whole.numerator
    since = [one.overtime_at for one in report.overtime]
    assert since == sorted(since)
    assert len(report.overtime) == min(20, report.overtime_total)


def test_cards_alarms_and_people_come_from_the_journal_of_the_span(press: Press) -> None:
    gathering = press.gathering()
    report = gathering.gather(
        ReportSpan.of(ReportKind.DAILY, NOON.date(), gathering.drill.zone, NOON), Scope(CITY), NOON
    )
    assert [card.degree.value for card in report.told.cards] == ["red", "yellow"]
    assert report.told.clocked_in == 2
    alarms = report.alarms
    assert (alarms.raised, alarms.settled, alarms.open) == (5, 2, 3)
    yesterday = gathered(press, ReportKind.DAILY, YESTERDAY)
    assert (yesterday.told.cards, yesterday.alarms.raised, yesterday.told.clocked_in) == ([], 0, 0)
