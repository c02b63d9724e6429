"""来源登记: every feed by name: what it brings and by which way. docs/feeds.md has a row for each; a test says so.

The sources of the contract post to the API in its words. A format is a module of this package that understands other
words; it is looked up by name and imported when it is first used, because no feed knows another.
"""

from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import cast

from cockpit.domain.source import POSITIONS_FEED, Source
from cockpit.services.feeding.seam import FeedModule


class Brings(StrEnum):
    """The kinds of messages. Readings are measured values: an alarm only where a rule says so."""

    EVENTS = "events"
    TRANSITIONS = "transitions"
    ALARMS = "alarms"
    POSITIONS = "positions"
    READINGS = "readings"


class Way(StrEnum):
    """How a message gets here."""

    HTTP = "http"  # posted to feeds/NAME
    MQTT = "mqtt"
    POLL = "poll"  # fetched every so often
    FOLDER = "folder"  # files dropped into a folder
    KAFKA = "kafka"
    REPLAY = "replay"  # a recorded file, played


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One feed. `name` is its source (or `positions`): under it the health of the feed is counted."""

    name: str
    brings: tuple[Brings, ...]
    #: where it is posted to; empty for a feed that fetches by itself
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """Words that some sources use: the module `feeds.NAME`."""

    name: str
    title_zh: str
    title_en: str
    brings: tuple[Brings, ...]
    ways: tuple[Way, ...]
    #: it needs no settings of its own: `feeds/NAME` is there without a file
    ready: bool = False

    def load(self) -> FeedModule:
        """Its module."""
        return cast("FeedModule", import_module(f"feeds.{self.name}"))


def _posted(name: str, *brings: Brings) -> Feed:
    return Feed(name=name, brings=brings, paths=tuple(f"/api/v1/feeds/{kind.value}" for kind in brings))


_EVENTS = (Brings.EVENTS, Brings.TRANSITIONS)

FEEDS: tuple[Feed, ...] = (
    *(_posted(source.value, *_EVENTS) for source in Source if source is not Source.IOT),
    _posted(Source.IOT.value, *_EVENTS, Brings.ALARMS),
    _posted(POSITIONS_FEED, Brings.POSITIONS),
)
BY_NAME = {feed.name: feed for feed in FEEDS}

FORMATS: tuple[Format, ...] = (
    Format(
        name="owntracks", title_zh="OwnTracks 手机", title_en="OwnTracks", brings=(Brings.POSITIONS,),
        ways=(Way.HTTP, Way.MQTT, Way.REPLAY), ready=True,
    ),
    Format(
        name="osmand", title_zh="OsmAnd / Traccar", title_en="OsmAnd / Traccar", brings=(Brings.POSITIONS,),
        ways=(Way.HTTP, Way.REPLAY), ready=True,
    ),
    Format(
        name="device_json", title_zh="物联设备", title_en="Devices",
        brings=(Brings.READINGS, Brings.ALARMS, Brings.POSITIONS, Brings.EVENTS),
        ways=(Way.MQTT, Way.HTTP, Way.KAFKA, Way.REPLAY),
    ),
    Format(
        name="jt808", title_zh="部标车载 808", title_en="JT/T 808",
        brings=(Brings.POSITIONS, Brings.ALARMS, Brings.READINGS), ways=(Way.MQTT, Way.HTTP, Way.REPLAY),
    ),
    Format(
        name="cap", title_zh="预警信息 CAP", title_en="CAP warnings", brings=(Brings.ALARMS,),
        ways=(Way.HTTP, Way.POLL, Way.FOLDER, Way.REPLAY), ready=True,
    ),
    Format(
        name="work_orders", title_zh="12345 工单", title_en="12345 orders", brings=_EVENTS,
        ways=(Way.HTTP, Way.FOLDER, Way.POLL, Way.REPLAY), ready=True,
    ),
    Format(
        name="findings", title_zh="AI 智能巡查", title_en="AI findings", brings=(Brings.EVENTS,),
        ways=(Way.HTTP, Way.MQTT, Way.KAFKA, Way.REPLAY), ready=True,
    ),
    Format(
        name="sensorthings", title_zh="SensorThings", title_en="SensorThings", brings=(Brings.READINGS,),
        ways=(Way.POLL, Way.REPLAY),
    ),
    Format(
        name="webhook", title_zh="外部系统", title_en="Webhook",
        brings=(Brings.EVENTS, Brings.TRANSITIONS, Brings.ALARMS, Brings.POSITIONS, Brings.READINGS),
        ways=(Way.HTTP, Way.REPLAY),
    ),
)  # fmt: skip
FORMAT_OF = {form.name: form for form in FORMATS}
