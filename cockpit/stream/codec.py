"""How facts and commands look as bytes: JSON, read back strictly by the type's name."""

from functools import cache
from typing import TypeVar

import msgspec

from cockpit.domain.commands import COMMAND_TYPES, Command
from cockpit.domain.facts import FACT_TYPES, Fact


class UnreadableEntryError(ValueError):
    """An entry that cannot be read; the text says why. It is set aside, never skipped in silence."""


M = TypeVar("M")
_ENCODER = msgspec.json.Encoder()


def encode(message: Fact | Command) -> tuple[str, bytes]:
    """The name of the type and the JSON of `message`. ValueError for text that no UTF-8 can carry (lone surrogates)."""
    return type(message).__name__, _ENCODER.encode(message)


def decode_fact(type_name: str, body: bytes) -> Fact:
    """The fact of an entry, or `UnreadableEntryError`."""
    return _decode(_fact_decoder(type_name), type_name, body)


def decode_command(type_name: str, body: bytes) -> Command:
    """The command of an entry, or `UnreadableEntryError`."""
    return _decode(_command_decoder(type_name), type_name, body)


def decode(type_name: str, body: bytes) -> Fact | Command:
    """The fact or command of an entry, or `UnreadableEntryError`."""
    return decode_fact(type_name, body) if type_name in FACT_TYPES else decode_command(type_name, body)


def _decode(decoder: "msgspec.json.Decoder[M]", type_name: str, body: bytes) -> M:
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableEntryError(f"{type_name}: {error}") from error


@cache
def _fact_decoder(type_name: str) -> "msgspec.json.Decoder[Fact]":
    if type_name not in FACT_TYPES:
        raise UnreadableEntryError(f"unknown type {type_name!r}")
    return msgspec.json.Decoder(FACT_TYPES[type_name])


@cache
def _command_decoder(type_name: str) -> "msgspec.json.Decoder[Command]":
    if type_name not in COMMAND_TYPES:
        raise UnreadableEntryError(f"unknown type {type_name!r}")
    return msgspec.json.Decoder(COMMAND_TYPES[type_name])
