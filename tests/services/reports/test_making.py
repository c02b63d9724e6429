"""A report is made once, however many processes make reports, and a maker that dies leaves it to another."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cockpit.domain.report import ReportKind
from cockpit.store.reports import Reports, ReportState
from tests.api.town import CITY, NOON
from tests.services.reports.press import Press

#: 08:30 of the morning after, in the town
MORNING = datetime.fromisoformat("2026-11-19T08:30:00+08:00")


def kept(press: Press) -> list[Any]:
    return Reports(press.town.engine).newest(scope=CITY)[1]


def test_every_kind_that_is_due_is_made_once_by_two_makers_side_by_side(press: Press) -> None:
    makers = [press.maker("one"), press.maker("two")]
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda maker: maker.look(), makers))
    # two days that were missed are made up for; the month before has no data and is nobody's to report; the week
    # ended three days and more ago
    names = {(r.kind, r.name): r for r in kept(press)}
    assert set(names) == {("daily", f"2026-11-{day}") for day in (16, 17, 18)}
    assert sum(made) == len(names)
    assert all(r.state is ReportState.MADE and r.pages and r.tries == 1 for r in names.values())
    assert [maker.look() for maker in makers] == [0, 0]


def test_the_week_is_made_on_monday_morning(press: Press) -> None:
    press.town.now = datetime.fromisoformat("2026-11-16T06:59:00+08:00")
    maker = press.maker(kinds=(ReportKind.WEEKLY,))
    assert maker.look() == 0
    press.town.now += timedelta(minutes=2)
    assert maker.look() == 1
    assert [(r.kind, r.name, r.asked_by) for r in kept(press)] == [("weekly", "2026-W46", "")]


def test_a_maker_that_died_leaves_its_report_to_another(press: Press) -> None:
    press.town.now = MORNING
    dead, table = press.maker("dead", kinds=(ReportKind.DAILY,)), Reports(press.town.engine)
    table.ask([one for _, one in dead.schedule.due(MORNING, dead.gathering.drill.zone)])
    claimed = table.claim("dead", MORNING, MORNING + timedelta(minutes=10), most_tries=3)
    assert claimed is not None
    other = press.maker("other", kinds=(ReportKind.DAILY,))
    assert other.look() == 2  # the other days
    press.town.now += timedelta(minutes=11)
    assert other.look() == 1
    assert {r.id: r.tries for r in kept(press)}[claimed.id] == 2
    # the one that was taken for dead comes back and says that it has finished
    assert not table.made(claimed.id, "dead", as_of=MORNING, now=MORNING, pages=1)


def test_what_cannot_be_made_is_tried_three_times_and_says_why(press: Press) -> None:
    press.town.now = datetime.fromisoformat("2026-11-16T08:30:00+08:00")
    maker = press.maker(kinds=(ReportKind.WEEKLY,))

    def broken(*_given: Any) -> Any:
        raise RuntimeError("no ink")

    maker.draw = broken
    assert maker.look() == 0
    report = kept(press)[0]
    assert (report.state, report.tries, report.error) == (ReportState.FAILED, 3, "RuntimeError: no ink")
    maker.draw = press.maker().draw
    assert Reports(press.town.engine).retry(report.id)
    assert maker.look() == 1


def test_old_reports_go_with_their_files(press: Press) -> None:
    press.town.now = MORNING
    maker = press.maker(kinds=(ReportKind.DAILY,))
    maker.look()
    report = kept(press)[0]
    assert maker.shelf.find(report.id, "pdf")
    assert (press.folder / report.id).is_dir()
    press.town.now += timedelta(days=31)
    maker.schedule = press.maker(kinds=()).schedule
    maker.look()
    assert kept(press) == []
    assert not (press.folder / report.id).exists()


@pytest.mark.parametrize("report_id", ["../secrets", "a/b", ""])
def test_no_other_file_is_read_by_way_of_an_id(press: Press, report_id: str) -> None:
    with pytest.raises(ValueError, match="no report's id"):
        press.maker().shelf.find(report_id, "pdf")


def test_a_report_that_waits_at_noon_tells_the_figures_of_noon(press: Press) -> None:
    press.town.now = NOON
    press.maker(kinds=(ReportKind.DAILY,)).look()
    assert kept(press)[0].as_of == NOON
    assert Path(press.folder).is_dir()
