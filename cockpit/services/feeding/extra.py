"""Unknown fields of a message: kept as they came, if they are clean and small enough to keep."""

from math import isfinite

from pydantic_core import PydanticCustomError

_MOST_VALUES = 500
_DEEPEST = 8
_LONGEST = 20_000
#: what JSON readers everywhere can hold
_LARGEST = 2**63


def check_extra(extra: dict[str, object]) -> None:
    """Raises PydanticCustomError for what the journal could not hold: NUL, lone surrogates, NaN, depth, bulk."""
    room = [_MOST_VALUES, _LONGEST]
    for name, value in extra.items():
        _check(name, 0, room)
        _check(value, 0, room)


def _check(value: object, depth: int, room: list[int]) -> None:
    room[0] -= 1
    if isinstance(value, str):
        room[1] -= len(value)
    if room[0] < 0 or room[1] < 0:
        raise PydanticCustomError("extra_size", "unknown fields are too many or too long")
    if depth > _DEEPEST:
        raise PydanticCustomError("extra_depth", "unknown fields are nested too deeply")
    if isinstance(value, str):
        if "\x00" in value:
            raise PydanticCustomError("extra_text", "an unknown field contains NUL")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise PydanticCustomError("extra_text", "an unknown field is no valid Unicode") from None
    elif isinstance(value, float):
        if not isfinite(value):
            raise PydanticCustomError("extra_number", "an unknown field is no finite number")
    elif isinstance(value, int):
        if not -_LARGEST <= value < _LARGEST:
            raise PydanticCustomError("extra_number", "an unknown field is too large a number")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check(key, depth + 1, room)
            _check(inner, depth + 1, room)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth + 1, room)
