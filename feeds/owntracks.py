"""OwnTracks: phones that tell where they are, over HTTP or MQTT.

Source: the app OwnTracks for Android and iOS (owntracks.org/booklet/tech/json). Interval: seconds when moving, up to
half an hour when still. Licence: the format is free to use. `_type` location is taken; a last will (lwt), a card, way
points and the like are knowingly not used; what is encrypted is refused, since no key is kept here.

A transition (leave or enter of a region that the phone watches) has a place and a time of its own and is a position.
"""

from typing import Any

from pydantic import Field

from cockpit.services.feeding.messages import PositionMessage
from cockpit.services.feeding.seam import FeedConfig, Findings, Parsed, Raw, ignored, refused
from cockpit.services.feeding.values import UnreadableError, load_json, number_of, text_of, time_of

#: what the app expects to read
ANSWER = b"[]"
MIMETYPE = "application/json"

_KNOWN_UNUSED = frozenset(
    {"lwt", "card", "waypoint", "waypoints", "cmd", "configuration", "dump", "beacon", "steps", "status", "request"}
)
_KMH = 3.6


class Config(FeedConfig):
    """How phones are named here."""

    kind: str = Field(default="gridworker", description="what moves: gridworker, vehicle …")
    subjects: dict[str, str] = Field(
        default_factory=dict, description="user/device of a phone → subject id; without one the user's name is it"
    )


def parse(raw: Raw, config: Config) -> Parsed:
    """A position, or why there is none."""
    try:
        value = load_json(raw.body)
    except UnreadableError as wrong:
        return refused("", str(wrong))
    messages = value if isinstance(value, list) else [value]
    if not messages:
        return ignored("empty")
    found = Findings()
    for index, message in enumerate(messages[:1000]):
        _one(message, raw, config, found, index)
    if len(messages) > 1000:
        found.refuse("", "more than 1000 positions at once", 1000)
    return found.parsed()


def _one(message: Any, raw: Raw, config: Config, found: Findings, index: int) -> None:
    if not isinstance(message, dict):
        return found.refuse("", "must be a JSON object", index)
    kind = message.get("_type")
    if kind == "encrypted":
        return found.refuse("_type", "is encrypted: no key is kept here, send it in clear over TLS", index)
    if isinstance(kind, str) and kind in _KNOWN_UNUSED:
        return found.ignore(kind)
    if kind not in ("location", "transition"):
        return found.refuse("_type", "must be location or transition", index)
    fields: dict[str, Any] = {"kind": config.kind}
    for name, read in _FIELDS.items():
        theirs, of = read
        try:
            fields[name] = of(message.get(theirs))
        except UnreadableError as wrong:
            return found.refuse(theirs, str(wrong), index)
    try:
        fields["subject_id"] = _subject(message, raw, config)
    except UnreadableError as wrong:
        return found.refuse("topic", str(wrong), index)
    if fields["subject_id"] is None:
        return found.refuse("tid", "nobody is named: neither a topic nor X-Limit-U nor tid", index)
    for ours, theirs in (("at", "tst"), ("lon", "lon"), ("lat", "lat")):
        if fields[ours] is None:
            return found.refuse(theirs, "is missing", index)
    found.add(PositionMessage, fields, index)
    return None


def _speed(value: Any) -> float | None:
    """km/h → m/s; the app sends a negative one when it does not know."""
    speed = number_of(value)
    return None if speed is None or speed < 0 else speed / _KMH


def _unless_negative(value: Any) -> float | None:
    number = number_of(value)
    return None if number is None or number < 0 else number


_FIELDS = {
    "lon": ("lon", number_of),
    "lat": ("lat", number_of),
    "at": ("tst", lambda value: time_of(value, unit="s")),
    "accuracy_m": ("acc", _unless_negative),
    "speed_mps": ("vel", _speed),
    "heading_deg": ("cog", _unless_negative),
    "battery": ("batt", _unless_negative),
}


def _subject(message: dict[str, Any], raw: Raw, config: Config) -> str | None:
    """Who it is: the user of the topic `owntracks/user/device`, of the headers or the query, or the tracker id."""
    topic = raw.topic or text_of(message.get("topic")) or ""
    parts = topic.split("/")
    if topic and (any(part in ("", ".", "..") or set(part) & set("+#$") for part in parts) or len(parts) < 3):
        raise UnreadableError("must be owntracks/user/device, without wildcards")
    user, device = (parts[-2], parts[-1]) if topic else (_told(raw, "u"), _told(raw, "d"))
    name = user or text_of(message.get("tid"))
    known = config.subjects.get(f"{user}/{device}" if user else name or "")
    return known or name


def _told(raw: Raw, letter: str) -> str:
    return raw.headers.get(f"X-Limit-{letter.upper()}", "") or raw.query.get(letter, "")
