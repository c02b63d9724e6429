"""映射: from any JSON to the contract's messages, by JSONPath, as a feed's settings say. No code from outside runs.

A value is picked by a text: `$.data.temp` is a JSONPath (RFC 9535), `{device_id}` a level of the MQTT topic, anything
else is itself. Longer forms may also translate it (`map`), convert units (`scale`, `offset`) or say what a time is.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jsonpath
from pydantic import Field, model_validator

from cockpit.services.feeding.messages import (
    AlarmMessage,
    EventMessage,
    Message,
    PositionMessage,
    ReadingMessage,
    TransitionMessage,
)
from cockpit.services.feeding.seam import FeedConfig, Findings
from cockpit.services.feeding.values import UnreadableError, instant_of, number_of, text_of

MODELS: Mapping[str, type[Message]] = {
    "event": EventMessage,
    "transition": TransitionMessage,
    "alarm": AlarmMessage,
    "position": PositionMessage,
    "reading": ReadingMessage,
}
_FIELDS_OF = {kind: frozenset(model.model_fields) for kind, model in MODELS.items()}
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

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        return {"path": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        Picker(self)
        return self


class ReadingPicked(Picked):
    """A measured value."""

    unit: str = ""


class Picker:
    """A `Picked` made ready: plain attributes, since it works for every field of every message."""

    __slots__ = ("_default", "_map", "_offset", "_pick", "_scale", "_time", "_zone")

    def __init__(self, picked: Picked) -> None:
        self._pick, self._map, self._default = picking(picked.path), picked.map, picked.default
        self._scale, self._offset, self._time = picked.scale, picked.offset, picked.time
        self._zone: tzinfo | None = None
        if picked.tz:
            try:
                self._zone = ZoneInfo(picked.tz)
            except (ZoneInfoNotFoundError, ValueError):
                raise ValueError(f"no time zone {picked.tz!r}") from None

    def of(self, value: Any, topic: Mapping[str, str]) -> Any:
        """The picked value as it was sent, translated; the default where there is none."""
        found = self._pick(value, topic)
        if found is None:
            return self._default
        return self._map.get(_spoken(found), found) if self._map else found

    def number(self, value: Any, topic: Mapping[str, str]) -> float | None:
        """As a number in our unit. Raises UnreadableError."""
        number = number_of(self.of(value, topic))
        return None if number is None else number * self._scale + self._offset

    def instant(self, value: Any, topic: Mapping[str, str]) -> datetime | None:
        """As a time. Raises UnreadableError."""
        return instant_of(self.of(value, topic), unit=self._time, zone=self._zone)


class Condition(FeedConfig):
    """A message is made only if what the path finds is one of these texts (without any: if there is something)."""

    path: str
    among: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        picking(self.path)
        return self


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

    @cached_property
    def _ready(self) -> "_Mapping":
        # not a private attribute: pydantic finds those by a detour, and this is looked up for every message
        return _Mapping(self)

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        _ = self._ready
        return self

    def apply(self, document: Any, topic: Mapping[str, str], received_at: datetime | None, found: Findings) -> None:
        """Every message of the document. `received_at` is for a message that tells no time; None refuses it."""
        self._ready.apply(document, topic, received_at, found)


class _Mapping:
    """A mapping made ready."""

    def __init__(self, config: MappingConfig) -> None:
        self._items: Any = None
        if config.items != "$":
            try:
                self._items = jsonpath.compile(config.items)
            except jsonpath.JSONPathError as wrong:
                raise ValueError(f"{config.items} is no JSONPath: {wrong}") from None
        self._shared = _fields_of(config.shared)
        self._rules = [
            (rule.kind, None if rule.when is None else (picking(rule.when.path), frozenset(rule.when.among)),
             _fields_of(rule.fields))
            for rule in config.messages
        ]  # fmt: skip
        self._readings = [(quantity, Picker(picked), picked.unit) for quantity, picked in config.readings.items()]

    def apply(self, document: Any, topic: Mapping[str, str], received_at: datetime | None, found: Findings) -> None:
        if self._items is None:
            items = [document]
        else:
            items = [match.obj for match in self._items.finditer(document)]
            if not items:
                found.refuse("items", "nothing is there")
        for index, item in enumerate(items[:_MOST_ITEMS]):
            self._one(item, topic, received_at, found, index)

    def _one(
        self, item: Any, topic: Mapping[str, str], received_at: datetime | None, found: Findings, index: int
    ) -> None:
        made = 0
        shared = _picked(self._shared, item, topic)
        for kind, when, fields in self._rules:
            if when is None or _holds(when, item, topic):
                made += 1
                _add(kind, shared, _picked(fields, item, topic), received_at, found, index)
        for quantity, picker, unit in self._readings:
            try:
                value = picker.number(item, topic)
            except UnreadableError as wrong:
                made += 1
                found.refuse(quantity, str(wrong), index)
                continue
            if value is not None:
                made += 1
                own = {"quantity": quantity, "value": value, "unit": unit}
                _add("reading", shared, own, received_at, found, index)
        if not made:
            found.refuse("", "nothing in it that the mapping knows", index)


_Reads = list[tuple[str, Callable[[Any, Mapping[str, str]], Any]]]


def _fields_of(picked: Mapping[str, Picked]) -> _Reads:
    """How each field is read."""
    return [(name, _reader(name, Picker(pick))) for name, pick in picked.items()]


def _reader(name: str, picker: Picker) -> Callable[[Any, Mapping[str, str]], Any]:
    if name in _NUMBERS:
        return picker.number
    if name in _TIMES:
        return picker.instant
    if name.startswith("extra_"):
        return picker.of

    def listed(item: Any, topic: Mapping[str, str]) -> Any:
        value = picker.of(item, topic)
        return value if value is None or isinstance(value, list) else [value]

    return listed if name == "attachments" else lambda item, topic: text_of(picker.of(item, topic))


def _picked(reads: _Reads, item: Any, topic: Mapping[str, str]) -> dict[str, Any] | tuple[str, str]:
    """The fields, or the name of the first that could not be read and why."""
    values: dict[str, Any] = {}
    for name, read in reads:
        try:
            values[name] = read(item, topic)
        except UnreadableError as wrong:
            return name, str(wrong)
    return values


def _holds(when: tuple[Pick, frozenset[str]], item: Any, topic: Mapping[str, str]) -> bool:
    pick, among = when
    found = pick(item, topic)
    return found is not None and (not among or _spoken(found) in among)


def _spoken(value: Any) -> str:
    """A value as a settings file writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _add(
    kind: str,
    shared: dict[str, Any] | tuple[str, str],
    own: dict[str, Any] | tuple[str, str],
    received_at: datetime | None,
    found: Findings,
    index: int,
) -> None:
    if isinstance(shared, tuple):
        return found.refuse(*shared, index)
    if isinstance(own, tuple):
        return found.refuse(*own, index)
    known = _FIELDS_OF[kind]
    values = {name: v for said in (shared, own) for name, v in said.items() if name in known or name[:6] == "extra_"}
    at = "reported_at" if kind == "event" else "at"
    if values.get(at) is None:
        if received_at is None:
            return found.refuse(
                at, "is missing in a message that the broker had kept: nobody knows of when it is", index
            )
        values[at] = received_at
    found.add(MODELS[kind], values, index)
    return None
