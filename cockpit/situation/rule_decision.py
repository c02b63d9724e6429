"""What a rule says of a reading: the decision with its message, and how fast a value changes."""

from collections import deque
from datetime import datetime
from typing import NamedTuple

from cockpit.domain.alarm_rule import AlarmRule
from cockpit.domain.device import Device
from cockpit.domain.reading import Reading

#: readings of one device and rule that a rate is measured over, at most
_MOST_IN_WINDOW = 240


class Decision(NamedTuple):
    """An alarm that begins or ends."""

    rule: AlarmRule
    device_id: str
    is_raised: bool
    at: datetime
    value: float | None
    unit: str
    message: str
    lon: float | None
    lat: float | None

    @property
    def alarm_id(self) -> str:
        """One alarm of a device and rule: raised again, it is the same one again."""
        return f"{self.device_id}:{self.rule.name}"


def rate_of(window: deque[tuple[datetime, float]], reading: Reading, rule: AlarmRule) -> float | None:
    """Change per `per_s` since the oldest reading of the window; None while there is only one."""
    while window and ((reading.at - window[0][0]).total_seconds() > rule.window_s or len(window) >= _MOST_IN_WINDOW):
        window.popleft()
    oldest = window[0] if window else None
    window.append((reading.at, reading.value))
    if oldest is None:
        return None
    elapsed = (reading.at - oldest[0]).total_seconds()
    # what changes within a moment is noise, not a rate
    return None if elapsed < min(rule.window_s, rule.per_s) / 10 else (reading.value - oldest[1]) / elapsed * rule.per_s


def decision_of(
    rule: AlarmRule, device_id: str, device: Device | None, is_raised: bool, at: datetime, value: float | None,
    unit: str, *, lon: float | None = None, lat: float | None = None, **words: object,
) -> Decision:  # fmt: skip
    """`words` fill the rule's message; a device's own place counts before the reading's."""
    filled: dict[str, object] = {"value": "" if value is None else f"{value:g}", "unit": unit, "device": device_id}
    filled |= {"limit": "", "seconds": 0, "change": "", "count": 1}
    filled |= {name: f"{given:g}" if isinstance(given, float) else given for name, given in words.items()}
    place = device.place if device is not None else None
    where = (place.lon, place.lat) if place is not None and place.lon is not None else (lon, lat)
    message = rule.message.format(**filled) if is_raised else ""
    return Decision(rule, device_id, is_raised, at, value, unit, message, *where)
