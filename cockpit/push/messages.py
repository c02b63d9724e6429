"""What browsers say: `join`, `ack`, `look` and `mode`. Whatever is not well formed is as if it had not been said."""

from typing import Annotated

import msgspec

from cockpit.push.client import LaneName

_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Join(msgspec.Struct, frozen=True):
    """A browser that has fetched snapshot and movers wants what comes after them."""

    instance: Annotated[str, msgspec.Meta(max_length=64)]
    seq: _Count
    frame: _Count
    scope: Annotated[str, msgspec.Meta(max_length=15)] = ""
    lang: Annotated[str, msgspec.Meta(max_length=16)] = ""
    stage: Annotated[str, msgspec.Meta(max_length=16, pattern=r"^(\d{3,5}x\d{3,5})?$")] = ""
    panels: bool = False


class _Ack(msgspec.Struct, frozen=True):
    lane: LaneName
    n: _Count


class _Look(msgspec.Struct, frozen=True):
    event_id: Annotated[str, msgspec.Meta(max_length=300)] | None = None


class _Mode(msgspec.Struct, frozen=True):
    scope: Annotated[str, msgspec.Meta(max_length=15)] | None = None


def join_of(data: object) -> Join | None:
    """The join that `data` is, None if it is none."""
    try:
        return msgspec.convert(data, Join)
    except msgspec.ValidationError:
        return None


def ack_of(data: object) -> tuple[LaneName, int] | None:
    """(lane, n) of an acknowledgement, None if it is none."""
    try:
        ack = msgspec.convert(data, _Ack)
    except msgspec.ValidationError:
        return None
    return ack.lane, ack.n


def look_of(data: object) -> str | None:
    """The event that somebody looks at, empty for none; None if `data` is no `look`."""
    try:
        return msgspec.convert(data, _Look).event_id or ""
    except msgspec.ValidationError:
        return None


def scope_of(data: object) -> str | None:
    """The code that a `mode` is asked for, empty for the whole of what may be seen; None if `data` is no `mode`."""
    try:
        return msgspec.convert({} if data is None else data, _Mode).scope or ""
    except msgspec.ValidationError:
        return None
