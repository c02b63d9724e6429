"""What a screen shows beside the figures of the fold: names, roster, feeds, processes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from cockpit.domain.scope import street_of
from cockpit.domain.source import POSITIONS_FEED, FeedStatus, Source

#: the feeds that events come from; figures of events depend on all of them
EVENT_FEEDS = frozenset(source.value for source in Source)
ALARM_FEEDS = frozenset({Source.IOT.value})
POSITION_FEEDS = frozenset({POSITIONS_FEED})


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedRow:
    """One feed of the title bar. `age_s`: seconds since it was last heard, None if never."""

    name: str
    title_zh: str
    title_en: str
    status: FeedStatus = FeedStatus.UNKNOWN
    age_s: float | None = None
    dead_letters: int = 0
    #: what depends on it, beside what has its own name
    sources: tuple[str, ...] = ()

    def brings(self, feeds: Iterable[str]) -> bool:
        """True if something that depends on `feeds` depends on this one."""
        wanted = set(feeds)
        return self.name in wanted or not wanted.isdisjoint(self.sources)

    def title(self, lang: str) -> str:
        return self.title_en if lang == "en" else self.title_zh


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessRow:
    """One process of the health line; `name` is a key of the catalogue's `process` table or shown as it is."""

    name: str
    alive: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ScreenContext:
    """The surroundings of the figures of one scope; None is unknown and shown as 不明, never as 0."""

    city_zh: str
    city_en: str
    tz: str = "Asia/Shanghai"
    #: language → division code → name; what is missing falls back to Chinese, then to the code
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    grids: int | None = None
    gridworkers: int | None = None
    on_duty: int | None = None
    #: who is on duty and has not been located of late
    unplaced: int | None = None
    feeds: tuple[FeedRow, ...] = ()
    processes: tuple[ProcessRow, ...] = ()
    #: how long the oldest fact or fix that is not archived has been waiting
    archive_lag_s: float = 0.0
    demo: bool = False
    #: a moment in history: what its numbers lead to is of that instant too
    is_past: bool = False
    target_rate: float = 0.95

    def city(self, lang: str) -> str:
        return self.city_en if lang == "en" else self.city_zh

    def name_of(self, code: str, lang: str) -> str:
        """The division's name; of a grid or an unknown code that of the nearest known division above it."""
        for names in (self.names.get(lang, {}), self.names.get("zh-CN", {})):
            for length in (len(code), 12, 9, 6):
                if length <= len(code) and (name := names.get(code[:length])):
                    return name
        return code

    def street_name(self, code: str, lang: str) -> str:
        """The street above a code, as lists name places: 仓前街道."""
        return self.name_of(street_of(code) or code, lang)

    def heard(self, feeds: frozenset[str]) -> bool:
        """True if one of `feeds` is being heard, so that a count of zero is a fact and not ignorance."""
        return any(f.name in feeds and f.status in (FeedStatus.LIVE, FeedStatus.STALE) for f in self.feeds)

    def status_of(self, feed: str) -> FeedStatus:
        return next((f.status for f in self.feeds if f.name == feed), FeedStatus.UNKNOWN)

    def local(self, at: datetime) -> datetime:
        """An aware instant in the city's own time."""
        return at.astimezone(ZoneInfo(self.tz))
