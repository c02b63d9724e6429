"""A process of its own that makes what is due on one database, for tests that kill it: `python -m … URL HOLDER NOW`.

`slow` as a fourth word: it says `claimed ID` and then does nothing more, until it is killed.
"""

import sys
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from cockpit.domain.report import ReportKind
from cockpit.services.reports.schedule import Schedule
from cockpit.store.database import open_engine
from cockpit.store.figure_alerts import FigureAlert, FigureAlerts
from cockpit.store.notices import NewNotice, Notices
from cockpit.store.reports import Reports

ZONE = ZoneInfo("Asia/Shanghai")
HELD_FOR = timedelta(minutes=10)
CODES = [f"330110{street:03d}" for street in range(1, 13)]


def schedule() -> Schedule:
    """Every street's day."""
    at = datetime.fromisoformat("2026-11-19T07:00:00").time()
    return Schedule(kinds=[ReportKind.DAILY], codes=CODES, at=at, lang="zh-CN")


def breach(now: datetime) -> FigureAlert:
    """The first breach of a rule, as every process sees it."""
    return FigureAlert(
        rule="超时过多", number=1, indicator="overtime", code="330110", source="", value=30.0, crossed=20.0, since=now
    )


def begin(alerts: FigureAlerts, notices: Notices, alert: FigureAlert) -> bool:
    """Put the breach down with its notice, as the watch does."""

    def tell(connection: Connection) -> None:
        told_by = f"figure:{alert.rule}:{alert.number}"
        notices.put(
            connection,
            [NewNotice(fact_id=told_by, channel="centre", kind="figure", code=alert.code, event_id="",
                       title=alert.rule, body="", created_at=alert.since)],
        )  # fmt: skip

    return alerts.begin(alert, beside=tell)


def work(url: str, holder: str, now: datetime, *, slow: bool) -> None:
    """Ask for what is due, tell the breach, make whatever is free."""
    engine = open_engine(url)
    table = Reports(engine)
    table.ask([one for _, one in schedule().due(now, ZONE)])
    if begin(FigureAlerts(engine), Notices(engine), breach(now)):
        print("told", flush=True)
    while (wanted := table.claim(holder, now, now + HELD_FOR, most_tries=3)) is not None:
        if slow:
            print("claimed", wanted.id, flush=True)
            time.sleep(600)  # until it is killed
        table.at_step(wanted.id, holder, "figures")
        if table.made(wanted.id, holder, as_of=now, now=now, pages=1):
            print("made", wanted.id, flush=True)
    engine.dispose()


if __name__ == "__main__":
    work(sys.argv[1], sys.argv[2], datetime.fromisoformat(sys.argv[3]), slow=sys.argv[4:] == ["slow"])
