"""A batch of messages on their way in, and the words for what is wrong with one."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic_core import ErrorDetails

from cockpit.services.feeding.messages import Message
from cockpit.services.intake import Refused

M = TypeVar("M", bound=Message)

_WORDS = {
    "missing": "is missing",
    "string_pattern_mismatch": "contains characters that are not allowed",
    "string_unicode": "is no valid Unicode",
    "finite_number": "must be a finite number",
    "float_type": "must be a number",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "model_type": "must be an object",
}
#: model-wide checks name the field that they are about
_FIELD_OF = {"place": "lat", "title": "title", "due_at": "due_at", "severity": "severity"}


@dataclass(slots=True)
class Batch(Generic[M]):
    """The good messages with their place in the request, the refusals, and the source each refused item named."""

    items: list[M]
    indices: list[int]
    rejected: list[Refused] = field(default_factory=list)
    rejected_sources: list[str] = field(default_factory=list)


def field_of(error: ErrorDetails) -> str:
    """The name of the field that is wrong; empty for a message that is wrong as a whole."""
    return ".".join(str(part) for part in error["loc"]) or _FIELD_OF.get(error["type"], "")


def words_of(error: ErrorDetails) -> str:
    """What is wrong, in words that follow a field's name."""
    return _WORDS.get(error["type"]) or error["msg"]


def clean(text: str) -> str:
    """`text` so that UTF-8 can carry it: what a client sent may contain lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")
