"""报警规则: what makes an alarm of readings: a threshold, a rate of change, silence, or several alarms together."""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Any

from cockpit.domain.severity import Severity


class RuleKind(StrEnum):
    """What a rule looks at."""

    THRESHOLD = "threshold"  # 阈值
    RATE = "rate"  # 变化率
    NO_DATA = "no_data"  # 无数据
    TOGETHER = "together"  # 组合


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmRule:
    """One rule. Seconds and metres; limits in the unit of the quantity."""

    name: str
    when: RuleKind
    #: kind of the alarm that it raises
    alarm: str
    severity: Severity
    quantity: str = ""
    unit: str = ""
    #: kinds of devices that it is for; empty: all
    kinds: tuple[str, ...] = ()
    above: float | None = None
    below: float | None = None
    #: the alarm ends only this far on the good side of its limit
    hysteresis: float = 0.0
    #: a device's own limits come before `above` and `below`
    limits_of_device: bool = False
    #: it must hold for so long
    for_s: float = 0.0
    #: of a rate: the change that `above` and `below` are about is per so many seconds, measured over `window_s`
    per_s: float = 60.0
    window_s: float = 300.0
    #: of silence: so many of a device's own intervals
    intervals: float = 10.0
    #: of several together: kinds of alarms, how many devices, how near and within what time
    alarms: tuple[str, ...] = ()
    at_least: int = 2
    within_m: float = 100.0
    within_s: float = 300.0
    #: 去重: not raised again within so long after it was raised
    dedupe_s: float = 60.0
    #: 抖动: raised so often within so long, it is held until the device has been quiet for as long
    flap_times: int = 5
    flap_s: float = 600.0
    #: a reading that arrives later than this says nothing about now
    stale_s: float = 900.0
    message: str = ""
    #: an alarm of this rule becomes an event by itself
    promote: bool = False
    enabled: bool = True


class RuleError(ValueError):
    """A rule that cannot be used; the message says which field and why."""


_NUMBERS = {
    "above", "below", "hysteresis", "for_s", "per_s", "window_s", "intervals", "within_m", "within_s", "dedupe_s",
    "flap_s", "stale_s",
}  # fmt: skip
_POSITIVE = {"per_s", "window_s", "intervals", "within_m", "within_s", "flap_s", "stale_s"}
_TEXTS = {"name", "alarm", "quantity", "unit", "message"}
_FLAGS = {"limits_of_device", "promote", "enabled"}
_LISTS = {"kinds", "alarms"}
_COUNTS = {"at_least": 2, "flap_times": 2}
#: of the very types that a message is filled with
_PLACEHOLDERS = {"value": "1", "unit": "m", "limit": "1", "seconds": 1, "change": "1", "count": 2, "device": "d"}


def rule_of(given: Any) -> AlarmRule:
    """A rule from what a TOML table says. Raises RuleError."""
    if not isinstance(given, dict):
        raise RuleError("a rule is a table")
    known = {"when", "severity", *_NUMBERS, *_TEXTS, *_FLAGS, *_LISTS, *_COUNTS}
    for name in given:
        if name not in known:
            raise RuleError(f"{name} is no field of a rule")
    fields = {name: _field(name, value) for name, value in given.items()}
    for name in ("name", "when", "alarm", "severity"):
        if not fields.get(name):
            raise RuleError(f"{name} is missing")
    rule = AlarmRule(**fields)
    _check(rule)
    return rule


def _field(name: str, value: Any) -> Any:
    if name in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise RuleError(f"{name} must be a number")
        if (value < 0 and name not in ("above", "below")) or (name in _POSITIVE and value <= 0):
            raise RuleError(f"{name} must be more than 0")
        return float(value)
    if name in _TEXTS:
        if not isinstance(value, str) or len(value) > 200:
            raise RuleError(f"{name} must be text of at most 200 characters")
        return value
    if name in _FLAGS:
        if not isinstance(value, bool):
            raise RuleError(f"{name} must be true or false")
        return value
    if name in _LISTS:
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise RuleError(f"{name} must be a list of names")
        return tuple(value)
    if name in _COUNTS:
        if isinstance(value, bool) or not isinstance(value, int) or value < _COUNTS[name]:
            raise RuleError(f"{name} must be a whole number from {_COUNTS[name]}")
        return value
    kind: type[StrEnum] = RuleKind if name == "when" else Severity
    try:
        return kind(value)
    except ValueError:
        raise RuleError(f"{name} must be one of {', '.join(kind)}") from None


def _check(rule: AlarmRule) -> None:
    """Raises RuleError for fields that do not go together."""
    if rule.when in (RuleKind.THRESHOLD, RuleKind.RATE):
        if not rule.quantity:
            raise RuleError("quantity is missing")
        if rule.above is None and rule.below is None and not rule.limits_of_device:
            raise RuleError("above or below is missing")
        if rule.above is not None and rule.below is not None and rule.below >= rule.above:
            raise RuleError("below must be less than above")
    if rule.when is RuleKind.TOGETHER and not rule.alarms:
        raise RuleError("alarms is missing")
    try:
        rule.message.format(**_PLACEHOLDERS)
    except (KeyError, IndexError, ValueError, AttributeError) as wrong:
        raise RuleError(f"message: {wrong!r} cannot be filled in; known: {', '.join(_PLACEHOLDERS)}") from None
