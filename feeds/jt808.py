"""部标 JT/T 808: vehicle terminals, as EMQX's JT/T 808 gateway publishes them over MQTT.

Source: EMQX (docs.emqx.com, "JT/T 808 gateway data exchange format"), up topics `jt808/CLIENT/PHONE/up`, versions 2013
and 2019. Interval: 5 to 30 s while driving. Licence: the standard is public; the gateway's format is documented.

0x0200 location, 0x0201 and 0x0500 answers with one, 0x0704 batch of kept ones. Degrees × 10⁶, speed in 0.1 km/h, time
in BCD `YYMMDDhhmmss` of +08:00. Alarm bits hold or do not: what is repeated each time is one alarm.
"""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from pydantic import Field

from cockpit.services.feeding.messages import AlarmLevelsMessage, PositionMessage, ReadingMessage
from cockpit.services.feeding.seam import FeedConfig, Findings, Parsed, Raw, ignored, refused
from cockpit.services.feeding.values import UnreadableError, load_object

_BEIJING = timezone(timedelta(hours=8))
_LOCATION, _QUERIED, _CONTROLLED, _BATCH = 0x0200, 0x0201, 0x0500, 0x0704
_POSITIONED, _SOUTH, _WEST = 1 << 1, 1 << 2, 1 << 3
_MOST_IN_A_BATCH = 500
#: theirs → quantity, unit, what one of theirs is
_READINGS = {
    "mileage": ("mileage", "km", 0.1),
    "fuel_meter": ("fuel", "L", 0.1),
    "carriage_temp": ("load_temperature", "℃", 1.0),
}

#: bit → kind and severity (JT/T 808-2013 table 18; 15 to 17 are of 2019)
ALARM_BITS: dict[int, tuple[str, str]] = {
    0: ("vehicle_sos", "II"),
    1: ("vehicle_overspeed", "III"),
    2: ("vehicle_fatigue", "III"),
    3: ("vehicle_danger", "III"),
    4: ("vehicle_gnss", "IV"),
    5: ("vehicle_gnss", "IV"),
    6: ("vehicle_gnss", "IV"),
    7: ("vehicle_power", "IV"),
    8: ("vehicle_power", "III"),
    11: ("vehicle_camera", "IV"),
    15: ("vehicle_violation", "III"),
    16: ("vehicle_tyre", "III"),
    18: ("vehicle_hours", "III"),
    19: ("vehicle_parking", "IV"),
    20: ("vehicle_area", "IV"),
    21: ("vehicle_route", "IV"),
    23: ("vehicle_route", "III"),
    25: ("vehicle_fuel", "III"),
    26: ("vehicle_stolen", "II"),
    27: ("vehicle_ignition", "III"),
    28: ("vehicle_moved", "III"),
    29: ("vehicle_collision", "II"),
    30: ("vehicle_rollover", "II"),
}


class Config(FeedConfig):
    """What is taken of a terminal."""

    kind: str = Field(default="vehicle", description="what moves")
    subjects: dict[str, str] = Field(default_factory=dict, description="terminal's phone number → subject id")
    crs: str = Field(default="wgs84", description="coordinates of the terminals")
    alarms: list[str] = Field(
        default_factory=lambda: sorted({kind for kind, _ in ALARM_BITS.values()}), description="kinds that are taken"
    )
    readings: bool = Field(default=True, description="mileage (km), fuel (L) and temperature of the load (℃)")


def parse(raw: Raw, config: Config) -> Parsed:
    """Positions, alarms that hold and measured values."""
    name = ""
    try:
        message = load_object(raw.body)
        name = "header"
        header, body = _object(message, "header"), message.get("body", {})
        name = "header.msg_id"
        kind = _whole(header, "msg_id", 0xFFFF)
        name = "body"
        if kind not in (_LOCATION, _QUERIED, _CONTROLLED, _BATCH):
            return ignored(f"0x{kind:04x}")
        if header.get("encrypt"):
            name = "header.encrypt"
            raise UnreadableError("is encrypted: no key is kept here")
        name = "header.phone"
        phone = _phone(header)
        name = "body"
        locations = _locations(kind, body)
    except UnreadableError as wrong:
        return refused(name, str(wrong))
    found = Findings()
    for index, location in enumerate(locations):
        _one(location, config.subjects.get(phone, phone), config, found, index)
    return found.parsed()


