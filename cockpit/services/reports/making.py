"""制作: makes the reports that wait, one after the other; however many processes do so, each report is made by one."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol

import structlog

from cockpit.domain.report import ReportKind, ReportSpan
from cockpit.domain.scope import Scope
from cockpit.services.reports.chosen import indicators_of, names_of
from cockpit.services.reports.gathering import Gathered, Gathering
from cockpit.services.reports.schedule import Schedule
from cockpit.services.reports.shelf import ReportShelf
from cockpit.services.reports.wall import WallPicture
from cockpit.store.database import UNAVAILABLE
from cockpit.store.reports import KeptReport, Reports

log = structlog.get_logger(__name__)

#: who has not finished by then is taken for dead
_HELD_FOR = timedelta(minutes=10)
_MOST_TRIES = 3
_LOOK_EVERY_S = 5.0
_SWEEP_EVERY = timedelta(hours=1)


class Documents(Protocol):
    """What is kept of a report."""

    @property
    def files(self) -> Mapping[str, bytes]: ...
    @property
    def pages(self) -> int: ...


#: (figures, language) → its files
Draw = Callable[[Gathered, str], Documents]


@dataclass(slots=True)
class ReportMaker:
    """Runs beside the pages, because the columns of the past are there. `holder` names this process."""

    table: Reports
    shelf: ReportShelf
    gathering: Gathering
    draw: Draw
    schedule: Schedule
    kept_for: timedelta
    holder: str
    clock: Callable[[], datetime]
    #: the wall of a report, in a language; None where reports go without
    wall: Callable[[Gathered, str, threading.Event], WallPicture | None] | None = None
    _wake: threading.Event = field(default_factory=threading.Event)
    _stop: threading.Event = field(default_factory=threading.Event)
    _swept_at: datetime | None = None
    #: keys that were looked at already: they need not be looked up every few seconds
    _put: set[str] = field(default_factory=set)

    def run(self, stop: threading.Event) -> None:
        """Look for work until `stop`; a database that is away is asked again."""
        self._stop = stop
        while not stop.is_set():
            try:
                self.look()
            except UNAVAILABLE as away:
                log.warning("reports wait for the database", error=type(away).__name__)
            self._wake.wait(_LOOK_EVERY_S)
            self._wake.clear()

    def wake(self) -> None:
        """There may be something to do."""
        self._wake.set()

    def look(self) -> int:
        """Ask for what is due, make all that waits, forget what is old; how many were made."""
        now = self.clock()
        self._ask_for_due(now)
        made = 0
        while not self._stop.is_set() and (wanted := self._claim()) is not None:
            made += self._make(wanted)
        if self._swept_at is None or now - self._swept_at >= _SWEEP_EVERY:
            self._swept_at = now
            for report_id in self.table.delete_before(now - self.kept_for):
                self.shelf.drop(report_id)
        return made

    def _ask_for_due(self, now: datetime) -> None:
        """Put down what is due; a span that was over before the data begin is nobody's to report."""
        due = [
            (span, one) for span, one in self.schedule.due(now, self.gathering.drill.zone) if one.key not in self._put
        ]
        missing = [(span, one) for span, one in due if self.table.find(one.id) is None]
        begins = self.gathering.drill.known(None, now).begins_at if missing else None
        self.table.ask([one for span, one in missing if begins is not None and span.end > begins])
        self._put |= {one.key for _, one in due} if begins is not None or not missing else set()

    def _claim(self) -> KeptReport | None:
        now = self.clock()
        return self.table.claim(self.holder, now, now + _HELD_FOR, most_tries=_MOST_TRIES)

    def _make(self, wanted: KeptReport) -> bool:
        try:
            self.table.at_step(wanted.id, self.holder, "figures")
            now = self.clock()
            zone = self.gathering.drill.zone
            span = ReportSpan.of(ReportKind(wanted.kind), date.fromisoformat(wanted.day), zone, now)
            gathered = self.gathering.gather(span, Scope(wanted.code), now, indicators_of(names_of(wanted.indicators)))
            if self.wall is not None:
                self.table.at_step(wanted.id, self.holder, "picture")
                gathered = replace(gathered, wall=self.wall(gathered, wanted.lang, self._stop))
                if self._stop.is_set():  # it was given up because we end: another process makes the whole report
                    self.table.failed(wanted.id, self.holder, "the cockpit ended meanwhile", again=True)
                    return False
            self.table.at_step(wanted.id, self.holder, "drawing")
            documents = self.draw(gathered, wanted.lang)
            self.table.at_step(wanted.id, self.holder, "keeping")
            self.shelf.keep(wanted.id, documents.files)
            return self.table.made(
                wanted.id, self.holder, as_of=gathered.known.at, now=self.clock(), pages=documents.pages
            )
        except UNAVAILABLE:
            self.table.failed(wanted.id, self.holder, "the database was away", again=wanted.tries < _MOST_TRIES)
            return False
        except Exception as wrong:
            log.exception("a report could not be made", report=wanted.id, kind=wanted.kind, name=wanted.name)
            told = f"{type(wrong).__name__}: {wrong}"[:500]
            self.table.failed(wanted.id, self.holder, told, again=wanted.tries < _MOST_TRIES)
            return False
