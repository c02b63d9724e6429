"""来源: where an event's report came from, and how a source is doing."""

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """The sources of the ingest contract; each is also the name of a feed."""

    GRIDWORKER = "gridworker"  # 网格员上报
    HOTLINE_12345 = "hotline_12345"  # 12345 热线
    CITIZEN = "citizen"  # 随手拍
    VIDEO_AI = "video_ai"  # AI 视频巡查
    DRONE = "drone"  # 无人机
    IOT = "iot"  # 物联感知
    DEPARTMENT = "department"  # 部门
    HIGHER_LEVEL = "higher_level"  # 上级交办


#: the feed of fixes; it has no events
POSITIONS_FEED = "positions"
FEEDS: tuple[str, ...] = (*(s.value for s in Source), POSITIONS_FEED)


class FeedStatus(StrEnum):
    """How a feed is doing; a feed never heard of is `unknown` (不明), which is not `lost`."""

    LIVE = "live"
    STALE = "stale"
    LOST = "lost"
    UNKNOWN = "unknown"


#: GUIDE: fresh up to two of its periods, dead beyond ten
STALE_PERIODS, LOST_PERIODS = 2.0, 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long something that speaks every `period_s` may be silent, in seconds: live, then stale, then lost.

    `lost_after_s` lies beyond `stale_after_s`, and that not below the period.
    """

    period_s: float
    stale_after_s: float
    lost_after_s: float

    @classmethod
    def of(
        cls,
        period_s: float,
        *,
        stale_after_s: float | None = None,
        lost_after_s: float | None = None,
        stale_periods: float = STALE_PERIODS,
        lost_periods: float = LOST_PERIODS,
    ) -> "Patience":
        """What is given in seconds counts; what is not, in periods. Always period ≤ stale ≤ lost."""
        stale = max(period_s, stale_periods * period_s if stale_after_s is None else stale_after_s)
        return cls(
            period_s=period_s,
            stale_after_s=stale,
            lost_after_s=max(stale, lost_periods * period_s if lost_after_s is None else lost_after_s),
        )

    def status_of(self, age_s: float | None, interrupted_s: float | None = None) -> FeedStatus:
        """By the time since it was last heard; never heard of is unknown, which is not lost.

        `interrupted_s`: for how long the way to it has been known to be broken. After one period without it nobody
        waits for the rest: it is lost.
        """
        if age_s is None:
            return FeedStatus.UNKNOWN
        if age_s > self.lost_after_s or (interrupted_s is not None and interrupted_s > self.period_s):
            return FeedStatus.LOST
        return FeedStatus.LIVE if age_s <= self.stale_after_s else FeedStatus.STALE
