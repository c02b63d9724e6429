"""周边: how feeds, processes and the roster are doing, read once a second and shared by all screens."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import structlog

from cockpit.domain.source import FeedStatus
from cockpit.services.city import City
from cockpit.services.ticker import LOST_PERIODS
from cockpit.stream.connection import UNAVAILABLE
from cockpit.stream.health import Health

log = structlog.get_logger(__name__)

#: a process beats each second; silent for longer than this it counts as dead
_PROCESS_SILENT_MS = 5_000
#: GUIDE: a feed is fresh up to two of its periods
LIVE_PERIODS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedNow:
    """One feed at an instant; `age_s` is None for a feed never heard of."""

    name: str
    title_zh: str
    title_en: str
    status: FeedStatus
    age_s: float | None
    accepted: int = 0
    flagged: int = 0
    rejected: int = 0
    duplicate: int = 0
    #: how often it is heard of when all is well
    period_s: float = 60.0
    #: how far behind now the newest thing is that it told of; None when it tells no times
    behind_s: float | None = None
    #: median, 90th and 99th percentile of how late its messages were of late, in ms
    lag_ms: tuple[int, ...] = ()
    #: the most frequent reasons for refusing, with counts
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessNow:
    name: str
    alive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What was seen at `at_ms`; `reachable` is False while Redis does not answer."""

    at_ms: int
    reachable: bool
    feeds: tuple[FeedNow, ...]
    processes: tuple[ProcessNow, ...]
    dead_letters: int
    #: how long the oldest fact or fix that is not archived has been waiting
    archive_lag_s: float = 0.0


def status_of(age_s: float | None, period_s: float) -> FeedStatus:
    """live ≤ 2 periods < stale ≤ 10 periods < lost; never heard of is unknown, which is not lost."""
    if age_s is None:
        return FeedStatus.UNKNOWN
    if age_s <= LIVE_PERIODS * period_s:
        return FeedStatus.LIVE
    return FeedStatus.STALE if age_s <= LOST_PERIODS * period_s else FeedStatus.LOST


def _without_redis(processes: Iterable[ProcessNow]) -> tuple[ProcessNow, ...]:
    """Nobody can say how the others are; they wait, as they were."""
    others = [process for process in processes if process.name != "redis"]
    return tuple(sorted([*others, ProcessNow(name="redis", alive=False)], key=lambda process: process.name))


class Lookout:
    """Reads the surroundings at most once a second, whoever asks."""

    def __init__(
        self,
        *,
        city: City,
        health: Health,
        dead_letters: Callable[[], int],
        archive_lag_s: Callable[[], float] = lambda: 0.0,
        clock_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        titles: Mapping[str, tuple[str, str]] | None = None,
    ) -> None:
        """`titles`: (Chinese, English) of feeds that the city does not wait for."""
        self._titles = titles or {}
        self._city, self._health, self._clock_ms = city, health, clock_ms
        self._dead_letters, self._archive_lag_s = dead_letters, archive_lag_s
        self._lock = threading.Lock()
        self._seen: Surroundings | None = None
        self._dead_count = 0

    def now(self) -> Surroundings:
        """The surroundings, not older than a second."""
        with self._lock:
            now_ms = self._clock_ms()
            if self._seen is None or now_ms - self._seen.at_ms >= 900:
                self._seen = self._look(now_ms)
            return self._seen

    def _look(self, now_ms: int) -> Surroundings:
        try:
            heard = self._health.feeds()
            beats = self._health.heartbeats()
            self._dead_count = self._dead_letters()
            archive_lag_s = self._archive_lag_s()
        except UNAVAILABLE:
            # what was heard before is still true, only older
            before = self._seen
            known = before.feeds if before else ()
            aged = (now_ms - before.at_ms) / 1000 if before else 0.0
            return Surroundings(
                at_ms=now_ms,
                reachable=False,
                feeds=tuple(self._feed(f, None if f.age_s is None else f.age_s + aged) for f in known),
                processes=_without_redis(before.processes if before else ()),
                dead_letters=self._dead_count,
            )
        expected = {info.name: info for info in self._city.feeds}
        feeds: list[FeedNow] = []
        for name in (*expected, *sorted(set(heard) - set(expected))):
            counts, info = heard.get(name), expected.get(name)
            age_s = None if counts is None else max(0.0, (now_ms - counts.received_ms) / 1000)
            feeds.append(
                FeedNow(
                    name=name,
                    title_zh=info.title_zh if info else self._titles.get(name, (name, name))[0],
                    title_en=info.title_en if info else self._titles.get(name, (name, name))[1],
                    status=status_of(age_s, self._period_of(name)),
                    age_s=age_s,
                    accepted=counts.accepted if counts else 0,
                    flagged=counts.flagged if counts else 0,
                    rejected=counts.rejected if counts else 0,
                    duplicate=counts.duplicate if counts else 0,
                    period_s=self._period_of(name),
                    behind_s=(now_ms - counts.event_ms) / 1000 if counts and counts.event_ms else None,
                    lag_ms=counts.lag_ms if counts else (),
                    reasons=counts.reasons if counts else {},
                )
            )
        alive: dict[str, bool] = {}
        for beat in beats:
            fresh = now_ms - beat.at_ms <= _PROCESS_SILENT_MS and beat.status == "running"
            alive[beat.process] = alive.get(beat.process, False) or fresh
        return Surroundings(
            at_ms=now_ms,
            reachable=True,
            feeds=tuple(feeds),
            processes=tuple(ProcessNow(name=name, alive=lives) for name, lives in sorted(alive.items())),
            dead_letters=self._dead_count,
            archive_lag_s=archive_lag_s,
        )

    def _feed(self, feed: FeedNow, age_s: float | None) -> FeedNow:
        return replace(feed, age_s=age_s, status=status_of(age_s, self._period_of(feed.name)))

    def _period_of(self, name: str) -> float:
        """A feed that nobody announced is judged as if it spoke every minute."""
        return next((info.period_s for info in self._city.feeds if info.name == name), 60.0)
