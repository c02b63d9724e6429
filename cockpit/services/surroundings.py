"""周边: how feeds, processes and the roster are doing, read once a second and shared by all screens."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import structlog

from cockpit.domain.source import FeedStatus, Patience
from cockpit.services.city import City, FeedInfo
from cockpit.stream.connection import UNAVAILABLE
from cockpit.stream.health import FeedCounts, Health

log = structlog.get_logger(__name__)

#: a process beats each second; silent for longer than this it counts as dead
_PROCESS_SILENT_MS = 5_000
#: a feed that nobody announced is judged as if it spoke every minute
_UNANNOUNCED = Patience.of(60.0)
#: what a feed brings is counted a moment later for what depends on it
_TOGETHER_MS = 2_000
_BEST_FIRST = (FeedStatus.LIVE, FeedStatus.STALE, FeedStatus.LOST)


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
    #: how often it is heard of when all is well, and how long it may be silent
    patience: Patience = _UNANNOUNCED
    #: what depends on it, beside what has its own name
    sources: tuple[str, ...] = ()
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
                feeds=tuple(_aged(feed, aged) for feed in known),
                processes=_without_redis(before.processes if before else ()),
                dead_letters=self._dead_count,
            )
        expected = {info.name: info for info in self._city.feeds}
        names = (*expected, *sorted(set(heard) - set(expected)))
        feeds = [self._feed(name, expected.get(name), heard.get(name), now_ms) for name in names]
        alive: dict[str, bool] = {}
        for beat in beats:
            fresh = now_ms - beat.at_ms <= _PROCESS_SILENT_MS and beat.status == "running"
            alive[beat.process] = alive.get(beat.process, False) or fresh
        return Surroundings(
            at_ms=now_ms,
            reachable=True,
            feeds=tuple(_as_what_brings_it(feed, feeds, heard) for feed in feeds),
            processes=tuple(ProcessNow(name=name, alive=lives) for name, lives in sorted(alive.items())),
            dead_letters=self._dead_count,
            archive_lag_s=archive_lag_s,
        )

    def _feed(self, name: str, info: FeedInfo | None, heard: FeedCounts | None, now_ms: int) -> FeedNow:
        titles = (info.title_zh, info.title_en) if info else self._titles.get(name, (name, name))
        patience, counts = info.patience if info else _UNANNOUNCED, heard or FeedCounts(received_ms=0)
        age_s = counts.silent_s(now_ms) if heard else None
        return FeedNow(
            name=name,
            title_zh=titles[0],
            title_en=titles[1],
            status=patience.status_of(age_s, counts.interrupted_s(now_ms)),
            age_s=age_s,
            accepted=counts.accepted,
            flagged=counts.flagged,
            rejected=counts.rejected,
            duplicate=counts.duplicate,
            patience=patience,
            sources=info.sources if info else (),
            behind_s=(now_ms - counts.event_ms) / 1000 if counts.event_ms else None,
            lag_ms=counts.lag_ms,
            reasons=counts.reasons,
        )


def _aged(feed: FeedNow, by_s: float) -> FeedNow:
    """What was heard is still true, only older; lost stays lost."""
    if feed.age_s is None:
        return feed
    age_s = feed.age_s + by_s
    status = feed.status if feed.status is FeedStatus.LOST else feed.patience.status_of(age_s)
    return replace(feed, age_s=age_s, status=status)


def _as_what_brings_it(feed: FeedNow, feeds: Iterable[FeedNow], heard: Mapping[str, FeedCounts]) -> FeedNow:
    """What only other feeds bring is as the best of them: an interval of its own would hide for long that they died."""
    if feed.status not in (FeedStatus.LIVE, FeedStatus.STALE):
        return feed
    bringing = [other for other in feeds if feed.name in other.sources and other.name in heard]
    newest_ms = max((heard[other.name].received_ms for other in bringing), default=0)
    if not bringing or heard[feed.name].received_ms > newest_ms + _TOGETHER_MS:
        return feed
    best = min((other.status for other in bringing), key=_BEST_FIRST.index)
    return replace(feed, status=max(feed.status, best, key=_BEST_FIRST.index))
