"""Values as devices send them: JSON, numbers as text, times as seconds, milliseconds or ISO 8601, never trusted."""

import json
from datetime import UTC, datetime, timedelta, tzinfo
from math import isfinite
from typing import Any

import msgspec

#: a larger message is no message of a device
LARGEST_BYTES = 1024 * 1024
_DEEPEST_JSON = 64
#: seconds up to here, milliseconds beyond: 1e11 s is the year 5138, 1e11 ms is 1973
_MILLIS_FROM = 1e11
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_S = 7_258_118_400  # 2200


class UnreadableError(ValueError):
    """What was sent is not what it should be; the message says why."""


def load_json(body: bytes, *, largest: int = LARGEST_BYTES) -> Any:
    """The JSON of a body. UnreadableError for one that is too large, too deep, no UTF-8 or no JSON."""
    if len(body) > largest:
        raise UnreadableError(f"the message is larger than {largest} bytes")
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    except RecursionError:
        raise UnreadableError("the JSON is nested too deeply") from None
    try:  # NaN and 1e400 are named by field further on, so they are read as what they are
        return json.loads(body.decode("utf-8-sig"))
    except RecursionError:
        raise UnreadableError("the JSON is nested too deeply") from None
    except UnicodeDecodeError:
        raise UnreadableError("the text is no UTF-8") from None
    except ValueError as wrong:
        raise UnreadableError(f"malformed JSON: {wrong}") from None


def load_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises UnreadableError."""
    value = load_json(body)
    if not isinstance(value, dict):
        raise UnreadableError("must be a JSON object")
    return value


def number_of(value: Any) -> float | None:
    """A finite number, or its text. None for what is absent; UnreadableError for anything else."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise UnreadableError("must be a number")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise UnreadableError("must be a number") from None
    if not isfinite(number):
        raise UnreadableError("must be a finite number")
    return number


def time_of(value: Any, *, unit: str = "", zone: tzinfo | None = None) -> str | None:
    """ISO 8601 with an offset of what `instant_of` finds."""
    at = instant_of(value, unit=unit, zone=zone)
    return None if at is None else at.isoformat()


def instant_of(value: Any, *, unit: str = "", zone: tzinfo | None = None) -> datetime | None:
    """A time in aware UTC; None if there is none. Raises UnreadableError.

    `unit` is `s` or `ms` for numbers; without it their size tells. `zone` is for a text without an offset, which is
    refused otherwise.
    """
    if value is None or value == "":
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_number(float(value) if abs(value) < 1e18 else float("inf"), unit)
    if not isinstance(value, str):
        raise UnreadableError("must be a time")
    text = value.strip()
    try:
        return _of_number(float(text), unit)
    except UnreadableError:
        raise
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableError("is no ISO 8601 time and no number of seconds") from None
    if at.tzinfo is None:
        if zone is None:
            raise UnreadableError("has no offset; write +08:00 or Z")
        at = at.replace(tzinfo=zone)
    try:
        return at.astimezone(UTC)
    except (OverflowError, ValueError):
        raise UnreadableError("lies outside the years that there are") from None


def _of_number(number: float, unit: str) -> datetime:
    if not isfinite(number):
        raise UnreadableError("must be a finite time")
    millis = unit == "ms" or (not unit and abs(number) >= _MILLIS_FROM)
    seconds = number / 1000 if millis else number
    if not 0 < seconds < _LAST_S:
        raise UnreadableError("must lie between the years 1970 and 2200")
    return _EPOCH + timedelta(seconds=seconds)


def text_of(value: Any) -> str | None:
    """A text or a whole number as text; None for what is absent or empty. Raises UnreadableError."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UnreadableError("must be text")
    if isinstance(value, int) and abs(value) >= 2**63:
        raise UnreadableError("must be text")
    return str(value).strip() or None
