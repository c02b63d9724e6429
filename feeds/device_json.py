"""设备 JSON: devices and platforms that send JSON of their own over MQTT or HTTP; the settings say what is where.

Source: any platform of smoke detectors, water gauges, air monitors, manhole covers, cameras … Interval: as the devices
send, seconds to hours. Licence: the city's own data. A template of the topic names its levels:
`city/{domain}/{device_id}/up`; what a level holds is checked, so no name leads anywhere else.

A message that a broker had kept (retained) and that tells no time of its own is refused: it would be shown as live.
"""

import re
from functools import lru_cache

from pydantic import Field, field_validator

from cockpit.services.feeding.mapping import MappingConfig
from cockpit.services.feeding.seam import Findings, Parsed, Raw, refused
from cockpit.services.feeding.values import UnreadableError, load_json

_LEVEL = re.compile(r"^[\w.@:%~ -]{1,100}$")


class Config(MappingConfig):
    """Where everything is."""

    topic: str = Field(default="", max_length=500, description="template of the topic; empty: the topic says nothing")

    @field_validator("topic")
    @classmethod
    def _is_a_template(cls, topic: str) -> str:
        for level in topic.split("/"):
            if set(level) & set("+#") or ("{" in level and not re.fullmatch(r"\{\w+\}", level)):
                raise ValueError("each level is a name, or one {name} for what it holds")
        return topic


def parse(raw: Raw, config: Config) -> Parsed:
    """What the mapping makes of it."""
    try:
        topic = _levels(raw.topic, config.topic) if config.topic else {}
        document = load_json(raw.body)
    except UnreadableError as wrong:
        return refused("topic" if "topic" in str(wrong) else "", str(wrong))
    found = Findings()
    config.apply(document, topic, None if raw.retained else raw.received_at, found)
    return found.parsed()


@lru_cache(maxsize=65_536)
def _levels(topic: str, template: str) -> dict[str, str]:
    """What each named level of the template is in this topic. UnreadableError when it is another topic."""
    levels, names = topic.split("/"), template.split("/")
    if len(levels) != len(names):
        raise UnreadableError(f"the topic is not of the shape {template}")
    found: dict[str, str] = {}
    for level, name in zip(levels, names, strict=True):
        if not name.startswith("{"):
            if level != name:
                raise UnreadableError(f"the topic is not of the shape {template}")
            continue
        if not _LEVEL.match(level) or level in (".", ".."):
            raise UnreadableError("a level of the topic is no name")
        found[name[1:-1]] = level
    return found
