"""来源登记: every feed by name: what it brings and by which way. docs/feeds.md has a row for each; a test says so.

A feed with a module of its own in this package polls or listens by itself; those below post to the API.
"""

from dataclasses import dataclass
from enum import StrEnum

from cockpit.domain.source import POSITIONS_FEED, Source


class Brings(StrEnum):
    """The four kinds of messages."""

    EVENTS = "events"
    TRANSITIONS = "transitions"
    ALARMS = "alarms"
    POSITIONS = "positions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One feed. `name` is its source (or `positions`): under it the health of the feed is counted."""

    name: str
    brings: tuple[Brings, ...]
    #: where it is posted to; empty for a feed that fetches by itself
    paths: tuple[str, ...]


def _posted(name: str, *brings: Brings) -> Feed:
    return Feed(name=name, brings=brings, paths=tuple(f"/api/v1/feeds/{kind.value}" for kind in brings))


_EVENTS = (Brings.EVENTS, Brings.TRANSITIONS)

FEEDS: tuple[Feed, ...] = (
    *(_posted(source.value, *_EVENTS) for source in Source if source is not Source.IOT),
    _posted(Source.IOT.value, *_EVENTS, Brings.ALARMS),
    _posted(POSITIONS_FEED, Brings.POSITIONS),
)
BY_NAME = {feed.name: feed for feed in FEEDS}
