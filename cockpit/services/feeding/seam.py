"""接缝: what every feed looks like. Raw in, messages and refusals out; everything else is the runner's.

A format is a module of `feeds` with a `Config` (pydantic) and a pure `parse(raw, config) -> Parsed`. It knows no
clock, no network and no stream: the time of arrival comes with the raw message. It never raises for what a device
sent; should it do so all the same, that message is set aside as a dead letter and the others go on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from cockpit.services.feeding.batch import clean, field_of, words_of
from cockpit.services.feeding.messages import Message
from cockpit.services.intake import Refused

_NOTHING: Mapping[str, str] = {}
_LONGEST_FIELD, _LONGEST_REASON = 100, 300


class FeedConfig(BaseModel):
    """What all formats' settings share: a wrong name is a mistake, and nothing changes while the feed runs."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One message as it came. `topic` is an MQTT topic or a file's name; `retained`: the broker had kept it."""

    body: bytes
    received_at: datetime
    topic: str = ""
    query: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    headers: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    retained: bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one raw message is made of: items in their order, refused ones among them by index.

    `ignored` names what was understood and is knowingly not used, such as a phone's last will.
    """

    items: tuple[tuple[int, Message], ...] = ()
    refused: tuple[Refused, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def messages(self) -> tuple[Message, ...]:
        """The good ones without their places."""
        return tuple(message for _, message in self.items)


class Findings:
    """Collects what a `parse` finds: `add` checks a message and refuses it by field, it never raises."""

    def __init__(self) -> None:
        self._items: list[tuple[int, Message]] = []
        self._refused: list[Refused] = []
        self._ignored: list[str] = []

    def add(self, model: type[Message], fields: Mapping[str, Any], index: int = 0) -> None:
        """One message; fields that are None are left out."""
        try:
            message = model.model_validate({name: value for name, value in fields.items() if value is not None})
        except ValidationError as wrong:
            error = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
            self.refuse(field_of(error), words_of(error), index)
        except RecursionError:
            self.refuse("", "is nested too deeply", index)
        else:
            self._items.append((index, message))

    def refuse(self, name: str, why: str, index: int = 0) -> None:
        """One item that cannot be taken, and why."""
        self._refused.append(Refused(index, clean(name)[:_LONGEST_FIELD], clean(why)[:_LONGEST_REASON]))

    def ignore(self, what: str) -> None:
        """Understood and not used."""
        self._ignored.append(what)

    def parsed(self) -> Parsed:
        """All of it."""
        return Parsed(tuple(self._items), tuple(self._refused), tuple(self._ignored))


class FeedModule(Protocol):
    """A format: one module of `feeds`."""

    Config: type[FeedConfig]

    @staticmethod
    def parse(raw: Raw, config: Any) -> Parsed:
        """Pure: what the message says, in the contract's messages."""


def refused(name: str, why: str) -> Parsed:
    """A raw message refused as a whole."""
    found = Findings()
    found.refuse(name, why)
    return found.parsed()


def ignored(what: str) -> Parsed:
    """A raw message understood and not used."""
    return Parsed(ignored=(what,))
