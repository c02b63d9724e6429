"""A report and an alert are made once on either database: by processes side by side, one killed, the clock jumping."""

import subprocess
import sys
from datetime import datetime, timedelta

from sqlalchemy import Engine

from cockpit.store.figure_alerts import FigureAlerts
from cockpit.store.notices import Notices
from cockpit.store.reports import Reports, ReportState
from tests.services.reports.desk_clerk import CODES, HELD_FOR, ZONE, begin, breach, schedule

CITY = "330110"
#: days that are due then: yesterday's, and two that were missed
DUE = 3
MORNING = datetime.fromisoformat("2026-11-19T07:00:01+08:00")


def clerk(url: str, holder: str, now: datetime, *more: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.services.reports.desk_clerk", url, holder, now.isoformat(), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def finished(clerks: "list[subprocess.Popen[str]]") -> list[list[str]]:
    """What they said, word by word, once all have ended well."""
    said = [line.split() for one in clerks for line in one.communicate(timeout=240)[0].splitlines()]
    assert [one.returncode for one in clerks] == [0] * len(clerks)
    return said


def test_processes_side_by_side_make_each_report_and_tell_each_alert_once_though_one_is_killed(
    engine: Engine, database_url: str
) -> None:
    dying = clerk(database_url, "dying", MORNING, "slow")
    assert dying.stdout is not None
    told = dying.stdout.readline()
    assert told == "told\n"
    claimed = dying.stdout.readline().split()[1]
    others = [clerk(database_url, f"clerk-{n}", MORNING) for n in range(2)]
    said = finished(others)
    dying.kill()
    dying.communicate()
    made = [words[1] for words in said if words[0] == "made"]
    assert ["told"] not in said
    table = Reports(engine)
    assert len(made) == len(set(made)) == DUE * len(CODES) - 1
    assert claimed not in made
    assert table.find(claimed) is not None
    # nobody takes it from a process that may still be at it; then somebody does, and one alone
    assert finished([clerk(database_url, "early", MORNING + HELD_FOR)]) == []
    later = MORNING + HELD_FOR + timedelta(seconds=1)
    assert finished([clerk(database_url, f"late-{n}", later) for n in range(2)]) == [["made", claimed]]
    total, kept = table.newest(scope=CITY)
    assert total == DUE * len(CODES)
    assert {report.state for report in kept} == {ReportState.MADE}
    assert {report.id: report.tries for report in kept}[claimed] == 2
    assert not table.made(claimed, "dying", as_of=later, now=later, pages=9)
    assert Notices(engine).list(scope=CITY)[0] == 1
    assert FigureAlerts(engine).newest(scope=CITY, is_open=True, limit=9)[0] == 1


def test_a_clock_that_jumps_over_the_hour_or_back_leaves_one_report_of_each_day(engine: Engine) -> None:
    table = Reports(engine)
    jumps = ("06:59:59", "09:40:00", "06:30:00", "07:00:00", "23:59:59", "07:00:01")
    new = []
    for clock in jumps:
        now = datetime.fromisoformat(f"2026-11-19T{clock}+08:00")
        new.append(table.ask([one for _, one in schedule().due(now, ZONE)]))
    # nothing was made for days: at 06:59 three days are made up for, and yesterday's are due from seven on
    streets = len(CODES)
    assert new == [3 * streets, streets, 0, 0, 0, 0]
    days = {report.name for report in table.newest(scope=CITY)[1]}
    assert days == {"2026-11-15", "2026-11-16", "2026-11-17", "2026-11-18"}


def test_an_alert_that_was_told_is_not_told_again_by_a_clock_that_went_back(engine: Engine) -> None:
    alerts, notices = FigureAlerts(engine), Notices(engine)
    assert begin(alerts, notices, breach(MORNING))
    assert not begin(alerts, notices, breach(MORNING - timedelta(hours=2)))
    assert alerts.end(breach(MORNING), MORNING)
    assert not alerts.end(breach(MORNING), MORNING)
    assert notices.list(scope=CITY)[0] == 1
