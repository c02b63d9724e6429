"""A town's fortnight for reports: messages as they came, told to a real API, and a maker over what became of them."""

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from cockpit.catalogue import texts
from cockpit.domain.act import Act, ActKind, Degree
from cockpit.domain.facts import AttendanceMarked, EventActed
from cockpit.domain.report import ReportKind
from cockpit.services.reports.gathering import Gathered, Gathering
from cockpit.services.reports.journalled import Journalled
from cockpit.services.reports.making import ReportMaker
from cockpit.services.reports.schedule import Schedule
from cockpit.services.reports.shelf import ReportShelf
from cockpit.store.journal import Journal, JournalEntry
from cockpit.store.reports import Reports
from layouts.reports.document import Documents, documents_of
from layouts.reports.printed import printed
from layouts.reports.wording import Wording
from tests.api.test_queries import told
from tests.api.town import CITY, ELSEWHERE, HERE, NOON, Town, alarm, event, transition
from tests.subjects import drill_of

TARGET = 0.95
_SOURCES = ("citizen", "gridworker", "hotline_12345", "video_ai")
_CATEGORIES = ("event.01.10", "event.02.01", "event.04.03")
_DAYS = 15


@dataclass
class Press:
    """The town, what it was told as a plain table, and the parts of a maker."""

    town: Town
    table: pd.DataFrame
    folder: Path

    def gathering(self) -> Gathering:
        town = self.town
        journal = Journal(town.engine)
        return Gathering(
            drill=drill_of(town),
            journalled=Journalled(journal, self._places),
            target=TARGET,
        )

    def maker(self, holder: str = "one", *, kinds: tuple[ReportKind, ...] = tuple(ReportKind)) -> ReportMaker:
        return ReportMaker(
            table=Reports(self.town.engine),
            shelf=ReportShelf(self.folder),
            gathering=self.gathering(),
            draw=self.documents,
            schedule=Schedule(kinds=kinds, codes=[CITY], at=time(7), lang="zh-CN"),
            kept_for=timedelta(days=30),
            holder=holder,
            clock=self.town.clock,
        )

    def words(self, gathered: Gathered, lang: str = "zh-CN") -> dict[str, Any]:
        city = self.town.city
        names = {code: city.name_of(code, lang) for code in city.divisions}
        title = city.title_of(gathered.scope.code, lang)
        kinds = {"event.01.10": "占道经营"}
        return printed(gathered, Wording(texts(lang), city.tz, title, names, kinds, demo=False))

    def documents(self, gathered: Gathered, lang: str = "zh-CN") -> Documents:
        return documents_of(self.words(gathered, lang), gathered.wall.body if gathered.wall else b"")

    def _places(self, event_ids: Any) -> dict[str, str]:
        events = self.town.fold.situation.events
        return {i: events[i].report.place.code for i in event_ids if i in events}


def open_press(town: Town, folder: Path, *, seed: int = 7) -> Press:
    """A fortnight of some 300 events with limits of which some are missed, alarms, cards and people on duty."""
    dice, rows = random.Random(seed), []
    for number in range(1, 301):
        reported = NOON - timedelta(hours=dice.uniform(0.5, 24 * _DAYS))
        due = reported + timedelta(hours=dice.choice((2, 8, 24)))
        handled = reported + timedelta(hours=dice.uniform(0.2, 30)) if dice.random() < 0.9 else None
        closed = handled + timedelta(hours=1) if handled and dice.random() < 0.9 else None
        place = ELSEWHERE if dice.random() < 0.3 else HERE
        rows.append(
            {
                "number": number, "reported": reported, "due": due, "lon": place[0], "lat": place[1],
                "handled": handled if handled and handled <= NOON else None,
                "closed": closed if closed and closed <= NOON else None,
                "source": dice.choice(_SOURCES), "category": dice.choice(_CATEGORIES),
            }
        )  # fmt: skip
    told(town, "events", *(_event(row) for row in rows))
    told(town, "transitions", *(step for row in rows for step in _steps(row)))
    told(town, "alarms", *(alarm(n, minutes=-60 * n) for n in range(1, 6)))
    told(town, "alarms", alarm(1, "cleared", -50), alarm(2, "cleared", -100))
    town.facts.append(
        [_card(rows[0], Degree.YELLOW, 1), _card(rows[1], Degree.RED, 2), _clocked("gw-1"), _clocked("gw-2")]
    )
    town.fold.follow()
    journal(town)
    table = pd.DataFrame(rows)
    for name in ("reported", "due", "handled", "closed"):
        table[name] = pd.to_datetime(table[name], utc=True)
    return Press(town, table, folder)


def journal(town: Town) -> None:
    """Keep all that the stream has, as the archiver would."""
    Journal(town.engine).record(
        [
            JournalEntry(
                position=e.position, fact_id=e.fact.fact_id, type=e.type_name, at=e.fact.at,
                received_at=e.fact.received_at, code="", body=e.body.decode(),
            )
            for e in town.facts.read("0", count=100_000, block_ms=0)
            if e.fact is not None
        ]
    )  # fmt: skip


def _event(row: dict[str, Any]) -> dict[str, Any]:
    return event(
        row["number"], source=row["source"], category=row["category"], reported_at=row["reported"].isoformat(),
        due_at=row["due"].isoformat(), lon=row["lon"], lat=row["lat"], title=f"垃圾满溢 {row['number']}",
    )  # fmt: skip


def _steps(row: dict[str, Any]) -> list[dict[str, Any]]:
    def at(moment: datetime) -> float:
        return (moment - NOON).total_seconds() / 60

    assigned = row["reported"] + timedelta(minutes=5)
    steps = [transition(row["number"], "assigned", at(assigned), source=row["source"], unit="市容环卫中心")]
    if row["handled"]:
        steps.append(transition(row["number"], "fed_back", at(row["handled"]), source=row["source"]))
    if row["closed"]:
        steps.append(transition(row["number"], "closed", at(row["closed"]), source=row["source"]))
    return steps


def _card(row: dict[str, Any], degree: Degree, number: int) -> EventActed:
    at = NOON - timedelta(hours=number)
    act = Act(kind=ActKind.SUPERVISED, at=at, degree=degree, unit="城管局", fact_id=f"card:{number}")
    event_id = f"{row['source']}:{row['number']}"
    return EventActed(fact_id=f"card:{number}", at=at, received_at=at, event_id=event_id, act=act)


def _clocked(subject: str) -> AttendanceMarked:
    at = NOON - timedelta(hours=3)
    return AttendanceMarked(
        fact_id=f"on:{subject}", at=at, received_at=at, subject_id=subject, on_duty=True, code=CITY, by=subject,
        command_id=f"c-{subject}",
    )  # fmt: skip
