"""映射: from any JSON to the contract's messages, by JSONPath, as a feed's settings say. No code from outside runs.

A value is picked by a text: `$.data.temp` is a JSONPath (RFC 9535), `{device_id}` a level of the MQTT topic, anything
else is itself. Longer forms may also translate it (`map`), convert units (`scale`, `offset`) or say what a time is.
"""

import re
from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jsonpath
from pydantic import Field, PrivateAttr, model_validator

from cockpit.services.feeding.messages import (
    AlarmMessage,
    EventMessage,
    Message,
    PositionMessage,
    ReadingMessage,
    TransitionMessage,
)
from cockpit.services.feeding.seam import FeedConfig, Findings
from cockpit.services.feeding.values import UnreadableError, number_of, text_of, time_of

MODELS: Mapping[str, type[Message]] = {
    "event": EventMessage,
    "transition": TransitionMessage,
    "alarm": AlarmMessage,
    "position": PositionMessage,
    "reading": ReadingMessage,
}
_NUMBERS = frozenset({"lon", "lat", "value", "accuracy_m", "speed_mps", "heading_deg", "battery"})
_TIMES = frozenset({"at", "reported_at", "due_at"})
#: names one after the other: read without a query
_PLAIN = re.compile(r"^\$((?:\.[^\W\d][\w-]*|\[\d+\]|\['[^'\\]+'\])*)$")
_STEP = re.compile(r"\.([^\W\d][\w-]*)|\[(\d+)\]|\['([^'\\]+)'\]")
_CAPTURED = re.compile(r"^\{(\w+)\}$")
_MOST_ITEMS = 10_000

Pick = Callable[[Any, Mapping[str, str]], Any]


def picking(path: str) -> Pick:
    """What picks a value from (JSON, captured topic levels). ValueError for a wrong JSONPath."""
    if captured := _CAPTURED.match(path):
        name = captured[1]
        return lambda _value, topic: topic.get(name)
    if not path.startswith("$"):
        return lambda _value, _topic: path
    if plain := _PLAIN.match(path):
        steps = [name or quoted or int(number) for name, number, quoted in _STEP.findall(plain[1])]
        return lambda value, _topic: _walked(value, steps)
    try:
        query = jsonpath.compile(path)
    except jsonpath.JSONPathError as wrong:
        raise ValueError(f"{path} is no JSONPath: {wrong}") from None

    def first(value: Any, _topic: Mapping[str, str]) -> Any:
        return next((match.obj for match in query.finditer(value)), None)

    return first


def _walked(value: Any, steps: list[str | int]) -> Any:
    for step in steps:
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                return None
            value = value[step]
        else:
            if not isinstance(value, dict):
                return None
            value = value.get(step)
    return value


class Picked(FeedConfig):
    """One value and what is done with it."""

    path: str = Field(max_length=500)
    map: dict[str, str] = Field(default_factory=dict, description="what is sent → what it means here")
    scale: float = 1.0
    offset: float = 0.0
    default: str | float | None = None
    time: Literal["", "s", "ms"] = Field(default="", description="of a time that is a number; else its size tells")
    tz: str = Field(default="", description="of a time without an offset")
    _pick: Pick = PrivateAttr()
    _zone: tzinfo | None = PrivateAttr(default=None)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        return {"path": given} if isinstance(given, str) else given

    def model_post_init(self, _context: Any) -> None:
        self._pick = picking(self.path)
        if self.tz:
            try:
                self._zone = ZoneInfo(self.tz)
            except (ZoneInfoNotFoundError, ValueError):
                raise ValueError(f"no time zone {self.tz!r}") from None

    def of(self, value: Any, topic: Mapping[str, str]) -> Any:
        """The picked value as it was sent, translated; the default where there is none."""
        found = self._pick(value, topic)
        if found is None:
            return self.default
        if self.map:
            key = str(found).lower() if isinstance(found, bool) else str(found)
            return self.map.get(key, found)
        return found

    def number(self, value: Any, topic: Mapping[str, str]) -> float | None:
        """As a number in our unit. Raises UnreadableError."""
        number = number_of(self.of(value, topic))
        return None if number is None else number * self.scale + self.offset

    def instant(self, value: Any, topic: Mapping[str, str]) -> str | None:
        """As a time. Raises UnreadableError."""
        return time_of(self.of(value, topic), unit=self.time, zone=self._zone)


class ReadingPicked(Picked):
    """A measured value."""

    unit: str = ""


