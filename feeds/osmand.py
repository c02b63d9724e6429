"""OsmAnd / Traccar Client: phones and trackers that tell where they are with one HTTP request each.

Source: the OsmAnd protocol of Traccar (www.traccar.org/osmand), as OsmAnd, Traccar Client and many trackers speak it:
a query string in all its variants, a form, or the JSON body of newer clients. Interval: as set in the app, often
5 to 300 s. Licence: the format is free to use. Speed is in knots in the query string and in m/s in the JSON body.
"""

from typing import Any
from urllib.parse import parse_qsl

from pydantic import Field

from cockpit.services.feeding.messages import PositionMessage
from cockpit.services.feeding.seam import FeedConfig, Findings, Parsed, Raw, refused
from cockpit.services.feeding.values import UnreadableError, load_object, number_of, text_of, time_of

METHODS = ("GET", "POST")
ANSWER = b""
MIMETYPE = "text/plain"

_KNOT_MPS = 0.514444
_LONGEST_QUERY = 4096
#: what never is a field of the position
_CREDENTIALS = frozenset({"token"})


class Config(FeedConfig):
    """How devices are named here."""

    kind: str = Field(default="gridworker", description="what moves: gridworker, vehicle …")
    subjects: dict[str, str] = Field(default_factory=dict, description="device id → subject id")


def parse(raw: Raw, config: Config) -> Parsed:
    """One position, or why there is none."""
    if raw.body.lstrip()[:1] == b"{":
        return _json(raw, config)
    query = dict(raw.query)
    if raw.body.strip():
        if len(raw.body) > _LONGEST_QUERY:
            return refused("", f"a form of more than {_LONGEST_QUERY} bytes is no position")
        try:
            query |= dict(parse_qsl(raw.body.decode("utf-8"), max_num_fields=64, strict_parsing=True))
        except ValueError:
            return refused("", "the body is neither a form nor a JSON object")
    return _query(query, raw, config)


def _query(query: dict[str, str], raw: Raw, config: Config) -> Parsed:
    found = Findings()
    try:
        name, lon, lat = "id", query.get("lon"), query.get("lat")
        device = text_of(query.get("id") or query.get("deviceid"))
        if device is None:
            raise UnreadableError("is missing")
        if query.get("location"):  # "lat,lon" in one
            name = "location"
            lat, comma, lon = query["location"].partition(",")
            if not comma:
                raise UnreadableError("must be lat,lon")
        fields: dict[str, Any] = {"subject_id": config.subjects.get(device, device), "kind": config.kind}
        for name, given in (("lon", lon), ("lat", lat)):
            fields[name] = number_of(given)
            if fields[name] is None:
                raise UnreadableError("is missing")
        name = "timestamp"
        fields["at"] = time_of(query.get("timestamp")) or raw.received_at.isoformat()
        name = "speed"
        fields["speed_mps"] = _scaled(query.get("speed"), _KNOT_MPS)
        name = "bearing"
        fields["heading_deg"] = _scaled(query.get("bearing") or query.get("heading"))
        name = "accuracy"
        fields["accuracy_m"] = _scaled(query.get("accuracy"))
        name = "batt"
        fields["battery"] = _scaled(query.get("batt") or query.get("batteryLevel"))
    except UnreadableError as wrong:
        return refused(name, str(wrong))
    found.add(PositionMessage, fields)
    return found.parsed()


def _json(raw: Raw, config: Config) -> Parsed:
    """The body of Traccar Client since version 9: `{"device_id", "location": {"timestamp", "coords", "battery"}}`."""
    name = ""
    try:
        body = load_object(raw.body)
        name = "device_id"
        device = text_of(body.get("device_id")) or raw.query.get("id")
        if device is None:
            raise UnreadableError("is missing")
        name = "location"
        location = _inner(body, name)
        name = "location.coords"
        coords = _inner(location, "coords")
        fields: dict[str, Any] = {"subject_id": config.subjects.get(device, device), "kind": config.kind}
        for name, ours in (("longitude", "lon"), ("latitude", "lat")):
            fields[ours] = number_of(coords.get(name))
            if fields[ours] is None:
                raise UnreadableError("is missing")
        name = "timestamp"
        fields["at"] = time_of(location.get(name)) or raw.received_at.isoformat()
        for name, ours in (("speed", "speed_mps"), ("heading", "heading_deg"), ("accuracy", "accuracy_m")):
            fields[ours] = _scaled(coords.get(name))
        name = "battery"
        battery = location.get(name)
        if isinstance(battery, dict):
            fields[name] = _scaled(battery.get("level"), 100.0)
    except UnreadableError as wrong:
        return refused(name, str(wrong))
    found = Findings()
    found.add(PositionMessage, fields)
    return found.parsed()


def _inner(value: dict[str, Any], name: str) -> dict[str, Any]:
    inner = value.get(name)
    if not isinstance(inner, dict):
        raise UnreadableError("must be an object")
    return inner


def _scaled(value: Any, factor: float = 1.0) -> float | None:
    """A number that clients send negative when they do not know it."""
    number = number_of(value)
    return None if number is None or number < 0 else number * factor
