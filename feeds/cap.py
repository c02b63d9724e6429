"""预警 CAP 1.2: warnings of weather and other authorities, with the area that they are for.

Source: OASIS Common Alerting Protocol 1.2 (docs.oasis-open.org/emergency/cap/v1.2), as weather services and China's
national warning centre publish it; posted, polled or dropped as files. Interval: as warnings come; a poll each minute.
Licence: the standard is open; a warning must be shown with its sender and its time, and not altered.

Alert raises, Update replaces what it refers to, Cancel ends it, and its expiry ends it without another word.
Exercises, tests and drafts are understood and not used. XML with entities, a DTD or references outside is refused.
"""

from datetime import datetime
from math import cos, radians
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import shapely
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pydantic import Field

from cockpit.services.feeding.messages import AlarmMessage
from cockpit.services.feeding.seam import FeedConfig, Findings, Parsed, Raw, ignored, refused
from cockpit.services.feeding.values import UnreadableError, number_of, time_of

_NAMESPACE = "{urn:oasis:names:tc:emergency:cap:1.2}"
_LARGEST_BYTES = 2 * 1024 * 1024
_MOST_POINTS, _MOST_AREAS, _MOST_REFERENCES = 20_000, 200, 100
#: kept of an area: some 400 points say where a warning holds
_LONGEST_OUTLINE = 9_000
_SEVERITIES = {
    "extreme": "I", "severe": "II", "moderate": "III", "minor": "IV", "unknown": "IV",
    "red": "I", "orange": "II", "yellow": "III", "blue": "IV",
}  # fmt: skip
#: CAP category → kind of alarm
_KINDS = {
    "met": "weather", "geo": "warning_geology", "fire": "warning_fire", "health": "warning_health",
    "env": "warning_environment", "transport": "warning_transport", "infra": "warning_infrastructure",
}  # fmt: skip
_OTHER = "warning"
_SAID = ("event", "description", "instruction", "urgency", "certainty")
_KM_PER_DEGREE = 111.195


class Config(FeedConfig):
    """Whose warnings count and in which language they are shown."""

    language: str = Field(default="zh", description="beginning of the language that is taken where there are several")
    senders: list[str] = Field(default_factory=list, description="only these senders; empty: all")


def parse(raw: Raw, config: Config) -> Parsed:
    """Alarms raised and cleared."""
    name = ""
    try:
        alert = _alert(raw.body)
        name = "identifier"
        identifier = _needed(alert, name)
        name = "sender"
        sender = _needed(alert, name)
        if config.senders and sender not in config.senders:
            raise UnreadableError("is not one of the senders that count here")
        name = "sent"
        sent = _at(alert, name)
        if sent is None:
            raise UnreadableError("is missing")
        status, kind = _text(alert, "status").lower(), _text(alert, "msgType").lower()
        if status in ("exercise", "system", "test", "draft"):
            return ignored(status)
        name = "status"
        if status != "actual":
            raise UnreadableError("must be Actual, Exercise, System, Test or Draft")
        if kind in ("ack", "error"):
            return ignored(kind)
        name = "msgType"
        if kind not in ("alert", "update", "cancel"):
            raise UnreadableError("must be Alert, Update, Cancel, Ack or Error")
        name = "references"
        ended = _references(alert)
        if kind == "cancel" and not ended:
            raise UnreadableError("is missing: a Cancel says what it ends")
        info = _info(alert, config.language)
        fields = {"device_id": sender, "kind": _OTHER if info is None else _kind(info), "at": sent}
        raised: dict[str, Any] | None = None
        if kind != "cancel":
            name = "info"
            if info is None:
                raise UnreadableError("is missing")
            name = "area"
            raised = {**fields, **_about(info), "alarm_id": f"cap:{identifier}", "state": "raised"}
            name = "expires"
            if (expires := _at(info, name)) is not None:
                raised["expires_at"] = expires
    except UnreadableError as wrong:
        return refused(name, str(wrong))
    found = Findings()
    for old in ended:
        found.add(AlarmMessage, {**fields, "alarm_id": f"cap:{old}", "state": "cleared", "replaced_by": identifier})
    if raised is not None:
        if expires is not None and datetime.fromisoformat(expires) <= raw.received_at:
            found.ignore("expired")
        else:
            found.add(AlarmMessage, raised)
    return found.parsed()