class Condition(FeedConfig):
    """A message is made only if what the path finds is one of these texts (without any: if there is something)."""

    path: str
    among: list[str] = Field(default_factory=list)
    _pick: Pick = PrivateAttr()

    def model_post_init(self, _context: Any) -> None:
        self._pick = picking(self.path)

    def holds(self, value: Any, topic: Mapping[str, str]) -> bool:
        found = self._pick(value, topic)
        if found is None:
            return False
        return not self.among or (str(found).lower() if isinstance(found, bool) else str(found)) in self.among


class Rule(FeedConfig):
    """One kind of message and where its fields are; what is `shared` need not be said again."""

    kind: Literal["event", "transition", "alarm", "position", "reading"]
    when: Condition | None = None
    fields: dict[str, Picked] = Field(default_factory=dict)


class MappingConfig(FeedConfig):
    """How messages are made of one JSON document."""

    items: str = Field(default="$", description="JSONPath of each item of a document that holds several")
    shared: dict[str, Picked] = Field(default_factory=dict)
    messages: list[Rule] = Field(default_factory=list, max_length=50)
    readings: dict[str, ReadingPicked] = Field(default_factory=dict, description="quantity → where its value is")
    _items: Any = PrivateAttr(default=None)

    def model_post_init(self, _context: Any) -> None:
        if self.items != "$":
            try:
                self._items = jsonpath.compile(self.items)
            except jsonpath.JSONPathError as wrong:
                raise ValueError(f"{self.items} is no JSONPath: {wrong}") from None

    def apply(self, document: Any, topic: Mapping[str, str], received_at: str | None, found: Findings) -> None:
        """Every message of the document. `received_at` is for a message that tells no time; None refuses it."""
        if self._items is None:
            items = [document]
        else:
            items = [match.obj for match in self._items.finditer(document)]
            if not items:
                found.refuse("items", "nothing is there")
        for index, item in enumerate(items[:_MOST_ITEMS]):
            self._one(item, topic, received_at, found, index)

    def _one(self, item: Any, topic: Mapping[str, str], received_at: str | None, found: Findings, index: int) -> None:
        shared, made = _Fields(self.shared, item, topic), 0
        for rule in self.messages:
            if rule.when is None or rule.when.holds(item, topic):
                made += 1
                _add(rule.kind, shared, _Fields(rule.fields, item, topic), received_at, found, index)
        for quantity, picked in self.readings.items():
            try:
                value = picked.number(item, topic)
            except UnreadableError as wrong:
                made += 1
                found.refuse(quantity, str(wrong), index)
                continue
            if value is not None:
                made += 1
                own = _Fields({}, item, topic, {"quantity": quantity, "value": value, "unit": picked.unit})
                _add("reading", shared, own, received_at, found, index)
        if not made:
            found.refuse("", "nothing in it that the mapping knows", index)


class _Fields:
    """Picked fields, or the first that could not be picked."""

    def __init__(
        self, picked: Mapping[str, Picked], item: Any, topic: Mapping[str, str], given: dict[str, Any] | None = None
    ) -> None:
        self.values, self.wrong, self.why = dict(given or {}), "", ""
        for name, pick in picked.items():
            try:
                self.values[name] = _value(name, pick, item, topic)
            except UnreadableError as wrong:
                self.wrong, self.why = name, str(wrong)
                return


def _value(name: str, pick: Picked, item: Any, topic: Mapping[str, str]) -> Any:
    if name in _NUMBERS:
        return pick.number(item, topic)
    if name in _TIMES:
        return pick.instant(item, topic)
    value = pick.of(item, topic)
    if name == "attachments":
        return value if value is None or isinstance(value, list) else [value]
    return value if name.startswith("extra_") else text_of(value)


def _add(kind: str, shared: _Fields, own: _Fields, received_at: str | None, found: Findings, index: int) -> None:
    for fields in (shared, own):
        if fields.wrong:
            return found.refuse(fields.wrong, fields.why, index)
    model = MODELS[kind]
    values = {
        name: v
        for name, v in {**shared.values, **own.values}.items()
        if name in model.model_fields or name.startswith("extra_")
    }
    at = "reported_at" if kind == "event" else "at"
    if values.get(at) is None:
        if received_at is None:
            return found.refuse(
                at, "is missing, and the broker had kept the message: nobody knows of when it is", index
            )
        values[at] = received_at
    found.add(model, values, index)
    return None