def _locations(kind: int, body: Any) -> list[Any]:
    if not isinstance(body, dict):
        raise UnreadableError("must be an object")
    if kind == _LOCATION:
        return [body]
    if kind == _QUERIED:
        return [_object(body, "params")]
    if kind == _CONTROLLED:
        return [_object(body, "location")]
    many = body.get("location")
    if not isinstance(many, list) or not 0 < len(many) <= _MOST_IN_A_BATCH:
        raise UnreadableError(f"location must be a list of 1 to {_MOST_IN_A_BATCH}")
    return many


def _one(location: Any, subject: str, config: Config, found: Findings, index: int) -> None:
    name = "body"
    try:
        if not isinstance(location, dict):
            raise UnreadableError("must be an object")
        name = "time"
        at = _time(location.get("time"))
        name = "status"
        status = _whole(location, "status", 0xFFFFFFFF)
        name = "alarm"
        alarm = _whole(location, "alarm", 0xFFFFFFFF)
        place: dict[str, Any] = {"at": at}
        if status & _POSITIONED:
            name = "latitude"
            place["lat"] = _whole(location, name, 90_000_000) / 1e6 * (-1 if status & _SOUTH else 1)
            name = "longitude"
            place["lon"] = _whole(location, name, 180_000_000) / 1e6 * (-1 if status & _WEST else 1)
            place["crs"] = config.crs
            name = "speed"
            speed_mps = _whole(location, name, 65_535) / 10 / 3.6
            name = "direction"
            heading_deg = _whole(location, name, 360)
    except UnreadableError as wrong:
        return found.refuse(name, str(wrong), index)
    if status & _POSITIONED:
        moving = {"subject_id": subject, "kind": config.kind, "speed_mps": speed_mps, "heading_deg": heading_deg}
        found.add(PositionMessage, {**place, **moving}, index)
    else:
        found.ignore("no_fix")
    holding = _holding(alarm, config)
    found.add(AlarmLevelsMessage, {**place, "device_id": subject, "holding": holding}, index)
    if config.readings and isinstance(extra := location.get("extra"), dict):
        for theirs, (quantity, unit, share) in _READINGS.items():
            value = extra.get(theirs)
            if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 0xFFFFFFFF:
                fields = {**place, "device_id": subject, "quantity": quantity, "value": value * share, "unit": unit}
                found.add(ReadingMessage, fields, index)
    return None


def _holding(alarm: int, config: Config) -> dict[str, str]:
    """Kind → the gravest severity of its bits; I is the gravest."""
    holding: dict[str, str] = {}
    for bit, (kind, severity) in ALARM_BITS.items():
        if alarm >> bit & 1 and kind in config.alarms:
            # "II" sorts before "III" and both before "IV", as they weigh
            holding[kind] = min(severity, holding.get(kind, severity))
    return holding


def _object(value: dict[str, Any], name: str) -> dict[str, Any]:
    inner = value.get(name)
    if not isinstance(inner, dict):
        raise UnreadableError("must be an object" if name == "header" else f"{name} must be an object")
    return inner


def _whole(value: dict[str, Any], name: str, most: int) -> int:
    number = value.get(name)
    if isinstance(number, bool) or not isinstance(number, int):
        raise UnreadableError("is missing" if number is None else "must be a whole number")
    if not 0 <= number <= most:
        raise UnreadableError(f"must lie between 0 and {most}")
    return number


def _phone(header: dict[str, Any]) -> str:
    """The terminal's number without the zeros that BCD fills it up with."""
    phone = header.get("phone")
    text = str(phone) if isinstance(phone, int | str) and not isinstance(phone, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 20) or not text.strip("0"):
        raise UnreadableError("must be a number of up to 20 digits")
    return text.lstrip("0")


def _time(value: Any) -> str:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise UnreadableError("must be YYMMDDhhmmss")
    try:
        local = datetime.strptime(text.zfill(12), "%y%m%d%H%M%S").replace(tzinfo=_BEIJING)
    except ValueError:
        raise UnreadableError("must be YYMMDDhhmmss") from None
    return local.astimezone(UTC).isoformat()
