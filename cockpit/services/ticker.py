"""时钟: turns the passing of time into facts, at the right second and once, however many tickers run.

Facts carry ids that follow from what happened (event and instant), so a second ticker, or the same one
after a restart, appends nothing new.
"""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import structlog

from cockpit.domain.facts import (
    DayCleared,
    DayStarted,
    Fact,
    FeedLost,
    FeedRecovered,
)
from cockpit.domain.source import FeedStatus
from cockpit.services.calendars import years_missing
from cockpit.services.city import City, FeedInfo
from cockpit.services.projector import Projector
from cockpit.services.turnings import Turnings
from cockpit.services.watching import watch
from cockpit.situation.leaving import leaving
from cockpit.stream.facts import FactLog
from cockpit.stream.health import Health

log = structlog.get_logger(__name__)

#: 10,000 events leave a second: twenty seconds for a city's day, in which everything else goes on
_SLICES_A_TICK = 20


class Ticker:
    """Looks at the clock once a second."""

    def __init__(
        self,
        *,
        projector: Projector,
        facts: FactLog,
        health: Health,
        city: City,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._projector, self._facts, self._health, self._city, self._clock = projector, facts, health, city, clock
        self._turnings = Turnings(projector)
        self._calendar_seen_on: date | None = None
        #: the day for which nothing is left to be cleared
        self._cleared: date | None = None
        #: since when a feed that was lost is heard again
        self._heard_again: dict[str, datetime] = {}

    def run(self, stop: threading.Event) -> None:
        """Tick each second until `stop`; a second in which Redis was away is made up for by the next."""
        self._projector.wait_ready(600)
        watch(self.tick, stop, name="ticker", rest=lambda: stop.wait(1.0 - self._clock().timestamp() % 1.0))

    def tick(self) -> list[Fact]:
        """Append what has become true by now; the facts that were appended or were known already."""
        now = self._clock()
        self._look_at_calendar(now)
        turned = self._turnings.passed(now)
        facts = [*self._day(now), *turned, *self._feeds(now)]
        try:
            if facts:
                self._facts.append(facts)
        except BaseException:
            self._turnings.again(turned)
            raise
        self._turnings.told(turned)
        return facts

    def _day(self, now: datetime) -> list[Fact]:
        start = self._projector.day_started_at()
        day = start.date()
        if self._projector.situation.day == day:
            return [] if self._cleared == day else self._clearing(day, now)
        at = start.astimezone(UTC)
        return [DayStarted(fact_id=f"day:{day.isoformat()}", at=at, received_at=now, day=day)]

    def _clearing(self, day: date, now: datetime) -> list[Fact]:
        """The next slices of what ended before today; one too many changes nothing."""
        with self._projector.lock:
            situation = self._projector.situation
            slices = min(-(-leaving(situation) // situation.slice_of_leaving), _SLICES_A_TICK)
        if not slices:
            self._cleared = day
        second = int(now.timestamp())
        return [
            DayCleared(fact_id=f"day_cleared:{day.isoformat()}:{second}:{n}", at=now, received_at=now, day=day)
            for n in range(slices)
        ]

    def _look_at_calendar(self, now: datetime) -> None:
        """Say once a day that a holiday plan is missing; deadlines would be counted without it."""
        situation = self._projector.situation
        today = now.astimezone(situation.rules.zone()).date()
        if today == self._calendar_seen_on:
            return
        self._calendar_seen_on = today
        for year in years_missing(situation.calendar, tuple(situation.calendar_days.values()), today):
            log.warning("the working calendar has no holiday plan", year=year)

    def _feeds(self, now: datetime) -> list[Fact]:
        """Told once when lost, and once when it has been back for good: who is here and gone again is still lost."""
        lost = self._projector.situation.lost_feeds
        heard = self._health.feeds()
        now_ms = now.timestamp() * 1000
        facts: list[Fact] = []
        for feed in self._city.feeds:
            counts = heard.get(feed.name)
            if counts is None:
                continue
            status = feed.patience.status_of(counts.silent_s(now_ms), counts.interrupted_s(now_ms))
            told: dict[str, Any] = {
                "at": now, "received_at": now, "feed": feed.name, "code": self._city.code,
                "title_zh": feed.title_zh, "title_en": feed.title_en,
            }  # fmt: skip
            if status is FeedStatus.LOST and feed.name not in lost:
                log.warning("feed lost", feed=feed.name, silent_s=round(counts.silent_s(now_ms)))
                facts.append(FeedLost(fact_id=f"feed_lost:{feed.name}:{counts.since_ms}", **told))
            elif feed.name in lost and self._is_back(feed, status, now):
                log.warning("feed is back", feed=feed.name)
                since_ms = round(lost[feed.name].timestamp() * 1000)
                facts.append(FeedRecovered(fact_id=f"feed_back:{feed.name}:{since_ms}", **told))
        return facts

    def _is_back(self, feed: FeedInfo, status: FeedStatus, now: datetime) -> bool:
        """Heard of without a gap for as long as it may be silent at most while it is live."""
        if status is not FeedStatus.LIVE:
            self._heard_again.pop(feed.name, None)
            return False
        since = self._heard_again.setdefault(feed.name, now)
        if (now - since).total_seconds() < feed.patience.stale_after_s:
            return False
        del self._heard_again[feed.name]
        return True
