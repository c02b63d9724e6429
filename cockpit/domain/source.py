"""来源: where an event's report came from, and how a source is doing."""

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
