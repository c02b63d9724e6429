"""SensorThings: measured values of a server of the OGC SensorThings API 1.1, such as FROST, asked for what is new.

Source: OGC 18-088; `GET Observations` with its Datastream, ObservedProperty, Thing and Location. Interval: as set, a
minute. Licence: as the server's owner says. Where we had come to (the phenomenon time of the newest value) is kept,
and pages are followed by `@iot.nextLink`, so that neither a restart nor a long break costs a value.
"""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from pydantic import Field

from cockpit.services.feeding.messages import ReadingMessage
from cockpit.services.feeding.seam import FeedConfig, Findings, Parsed, Raw, ignored, refused
from cockpit.services.feeding.values import UnreadableError, load_json, load_object, number_of, text_of, time_of

_LARGEST_BYTES = 32 * 1024 * 1024
_MOST = 10_000
_EXPAND = (
    "Datastream($select=name,unitOfMeasurement;$expand=ObservedProperty($select=name),"
    "Thing($select=@iot.id,name,properties;$expand=Locations($select=location)))"
)


class Config(FeedConfig):
    """What is asked for and how devices are named."""

    page: int = Field(default=1_000, ge=1, le=10_000, description="values a page")
    first_days: float = Field(default=1.0, gt=0, le=3650, description="how far back the first question goes")
    device_property: str = Field(default="", description="a property of the Thing that is the device id; else its name")
    quantities: dict[str, str] = Field(default_factory=dict, description="name of an ObservedProperty → quantity here")
    crs: str = "wgs84"


def first_url(url: str, cursor: str | None, config: Config, now: datetime) -> str:
    """The question: everything newer than the cursor, oldest first."""
    since = cursor or (now - timedelta(days=config.first_days)).isoformat()
    query = {
        "$filter": f"phenomenonTime gt {since.replace('+00:00', 'Z')}",
        "$orderby": "phenomenonTime asc",
        "$top": str(config.page),
        "$expand": _EXPAND,
    }
    return f"{url.rstrip('/')}/Observations?{urlencode(query)}"


def next_url(raw: Raw) -> str:
    """The next page; empty when this was the last."""
    try:
        following = load_object(raw.body).get("@iot.nextLink")
    except UnreadableError:
        return ""
    return following if isinstance(following, str) else ""


def cursor_of(raw: Raw, cursor: str | None, _config: Config) -> str | None:
    """The newest phenomenon time up to now; a value from the future must not hide what comes before it."""
    times = [cursor] if cursor else []
    try:
        values = load_object(raw.body).get("value")
    except UnreadableError:
        return cursor
    for value in values if isinstance(values, list) else ():
        try:
            at = _at(value) if isinstance(value, dict) else None
        except UnreadableError:
            continue
        if at is not None and datetime.fromisoformat(at) <= raw.received_at:
            times.append(at)
    return max(times, key=datetime.fromisoformat, default=None)


def parse(raw: Raw, config: Config) -> Parsed:
    """One reading for each observation."""
    try:
        page = load_json(raw.body, largest=_LARGEST_BYTES)
    except UnreadableError as wrong:
        return refused("", str(wrong))
    values = page.get("value") if isinstance(page, dict) else None
    if not isinstance(values, list):
        return refused("value", "must be a list of observations")
    if not values:
        return ignored("empty")
    if len(values) > _MOST:
        return refused("value", f"more than {_MOST} observations in one page")
    found = Findings()
    for index, value in enumerate(values):
        _one(value, config, found, index)
    return found.parsed()


def _one(value: Any, config: Config, found: Findings, index: int) -> None:
    name = ""
    try:
        if not isinstance(value, dict):
            raise UnreadableError("must be an object")
        name = "phenomenonTime"
        at = _at(value)
        if at is None:
            raise UnreadableError("is missing")
        name = "result"
        result = number_of(value.get(name))
        if result is None:
            raise UnreadableError("is missing")
        name = "Datastream"
        stream = _inner(value, name)
        name = "ObservedProperty"
        quantity = text_of(_inner(stream, name).get("name"))
        name = "Thing"
        thing = _inner(stream, name)
        properties = thing.get("properties")
        own = properties.get(config.device_property) if isinstance(properties, dict) else None
        device = text_of(own) or text_of(thing.get("name")) or text_of(thing.get("@iot.id"))
        name = "unitOfMeasurement"
        unit = text_of((stream.get(name) or {}).get("symbol")) if isinstance(stream.get(name) or {}, dict) else None
    except UnreadableError as wrong:
        return found.refuse(name, str(wrong), index)
    lon, lat = _place(thing)
    fields = {
        "device_id": device, "quantity": config.quantities.get(quantity or "", quantity), "value": result,
        "unit": unit, "at": at, "lon": lon, "lat": lat, "crs": config.crs,
    }  # fmt: skip
    found.add(ReadingMessage, fields, index)
    return None


def _at(value: dict[str, Any]) -> str | None:
    """The time of a value; of an interval its end."""
    told = value.get("phenomenonTime")
    return time_of(told.rpartition("/")[2]) if isinstance(told, str) else None


def _inner(value: dict[str, Any], name: str) -> dict[str, Any]:
    inner = value.get(name)
    if not isinstance(inner, dict):
        raise UnreadableError("must be expanded into an object")
    return inner


def _place(thing: dict[str, Any]) -> tuple[float | None, float | None]:
    """The point of the Thing's first Location; nothing for other geometries."""
    try:
        geometry = thing["Locations"][0]["location"]
        geometry = geometry.get("geometry", geometry)
        lon, lat = (number_of(c) for c in geometry["coordinates"][:2])
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return None, None
    return (lon, lat) if lon is not None and lat is not None else (None, None)