def _alert(body: bytes) -> Element:
    if len(body) > _LARGEST_BYTES:
        raise UnreadableError(f"the warning is larger than {_LARGEST_BYTES} bytes")
    try:
        root: Element = fromstring(body, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise UnreadableError("XML with a DTD, entities or references outside is refused") from None
    except (ParseError, ValueError, LookupError, RecursionError) as wrong:
        raise UnreadableError(f"is no XML: {wrong}") from None
    alert = root if root.tag == f"{_NAMESPACE}alert" else root.find(f".//{_NAMESPACE}alert")
    if alert is None:
        raise UnreadableError("holds no alert of CAP 1.2")
    return alert


def _text(element: Element, name: str) -> str:
    return (element.findtext(f"{_NAMESPACE}{name}") or "").strip()


def _needed(element: Element, name: str) -> str:
    text = _text(element, name)
    if not text:
        raise UnreadableError("is missing")
    if len(text) > 150 or any(c.isspace() or c in ",<&" for c in text):
        raise UnreadableError("must be one word of at most 150 characters")
    return text


def _at(element: Element, name: str) -> str | None:
    return time_of(_text(element, name))


def _references(alert: Element) -> list[str]:
    """The identifiers of `sender,identifier,sent sender,identifier,sent …`."""
    told = _text(alert, "references").split()
    if len(told) > _MOST_REFERENCES:
        raise UnreadableError(f"names more than {_MOST_REFERENCES} warnings")
    parts = [reference.split(",") for reference in told]
    if any(len(part) != 3 or not part[1] for part in parts):
        raise UnreadableError("must be sender,identifier,sent")
    return [part[1] for part in parts]


def _info(alert: Element, language: str) -> Element | None:
    """The description in our language, else the first one."""
    every = alert.findall(f"{_NAMESPACE}info")
    ours = [info for info in every if _text(info, "language").lower().startswith(language.lower())]
    return next(iter(ours or every), None)


def _kind(info: Element) -> str:
    return _KINDS.get(_text(info, "category").lower(), _OTHER)


def _about(info: Element) -> dict[str, Any]:
    """What the warning says, where it holds, and a point in it to fly to."""
    outline = _outline(info)
    texts = {name: _text(info, name) for name in ("headline", *_SAID)}
    areas = [_text(area, "areaDesc") for area in info.findall(f"{_NAMESPACE}area")[:_MOST_AREAS]]
    fields: dict[str, Any] = {
        "severity": _SEVERITIES.get(_text(info, "severity").lower(), "IV"),
        "message": (texts["headline"] or texts["event"])[:2_000],
        "areas": "、".join(area for area in areas if area)[:1_000],
        **{name: texts[name][:3_000] for name in _SAID},
    }
    if outline is not None:
        point = outline.representative_point()
        fields |= {"lon": round(point.x, 6), "lat": round(point.y, 6), "polygon": _wkt(outline)}
    return {name: value for name, value in fields.items() if value != ""}


def _outline(info: Element) -> Any:
    """All polygons and circles as one shape in WGS-84; None when the warning has only names of areas."""
    shapes: list[Any] = []
    points = 0
    for area in info.findall(f"{_NAMESPACE}area")[:_MOST_AREAS]:
        for polygon in area.findall(f"{_NAMESPACE}polygon"):
            ring = [_pair(pair) for pair in (polygon.text or "").split()]
            points += len(ring)
            if len(ring) < 4 or points > _MOST_POINTS:
                raise UnreadableError(f"a polygon has at least 4 and all of them at most {_MOST_POINTS} points")
            shapes.append(shapely.make_valid(shapely.Polygon(ring)))
        for circle in area.findall(f"{_NAMESPACE}circle"):
            pair, _, radius = (circle.text or "").strip().partition(" ")
            radius_km = number_of(radius)
            if radius_km is None or not 0 <= radius_km <= 5_000:
                raise UnreadableError("a circle is lat,lon and a radius in km")
            shapes.append(_circle(*_pair(pair), max(radius_km, 0.01)))
    if not shapes:
        return None
    whole = shapely.union_all(shapes)
    if whole.is_empty:
        raise UnreadableError("has no extent")
    return whole


def _circle(lon: float, lat: float, radius_km: float) -> Any:
    """A circle on the ground is as wide in degrees as the meridians are close."""
    narrow = max(0.01, cos(radians(lat)))
    upright = shapely.Point(0, 0).buffer(radius_km / _KM_PER_DEGREE, quad_segs=8)
    return shapely.transform(upright, lambda xy: xy / [narrow, 1.0] + [lon, lat])


def _pair(text: str) -> tuple[float, float]:
    """`lat,lon` → (lon, lat)."""
    lat, comma, lon = text.partition(",")
    x, y = number_of(lon), number_of(lat)
    if not comma or x is None or y is None or abs(x) > 180 or abs(y) > 90:
        raise UnreadableError("a place must be lat,lon in degrees")
    return x, y


def _wkt(outline: Any) -> str:
    """The outline as WKT, simplified until it is short enough to keep."""
    tolerance = 0.0
    while True:
        simple = outline.simplify(tolerance) if tolerance else outline
        text = str(shapely.to_wkt(simple, rounding_precision=5))
        if len(text) <= _LONGEST_OUTLINE:
            return text
        tolerance = max(tolerance * 2, 0.0005)
        if tolerance > 1:
            return str(shapely.to_wkt(outline.envelope, rounding_precision=5))
